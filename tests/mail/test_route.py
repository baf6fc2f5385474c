"""Where a letter belongs: exact tokens, who may publish, and ranked guesses for the rest."""

import pytest

from requests_app.mail import compose
from requests_app.mail.addresses import Kind, make
from requests_app.mail.guessing import guess
from requests_app.mail.parse import ParsedEmail, parse
from requests_app.mail.route import follow_address, publishing_reason
from requests_app.mail.tokens import address_of
from requests_app.mail.vouching import Voucher
from requests_app.models import AuthorityAddress, InboundEmail, MessageKind, OutboundEmail
from tests import factories

DOMAIN = "reply.foitracker.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def foi_request():
    return factories.make_request("Playground inspections since 2008")


def _reason(foi_request, letter: ParsedEmail) -> str:
    return publishing_reason(foi_request, letter, Voucher(InboundEmail(), letter))


def _from(address: str, **fields) -> ParsedEmail:
    return ParsedEmail(from_address=address, **fields)


@pytest.mark.parametrize("kind", list(Kind))
def test_given_our_address_when_it_is_followed_then_it_leads_to_its_request_and_kind(foi_request, kind):
    way = follow_address(address_of(foi_request, kind, DOMAIN).upper())

    assert (way.kind, way.foi_request) == (kind, foi_request)


def test_given_a_near_miss_when_it_is_followed_then_it_leads_nowhere(foi_request):
    token = foi_request.reply_token
    other = "b" if token[-1] != "b" else "c"

    for address in (
        make("request", foi_request.pk, token[:-1] + other, DOMAIN),
        make("request", foi_request.pk + 1, token, DOMAIN),
        make("notice", foi_request.pk, token, DOMAIN),
        make("person", foi_request.pk, token, DOMAIN),
        f"foi+request-{foi_request.pk}-{token}@other.example",
    ):
        way = follow_address(address)
        assert (way.kind, way.foi_request) == (None, None)


def test_given_a_bounce_address_when_it_is_followed_then_only_its_own_token_finds_the_letter(foi_request):
    row = compose.post_letter(foi_request.messages.get(kind=MessageKind.REQUEST))

    assert follow_address(row.envelope_from).outbound == row
    assert follow_address(f"bounce+{row.pk}-{'a' * 16}@{DOMAIN}").outbound is None


def test_given_senders_when_asked_who_publishes_then_only_exact_known_addresses_do(foi_request):
    authority = foi_request.authority
    officer = factories.make_officer(authority)
    former = factories.make_officer(authority, factories.make_user("F. Former"))
    former.ended_at = factories.SENT_AT
    former.save()
    written_to = authority.addresses.get().email
    domain = written_to.partition("@")[2]
    AuthorityAddress.objects.create(authority=authority, email="yes@council.example", publishes=True)
    AuthorityAddress.objects.create(authority=authority, email="no@council.example", publishes=False)
    AuthorityAddress.objects.create(authority=factories.make_authority(), email="else@council.example", publishes=True)

    assert _reason(foi_request, _from(written_to.upper())) == ""
    assert _reason(foi_request, _from("yes@council.example")) == ""
    assert _reason(foi_request, _from(officer.user.email)) == ""
    assert _reason(foi_request, _from(former.user.email)) == "unknown_sender"
    assert _reason(foi_request, _from(f"somebody@{domain}")) == "unknown_sender"
    assert _reason(foi_request, _from("else@council.example")) == "unknown_sender"
    assert _reason(foi_request, _from("no@council.example")) == "refused_sender"
    assert _reason(foi_request, _from("")) == "no_sender"
    assert _reason(foi_request, _from(written_to, notes=("no sender in From: Sender was used",))) == "no_sender"


@pytest.mark.parametrize(
    "senders",
    [
        "From: {known}, evil@elsewhere.example",
        "From: {known}\nFrom: evil@elsewhere.example",
        "From: {known} evil@x.example",
    ],
)
def test_given_a_known_sender_beside_another_when_asked_who_publishes_then_a_person_looks(foi_request, senders):
    known = foi_request.authority.addresses.get().email
    forged = parse(f"{senders.format(known=known)}\nSubject: Re\n\nForged.\n".encode())
    twice = parse(f"From: FOI <{known}>\nFrom: {known.upper()}\nSubject: Re\n\nOurs.\n".encode())

    assert _reason(foi_request, forged) == "several_senders"
    assert _reason(foi_request, twice) == ""


def test_given_a_former_address_that_we_wrote_to_when_it_answers_then_it_publishes(foi_request):
    row = compose.post_letter(foi_request.messages.get(kind=MessageKind.REQUEST))
    OutboundEmail.objects.filter(pk=row.pk).update(state="sent")
    address = foi_request.authority.addresses.get()
    old = address.email
    address.email = "new@council.example"
    address.save()

    assert _reason(foi_request, _from(old)) == ""


def test_given_the_requesters_own_address_when_asked_then_only_a_confirmed_one_counts(foi_request):
    requester = foi_request.requester
    requester.emailaddress_set.create(email="second@people.example", verified=False)

    way = follow_address(address_of(foi_request, "request", DOMAIN))
    assert way.is_from_requester(_from(requester.email.upper()))
    assert not way.is_from_requester(_from("second@people.example"))
    assert not way.is_from_requester(_from(""))

    requester.emailaddress_set.filter(email="second@people.example").update(verified=True)
    assert follow_address(address_of(foi_request, "request", DOMAIN)).is_from_requester(_from("Second@People.example"))


def test_given_a_lost_letter_when_guessed_then_references_go_before_numbers_and_titles(foi_request):
    same_authority = factories.make_request("Bus lane fines in 2010", authority=foi_request.authority)
    by_reference = factories.make_request("Swimming pools")
    row = compose.post_letter(by_reference.messages.get(kind=MessageKind.REQUEST))
    letter = _from(
        foi_request.authority.addresses.get().email,
        subject="RE: Freedom of Information request - Playground inspections since 2008",
        in_reply_to=row.rfc_message_id.strip("<>"),
    )

    found = guess(letter, f"foi+request-{same_authority.pk}-typo@{DOMAIN}")

    assert [(one.number, one.signs) for one in found] == [
        (by_reference.pk, ("thread",)),
        (same_authority.pk, ("number", "authority")),
        (foi_request.pk, ("subject", "authority")),
    ]


@pytest.mark.parametrize("slip", ["{}x", "x{}", "{:.15}"])
def test_given_a_slip_in_our_address_when_guessed_then_it_says_more_than_the_number(foi_request, slip):
    address = address_of(foi_request, Kind.REQUEST, DOMAIN)
    local, _at, domain = address.partition("@")
    number, token = local.rsplit("-", 1)

    (found,) = guess(_from("somebody@elsewhere.example"), f"{number}-{slip.format(token)}@{domain}")

    assert (found.number, found.signs) == (foi_request.pk, ("address",))


def test_given_only_a_known_sender_when_guessed_then_its_open_requests_come_by_due_date(foi_request):
    answered = factories.make_request("Bus lane fines", authority=foi_request.authority, status="answered")
    sender = foi_request.authority.addresses.get().email

    found = guess(_from(sender, subject="Our letter to you"), "foi@reply.foitracker.example")

    assert [one.number for one in found] == [foi_request.pk] and found[0].signs == ("authority",)
    assert answered.pk not in [one.number for one in found]


@pytest.mark.parametrize(
    ("subject", "is_like"),
    [
        ("Re: Playground", True),
        ("Re: Plyground inspectins sinse 2O08", True),
        ("Re: Fee and question both", False),
        ("Re: Spending on training since May", False),
    ],
)
def test_given_a_subject_that_shares_only_letters_with_a_title_when_guessed_then_it_is_not_called_like_it(
    foi_request, subject, is_like
):
    found = guess(_from(foi_request.authority.addresses.get().email, subject=subject), f"nobody@{DOMAIN}")

    assert ("subject" in found[0].signs) == is_like


def test_given_an_imported_request_when_guessed_then_it_is_never_named():
    imported = factories.make_request("Swimming pools", is_imported=True)

    assert guess(_from("a@b.example", subject="Swimming pools"), f"foi+request-{imported.pk}-x@{DOMAIN}") == []
