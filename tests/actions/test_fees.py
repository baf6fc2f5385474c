"""The requester has paid the fee: on a day that can be true, by nobody else, and the clock goes on."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.actions.deadlines import note
from requests_app.actions.fees import say_not_paid, say_paid
from requests_app.actions.outcomes import describe_letter
from requests_app.models import ClockEvent, NotAllowed
from tests.factories import SENT_AT, make_letter, make_request, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2011, 7, 1)


@pytest.fixture
def foi_request():
    """A fee was asked for on Monday 20 June 2011, the second working day."""
    foi_request = make_request()
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=4))
    describe_letter(
        message_id=letter.pk,
        described_as="fees_notice",
        side="requester",
        actor=foi_request.requester,
        now=timezone.now(),
    )
    foi_request.refresh_from_db()
    return foi_request


def pay(foi_request, on, *, actor=None, today=TODAY):
    return say_paid(foi_request_id=foi_request.pk, on=on, actor=actor or foi_request.requester, today=today)


def test_given_an_open_fee_when_paid_then_the_days_from_notice_to_payment_do_not_count(foi_request):
    pay(foi_request, date(2011, 6, 22))

    foi_request.refresh_from_db()
    # Three working days are left out: 20, 21 and 22 June.
    assert foi_request.due_on == date(2011, 7, 20)
    row = ClockEvent.objects.get(kind="fee_paid")
    assert (row.basis, row.evidence, row.actor) == ("requester", "form", foi_request.requester)
    assert foi_request.events.filter(kind="fee_paid").count() == 1


@pytest.mark.parametrize(
    ("on", "today", "words"),
    [
        (date(2011, 7, 2), TODAY, "still to come"),
        (date(2011, 6, 19), TODAY, "before it"),
        (date(2011, 9, 20), date(2011, 10, 1), "has lapsed"),
    ],
)
def test_given_a_day_that_cannot_be_when_paid_then_it_is_refused_in_words(foi_request, on, today, words):
    with pytest.raises(NotAllowed, match=words):
        pay(foi_request, on, today=today)

    assert not ClockEvent.objects.filter(kind="fee_paid").exists()


def test_given_the_day_of_the_notice_or_the_last_day_when_paid_then_it_is_taken(foi_request):
    pay(foi_request, date(2011, 9, 19), today=date(2011, 9, 19))

    assert ClockEvent.objects.filter(kind="fee_paid").exists()


def test_given_somebody_else_or_no_open_fee_when_paid_then_it_is_refused(foi_request):
    with pytest.raises(NotAllowed, match="Only the person"):
        pay(foi_request, date(2011, 6, 22), actor=make_user())
    with pytest.raises(NotAllowed, match="No fee is open"):
        pay(make_request(requester=foi_request.requester), date(2011, 6, 23))


def test_given_a_wrong_day_when_another_is_said_then_it_replaces_the_first_which_stays_in_the_history(foi_request):
    wrong = pay(foi_request, date(2011, 6, 27))

    right = pay(foi_request, date(2011, 6, 22))

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 7, 20)
    assert wrong.taken_back_by.basis == "requester" and not hasattr(right, "taken_back_by")
    assert foi_request.events.filter(kind="fee_paid_taken_back").count() == 1
    assert pay(foi_request, date(2011, 6, 22)).pk == right.pk
    assert ClockEvent.objects.filter(kind="fee_paid").count() == 2


def test_given_a_day_that_cannot_be_when_it_is_to_replace_another_then_the_first_stands(foi_request):
    pay(foi_request, date(2011, 6, 22))

    with pytest.raises(NotAllowed, match="before it"):
        pay(foi_request, date(2011, 6, 17))

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 7, 20)
    assert not ClockEvent.objects.filter(kind="taken_back").exists()


def test_given_a_payment_when_taken_back_then_the_fee_is_open_again_and_only_for_its_sayer(foi_request):
    with pytest.raises(NotAllowed, match="no payment of yours"):
        say_not_paid(foi_request_id=foi_request.pk, actor=foi_request.requester)
    pay(foi_request, date(2011, 6, 22))
    with pytest.raises(NotAllowed, match="Only the person"):
        say_not_paid(foi_request_id=foi_request.pk, actor=make_user())

    say_not_paid(foi_request_id=foi_request.pk, actor=foi_request.requester)

    foi_request.refresh_from_db()
    assert foi_request.due_on is None and foi_request.clock["fee_on"] == "2011-06-20"


def test_given_an_answer_then_the_day_of_payment_stays_as_it_was_said(foi_request):
    pay(foi_request, date(2011, 6, 22))
    note(foi_request=foi_request, kind="responded", on=date(2011, 7, 1), basis="requester")

    with pytest.raises(NotAllowed, match="No fee is open"):
        pay(foi_request, date(2011, 6, 23))
