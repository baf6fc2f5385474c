"""Stored first, understood later: one letter once, published only from known addresses, held with a reason."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions import held, inbound, placing, takedown
from requests_app.actions.links import find_link
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import (
    AuthorityAddress,
    Case,
    CaseKind,
    ClockEvent,
    FOIRequest,
    InboundEmail,
    InboundPiece,
    InboundState,
    MessageKind,
    NotAllowed,
    OutboundEmail,
    Release,
    Status,
)
from requests_app.models.private import Draft
from tests import factories
from tests.letters import DOMAIN, failure_report, letter

pytestmark = pytest.mark.django_db
PDF = ("figures.pdf", "application/pdf", b"%PDF-1.4 figures")


@pytest.fixture(autouse=True)
def files_here(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def foi_request():
    return factories.make_request()


@pytest.fixture
def council(foi_request):
    return foi_request.authority.addresses.get().email


def _receive(raw: bytes, *recipients: str, **fields) -> list[int]:
    return inbound.receive(
        door="test", recipients=recipients, envelope_from=fields.pop("envelope_from", ""), raw=raw, **fields
    )


def _arrive(foi_request, raw: bytes, kind: str = "request", **fields) -> InboundEmail:
    (number,) = _receive(raw, address_of(foi_request, kind, DOMAIN), **fields)
    inbound.place(number)
    return InboundEmail.objects.get(pk=number)


def _to(foi_request, kind: str = "request") -> str:
    return address_of(foi_request, kind, DOMAIN)


def _token_in(row: OutboundEmail) -> str:
    return row.body.split("/link/")[1].split("/")[0]


# Stored


def test_given_the_same_letter_twice_when_received_then_it_is_stored_once(foi_request, council):
    raw = letter(sender=council, to=_to(foi_request))

    first, again = _receive(raw, _to(foi_request)), _receive(raw, _to(foi_request).upper())

    assert first == again
    assert InboundEmail.objects.count() == 1


def test_given_the_same_letter_encoded_anew_by_a_relay_when_received_then_it_is_stored_once(foi_request, council):
    text = "Ateb: mae'r wybodaeth ynghlwm â'r llythyr hwn.\r\n"
    head = f"From: {council}\r\nMessage-ID: <1@council.example>\r\nContent-Type: text/plain; charset=utf-8\r\n".encode()
    plain = head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + text.encode()
    coded = (
        head + b"Content-Transfer-Encoding: base64\r\nReceived: by relay\r\n\r\n" + base64.encodebytes(text.encode())
    )

    assert _receive(plain, _to(foi_request)) == _receive(coded, _to(foi_request))


def test_given_one_letter_to_two_requests_when_received_then_each_has_it(foi_request, council):
    other = factories.make_request(authority=foi_request.authority)

    numbers = _receive(
        letter(sender=council, to=_to(foi_request)), _to(foi_request), _to(other), "foi@elsewhere.example"
    )

    assert len(set(numbers)) == 2


def test_given_a_provider_without_recipients_when_received_then_our_addresses_in_the_headers_count(
    foi_request, council
):
    raw = letter(sender=council, to="someone@else.example", Cc=f"Requester <{_to(foi_request)}>")

    assert len(_receive(raw, look_in_headers=True)) == 1
    assert _receive(raw) == []


def test_given_a_large_letter_in_pieces_when_received_then_its_bytes_are_kept_in_pieces_of_a_mebibyte(
    foi_request, council
):
    raw = letter(
        sender=council, to=_to(foi_request), files=(("big.bin", "application/octet-stream", b"\0" * 2_000_000),)
    )

    (number,) = inbound.receive(
        door="test",
        recipients=[_to(foi_request)],
        envelope_from="",
        raw=(raw[start : start + 5000] for start in range(0, len(raw), 5000)),
    )

    row = InboundEmail.objects.get(pk=number)
    assert inbound.raw_of(row) == raw
    assert row.size == len(raw)
    assert max(len(bytes(piece.content)) for piece in InboundPiece.objects.all()) == 1024 * 1024


def test_given_a_letter_over_the_limit_when_received_then_nothing_is_stored(foi_request, council, settings):
    settings.MAX_LETTER_BYTES = 1000

    with pytest.raises(inbound.LetterTooBig):
        _receive(letter(sender=council, to=_to(foi_request), text="x" * 2000), _to(foi_request))

    assert not InboundEmail.objects.exists()


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        (f"foi+request-1-mistyped@{DOMAIN}", True),
        (f"FOI+request-1-{'a' * 16}@{DOMAIN.upper()}", True),
        (f"bounce+1-{'a' * 16}@{DOMAIN}", True),
        (f"postmaster@{DOMAIN}", True),
        (f"no-reply@{DOMAIN}", False),
        (f"foi+request-1-{'a' * 16}@elsewhere.example", False),
        (f"foi+request-1-{'a' * 16}@{DOMAIN}.evil.example", False),
    ],
)
def test_which_addresses_are_taken(address, taken):
    assert inbound.accepts(address) is taken


# Published


def test_given_an_answer_from_the_address_we_wrote_to_when_placed_then_it_is_published_with_its_files(
    foi_request, council
):
    version = foi_request.version

    row = _arrive(foi_request, letter(sender=f"Info Team <{council}>", to=_to(foi_request), files=(PDF,)))

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
    _arrive(foi_request, letter(sender=council, to=_to(foi_request), files=(PDF,)))

    receipt = OutboundEmail.objects.get(template="response_receipt")
    assert receipt.to_address == council
    assert "published with 1 file:" in " ".join(receipt.body.split())
    assert _to(foi_request, "notice") in receipt.from_header
    assert find_link(_token_in(receipt)).message.inbound_email.foi_request == foi_request
    told = OutboundEmail.objects.get(template="response_received")
    assert told.to_user == foi_request.requester
    assert _to(foi_request, "person") in told.from_header


def test_given_an_automatic_reply_when_placed_then_it_is_published_as_one_and_nobody_is_written_to(
    foi_request, council
):
    raw = letter(
        sender=council, to=_to(foi_request), subject="Automatic reply: your request", Auto_Submitted="auto-replied"
    )

    row = _arrive(foi_request, raw)

    assert row.message.is_automatic
    foi_request.refresh_from_db()
    assert foi_request.letters_to_describe_since is None
    assert not OutboundEmail.objects.exists()


def test_given_a_request_without_delivery_record_when_it_is_answered_then_its_clock_has_a_presumed_start(council):
    foi_request = factories.make_request(received=False)
    council = foi_request.authority.addresses.get().email

    _arrive(foi_request, letter(sender=council, to=_to(foi_request)))

    assert ClockEvent.objects.get(foi_request=foi_request, kind="received").basis == "presumed"


def test_given_a_placed_letter_when_placed_again_then_nothing_happens(foi_request, council):
    row = _arrive(foi_request, letter(sender=council, to=_to(foi_request)))

    assert inbound.place(row.pk) == "nothing"
    assert foi_request.messages.filter(kind=MessageKind.RESPONSE).count() == 1


# Held


def test_given_a_strangers_answer_from_the_same_domain_when_placed_then_it_is_held_and_asked_about_once(
    foi_request, council
):
    stranger = f"case.team@{council.partition('@')[2]}"

    row = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request)))
    second = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request), text="And more."))

    assert (row.state, row.reason) == (InboundState.HELD, "unknown_sender")
    assert second.state == InboundState.HELD
    case = Case.objects.get(kind=CaseKind.HELD_LETTER, thing_id=row.pk)
    assert case.details == {"reason": "unknown_sender", "guesses": [foi_request.pk]}
    asked = OutboundEmail.objects.get(template="ask_sender")
    assert asked.to_address == council
    assert stranger in asked.body


def test_given_the_authority_says_publish_when_settled_then_all_that_is_held_of_the_sender_appears(
    foi_request, council
):
    stranger = "case.team@council.example"
    first = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request)), now=timezone.now() - timedelta(days=2))
    second = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request), text="And more."))
    link = find_link(_token_in(OutboundEmail.objects.get(template="ask_sender")))

    published = held.settle_sender(link_id=link.pk, publish=True, now=timezone.now())

    assert [message.at for message in published] == [first.received_at, second.received_at]
    assert not Case.objects.open().filter(kind=CaseKind.HELD_LETTER).exists()
    third = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request), text="A third."))
    assert third.state == InboundState.PLACED
    with pytest.raises(NotAllowed, match="used already"):
        held.settle_sender(link_id=link.pk, publish=False, now=timezone.now())


def test_given_the_authority_says_not_for_the_public_when_settled_then_it_is_remembered(foi_request):
    stranger = "spam@trader.example"
    row = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request)))
    link = find_link(_token_in(OutboundEmail.objects.get(template="ask_sender")))

    held.settle_sender(link_id=link.pk, publish=False, now=timezone.now())

    row.refresh_from_db()
    assert row.state == InboundState.DISCARDED
    again = _arrive(foi_request, letter(sender=stranger, to=_to(foi_request), text="Again."))
    assert (again.state, again.reason) == (InboundState.HELD, "refused_sender")
    assert OutboundEmail.objects.filter(template="ask_sender").count() == 1


def test_given_an_automatic_reply_from_a_stranger_when_placed_then_it_is_held_and_nobody_is_asked(foi_request):
    raw = letter(sender="noreply@council.example", to=_to(foi_request), Auto_Submitted="auto-replied")

    row = _arrive(foi_request, raw)

    assert (row.state, row.reason) == (InboundState.HELD, "unknown_automatic")
    assert not OutboundEmail.objects.exists()


def test_given_an_old_link_when_settled_then_it_says_what_to_do(foi_request):
    _arrive(foi_request, letter(sender="x@y.example", to=_to(foi_request)))
    link = find_link(_token_in(OutboundEmail.objects.get(template="ask_sender")))

    with pytest.raises(NotAllowed, match="write to us"):
        held.settle_sender(link_id=link.pk, publish=True, now=timezone.now() + timedelta(days=31))

    assert AuthorityAddress.objects.get(email="x@y.example").publishes is None


def test_given_the_same_message_id_with_other_words_when_placed_then_it_is_held_for_that(foi_request, council):
    first = _arrive(foi_request, letter(sender=council, to=_to(foi_request), message_id="<same@council.example>"))

    second = _arrive(
        foi_request, letter(sender=council, to=_to(foi_request), message_id="<same@council.example>", text="Otherwise.")
    )

    assert first.state == InboundState.PLACED
    assert (second.state, second.reason) == (InboundState.HELD, "same_message_id")


def test_given_a_mistyped_token_when_placed_then_it_is_held_with_a_guess(foi_request, council):
    (number,) = _receive(letter(sender=council, to="x@y.example"), f"foi+request-{foi_request.pk}-{'a' * 16}@{DOMAIN}")

    inbound.place(number)

    row = InboundEmail.objects.get(pk=number)
    assert (row.state, row.reason, row.foi_request) == (InboundState.HELD, "unknown_address", foi_request)


@pytest.mark.parametrize(("kind", "reason"), [("notice", "notice"), ("person", "person_address")])
def test_given_an_authoritys_letter_to_another_kind_of_address_when_placed_then_it_is_held(
    foi_request, council, kind, reason
):
    row = _arrive(foi_request, letter(sender=council, to=_to(foi_request, kind)), kind)

    assert (row.state, row.reason) == (InboundState.HELD, reason)
    assert not foi_request.messages.filter(kind=MessageKind.RESPONSE).exists()


def test_given_an_imported_request_when_mail_reaches_it_then_it_is_held(foi_request, council):
    FOIRequest.objects.filter(pk=foi_request.pk).update(is_imported=True)

    row = _arrive(foi_request, letter(sender=council, to=_to(foi_request)))

    assert (row.state, row.reason) == (InboundState.HELD, "imported")


def test_given_a_held_letter_when_staff_file_it_then_it_counts_from_its_arrival(foi_request):
    target = factories.make_request("Another one")
    row = _arrive(
        foi_request, letter(sender="x@y.example", to=_to(foi_request)), now=timezone.now() - timedelta(days=3)
    )

    message = held.file_held(
        inbound_email_id=row.pk, foi_request_id=target.pk, actor=factories.make_staff(), now=timezone.now()
    )

    assert (message.foi_request, message.at) == (target, row.received_at)
    assert not Case.objects.open().exists()
    with pytest.raises(NotAllowed):
        held.discard_held(inbound_email_id=row.pk, actor=factories.make_staff(), now=timezone.now())


# The requester's own mail


@pytest.mark.parametrize("kind", ["request", "person"])
def test_given_the_requesters_own_mail_when_placed_then_it_becomes_their_unsent_draft(foi_request, kind):
    text = (
        "Thank you, but one page is missing.\n\nOn Thu, 23 Jun 2011 Info <foi@council.example> wrote:\n> Here it is.\n"
    )

    row = _arrive(foi_request, letter(sender=foi_request.requester.email, to=_to(foi_request, kind), text=text), kind)

    assert row.state == InboundState.TAKEN_AS_DRAFT
    draft = Draft.objects.get(user=foi_request.requester, foi_request=foi_request)
    assert draft.body == "Thank you, but one page is missing."
    assert OutboundEmail.objects.get().template == "draft_waiting"
    assert foi_request.messages.count() == 1


def test_given_a_loop_of_machines_when_placed_then_it_ends(foi_request, monkeypatch):
    monkeypatch.setattr(placing, "DRAFTS_PER_DAY", 2)

    states = [
        _arrive(foi_request, letter(sender=foi_request.requester.email, to=_to(foi_request, "person")), "person").state
        for _round in range(3)
    ]

    assert states == [InboundState.TAKEN_AS_DRAFT, InboundState.TAKEN_AS_DRAFT, InboundState.HELD]


def test_given_a_stranger_at_a_person_address_when_placed_then_there_is_no_draft(foi_request):
    row = _arrive(foi_request, letter(sender="stranger@people.example", to=_to(foi_request, "person")), "person")

    assert row.state == InboundState.HELD
    assert not Draft.objects.exists()


# What came back


def test_given_a_failure_report_when_placed_then_the_letter_counts_as_undelivered(foi_request):
    first = foi_request.messages.get()
    row = compose.post_letter(first)
    OutboundEmail.objects.filter(pk=row.pk).update(state="sent", accepted_at=timezone.now())
    version = foi_request.version

    (number,) = _receive(failure_report(to=row.envelope_from, original_id=row.rfc_message_id), row.envelope_from)
    inbound.place(number)

    row.refresh_from_db()
    assert row.bounced_at is not None
    assert InboundEmail.objects.get(pk=number).state == InboundState.NOTED
    assert Case.objects.get(kind=CaseKind.UNDELIVERABLE).thing_id == row.pk
    foi_request.refresh_from_db()
    assert foi_request.version > version
    assert OutboundEmail.objects.get(template="undeliverable").to_user == foi_request.requester


def test_given_a_failure_report_at_an_address_that_names_no_letter_when_placed_then_it_is_held(foi_request):
    report = failure_report(to="x@y.example", original_id="<unknown@nowhere.example>")

    row = _arrive(foi_request, report)

    assert (row.state, row.reason) == (InboundState.HELD, "bounce_unclear")


def test_given_an_automatic_reply_at_the_bounce_address_when_placed_then_it_joins_the_request(foi_request, council):
    row = compose.post_letter(foi_request.messages.get())
    raw = letter(sender=council, to=row.envelope_from, Auto_Submitted="auto-replied")

    (number,) = _receive(raw, row.envelope_from)
    inbound.place(number)

    assert InboundEmail.objects.get(pk=number).message.is_automatic


# A poison letter harms only itself


def test_given_a_letter_that_cannot_be_placed_when_tried_often_then_it_ends_as_a_case_with_its_bytes(
    foi_request, council, monkeypatch
):
    raw = letter(sender=council, to=_to(foi_request))
    (number,) = _receive(raw, _to(foi_request))
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
    (number,) = _receive(letter(sender=council, to=_to(foi_request)), _to(foi_request))
    InboundEmail.objects.update(attempts=placing.MOST_ATTEMPTS)

    inbound.place(number)

    assert InboundEmail.objects.get(pk=number).reason == "unreadable"


# The receipt's link


def test_given_a_receipt_when_its_link_is_used_then_the_files_are_down_at_once_and_the_clock_stands(
    foi_request, council
):
    row = _arrive(foi_request, letter(sender=council, to=_to(foi_request), files=(PDF,)))
    foi_request.refresh_from_db()
    before = (foi_request.due_on, foi_request.version)
    link = find_link(_token_in(OutboundEmail.objects.get(template="response_receipt")))

    message = takedown.take_down(link_id=link.pk, now=timezone.now())

    assert message == row.message
    file = message.attachments.get()
    assert file.release == Release.CHECKING
    assert file.checking_until == takedown.checked_until(timezone.localdate())
    foi_request.refresh_from_db()
    assert foi_request.due_on == before[0] and foi_request.version > before[1]
    assert Case.objects.get(kind=CaseKind.TAKE_DOWN).urgent
    with pytest.raises(NotAllowed):
        takedown.take_down(link_id=link.pk, now=timezone.now())


def test_given_a_check_without_decision_when_its_days_are_over_then_the_files_are_public_again(foi_request, council):
    _arrive(foi_request, letter(sender=council, to=_to(foi_request), files=(PDF,)))
    link = find_link(_token_in(OutboundEmail.objects.get(template="response_receipt")))
    message = takedown.take_down(link_id=link.pk, now=timezone.now())
    until = message.attachments.get().checking_until

    assert takedown.release_checked_files(on=until, now=timezone.now()) == 0
    assert takedown.release_checked_files(on=until + timedelta(days=1), now=timezone.now()) == 1

    assert message.attachments.get().release == Release.PUBLIC
