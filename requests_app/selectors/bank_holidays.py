"""The list of bank holidays, for the staff who look after it; and why a date moved, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..law.completeness import missing
from ..law.days import months_after
from ..law.holidays import PARTS, HolidayTable
from ..law.holidays import BankHoliday as LawHoliday
from ..models import BankHoliday, FOIRequest, HolidayVersion
from .clock_words import WHERE, day_in_words

PART_WORDS = {
    "england_wales": gettext_lazy("England and Wales"),
    "scotland": gettext_lazy("Scotland"),
    "northern_ireland": gettext_lazy("Northern Ireland"),
}
BASIS_WORDS = {
    "S": gettext_lazy("statute"),
    "P": gettext_lazy("proclamation"),
    "C": gettext_lazy("Freedom of Information Act"),
    "-": gettext_lazy("–"),
}
# A list that ends within so many months is warned of.
WARN_MONTHS = 13
VERSIONS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    count: int | None
    current: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One part's column of one day: whether it has it, and on what basis, if that is noted."""

    has: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    on: date
    name: str
    cells: tuple[Cell, ...]
    source: str
    withdraw_url: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far open requests were counted anew; None in ``BankHolidaysPage`` where all were."""

    checked: int
    to_check: int
    moved: int


@dataclass(frozen=True, slots=True)
class BankHolidaysPage:
    """``missing``: what the year lacks before it is complete, in words; empty for a complete one."""

    year: int
    years: tuple[Chip, ...]
    parts: tuple[str, ...]
    rows: tuple[Row, ...]
    withdrawn: tuple[Row, ...]
    missing: tuple[str, ...]
    first_year: int | None
    last_year: int | None
    ends_soon: bool
    progress: Progress | None
    versions: tuple[HolidayVersion, ...]


def load(table: HolidayTable, *, year: int | None, today: date) -> BankHolidaysPage:
    """One year of the list, this one's if none is asked for; four queries."""
    known = BankHoliday.objects.dates("on", "year")
    numbers = sorted({on.year for on in known} | {today.year})
    year = year if year in numbers else today.year
    found = list(BankHoliday.objects.filter(on__year=year).order_by("on", "pk"))
    standing = [row for row in found if not row.withdrawn_in]
    versions = list(
        HolidayVersion.objects.select_related("decision__actor", "decision__note").order_by("-id")[:VERSIONS_SHOWN]
    )
    base = reverse("moderation:bank_holidays")
    return BankHolidaysPage(
        year=year,
        years=tuple(Chip(str(one), f"{base}?year={one}", None, one == year, "") for one in reversed(numbers)),
        parts=tuple(str(PART_WORDS[part]) for part in PARTS),
        rows=tuple(map(_row, standing)),
        withdrawn=tuple(_row(row) for row in found if row.withdrawn_in),
        missing=tuple(
            _("%(name)s (%(part)s)") % {"name": one.name, "part": PART_WORDS[one.part]}
            for one in missing(map(_as_day, standing), year)
        ),
        first_year=table.first_on.year if table.days else None,
        last_year=table.ends_on.year if table.days else None,
        ends_soon=not table.days or table.ends_on < months_after(today, WARN_MONTHS),
        progress=_progress(versions),
        versions=tuple(versions),
    )


def one(number: int) -> Row | None:
    """A day that is or was in the list; None where there was none with this number."""
    row = BankHoliday.objects.filter(pk=number).first()
    return _row(row) if row else None


@dataclass(frozen=True, slots=True)
class Went:
    """How a day left the list. ``stands_at``: where a row for the same day stands now; empty where none does."""

    version: HolidayVersion | None
    stands_at: str


def went(number: int) -> Went:
    """When a withdrawn day was withdrawn, and by which decision. Three queries."""
    row = BankHoliday.objects.get(pk=number)
    versions = HolidayVersion.objects.select_related("decision__actor", "decision__note")
    standing = BankHoliday.objects.standing().filter(on=row.on).first()
    return Went(
        version=versions.filter(name=row.withdrawn_in).first(),
        stands_at=reverse("moderation:withdraw_bank_holiday", args=[standing.pk]) if standing else "",
    )


def _progress(versions: list[HolidayVersion]) -> Progress | None:
    last = versions[0] if versions else None
    if last is None or last.finished_at:
        return None
    return Progress(checked=min(last.checked, last.to_check), to_check=last.to_check, moved=last.moved)


def _row(row: BankHoliday) -> Row:
    bases = row.basis if len(row.basis) == len(PARTS) else " " * len(PARTS)
    cells = (
        Cell(has=getattr(row, part), basis=str(BASIS_WORDS.get(basis, "")))
        for part, basis in zip(PARTS, bases, strict=True)
    )
    return Row(
        number=row.pk,
        on=row.on,
        name=row.name,
        cells=tuple(cells),
        source=row.source,
        withdraw_url=reverse("moderation:withdraw_bank_holiday", args=[row.pk]),
        is_withdrawn=bool(row.withdrawn_in),
    )


def _as_day(row: BankHoliday) -> LawHoliday:
    return LawHoliday(on=row.on, name=row.name, parts=_parts(row))


def _parts(row: BankHoliday) -> frozenset[str]:
    return frozenset(part for part in PARTS if getattr(row, part))


# ---- why a date moved ----

ADDED, WITHDRAWN, CHANGED = "bank_holiday", "bank_holiday_withdrawn", "bank_holiday_table"
BANK_HOLIDAYS = frozenset({ADDED, WITHDRAWN, CHANGED})


def holidays_named(days: Iterable[str]) -> dict[str, BankHoliday]:
    """The rows of these days (ISO), the one that stands before one that was withdrawn. One query; none for no days."""
    wanted = set(days)
    rows = BankHoliday.objects.filter(on__in=wanted).order_by("pk") if wanted else ()
    found: dict[str, BankHoliday] = {}
    for row in rows:
        before = found.get(row.on.isoformat())
        if before is None or before.withdrawn_in:
            found[row.on.isoformat()] = row
    return found


def why_moved(data: dict, named: dict[str, BankHoliday]) -> str:
    """Why a due date moved, as the end of a sentence; empty where the bank holidays were not the reason."""
    days = [on for on in data.get("days", []) if on in named]
    if data.get("why") == ADDED and days:
        return _("because %(holidays)s") % {"holidays": "; ".join(_is_holiday(named[on]) for on in days)}
    if data.get("why") == WITHDRAWN and days:
        said = "; ".join(
            _("%(day)s is not a bank holiday after all") % {"day": day_in_words(date.fromisoformat(on))} for on in days
        )
        return _("because %(holidays)s") % {"holidays": said}
    if data.get("why") in BANK_HOLIDAYS:
        return _("because the list of bank holidays has changed")
    return ""


def _is_holiday(row: BankHoliday) -> str:
    what = str(WHERE[_parts(row)]) % {"name": row.name}
    return _("%(day)s is a %(bank_holiday)s") % {"day": day_in_words(row.on), "bank_holiday": what}


# ---- what a change would move ----


DATE_WORDS = {
    "due": gettext_lazy("Answer due"),
    "due_latest": gettext_lazy("Answer due at the latest"),
    "fee_by": gettext_lazy("Fee can be paid until"),
    "review_due": gettext_lazy("Review due"),
    "review_max": gettext_lazy("Review due at the latest"),
    "extension_due": gettext_lazy("End of the longer time"),
    "very_overdue": gettext_lazy("End of every normal time"),
    "review_request_by": gettext_lazy("Last day to ask for a review"),
}


@dataclass(frozen=True, slots=True)
class Moving:
    """One date of a request that would move; ``old`` and ``new`` are None where there is none."""

    foi_request: FOIRequest
    what: str
    old: date | None
    new: date | None


def sample(moves: Iterable[tuple[int, tuple]]) -> list[Moving]:
    """Requests that would move, with title and authority, for the staff who decide. One query."""
    moves = list(moves)
    found = FOIRequest.objects.select_related("authority").in_bulk([number for number, _dates in moves])
    return [
        Moving(found[number], str(DATE_WORDS[one.name]), one.old, one.new)
        for number, dates in moves
        if number in found
        for one in dates
    ]
