"""Count every open request anew after the list of bank holidays has changed; a closed one's dates never change.

Batches in order of number, each one transaction that also writes down how far it came: a crash loses a batch, and
the next run goes on from there. Most requests are only read; those whose dates change are locked, looked at again
and written together.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..law.days import ClockRefused
from ..law.holidays import HolidayTable
from ..models import OPEN, CaseKind, ClockEvent, Event, FOIRequest, HolidayVersion, NotAllowed
from .cases import open_case
from .date_notices import Move, tell
from .deadlines import COLUMNS, folded, recompute, store
from .holidays import current_table
from .recount_afresh import bring_up, counts_everything, recent
from .recount_reasons import AGAIN, TABLE, change_since

logger = logging.getLogger(__name__)
BATCH = 500
# The reason of a case about a request that could not be counted.
FAILED = "recount"
# What a fold writes into a request, and the type in which each column's values travel.
WRITTEN = {
    "received_on": "date",
    "responded_on": "date",
    "due_on": "date",
    "grace_on": "date",
    "outer_on": "date",
    "next_notice_on": "date",
    "holiday_version": "text",
    "clock": "text",
}
# A request's row while it is counted again: all but what is large and not needed.
UNREAD = ("title_vector", "concealed_wording", "title_concealed_wording")
Say = Callable[[HolidayVersion], None]


@dataclass(frozen=True)
class Run:
    """One batch's part of a count: with which list, on which London day, and whether of closed requests too."""

    version: HolidayVersion
    table: HolidayTable
    today: date
    now: datetime
    everything: bool

    @property
    def since(self) -> date | None:
        """The first day whose reminders may still go where all are counted again; else None, and all may."""
        return recent(self.today) if self.everything else None

    def requests(self) -> QuerySet[FOIRequest]:
        every = FOIRequest.objects.all() if self.everything else FOIRequest.objects.open()
        return every.defer(*UNREAD).order_by("pk")


@dataclass
class Tally:
    """What a run did: requests that it looked at, and those whose dates changed."""

    checked: int = 0
    moved: int = 0


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
    """Have every request counted anew with the list as it stands, as after a change of the law's rules."""
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
        recompute(foi_request, because=AGAIN if HolidayVersion.objects.latest("id").afresh else TABLE)
    except ClockRefused as refused:
        raise NotAllowed(_("It still cannot be counted: %(why)s") % {"why": refused}) from refused


@transaction.atomic
def _batch(version: HolidayVersion, *, today: date, now: datetime, tally: Tally) -> None:
    """Count the next requests; the batch that finds none finishes this version and those before it.

    Where another list came meanwhile nothing is written: the next round begins with that one.
    """
    name, table = current_table()
    if name != version.name:
        return
    run = Run(version, table, today, now, everything=counts_everything(version))
    if version.started_at is None:
        version.started_at, version.to_check = now, run.requests().count()
    batch = list(run.requests().filter(pk__gt=version.passed_id)[:BATCH])
    moved = _count(batch, run)
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


def _count(batch: list[FOIRequest], run: Run) -> int | None:
    """Count these and write what moved; a batch that fails is done again one by one, and what fails is a case."""
    try:
        return _written(batch, run)
    except Exception:
        logger.exception("counting %s requests anew failed, and is done one by one", len(batch))
    moved = 0
    for number in [foi_request.pk for foi_request in batch]:
        try:
            moved += _written(list(run.requests().filter(pk=number)), run) or 0
        except Exception:
            logger.exception("counting request %s anew failed", number)
            about = {"foi_request": FOIRequest(pk=number), "details": {"reason": FAILED}}
            open_case(CaseKind.FAILED_JOB, "foi_request", number, now=run.now, **about)
    return moved


@transaction.atomic
def _written(batch: list[FOIRequest], run: Run) -> int | None:
    """How many changed; None, and nothing written, where another list came while their locks were waited for."""
    moves = _locked(refolded(batch, run.table, since=run.since), run)
    if not moves:
        return 0
    if _newest() != run.version.name:
        return None
    _write(moves, version=run.version, now=run.now)
    tell(moves, table=run.table, today=run.today, now=run.now)
    return sum(move.is_seen for move in moves)


def _newest() -> str:
    return HolidayVersion.objects.order_by("-id").values_list("name", flat=True)[0]


def _locked(moves: list[Move], run: Run) -> list[Move]:
    """Those of the moves that still stand under the requests' locks, which are taken in order of number.

    A request that changed between is counted again; one that was closed stays as it is, unless all are counted.
    """
    if not moves:
        return []
    found = {move.foi_request.pk: move for move in moves}
    locked = run.requests().select_for_update().filter(pk__in=found)
    versions = dict(locked.values_list("pk", "version"))
    same = [move for pk, move in found.items() if versions.get(pk) == move.foi_request.version]
    changed = [pk for pk, number in versions.items() if number != found[pk].foi_request.version]
    if not changed:
        return same
    return same + refolded(list(run.requests().filter(pk__in=changed)), run.table, since=run.since)


def refolded(requests: list[FOIRequest], table: HolidayTable, *, since: date | None = None) -> list[Move]:
    """The requests whose fold is another with this table, with the new dates set on them (not saved).

    With ``since`` also those that are closed or have no ledger, as `bring_up` does it.
    """
    ledgers = _ledgers([foi_request.pk for foi_request in requests])
    moves = []
    for foi_request in requests:
        rows = ledgers.get(foi_request.pk, [])
        if not rows and since is None:
            continue  # nothing was counted: not delivered yet, or brought from elsewhere
        before = {name: getattr(foi_request, name) for name in WRITTEN}
        standing = folded(foi_request.regime, rows, table=table)
        if rows:
            store(foi_request, standing, rows, table=table)
        if since is not None:
            bring_up(foi_request, before, since=since, table=table)
        changed = {name for name in WRITTEN if getattr(foi_request, name) != before[name]}
        if changed:
            is_seen = changed != {"next_notice_on"}
            moves.append(
                Move(foi_request, due_before=before["due_on"], counts_from=standing.counts_from, is_seen=is_seen)
            )
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
    """The new dates, a line of history for each due date that moved, and stale pages: two statements.

    A page is stale where anything but the day of the next reminder changed. A closed request keeps the name of the
    list that its dates were counted with.
    """
    change = change_since(version)
    requests = [move.foi_request for move in moves]
    for move in moves:
        if move.is_seen and move.foi_request.status in OPEN:
            move.foi_request.holiday_version = version.name
    columns = [[_plain(getattr(one, name)) for one in requests] for name in WRITTEN]
    sets = ", ".join(f"{name} = new.{name}" + ("::jsonb" if name == "clock" else "") for name in WRITTEN)
    arrays = ", ".join(f"%s::{kind}[]" for kind in WRITTEN.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {FOIRequest._meta.db_table} AS old SET {sets},"  # noqa: S608
            " version = old.version + new.seen, changed_at = CASE new.seen WHEN 1 THEN %s ELSE old.changed_at END"
            f" FROM unnest(%s::bigint[], %s::int[], {arrays}) AS new (number, seen, {', '.join(WRITTEN)})"
            " WHERE old.id = new.number",
            [now, [one.pk for one in requests], [int(move.is_seen) for move in moves], *columns],
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
