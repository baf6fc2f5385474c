"""Who is written to when a date moves: rows that say so, which the sending of reminders turns into mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..models import Audience, FOIRequest, Reminder, ReminderKind, ReminderState, Status
from .notice_plan import insert
from .notice_schedule import Notice

# A requester is written to where the answer is due within so many working days; else page and digest say it.
NEAR = 5


@dataclass(frozen=True)
class Move:
    """One request with its new dates set, the due date that it had, and the day zero of its count.

    ``is_seen``: something changed that anybody could see, not only when to look for reminders.
    """

    foi_request: FOIRequest
    due_before: date | None
    counts_from: date | None
    is_seen: bool = True

    @property
    def due_moved(self) -> bool:
        return self.foi_request.due_on != self.due_before

    def data(self, why: Callable[[str, date | None, date | None], dict]) -> dict[str, object]:
        """What the line of history says: from which day to which, and why, as codes and days."""
        before, after = self.due_before, self.foi_request.due_on
        last = max((day for day in (before, after) if day), default=None)
        return {
            "from": before.isoformat() if before else None,
            "to": after.isoformat() if after else None,
            **why(self.foi_request.regime, self.counts_from, last),
        }


def tell(moves: list[Move], *, table: HolidayTable, today: date, now: datetime) -> None:
    """Plan the notices of these moves, once each; at most two statements.

    Whoever was told that an answer is late, where by the new date it is not, gets one correction. A requester whose
    answer is now due within five working days hears of the new date.
    """
    waiting = [move for move in moves if move.due_moved and _is_waiting(move.foi_request)]
    current = [move for move in waiting if move.foi_request.due_on and move.foi_request.due_on >= today]
    rows = _corrections([move for move in current if move.due_before and move.due_before < today])
    corrected = {number for number, kind, audience, on in rows if audience == Audience.REQUESTER}
    rows += [
        (move.foi_request.pk, ReminderKind.DATE_MOVED, Audience.REQUESTER, move.foi_request.due_on)
        for move in current
        if move.foi_request.pk not in corrected and _is_near(move.foi_request, table, today)
    ]
    if rows:
        _plan(rows, today=today, now=now)


def _is_waiting(foi_request: FOIRequest) -> bool:
    own = not (foi_request.is_imported or foi_request.importing)
    return own and foi_request.status == Status.AWAITING_RESPONSE and foi_request.responded_on is None


def _is_near(foi_request: FOIRequest, table: HolidayTable, today: date) -> bool:
    last = table.working_days(REGIMES[foi_request.regime].calendar).nth_after(today, NEAR)
    return last is not None and foi_request.due_on <= last


def _corrections(moves: list[Move]) -> list[tuple[int, str, str, date]]:
    """One for each side that was told that the old date had passed."""
    if not moves:
        return []
    new = {(move.foi_request.pk, move.due_before): move.foi_request.due_on for move in moves}
    told = Reminder.objects.filter(
        foi_request__in={number for number, _on in new}, kind=ReminderKind.OVERDUE, state=ReminderState.SENT
    ).values_list("foi_request_id", "for_on", "audience")
    return [
        (number, ReminderKind.OVERDUE_CORRECTED, audience, new[number, on])
        for number, on, audience in told
        if (number, on) in new
    ]


def _plan(rows: list[tuple[int, str, str, date]], *, today: date, now: datetime) -> None:
    """Each once; one that was skipped since the date had moved on, and moved back now, goes after all."""
    insert([(number, Notice(kind, 0, audience, on, today)) for number, kind, audience, on in rows], on=today, now=now)
