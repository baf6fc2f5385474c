"""iCalendar files, read back by an independent parser."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from requests_app.exports.as_ics import CalendarDay, as_ics


def day(**fields) -> CalendarDay:
    plain = {
        "uid": "request-7-due@foi.example",
        "sequence": 3,
        "on": date(2025, 4, 1),
        "title": "Answer normally due: Trees",
        "url": "https://foi.example/request/trees",
        "changed_at": datetime(2025, 3, 3, 23, 30, tzinfo=UTC),
    }
    return CalendarDay(**plain | fields)


def read(*days: CalendarDay):
    return Calendar.from_ical(as_ics(days, name="FOI Tracker", site="foi.example"))


def test_given_a_day_then_another_program_reads_the_same_whole_day():
    (event,) = read(day()).events
    assert (event["UID"], event["SEQUENCE"], event["SUMMARY"]) == (
        "request-7-due@foi.example",
        3,
        "Answer normally due: Trees",
    )
    assert (event.start, event.end) == (date(2025, 4, 1), date(2025, 4, 2))
    assert event["DTSTAMP"].dt == datetime(2025, 3, 3, 23, 30, tzinfo=UTC)
    assert event["URL"] == "https://foi.example/request/trees"


def test_given_no_day_then_the_calendar_is_still_a_valid_one():
    calendar = read()
    assert calendar.events == []
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]


def test_given_long_words_then_lines_end_as_they_should_and_no_character_is_torn():
    title = "Gwybodaeth am goed — ŵ, “coed”; \\ " * 12
    raw = as_ics([day(title=title)], name="x", site="foi.example")
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert Calendar.from_ical(raw).events[0]["SUMMARY"] == title.strip() or title


def test_given_a_line_break_in_a_title_then_nothing_can_be_slipped_in():
    raw = as_ics([day(title="A\r\nATTENDEE:mailto:x@y.example\nB\x0bC\x00D")], name="x\r\nX-EVIL:1", site="foi.example")
    assert b"\r\nATTENDEE" not in raw and b"\r\nX-EVIL" not in raw
    assert len(Calendar.from_ical(raw).events) == 1


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=200))
def test_given_any_title_then_it_comes_back_as_it_was(title):
    printable = "".join(char for char in title if char.isprintable())
    raw = as_ics([day(title=title)], name="x", site="foi.example")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert str(Calendar.from_ical(raw).events[0]["SUMMARY"]) == printable
