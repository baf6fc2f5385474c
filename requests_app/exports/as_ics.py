"""Days as an iCalendar file, for people's own calendars. RFC 5545: CRLF, lines folded at 75 octets, text escaped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
# A calendar must have a part; one without days has this, which says nothing.
LONDON = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:STANDARD",
    "DTSTART:19961027T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "TZNAME:GMT",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19960331T010000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "TZNAME:BST",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One whole day. ``uid`` stays the same while the day moves; ``sequence`` goes up with every change.

    ``changed_at`` is aware; ``url`` leads to the request.
    """

    uid: str
    sequence: int
    on: date
    title: str
    url: str
    changed_at: datetime


def as_ics(days: Iterable[CalendarDay], *, name: str, site: str) -> bytes:
    """The file. ``name`` is what calendar programs call it, ``site`` the host that made it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(site)}//foitracker//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    events = [line for day in days for line in _event(day)]
    lines += [*(events or LONDON), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def _event(day: CalendarDay) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(day.uid)}",
        f"DTSTAMP:{day.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{day.sequence}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(day.title)}",
        f"URL:{_one_line(day.url)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """Escaped as RFC 5545 3.3.11 asks; control characters, which it forbids, are left out."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _one_line("\\n".join(escaped.splitlines()))


def _one_line(value: str) -> str:
    return "".join(char for char in value if char.isprintable())


def _folded(line: str) -> bytes:
    """The line with CRLF, broken before its 76th octet and never inside a character."""
    pieces, piece = [], b""
    for char in line:
        octets = char.encode()
        if len(piece) + len(octets) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
