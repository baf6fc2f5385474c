"""The requester does not agree: said once, seen by staff, settled by them either way, and shown meanwhile."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.actions.objections import agree_after_all, do_not_agree, settle_dispute
from requests_app.actions.outcomes import describe_letter
from requests_app.models import (
    Case,
    CaseKind,
    ClockEvent,
    ClockNote,
    ClockObjection,
    Decision,
    DecisionKind,
    NotAllowed,
    Status,
)
from requests_app.selectors.clock_words import clock_state
from tests.factories import SENT_AT, make_letter, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
DUE = date(2011, 7, 15)


@pytest.fixture
def foi_request():
    return make_request()


@pytest.fixture
def claim(foi_request):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=2))
    describe_letter(
        message_id=letter.pk,
        described_as="clarification",
        side="authority",
        actor=make_officer(foi_request.authority).user,
        now=timezone.now(),
    )
    foi_request.refresh_from_db()
    return ClockEvent.objects.get(kind="clarification_requested")


def disagree(claim, actor=None):
    return do_not_agree(
        foi_request_id=claim.foi_request_id, event_id=claim.pk, actor=actor or claim.foi_request.requester
    )


def test_given_a_claim_when_the_requester_does_not_agree_twice_then_one_objection_and_one_case(foi_request, claim):
    version = foi_request.version
    disagree(claim)
    disagree(claim)

    foi_request.refresh_from_db()
    assert ClockObjection.objects.get().by == foi_request.requester
    assert Case.objects.get(kind=CaseKind.CLOCK_DISPUTED).foi_request == foi_request
    assert foi_request.clock["disputed"] == {
        "kind": "clarification_requested",
        "row": claim.pk,
        "due": DUE.isoformat(),
    }
    assert foi_request.due_on is None and foi_request.version > version


def test_given_somebody_else_or_a_row_that_is_no_claim_then_it_is_refused(foi_request, claim):
    with pytest.raises(NotAllowed, match="Only the person"):
        disagree(claim, make_user())
    receipt = ClockEvent.objects.get(kind="received")
    with pytest.raises(NotAllowed, match="does not claim"):
        disagree(receipt)
    assert not ClockObjection.objects.exists()


def test_given_a_dispute_when_staff_count_without_it_then_the_row_is_taken_back_with_words(foi_request, claim):
    disagree(claim)
    staff = make_staff()

    settle_dispute(event_id=claim.pk, stands=False, public_wording="It asked why.", actor=staff, now=timezone.now())

    foi_request.refresh_from_db()
    assert foi_request.due_on == DUE and "disputed" not in foi_request.clock
    undoing = ClockEvent.objects.get(takes_back=claim)
    assert (undoing.basis, undoing.actor, ClockNote.objects.get(clock_event=undoing).words) == (
        "staff",
        staff,
        "It asked why.",
    )
    assert Decision.objects.get().kind == DecisionKind.TAKE_BACK_ROW
    assert Case.objects.get(kind=CaseKind.CLOCK_DISPUTED).closed_by == Decision.objects.get()


def test_given_a_dispute_when_staff_let_it_stand_then_one_date_is_shown_and_it_cannot_be_disputed_again(
    foi_request, claim
):
    disagree(claim)

    settle_dispute(
        event_id=claim.pk, stands=True, public_wording="They need it.", actor=make_staff(), now=timezone.now()
    )

    foi_request.refresh_from_db()
    assert foi_request.due_on is None
    assert "disputed" not in foi_request.clock and "open_to_doubt" not in foi_request.clock
    assert foi_request.events.filter(kind="clock_confirmed").count() == 1


def test_given_staff_agree_with_the_requester_then_the_request_waits_for_the_authority_again(foi_request, claim):
    assert foi_request.status == Status.AWAITING_CLARIFICATION
    disagree(claim)

    settle_dispute(
        event_id=claim.pk, stands=False, public_wording="It asked why.", actor=make_staff(), now=timezone.now()
    )

    foi_request.refresh_from_db()
    assert (foi_request.status, foi_request.due_on) == (Status.AWAITING_RESPONSE, DUE)
    assert foi_request.next_notice_on is not None
    state = clock_state(
        regime="foia", status=foi_request.status, clock=foi_request.clock, today=DUE + timedelta(days=1)
    )
    assert state == "overdue"


def test_given_a_row_that_is_gone_when_settled_then_it_is_refused_in_words(foi_request, claim):
    disagree(claim)
    settle_dispute(event_id=claim.pk, stands=False, public_wording="No.", actor=make_staff(), now=timezone.now())

    with pytest.raises(NotAllowed, match="taken back already"):
        settle_dispute(event_id=claim.pk, stands=True, public_wording="Yes.", actor=make_staff(), now=timezone.now())


def test_given_a_dispute_when_its_case_is_decided_on_the_page_then_it_is_closed(foi_request, claim, client):
    disagree(claim)
    client.force_login(make_staff())
    path = f"/moderation/case/{Case.objects.get().pk}/"
    page = client.get(path).content.decode()
    assert "The authority asked a question" in page and foi_request.requester.public_name in page
    assert client.post(path, {"do": "undo", "undo-public_wording": ""}).status_code == 422

    response = client.post(path, {"do": "undo", "undo-public_wording": "It asked why."})

    assert response.url == "/moderation/"
    foi_request.refresh_from_db()
    assert foi_request.due_on == DUE
    assert "It asked why." in client.get(f"/request/{foi_request.slug}/deadline").content.decode()


def take_back(claim, actor=None):
    return agree_after_all(
        foi_request_id=claim.foi_request_id, event_id=claim.pk, actor=actor or claim.foi_request.requester
    )


def test_given_a_dispute_when_its_sayer_takes_it_back_then_the_case_ends_and_it_can_be_said_again(foi_request, claim):
    disagree(claim)
    with pytest.raises(NotAllowed, match="Only the person"):
        take_back(claim, make_user())

    take_back(claim)

    foi_request.refresh_from_db()
    assert not ClockObjection.objects.exists() and "disputed" not in foi_request.clock
    assert foi_request.clock["open_to_doubt"] == claim.pk
    assert Case.objects.get(kind=CaseKind.CLOCK_DISPUTED).closed_at is not None
    assert foi_request.events.filter(kind="clock_dispute_taken_back").count() == 1
    disagree(claim)
    assert Case.objects.open().filter(kind=CaseKind.CLOCK_DISPUTED).count() == 1


def test_given_a_dispute_that_staff_settled_when_taken_back_then_it_is_refused(foi_request, claim):
    disagree(claim)
    settle_dispute(event_id=claim.pk, stands=True, public_wording="It stands.", actor=make_staff(), now=timezone.now())

    with pytest.raises(NotAllowed, match="nothing to take back"):
        take_back(claim)
    assert ClockObjection.objects.count() == 1


def test_given_a_case_then_staff_read_what_the_law_needs_for_that_very_claim(foi_request, client):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=2))
    officer = make_officer(foi_request.authority).user
    describe_letter(
        message_id=letter.pk, described_as="fees_notice", side="authority", actor=officer, now=timezone.now()
    )
    claim = ClockEvent.objects.get(kind="fees_notice")
    claim.foi_request = foi_request
    disagree(claim)
    client.force_login(make_staff())

    page = client.get(f"/moderation/case/{Case.objects.get(kind=CaseKind.CLOCK_DISPUTED).pk}/").content.decode()

    assert "asks you to pay a fee before they answer" in page and "cannot find what you asked for" not in page
