"""Following: one line for each thing, the page's count, the rhythm, what is unread, and limits that say their end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions import following
from requests_app.actions.concealment import hide
from requests_app.actions.limits import LimitReached
from requests_app.actions.sanctions import suspend
from requests_app.models import FOIRequest, Follow, NotAllowed, Rhythm
from tests.factories import make_authority, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def foi_request():
    return make_request()


def counted(foi_request: FOIRequest) -> str:
    page = Client().get(f"/request/{foi_request.slug}").content.decode()
    return next(line for line in page.splitlines() if "following this request" in line)


def test_given_followers_come_and_go_then_the_page_counts_them_at_once(foi_request):
    users = [make_user(), make_user()]
    assert "There are 0 people following this request" in counted(foi_request)

    for user in users:
        following.follow(user=user, foi_request=foi_request, now=timezone.now())
    assert "There are 2 people following this request" in counted(foi_request)

    assert following.unfollow(user=users[0], foi_request=foi_request)
    assert not following.unfollow(user=users[0], foi_request=foi_request)
    assert "There is 1 person following this request" in counted(foi_request)


def test_following_twice_changes_the_rhythm_only(foi_request):
    user = make_user()
    first = following.follow(user=user, foi_request=foi_request, now=timezone.now())

    second = following.follow(user=user, foi_request=foi_request, now=timezone.now(), rhythm=Rhythm.WEEKLY)

    assert second.pk == first.pk and Follow.objects.get().rhythm == Rhythm.WEEKLY
    assert first.rhythm == Rhythm.DAILY and second.unsubscribe_token == first.unsubscribe_token


def test_given_a_time_without_mail_when_mail_is_wanted_again_then_it_begins_now(foi_request):
    user, then = make_user(), timezone.now() - timedelta(days=9)
    row = following.follow(user=user, foi_request=foi_request, now=then, rhythm=Rhythm.NONE)
    now = timezone.now()

    following.set_rhythm(user=user, follow_id=row.pk, rhythm=Rhythm.DAILY, now=now)

    assert Follow.objects.get().mailed_up_to == now
    following.set_rhythm(user=user, follow_id=row.pk, rhythm=Rhythm.WEEKLY, now=now + timedelta(days=1))
    assert Follow.objects.get().mailed_up_to == now


def test_given_a_request_that_one_may_not_see_then_it_cannot_be_followed(foi_request):
    hide(
        thing=foi_request,
        reason_code="personal",
        public_wording="Hidden.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
    )

    with pytest.raises(NotAllowed, match="hidden"):
        following.follow(user=make_user(), foi_request=foi_request, now=timezone.now())
    following.follow(user=foi_request.requester, foi_request=foi_request, now=timezone.now())


@pytest.mark.parametrize("rhythm", ["", "hourly", "AT_ONCE"])
def test_a_rhythm_that_there_is_not_is_refused(foi_request, rhythm):
    with pytest.raises(NotAllowed, match="how often"):
        following.follow(user=make_user(), foi_request=foi_request, rhythm=rhythm, now=timezone.now())


def test_given_somebody_elses_line_then_its_rhythm_stays(foi_request):
    row = following.follow(user=make_user(), foi_request=foi_request, now=timezone.now())

    with pytest.raises(NotAllowed):
        following.set_rhythm(user=make_user(), follow_id=row.pk, rhythm=Rhythm.NONE, now=timezone.now())

    assert Follow.objects.get().rhythm == Rhythm.DAILY


def test_given_a_suspended_person_then_following_is_closed_and_stopping_open(foi_request):
    user = make_user()
    following.follow(user=user, foi_request=foi_request, now=timezone.now())
    suspend(user=user, reason_code="abusive", public_wording="Abuse.", actor=make_staff(), now=timezone.now())

    with pytest.raises(NotAllowed, match="suspended"):
        following.follow(user=user, authority=make_authority(), now=timezone.now())
    assert following.unfollow(user=user, foi_request=foi_request)


def test_given_too_many_in_a_day_then_the_refusal_says_when_it_ends(settings):
    settings.FOLLOWS_PER_DAY = 2
    user, now = make_user(), timezone.now()
    first, second, third = (make_authority() for _number in range(3))
    for authority in (first, second):
        following.follow(user=user, authority=authority, now=now)

    with pytest.raises(LimitReached, match="You can go on from") as refused:
        following.follow(user=user, authority=third, now=now + timedelta(hours=1))

    assert refused.value.until == now + timedelta(days=1)
    following.follow(user=user, authority=first, now=now, rhythm=Rhythm.WEEKLY)  # a change is no new one
    following.follow(user=user, authority=third, now=now + timedelta(days=1, seconds=1))


def test_what_was_seen_is_marked_for_this_reader_and_this_thing_only(foi_request):
    reader, other, then = make_user(), make_user(), timezone.now() - timedelta(days=1)
    rows = [
        following.follow(user=reader, foi_request=foi_request, now=then),
        following.follow(user=reader, authority=foi_request.authority, now=then),
        following.follow(user=other, foi_request=foi_request, now=then),
    ]
    now = timezone.now()

    assert following.mark_seen(user=reader, now=now, foi_request_id=foi_request.pk)
    assert not following.mark_seen(user=make_user(), now=now, foi_request_id=foi_request.pk)

    assert [Follow.objects.get(pk=row.pk).seen_at == now for row in rows] == [True, False, False]
