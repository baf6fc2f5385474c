"""Days in London, working days and the twentieth of them."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.law.days import (
    ClockRefused,
    is_working_day,
    london_day,
    nth_working_day,
    response_due,
    working_days_after,
    working_days_between,
)
from requests_app.law.holidays import shipped_table

UK = shipped_table().any_part
covered_days = st.dates(date(2007, 1, 1), date(2028, 10, 1))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2011-06-15", date(2011, 6, 15)),
        ("2011-06-15T22:59:59Z", date(2011, 6, 15)),  # 23:59:59 BST
        ("2011-06-15T23:00:00Z", date(2011, 6, 16)),  # midnight BST
        ("2011-06-15T23:30:00Z", date(2011, 6, 16)),
        ("2011-06-16T00:10:00+01:00", date(2011, 6, 16)),
        ("2011-01-15T23:59:59Z", date(2011, 1, 15)),  # GMT
        ("2011-01-16T00:00:00Z", date(2011, 1, 16)),
        ("2026-03-29T00:59:59Z", date(2026, 3, 29)),  # the clocks go forward at 01:00
        ("2026-03-29T23:30:00Z", date(2026, 3, 30)),
        ("2026-10-24T23:30:00Z", date(2026, 10, 25)),  # still summer time
        ("2026-10-25T23:30:00Z", date(2026, 10, 25)),  # no longer
        ("2026-06-15T23:30:00", date(2026, 6, 15)),  # no offset: London's own clock
        ("2026-06-15T20:30:00-04:00", date(2026, 6, 16)),
    ],
)
def test_given_a_moment_in_text_when_its_day_is_asked_then_it_is_londons(moment, day):
    assert london_day(moment) == day


def test_given_a_day_or_an_aware_moment_when_its_day_is_asked_then_it_is_londons():
    assert london_day(date(2011, 6, 15)) == date(2011, 6, 15)
    assert london_day(datetime(2011, 6, 15, 23, 10, tzinfo=UTC)) == date(2011, 6, 16)
    assert london_day(datetime(2011, 6, 16, 1, tzinfo=timezone(timedelta(hours=9)))) == date(2011, 6, 15)


def test_given_a_server_abroad_when_a_day_is_asked_then_it_is_still_londons(monkeypatch):
    with monkeypatch.context() as abroad:
        abroad.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        day = london_day("2011-06-15T18:00:00Z")
    time.tzset()

    assert day == date(2011, 6, 15)


def test_given_a_moment_without_a_zone_when_its_day_is_asked_then_the_caller_is_wrong():
    with pytest.raises(TypeError, match=r"^A moment needs its time zone before its day can be known\.$"):
        london_day(datetime(2011, 6, 15, 23, 10))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2011-02-30", "16/06/2011", "2011-06-16T25:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_given_text_that_is_no_day_when_its_day_is_asked_then_it_says_how_to_write_one(text):
    with pytest.raises(ClockRefused) as refused:
        london_day(text)

    assert str(refused.value) == (f"“{text}” is not a day. Write it like 2011-06-16 or 2011-06-16T10:12:00Z.")
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("on", "working"),
    [
        (date(2011, 7, 8), True),  # Friday
        (date(2011, 7, 9), False),  # Saturday
        (date(2011, 7, 10), False),  # Sunday
        (date(2011, 7, 11), True),  # Monday
        (date(2011, 7, 12), False),  # a bank holiday in Northern Ireland
    ],
)
def test_given_a_day_when_asked_whether_it_is_worked_then_weekends_and_any_parts_holidays_are_not(on, working):
    assert is_working_day(on, UK) is working


def test_given_a_friday_when_the_next_working_days_are_listed_then_it_is_not_among_them():
    found = list(islice(working_days_after(date(2011, 7, 8), UK), 3))

    assert found == [date(2011, 7, 11), date(2011, 7, 13), date(2011, 7, 14)]


def test_given_a_start_when_the_first_working_day_is_asked_then_it_is_the_next_one():
    assert nth_working_day(date(2011, 7, 11), 1, bank_holidays=UK) == date(2011, 7, 13)
    assert nth_working_day(date(2011, 7, 11), 2, bank_holidays=UK) == date(2011, 7, 14)


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        (date(2011, 7, 11), date(2011, 7, 11), 0),
        (date(2011, 7, 11), date(2011, 7, 10), 0),
        (date(2011, 7, 11), date(2011, 7, 12), 0),
        (date(2011, 7, 11), date(2011, 7, 13), 1),
        (date(2011, 6, 16), date(2011, 7, 15), 20),
    ],
)
def test_given_two_days_when_counted_between_then_the_first_is_left_out_and_the_last_is_in(start, end, number):
    assert working_days_between(start, end, bank_holidays=UK) == number


def test_given_the_request_of_16_june_2011_when_counted_then_12_july_is_skipped_and_15_july_is_due():
    assert response_due(date(2011, 6, 16), bank_holidays=UK) == date(2011, 7, 15)


def test_given_friday_saturday_and_sunday_when_counted_then_they_share_a_due_date():
    assert {response_due(date(2025, 9, day), bank_holidays=UK) for day in (12, 13, 14)} == {date(2025, 10, 10)}


@given(received_on=covered_days)
def test_given_any_day_of_receipt_when_counted_then_the_due_date_is_the_twentieth_working_day(received_on):
    due = response_due(received_on, bank_holidays=UK)

    assert is_working_day(due, UK)
    assert working_days_between(received_on, due, bank_holidays=UK) == 20
    assert due - received_on >= timedelta(days=26)


@given(first=covered_days, second=covered_days)
def test_given_two_days_of_receipt_when_counted_then_the_later_is_never_due_earlier(first, second):
    earlier, later = sorted((first, second))

    assert response_due(earlier, bank_holidays=UK) <= response_due(later, bank_holidays=UK)


@given(received_on=covered_days, more=st.frozensets(covered_days, max_size=30))
def test_given_more_holidays_when_counted_then_the_date_is_never_earlier(received_on, more):
    assert response_due(received_on, bank_holidays=UK | more) >= response_due(received_on, bank_holidays=UK)
