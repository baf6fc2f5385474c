"""Sending, and what the mail server's word means: accepted starts the clock, refused makes a case."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from requests_app.actions import delivery, moderation, provider_events, send_errors, undelivered
from requests_app.actions.send_errors import Verdict
from requests_app.mail import compose
from requests_app.models import (
    AuthorityAddress,
    Case,
    CaseKind,
    ClockEvent,
    Event,
    NotAllowed,
    OutboundEmail,
    OutboundState,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def foi_request():
    return factories.make_request(received=False)


@pytest.fixture
def row(foi_request):
    return compose.post_letter(foi_request.messages.get())


def _fail_with(monkeypatch, error: Exception) -> None:
    def send(self, messages):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)


def _due_again(row: OutboundEmail) -> None:
    OutboundEmail.objects.filter(pk=row.pk).update(not_before=timezone.now(), lease_until=timezone.now())


def _give(foi_request, email: str) -> None:
    """Another request address for its authority."""
    by = {"actor": factories.make_staff(), "now": timezone.now()}
    moderation.set_request_address(authority_id=foi_request.authority_id, email=email, **by)


def _address_of(row: OutboundEmail) -> AuthorityAddress:
    return AuthorityAddress.objects.get(email=row.to_address)


def test_given_a_first_letter_when_the_server_takes_it_then_the_clock_starts_that_london_day(row, foi_request):
    assert delivery.deliver(row.pk) == "sent"

    row.refresh_from_db()
    assert row.state == OutboundState.SENT and row.accepted_at is not None and not row.maybe_twice
    foi_request.refresh_from_db()
    assert foi_request.received_on == timezone.localdate(row.accepted_at)
    assert ClockEvent.objects.get(foi_request=foi_request).basis == "presumed"
    assert Event.objects.filter(foi_request=foi_request, kind="handed_over").exists()


def test_given_a_letter_when_it_leaves_then_the_envelope_and_the_headers_are_as_composed(row):
    delivery.deliver(row.pk)

    (sent,) = mail.outbox
    wire = sent.message()
    assert sent.from_email == row.envelope_from
    assert wire["From"] == row.from_header
    assert wire["Message-ID"] == row.rfc_message_id
    assert sent.to == [row.to_address]
    assert wire.get_content_type() == "text/plain"


def test_given_a_letter_with_a_file_when_it_leaves_then_the_file_goes_with_it(row, foi_request, files_here):
    factories.make_file(foi_request.messages.get(), "list.csv", b"a,b\n", content_type="text/csv")

    delivery.deliver(row.pk)

    assert [(part[0], part[2]) for part in mail.outbox[0].attachments] == [("list.csv", "text/csv")]


def test_given_a_sent_letter_when_it_is_delivered_again_then_nothing_leaves(row):
    delivery.deliver(row.pk)

    assert delivery.deliver(row.pk) == "nothing"
    assert len(mail.outbox) == 1


def test_given_a_letter_that_can_be_taken_back_when_its_time_has_not_come_then_it_waits(foi_request):
    row = compose.post_letter(foi_request.messages.get(), not_before=timezone.now() + timedelta(minutes=10))

    assert delivery.deliver(row.pk) == "nothing"
    assert delivery.deliver_waiting() == 0


def test_given_a_cancelled_letter_when_it_is_delivered_then_nothing_leaves(row):
    OutboundEmail.objects.update(state=OutboundState.CANCELLED)

    assert delivery.deliver(row.pk) == "nothing"
    assert not mail.outbox


def test_given_a_server_that_is_away_when_sent_then_it_is_tried_again_later_and_the_page_knows(
    row, foi_request, monkeypatch
):
    _fail_with(monkeypatch, ConnectionRefusedError("refused"))
    version = foi_request.version

    assert delivery.deliver(row.pk) == "server_away"

    row.refresh_from_db()
    assert row.state == OutboundState.QUEUED
    assert timedelta(seconds=3) < row.not_before - timezone.now() < timedelta(seconds=7)
    assert "refused" in row.last_error
    foi_request.refresh_from_db()
    assert foi_request.version > version
    assert not Case.objects.exists()


def test_given_a_letter_that_failed_for_an_hour_when_it_fails_again_then_a_person_is_told(row, monkeypatch):
    OutboundEmail.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=2))
    _fail_with(monkeypatch, smtplib.SMTPDataError(451, b"try later"))

    assert delivery.deliver(row.pk) == "retry"

    assert Case.objects.get(kind=CaseKind.UNDELIVERABLE).thing_id == _address_of(row).pk
    monkeypatch.undo()
    _due_again(row)
    mail.outbox = []
    assert delivery.deliver(row.pk) == "sent"
    assert not Case.objects.open().exists()


@pytest.mark.parametrize(("attempts", "result"), [(1, "server_away"), (200, "failed")])
def test_given_a_server_that_is_away_for_days_when_tried_often_enough_then_it_is_given_up(
    row, monkeypatch, attempts, result
):
    OutboundEmail.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=4), attempts=attempts - 1)
    _fail_with(monkeypatch, TimeoutError())

    assert delivery.deliver(row.pk) == result
    assert Case.objects.filter(kind=CaseKind.UNDELIVERABLE).count() == 1


def test_given_an_address_that_does_not_exist_when_sent_then_it_is_final_and_said(row, foi_request, monkeypatch):
    _fail_with(
        monkeypatch, smtplib.SMTPRecipientsRefused({row.to_address: (550, b"no such user " + row.to_address.encode())})
    )

    assert delivery.deliver(row.pk) == "failed"

    row.refresh_from_db()
    assert row.state == OutboundState.FAILED
    assert row.to_address not in row.last_error
    case = Case.objects.get(kind=CaseKind.UNDELIVERABLE)
    assert case.urgent and (case.thing_type, case.thing_id) == ("authority_address", _address_of(row).pk)
    assert Event.objects.filter(foi_request=foi_request, kind="not_delivered").exists()
    assert OutboundEmail.objects.get(template="undeliverable").to_user == foi_request.requester
    foi_request.refresh_from_db()
    assert foi_request.received_on is None


def test_given_a_letter_that_cannot_be_made_when_tried_often_then_it_ends_as_a_failed_job(row, monkeypatch):
    def broken(row):
        raise ValueError("bad header")

    monkeypatch.setattr(delivery, "_letter", broken)

    results = []
    for _try in range(delivery.OWN_FAULT_ATTEMPTS):
        _due_again(row)
        results.append(delivery.deliver(row.pk))

    assert results == ["retry"] * 4 + ["failed"]
    assert Case.objects.get().kind == CaseKind.FAILED_JOB


def test_given_a_persons_mailbox_that_is_gone_when_sent_then_no_case_is_made(foi_request, monkeypatch):
    row = compose.post(
        "response_received", to=foi_request.requester, foi_request=foi_request, message=foi_request.messages.get()
    )
    _fail_with(monkeypatch, smtplib.SMTPRecipientsRefused({row.to_address: (550, b"no")}))

    assert delivery.deliver(row.pk) == "failed"
    assert not Case.objects.exists()


def test_given_a_worker_that_died_when_the_lease_is_over_then_the_letter_goes_with_the_same_id(row):
    OutboundEmail.objects.filter(pk=row.pk).update(
        state=OutboundState.SENDING, lease_until=timezone.now() + timedelta(seconds=20), attempts=1
    )
    assert delivery.deliver(row.pk) == "nothing"
    _due_again(row)

    assert delivery.deliver_waiting() == 1

    row.refresh_from_db()
    assert mail.outbox[0].extra_headers["Message-ID"] == row.rfc_message_id
    assert row.maybe_twice is False


def test_given_a_worker_that_died_after_the_content_left_when_sent_again_then_it_says_maybe_twice(row):
    OutboundEmail.objects.filter(pk=row.pk).update(
        state=OutboundState.SENDING, lease_until=timezone.now(), attempts=1, data_began_at=timezone.now()
    )

    assert delivery.deliver(row.pk) == "sent"

    row.refresh_from_db()
    assert row.maybe_twice is True


def test_given_a_letter_that_came_back_when_noted_then_the_receipt_is_taken_back_once(row, foi_request):
    delivery.deliver(row.pk)

    undelivered.note_bounce(outbound_id=row.pk, reason="5.1.1", now=timezone.now())
    undelivered.note_bounce(outbound_id=row.pk, reason="again", now=timezone.now())

    foi_request.refresh_from_db()
    assert (foi_request.received_on, foi_request.due_on) == (None, None)
    assert AuthorityAddress.objects.get(email=row.to_address).undeliverable_since is not None
    assert Case.objects.filter(kind=CaseKind.UNDELIVERABLE).count() == 1
    row.refresh_from_db()
    assert row.bounce_reason == "5.1.1"


@pytest.mark.parametrize("about_one", [True, False])
def test_given_mail_of_ours_to_an_authority_that_came_back_then_its_address_is_known_to_fail(foi_request, about_one):
    address = foi_request.authority.addresses.get()
    row = compose.prepare("overdue_authority", to=address.email, kind="notice", foi_request=foi_request, context={})
    row.foi_request = foi_request if about_one else None
    row.save()

    undelivered.note_bounce(outbound_id=row.pk, reason="5.1.1", now=timezone.now())

    address.refresh_from_db()
    assert address.undeliverable_since is not None
    assert Case.objects.get(kind=CaseKind.UNDELIVERABLE).thing_id == address.pk


def test_given_a_refused_mail_of_ours_to_an_authority_then_a_case_and_a_mail_to_somebody_else_makes_none(foi_request):
    address = foi_request.authority.addresses.get()
    for number, to in enumerate((address.email, "somebody@people.example")):
        row = compose.prepare("overdue_authority", to=to, kind="notice", foi_request=foi_request, context={})
        row.foi_request = None
        row.save()

        undelivered.note_failure(row, None, final=True, ours=False, now=timezone.now())

        assert Case.objects.filter(kind=CaseKind.UNDELIVERABLE).count() == 1, number
    address.refresh_from_db()
    assert address.undeliverable_since is not None


def test_given_the_notice_of_a_failure_when_it_leaves_then_it_is_not_taken_for_the_letter(row, foi_request):
    delivery.deliver(row.pk)
    undelivered.note_bounce(outbound_id=row.pk, reason="5.1.1", now=timezone.now())

    assert delivery.deliver_waiting() == 1

    foi_request.refresh_from_db()
    assert foi_request.received_on is None
    assert Event.objects.filter(foi_request=foi_request, kind="handed_over").count() == 1


def test_given_a_letter_that_came_back_when_the_address_is_mended_then_it_can_be_sent_again(row, foi_request):
    delivery.deliver(row.pk)
    message = foi_request.messages.get()
    with pytest.raises(NotAllowed):
        undelivered.send_again(message_id=message.pk, now=timezone.now())
    undelivered.note_bounce(outbound_id=row.pk, reason="5.1.1", now=timezone.now())
    _give(foi_request, "better@council.example")

    again = undelivered.send_again(message_id=message.pk, now=timezone.now())

    assert delivery.deliver(again.pk) == "sent"
    assert again.to_address == "better@council.example"
    foi_request.refresh_from_db()
    assert foi_request.received_on is not None
    assert not Case.objects.open().exists()


def test_given_a_providers_word_when_it_names_our_letter_then_only_the_right_token_counts(row):
    delivery.deliver(row.pk)
    wrong = f"{row.pk}-{'a' * 16}"

    assert provider_events.note_failure(marker=wrong, provider_id="", reason="x", now=timezone.now()) is None
    marker = f"{row.pk}-{row.bounce_token}"
    assert provider_events.note_failure(marker=marker, provider_id="", reason="x", now=timezone.now()) == row.pk
    row.refresh_from_db()
    assert row.bounced_at is not None


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"greylisted")}), Verdict.TRANSIENT),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), Verdict.PERMANENT),
        (smtplib.SMTPDataError(552, b"too big"), Verdict.PERMANENT),
        (smtplib.SMTPSenderRefused(530, b"sign in first", "x"), Verdict.TRANSIENT),
        (smtplib.SMTPAuthenticationError(535, b"no"), Verdict.SERVER_AWAY),
        (smtplib.SMTPServerDisconnected("gone"), Verdict.TRANSIENT),
        (TimeoutError(), Verdict.SERVER_AWAY),
        (FileNotFoundError("x"), Verdict.OURS),
        (ValueError("x"), Verdict.OURS),
    ],
)
def test_what_an_error_means(error, verdict):
    assert send_errors.judge(error) is verdict


def test_given_a_letter_that_was_being_sent_when_its_writer_is_suspended_then_it_does_not_leave(
    row, foi_request, mailoutbox
):
    OutboundEmail.objects.filter(pk=row.pk).update(state=OutboundState.SENDING, lease_until=timezone.now())
    by = {"actor": factories.make_staff(), "now": timezone.now()}
    moderation.suspend(user=foi_request.requester, reason_code="abusive", public_wording="Misuse.", **by)

    assert delivery.deliver(row.pk) == "nothing"

    row.refresh_from_db()
    assert row.state == OutboundState.CANCELLED and not mailoutbox
    moderation.restore(user=foi_request.requester, **by)
    assert delivery.deliver(row.pk) == "sent"
