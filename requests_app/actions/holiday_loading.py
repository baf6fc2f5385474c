"""Take in the government's list: it only adds, and what it contradicts a person must accept.

The published list drops the past from time to time, and has had wrong days in it; so a day of ours that it does not
name, in the span of days that it has for that part, is a contradiction and not an order. Days outside that span are
none of its business: old years are never touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..law.days import months_after
from ..law.holidays import PARTS, HolidayTable, not_proclaimed
from ..law.holidays import BankHoliday as LawHoliday
from ..models import BankHoliday, CaseKind, DecisionKind, Heartbeat, HolidayChange, NotAllowed, ReasonCode, User
from .cases import close_cases_about, decide, open_case
from .holiday_file import Listed, ListRefused, fetch, read_list
from .holidays import (
    begin_version,
    changing_list,
    current_table,
    day_of,
    table_of,
    withdraw_row,
    write_day,
)

NEW, JOINS, NAMED, WEEKEND = "new", "joins", "named", "weekend"
MISSING, WITHDRAWN, NEVER = "missing", "withdrawn", "never_proclaimed"
CONTRADICTS = frozenset({MISSING, WITHDRAWN, NEVER})
WORDS = {
    NEW: gettext_lazy("new"),
    JOINS: gettext_lazy("a holiday there too"),
    NAMED: gettext_lazy("another name; ours stays"),
    WEEKEND: gettext_lazy("at a weekend, left out"),
    MISSING: gettext_lazy("in our list only"),
    WITHDRAWN: gettext_lazy("withdrawn by our staff"),
    NEVER: gettext_lazy("never proclaimed"),
}
# A list that ends sooner than this is a case for a person.
WARN_MONTHS = 13
LOADED = "bank_holidays_loaded"
EVERY = timedelta(days=28)
LIST, END = "bank_holiday_list", "bank_holiday_end"


@dataclass(frozen=True)
class Difference:
    """One day on which the two lists differ, and the parts that it is about; ``name`` is the published one."""

    kind: str
    on: date
    parts: tuple[str, ...]
    name: str

    @property
    def words(self) -> str:
        return str(WORDS[self.kind])


@dataclass(frozen=True)
class Comparison:
    """All differences in order of day, and the table as it is or would be."""

    differences: tuple[Difference, ...]
    table: HolidayTable

    @property
    def contradictions(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.kind in CONTRADICTS)

    @property
    def changes(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.kind in (NEW, JOINS))


def compare(listed: Listed) -> tuple[Difference, ...]:
    """How the published list differs from ours, in order of day. Two queries."""
    ours = {row.on: day_of(row) for row in BankHoliday.objects.standing()}
    gone = set(BankHoliday.objects.exclude(withdrawn_in="").values_list("on", flat=True)) - set(ours)
    published: dict[date, set[str]] = {}
    for part, days in listed.items():
        for on in days:
            published.setdefault(on, set()).add(part)
    found = [_published(on, parts, listed, ours.get(on), gone) for on, parts in published.items()]
    found += [_ours(day, listed) for day in ours.values()]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.on, one.kind)))


def _published(
    on: date, parts: set[str], listed: Listed, ours: LawHoliday | None, gone: set[date]
) -> Difference | None:
    name = next(listed[part][on] for part in PARTS if part in parts)
    more = tuple(part for part in PARTS if part in parts and not (ours and part in ours.parts))
    if on.weekday() > 4:
        return Difference(WEEKEND, on, more, name) if more else None
    if not more:
        return Difference(NAMED, on, tuple(sorted(parts)), name) if name != ours.name else None
    if on in not_proclaimed() and "scotland" in more:
        return Difference(NEVER, on, more, name)
    if ours is None and on in gone:
        return Difference(WITHDRAWN, on, more, name)
    return Difference(JOINS if ours else NEW, on, more, name)


def _ours(day: LawHoliday, listed: Listed) -> Difference | None:
    """A day of ours that the list does not have, in the parts whose span it lies in."""
    lost = tuple(
        part for part in PARTS if part in day.parts and min(listed[part]) <= day.on <= max(listed[part])
        and day.on not in listed[part]
    )  # fmt: skip
    return Difference(MISSING, day.on, lost, day.name) if lost else None


@transaction.atomic
def load(listed: Listed, *, source: str, now: datetime, commit: bool, accepted_by: User | None = None) -> Comparison:
    """Compare, and with ``commit`` take in what is new; all open requests are counted anew after the commit.

    Where the list contradicts ours nothing is written, unless ``accepted_by`` answers for it: then the published
    list is followed, with a Decision. Raises NotAllowed where fewer years would be complete than before.
    """
    if not commit:
        return Comparison(compare(listed), current_table()[1])
    with changing_list():
        compared = Comparison(compare(listed), current_table()[1])
        wanted = compared.changes + (compared.contradictions if accepted_by else ())
        if not wanted or (compared.contradictions and not accepted_by):
            return compared
        version = begin_version(HolidayChange.LOADED, source=source, now=now)
        rows = [_take_in(one, version, source) for one in wanted]
        table = table_of(BankHoliday.objects.standing())
        if table.ends_on < compared.table.ends_on or table.first_on > compared.table.first_on:
            raise NotAllowed(_("With this list fewer years would be complete, so some dates could not be counted."))
        if compared.contradictions:
            version.decision = decide(
                DecisionKind.LOAD_HOLIDAYS,
                actor=accepted_by,
                thing=rows[0],
                reason_code=ReasonCode.HANDLED,
                now=now,
                staff_note=source,
            )
            version.save(update_fields=["decision"])
    return Comparison(compared.differences, table)


def _take_in(one: Difference, version, source: str) -> BankHoliday:
    if one.kind != MISSING:
        return write_day(
            LawHoliday(on=one.on, parts=frozenset(one.parts), name=one.name), version=version, source=source
        )
    row = BankHoliday.objects.standing().get(on=one.on)
    withdraw_row(row, version=version)
    if rest := day_of(row).parts - set(one.parts):
        day = LawHoliday(on=row.on, parts=rest, name=row.name, basis=row.basis)
        return write_day(day, version=version, source=row.source)
    return row


# ---- what runs by itself ----


def look_after(*, now: datetime) -> None:
    """What beat asks for: a case while the list ends soon; and the published list once in four weeks, if it is named.

    What fails is a case, and is tried again the next time.
    """
    note_end(now=now)
    if settings.BANK_HOLIDAYS_URL and _is_time(now):
        load_published(settings.BANK_HOLIDAYS_URL, now=now)


def _is_time(now: datetime) -> bool:
    return not Heartbeat.objects.filter(name=LOADED, at__gt=now - EVERY).exists()


def load_published(url: str, *, now: datetime) -> Comparison | None:
    """Fetch the list and take it in; None, and an open case, where that cannot be done."""
    try:
        listed = read_list(fetch(url), today=timezone.localdate(now))
        compared = load(listed, source=url, now=now, commit=True)
    except ListRefused as error:
        note_trouble(error.code, now=now)
        return None
    except NotAllowed:
        note_trouble("refused", now=now)
        return None
    if compared.contradictions:
        note_trouble("contradicts", now=now, days=(one.on for one in compared.contradictions))
        return None
    Heartbeat.objects.update_or_create(name=LOADED, defaults={"at": now})
    close_cases_about(CaseKind.BANK_HOLIDAYS, LIST, 1, actor=None, now=now)
    note_end(now=now)
    return compared


def note_trouble(code: str, *, now: datetime, days: Iterable[date] = ()) -> None:
    """Open the case about reading the list, or say in the open one what it is now."""
    details = {"why": code, "days": [on.isoformat() for on in days][:20]}
    open_case(CaseKind.BANK_HOLIDAYS, LIST, 1, details=details, now=now)


def ends_soon(ends_on: date, *, today: date) -> bool:
    """Whether the list ends in less than thirteen months."""
    return ends_on < months_after(today, WARN_MONTHS)


def note_end(*, now: datetime) -> bool:
    """Open a case while the list ends soon, and close it when it does not any more. Whether it does."""
    table = current_table()[1]
    if not ends_soon(table.ends_on, today=timezone.localdate(now)):
        close_cases_about(CaseKind.BANK_HOLIDAYS, END, 1, actor=None, now=now)
        return False
    details = {"why": "ends", "days": [table.ends_on.isoformat()]}
    open_case(CaseKind.BANK_HOLIDAYS, END, 1, details=details, now=now)
    return True
