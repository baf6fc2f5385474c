"""A bank holiday moves dates: no letter of its own, but a line in the next one, the requester's own included."""

import time
from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.actions import following, holidays, recounting
from requests_app.actions.digests import SETTLED_AFTER
from requests_app.law.holidays import PARTS, BankHoliday
from requests_app.models import OutboundEmail, Rhythm
from tests.factories import make_letter, make_request, make_staff, make_user
from tests.reminding import send_digests

pytestmark = pytest.mark.django_db
SOON = SETTLED_AFTER + timedelta(milliseconds=20)


def proclaim() -> None:
    now = timezone.now()
    day = BankHoliday(on=date(2011, 7, 14), parts=frozenset(PARTS), name="A day of thanks")
    holidays.add(day=day, source="Gazette 1", reason="Proclaimed.", actor=make_staff(), now=now)
    recounting.recount_open(now=now)


def told(user) -> list[str]:
    """The letters to this person, with line ends evened out."""
    send_digests(now=timezone.now() + SOON)
    time.sleep(0.05)  # what happens from here on is younger than what was told
    rows = OutboundEmail.objects.filter(to_user=user, template="follow_at_once").order_by("pk")
    return [" ".join(row.body.split()) for row in rows]


LINE = (
    "the day by which an answer is due moved from 15 July 2011 to 18 July 2011, because of a bank holiday on "
    "14 July 2011"
)


def test_given_a_date_that_moved_then_a_follower_reads_it_beside_the_next_news_and_not_before():
    foi_request, reader = make_request(), make_user()
    following.follow(user=reader, now=timezone.now(), rhythm=Rhythm.AT_ONCE, foi_request=foi_request)
    proclaim()
    assert told(reader) == []

    make_letter(foi_request)

    (letter,) = told(reader)
    assert LINE in letter
    make_letter(foi_request)
    assert LINE not in told(reader)[1]


def test_given_a_date_of_ones_own_that_moved_then_the_requester_reads_it_in_the_next_letter_about_anything_once():
    requester = make_user()
    own, other = make_request("My own", requester=requester), make_request("Another’s")
    for foi_request in (own, other):
        following.follow(user=requester, now=timezone.now(), rhythm=Rhythm.AT_ONCE, foi_request=foi_request)
    proclaim()
    assert told(requester) == []

    make_letter(other)

    (letter,) = told(requester)
    assert letter.count(LINE) == 2
    assert "My own" in letter and "Another’s" in letter
    make_letter(other)
    assert LINE not in told(requester)[1] and "My own" not in told(requester)[1]


def test_given_a_date_of_ones_own_that_an_event_moved_then_it_is_not_told_beside_other_news():
    requester = make_user()
    own, other = make_request("My own", requester=requester), make_request("Another’s")
    for foi_request in (own, other):
        following.follow(user=requester, now=timezone.now(), rhythm=Rhythm.AT_ONCE, foi_request=foi_request)
    own.events.create(kind="due_date_moved", data={"from": "2011-07-15", "to": None, "why": "clarification"})
    make_letter(other)

    assert "My own" not in told(requester)[0]
