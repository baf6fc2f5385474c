"""Letters from an address that we know, by what can be told of whether that address really sent them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions import held, inbound
from requests_app.mail.vouching import TRIES
from requests_app.models import Case, CaseKind, InboundEmail, InboundState, OutboundEmail
from requests_app.selectors import moderation_case, moderation_held
from tests import factories
from tests.arrivals import arrive, our_address, receive
from tests.letters import letter
from tests.name_server import answering
from tests.signing import records_of, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]

OURS = "mx.site.example"
FORGED = "dmarc=fail header.from=council.example; spf=softfail smtp.mailfrom=council.example; dkim=none"


def told(foi_request, sender: str, said: str, **fields: str) -> bytes:
    raw = letter(sender=sender, to=our_address(foi_request), **fields)
    return f"Received: by {OURS}\r\nAuthentication-Results: {OURS}; {said}\r\n".encode() + raw


def as_left(foi_request) -> tuple:
    foi_request.refresh_from_db()
    return foi_request.messages.count(), foi_request.status, foi_request.clock, foi_request.events.count()


@pytest.fixture
def trusted(settings):
    settings.TRUSTED_AUTHSERV_ID = OURS


@pytest.mark.usefixtures("trusted")
def test_given_a_forged_letter_from_an_address_we_know_when_placed_then_it_is_held_with_what_failed(
    foi_request, council
):
    before = as_left(foi_request)

    row = arrive(foi_request, told(foi_request, council, FORGED))

    assert (row.state, row.reason, row.foi_request) == (InboundState.HELD, "not_authenticated", foi_request)
    assert as_left(foi_request) == before
    case = Case.objects.get(kind=CaseKind.HELD_LETTER, thing_id=row.pk)
    assert case.details["failed"] == ["dmarc"]
    said = moderation_case.load(case.pk, now=timezone.now()).reason
    assert said == "Its sender may be forged. Its sender's domain disowns it by its own rules (DMARC)."
    assert moderation_held.load(case.pk).reason == said
    assert not OutboundEmail.objects.filter(template="ask_sender").exists()


@pytest.mark.usefixtures("trusted")
def test_given_a_held_letter_when_staff_publish_it_then_it_counts_from_the_moment_it_reached_us(foi_request, council):
    reached = timezone.now() - timedelta(days=3)
    row = arrive(foi_request, told(foi_request, council, "spf=fail smtp.mailfrom=council.example"), now=reached)

    message = held.file_held(
        inbound_email_id=row.pk, foi_request_id=foi_request.pk, actor=factories.make_staff(), now=timezone.now()
    )

    assert message.at == reached


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "said",
    [
        "dmarc=pass header.from=council.example",
        "dkim=pass header.d=council.example; spf=softfail smtp.mailfrom=council.example",
        "dmarc=none header.from=council.example; spf=none smtp.mailfrom=council.example; dkim=none",
        "spf=pass smtp.mailfrom=sender.example",
    ],
)
def test_given_proof_or_a_domain_that_offers_none_when_placed_then_the_exact_address_decides(
    foi_request, council, said
):
    assert arrive(foi_request, told(foi_request, council, said)).state == InboundState.PLACED


@pytest.mark.usefixtures("trusted")
def test_given_full_proof_of_an_address_nobody_knows_when_placed_then_it_is_held_all_the_same(foi_request):
    row = arrive(foi_request, told(foi_request, "new@council.example", "dmarc=pass header.from=council.example"))

    assert (row.state, row.reason) == (InboundState.HELD, "unknown_sender")


def test_given_no_setting_when_a_letter_tells_of_failed_checks_then_nothing_is_other_than_before(foi_request, council):
    assert arrive(foi_request, told(foi_request, council, FORGED)).state == InboundState.PLACED


@pytest.mark.usefixtures("trusted")
def test_given_a_forged_recall_when_placed_then_no_file_is_hidden(foi_request, council):
    files = (("figures.csv", "text/csv", b"a,b\n1,2\n"),)
    first = arrive(foi_request, told(foi_request, council, "none", subject="The figures", files=files))

    row = arrive(
        foi_request,
        told(
            foi_request,
            council,
            FORGED,
            subject="Recall: The figures",
            text='The sender would like to recall the message, "The figures".',
        ),
    )

    assert (row.state, row.reason) == (InboundState.HELD, "recall")
    assert first.message.attachments.get().release == "public"


@pytest.fixture
def checks(settings):
    settings.CHECK_DKIM = True


@pytest.mark.usefixtures("checks")
def test_given_a_signature_when_checked_here_then_a_true_one_publishes_and_a_false_one_holds(
    foi_request, council, settings
):
    raw = signed(letter(sender=council, to=our_address(foi_request)), "council.example")

    with answering(records_of("council.example")) as settings.DNS_RESOLVER:
        true = arrive(foi_request, raw)
        changed = raw.replace(b"We hold the", b"We lack the").replace(b"Message-ID: <", b"Message-ID: <2")
        false = arrive(foi_request, changed)

    assert true.state == InboundState.PLACED
    assert (false.state, false.reason) == (InboundState.HELD, "not_authenticated")
    assert Case.objects.get(thing_id=false.pk, kind=CaseKind.HELD_LETTER).details["failed"] == ["dkim"]


@pytest.mark.usefixtures("checks", "trusted")
def test_given_both_settings_when_the_trusted_server_could_not_look_then_the_signature_is_checked_here(
    foi_request, council, settings
):
    raw = signed(letter(sender=council, to=our_address(foi_request)), "council.example")
    late = (
        f"Received: by {OURS}\r\nAuthentication-Results: {OURS}; dkim=temperror header.d=council.example\r\n".encode()
    )

    with answering(records_of("council.example")) as settings.DNS_RESOLVER:
        assert arrive(foi_request, late + raw).state == InboundState.PLACED
        changed = arrive(foi_request, raw.replace(b"Message-ID: <", b"Message-ID: <2") + b"More\r\n")
    assert (changed.state, changed.reason) == (InboundState.HELD, "not_authenticated")


@pytest.mark.usefixtures("checks")
def test_given_no_name_server_when_placed_then_it_is_tried_again_and_held_in_the_end_never_published(
    foi_request, council, settings
):
    raw = signed(letter(sender=council, to=our_address(foi_request)), "council.example")
    with answering({}, broken=True) as settings.DNS_RESOLVER:
        (number,) = receive(raw, our_address(foi_request))

        tries = []
        for _turn in range(TRIES):
            InboundEmail.objects.filter(pk=number).update(next_attempt_at=timezone.now())
            tries.append(inbound.place(number))

    assert tries == ["retry"] * (TRIES - 1) + [InboundState.HELD]
    row = InboundEmail.objects.get(pk=number)
    assert (row.reason, row.message_id != "") == ("not_authenticated", True)
    case = Case.objects.get(thing_id=number)
    assert (case.kind, case.details["failed"]) == (CaseKind.HELD_LETTER, ["dns"])
    assert not foi_request.messages.filter(inbound_email=number).exists()


@pytest.mark.usefixtures("checks")
def test_given_a_name_server_that_comes_back_when_tried_again_then_the_letter_is_published(
    foi_request, council, settings
):
    raw = signed(letter(sender=council, to=our_address(foi_request)), "council.example")
    with answering({}, broken=True) as settings.DNS_RESOLVER:
        (number,) = receive(raw, our_address(foi_request))
        assert inbound.place(number) == "retry"

    InboundEmail.objects.filter(pk=number).update(next_attempt_at=timezone.now())
    with answering(records_of("council.example")) as settings.DNS_RESOLVER:
        assert inbound.place(number) == InboundState.PLACED


@pytest.mark.usefixtures("checks")
def test_given_a_stranger_when_placed_then_no_name_server_is_asked(foi_request, settings):
    settings.DNS_RESOLVER = "no address at all"

    row = arrive(foi_request, letter(sender="x@strange.example", to=our_address(foi_request)))

    assert (row.state, row.reason) == (InboundState.HELD, "unknown_sender")
