"""The explanation: every calendar day from receipt to the due date, counted or skipped and why."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.law.days import ClockRefused, response_due
from requests_app.law.explain import Day, explain, sentence
from requests_app.law.holidays import shipped_table
from requests_app.law.regimes import REGIMES

TABLE = shipped_table()
covered_days = st.dates(date(2007, 1, 1), date(2028, 10, 1))


def test_given_16_june_2011_when_explained_then_each_day_is_numbered_or_has_its_reason():
    days = explain(date(2011, 6, 16), date(2011, 7, 15), holidays=TABLE)

    by_day = {day.on: day for day in days}
    assert days[0] == Day(date(2011, 6, 16), None, "received", "received")
    assert by_day[date(2011, 6, 17)] == Day(date(2011, 6, 17), 1, "counted", "working day 1")
    assert by_day[date(2011, 6, 18)] == Day(date(2011, 6, 18), None, "weekend", "weekend")
    assert by_day[date(2011, 6, 19)].kind == "weekend"
    assert by_day[date(2011, 6, 20)].number == 2
    assert by_day[date(2011, 7, 11)].number == 17
    assert by_day[date(2011, 7, 12)] == Day(
        date(2011, 7, 12),
        None,
        "holiday",
        "bank holiday in Northern Ireland: Battle of the Boyne",
        TABLE.on(date(2011, 7, 12)),
    )
    assert by_day[date(2011, 7, 12)].holidays
    assert by_day[date(2011, 7, 13)].number == 18
    assert days[-1] == Day(date(2011, 7, 15), 20, "counted", "working day 20")
    assert len(days) == 30


def test_given_receipt_on_a_day_off_when_explained_then_it_is_the_receipt_and_nothing_else():
    days = explain(date(2025, 9, 13), date(2025, 9, 15), holidays=TABLE)

    assert [(day.kind, day.number) for day in days] == [("received", None), ("weekend", None), ("counted", 1)]


@given(received_on=covered_days)
def test_given_any_receipt_when_explained_then_days_are_contiguous_and_exactly_twenty_count(received_on):
    due_on = response_due(received_on, bank_holidays=TABLE.any_part)

    days = explain(received_on, due_on, holidays=TABLE)

    assert [day.on for day in days] == [received_on + timedelta(days=n) for n in range(len(days))]
    assert days[-1].on == due_on
    assert [day.number for day in days if day.kind == "counted"] == list(range(1, 21))
    assert all(day.number is None for day in days if day.kind != "counted")
    assert all(day.on in TABLE.any_part for day in days if day.kind == "holiday")


@pytest.mark.parametrize("regime", ["foisa", REGIMES["foisa"]])
def test_given_the_scottish_calendar_when_explained_then_other_parts_holidays_count(regime):
    days = explain(date(2011, 7, 11), date(2011, 7, 12), holidays=TABLE, regime=regime)

    assert days[-1] == Day(date(2011, 7, 12), 1, "counted", "working day 1")


def test_given_a_due_date_before_receipt_when_explained_then_there_is_nothing_to_say():
    assert explain(date(2011, 6, 16), date(2011, 6, 15), holidays=TABLE) == ()


def test_given_days_beyond_the_table_when_explained_then_it_refuses():
    with pytest.raises(ClockRefused, match=r"^Bank holidays are known from Monday 1 January 2007 to"):
        explain(date(2028, 12, 31), date(2029, 1, 1), holidays=TABLE)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (16, "Thursday 16 June 2011: the request was received. Counting starts on the next working day."),
        (17, "Friday 17 June 2011: working day 1."),
        (18, "Saturday 18 June 2011: not counted, weekend."),
    ],
)
def test_given_a_day_of_the_count_when_put_in_words_then_it_says_what_happened_to_it(on, words):
    days = {day.on: day for day in explain(date(2011, 6, 16), date(2011, 7, 15), holidays=TABLE)}

    assert sentence(days[date(2011, 6, on)]) == words


def test_given_a_bank_holiday_when_put_in_words_then_it_says_whose():
    day = explain(date(2011, 7, 11), date(2011, 7, 12), holidays=TABLE)[-1]

    assert sentence(day) == (
        "Tuesday 12 July 2011: not counted, bank holiday in Northern Ireland: Battle of the Boyne."
    )
