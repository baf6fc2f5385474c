"""Held letters: why, whom we ask, and what the authority or our staff then decide."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions import held, inbound
from requests_app.actions.links import find_link
from requests_app.mail.route import NO_ANSWERS
from requests_app.models import (
    AuthorityAddress,
    Case,
    CaseKind,
    FOIRequest,
    InboundEmail,
    InboundState,
    MessageKind,
    NotAllowed,
    OutboundEmail,
)
from tests import factories
from tests.arrivals import arrive, our_address, receive, token_in
from tests.letters import ACKNOWLEDGED, DOMAIN, letter
from tests.reminding import is_called_late

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


def test_given_a_strangers_answer_from_the_same_domain_when_placed_then_it_is_held_and_asked_about_once(
    foi_request, council
):
    stranger = f"case.team@{council.partition('@')[2]}"

    row = arrive(foi_request, letter(sender=stranger, to=our_address(foi_request)))
    second = arrive(foi_request, letter(sender=stranger, to=our_address(foi_request), text="And more."))

    assert (row.state, row.reason) == (InboundState.HELD, "unknown_sender")
    assert second.state == InboundState.HELD
    case = Case.objects.get(kind=CaseKind.HELD_LETTER, thing_id=row.pk)
    assert case.details == {
        "reason": "unknown_sender",
        "guesses": [foi_request.pk],
        "signs": {str(foi_request.pk): ["exact"]},
    }
    asked = OutboundEmail.objects.get(template="ask_sender")
    assert asked.to_address == council
    assert stranger in asked.body


def test_given_a_flood_of_strangers_when_placed_then_no_more_of_them_are_written_down_than_asked_about(
    foi_request, council, monkeypatch
):
    monkeypatch.setattr(held, "ASKED_PER_DAY", 2)
    before = AuthorityAddress.objects.count()

    rows = [
        arrive(foi_request, letter(sender=f"stranger{number}@evil.example", to=our_address(foi_request)))
        for number in range(5)
    ]

    assert {row.state for row in rows} == {InboundState.HELD}
    assert OutboundEmail.objects.filter(template="ask_sender").count() == 2
    assert AuthorityAddress.objects.count() == before + 2

    AuthorityAddress.objects.filter(asked_at__isnull=False).update(asked_at=timezone.now() - timedelta(days=2))
    arrive(foi_request, letter(sender="stranger4@evil.example", to=our_address(foi_request), text="Again."))

    assert OutboundEmail.objects.filter(template="ask_sender").count() == 3, "asked about on another day"


def test_given_the_authority_says_publish_when_settled_then_all_that_is_held_of_the_sender_appears(
    foi_request, council
):
    stranger = "case.team@council.example"
    first = arrive(
        foi_request, letter(sender=stranger, to=our_address(foi_request)), now=timezone.now() - timedelta(days=2)
    )
    second = arrive(foi_request, letter(sender=stranger, to=our_address(foi_request), text="And more."))
    link = find_link(token_in(OutboundEmail.objects.get(template="ask_sender")))

    published = held.settle_sender(link_id=link.pk, publish=True, now=timezone.now())

    assert [message.at for message in published] == [first.received_at, second.received_at]
    assert not Case.objects.open().filter(kind=CaseKind.HELD_LETTER).exists()
    third = arrive(foi_request, letter(sender=stranger, to=our_address(foi_request), text="A third."))
    assert third.state == InboundState.PLACED
    with pytest.raises(NotAllowed, match="used already"):
        held.settle_sender(link_id=link.pk, publish=False, now=timezone.now())


def test_given_the_authority_says_not_for_the_public_when_settled_then_it_is_remembered(foi_request):
    stranger = "spam@trader.example"
    row = arrive(foi_request, letter(sender=stranger, to=our_address(foi_request)))
    link = find_link(token_in(OutboundEmail.objects.get(template="ask_sender")))

    held.settle_sender(link_id=link.pk, publish=False, now=timezone.now())

    row.refresh_from_db()
    assert row.state == InboundState.DISCARDED
    again = arrive(foi_request, letter(sender=stranger, to=our_address(foi_request), text="Again."))
    assert (again.state, again.reason) == (InboundState.HELD, "refused_sender")
    assert OutboundEmail.objects.filter(template="ask_sender").count() == 1


def test_given_an_automatic_reply_from_a_stranger_when_placed_then_it_is_held_and_nobody_is_asked(foi_request):
    raw = letter(
        sender="noreply@council.example",
        to=our_address(foi_request),
        text=ACKNOWLEDGED,
        Auto_Submitted="auto-replied",
    )

    row = arrive(foi_request, raw)

    assert (row.state, row.reason) == (InboundState.HELD, "unknown_automatic")
    assert not OutboundEmail.objects.exists()


def test_given_an_old_link_when_settled_then_it_says_what_to_do(foi_request):
    arrive(foi_request, letter(sender="x@y.example", to=our_address(foi_request)))
    link = find_link(token_in(OutboundEmail.objects.get(template="ask_sender")))

    with pytest.raises(NotAllowed, match="write to us"):
        held.settle_sender(link_id=link.pk, publish=True, now=timezone.now() + timedelta(days=31))

    assert AuthorityAddress.objects.get(email="x@y.example").publishes is None


def test_given_the_same_message_id_with_other_words_when_placed_then_it_is_held_for_that(foi_request, council):
    first = arrive(
        foi_request, letter(sender=council, to=our_address(foi_request), message_id="<same@council.example>")
    )

    second = arrive(
        foi_request,
        letter(sender=council, to=our_address(foi_request), message_id="<same@council.example>", text="Otherwise."),
    )

    assert first.state == InboundState.PLACED
    assert (second.state, second.reason) == (InboundState.HELD, "same_message_id")


def test_given_a_mistyped_token_when_placed_then_it_is_held_with_a_guess(foi_request, council):
    (number,) = receive(letter(sender=council, to="x@y.example"), f"foi+request-{foi_request.pk}-{'a' * 16}@{DOMAIN}")

    inbound.place(number)

    row = InboundEmail.objects.get(pk=number)
    assert (row.state, row.reason, row.foi_request) == (InboundState.HELD, "unknown_address", foi_request)


@pytest.mark.parametrize(("kind", "reason"), [("notice", "notice"), ("person", "person_address")])
def test_given_an_authoritys_letter_to_another_kind_of_address_when_placed_then_it_is_held(
    foi_request, council, kind, reason
):
    row = arrive(foi_request, letter(sender=council, to=our_address(foi_request, kind)), kind)

    assert (row.state, row.reason) == (InboundState.HELD, reason)
    assert not foi_request.messages.filter(kind=MessageKind.RESPONSE).exists()


def test_given_an_imported_request_when_mail_reaches_it_then_it_is_held(foi_request, council):
    FOIRequest.objects.filter(pk=foi_request.pk).update(is_imported=True)

    row = arrive(foi_request, letter(sender=council, to=our_address(foi_request)))

    assert (row.state, row.reason) == (InboundState.HELD, "imported")


def test_given_a_held_letter_when_staff_file_it_then_it_counts_from_its_arrival(foi_request):
    target = factories.make_request("Another one")
    row = arrive(
        foi_request, letter(sender="x@y.example", to=our_address(foi_request)), now=timezone.now() - timedelta(days=3)
    )

    message = held.file_held(
        inbound_email_id=row.pk, foi_request_id=target.pk, actor=factories.make_staff(), now=timezone.now()
    )

    assert (message.foi_request, message.at) == (target, row.received_at)
    assert not Case.objects.open().exists()
    with pytest.raises(NotAllowed):
        held.discard_held(inbound_email_id=row.pk, actor=factories.make_staff(), now=timezone.now())


def test_given_a_stranger_who_mistypes_an_address_when_held_then_only_staff_learn_of_the_guess(client, foi_request):
    FOIRequest.objects.filter(pk=foi_request.pk).update(due_on="2011-07-15", grace_on="2011-07-15")
    wrong = f"foi+request-{foi_request.pk}-aaaaaaaaaaaaaaaa@{DOMAIN}"
    (number,) = receive(letter(sender="anybody@elsewhere.example", to=wrong), wrong)

    inbound.place(number)

    assert Case.objects.get(kind=CaseKind.HELD_LETTER).details["guesses"] == [foi_request.pk]
    assert InboundEmail.objects.get(pk=number).foi_request is None
    assert b"wrote on" not in client.get(f"/request/{foi_request.slug}").content
    assert is_called_late(foi_request, on=timezone.localdate())


@pytest.mark.parametrize("reason", NO_ANSWERS)
def test_given_a_letter_held_that_is_no_answer_then_no_page_says_that_the_authority_wrote(client, foi_request, reason):
    row = arrive(foi_request, letter(sender="anybody@elsewhere.example", to=our_address(foi_request)))
    assert b"wrote on" in client.get(f"/request/{foi_request.slug}").content
    InboundEmail.objects.filter(pk=row.pk).update(reason=reason)
    FOIRequest.objects.filter(pk=foi_request.pk).update(version=99)

    assert b"wrote on" not in client.get(f"/request/{foi_request.slug}").content
    assert is_called_late(foi_request, on=timezone.localdate())


def test_given_letters_moved_crosswise_then_both_requests_are_locked_in_one_order(foi_request, council):
    other = factories.make_request("Potholes", authority=foi_request.authority)
    staff = factories.make_staff()
    order = []
    for held_at, goes_to in ((foi_request, other), (other, foi_request)):
        row = arrive(held_at, letter(sender="somebody@elsewhere.example", to=our_address(held_at)))
        assert row.foi_request_id == held_at.pk

        with CaptureQueriesContext(connection) as asked:
            held.file_held(inbound_email_id=row.pk, foi_request_id=goes_to.pk, actor=staff, now=timezone.now())

        locks = [
            one["sql"] for one in asked if "FOR UPDATE" in one["sql"] and 'FROM "requests_app_foirequest"' in one["sql"]
        ]
        order.append(locks[0])
    assert all(" ORDER BY 1 ASC FOR UPDATE" in one for one in order), order
    assert all(f"{number}" in one.partition("WHERE")[2] for one in order for number in (foi_request.pk, other.pk))
