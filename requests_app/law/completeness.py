"""For which years a table of bank holidays is complete: each part has every day off that a usual year has.

A year of which only some days are known must not be counted with them, for every missing bank holiday would
make a date a day too early. Banking and Financial Dealings Act 1971, Schedule 1, and the yearly proclamations
under its section 1(2) and (3); FOIA 2000 s.10(6) for Good Friday and Christmas Day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.law.days import ONE_DAY
from requests_app.law.holidays import PARTS, BankHoliday

ENGLAND_WALES, SCOTLAND, NORTHERN_IRELAND = PARTS


@dataclass(frozen=True)
class Usual:
    """A bank holiday that every year has: in these parts so many days within a window, both ends inclusive.

    The window takes in substitute days for a weekend, and days that were moved by a few for a jubilee.
    ``since``: the first year that has it.
    """

    name: str
    parts: tuple[str, ...]
    first: tuple[int, int]
    last: tuple[int, int]
    number: int = 1
    since: int = 0

    def window(self, year: int) -> tuple[date, date]:
        return date(year, *self.first), date(year, *self.last)


@dataclass(frozen=True)
class AroundEaster(Usual):
    """A day so many days after Easter Sunday."""

    days: int = 0

    def window(self, year: int) -> tuple[date, date]:
        on = easter_sunday(year) + self.days * ONE_DAY
        return on, on


NOT_SCOTLAND = (ENGLAND_WALES, NORTHERN_IRELAND)
USUAL = (
    Usual("New Year’s Day", NOT_SCOTLAND, (1, 1), (1, 4)),
    # No substitute for 2 January was proclaimed in 2010 and 2011.
    Usual("New Year’s Day and 2 January", (SCOTLAND,), (1, 1), (1, 5), number=2, since=2012),
    Usual("St Patrick’s Day", (NORTHERN_IRELAND,), (3, 17), (3, 19)),
    AroundEaster("Good Friday", PARTS, (0, 0), (0, 0), days=-2),
    AroundEaster("Easter Monday", NOT_SCOTLAND, (0, 0), (0, 0), days=1),
    Usual("the early May bank holiday", PARTS, (5, 1), (5, 10)),
    Usual("the spring bank holiday", PARTS, (5, 20), (6, 10)),
    Usual("the Battle of the Boyne", (NORTHERN_IRELAND,), (7, 12), (7, 14)),
    Usual("the summer bank holiday", (SCOTLAND,), (8, 1), (8, 7)),
    Usual("the summer bank holiday", NOT_SCOTLAND, (8, 25), (8, 31)),
    Usual("St Andrew’s Day", (SCOTLAND,), (11, 30), (12, 2)),
    Usual("Christmas Day and Boxing Day", PARTS, (12, 25), (12, 28), number=2),
)


@dataclass(frozen=True)
class Missing:
    """A usual bank holiday that one part lacks in one year."""

    year: int
    part: str
    name: str


def missing(days: Iterable[BankHoliday], year: int) -> tuple[Missing, ...]:
    """What the year lacks before it can be counted; empty where it is complete."""
    of_year = [day for day in days if day.on.year == year]
    return tuple(
        Missing(year, part, usual.name)
        for usual in USUAL
        if year >= usual.since
        for part in usual.parts
        if _found(of_year, part, usual.window(year)) < usual.number
    )


def _found(days: list[BankHoliday], part: str, window: tuple[date, date]) -> int:
    first, last = window
    return len({day.on for day in days if part in day.parts and first <= day.on <= last})


def complete_years(days: Iterable[BankHoliday]) -> tuple[int, int] | None:
    """First and last year of the longest run of complete years, both inclusive; None where no year is complete.

    A year that is complete beyond one that is not does not count: the days between could not be counted.
    """
    by_year: dict[int, list[BankHoliday]] = {}
    for day in days:
        by_year.setdefault(day.on.year, []).append(day)
    return max(_runs(by_year), key=lambda run: (run[1] - run[0], run[1]), default=None)


def _runs(by_year: dict[int, list[BankHoliday]]) -> Iterator[tuple[int, int]]:
    first = None
    for year in range(min(by_year, default=0), max(by_year, default=0) + 2):
        is_complete = year in by_year and not missing(by_year[year], year)
        if is_complete:
            first = first or year
        elif first:
            yield first, year - 1
            first = None


def easter_sunday(year: int) -> date:
    """Easter Sunday of the western churches, by the Gregorian computus (Calendar (New Style) Act 1750)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, 1) + timedelta(days=day)
