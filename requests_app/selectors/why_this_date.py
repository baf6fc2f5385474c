"""Why a request is due on its day: every day counted or skipped, by month and as a list."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from ..exports.thread import RequestPage
from ..law.explain import Day
from ..models import Basis, ClockEvent
from .clock_words import day_sentence
from .request_page import counted_days


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar; ``kind`` is received, counted, weekend, holiday or outside (not of the count)."""

    on: date
    kind: str
    number: int | None
    words: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class WhyThisDate:
    """The count. ``basis`` is the label of the evidence for the day of receipt."""

    received_on: date
    due_on: date
    basis: str
    months: tuple[Month, ...]
    days: tuple[Cell, ...]


def why_this_date(page: RequestPage) -> WhyThisDate | None:
    """The explanation, or None where no date is shown. One query."""
    clock = page.clock
    if clock is None or clock.due_on is None:
        return None
    days = counted_days(page.holidays, clock, regime=page.regime, until=clock.due_on)
    if not days:
        return None
    cells = tuple(_cell(day, clock.due_on) for day in days)
    basis = (
        ClockEvent.objects.filter(foi_request=page.number, kind="received", taken_back_by=None)
        .order_by("on", "pk")
        .values_list("basis", flat=True)
        .first()
    )
    return WhyThisDate(
        received_on=clock.received_on,
        due_on=clock.due_on,
        basis=str(Basis(basis).label) if basis else "",
        months=tuple(_months(cells)),
        days=cells,
    )


def _cell(day: Day, due_on: date) -> Cell:
    return Cell(on=day.on, kind=day.kind, number=day.number, words=day_sentence(day), is_due=day.on == due_on)


def _months(cells: tuple[Cell, ...]):
    """Months as weeks from Monday to Sunday; None outside the month or the count."""
    by_day = {cell.on: cell for cell in cells}
    for (year, month), _group in groupby(cells, key=lambda cell: (cell.on.year, cell.on.month)):
        first = date(year, month, 1)
        start = first - timedelta(days=first.weekday())
        weeks = []
        while start.year * 12 + start.month <= year * 12 + month:
            days = [start + timedelta(days=offset) for offset in range(7)]
            week = tuple(_in_month(day, month, by_day) for day in days)
            if any(cell and cell.kind != "outside" for cell in week):
                weeks.append(week)
            start += timedelta(days=7)
        yield Month(first=first, weeks=tuple(weeks))


def _in_month(day: date, month: int, by_day: dict[date, Cell]) -> Cell | None:
    if day.month != month:
        return None
    return by_day.get(day) or Cell(on=day, kind="outside", number=None, words="", is_due=False)
