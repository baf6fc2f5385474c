"""After an upgrade: rows as an earlier release left them get the whole clock and their reminders, and no flood."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from requests_app.actions import holidays, recounting, reminders
from requests_app.actions.deadlines import note
from requests_app.law.holidays import PARTS, BankHoliday
from requests_app.law.wire import unpack
from requests_app.models import Basis, CaseKind, ClockEvent, FOIRequest, HolidayVersion, OutboundEmail, Reminder, Status
from tests.factories import make_request, make_staff

pytestmark = pytest.mark.django_db
# Received on 16 June 2011, due on Friday 15 July.
NOW = datetime(2011, 7, 1, 7, 30, tzinfo=UTC)


def as_migrated() -> None:
    """Leave every row as the migrations leave those of an earlier release, by their own statements."""
    FOIRequest.objects.update(clock={}, next_notice_on=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("requests_app.migrations.0008_whole_clock").PACKED)
        cursor.execute(import_module("requests_app.migrations.0016_look_at_all_once").LOOK)
        cursor.execute(import_module("requests_app.migrations.0018_count_all_again").NOT_ALL_AT_ONCE)
        cursor.execute(import_module("requests_app.migrations.0018_count_all_again").ALL_AGAIN)


def upgrade(now: datetime = NOW) -> recounting.Tally:
    as_migrated()
    return recounting.recount_open(now=now)


def answered(on: date = date(2011, 7, 13)) -> FOIRequest:
    foi_request = make_request()
    note(foi_request=foi_request, kind="responded", on=on, basis=Basis.STAFF)
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.ANSWERED)
    foi_request.refresh_from_db()
    return foi_request


def planned(*numbers: int) -> set[tuple[str, str]]:
    rows = Reminder.objects.filter(foi_request__in=numbers) if numbers else Reminder.objects.all()
    return {(str(kind), str(audience)) for kind, audience in rows.values_list("kind", "audience")}


def test_given_old_rows_when_migrated_then_the_sweep_of_counts_finds_them_and_a_site_without_any_is_left_alone():
    as_migrated()
    assert recounting.unfinished() is None

    make_request()
    as_migrated()

    assert recounting.unfinished().afresh
    assert recounting.recount_open(now=NOW).checked == 1
    assert recounting.unfinished() is None


def test_given_an_old_open_request_when_upgraded_then_its_mornings_are_those_of_a_new_one():
    old, new = make_request(), make_request()
    whole = new.clock

    tally = upgrade()

    old.refresh_from_db()
    assert tally.checked == 2
    assert old.clock == whole
    assert (old.due_on, old.next_notice_on) == (date(2011, 7, 15), date(2011, 7, 7))
    assert not old.events.filter(kind="due_date_moved").exists()
    reminders.sweep(now=datetime(2011, 7, 7, 7, 30, tzinfo=UTC))
    assert planned(old.pk) == {("due_soon", "authority")}


def test_given_an_old_question_that_waits_when_upgraded_then_the_requester_is_reminded_of_it():
    foi_request = make_request()
    note(foi_request=foi_request, kind="clarification_requested", on=date(2011, 6, 29), basis=Basis.OFFICER)
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.AWAITING_CLARIFICATION, due_on=date(2011, 7, 15))

    upgrade()
    reminders.sweep(now=NOW + timedelta(days=3))

    foi_request.refresh_from_db()
    assert (unpack(foi_request.clock).asked_on, foi_request.due_on) == (date(2011, 6, 29), None)
    assert planned(foi_request.pk) == {("clarification_waiting", "requester")}


def test_given_an_old_answer_when_upgraded_then_its_dates_stay_and_the_last_day_for_a_review_is_known():
    foi_request = answered()
    # By the list of that time another day: a closed request keeps it.
    FOIRequest.objects.filter(pk=foi_request.pk).update(due_on=date(2011, 7, 14), holiday_version="of-old")
    dates = ("received_on", "responded_on", "due_on", "grace_on", "outer_on", "holiday_version")
    kept = FOIRequest.objects.values(*dates).get(pk=foi_request.pk)

    upgrade()

    assert FOIRequest.objects.values(*dates).get(pk=foi_request.pk) == kept
    foi_request.refresh_from_db()
    at = unpack(foi_request.clock)
    assert (at.due, at.responded_on) == (date(2011, 7, 14), date(2011, 7, 13))
    assert at.review_request_by == date(2011, 9, 9)
    assert not foi_request.events.filter(kind="due_date_moved").exists()
    reminders.sweep(now=datetime(2011, 9, 5, 7, 30, tzinfo=UTC))
    assert planned(foi_request.pk) == {("review_window", "requester")}


def test_given_an_old_answer_without_a_due_date_when_upgraded_then_column_and_clock_both_stay_without_one():
    foi_request = answered()
    FOIRequest.objects.filter(pk=foi_request.pk).update(due_on=None, grace_on=None, outer_on=None)

    upgrade()

    foi_request.refresh_from_db()
    at = unpack(foi_request.clock)
    assert foi_request.due_on is at.due is at.due_if_receipt_rolls is at.very_overdue is None
    assert at.review_request_by == date(2011, 9, 9)
    assert not foi_request.events.filter(kind="due_date_moved").exists()


def test_given_many_that_have_been_late_for_long_when_upgraded_then_the_first_mornings_are_quiet():
    late = [make_request() for _number in range(30)]
    answers = [answered() for _number in range(5)]
    upgrade(datetime(2013, 3, 4, 7, 30, tzinfo=UTC))

    for day in range(5):
        reminders.sweep(now=datetime(2013, 3, 4 + day, 8, tzinfo=UTC))

    assert planned() == set()
    assert not OutboundEmail.objects.exists()
    for foi_request in (*late, *answers):
        foi_request.refresh_from_db()
        assert foi_request.next_notice_on is None
        assert unpack(foi_request.clock).review_request_by or not foi_request.responded_on


def test_given_a_day_that_came_while_the_site_was_down_when_upgraded_then_it_is_still_told():
    foi_request = make_request()
    monday = datetime(2011, 7, 18, 7, 30, tzinfo=UTC)

    upgrade(monday + timedelta(days=2))
    reminders.sweep(now=monday + timedelta(days=2))

    assert planned(foi_request.pk) == {("overdue", "requester"), ("overdue", "authority")}


def test_given_a_window_that_is_open_when_upgraded_then_its_last_day_is_not_missed():
    foi_request = answered()
    morning = datetime(2011, 9, 7, 7, 30, tzinfo=UTC)

    upgrade(morning)
    reminders.sweep(now=morning)

    assert planned(foi_request.pk) == {("review_window", "requester")}


def test_given_an_overdue_notice_that_the_earlier_release_sent_when_upgraded_then_it_does_not_go_again():
    foi_request = make_request()
    late = datetime(2011, 7, 18, 7, 30, tzinfo=UTC)
    reminders.sweep(now=late)
    before = OutboundEmail.objects.count()

    upgrade(late + timedelta(days=1))
    reminders.sweep(now=late + timedelta(days=1))

    assert OutboundEmail.objects.count() == before > 0
    assert planned(foi_request.pk) == {("overdue", "requester"), ("overdue", "authority")}


def test_given_nothing_but_the_next_look_is_missing_then_no_page_is_made_anew():
    foi_request = make_request()
    FOIRequest.objects.update(next_notice_on=None)
    before = FOIRequest.objects.values().get(pk=foi_request.pk)
    recounting.start_again(now=NOW)

    tally = recounting.recount_open(now=NOW)

    after = FOIRequest.objects.values().get(pk=foi_request.pk)
    assert after.pop("next_notice_on") == date(2011, 7, 7)
    assert before.pop("next_notice_on") is None
    assert after == before
    assert (tally.checked, tally.moved) == (1, 0)


def test_given_a_look_that_is_planned_when_all_is_counted_again_then_it_stays():
    foi_request = make_request()
    waits_since = date(2011, 7, 7)
    recounting.start_again(now=NOW)

    recounting.recount_open(now=NOW + timedelta(days=60))

    foi_request.refresh_from_db()
    assert foi_request.next_notice_on == waits_since


def test_given_a_holiday_that_comes_in_the_midst_of_it_then_closed_ones_are_brought_up_all_the_same(monkeypatch):
    monkeypatch.setattr(recounting, "BATCH", 1)
    make_request()
    foi_request = answered()
    as_migrated()
    recounting.recount_open(now=NOW, stop=lambda: HolidayVersion.objects.filter(checked=1).exists())
    day = BankHoliday(on=date(2011, 7, 14), parts=frozenset(PARTS), name="A day of thanks")
    holidays.add(day=day, source="London Gazette", reason="Proclaimed.", actor=make_staff(), now=NOW)

    recounting.recount_open(now=NOW)

    foi_request.refresh_from_db()
    assert unpack(foi_request.clock).review_request_by
    assert foi_request.due_on == date(2011, 7, 15)
    assert recounting.unfinished() is None


def test_given_one_closed_request_that_cannot_be_counted_then_the_others_are_brought_up_and_it_is_a_case():
    good, bad, better = answered(), answered(), answered()
    ClockEvent.objects.create(foi_request=bad, kind="no_such_event", on=NOW.date(), basis=Basis.STAFF)

    upgrade()

    for foi_request in (good, better):
        foi_request.refresh_from_db()
        assert unpack(foi_request.clock).review_request_by
    assert bad.cases.get().kind == CaseKind.FAILED_JOB
    assert recounting.unfinished() is None
