"""Understood later: published from known addresses, a draft, noted, or a case; a bad letter harms only itself."""

import pytest
from django.utils import timezone

from requests_app.actions import inbound, placing
from requests_app.actions.links import find_link
from requests_app.mail import compose
from requests_app.models import (
    Case,
    CaseKind,
    ClockEvent,
    FOIRequest,
    InboundEmail,
    InboundState,
    MessageKind,
    OutboundEmail,
    Status,
)
from requests_app.models.private import Draft
from tests import factories
from tests.arrivals import PDF, arrive, our_address, receive, token_in
from tests.letters import ACKNOWLEDGED, failure_report, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


def test_given_an_answer_from_the_address_we_wrote_to_when_placed_then_it_is_published_with_its_files(
    foi_request, council
):
    version = foi_request.version

    row = arrive(foi_request, letter(sender=f"Info Team <{council}>", to=our_address(foi_request), files=(PDF,)))

    assert row.state == InboundState.PLACED
    message = row.message
    assert message.published_html and message.at == row.received_at
    assert message.author_name == foi_request.authority.name
    assert [file.name for file in message.attachments.all()] == ["figures.pdf"]
    foi_request.refresh_from_db()
    assert foi_request.version > version
    assert foi_request.status == Status.AWAITING_RESPONSE
    assert foi_request.letters_to_describe_since is not None


def test_given_a_published_answer_when_placed_then_both_sides_are_told(foi_request, council):
    arrive(foi_request, letter(sender=council, to=our_address(foi_request), files=(PDF,)))

    receipt = OutboundEmail.objects.get(template="response_receipt")
    assert receipt.to_address == council
    assert "published with 1 file:" in " ".join(receipt.body.split())
    assert our_address(foi_request, "notice") in receipt.from_header
    assert find_link(token_in(receipt)).message.inbound_email.foi_request == foi_request
    told = OutboundEmail.objects.get(template="response_received")
    assert told.to_user == foi_request.requester
    assert our_address(foi_request, "person") in told.from_header


def test_given_an_automatic_reply_when_placed_then_it_is_published_as_one_and_nobody_is_written_to(
    foi_request, council
):
    raw = letter(
        sender=council,
        to=our_address(foi_request),
        text=ACKNOWLEDGED,
        subject="Automatic reply: your request",
        Auto_Submitted="auto-replied",
    )

    row = arrive(foi_request, raw)

    assert row.message.is_automatic
    foi_request.refresh_from_db()
    assert foi_request.letters_to_describe_since is None
    assert not OutboundEmail.objects.exists()


def test_given_a_request_without_delivery_record_when_it_is_answered_then_its_clock_has_a_presumed_start(council):
    foi_request = factories.make_request(received=False)
    council = foi_request.authority.addresses.get().email

    arrive(foi_request, letter(sender=council, to=our_address(foi_request)))

    assert ClockEvent.objects.get(foi_request=foi_request, kind="received").basis == "presumed"


def test_given_a_placed_letter_when_placed_again_then_nothing_happens(foi_request, council):
    row = arrive(foi_request, letter(sender=council, to=our_address(foi_request)))

    assert inbound.place(row.pk) == "nothing"
    assert foi_request.messages.filter(kind=MessageKind.RESPONSE).count() == 1


@pytest.mark.parametrize("kind", ["request", "person"])
def test_given_the_requesters_own_mail_when_placed_then_it_becomes_their_unsent_draft(foi_request, kind):
    text = (
        "Thank you, but one page is missing.\n\nOn Thu, 23 Jun 2011 Info <foi@council.example> wrote:\n> Here it is.\n"
    )

    row = arrive(
        foi_request, letter(sender=foi_request.requester.email, to=our_address(foi_request, kind), text=text), kind
    )

    assert row.state == InboundState.TAKEN_AS_DRAFT
    draft = Draft.objects.get(user=foi_request.requester, foi_request=foi_request)
    assert draft.body == "Thank you, but one page is missing."
    assert OutboundEmail.objects.get().template == "draft_waiting"
    assert foi_request.messages.count() == 1


def test_given_a_loop_of_machines_when_placed_then_it_ends(foi_request, monkeypatch):
    monkeypatch.setattr(placing, "DRAFTS_PER_DAY", 2)

    states = [
        arrive(
            foi_request, letter(sender=foi_request.requester.email, to=our_address(foi_request, "person")), "person"
        ).state
        for _round in range(3)
    ]

    assert states == [InboundState.TAKEN_AS_DRAFT, InboundState.TAKEN_AS_DRAFT, InboundState.HELD]


def test_given_a_stranger_at_a_person_address_when_placed_then_there_is_no_draft(foi_request):
    row = arrive(foi_request, letter(sender="stranger@people.example", to=our_address(foi_request, "person")), "person")

    assert row.state == InboundState.HELD
    assert not Draft.objects.exists()


def test_given_a_failure_report_when_placed_then_the_letter_counts_as_undelivered(foi_request):
    first = foi_request.messages.get()
    row = compose.post_letter(first)
    OutboundEmail.objects.filter(pk=row.pk).update(state="sent", accepted_at=timezone.now())
    version = foi_request.version

    (number,) = receive(failure_report(to=row.envelope_from, original_id=row.rfc_message_id), row.envelope_from)
    inbound.place(number)

    row.refresh_from_db()
    assert row.bounced_at is not None
    assert InboundEmail.objects.get(pk=number).state == InboundState.NOTED
    address = foi_request.authority.addresses.get(email=row.to_address)
    assert Case.objects.get(kind=CaseKind.UNDELIVERABLE).thing_id == address.pk
    foi_request.refresh_from_db()
    assert foi_request.version > version
    assert OutboundEmail.objects.get(template="undeliverable").to_user == foi_request.requester


def test_given_a_full_mailbox_when_placed_then_the_letter_is_undelivered_and_the_address_stays_in_use(foi_request):
    row = compose.post_letter(foi_request.messages.get())
    OutboundEmail.objects.filter(pk=row.pk).update(state="sent", accepted_at=timezone.now())
    report = failure_report(to=row.envelope_from, original_id=row.rfc_message_id).replace(b"5.1.1", b"4.2.2")

    (number,) = receive(report, row.envelope_from)
    inbound.place(number)

    row.refresh_from_db()
    assert row.bounced_at is not None
    address = foi_request.authority.addresses.get(email=row.to_address)
    assert Case.objects.get(kind=CaseKind.UNDELIVERABLE).thing_id == address.pk
    assert address.undeliverable_since is None


def test_given_a_failure_report_at_an_address_that_names_no_letter_when_placed_then_it_is_held(foi_request):
    report = failure_report(to="x@y.example", original_id="<unknown@nowhere.example>")

    row = arrive(foi_request, report)

    assert (row.state, row.reason) == (InboundState.HELD, "bounce_unclear")


def test_given_an_automatic_reply_at_the_bounce_address_when_placed_then_it_joins_the_request(foi_request, council):
    row = compose.post_letter(foi_request.messages.get())
    raw = letter(sender=council, to=row.envelope_from, text=ACKNOWLEDGED, Auto_Submitted="auto-replied")

    (number,) = receive(raw, row.envelope_from)
    inbound.place(number)

    assert InboundEmail.objects.get(pk=number).message.is_automatic


def test_given_a_letter_that_cannot_be_placed_when_tried_often_then_it_ends_as_a_case_with_its_bytes(
    foi_request, council, monkeypatch
):
    raw = letter(sender=council, to=our_address(foi_request))
    (number,) = receive(raw, our_address(foi_request))
    monkeypatch.setattr(placing, "read", lambda row: 1 / 0)

    results = []
    for _try in range(placing.MOST_ATTEMPTS):
        InboundEmail.objects.update(next_attempt_at=timezone.now())
        results.append(inbound.place(number))

    assert results == ["retry"] * 4 + [InboundState.HELD]
    row = InboundEmail.objects.get(pk=number)
    assert inbound.raw_of(row) == raw
    assert Case.objects.get().kind == CaseKind.FAILED_JOB


def test_given_a_letter_that_killed_every_worker_when_its_turn_comes_then_it_is_not_read_again(foi_request, council):
    (number,) = receive(letter(sender=council, to=our_address(foi_request)), our_address(foi_request))
    InboundEmail.objects.update(attempts=placing.MOST_ATTEMPTS)

    inbound.place(number)

    assert InboundEmail.objects.get(pk=number).reason == "unreadable"


@pytest.mark.parametrize(
    ("prominence", "told"), [("parties", {"response_received"}), ("nobody", set())], ids=["from the public", "from all"]
)
def test_given_a_hidden_request_when_it_is_answered_then_nobody_is_told_that_it_is_public(
    foi_request, council, prominence, told
):
    FOIRequest.objects.filter(pk=foi_request.pk).update(
        prominence=prominence, concealed_reason="personal", concealed_wording="Hidden."
    )

    row = arrive(foi_request, letter(sender=council, to=our_address(foi_request)))

    assert row.state == InboundState.PLACED
    assert set(OutboundEmail.objects.values_list("template", flat=True)) == told
