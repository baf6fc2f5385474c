"""The clock's picture against a calendar: what stands where, before, on and after the due day."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from requests_app.exports.clock_picture import LATE_COLUMNS, clock_picture

BOYNE = date(2011, 7, 12)
RECEIVED, DUE = date(2011, 6, 16), date(2011, 7, 15)


@dataclass(frozen=True)
class Day:
    on: date
    number: int | None
    kind: str
    why: str = ""


def calendar(start: date, holidays: dict[date, str], count: int = 20) -> list[Day]:
    days, number, on = [Day(start, None, "received")], 0, start
    while number < count:
        on += timedelta(days=1)
        if on.weekday() > 4:
            days.append(Day(on, None, "weekend"))
        elif on in holidays:
            days.append(Day(on, None, "holiday", holidays[on]))
        else:
            number += 1
            days.append(Day(on, number, "counted"))
    return days


JULY = calendar(RECEIVED, {BOYNE: "Battle of the Boyne"})


def kinds(drawing, kind):
    return [mark for mark in drawing.marks if mark.kind == kind]


def label(drawing, kind):
    return next((found for found in drawing.labels if found.kind == kind), None)


def test_given_day_thirteen_when_drawn_then_thirteen_are_passed_and_seven_are_open():
    picture = clock_picture(JULY, date(2011, 7, 5))

    for drawing in (picture.wide, picture.narrow):
        assert len(kinds(drawing, "passed")) == 13
        assert len(kinds(drawing, "open")) == 7
        assert not kinds(drawing, "late")
    assert (picture.day_number, picture.total_days, picture.today_counts) == (13, 20, True)
    assert (picture.received_on, picture.due_on, picture.is_late) == (RECEIVED, DUE, False)


def test_given_a_bank_holiday_when_drawn_then_it_is_crossed_named_and_not_numbered():
    picture = clock_picture(JULY, date(2011, 7, 1))

    assert [(mark.on, mark.name, mark.number) for mark in picture.holidays] == [(BOYNE, "Battle of the Boyne", None)]
    assert label(picture.wide, "holiday").name == "Battle of the Boyne"
    assert label(picture.narrow, "holiday") is None
    assert picture.wide.crosses.count("M") == picture.narrow.crosses.count("M") == 2


def test_given_a_weekend_when_drawn_then_the_line_has_a_gap_there():
    drawing = clock_picture(JULY, date(2011, 7, 5)).wide
    friday, monday = (next(m.x for m in drawing.marks if m.on == on) for on in (date(2011, 6, 17), date(2011, 6, 20)))

    assert (friday, monday) in {(segment.x1, segment.x2) for segment in drawing.segments if segment.kind == "gap"}
    solid = [segment for segment in drawing.segments if segment.kind != "gap"]
    assert not [s for s in solid if s.x1 < (friday + monday) / 2 < s.x2]


def test_given_a_saturday_when_drawn_then_friday_is_the_last_day_gone_and_today_does_not_count():
    picture = clock_picture(JULY, date(2011, 7, 9))

    assert (picture.day_number, picture.today_counts) == (16, False)


def test_given_the_day_of_receipt_when_drawn_then_no_day_has_come():
    picture = clock_picture(JULY, RECEIVED)

    assert picture.day_number is None
    assert not kinds(picture.wide, "passed")
    assert label(picture.wide, "today").anchor == "start"


def test_given_a_day_before_receipt_when_drawn_then_today_is_not_on_the_line():
    drawing = clock_picture(JULY, RECEIVED - timedelta(days=2)).wide

    assert label(drawing, "today") is None
    assert drawing.tick == ""


def test_given_the_due_day_when_drawn_then_all_are_passed_and_nothing_is_late():
    picture = clock_picture(JULY, DUE)

    assert (picture.day_number, picture.is_late) == (20, False)
    assert not kinds(picture.wide, "open")
    assert picture.wide.late == ""


def test_given_a_week_after_the_due_day_when_drawn_then_the_flag_stays_and_working_days_are_late():
    picture = clock_picture(JULY, date(2011, 7, 22))
    late = kinds(picture.wide, "late")

    assert picture.is_late
    assert [mark.on.weekday() for mark in late] == [0, 1, 2, 3, 4]
    assert kinds(picture.wide, "due")[0].x < late[0].x
    assert picture.wide.flag.startswith(f"M{kinds(picture.wide, 'due')[0].x:.1f}")
    assert picture.wide.cut == ""


def test_given_months_after_the_due_day_when_drawn_then_the_delay_is_cut_and_the_cut_shown():
    drawing = clock_picture(JULY, date(2011, 12, 1)).wide
    last = max(mark.x for mark in drawing.marks)

    assert len(kinds(drawing, "late")) <= LATE_COLUMNS
    assert drawing.cut
    assert label(drawing, "today") and last <= drawing.width


def test_given_days_after_the_due_day_that_say_what_counts_when_drawn_then_they_are_believed():
    more = [*JULY, Day(date(2011, 7, 18), None, "holiday", "A made-up day"), Day(date(2011, 7, 19), 21, "counted")]

    picture = clock_picture(more, date(2011, 7, 19), due_on=DUE)

    assert [mark.on for mark in kinds(picture.wide, "late")] == [date(2011, 7, 19)]
    assert picture.total_days == 20


def test_given_an_answer_in_time_when_drawn_then_the_picture_stops_there():
    picture = clock_picture(JULY, date(2011, 9, 1), answered_on=date(2011, 7, 4))

    assert (picture.answered_on, picture.day_number, picture.is_late) == (date(2011, 7, 4), 12, False)
    assert len(kinds(picture.wide, "open")) == 8
    assert label(picture.wide, "today") is None
    assert label(picture.wide, "answered").on == date(2011, 7, 4)


def test_given_an_answer_after_the_due_day_when_drawn_then_the_stretch_until_it_is_late():
    picture = clock_picture(JULY, date(2011, 9, 1), answered_on=date(2011, 7, 19))

    assert picture.is_late
    assert [mark.on for mark in kinds(picture.wide, "late")] == [date(2011, 7, 18), date(2011, 7, 19)]


CHRISTMAS = {
    date(2025, 12, 25): "Christmas Day",
    date(2025, 12, 26): "Boxing Day",
    date(2026, 1, 1): "New Year's Day",
    date(2026, 1, 2): "2 January",
}


@pytest.mark.parametrize("count", [10, 20, 60])
@pytest.mark.parametrize("offset", range(0, 110, 3))
def test_whatever_the_day_words_above_the_line_never_meet_and_stay_inside(count, offset):
    start = date(2025, 12, 8)
    picture = clock_picture(calendar(start, CHRISTMAS, count), start + timedelta(days=offset))

    for drawing in (picture.wide, picture.narrow):
        above = [found for found in drawing.labels if found.kind in ("today", "holiday")]
        assert all(0 <= found.x <= drawing.width and 8 <= found.y <= drawing.height for found in above)
        assert all(0 <= mark.x <= drawing.width for mark in drawing.marks)
        assert len({(round(found.y), found.anchor) for found in above if found.anchor != "middle"}) == len(
            [found for found in above if found.anchor != "middle"]
        )
        assert sorted(segment.x1 for segment in drawing.segments) == [segment.x1 for segment in drawing.segments]


@pytest.mark.parametrize("days", [[], JULY[:1], JULY[1:]], ids=["none", "only receipt", "no receipt"])
def test_given_days_without_receipt_or_count_when_drawn_then_it_says_what_is_missing(days):
    with pytest.raises(ValueError, match="day of receipt first"):
        clock_picture(days, DUE)
