"""A count as it is shown: its days as a calendar and as lines, the events that made it, and the dates that follow.

A selector fills it with words; the pages, the calculator's text and its JSON print it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Law:
    """A place in an Act, in regulations or in a code, and the address of its text."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a count; ``kind`` is that of `law.explain.Day`, or outside (not of the count).

    ``short`` is what stands in the calendar's square, ``words`` the line of the list. ``ends``: what ends on it, such
    as "due by the end of this day"; empty on other days.
    """

    on: date
    kind: str
    number: int | None = None
    short: str = ""
    words: str = ""
    ends: str = ""
    is_due: bool = False
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday; None outside the month."""

    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class CountShown:
    """One count. ``is_cut``: an event ended it before its time, and another may have begun."""

    begins: str
    title: str
    lead: str
    due: date | None
    latest: date | None
    is_cut: bool
    days: tuple[Cell, ...]

    @property
    def months(self) -> Iterator[Month]:
        """The days as a calendar; weeks without a day of the count are left out."""
        by_day = {cell.on: cell for cell in self.days}
        for (year, month), _days in groupby(self.days, key=lambda cell: (cell.on.year, cell.on.month)):
            first = date(year, month, 1)
            monday = first - timedelta(days=first.weekday())
            weeks = []
            while (monday.year, monday.month) <= (year, month):
                week = tuple(_in_month(monday + timedelta(days=day), month, by_day) for day in range(7))
                if any(cell and cell.kind != "outside" for cell in week):
                    weeks.append(week)
                monday += timedelta(days=7)
            yield Month(first=first, weeks=tuple(weeks))


def _in_month(day: date, month: int, by_day: dict[date, Cell]) -> Cell | None:
    if day.month != month:
        return None
    return by_day.get(day) or Cell(on=day, kind="outside")


@dataclass(frozen=True, slots=True)
class EventShown:
    """One row of the ledger.

    ``effect``: what it did, in a sentence; ``change``: the last day before and after it, empty where it stayed.
    ``source``: who said so and on what evidence; ``letter_url``: the letter that it rests on. ``undone``: that the
    row was taken back, when and by whom; then it has no effect. ``objection``: what the requester does not agree with.
    ``is_to_come``: it lies after the day of which the rest tells, and counts for nothing there.
    """

    on: date
    kind: str
    title: str
    effect: str = ""
    change: str = ""
    law: Law | None = None
    source: str = ""
    letter_url: str = ""
    note: str = ""
    undone: str = ""
    objection: str = ""
    until: date | None = None
    due_before: date | None = None
    due: date | None = None
    is_to_come: bool = False


@dataclass(frozen=True, slots=True)
class DateShown:
    """One date that follows, by its name in the law's contract, with plain words."""

    name: str
    words: str
    on: date
    law: Law | None = None


@dataclass(frozen=True, slots=True)
class Calculation:
    """Where a request of these events stands on ``today``. ``sentence`` is plain text.

    ``covered``: the first and the last day for which bank holidays are known; ``version`` names that list.
    ``last_on``: the last day of an event that is still to come, None where none is; under ``url_of_last`` the same is
    told as of that day.
    """

    regime: str
    title: str
    received_on: date
    today: date
    state: str | None
    sentence: str
    due: date | None
    url: str
    version: str
    covered: tuple[date, date]
    dates: tuple[DateShown, ...] = ()
    events: tuple[EventShown, ...] = ()
    counts: tuple[CountShown, ...] = ()
    flags: tuple[str, ...] = ()
    all_dates: dict[str, date | None] = field(default_factory=dict)
    last_on: date | None = None
    url_of_last: str = ""
