"""Bank holidays by part of the United Kingdom, and where the published table ends.

FOIA 2000 s.10(6) and EIR 2004 reg 2(1) ask whether a day is a bank holiday in *any* part of the United
Kingdom; FOISA 2002 s.73 asks about Scotland alone. Christmas Day and Good Friday are named by s.10(6)
beside bank holidays; they are rows of the table like the rest.
"""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

from requests_app.law.days import day_in_words, is_working_day

PARTS = ("england_wales", "scotland", "northern_ireland")
ANY_PART = "any_part"
SCOTLAND = "scotland"

WHERE = {
    frozenset(PARTS): "bank holiday",
    frozenset({"england_wales"}): "bank holiday in England and Wales",
    frozenset({"scotland"}): "bank holiday in Scotland",
    frozenset({"northern_ireland"}): "bank holiday in Northern Ireland",
    frozenset({"england_wales", "scotland"}): "bank holiday in England, Wales and Scotland",
    frozenset({"england_wales", "northern_ireland"}): "bank holiday in England, Wales and Northern Ireland",
    frozenset({"scotland", "northern_ireland"}): "bank holiday in Scotland and Northern Ireland",
}

# What a page can print beside a day; the longest that was ever published has some sixty letters.
LONGEST_NAME = 100

SHIPPED = Path(__file__).parent / "data" / "bank_holidays_uk.csv"


@dataclass(frozen=True)
class BankHoliday:
    """One name of one day off, and the parts of the United Kingdom that have it.

    ``basis``: one letter for each of `PARTS` in order, S statute, P proclamation, C the Act's own words, - none.
    """

    on: date
    parts: frozenset[str]
    name: str
    basis: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.parts not in WHERE:
            raise ValueError(f"{self.on}: parts must be some of {', '.join(PARTS)}.")

    @property
    def described(self) -> str:
        """The day's name, with its parts unless the whole United Kingdom has it."""
        return f"{WHERE[self.parts]}: {self.name}"


class WorkingDays:
    """The working days of one calendar in order, so that any count is a look-up. Nothing is known outside it."""

    def __init__(self, off: frozenset[date], first_on: date, ends_on: date) -> None:
        every = (first_on + timedelta(days=number) for number in range((ends_on - first_on).days + 1))
        self._first_on, self._ends_on = first_on, ends_on
        self._days = [on for on in every if is_working_day(on, off)]

    def has(self, on: date) -> bool:
        """Whether ``on`` is a working day of the table."""
        place = bisect_right(self._days, on)
        return place > 0 and self._days[place - 1] == on

    def nth_after(self, start: date, number: int) -> date | None:
        """The working day with this number, the first one after ``start`` being one; None beyond the table."""
        if not self._first_on <= start <= self._ends_on:
            return None
        place = bisect_right(self._days, start) + number - 1
        return self._days[place] if place < len(self._days) else None

    def nth_before(self, end: date, number: int) -> date | None:
        """The working day so many working days before ``end``, the last one before it being one; None off the table."""
        if not self._first_on <= end <= self._ends_on:
            return None
        place = bisect_left(self._days, end) - number
        return self._days[place] if place >= 0 else None

    def nth_outside(self, start: date, number: int, left_out: Callable[[date], bool]) -> date | None:
        """As `nth_after`, passing over days that are ``left_out``."""
        if not self._first_on <= start <= self._ends_on:
            return None
        for place in range(bisect_right(self._days, start), len(self._days)):
            number -= not left_out(self._days[place])
            if number == 0:
                return self._days[place]
        return None

    def spanned(self, start: date, end: date) -> Sequence[date]:
        """The working days after ``start``, up to and including ``end``."""
        return self._days[bisect_right(self._days, start) : bisect_right(self._days, end)]

    def between(self, start: date, end: date) -> int:
        """How many working days there are after ``start``, up to and including ``end``; 0 where it is not later."""
        return max(0, bisect_right(self._days, end) - bisect_right(self._days, start))


@dataclass(frozen=True)
class HolidayTable:
    """All known bank holidays, and the first and last day for which the list is complete.

    Both ends are inclusive. A day outside them cannot be called a working day or not: see `covers`.
    Without ``starts_on`` the table begins with the year of its earliest holiday. An empty table covers
    nothing, since an unfilled table would make every bank holiday count.
    """

    days: frozenset[BankHoliday]
    ends_on: date
    starts_on: date | None = None

    @cached_property
    def any_part(self) -> frozenset[date]:
        """Days that are a bank holiday anywhere in the United Kingdom."""
        return frozenset(day.on for day in self.days)

    @cached_property
    def scotland(self) -> frozenset[date]:
        """Days that are a bank holiday in Scotland."""
        return frozenset(day.on for day in self.days if SCOTLAND in day.parts)

    def calendar(self, name: str) -> frozenset[date]:
        """The bank holidays of a regime's calendar: ``any_part`` or ``scotland``; KeyError for others."""
        return {ANY_PART: self.any_part, SCOTLAND: self.scotland}[name]

    def working_days(self, name: str) -> WorkingDays:
        """The working days of a regime's calendar, from the first day covered to the last. Kept once made."""
        if name not in self._counted:
            covered = self.first_on or self.ends_on + timedelta(days=1)
            self._counted[name] = WorkingDays(self.calendar(name), covered, self.ends_on)
        return self._counted[name]

    @cached_property
    def _counted(self) -> dict[str, WorkingDays]:
        return {}

    @cached_property
    def first_on(self) -> date | None:
        """First day covered; None where the table is empty."""
        if self.starts_on or not self.days:
            return self.starts_on
        return date(min(self.any_part).year, 1, 1)

    def covers(self, on: date) -> bool:
        """Whether the table is complete for this day."""
        return bool(self.days) and self.first_on <= on <= self.ends_on

    def on(self, day: date) -> tuple[BankHoliday, ...]:
        """The bank holidays of one day, in a fixed order; usually none or one."""
        return self._by_day.get(day, ())

    def name_on(self, day: date) -> str | None:
        """What the day is, such as "bank holiday in Northern Ireland: Battle of the Boyne"; else None."""
        return "; ".join(holiday.described for holiday in self.on(day)) or None

    @cached_property
    def _by_day(self) -> dict[date, tuple[BankHoliday, ...]]:
        found: dict[date, tuple[BankHoliday, ...]] = {}
        for holiday in sorted(self.days, key=lambda holiday: (holiday.on, sorted(holiday.parts), holiday.name)):
            found[holiday.on] = (*found.get(holiday.on, ()), holiday)
        return found


def read_rows(lines: Iterable[str]) -> HolidayTable:
    """The table in a CSV file with the columns of the one that is shipped.

    Days that were announced but never proclaimed (4 January 2010 and 2011) are left out: no proclamation,
    no bank holiday. The table ends with the last year that it has days for.
    """
    days = frozenset(
        BankHoliday(
            on=date.fromisoformat(row["date"]),
            parts=frozenset(part for part in PARTS if row[part] == "1"),
            name=row["title"],
            basis=row["basis_ew_sct_ni"],
        )
        for row in csv.DictReader(lines)
        if row["status"] != "not_proclaimed"
    )
    return HolidayTable(days=days, ends_on=date(max(day.on for day in days).year, 12, 31))


@cache
def shipped_table() -> HolidayTable:
    """The table that comes with the product: every weekday bank holiday from 2007 to 2028."""
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        return read_rows(lines)


@cache
def not_proclaimed() -> frozenset[date]:
    """Days that published lists name as a bank holiday in Scotland though no proclamation was made."""
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return frozenset(date.fromisoformat(row["date"]) for row in rows if row["status"] == "not_proclaimed")


def beyond(holidays: HolidayTable) -> str:
    """Why no date can be counted: what the table covers, and what to do."""
    if not holidays.days:
        return "The table of bank holidays is empty, so no date can be counted. Load the bank holidays first."
    return (
        f"Bank holidays are known from {day_in_words(holidays.first_on)} to "
        f"{day_in_words(holidays.ends_on)}, so this date "
        "cannot be counted. Add the missing bank holidays and try again."
    )
