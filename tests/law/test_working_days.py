"""Counting by look-up: each edge of a small calendar, made for the test and not kept from before."""

from datetime import date

import pytest

from requests_app.law.citations import Citation, _sections
from requests_app.law.clock import Event, fold
from requests_app.law.completeness import easter_sunday
from requests_app.law.explain import steps
from requests_app.law.holidays import WorkingDays, shipped_table


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.fixture
def days() -> WorkingDays:
    """Monday 1 to Sunday 14 June 2026 with Wednesday the 10th off: 1–5, 8, 9, 11 and 12 count."""
    return WorkingDays(frozenset({june(10)}), june(1), june(14))


def test_given_a_calendar_then_a_day_is_known_to_count_or_not(days):
    assert [day for day in range(1, 15) if days.has(june(day))] == [1, 2, 3, 4, 5, 8, 9, 11, 12]
    assert not days.has(date(2026, 5, 29)) and not days.has(date(2026, 6, 15))


def test_given_a_start_then_the_nth_day_after_it_is_found_up_to_the_end_of_the_table(days):
    assert [days.nth_after(june(5), number) for number in (1, 2, 3, 4, 5)] == [
        june(8), june(9), june(11), june(12), None,
    ]  # fmt: skip
    assert days.nth_after(june(6), 1) == days.nth_after(june(7), 1) == june(8)
    assert days.nth_after(june(1), 1) == june(2) and days.nth_after(june(14), 1) is None
    assert days.nth_after(date(2026, 5, 31), 1) is None and days.nth_after(june(15), 1) is None


def test_given_an_end_then_the_nth_day_before_it_is_found_down_to_the_first_of_the_table(days):
    assert [days.nth_before(june(9), number) for number in (1, 2, 6, 7)] == [june(8), june(5), june(1), None]
    assert days.nth_before(june(14), 1) == june(12) and days.nth_before(june(13), 2) == june(11)
    assert days.nth_before(june(1), 1) is None and days.nth_before(june(2), 1) == june(1)
    assert days.nth_before(date(2026, 5, 31), 1) is None and days.nth_before(june(15), 1) is None


def test_given_days_left_out_then_they_are_passed_over(days):
    def left_out(on: date) -> bool:
        return on in (june(8), june(9))

    assert days.nth_outside(june(5), 1, left_out) == june(11)
    assert days.nth_outside(june(5), 2, left_out) == june(12)
    assert days.nth_outside(june(5), 3, left_out) is None
    assert days.nth_outside(june(1), 1, left_out) == june(2)
    assert days.nth_outside(june(14), 1, left_out) is None
    assert days.nth_outside(date(2026, 5, 31), 1, left_out) is None
    assert days.nth_outside(june(15), 1, left_out) is None


def test_given_two_days_then_those_between_are_counted_without_the_first_and_with_the_last(days):
    assert list(days.spanned(june(5), june(9))) == [june(8), june(9)]
    assert [days.between(june(5), june(day)) for day in (5, 6, 8, 9, 10, 11)] == [0, 0, 1, 2, 2, 3]
    assert days.between(june(9), june(5)) == 0


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1818, 3, 22), (1943, 4, 25), (1961, 4, 2), (2007, 4, 8), (2008, 3, 23), (2011, 4, 24), (2013, 3, 31),
        (2016, 3, 27), (2018, 4, 1), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28),
        (2028, 4, 16), (2038, 4, 25), (2049, 4, 18), (2076, 4, 19), (2285, 3, 22), (2299, 4, 16),
    ],
)  # fmt: skip
def test_given_a_year_then_easter_is_where_the_almanac_has_it(year, month, day):
    assert easter_sunday(year) == date(year, month, day)


def test_given_places_of_an_act_then_each_topic_has_its_words_and_its_page():
    found = _sections("Some Act 2001", "ukpga/2001/1", due="section 2(1)|section/2", fee="section 3|section/3/4")

    assert found == {
        "due": Citation("Some Act 2001 section 2(1)", "https://www.legislation.gov.uk/ukpga/2001/1/section/2"),
        "fee": Citation("Some Act 2001 section 3", "https://www.legislation.gov.uk/ukpga/2001/1/section/3/4"),
    }


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def test_given_a_history_then_each_step_names_exactly_its_days():
    events = [
        Event("received", on("03-03")),
        Event("fees_notice", on("03-10")),
        Event("fee_paid", on("03-20")),
        Event("extension_claimed", on("04-01"), on("04-30")),
        Event("responded", on("04-28")),
        Event("ir_requested", on("05-01")),
    ]

    found = steps("foia", events, holidays=shipped_table())

    due, lasting = on("04-11"), {"old_due": on("04-11"), "due": on("04-11"), "extension_due": on("04-30")}
    assert [step.dates for step in found] == [
        {"due": on("04-01")},
        {"old_due": on("04-01"), "fee_by": on("06-09")},
        {"due": due, "fee_by": on("06-09"), "fee_on": on("03-10")},
        {"until": on("04-30"), **lasting},
        lasting,
        lasting | {"review_due": on("06-02"), "review_max": on("06-30"), "review_by": on("06-25")},
    ]


@pytest.mark.parametrize(
    ("events", "earlier"),
    [
        ([Event("fees_notice", on("04-01"))], None),
        ([Event("fees_notice", on("04-02"))], on("04-01")),
        ([Event("clarification_requested", on("03-10")), Event("fees_notice", on("04-02"))], None),
        ([Event("extension_claimed", on("03-28")), Event("fees_notice", on("04-02"))], on("04-01")),
        (
            [Event("fees_notice", on("04-02")), Event("fee_paid", on("04-03")), Event("fees_notice", on("04-22"))],
            on("04-01"),
        ),
    ],
)
def test_given_a_fees_notice_then_a_date_that_had_passed_is_remembered(events, earlier):
    standing = fold("foia", [Event("received", on("03-03")), *events], holidays=shipped_table(), today=None)

    assert standing.earlier_due == earlier


def test_given_an_extension_that_moves_the_date_then_a_fees_notice_within_it_is_not_late():
    events = [
        Event("received", on("03-03")),
        Event("extension_claimed", on("03-28")),
        Event("fees_notice", on("04-20")),
    ]

    assert fold("eir", events, holidays=shipped_table(), today=None).earlier_due is None
