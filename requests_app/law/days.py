"""Days as the law counts them: in London, working or not, and the months of a calendar."""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class ClockRefused(ValueError):
    """No date can be given honestly. The message says why and what to do, in plain English."""


def london_day(value: str | date | datetime) -> date:
    """The calendar day in London of a day, a moment, or either written in ISO 8601.

    A moment with an offset is converted: 23:30 UTC in June is the next day. Text without an offset is read
    as London time; a datetime without one is a mistake in the caller, TypeError. Raises ClockRefused
    for text that is no day.
    """
    if isinstance(value, str):
        return _day_in_words(value)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise TypeError("A moment needs its time zone before its day can be known.")
    return value.astimezone(LONDON).date()


def _day_in_words(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
        return london_day(moment if moment.tzinfo else moment.replace(tzinfo=LONDON))
    except (ValueError, OverflowError):
        raise ClockRefused(f"“{text}” is not a day. Write it like 2011-06-16 or 2011-06-16T10:12:00Z.") from None


def is_working_day(on: date, bank_holidays: frozenset[date]) -> bool:
    """Neither Saturday, nor Sunday, nor a bank holiday of the law's calendar. FOIA 2000 s.10(6)."""
    return on.weekday() < SATURDAY and on not in bank_holidays


def working_days_after(start: date, bank_holidays: frozenset[date]) -> Iterator[date]:
    """Each working day after ``start``, for ever; ``start`` itself never counts."""
    on = start
    while True:
        on += ONE_DAY
        if is_working_day(on, bank_holidays):
            yield on


def nth_working_day(start: date, number: int, *, bank_holidays: frozenset[date]) -> date:
    """The working day with this number, where the first working day after ``start`` is number one."""
    return next(islice(working_days_after(start, bank_holidays), number - 1, None))


def working_days_between(start: date, end: date, *, bank_holidays: frozenset[date]) -> int:
    """How many working days there are after ``start``, up to and including ``end``; else 0."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(on, bank_holidays) for on in days)


def response_due(received_on: date, *, bank_holidays: frozenset[date]) -> date:
    """Last day on which an answer is in time: the twentieth working day after receipt.

    Receipt is day zero, even on a Sunday. FOIA 2000 s.10(1), s.10(6).
    """
    return nth_working_day(received_on, 20, bank_holidays=bank_holidays)


def months_after(on: date, months: int) -> date:
    """The day with the same number so many months later; where that month is too short, its last day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def last_day_of_months(on: date, months: int) -> date:
    """The last day of a period of so many months that begins with ``on``.

    The day before the corresponding day; where the last month has no such day, its end: three months
    beginning with 30 November end on 28 or 29 February. FOIA 2000 s.9(2).
    """
    end = months_after(on, months)
    return end - ONE_DAY if end.day == on.day else end


def day_in_words(on: date) -> str:
    """A day as people read it: Friday 15 July 2011."""
    return f"{on:%A} {on.day} {on:%B %Y}"
