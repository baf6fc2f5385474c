"""Letters into the outbox: addresses, footers, wrapping, and what may not be sent."""

from email.utils import parseaddr

import pytest

from requests_app.mail import compose, wrapping
from requests_app.mail.addresses import Kind, recognise, recognise_bounce
from requests_app.mail.arrival_words import to_authority
from requests_app.mail.tokens import token_of
from requests_app.models import Direction, MessageKind, NotAllowed, OutboundEmail
from tests import factories

DOMAIN = "reply.foitracker.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def foi_request():
    return factories.make_request("Damp & mould in council homes")


def _first_letter(foi_request):
    return foi_request.messages.get(kind=MessageKind.REQUEST)


def test_given_a_first_letter_when_it_is_posted_then_its_from_is_the_request_address_under_the_persons_name(
    foi_request,
):
    row = compose.post_letter(_first_letter(foi_request))

    name, address = parseaddr(row.from_header)
    assert name == foi_request.requester.public_name
    assert recognise(address, DOMAIN).kind is Kind.REQUEST
    assert recognise(address, DOMAIN).token == foi_request.reply_token
    assert recognise_bounce(row.envelope_from, DOMAIN).outbound_id == row.pk
    assert row.to_address == foi_request.authority.addresses.get().email
    assert row.subject == "Freedom of Information request - Damp & mould in council homes"


def test_given_a_letter_when_it_is_posted_then_the_footer_says_all_that_an_authority_must_know(foi_request):
    row = compose.post_letter(_first_letter(foi_request))

    words = " ".join(row.body.split())
    for said in (
        "sent this letter for a member of the public",
        "not part of government",
        "reply to this e-mail",
        f"will be published at: http://localhost:8000/request/{foi_request.slug}",
        "do not copy this reply address into internal mail",
        f"http://localhost:8000/request/{foi_request.slug}/report",
        f"http://localhost:8000/inbox/request/{foi_request.pk}/",
    ):
        assert said in words
    assert max(map(len, row.body.splitlines())) <= wrapping.LINE_WIDTH


def test_given_a_follow_up_when_it_is_posted_then_it_threads_below_the_first_letter(foi_request):
    first = compose.post_letter(_first_letter(foi_request))
    follow_up = factories.make_letter(foi_request, Direction.OUTGOING, "Dear Council,\n\nAny news?\n\nP")

    row = compose.post_letter(follow_up)

    assert row.headers["In-Reply-To"] == first.rfc_message_id
    assert row.subject.startswith("Re: Freedom of Information request - ")


@pytest.mark.parametrize(
    ("regime", "said"),
    [
        ("foia", "Freedom of Information request - "),
        ("foia-school", "Freedom of Information request - "),
        ("eir", "Environmental information request - "),
        ("none", "Request for information - "),
    ],
)
def test_given_a_regime_when_a_letter_is_posted_then_only_its_own_law_is_named(regime, said):
    foi_request = factories.make_request(regime=regime)

    assert compose.post_letter(_first_letter(foi_request)).subject.startswith(said)


def test_given_an_authority_without_address_when_a_letter_is_posted_then_it_says_so(foi_request):
    foi_request.authority.addresses.all().delete()

    with pytest.raises(NotAllowed, match="e-mail address"):
        compose.post_letter(_first_letter(foi_request))


@pytest.mark.parametrize("field", ["importing", "is_imported"])
def test_given_an_imported_request_when_anything_is_posted_then_nothing_leaves(field):
    foi_request = factories.make_request(**{field: True})

    assert compose.post_letter(_first_letter(foi_request)) is None
    assert compose.post("undeliverable", to=foi_request.requester, foi_request=foi_request) is None
    assert compose.post("undeliverable", to="foi@council.example", foi_request=foi_request, kind="notice") is None
    assert not OutboundEmail.objects.exists()


def test_given_the_three_kinds_when_letters_are_posted_then_their_addresses_never_share_a_token(foi_request):
    message = _first_letter(foi_request)
    notice = compose.post(
        "response_receipt",
        to="foi@council.example",
        foi_request=foi_request,
        kind="notice",
        message=message,
        filling=to_authority(foi_request, message, files=0, take_down_link=""),
    )
    person = compose.post("response_received", to=foi_request.requester, foi_request=foi_request, message=message)

    kinds = [recognise(parseaddr(row.from_header)[1], DOMAIN) for row in (notice, person)]
    assert [ours.kind for ours in kinds] == [Kind.NOTICE, Kind.PERSON]
    assert len({token_of(foi_request, kind) for kind in Kind}) == 3
    assert notice.headers["Auto-Submitted"] == "auto-generated"
    assert notice.body.startswith("Automatic message from FOI Tracker, a public website.")


def test_given_somebody_else_than_the_requester_when_mail_is_posted_then_no_address_of_the_request_is_in_it(
    foi_request,
):
    follower = factories.make_user()

    row = compose.post("response_received", to=follower, foi_request=foi_request, message=_first_letter(foi_request))

    assert parseaddr(row.from_header)[1] == f"no-reply@{DOMAIN}"
    assert row.reply_to == "team@foitracker.example"


def test_given_a_name_with_marks_when_a_letter_is_posted_then_no_header_can_be_forged():
    foi_request = factories.make_request()
    message = _first_letter(foi_request)
    message.author_name = 'A. "Bee", Ms\r\nBcc: everybody@people.example'

    row = compose.post_letter(message)

    assert "\n" not in row.from_header and "\r" not in row.from_header
    assert parseaddr(row.from_header)[1].startswith("foi+request-")


def test_given_long_lines_when_text_is_wrapped_then_addresses_and_quotations_stay_whole():
    url = "http://localhost:8000/" + "a" * 100
    quoted = "> " + "word " * 30

    wrapped = compose.wrap(f"{'word ' * 40}\n{url}\n{quoted}\r\n\n\n\n\n\nend")

    assert url in wrapped.splitlines()
    assert quoted.rstrip() in wrapped.splitlines()
    assert "\n\n\n\n" not in wrapped
    assert all(len(line) <= 76 for line in wrapped.splitlines() if "a" * 100 not in line and not line.startswith(">"))
