"""A letter's Date header → a moment, however it was written."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from .decoding import clean_line, decode_header_text

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
# Names of zones that the standard does not know, and that European programs write.
_ZONES = {"BST": "+0100", "CET": "+0100", "CEST": "+0200", "WEST": "+0100", "EET": "+0200", "EEST": "+0300"}
_ZONE = re.compile(r"(?<=\d )(?:BST|CEST|CET|WEST|EEST|EET)\b(?=\s*(?:$|\())")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
# What the standard's reader would drop without a word: a zone with a colon, the half of a day.
_NEEDS_CARE = re.compile(r"[+-]\d\d:\d\d\b|\d\s?[AaPp]\.?[Mm]\b|(?:GMT|UTC)\s?[+-]\d")
# "4 juil. 2011 15:04:05", "04/07/2011 3:04 PM", "4. Juli 2011 um 15:04", "July 4, 2011 3:04 PM".
_LOOSE = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\.?[\s/-](?:de\s)?(?P<month>[^\W\d]{3,12}|\d{1,2})\.?,?[\s/-](?:de\s)?"
    r"|(?P<month_first>[^\W\d]{3,12})\.?\s(?P<day_second>\d{1,2})(?:st|nd|rd|th)?,?\s)"
    r"(?P<year>\d{4}|\d\d(?=[\s,]))(?:[^\d\n]{1,12})"
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
    r"(?:\s{0,2}(?:GMT|UTC)?\s?(?P<zone>[+-]\d{1,2}:?(?:\d\d)?)\b)?"
)
# How the names of months begin in the languages of mail programs; the longer first where two begin alike.
_MONTHS = tuple(
    (name, number)
    for number, names in (
        (1, "jan gen ene sty led янв ion"),
        (2, "feb fév fev lut úno фев chwe"),
        (11, "marrask nov lis ноя tach"),
        (3, "mar mär mrt maa břez мар maw"),
        (4, "apr avr abr kwi huh dub апр ebr"),
        (7, "juli juil jul lug lip hei čvc červenec июл gorff"),
        (6, "jun juin giu cze kes čvn červen июн meh"),
        (5, "may mai maj mag mei kvě touko май"),
        (8, "aug aoû aou ago sie elo srp авг awst"),
        (9, "sep set wrz syy zář сен medi"),
        (10, "oct okt ott out paź loka říj окт hyd"),
        (12, "dec déc dez dic gru jou pro дек rhag"),
    )
    for name in names.split()
)


def read_date(values: list[str], notes: list[str]) -> datetime | None:
    """The first of these header values that is a date, aware, in the sender's zone; UTC where none is named.

    None, and a note, where there is none or none can be read.
    """
    if not values:
        notes.append("no date")
        return None
    for value in values[:5]:
        said = _ZONE.sub(lambda match: _ZONES[match[0]], clean_line(decode_header_text(value[:200])))
        for read in (_by_the_standard, _loosely):
            for each in (said, _COMMENT.sub(" ", said)):
                if date := read(each):
                    return date
    notes.append("the date cannot be read")
    return None


def _by_the_standard(said: str) -> datetime | None:
    if _NEEDS_CARE.search(said) and not _ISO.match(said):
        return None
    try:
        date = datetime.fromisoformat(said) if _ISO.match(said) else parsedate_to_datetime(said)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
        return date
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _loosely(said: str) -> datetime | None:
    """A date that a program wrote in its own language or order. Numbers alone are day first, as in Europe."""
    match = _LOOSE.search(said)
    if match is None:
        return None
    month = _month(match["month"] or match["month_first"])
    year, hour = int(match["year"]), int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    try:
        return datetime(
            year + 2000 if year < 70 else year + 1900 if year < 100 else year,
            month,
            int(match["day"] or match["day_second"]),
            hour,
            int(match["minute"]),
            min(int(match["second"] or 0), 59),  # 60 is a leap second
            tzinfo=_zone(match["zone"]),
        )
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int:
    """Its number; 0, which is no month, where the name is none."""
    if name.isdigit():
        return int(name)
    lowered = name.lower()
    return next((number for start, number in _MONTHS if lowered.startswith(start)), 0)


def _zone(said: str | None) -> timezone:
    if not said:
        return UTC
    digits = re.sub(r"\D", "", said)
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if said.startswith("-") else offset)
