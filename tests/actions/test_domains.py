"""A whole domain opened for an authority, and closed again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.actions import domains, inbound
from requests_app.models import (
    AuthorityAddress,
    AuthorityDomain,
    Case,
    Decision,
    DecisionKind,
    InboundState,
    NotAllowed,
)
from tests import factories
from tests.arrivals import arrive, our_address
from tests.letters import letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]
OURS = "mx.site.example"


@pytest.fixture
def staff():
    return factories.make_staff()


def open_it(foi_request, staff, domain: str = "team.example") -> AuthorityDomain:
    return domains.open_domain(
        authority_id=foi_request.authority_id,
        domain=domain,
        asked_by="The head of information, by telephone",
        actor=staff,
        now=timezone.now(),
    )


def come(foi_request, sender: str, said: str = ""):
    head = f"Received: by {OURS}\r\nAuthentication-Results: {OURS}; {said}\r\n".encode() if said else b""
    return arrive(foi_request, head + letter(sender=sender, to=our_address(foi_request)))


def test_given_an_open_domain_when_any_of_its_addresses_writes_then_it_is_published_and_no_other(foi_request, staff):
    other = factories.make_request("Bins", authority=factories.make_authority("Otherham Council"))

    opened = open_it(foi_request, staff)

    assert come(foi_request, "a@team.example").state == InboundState.PLACED
    assert come(foi_request, "B.C@Team.Example").state == InboundState.PLACED
    for stranger in ("a@sub.team.example", "a@xteam.example", "a@team.example.org", "a@example"):
        assert come(foi_request, stranger).reason == "unknown_sender"
    assert come(other, "a@team.example").reason == "unknown_sender"
    decision = Decision.objects.get(kind=DecisionKind.OPEN_DOMAIN)
    assert (opened.opened_by, decision.actor, decision.thing_type) == (decision, staff, "authority")
    assert "The head of information, by telephone" in decision.note.staff_note


def test_given_held_letters_of_the_domain_when_it_is_opened_then_they_are_placed_as_of_when_they_came(
    foi_request, staff
):
    held = [come(foi_request, "a@team.example"), come(foi_request, "b@team.example")]
    stays = come(foi_request, "a@elsewhere.example")

    open_it(foi_request, staff)

    assert not Case.objects.open().filter(thing_id__in=[row.pk for row in held]).exists()
    assert [inbound.place(row.pk) for row in held] == [InboundState.PLACED] * 2
    letters = foi_request.messages.filter(inbound_email__in=held).order_by("at")
    assert [message.at for message in letters] == [row.received_at for row in held]
    stays.refresh_from_db()
    assert stays.state == InboundState.HELD


def test_given_the_authority_refused_an_address_when_its_domain_is_open_then_it_is_held_all_the_same(
    foi_request, staff
):
    AuthorityAddress.objects.create(authority=foi_request.authority, email="no@team.example", publishes=False)
    open_it(foi_request, staff)

    assert come(foi_request, "no@team.example").reason == "refused_sender"


def test_given_a_trusted_server_when_a_domain_is_open_then_only_letters_that_it_vouches_for_are_published(
    foi_request, staff, settings
):
    settings.TRUSTED_AUTHSERV_ID = OURS
    open_it(foi_request, staff)

    came = {
        said: come(foi_request, "a@team.example", said).reason
        for said in (
            "dmarc=pass header.from=team.example",
            "dmarc=none header.from=team.example; spf=none smtp.mailfrom=team.example",
            "dmarc=fail header.from=team.example",
        )
    }

    assert list(came.values()) == ["", "unknown_sender", "not_authenticated"]
    assert come(foi_request, "a@team.example").reason == "unknown_sender"


def test_given_a_domain_when_it_is_closed_then_only_exact_addresses_publish_again(foi_request, staff, council):
    opened = open_it(foi_request, staff)

    closed = domains.close_domain(domain_id=opened.pk, actor=staff, now=timezone.now())
    again = domains.close_domain(domain_id=opened.pk, actor=staff, now=timezone.now())

    assert come(foi_request, "a@team.example").reason == "unknown_sender"
    assert come(foi_request, council).state == InboundState.PLACED
    assert closed.closed_by.kind == DecisionKind.CLOSE_DOMAIN
    assert again.closed_by == closed.closed_by
    assert open_it(foi_request, staff).closed_at is None


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("camford.ac.uk", "A university"),
        ("gmail.com", "Anybody can have"),
        ("nhs.net", "Many bodies share"),
        ("co.uk", "not one body"),
        ("not a domain", "Give the domain alone"),
        ("team.example", "open already"),
    ],
)
def test_given_a_domain_that_may_not_be_opened_when_tried_then_nothing_changes(foi_request, staff, domain, said):
    open_it(foi_request, staff)

    with pytest.raises(NotAllowed, match=said):
        open_it(foi_request, staff, domain)

    assert AuthorityDomain.objects.count() == Decision.objects.count() == 1


def test_given_nobody_who_asked_when_opened_then_it_is_refused(foi_request, staff):
    with pytest.raises(NotAllowed, match="Say who"):
        domains.open_domain(
            authority_id=foi_request.authority_id,
            domain="team.example",
            asked_by=" ",
            actor=staff,
            now=timezone.now(),
        )


def test_given_rows_past_the_actions_when_written_then_the_database_refuses_two_and_one_without_a_decision(
    foi_request, staff
):
    opened = open_it(foi_request, staff)
    twice = {"authority": opened.authority, "domain": opened.domain, "opened_at": timezone.now()}

    with pytest.raises(IntegrityError, match="a_domain_open_once"), transaction.atomic():
        AuthorityDomain.objects.create(**twice, opened_by=opened.opened_by)
    with pytest.raises(IntegrityError, match="a_domain_closed_by"), transaction.atomic():
        AuthorityDomain.objects.filter(pk=opened.pk).update(closed_at=timezone.now())


def test_given_an_old_thread_when_a_domain_is_open_then_only_known_addresses_publish(foi_request, staff, settings):
    settings.OLD_THREADS_CLOSE = True  # the request is from 2011
    open_it(foi_request, staff)

    assert come(foi_request, "a@team.example").reason == "quiet_sender"
