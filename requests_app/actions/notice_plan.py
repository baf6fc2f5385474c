"""Planning: each reminder that is due becomes a row, once. Posts nothing.

``FOIRequest.next_notice_on`` says where to look; what is due is decided from the facts under the request's lock.
Due is "by today and not done": days on which nothing ran heal themselves.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from ..law.holidays import HolidayTable
from ..law.wire import unpack_text
from ..mail.route import NO_ANSWERS
from ..models import (
    CaseKind,
    FOIRequest,
    InboundEmail,
    InboundState,
    Outcome,
    OutcomeSaid,
    Prominence,
    Reminder,
    ReminderKind,
    ReminderState,
    Sanction,
    Side,
    Status,
)
from ..models.private import Draft
from .cases import open_case
from .deadlines import holiday_table, london_day
from .notice_schedule import Facts, Notice, due, next_day, schedule, working_regimes

logger = logging.getLogger(__name__)
BATCH = 1000
_LOCK_SPACE = 7024
# A letter that is not sent after so long was left on purpose.
DRAFTS_FORGOTTEN = timedelta(days=30)
# Why a reminder was not true, or not for anybody's eyes, on its day. None of it is for good.
MAY_BE_TRUE_AGAIN = ("letter_waits", "answered", "moved", "withdrawn", "hidden", "suspended")
ENOUGH = (Outcome.SUCCESSFUL, Outcome.WITHDRAWN)
# What the schedule needs to know of a request, as `facts_in` reads it: its own columns, and what `with_facts` adds.
OWN_FACTS = ("regime", "status", "letters_to_describe_since", "is_imported", "importing")
ADDED_FACTS = ("clock_text", "letter_waits", "is_satisfied")
FACTS = OWN_FACTS + ADDED_FACTS


def plan(*, on: date, now: datetime) -> int:
    """Insert a row for every reminder that may go on ``on`` and is not there yet; returns how many.

    Batches of 1,000, each one transaction; a batch that fails is done again one by one, so that one bad request
    harms only itself and becomes a case. Safe to run twice, and in many processes at once.
    """
    table = holiday_table()
    regimes = working_regimes(on, table)
    if regimes == []:
        return 0
    planned, after = 0, (date.min, 0)
    while True:
        batch = _batch(on, regimes, after)
        if not batch:
            break
        after = batch[-1]
        numbers = [number for _day, number in batch]
        planned += _in_whole_or_one_by_one(numbers, lambda some: _plan_these(some, on=on, now=now), on=on, now=now)
    planned += _plan_drafts(on=on, now=now)
    _wait_for_others()
    return planned


def _wait_for_others() -> None:
    """Until what other processes had in hand is planned too: a letter without it would be the only one of the day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_SPACE])


def with_facts(requests: QuerySet[FOIRequest], prefix: str = "") -> QuerySet:
    """With `ADDED_FACTS` beside each row, the clock as the text of its JSON; ``prefix`` leads to the request."""
    return requests.annotate(
        clock_text=Cast(f"{prefix}clock", TextField()),
        letter_waits=_letter_waits(f"{prefix}pk"),
        is_satisfied=_is_satisfied(f"{prefix}pk"),
    )


def _letter_waits(request_key: str) -> Combinable:
    letters = InboundEmail.objects.filter(foi_request=OuterRef(request_key))
    held = letters.filter(state=InboundState.HELD).exclude(reason__in=NO_ANSWERS)
    return Exists(held) | Exists(letters.filter(state=InboundState.RECEIVED))


def _is_satisfied(request_key: str) -> Combinable:
    """Whether the last word about what came of it, the requester's own before others', is that it was enough."""
    said = OutcomeSaid.objects.standing().filter(foi_request=OuterRef(request_key))
    own_first = said.alias(own=Case(When(side=Side.REQUESTER, then=0), default=1)).order_by("own", "-said_at", "-pk")
    return Subquery(own_first.values_list(Q(outcome__in=ENOUGH), flat=True)[:1])


def facts_in(row: dict, prefix: str = "") -> Facts:
    """The facts of a request in a row of ``values()``: the columns of `FACTS`, its own ones under ``prefix``."""
    return _facts(*_columns(row, prefix))


def notices_in(row: dict, prefix: str = "", *, table: HolidayTable) -> tuple[Notice, ...]:
    """The `schedule` of the facts in such a row. Rows with the same facts, and a morning has many, share one."""
    return _notices(table, *_columns(row, prefix))


def _columns(row: dict, prefix: str) -> tuple:
    return (
        row[f"{prefix}regime"],
        row[f"{prefix}status"],
        row["clock_text"],
        row[f"{prefix}letters_to_describe_since"],
        row["letter_waits"],
        bool(row["is_satisfied"]),
        row[f"{prefix}is_imported"] or row[f"{prefix}importing"],
    )


def _facts(
    regime: str, status: str, clock: str, since: date | None, waits: bool, satisfied: bool, silent: bool
) -> Facts:
    return Facts(
        regime=regime,
        status=status,
        standing=unpack_text(clock),
        to_describe_since=since,
        letter_waits=waits,
        satisfied=satisfied,
        silent=silent,
    )


@lru_cache(maxsize=2048)
def _notices(table: HolidayTable, *columns: object) -> tuple[Notice, ...]:
    return tuple(schedule(_facts(*columns), table=table))


def _batch(on: date, regimes: list[str] | None, after: tuple[date, int]) -> list[tuple[date, int]]:
    waiting = FOIRequest.objects.filter(next_notice_on__lte=on)
    if regimes is not None:
        waiting = waiting.filter(regime__in=regimes)
    later = waiting.filter(Q(next_notice_on__gt=after[0]) | Q(next_notice_on=after[0], pk__gt=after[1]))
    return list(later.order_by("next_notice_on", "pk").values_list("next_notice_on", "pk")[:BATCH])


def _in_whole_or_one_by_one(numbers: list[int], deed: Callable[[list[int]], int], *, on: date, now: datetime) -> int:
    try:
        return deed(numbers)
    except Exception:
        if is_database_away():
            raise  # the next sweep goes on
        logger.exception("a batch of %s requests failed and is done one by one", len(numbers))
    done = 0
    for number in numbers:
        try:
            done += deed([number])
        except Exception:
            if is_database_away():
                raise
            logger.exception("what to remind of on request %s could not be decided", number)
            _set_aside(number, on=on, now=now)
    return done


def is_database_away() -> bool:
    """Whether nothing can be done any more over this connection.

    A lock that was waited for too long, or two that waited for each other, are no reason to stop for all.
    """
    return connection.connection is None or not connection.is_usable()


def _set_aside(number: int, *, on: date, now: datetime) -> None:
    """A person has to look; it is tried again tomorrow, not with every sweep."""
    open_case(CaseKind.FAILED_JOB, "foi_request", number, foi_request=FOIRequest(pk=number), now=now)
    FOIRequest.objects.filter(pk=number).update(next_notice_on=on + timedelta(days=1))


@transaction.atomic
def _plan_these(numbers: list[int], *, on: date, now: datetime) -> int:
    """Decide about these under their locks. Those that another process has in hand are left to it."""
    table = holiday_table()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK_SPACE])
    still = FOIRequest.objects.filter(pk__in=numbers, next_notice_on__lte=on).order_by("pk")
    locked = with_facts(still).select_for_update(of=("self",), skip_locked=True).values("pk", *FACTS)
    found: list[tuple[int, Notice]] = []
    looked: list[int] = []
    nexts: list[date | None] = []
    for row in locked:
        notices = notices_in(row, table=table)
        found += [(row["pk"], notice) for notice in due(notices, on=on)]
        following = next_day(notices, after=on)
        if row["letter_waits"]:  # whatever becomes of it, somebody looks again
            following = min(following or date.max, on + timedelta(days=1))
        looked.append(row["pk"])
        nexts.append(following)
    new = insert(found, on=on, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {FOIRequest._meta.db_table} AS f SET next_notice_on = looked.following"  # noqa: S608
            " FROM unnest(%s::bigint[], %s::date[]) AS looked (number, following) WHERE f.id = looked.number",
            [looked, nexts],
        )
    return new


def look_again(which: Q, *, reason: str, now: datetime) -> None:
    """Have the next sweep look at those requests whose reminders were skipped for ``reason``, which has ended."""
    skipped = Reminder.objects.filter(foi_request=OuterRef("pk"), state=ReminderState.SKIPPED, reason=reason)
    FOIRequest.objects.filter(which, Exists(skipped)).update(next_notice_on=london_day(now))


def insert(found: Iterable[tuple[int, Notice]], *, on: date, now: datetime) -> int:
    """Planned rows for these (request, reminder); those that are there already stay as they are. How many are new.

    One that was skipped because it was not true on its day is planned anew where it is true again; one that went never
    is. Every process inserts in the same order, so that two of them cannot wait for each other. No row is touched that
    stays as it is: whoever posts it holds it, and will want the request, which is held here.
    """
    rows = sorted(found, key=lambda each: (each[0], each[1].kind, each[1].step, each[1].audience, each[1].for_on))
    if not rows:
        return 0
    columns = [
        [number for number, _notice in rows],
        [str(notice.kind) for _number, notice in rows],
        [notice.step for _number, notice in rows],
        [notice.audience for _number, notice in rows],
        [notice.for_on for _number, notice in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Reminder._meta.db_table}"  # noqa: S608
            " (foi_request_id, kind, step, audience, for_on, planned_on, state, reason, created_at)"
            " SELECT number, kind, step, audience, for_on, %s, 'planned', '', %s"
            " FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::date[])"
            " AS due (number, kind, step, audience, for_on)"
            f" WHERE NOT EXISTS (SELECT FROM {Reminder._meta.db_table} r WHERE r.foi_request_id = due.number"
            "   AND r.kind = due.kind AND r.step = due.step AND r.audience = due.audience AND r.for_on = due.for_on"
            "   AND NOT (r.state = 'skipped' AND r.reason = ANY(%s)))"
            " ON CONFLICT (foi_request_id, kind, step, audience, for_on) WHERE foi_request_id IS NOT NULL"
            " DO UPDATE SET state = 'planned', reason = '', settled_at = NULL, planned_on = excluded.planned_on"
            f" WHERE {Reminder._meta.db_table}.state = 'skipped' AND {Reminder._meta.db_table}.reason = ANY(%s)",
            [on, now, *columns, list(MAY_BE_TRUE_AGAIN), list(MAY_BE_TRUE_AGAIN)],
        )
        return cursor.rowcount


def _plan_drafts_again(*, on: date, now: datetime) -> int:
    """Reminders of unsent letters that were not for anybody's eyes on their day, and are now."""
    skipped = Reminder.objects.filter(
        kind=ReminderKind.NOT_SENT_YET,
        state=ReminderState.SKIPPED,
        reason__in=MAY_BE_TRUE_AGAIN,
        draft__user__isnull=False,
        draft__sent_as=None,
        draft__saved_at__gt=now - DRAFTS_FORGOTTEN,
    )
    suspended = Sanction.objects.active().filter(user=OuterRef("draft__user"))
    true_again = skipped.exclude(Exists(suspended)).exclude(
        Q(draft__foi_request__prominence=Prominence.NOBODY) | Q(draft__foi_request__status=Status.WITHDRAWN)
    )
    return true_again.update(state=ReminderState.PLANNED, reason="", settled_at=None, planned_on=on)


def _plan_drafts(*, on: date, now: datetime) -> int:
    """A letter that waits for its writer since yesterday or longer: once each."""
    planned = _plan_drafts_again(on=on, now=now)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Reminder._meta.db_table}"  # noqa: S608
                " (draft_id, kind, step, audience, for_on, planned_on, state, reason, created_at)"
                " SELECT d.id, %(kind)s, 0, 'requester', since.day, %(on)s, 'planned', '', %(now)s"
                f" FROM {Draft._meta.db_table} d"
                " CROSS JOIN LATERAL (SELECT (greatest(d.saved_at, d.previewed_at) AT TIME ZONE 'Europe/London')::date"
                "   AS day) AS since"
                " WHERE d.user_id IS NOT NULL AND d.sent_as_id IS NULL"
                "   AND (d.send_on_confirmation OR d.previewed_at IS NOT NULL)"
                "   AND d.saved_at > %(oldest)s AND since.day < %(on)s"
                "   AND NOT EXISTS (SELECT FROM"
                f"     {Reminder._meta.db_table} r WHERE r.draft_id = d.id AND r.kind = %(kind)s AND r.step = 0)"
                " ORDER BY d.id LIMIT %(batch)s ON CONFLICT DO NOTHING",
                {
                    "kind": str(ReminderKind.NOT_SENT_YET),
                    "on": on,
                    "now": now,
                    "oldest": now - DRAFTS_FORGOTTEN,
                    "batch": BATCH,
                },
            )
            planned += cursor.rowcount
            if cursor.rowcount < BATCH:
                return planned
