"""Evidence of receipt: the best there is, dated to its own day, never twice for one address, and undone by a bounce."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app.actions import delivery, inbound, provider_events, receipt, undelivered
from requests_app.actions.deadlines import note, take_back
from requests_app.actions.outcomes import describe_letter
from requests_app.mail import compose
from requests_app.models import (
    AuthorityAddress,
    Case,
    ClockEvent,
    InboundEmail,
    NotAllowed,
    OutboundEmail,
    OutboundState,
)
from tests.factories import make_letter, make_officer, make_request

pytestmark = pytest.mark.django_db
# Monday 20 June 2011, 23:40 in London: 22:40 in UTC.
SENT = datetime(2011, 6, 20, 22, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def foi_request():
    return make_request(received=False)


@pytest.fixture
def waiting(settings):
    settings.RECEIPT_WAIT_HOURS = 24


def left(foi_request, at=SENT, to="foi@council.example", reply="250 2.0.0 Ok"):
    """The first letter has left, and our mail server took it at ``at``."""
    message = foi_request.messages.first()
    row = OutboundEmail.objects.create(
        template="request_letter",
        foi_request=foi_request,
        message=message,
        to_address=to,
        envelope_from=f"bounce+{to}@reply.foitracker.example",
        rfc_message_id=f"<{message.pk}.{to}{at}@reply.example>",
        bounce_token=f"{abs(hash((message.pk, to, at)))}"[:16],
        state=OutboundState.SENT,
        accepted_at=at,
        server_reply=reply,
    )
    undelivered.note_acceptance(row, undelivered.locked_request_of(row), now=at)
    foi_request.refresh_from_db()
    return row


def rows(foi_request):
    """Day, basis and evidence of the receipts that stand."""
    found = ClockEvent.objects.filter(foi_request=foi_request, kind="received", taken_back_by=None)
    return [(row.on, row.basis, row.evidence) for row in found]


RELAYED = (date(2011, 6, 20), "presumed", "relay")


# --- Our relay's word


def test_given_a_letter_that_left_when_a_day_has_not_passed_then_no_date_is_shown(foi_request, waiting, client):
    left(foi_request)

    assert receipt.presume_receipts(now=SENT + 24 * HOUR - timedelta(seconds=1)) == 0
    assert rows(foi_request) == []
    page = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "Sent. We will show a date once it has been delivered." in page


def test_given_a_letter_that_left_when_a_day_has_passed_then_it_counts_from_the_london_day_it_left(
    foi_request, waiting, client
):
    left(foi_request)

    assert receipt.presume_receipts(now=SENT + 24 * HOUR) == 1
    assert receipt.presume_receipts(now=SENT + 24 * HOUR) == 0

    assert rows(foi_request) == [RELAYED]
    foi_request.refresh_from_db()
    assert foi_request.clock["presumed"] is True
    page = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "no delivery failure was reported" in page


def test_given_an_old_receipt_row_that_staff_took_back_then_the_sweep_does_not_presume_it_again(foi_request, waiting):
    sending = left(foi_request)
    note(
        foi_request=foi_request, kind="received", on=RELAYED[0], basis="presumed", message=sending.message
    )  # as it was before a row named its sending
    take_back(event=ClockEvent.objects.get(kind="received"), basis="staff")

    assert receipt.presume_receipts(now=SENT + 24 * HOUR) == 0
    assert rows(foi_request) == []

    sending.accepted_at = timezone.now() + HOUR  # handed over again since
    sending.save()
    assert receipt.presume_receipts(now=timezone.now() + 26 * HOUR) == 1


def test_given_many_letters_when_the_sweep_runs_days_late_then_each_is_dated_once_in_few_queries(
    waiting, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(receipt, "BATCH", 2)
    made = [make_request(received=False) for _number in range(5)]
    for foi_request in made:
        left(foi_request)

    assert receipt.presume_receipts(now=SENT + 100 * HOUR) == 5
    assert [rows(foi_request) for foi_request in made] == [[RELAYED]] * 5
    with django_assert_max_num_queries(1):
        assert receipt.presume_receipts(now=SENT + 101 * HOUR) == 0


def test_given_one_that_cannot_be_dated_when_the_sweep_runs_then_it_is_a_case_and_the_others_are_dated(
    waiting, monkeypatch
):
    first, second = make_request(received=False), make_request(received=False)
    for foi_request in (first, second):
        left(foi_request)
    whole = receipt.note_arrival

    def broken(*, foi_request, **more):
        if foi_request.pk == first.pk:
            raise RuntimeError("poison")
        whole(foi_request=foi_request, **more)

    monkeypatch.setattr(receipt, "note_arrival", broken)

    assert receipt.presume_receipts(now=SENT + 25 * HOUR) == 1
    assert (rows(first), rows(second)) == ([], [RELAYED])
    assert (Case.objects.get().kind, Case.objects.get().thing_id) == ("failed_job", first.pk)


def test_given_a_letter_that_came_back_within_the_day_then_it_is_never_presumed(foi_request, waiting):
    row = left(foi_request)
    undelivered.note_bounce(outbound_id=row.pk, reason="no such user", now=SENT + HOUR)

    assert receipt.presume_receipts(now=SENT + 48 * HOUR) == 0
    assert rows(foi_request) == []


# --- Better evidence


def test_given_direct_delivery_when_the_authoritys_server_says_250_then_that_is_receipt(foi_request, waiting, settings):
    settings.EMAIL_DELIVERS_DIRECTLY = True

    left(foi_request)

    assert rows(foi_request) == [(date(2011, 6, 20), "delivery", "mx")]
    assert "presumed" not in foi_request.clock


def test_given_direct_delivery_but_a_providers_answer_then_it_is_not_the_authoritys(foi_request, waiting, settings):
    settings.EMAIL_DELIVERS_DIRECTLY = True

    left(foi_request, reply="2501-abc")

    assert rows(foi_request) == []


def test_given_a_providers_event_when_it_comes_within_the_day_then_its_day_is_the_receipt(foi_request, waiting):
    row = left(foi_request)

    # Twenty minutes later, in London the next day.
    provider_events.note_delivery(marker="", provider_id="250 2.0.0 Ok", at=SENT + HOUR)

    assert rows(foi_request) == [(date(2011, 6, 21), "delivery", "provider")]
    assert receipt.presume_receipts(now=SENT + 48 * HOUR) == 0
    assert row.foi_request.events.get(kind="delivered").data["evidence"] == "provider"


def test_given_a_presumed_receipt_when_better_evidence_comes_then_a_row_of_its_own_replaces_it(foi_request):
    row = left(foi_request)
    assert rows(foi_request) == [RELAYED]

    for _twice in range(2):
        receipt.note_delivered(outbound_id=row.pk, evidence="dsn", at=SENT + timedelta(minutes=5))

    assert rows(foi_request) == [(date(2011, 6, 20), "delivery", "dsn")]
    foi_request.refresh_from_db()
    assert "presumed" not in foi_request.clock
    assert foi_request.events.filter(kind="delivered").count() == 1
    assert not foi_request.events.filter(kind="due_date_moved").exists()
    # Lesser word after better changes nothing.
    receipt.note_delivered(outbound_id=row.pk, evidence="mx", at=SENT + 30 * HOUR)
    assert len(rows(foi_request)) == 1 and rows(foi_request)[0][2] == "dsn"


def test_given_evidence_of_another_day_when_it_comes_then_the_date_moves_and_the_history_says_why(foi_request):
    row = left(foi_request)
    before = foi_request.due_on

    receipt.note_delivered(outbound_id=row.pk, evidence="provider", at=SENT + 20 * HOUR)

    foi_request.refresh_from_db()
    assert rows(foi_request) == [(date(2011, 6, 21), "delivery", "provider")]
    assert foi_request.due_on == before + timedelta(days=1)
    moved = foi_request.events.get(kind="due_date_moved").data
    assert (moved["from"], moved["to"], moved["why"]) == (
        before.isoformat(),
        foi_request.due_on.isoformat(),
        "received",
    )


def test_given_an_event_dated_before_we_handed_it_over_then_the_day_of_acceptance_counts(foi_request):
    row = left(foi_request)

    receipt.note_delivered(outbound_id=row.pk, evidence="provider", at=SENT - 48 * HOUR)

    assert rows(foi_request)[0][0] == date(2011, 6, 20)


def test_given_a_question_on_the_same_day_when_evidence_comes_late_then_the_question_is_not_undone(foi_request):
    row = left(foi_request)
    question = make_letter(foi_request, at=SENT + timedelta(minutes=10))
    describe_letter(
        message_id=question.pk,
        described_as="clarification",
        side="requester",
        actor=foi_request.requester,
        now=timezone.now(),
    )

    receipt.note_delivered(outbound_id=row.pk, evidence="dsn", at=SENT + 40 * HOUR)

    foi_request.refresh_from_db()
    assert foi_request.clock["asked_on"] == "2011-06-20"


def test_given_a_notice_or_mail_to_a_person_when_delivered_then_no_clock_moves(foi_request):
    row = compose.post("undeliverable", to=foi_request.requester, foi_request=foi_request)
    OutboundEmail.objects.filter(pk=row.pk).update(state="sent", accepted_at=SENT)

    receipt.note_delivered(outbound_id=row.pk, evidence="provider", at=SENT)

    assert rows(foi_request) == []


REPORT = (
    "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Successful Mail Delivery Report\r\n"
    "Message-ID: <dsn-9@mx.example>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nAs you wished.\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    "Final-Recipient: rfc822; foi@council.example\r\nAction: {action}\r\nStatus: 2.0.0\r\n\r\n--b--\r\n"
)


@pytest.mark.parametrize(("action", "noted"), [("delivered", True), ("expanded", True), ("relayed", False)])
def test_given_a_delivery_report_at_our_bounce_address_then_only_arrival_is_receipt(
    foi_request, waiting, files_here, action, noted
):
    row = compose.post_letter(foi_request.messages.get())
    assert delivery.deliver(row.pk) == "sent"
    raw = REPORT.format(to=row.envelope_from, action=action).encode()

    (number,) = inbound.receive(door="lmtp", recipients=[row.envelope_from], envelope_from="<>", raw=raw)
    inbound.place(number)

    assert bool(rows(foi_request)) == noted
    if noted:
        assert rows(foi_request) == [(timezone.localdate(), "delivery", "dsn")]
        assert InboundEmail.objects.get(pk=number).reason == "delivered"
    assert not foi_request.messages.filter(direction="incoming", is_automatic=False).exists()


# --- Undone, and sent again


def test_given_a_late_bounce_then_there_is_no_clock_and_the_successful_resend_starts_it(foi_request):
    row = left(foi_request)
    undelivered.note_bounce(outbound_id=row.pk, reason="mailbox full", now=SENT + 72 * HOUR)
    foi_request.refresh_from_db()
    assert (foi_request.due_on, rows(foi_request)) == (None, [])

    left(foi_request, at=SENT + 96 * HOUR)

    assert rows(foi_request) == [(date(2011, 6, 24), "presumed", "relay")]


def test_given_the_same_address_when_sent_twice_then_the_clock_is_not_restarted(foi_request):
    left(foi_request)
    due = foi_request.due_on

    left(foi_request, at=SENT + 96 * HOUR, to="FOI@council.example")

    assert (rows(foi_request), foi_request.due_on) == ([RELAYED], due)


def test_given_a_corrected_address_when_sent_there_then_the_clock_starts_anew(foi_request, waiting):
    left(foi_request)
    receipt.presume_receipts(now=SENT + 24 * HOUR)

    left(foi_request, at=SENT + 96 * HOUR, to="requests@council.example")

    assert [row[0] for row in rows(foi_request)] == [date(2011, 6, 20), date(2011, 6, 24)]
    assert foi_request.received_on == date(2011, 6, 24)


def test_given_a_letter_that_arrived_when_sent_again_then_only_another_address_is_open(foi_request):
    left(foi_request, to=foi_request.authority.addresses.get().email)
    message = foi_request.messages.get()
    with pytest.raises(NotAllowed, match="not sent twice"):
        undelivered.send_again(message_id=message.pk, now=timezone.now())
    AuthorityAddress.objects.filter(authority=foi_request.authority).update(is_request_address=False)
    AuthorityAddress.objects.create(
        authority=foi_request.authority, email="new@council.example", is_request_address=True
    )

    again = undelivered.send_again(message_id=message.pk, now=timezone.now())

    assert again.to_address == "new@council.example"


def test_given_the_authority_has_written_when_the_letter_comes_back_then_it_had_it(foi_request):
    row = left(foi_request)
    make_letter(foi_request, at=SENT + HOUR)

    undelivered.note_bounce(outbound_id=row.pk, reason="failed", now=SENT + 2 * HOUR)

    assert rows(foi_request) == [RELAYED]


# --- The inbox


def test_given_failed_mail_when_an_officer_opens_it_then_it_counts_from_that_day_once(foi_request, client):
    row = left(foi_request)
    undelivered.note_bounce(outbound_id=row.pk, reason="failed", now=SENT + HOUR)
    officer = make_officer(foi_request.authority)
    client.force_login(officer.user)

    for _twice in range(2):
        assert client.get(f"/inbox/request/{foi_request.pk}/").status_code == 200

    assert rows(foi_request) == [(timezone.localdate(), "officer", "inbox")]
    assert ClockEvent.objects.get(evidence="inbox").actor == officer.user


def test_given_mail_that_is_under_way_when_an_officer_opens_it_then_that_is_no_evidence(foi_request, waiting, client):
    left(foi_request)
    client.force_login(make_officer(foi_request.authority).user)

    assert client.get(f"/inbox/request/{foi_request.pk}/").status_code == 200

    assert rows(foi_request) == []


def test_given_an_answer_within_the_day_then_the_request_is_received_on_the_day_it_left(foi_request, waiting):
    left(foi_request)
    answer = make_letter(foi_request, at=SENT + 20 * HOUR)

    receipt.note_receipt_by_answer(foi_request=foi_request, message=answer, basis="presumed")

    assert rows(foi_request) == [(date(2011, 6, 20), "presumed", "letter")]
    assert "presumed" not in foi_request.clock


# --- The best word beside the sending


def best_word(row):
    row.refresh_from_db()
    return row.delivered_by, row.delivered_to, row.delivered_at


def test_given_words_of_different_worth_then_the_best_stays_with_its_moment_and_server(foi_request):
    row = left(foi_request)
    assert best_word(row) == ("", "", None)

    receipt.note_delivered(outbound_id=row.pk, evidence="dsn", at=SENT + HOUR, server="mx.council.example")
    assert best_word(row) == ("dsn", "mx.council.example", SENT + HOUR)

    receipt.note_delivered(outbound_id=row.pk, evidence="provider", at=SENT + 2 * HOUR)
    assert best_word(row) == ("provider", "", SENT + 2 * HOUR)

    receipt.note_delivered(outbound_id=row.pk, evidence="mx", at=SENT + 3 * HOUR, server="late.example")
    assert best_word(row)[0] == "provider"


def test_given_direct_delivery_then_the_authoritys_own_server_is_the_best_word(foi_request, settings):
    settings.EMAIL_DELIVERS_DIRECTLY = True
    assert best_word(left(foi_request)) == ("mx", "", SENT)
