"""The ledger's writer: every row recomputes the request's dates in the same transaction."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from ..law import clock, days
from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..law.wire import pack, unpack
from ..models import Basis, ClockEvent, Evidence, FOIRequest, Message, OutboundEmail, User
from .holidays import holiday_table, seed_bank_holidays, versioned_table
from .notice_schedule import Facts, first_day
from .publication import record, touch

__all__ = ["holiday_table", "seed_bank_holidays"]


def has_clock(regime: str) -> bool:
    """Whether dates are computed for this regime."""
    return regime in REGIMES


def note_receipt(
    *,
    foi_request: FOIRequest,
    on: date,
    basis: str,
    evidence: str = "",
    message: Message | None = None,
    outbound_email: OutboundEmail | None = None,
    actor: User | None = None,
) -> None:
    """Start the clock: the authority had the letter on ``on``. A second receipt changes nothing.

    The caller holds the request's lock. FOIA 2000 s.10(6).
    """
    if not standing_events(foi_request).filter(kind=clock.RECEIVED).exists():
        note(
            foi_request=foi_request,
            kind=clock.RECEIVED,
            on=on,
            basis=basis,
            evidence=evidence,
            message=message,
            outbound_email=outbound_email,
            actor=actor,
        )


def note_response(
    *, foi_request: FOIRequest, on: date, basis: str, message: Message | None = None, actor: User | None = None
) -> None:
    """Stop the clock: the letter that reached us on ``on`` was the answer. Once per letter."""
    if not standing_events(foi_request).filter(kind=clock.RESPONDED, message=message).exists():
        note(
            foi_request=foi_request,
            kind=clock.RESPONDED,
            on=on,
            basis=basis,
            evidence=Evidence.LETTER,
            message=message,
            actor=actor,
        )


def note_reply(*, foi_request: FOIRequest, message: Message, outbound_email: OutboundEmail | None, on: date) -> None:
    """A letter of the requester's reached the authority while a question was open: the time limit starts again.

    Nothing where no question is open, or where the letter was noted already. FOIA 2000 s.1(3), s.10(6)(b).
    """
    rows = standing_events(foi_request).filter(kind__in=[clock.CLARIFICATION_REQUESTED, clock.CLARIFICATION_SUPPLIED])
    last = rows.order_by("on", "id").last()
    if last is None or last.kind != clock.CLARIFICATION_REQUESTED or on < last.on:
        return
    note(
        foi_request=foi_request,
        kind=clock.CLARIFICATION_SUPPLIED,
        on=on,
        basis=Basis.DELIVERY if outbound_email else Basis.IMPORTED,
        evidence=Evidence.RELAY if outbound_email else Evidence.LETTER,
        message=message,
        outbound_email=outbound_email,
    )


def note(
    *,
    foi_request: FOIRequest,
    kind: str,
    on: date,
    basis: str,
    until: date | None = None,
    evidence: str = "",
    message: Message | None = None,
    outbound_email: OutboundEmail | None = None,
    actor: User | None = None,
) -> ClockEvent:
    """Add one row to the ledger and fold it again. The caller holds the request's lock."""
    event = ClockEvent.objects.create(
        foi_request=foi_request,
        kind=kind,
        on=on,
        until=until,
        basis=Basis(basis),
        evidence=evidence,
        message=message,
        outbound_email=outbound_email,
        actor=actor,
    )
    recompute(foi_request)
    return event


def take_back(*, event: ClockEvent, basis: str, actor: User | None = None) -> None:
    """Undo one row of the ledger by a later row that names it; both stay in the history."""
    ClockEvent.objects.create(
        foi_request=event.foi_request,
        kind="taken_back",
        on=timezone.localdate(),
        basis=basis,
        takes_back=event,
        actor=actor,
    )
    recompute(event.foi_request)


def take_back_response(*, foi_request: FOIRequest, message: Message, basis: str, actor: User | None = None) -> None:
    """That letter was not the answer after all."""
    take_back_of(foi_request=foi_request, message=message, kinds=[clock.RESPONDED], basis=basis, actor=actor)


def take_back_of(
    *, foi_request: FOIRequest, message: Message, kinds: Iterable[str], basis: str, actor: User | None = None
) -> None:
    """Undo what was noted of one letter: these kinds of rows."""
    for event in standing_events(foi_request).filter(kind__in=list(kinds), message=message):
        event.foi_request = foi_request
        take_back(event=event, basis=basis, actor=actor)


def standing_events(foi_request: FOIRequest):
    """The rows that the fold sees: neither undone ones nor the undoing."""
    return ClockEvent.objects.filter(foi_request=foi_request, taken_back_by__isnull=True).exclude(kind="taken_back")


def recompute(foi_request: FOIRequest, *, table: HolidayTable | None = None) -> None:
    """Fold the ledger again and store its dates; a moved due date is recorded and the page bumped.

    The caller holds the request's lock. Beyond the holiday table no date is given: it is None.
    """
    before = foi_request.due_on
    rows = list(
        standing_events(foi_request).order_by("on", "id").values_list("kind", "on", "until", "basis", "message_id")
    )
    version, known = versioned_table(fresh=True)
    foi_request.holiday_version = version
    standing = folded(foi_request.regime, [row[:3] for row in rows], table=table or known)
    store(foi_request, standing, rows)
    set_next_notice(foi_request, standing)
    foi_request.save(update_fields=STORED)
    if before and foi_request.due_on != before:
        now_due = foi_request.due_on.isoformat() if foi_request.due_on else None
        record(foi_request, "due_date_moved", **{"from": before.isoformat(), "to": now_due})
    touch(foi_request)


STORED = [
    "received_on",
    "responded_on",
    "due_on",
    "grace_on",
    "outer_on",
    "clock",
    "holiday_version",
    "next_notice_on",
]


def folded(regime: str, rows: Iterable[tuple[str, date, date | None]], *, table: HolidayTable) -> clock.Standing:
    """The fold of (kind, on, until) rows; beyond the holiday table only what needs no counting."""
    events = [clock.Event(kind=kind, on=on, until=until) for kind, on, until in rows]
    if not has_clock(regime):
        return clock.Standing()
    try:
        return clock.fold(regime, events, holidays=table, today=None)
    except days.ClockRefused:
        received = [event.on for event in events if event.kind == clock.RECEIVED]
        responded = [event.on for event in events if event.kind == clock.RESPONDED]
        return clock.Standing(received_on=max(received, default=None), responded_on=min(responded, default=None))


def store(foi_request: FOIRequest, standing: clock.Standing, rows: list[tuple]) -> None:
    """Write the fold into the request's fields (not saved), with what the page must say of its evidence."""
    before = foi_request.clock
    foi_request.received_on = standing.received_on
    foi_request.responded_on = standing.responded_on
    foi_request.due_on = standing.due
    foi_request.grace_on = standing.due_if_receipt_rolls
    foi_request.outer_on = standing.very_overdue
    foi_request.clock = pack(standing)
    bases = {(kind, on): basis for kind, on, _until, basis, _message in rows}
    if bases.get((clock.RECEIVED, standing.received_on)) == Basis.PRESUMED:
        foi_request.clock["presumed"] = True
    if standing.asked_on and bases.get((clock.CLARIFICATION_REQUESTED, standing.asked_on)) == Basis.OFFICER:
        foi_request.clock["claimed"] = True
    if foi_request.clock != before:
        set_next_notice(foi_request, standing)


def set_next_notice(foi_request: FOIRequest, standing: clock.Standing | None = None) -> None:
    """Set (not saved) from when a reminder may be due, after a change of status, ledger or letters.

    The earliest day of any, though it be long past: the sweep then looks once, and sets the next one itself.
    """
    facts = facts_of(foi_request, standing if standing is not None else unpack(foi_request.clock))
    foi_request.next_notice_on = first_day(facts, table=holiday_table())


def facts_of(foi_request: FOIRequest, standing: clock.Standing) -> Facts:
    """What the request's own row says; letters that are held, and whether the answer was enough, it does not know."""
    return Facts(
        regime=foi_request.regime,
        status=foi_request.status,
        standing=standing,
        to_describe_since=foi_request.letters_to_describe_since,
        silent=foi_request.is_imported or foi_request.importing,
    )


def london_day(moment: datetime) -> date:
    """The calendar day in London on which a moment falls. FOIA 2000 s.10; days end at midnight there."""
    return days.london_day(moment)
