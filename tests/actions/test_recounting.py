"""A bank holiday is proclaimed, or withdrawn, while requests run: open ones move, closed ones stay."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.actions import holidays, recounting, reminders
from requests_app.actions.deadlines import note
from requests_app.law.holidays import PARTS, BankHoliday
from requests_app.law.wire import unpack
from requests_app.models import (
    Audience,
    Basis,
    CaseKind,
    ClockEvent,
    Event,
    FOIRequest,
    HolidayVersion,
    OutboundEmail,
    Reminder,
    ReminderKind,
    ReminderState,
    Status,
)
from tests.factories import make_authority, make_request, make_staff
from tests.reminding import set_status

pytestmark = pytest.mark.django_db
# Received on 16 June 2011, due on Friday 15 July.
NOW = datetime(2011, 7, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
DAY = date(2011, 7, 14)


def proclaim(on: date = DAY, *, parts=PARTS, now: datetime = NOW) -> HolidayVersion:
    day = BankHoliday(on=on, parts=frozenset(parts), name="A day of thanks")
    return holidays.add(day=day, source="London Gazette", reason="Proclaimed.", actor=make_staff(), now=now)


def recount(today: date = TODAY) -> recounting.Tally:
    return recounting.recount_open(today=today, now=NOW)


def test_given_a_new_holiday_when_counted_anew_then_the_open_request_moves_and_says_why():
    foi_request = make_request()
    version = proclaim()

    tally = recount()

    before = foi_request.version
    foi_request.refresh_from_db()
    assert (tally.checked, tally.moved) == (1, 1)
    assert foi_request.due_on == date(2011, 7, 18)
    assert unpack(foi_request.clock).due == date(2011, 7, 18)
    assert foi_request.holiday_version == version.name
    assert foi_request.version == before + 1
    assert foi_request.changed_at == NOW
    moved = foi_request.events.get(kind="due_date_moved")
    assert moved.data == {"from": "2011-07-15", "to": "2011-07-18", "why": "bank_holiday", "days": ["2011-07-14"]}
    version.refresh_from_db()
    assert (version.finished_at, version.to_check, version.checked, version.moved) == (NOW, 1, 1, 1)


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.WITHDRAWN])
def test_given_a_closed_request_when_counted_anew_then_nothing_of_it_changes(status):
    foi_request = make_request()
    note(foi_request=foi_request, kind="responded", on=date(2011, 7, 13), basis=Basis.STAFF)
    set_status(foi_request, status)
    row = FOIRequest.objects.values().get(pk=foi_request.pk)
    proclaim()

    recount()

    assert FOIRequest.objects.values().get(pk=foi_request.pk) == row
    assert not foi_request.events.filter(kind="due_date_moved").exists()


def test_given_a_request_whose_count_does_not_meet_the_day_then_it_is_not_written():
    foi_request = make_request()
    row = FOIRequest.objects.values().get(pk=foi_request.pk)
    proclaim(date(2011, 10, 3))

    tally = recount()

    assert (tally.checked, tally.moved) == (1, 0)
    assert FOIRequest.objects.values().get(pk=foi_request.pk) == row


def test_given_a_day_off_outside_scotland_then_a_scottish_request_stays_and_an_english_one_moves():
    scottish = make_request(authority=make_authority(standing="foisa"))
    english = make_request()
    assert scottish.regime == "foisa"
    before = scottish.due_on
    proclaim(parts=["england_wales"])

    recount()

    scottish.refresh_from_db()
    english.refresh_from_db()
    assert scottish.due_on == before
    assert english.due_on == date(2011, 7, 18)


def test_given_a_holiday_withdrawn_then_the_request_moves_back_and_says_why():
    foi_request = make_request()
    proclaim()
    recount()
    holidays.withdraw(on=DAY, reason="The condition was not met.", actor=make_staff(), now=NOW)

    recount()

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 7, 15)
    last = foi_request.events.filter(kind="due_date_moved").latest("pk")
    assert last.data == {
        "from": "2011-07-18", "to": "2011-07-15", "why": "bank_holiday_withdrawn", "days": ["2011-07-14"],
    }  # fmt: skip


def test_given_a_review_that_runs_when_a_holiday_comes_then_its_days_move_and_no_due_date_is_said_to_have_moved():
    foi_request = make_request()
    note(foi_request=foi_request, kind="responded", on=date(2011, 6, 20), basis=Basis.STAFF)
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 6, 21), basis=Basis.STAFF)
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.INTERNAL_REVIEW)
    foi_request.refresh_from_db()
    before, version = unpack(foi_request.clock).review_due, foi_request.version
    proclaim(before)

    recount()

    foi_request.refresh_from_db()
    assert unpack(foi_request.clock).review_due > before
    assert foi_request.version == version + 1


def test_given_more_requests_than_a_batch_when_the_count_is_cut_then_it_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(recounting, "BATCH", 2)
    requests = [make_request() for _number in range(5)]
    version = proclaim()
    rounds = []

    recounting.recount_open(today=TODAY, now=NOW, stop=lambda: bool(rounds), say=rounds.append)
    version.refresh_from_db()
    assert (version.checked, version.passed_id, version.finished_at) == (2, requests[1].pk, None)
    tally = recount()

    version.refresh_from_db()
    assert (tally.checked, version.checked, version.moved, version.finished_at) == (3, 5, 5, NOW)
    assert Event.objects.filter(kind="due_date_moved").count() == 5
    assert recount() == recounting.Tally(0, 0)


def test_given_a_second_holiday_during_the_count_then_all_are_counted_with_both(monkeypatch):
    monkeypatch.setattr(recounting, "BATCH", 1)
    first, second = make_request(), make_request()
    earlier = proclaim()
    recounting.recount_open(today=TODAY, now=NOW, stop=lambda: HolidayVersion.objects.filter(checked=1).exists())
    later = proclaim(date(2011, 7, 13))

    recount()

    earlier.refresh_from_db()
    later.refresh_from_db()
    assert earlier.finished_at == later.finished_at == NOW
    for foi_request in (first, second):
        foi_request.refresh_from_db()
        assert (foi_request.due_on, foi_request.holiday_version) == (date(2011, 7, 19), later.name)
    assert first.events.filter(kind="due_date_moved").count() == 2
    moved = second.events.get(kind="due_date_moved")
    assert moved.data["days"] == ["2011-07-13", "2011-07-14"]


def test_given_one_request_that_cannot_be_counted_then_the_others_move_and_it_is_a_case(monkeypatch):
    good, bad, better = make_request(), make_request(), make_request()
    ClockEvent.objects.create(foi_request=bad, kind="no_such_event", on=TODAY, basis=Basis.STAFF)
    proclaim()

    tally = recount()

    assert tally.moved == 2
    for foi_request in (good, better):
        foi_request.refresh_from_db()
        assert foi_request.due_on == date(2011, 7, 18)
    case = bad.cases.get()
    assert (case.kind, case.thing_type, case.thing_id) == (CaseKind.FAILED_JOB, "foi_request", bad.pk)
    assert case.details == {"reason": "recount"}
    assert HolidayVersion.objects.latest("pk").finished_at == NOW


# ---- a count that is begun again, though the list is the same ----


def as_an_older_rule_counted(foi_request: FOIRequest, due_on: date = date(2011, 7, 14)) -> None:
    FOIRequest.objects.filter(pk=foi_request.pk).update(
        due_on=due_on, clock=foi_request.clock | {"due": due_on.isoformat()}
    )


def last_move(foi_request: FOIRequest) -> dict:
    return foi_request.events.filter(kind="due_date_moved").latest("pk").data


def test_given_a_list_that_never_changed_when_all_is_counted_again_then_no_bank_holiday_is_blamed():
    foi_request = make_request()
    as_an_older_rule_counted(foi_request)
    recounting.start_again(now=NOW)

    assert recount().moved == 1

    assert last_move(foi_request) == {"from": "2011-07-14", "to": "2011-07-15", "why": "counted_again"}


def test_given_a_day_that_was_counted_with_when_all_is_counted_again_then_it_is_not_blamed_once_more():
    foi_request = make_request()
    proclaim()
    recount()
    foi_request.refresh_from_db()
    as_an_older_rule_counted(foi_request, date(2011, 7, 15))
    recounting.start_again(now=NOW)

    recount()

    assert last_move(foi_request) == {"from": "2011-07-15", "to": "2011-07-18", "why": "counted_again"}


def test_given_a_day_proclaimed_while_all_is_counted_again_then_only_counts_over_it_blame_it(monkeypatch):
    monkeypatch.setattr(recounting, "BATCH", 1)
    first, over, beside = make_request(), make_request(), make_request(received=False)
    note(foi_request=beside, kind="received", on=date(2011, 5, 12), basis=Basis.STAFF)
    as_an_older_rule_counted(first)
    as_an_older_rule_counted(beside, date(2011, 6, 9))
    recounting.start_again(now=NOW)
    recounting.recount_open(today=TODAY, now=NOW, stop=lambda: HolidayVersion.objects.filter(checked=1).exists())
    proclaim()

    recount()

    for foi_request in (first, over):
        assert last_move(foi_request) == {
            "from": "2011-07-15", "to": "2011-07-18", "why": "bank_holiday", "days": ["2011-07-14"],
        }  # fmt: skip
    assert first.events.filter(kind="due_date_moved").count() == 2
    assert last_move(beside) == {"from": "2011-06-09", "to": "2011-06-10", "why": "counted_again"}
    assert not HolidayVersion.objects.filter(finished_at=None).exists()


@pytest.mark.parametrize("count", [3, 60])
def test_given_few_or_many_in_a_batch_then_the_statements_are_the_same(count):
    for _number in range(count):
        make_request()
    proclaim()

    with CaptureQueriesContext(connection) as seen:
        assert recount().moved == count

    written = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(written) == 16, [sql[:80] for sql in written]


def test_given_a_request_that_could_not_be_counted_when_it_is_put_right_then_the_case_counts_it_and_closes(client):
    foi_request, staff = make_request(), make_staff()
    broken = ClockEvent.objects.create(foi_request=foi_request, kind="no_such_event", on=TODAY, basis=Basis.STAFF)
    proclaim()
    recount()
    case = foi_request.cases.get()
    client.force_login(staff)
    page = f"/moderation/case/{case.pk}/"

    assert "could not be counted anew" in client.get(page).content.decode()
    refused = client.post(page, {"do": "retry"})
    assert refused.status_code == 422 and "still cannot be counted" in refused.content.decode()
    ClockEvent.objects.create(
        foi_request=foi_request, kind="taken_back", on=TODAY, basis=Basis.STAFF, takes_back=broken
    )
    assert client.post(page, {"do": "retry"}).status_code == 302

    case.refresh_from_db()
    foi_request.refresh_from_db()
    assert case.closed_at
    assert foi_request.due_on == date(2011, 7, 18)


# ---- who is written to ----


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2011, 7, 8), True),  # 11, 13, 15, 18: the fourth working day
        (date(2011, 7, 7), True),  # the fifth
        (date(2011, 7, 6), False),  # the sixth
        (date(2011, 7, 18), True),
        (date(2011, 7, 19), False),  # late by either date
    ],
)
def test_given_a_move_when_the_answer_is_due_within_five_working_days_then_the_requester_is_written_to(today, told):
    foi_request = make_request()
    proclaim()

    recount(today)

    rows = list(Reminder.objects.filter(foi_request=foi_request).values_list("kind", "audience", "for_on", "state"))
    wanted = (ReminderKind.DATE_MOVED, Audience.REQUESTER, date(2011, 7, 18), ReminderState.PLANNED)
    assert rows == ([wanted] if told else [])


def overdue_told(foi_request: FOIRequest, *audiences: str, state: str = ReminderState.SENT) -> None:
    for audience in audiences:
        Reminder.objects.create(
            foi_request=foi_request, kind=ReminderKind.OVERDUE, audience=audience, for_on=foi_request.due_on,
            planned_on=TODAY, state=state,
        )  # fmt: skip


def corrections(foi_request: FOIRequest) -> list[tuple]:
    rows = Reminder.objects.filter(foi_request=foi_request).exclude(kind=ReminderKind.OVERDUE)
    return sorted(rows.values_list("kind", "audience", "for_on"))


def test_given_both_sides_were_told_late_when_the_new_date_is_today_then_each_is_corrected_once():
    foi_request = make_request()
    overdue_told(foi_request, Audience.REQUESTER, Audience.AUTHORITY)
    proclaim()
    recount(date(2011, 7, 18))

    recounting.start_again(now=NOW)
    recount(date(2011, 7, 18))

    assert corrections(foi_request) == [
        (ReminderKind.OVERDUE_CORRECTED, Audience.AUTHORITY, date(2011, 7, 18)),
        (ReminderKind.OVERDUE_CORRECTED, Audience.REQUESTER, date(2011, 7, 18)),
    ]


def test_given_one_side_was_told_late_then_that_side_alone_is_corrected():
    foi_request = make_request()
    overdue_told(foi_request, Audience.AUTHORITY)
    overdue_told(foi_request, Audience.REQUESTER, state=ReminderState.SKIPPED)
    proclaim()

    recount(date(2011, 7, 18))

    assert corrections(foi_request) == [
        (ReminderKind.DATE_MOVED, Audience.REQUESTER, date(2011, 7, 18)),
        (ReminderKind.OVERDUE_CORRECTED, Audience.AUTHORITY, date(2011, 7, 18)),
    ]


def test_given_it_is_late_by_the_new_date_too_then_nothing_is_corrected():
    foi_request = make_request()
    overdue_told(foi_request, Audience.REQUESTER, Audience.AUTHORITY)
    proclaim()

    recount(date(2011, 7, 19))

    assert corrections(foi_request) == []


def test_given_a_thread_from_elsewhere_then_nobody_is_written_to():
    foi_request = make_request(is_imported=True)
    proclaim()

    recount(date(2011, 7, 14))

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 7, 18)
    assert corrections(foi_request) == []


def test_given_a_ledger_that_is_written_when_a_list_comes_then_the_new_one_is_counted_with():
    foi_request = make_request(received=False)
    proclaim()

    note(foi_request=foi_request, kind="received", on=date(2011, 6, 16), basis=Basis.STAFF)

    assert foi_request.due_on == date(2011, 7, 18)
    assert foi_request.holiday_version == holidays.latest_version()


# ---- the whole way: what the sweep of reminders makes of it ----


def letters(template: str) -> list[str]:
    """The letters of this kind, with line ends evened out."""
    rows = OutboundEmail.objects.filter(template=template).order_by("pk")
    return [" ".join(row.body.split()) for row in rows]


def test_given_an_overdue_notice_that_a_holiday_makes_false_when_mornings_pass_then_each_side_is_corrected_once():
    make_request()
    late = datetime(2011, 7, 18, 8, 30, tzinfo=UTC)
    reminders.sweep(now=late)
    assert len(letters("overdue_requester")) == len(letters("overdue_authority")) == 1

    for day in (14, 15):
        proclaim(date(2011, 7, day), now=late)
    recounting.recount_open(now=late + timedelta(hours=1))
    # The one mail of that day has gone: the correction leaves in the next morning's.
    for hours in (2, 24, 25):
        reminders.sweep(now=late + timedelta(hours=hours))

    (to_requester,) = letters("overdue_corrected_requester")
    # Beside it the authority's mail says that the answer is due soon.
    (to_authority,) = letters("daily_authority")
    for said in (to_requester, to_authority):
        assert "That was wrong" in said
        assert "14 July 2011" in said and "15 July 2011 are bank holidays" in said
        assert "by Tuesday 19 July 2011, not by Friday 15 July 2011" in said
    assert not letters("daily_requester") and not letters("overdue_corrected_authority")


def test_given_a_correction_to_a_date_that_has_passed_too_by_the_morning_then_one_mail_says_both():
    make_request()
    late = datetime(2011, 7, 18, 8, 30, tzinfo=UTC)
    reminders.sweep(now=late)
    proclaim(now=late)
    recounting.recount_open(now=late + timedelta(hours=1))
    reminders.sweep(now=late + timedelta(hours=24))
    reminders.sweep(now=late + timedelta(hours=48))

    (said,) = letters("daily_requester")
    assert "That was wrong" in said and "by Monday 18 July 2011, not by Friday 15 July 2011" in said
    assert "delayed" in said


def test_given_a_date_that_moved_and_is_near_when_the_morning_comes_then_the_requester_gets_one_letter():
    make_request()
    morning = datetime(2011, 7, 13, 8, 30, tzinfo=UTC)
    proclaim(now=morning)
    recounting.recount_open(now=morning)
    for hours in (0, 1, 24):
        reminders.sweep(now=morning + timedelta(hours=hours))

    (said,) = letters("date_moved_requester")
    assert "from Friday 15 July 2011 to Monday 18 July 2011" in said and "14 July 2011 is now a bank holiday" in said


def test_given_a_date_that_moved_when_all_was_counted_again_then_letter_and_page_blame_no_bank_holiday(client):
    foi_request = make_request()
    as_an_older_rule_counted(foi_request)
    morning = datetime(2011, 7, 12, 8, 30, tzinfo=UTC)
    recounting.start_again(now=morning)
    recounting.recount_open(now=morning)
    for hours in (0, 1, 24):
        reminders.sweep(now=morning + timedelta(hours=hours))

    (said,) = letters("date_moved_requester")
    assert "from Thursday 14 July 2011 to Friday 15 July 2011, because we counted it again." in said
    assert "no bank holiday was the reason" in client.get(f"/request/{foi_request.slug}/details").content.decode()


def test_given_a_correction_that_was_skipped_since_the_date_moved_on_when_it_moves_back_then_it_goes_after_all():
    foi_request = make_request()
    overdue_told(foi_request, Audience.REQUESTER)
    proclaim()
    recount(date(2011, 7, 18))
    planned = Reminder.objects.filter(foi_request=foi_request, kind=ReminderKind.OVERDUE_CORRECTED)
    planned.update(state=ReminderState.SKIPPED, reason="moved", settled_at=NOW)
    FOIRequest.objects.filter(pk=foi_request.pk).update(due_on=date(2011, 7, 15))

    recounting.start_again(now=NOW)
    recount(date(2011, 7, 18))

    row = planned.get()
    assert (row.state, row.reason, row.settled_at) == (ReminderState.PLANNED, "", None)
    planned.update(state=ReminderState.SENT)
    FOIRequest.objects.filter(pk=foi_request.pk).update(due_on=date(2011, 7, 15))
    recounting.start_again(now=NOW)
    recount(date(2011, 7, 18))
    assert planned.get().state == ReminderState.SENT
