"""Count every open request anew after the list of bank holidays has changed; closed ones never change.

Batches in order of number, each one transaction that also writes down how far it came: a crash loses a batch, and
the next run goes on from there. Most requests are only read; those whose dates change are locked, looked at again
and written together.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..law.days import ClockRefused
from ..law.holidays import ANY_PART, SCOTLAND, HolidayTable
from ..law.regimes import REGIMES
from ..models import OPEN, BankHoliday, CaseKind, ClockEvent, Event, FOIRequest, HolidayVersion, NotAllowed
from .cases import open_case
from .date_notices import Move, tell
from .deadlines import COLUMNS, folded, recompute, store
from .holidays import current_table

logger = logging.getLogger(__name__)
BATCH = 500
# A dry run folds at most so many requests, and shows so many.
PREVIEWED, SAMPLED = 10_000, 20
# The reason of a case about a request that could not be counted.
FAILED = "recount"
# Why a date moved; the last where all were counted again and no day in the list is the reason.
ADDED, WITHDRAWN, TABLE, AGAIN = "bank_holiday", "bank_holiday_withdrawn", "bank_holiday_table", "counted_again"
# What a fold writes into a request, and the type in which each column's values travel.
WRITTEN = {
    "received_on": "date",
    "responded_on": "date",
    "due_on": "date",
    "grace_on": "date",
    "outer_on": "date",
    "next_notice_on": "date",
    "clock": "text",
}
# A request's row while it is counted again: all but what is large and not needed.
UNREAD = ("title_vector", "concealed_wording", "title_concealed_wording")
Say = Callable[[HolidayVersion], None]


@dataclass
class Tally:
    """What a run did: requests that it looked at, and those whose dates changed."""

    checked: int = 0
    moved: int = 0


@dataclass(frozen=True)
class Change:
    """What has changed in the list since the last one that requests were counted with.

    ``otherwise``: the code for a date that moved though none of these days is within its count.
    """

    before: tuple[BankHoliday, ...]
    after: tuple[BankHoliday, ...]
    otherwise: str = TABLE

    def why(self, regime: str, first: date | None, last: date | None) -> dict[str, object]:
        """Why a count after ``first`` and up to ``last`` changed, as a code and days; at most five of them."""
        for code, days in self._by_calendar[REGIMES[regime].calendar]:
            within = [on for on in days if first and last and first < on <= last]
            if within:
                return {"why": code, "days": [on.isoformat() for on in within[:5]]}
        return {"why": self.otherwise}

    @cached_property
    def _by_calendar(self) -> dict[str, tuple[tuple[str, list[date]], ...]]:
        """For each calendar the days that came and those that went, in order."""
        found = {}
        for calendar in (ANY_PART, SCOTLAND):
            old, new = (_days_off(rows, calendar) for rows in (self.before, self.after))
            found[calendar] = ((ADDED, sorted(new - old)), (WITHDRAWN, sorted(old - new)))
        return found


def _days_off(rows: Iterable[BankHoliday], calendar: str) -> set[date]:
    return {row.on for row in rows if calendar == ANY_PART or row.scotland}


def unfinished() -> HolidayVersion | None:
    """The version with which requests are still to be counted anew; None where all have been."""
    last = HolidayVersion.objects.order_by("-id").first()
    return last if last and last.finished_at is None else None


def recount_open(
    *,
    today: date | None = None,
    now: datetime | None = None,
    stop: Callable[[], bool] = lambda: False,
    say: Say | None = None,
) -> Tally:
    """Count on until every open request was counted with the newest list, or ``stop`` says so.

    One process at a time: the caller sees to it. ``today`` (in London) decides who is written to; None is now's day.
    ``say`` gets the version's row after each batch. Safe to end anywhere, and to run again.
    """
    tally = Tally()
    while (version := unfinished()) and not stop():
        at = now or timezone.now()
        _batch(version, today=today or timezone.localdate(at), now=at, tally=tally)
        if say:
            say(version)
    return tally


def after(*, seconds: float) -> Callable[[], bool]:
    """Says to stop once so many seconds have passed: a worker's task may not run for ever, the next one goes on."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def start_again(*, now: datetime) -> None:
    """Have every open request counted anew with the list as it stands, as after a change of the law's rules."""
    last = HolidayVersion.objects.order_by("-id").values_list("pk", flat=True).first()
    nothing_yet = {"finished_at": None, "started_at": None, "seen_at": now, "passed_id": 0, "checked": 0, "moved": 0}
    HolidayVersion.objects.filter(pk=last).update(afresh=True, **nothing_yet)


@transaction.atomic
def recount_one(*, foi_request_id: int) -> None:
    """Count one request that failed before. Raises NotAllowed where it fails still; a closed one stays as it is."""
    foi_request = FOIRequest.objects.select_for_update().filter(pk=foi_request_id, status__in=OPEN).first()
    if foi_request is None:
        return
    try:
        recompute(foi_request, because=TABLE)
    except ClockRefused as refused:
        raise NotAllowed(_("It still cannot be counted: %(why)s") % {"why": refused}) from refused


@dataclass(frozen=True)
class Preview:
    """What a change of one day would do: how many open requests would be due on another day, and some of them.

    ``is_estimate``: there are too many to count for one page, so the number is drawn from the first of them.
    ``sample``: number, due date before and after.
    """

    total: int
    is_estimate: bool
    sample: tuple[tuple[int, date | None, date | None], ...]


def preview(table: HolidayTable, *, on: date) -> Preview:
    """What would move with this table, which differs from ours in one day; nothing is written.

    Only counts that run over that day can change. Two queries for each 500 of them, at most 10,000, and one.
    """
    over = _open().filter(received_on__lt=on, due_on__gte=on)
    total, seen, moves, last = over.count(), 0, [], 0
    while seen < PREVIEWED:
        batch = list(over.filter(pk__gt=last)[:BATCH])
        if not batch:
            break
        seen, last = seen + len(batch), batch[-1].pk
        moves += [
            (move.foi_request.pk, move.due_before, move.foi_request.due_on)
            for move in _refolded(batch, table)
            if move.due_moved
        ]
    is_estimate = seen < total
    number = round(len(moves) * total / seen) if is_estimate else len(moves)
    return Preview(total=number, is_estimate=is_estimate, sample=tuple(moves[:SAMPLED]))


@transaction.atomic
def _batch(version: HolidayVersion, *, today: date, now: datetime, tally: Tally) -> None:
    """Count the next requests; the batch that finds none finishes this version and those before it.

    Where another list came meanwhile nothing is written: the next round begins with that one.
    """
    name, table = current_table()
    if name != version.name:
        return
    if version.started_at is None:
        version.started_at, version.to_check = now, FOIRequest.objects.open().count()
    batch = list(_open().filter(pk__gt=version.passed_id)[:BATCH])
    moved = _count(batch, version, table, today=today, now=now)
    if moved is None:
        return
    if batch:
        version.passed_id = batch[-1].pk
        version.checked += len(batch)
        version.moved += moved
    if len(batch) < BATCH:
        HolidayVersion.objects.filter(pk__lt=version.pk, finished_at=None).update(finished_at=now)
        version.finished_at = now
    version.seen_at = now
    version.save(update_fields=["started_at", "seen_at", "to_check", "passed_id", "checked", "moved", "finished_at"])
    tally.checked += len(batch)
    tally.moved += moved


def _count(
    batch: list[FOIRequest], version: HolidayVersion, table: HolidayTable, *, today: date, now: datetime
) -> int | None:
    """Count these and write what moved; a batch that fails is done again one by one, and what fails is a case."""
    try:
        return _written(batch, version, table, today=today, now=now)
    except Exception:
        logger.exception("counting %s requests anew failed, and is done one by one", len(batch))
    moved = 0
    for number in [foi_request.pk for foi_request in batch]:
        try:
            moved += _written(list(_open().filter(pk=number)), version, table, today=today, now=now) or 0
        except Exception:
            logger.exception("counting request %s anew failed", number)
            about = {"foi_request": FOIRequest(pk=number), "details": {"reason": FAILED}}
            open_case(CaseKind.FAILED_JOB, "foi_request", number, now=now, **about)
    return moved


@transaction.atomic
def _written(
    batch: list[FOIRequest], version: HolidayVersion, table: HolidayTable, *, today: date, now: datetime
) -> int | None:
    """How many moved; None, and nothing written, where another list came while their locks were waited for."""
    moves = _locked(_refolded(batch, table), table)
    if not moves:
        return 0
    if _newest() != version.name:
        return None
    _write(moves, version=version, now=now)
    tell(moves, table=table, today=today, now=now)
    return len(moves)


def _newest() -> str:
    return HolidayVersion.objects.order_by("-id").values_list("name", flat=True)[0]


def _open() -> QuerySet[FOIRequest]:
    return FOIRequest.objects.open().defer(*UNREAD).order_by("pk")


def _locked(moves: list[Move], table: HolidayTable) -> list[Move]:
    """Those of the moves that still stand under the requests' locks, which are taken in order of number.

    A request that changed between is counted again; one that was closed stays as it is.
    """
    if not moves:
        return []
    found = {move.foi_request.pk: move for move in moves}
    locked = FOIRequest.objects.select_for_update().filter(pk__in=found).order_by("pk")
    versions = dict(locked.filter(status__in=OPEN).values_list("pk", "version"))
    same = [move for pk, move in found.items() if versions.get(pk) == move.foi_request.version]
    changed = [pk for pk, number in versions.items() if number != found[pk].foi_request.version]
    return same + _refolded(list(_open().filter(pk__in=changed)), table) if changed else same


def _refolded(requests: list[FOIRequest], table: HolidayTable) -> list[Move]:
    """The requests whose fold is another with this table, with the new dates set on them (not saved)."""
    ledgers = _ledgers([foi_request.pk for foi_request in requests])
    moves = []
    for foi_request in requests:
        rows = ledgers.get(foi_request.pk, [])
        if not rows:
            continue  # nothing was counted: not delivered yet, or brought from elsewhere
        before = [getattr(foi_request, name) for name in WRITTEN]
        due_before = foi_request.due_on
        standing = folded(foi_request.regime, [row[:3] for row in rows], table=table)
        store(foi_request, standing, rows, table=table)
        if [getattr(foi_request, name) for name in WRITTEN] != before:
            moves.append(Move(foi_request, due_before=due_before, counts_from=standing.counts_from))
    return moves


def _ledgers(numbers: list[int]) -> dict[int, list[tuple]]:
    """The standing rows of these requests' ledgers, each in the order in which they are folded. One query."""
    if not numbers:
        return {}
    rows = (
        ClockEvent.objects.filter(foi_request__in=numbers, taken_back_by__isnull=True)
        .exclude(kind="taken_back")
        .order_by("foi_request_id", "on", "id")
        .values_list("foi_request_id", *COLUMNS)
    )
    return {number: [row[1:] for row in group] for number, group in groupby(rows, key=lambda row: row[0])}


def _write(moves: list[Move], *, version: HolidayVersion, now: datetime) -> None:
    """The new dates, a line of history for each due date that moved, and stale pages: two statements."""
    change = _change(version)
    requests = [move.foi_request for move in moves]
    columns = [[_plain(getattr(one, name)) for one in requests] for name in WRITTEN]
    sets = ", ".join(f"{name} = new.{name}" + ("::jsonb" if name == "clock" else "") for name in WRITTEN)
    arrays = ", ".join(f"%s::{kind}[]" for kind in WRITTEN.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {FOIRequest._meta.db_table} AS old SET {sets},"  # noqa: S608
            " holiday_version = %s, version = old.version + 1, changed_at = %s"
            f" FROM unnest(%s::bigint[], {arrays}) AS new (number, {', '.join(WRITTEN)}) WHERE old.id = new.number",
            [version.name, now, [one.pk for one in requests], *columns],
        )
        said = [(move.foi_request.pk, json.dumps(move.data(change.why))) for move in moves if move.due_moved]
        if said:
            cursor.execute(
                f"INSERT INTO {Event._meta.db_table} (foi_request_id, kind, at, recorded_at, data)"  # noqa: S608
                " SELECT number, 'due_date_moved', %s, %s, data::jsonb"
                " FROM unnest(%s::bigint[], %s::text[]) AS moved (number, data)",
                [now, now, [number for number, _data in said], [data for _number, data in said]],
            )


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value


def _change(version: HolidayVersion) -> Change:
    """What came and went since the newest list that requests were counted with: none where it is this very one.

    A count that was begun again, and followed by another list before its end, leaves both reasons possible.
    """
    if version.afresh:
        return Change(before=(), after=(), otherwise=AGAIN)
    earlier = HolidayVersion.objects.filter(pk__lt=version.pk).order_by("-id")
    last = earlier.filter(Q(finished_at__isnull=False) | Q(afresh=True)).first()
    name = last.name if last else ""
    rows = list(BankHoliday.objects.changed_after(name))
    return Change(
        before=tuple(row for row in rows if row.version <= name),
        after=tuple(row for row in rows if row.withdrawn_in == ""),
        otherwise=AGAIN if last and last.finished_at is None else TABLE,
    )
