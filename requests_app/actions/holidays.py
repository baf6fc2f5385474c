"""The list of bank holidays: read for every count, changed a version at a time, never rewritten.

Whoever writes a ledger reads the list under a shared lock and whoever changes it does so under the same lock alone:
a date is stored either by a transaction that was done before the change, and then the count that follows sees it, or
by one that reads the new list.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..law.completeness import complete_years, missing
from ..law.holidays import PARTS, HolidayTable, shipped_table
from ..law.holidays import BankHoliday as LawHoliday
from ..models import BankHoliday, Decision, DecisionKind, HolidayChange, HolidayVersion, NotAllowed, ReasonCode, User
from ..queue import enqueue
from .cases import decide

SHIPPED_VERSION = "shipped-2026-11"
# Seconds for which a process may trust its copy of the list.
TABLE_LIFE = 60.0
LOCK = 4_092_207
# A change waits so long (seconds) for the writers of ledgers that are under way, and asks this often.
LONGEST_WAIT, ASKED_EVERY = 10.0, 0.02
_table: tuple[float, str, HolidayTable] | None = None


def seed_bank_holidays() -> int:
    """Insert the shipped bank holidays where there are none; never changes or deletes a row. Returns how many."""
    if BankHoliday.objects.exists():
        return 0
    now = timezone.now()
    HolidayVersion.objects.get_or_create(
        name=SHIPPED_VERSION, defaults={"change": HolidayChange.SHIPPED, "made_at": now, "finished_at": now}
    )
    days = sorted(shipped_table().days, key=lambda day: day.on)
    rows = [row_of(day, version=SHIPPED_VERSION, source="shipped with the product") for day in days]
    return len(BankHoliday.objects.bulk_create(rows, ignore_conflicts=True))


def row_of(day: LawHoliday, *, version: str, source: str) -> BankHoliday:
    """A day of the law's as a row, not saved."""
    parts = {part: part in day.parts for part in PARTS}
    return BankHoliday(on=day.on, name=day.name, basis=day.basis, source=source, version=version, **parts)


def day_of(row: BankHoliday) -> LawHoliday:
    """A row as the law's day."""
    parts = frozenset(part for part in PARTS if getattr(row, part))
    return LawHoliday(on=row.on, name=row.name, parts=parts, basis=row.basis)


def holiday_table(*, fresh: bool = False) -> HolidayTable:
    """The bank holidays known to this site, for the years in which the list is complete.

    A copy is kept for a minute in each process; writers of the ledger ask for a ``fresh`` one, which holds off
    every change of the list until their transaction ends. Two queries, one more where the list has changed.
    """
    return versioned_table(fresh=fresh)[1]


def versioned_table(*, fresh: bool = False) -> tuple[str, HolidayTable]:
    """As `holiday_table`, with the name of the version."""
    if not fresh and _table and time.monotonic() - _table[0] < TABLE_LIFE:
        return _table[1:]
    if fresh and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    return current_table()


def current_table() -> tuple[str, HolidayTable]:
    """The newest version that is committed, without holding off the next one."""
    global _table
    version = latest_version()
    known = _table[2] if _table and _table[1] == version else table_of(BankHoliday.objects.standing())
    _table = (time.monotonic(), version, known)
    return _table[1:]


def latest_version() -> str:
    """The name of the list as it stands; empty where there is none."""
    return HolidayVersion.objects.order_by("-id").values_list("name", flat=True).first() or ""


def table_of(rows: Iterable[BankHoliday]) -> HolidayTable:
    """These rows as the law's table: it begins and ends with the years that are complete."""
    days = frozenset(map(day_of, rows))
    years = complete_years(days)
    if years is None:
        return HolidayTable(days=frozenset(), ends_on=date.min)
    return HolidayTable(days=days, starts_on=date(years[0], 1, 1), ends_on=date(years[1], 12, 31))


def table_with(day: LawHoliday) -> HolidayTable:
    """The list as it would be once this day was added: beside the parts that it has there already."""
    standing = BankHoliday.objects.standing()
    return table_of([*standing.exclude(on=day.on), row_of(joined(day), version="", source="")])


def joined(day: LawHoliday) -> LawHoliday:
    """The day as it would stand in the list: with the parts that have it already, under the name that it has there."""
    return joined_with(BankHoliday.objects.standing().filter(on=day.on).first(), day)


def table_without(on: date) -> HolidayTable:
    """The list as it would be without a day."""
    return table_of(BankHoliday.objects.standing().exclude(on=on))


@transaction.atomic
def add(*, day: LawHoliday, source: str, reason: str, actor: User, now: datetime) -> HolidayVersion:
    """Add a bank holiday, or more parts to one that is there; every open request is counted anew after the commit.

    Raises NotAllowed where nothing would change, without source or reason, and at a weekend, which never counts.
    """
    refuse_change(day, source=source, reason=reason)
    with changing_list():
        refuse_known(day)
        version = begin_version(HolidayChange.ADDED, source=source, now=now)
        row = write_day(day, version=version, source=source)
        version.decision = _decided(DecisionKind.ADD_HOLIDAY, row, ReasonCode.HANDLED, reason, actor, now)
        version.save(update_fields=["decision"])
    return version


@transaction.atomic
def withdraw(*, on: date, reason: str, actor: User, now: datetime) -> HolidayVersion:
    """Take back a bank holiday that was added by mistake; the row stays in the history.

    Raises NotAllowed where the day is none, without a reason, and where its year would not be complete any more.
    """
    if not reason.strip():
        raise NotAllowed(_("Write why: it stays in the history of the list."))
    with changing_list():
        row = BankHoliday.objects.standing().filter(on=on).first()
        if row is None:
            raise NotAllowed(_("This day is not in the list any more. Reload the page."))
        refuse_incomplete(on)
        version = begin_version(HolidayChange.WITHDRAWN, source="", now=now)
        withdraw_row(row, version=version)
        version.decision = _decided(DecisionKind.WITHDRAW_HOLIDAY, row, ReasonCode.MISTAKE, reason, actor, now)
        version.save(update_fields=["decision"])
    return version


def refuse_change(day: LawHoliday, *, source: str, reason: str) -> None:
    """Raise NotAllowed for a day that cannot be added as it is."""
    if not source.strip() or not reason.strip():
        raise NotAllowed(_("Say where the day was proclaimed and why you add it."))
    if day.on.weekday() > 4:
        raise NotAllowed(_("This day is a Saturday or Sunday, which never counts. Add the substitute day instead."))


def refuse_known(day: LawHoliday) -> None:
    """Raise NotAllowed for a day that is a bank holiday in all of its parts already: nothing would change."""
    if day.parts <= known_parts(day.on):
        raise NotAllowed(_("This day is a bank holiday there already. Check the date and the parts."))


def known_parts(on: date) -> frozenset[str]:
    """The parts in which the day is a bank holiday by the list as it stands."""
    standing = BankHoliday.objects.standing().filter(on=on).first()
    return day_of(standing).parts if standing else frozenset()


def refuse_incomplete(on: date) -> None:
    """Raise NotAllowed where a complete year would lack a usual bank holiday without this day."""
    days = list(map(day_of, BankHoliday.objects.standing().filter(on__year=on.year)))
    lacking = missing([day for day in days if day.on != on], on.year)
    if lacking and not missing(days, on.year):
        raise NotAllowed(
            _(
                "Without this day %(year)d would lack %(name)s, and no date in that year could be counted. "
                "Add the right day first, then withdraw this one."
            )
            % {"year": on.year, "name": lacking[0].name}
        )


def _decided(kind: str, row: BankHoliday, code: str, reason: str, actor: User, now: datetime) -> Decision:
    return decide(kind, actor=actor, thing=row, reason_code=code, now=now, staff_note=reason.strip())


# ---- the parts of a change ----


@contextmanager
def changing_list() -> Iterator[None]:
    """Alone with the list until the transaction ends; raises NotAllowed where others do not let go of it.

    It asks again and again and never stands in the queue: a lock that waits would hold off all who come after it.
    """
    until = time.monotonic() + LONGEST_WAIT
    while not _alone():
        if time.monotonic() > until:
            raise NotAllowed(_("Many letters are being counted at this moment. Try again in a minute."))
        time.sleep(ASKED_EVERY)
    yield


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def begin_version(change: str, *, source: str, now: datetime, decision: Decision | None = None) -> HolidayVersion:
    """A new version of the list; after the commit every open request is counted anew with it."""
    version = HolidayVersion.objects.create(
        name=f"making-{time.monotonic_ns()}", change=change, made_at=now, source=source[:300], decision=decision
    )
    # Sorts after every earlier one and after the shipped list's.
    version.name = f"v{version.pk:08d}"
    version.save(update_fields=["name"])
    enqueue("requests_app.recount_open")
    return version


def write_day(day: LawHoliday, *, version: HolidayVersion, source: str) -> BankHoliday:
    """Put one day into the list, with the parts that it has there already."""
    standing = BankHoliday.objects.standing().filter(on=day.on).first()
    if standing:
        withdraw_row(standing, version=version)
    row = row_of(joined_with(standing, day), version=version.name, source=source[:300])
    row.save()
    return row


def joined_with(standing: BankHoliday | None, day: LawHoliday) -> LawHoliday:
    """A day with the parts of the row that stands for it as well, under that row's name; itself where none does."""
    if standing is None:
        return day
    known = day_of(standing)
    return LawHoliday(on=day.on, name=known.name, parts=known.parts | day.parts, basis=known.basis)


def withdraw_row(row: BankHoliday, *, version: HolidayVersion) -> None:
    row.withdrawn_in = version.name
    row.save(update_fields=["withdrawn_in"])
