"""Letters to followers: who gets one, when, about what, and never twice."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions import following
from requests_app.actions.concealment import hide
from requests_app.actions.digests import SETTLED_AFTER
from requests_app.actions.outcomes import describe_letter
from requests_app.actions.sanctions import suspend
from requests_app.models import Description, Event, Follow, OutboundEmail, Outcome, Rhythm, Side
from tests.factories import make_annotation, make_authority, make_letter, make_request, make_staff, make_user
from tests.reminding import send_digests

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
SOON = SETTLED_AFTER + timedelta(seconds=1)
DAY = timedelta(days=1)


def follow(rhythm=Rhythm.AT_ONCE, *, user=None, **target) -> Follow:
    """A follow that began a little before whatever the test does next."""
    row = following.follow(user=user or make_user(), now=timezone.now(), rhythm=rhythm, **target)
    row.refresh_from_db()
    return row


def letters(user=None) -> list[OutboundEmail]:
    found = OutboundEmail.objects.filter(template__startswith="follow_").exclude(template="follow_up").order_by("pk")
    return list(found.filter(to_user=user) if user else found)


def run(after: timedelta = SOON) -> int:
    return send_digests(now=timezone.now() + after)


@pytest.fixture
def foi_request():
    return make_request("Playground inspections")


# --- At once


def test_given_an_answer_then_those_who_hear_at_once_get_one_letter(foi_request):
    row = follow(foi_request=foi_request)
    make_letter(foi_request)

    assert run() == 1
    assert run() == run(DAY) == 0

    (letter,) = letters(row.user)
    assert letter.subject == 'News of "Playground inspections"'
    assert f"{foi_request.authority.name} wrote" in letter.body
    assert f"/request/{foi_request.slug}" in letter.body and "/my/following/" in letter.body


def test_given_an_event_that_may_still_commit_late_then_it_waits_for_the_next_time(foi_request):
    follow(foi_request=foi_request)
    make_letter(foi_request)

    assert send_digests(now=Event.objects.latest("pk").recorded_at) == 0
    assert run() == 1


def test_given_only_what_deserves_no_letter_then_none_goes_and_the_next_tells_of_it(foi_request):
    row = follow(foi_request=foi_request)
    make_letter(foi_request, is_automatic=True)
    acknowledgement = make_letter(foi_request)
    describe_letter(
        message_id=acknowledgement.pk,
        described_as=Description.ACKNOWLEDGEMENT,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=timezone.now(),
    )
    make_annotation(foi_request)

    assert run() == 0

    make_letter(foi_request)
    assert run(2 * SOON) == 1
    body = letters(row.user)[0].body
    assert "annotation" in body and "automatic reply" in body


def test_given_what_one_did_oneself_then_it_is_no_news(foi_request):
    annotator = make_user()
    requester = follow(Rhythm.DAILY, user=foi_request.requester, foi_request=foi_request)
    follow(user=annotator, foi_request=foi_request)
    make_annotation(foi_request, author=annotator)
    describe_letter(
        message_id=foi_request.messages.create(
            direction="incoming", kind="response", door="mail", author_name="C", body="", published_text="",
            published_html="", at=timezone.now(),
        ).pk,
        described_as=Description.ANSWER,
        outcome=Outcome.REFUSED,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=timezone.now(),
    )  # fmt: skip

    run(2 * DAY)

    assert letters(requester.user) == [] and len(letters(annotator)) == 1
    assert "said what came of it: Refused" in " ".join(letters(annotator)[0].body.split())


def test_given_a_requester_who_hears_by_name_then_no_second_letter_about_the_same(foi_request):
    row = follow(user=foi_request.requester, foi_request=foi_request)
    make_letter(foi_request)

    assert run() == 0 and letters(row.user) == []


# --- Daily and weekly


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)  # the 2nd is a Monday


@pytest.mark.parametrize(
    "rhythm, too_early, due, next_due",
    [
        (Rhythm.DAILY, moment(4, 6, 59), moment(4, 7, 1), moment(5, 7, 1)),
        (Rhythm.WEEKLY, moment(8, 23), moment(9, 7, 1), moment(16, 7, 1)),
    ],
)
def test_given_a_rhythm_then_news_waits_for_its_morning_and_comes_together(
    foi_request, rhythm, too_early, due, next_due
):
    row = follow(rhythm, foi_request=foi_request)
    Follow.objects.update(mailed_up_to=moment(1, 12))
    for hour in (10, 15):
        Event.objects.create(foi_request=foi_request, kind="response_received", recorded_at=moment(3, hour))

    for now in (moment(3, 10, 1), moment(3, 16), too_early):
        assert send_digests(now=now) == 0, now
    assert send_digests(now=due) == 1
    assert send_digests(now=due) == send_digests(now=due + timedelta(hours=3)) == 0
    assert send_digests(now=next_due) == 0

    (letter,) = letters(row.user)
    assert letter.body.count("wrote") == 2 and letter.subject == "News of 1 request that you follow"


def test_given_nothing_for_days_then_fresh_news_still_waits_for_the_morning(foi_request):
    follow(Rhythm.DAILY, foi_request=foi_request)
    Follow.objects.update(mailed_up_to=moment(1, 12))
    Event.objects.create(foi_request=foi_request, kind="response_received", recorded_at=moment(5, 10))

    assert send_digests(now=moment(5, 10, 1)) == 0
    assert send_digests(now=moment(6, 7, 1)) == 1


def test_given_an_outage_over_a_morning_then_the_letter_goes_afterwards(foi_request):
    follow(Rhythm.DAILY, foi_request=foi_request)
    Follow.objects.update(mailed_up_to=moment(1, 12))
    Event.objects.create(foi_request=foi_request, kind="response_received", recorded_at=moment(3, 10))

    assert send_digests(now=moment(6, 15)) == 1


def test_given_no_mail_wanted_then_none_comes_and_nothing_old_when_it_is_wanted_again(foi_request):
    row = follow(Rhythm.NONE, foi_request=foi_request)
    make_letter(foi_request)

    assert run(8 * DAY) == 0
    following.follow(user=row.user, foi_request=foi_request, rhythm=Rhythm.AT_ONCE, now=timezone.now() + SOON)
    assert run(3 * SOON) == 0


# --- What is told, and to whom


def test_given_an_authority_that_is_followed_then_its_requests_are_told_of_once():
    authority = make_authority()
    row = follow(authority=authority)
    first = make_request("First", authority=authority)
    follow(user=row.user, foi_request=first)
    make_request("Second", authority=authority)
    make_request("Elsewhere")
    make_letter(first)

    assert run() == 1

    (letter,) = letters(row.user)
    assert letter.subject == "News of 2 requests that you follow"
    assert letter.body.count("First\n") == 1 and "Second" in letter.body and "Elsewhere" not in letter.body


def conceal(thing, **more) -> None:
    hide(
        thing=thing,
        reason_code="personal",
        public_wording="Hidden.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
        **more,
    )


def test_given_a_request_that_was_hidden_then_nobody_hears_of_it(foi_request):
    follow(foi_request=foi_request)
    follow(authority=foi_request.authority)
    make_letter(foi_request)
    conceal(foi_request)

    assert run() == run(8 * DAY) == 0 and letters() == []


def test_given_a_letter_that_was_hidden_then_it_is_not_told_of(foi_request):
    follow(foi_request=foi_request)
    conceal(make_letter(foi_request))

    assert run() == 0


def test_given_a_hidden_title_then_the_letter_has_what_the_public_reads(foi_request):
    row = follow(foi_request=foi_request)
    make_letter(foi_request)
    conceal(foi_request, title=True)

    run()

    (letter,) = letters(row.user)
    assert "Playground" not in letter.subject + letter.body and "playground" not in letter.body
    assert 'News of "Hidden."' == letter.subject


def test_given_an_imported_thread_then_nothing_is_told(foi_request):
    type(foi_request).objects.filter(pk=foi_request.pk).update(is_imported=True)
    follow(foi_request=foi_request)
    make_letter(foi_request)

    assert run() == 0


@pytest.mark.parametrize("how", ["suspended", "closed", "inactive"])
def test_given_an_account_that_may_not_or_cannot_read_then_it_gets_nothing(foi_request, how):
    row = follow(foi_request=foi_request)
    make_letter(foi_request)
    if how == "suspended":
        suspend(user=row.user, reason_code="abusive", public_wording="Abuse.", actor=make_staff(), now=timezone.now())
    else:
        fields = {"closed": {"closed_at": timezone.now()}, "inactive": {"is_active": False}}[how]
        type(row.user).objects.filter(pk=row.user_id).update(**fields)

    assert run() == 0 and letters(row.user) == []


# --- The way out


def test_given_a_letter_about_one_thing_then_it_carries_that_follows_way_out(foi_request):
    row = follow(foi_request=foi_request)
    make_letter(foi_request)

    run()

    (letter,) = letters()
    assert letter.headers["List-Unsubscribe"].endswith(f"/unsubscribe/{row.unsubscribe_token}>")
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert row.unsubscribe_token in letter.body.replace("\n", "")


def test_given_a_letter_about_several_then_its_way_out_ends_that_rhythm_for_this_person_only(foi_request):
    reader, other = make_user(), make_user()
    second = make_request("Second")
    for user in (reader, other):
        follow(Rhythm.DAILY, user=user, foi_request=foi_request)
        follow(Rhythm.DAILY, user=user, foi_request=second)
    weekly = follow(Rhythm.WEEKLY, user=reader, authority=make_authority())
    for thing in (foi_request, second):
        make_letter(thing)
    run(2 * DAY)

    token = letters(reader)[0].headers["List-Unsubscribe"].rpartition("/")[2].rstrip(">")
    assert following.unsubscribe(token=token) == 2
    assert following.unsubscribe(token=token) == 0

    assert set(reader.follows.values_list("rhythm", flat=True)) == {Rhythm.NONE, weekly.rhythm}
    assert set(other.follows.values_list("rhythm", flat=True)) == {Rhythm.DAILY}
    assert following.meant_by(token[:-1] + ("A" if token[-1] != "A" else "B")) == []


# --- Side by side


@pytest.mark.django_db(transaction=True)
def test_given_two_processes_at_the_same_moment_then_each_person_gets_one_letter(foi_request):
    readers = [follow(foi_request=foi_request).user for _number in range(6)]
    make_letter(foi_request)
    now, start, failures = timezone.now() + SOON, threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait(10)
            send_digests(now=now)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    send_digests(now=now)
    assert sorted(letter.to_user_id for letter in letters()) == sorted(user.pk for user in readers)


def test_the_number_of_queries_for_a_person_does_not_grow_with_what_happened():
    def cost(count: int) -> int:
        foi_request = make_request()
        follow(foi_request=foi_request)
        for _number in range(count):
            make_letter(foi_request)
        with CaptureQueriesContext(connection) as counted:
            assert run() == 1
        return len(counted)

    cost(1)
    assert cost(3) == cost(60)


def test_given_an_address_that_returns_mail_then_the_news_waits_until_it_is_mended(foi_request):
    row = follow(foi_request=foi_request)
    OutboundEmail.objects.create(
        template="follow_at_once",
        to_user=row.user,
        to_address=row.user.email,
        rfc_message_id="<back@x.example>",
        bounce_token="b" * 16,
        bounced_at=timezone.now(),
    )
    make_letter(foi_request)

    assert run() == 0

    type(row.user).objects.filter(pk=row.user_id).update(email="mended@reader.example")
    assert run() == 1
    assert letters(row.user)[-1].to_address == "mended@reader.example"
