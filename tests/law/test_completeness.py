"""For which years the table may be counted with."""

from dataclasses import replace
from datetime import date

import pytest
from dateutil.easter import easter

from requests_app.law.completeness import complete_years, easter_sunday, missing
from requests_app.law.holidays import PARTS, BankHoliday, shipped_table

SHIPPED = shipped_table().days


def test_given_the_shipped_table_then_every_one_of_its_years_is_complete():
    assert complete_years(SHIPPED) == (2007, 2028)


def test_given_one_day_of_a_later_year_then_that_year_is_not_counted():
    one = BankHoliday(on=date(2029, 1, 1), parts=frozenset(PARTS), name="New Year’s Day")

    assert complete_years(SHIPPED | {one}) == (2007, 2028)
    lacking = missing({one}, 2029)
    assert ("scotland", "New Year’s Day and 2 January") in {(row.part, row.name) for row in lacking}
    assert ("england_wales", "New Year’s Day") not in {(row.part, row.name) for row in lacking}


def test_given_a_whole_year_beyond_a_gap_then_nothing_beyond_the_gap_is_counted():
    without = frozenset(day for day in SHIPPED if day.on.year != 2027)

    assert complete_years(without) == (2007, 2026)


def test_given_one_day_before_the_first_year_then_the_table_does_not_begin_earlier():
    one = BankHoliday(on=date(2005, 12, 26), parts=frozenset(PARTS), name="Boxing Day")

    assert complete_years(SHIPPED | {one}) == (2007, 2028)


@pytest.mark.parametrize("day", sorted((day for day in SHIPPED if day.on.year == 2027), key=lambda day: day.on))
def test_given_any_day_of_a_usual_year_when_one_part_lacks_it_then_the_year_is_not_complete(day):
    for part in day.parts:
        rest = SHIPPED - {day}
        fewer = rest | {replace(day, parts=day.parts - {part})} if len(day.parts) > 1 else rest

        assert [row.part for row in missing(fewer, 2027)] == [part]
        assert complete_years(fewer) == (2007, 2026)


def test_given_no_days_then_no_year_is_complete():
    assert complete_years([]) is None
    assert complete_years([BankHoliday(on=date(2026, 6, 15), parts=frozenset({"scotland"}), name="One-off")]) is None


def test_given_any_year_then_easter_is_where_another_program_finds_it():
    assert [easter_sunday(year) for year in range(1900, 2200)] == [easter(year) for year in range(1900, 2200)]
