"""The ledger's writer: every row recomputes the request's dates in the same transaction."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from ..law import clock, days, explain
from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..law.wire import pack, unpack
from ..models import (
    Basis,
    ClockEvent,
    ClockNote,
    Evidence,
    FOIRequest,
    Message,
    OutboundEmail,
    Status,
    User,
)
from .holidays import holiday_table, seed_bank_holidays, versioned_table
from .notice_schedule import Facts, first_day
from .publication import record, touch

__all__ = ["holiday_table", "seed_bank_holidays"]
TAKEN_BACK = "taken_back"


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
    actor: User | None = None,
) -> None:
    """Start the clock: the authority had the letter on ``on``. Nothing where a receipt stands already.

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
            actor=actor,
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
    words: str = "",
) -> ClockEvent:
    """Add one row to the ledger and fold it again. The caller holds the request's lock.

    ``words``: what somebody typed with it; the public reads them on "why this date". They can be erased.
    """
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
    if words:
        ClockNote.objects.create(clock_event=event, words=words)
    recompute(foi_request, because=event)
    return event


def take_back(*, event: ClockEvent, basis: str, actor: User | None = None, words: str = "") -> ClockEvent:
    """Undo one row of the ledger by a later row that names it; both stay in the history. Gives back the later row."""
    undoing = ClockEvent.objects.create(
        foi_request=event.foi_request,
        kind=TAKEN_BACK,
        on=timezone.localdate(),
        basis=basis,
        takes_back=event,
        actor=actor,
    )
    if words:
        ClockNote.objects.create(clock_event=undoing, words=words)
    recompute(event.foi_request, because=undoing)
    if event.kind == clock.CLARIFICATION_REQUESTED:
        _end_waiting_for_clarification(event.foi_request)
    return undoing


def _end_waiting_for_clarification(foi_request: FOIRequest) -> None:
    """With its question gone from the ledger, a request waits for the authority again."""
    if foi_request.status == Status.AWAITING_CLARIFICATION and "asked_on" not in foi_request.clock:
        foi_request.move_to(waits_for(foi_request))
        set_next_notice(foi_request)
        foi_request.save(update_fields=["status", "next_notice_on"])


def waits_for(foi_request: FOIRequest) -> str:
    """What a request waits for that was not answered: a review where one was asked for and is open, else a response."""
    open_review = "review_on" in foi_request.clock and "review_outcome_on" not in foi_request.clock
    return Status.INTERNAL_REVIEW if open_review else Status.AWAITING_RESPONSE


def replace_row(*, event: ClockEvent, on: date, basis: str, evidence: str, **about) -> ClockEvent:
    """Take a row back and put one of its kind in its place: one change for those who read the dates."""
    ClockEvent.objects.create(
        foi_request=event.foi_request,
        kind=TAKEN_BACK,
        on=timezone.localdate(),
        basis=basis,
        takes_back=event,
        actor=about.get("actor"),
    )
    kept = {"message": event.message, "until": event.until}
    return note(
        foi_request=event.foi_request, kind=event.kind, on=on, basis=basis, evidence=evidence, **{**kept, **about}
    )


def standing_events(foi_request: FOIRequest):
    """The rows that the fold sees: neither undone ones nor the undoing."""
    return ClockEvent.objects.filter(foi_request=foi_request, taken_back_by__isnull=True).exclude(kind=TAKEN_BACK)


# What the fold and the page need of each row.
COLUMNS = ("kind", "on", "until", "basis", "evidence", "pk", "objection__at", "objection__settled_at")


def recompute(
    foi_request: FOIRequest, *, table: HolidayTable | None = None, because: ClockEvent | str | None = None
) -> None:
    """Fold the ledger again and store its dates; a moved due date is recorded and the page bumped.

    The caller holds the request's lock. Beyond the holiday table no date is given: it is None. ``because``: the
    row that was just added, or the code of another cause; the history says so beside the old and the new date.
    """
    before = foi_request.due_on
    rows = list(standing_events(foi_request).order_by("on", "id").values_list(*COLUMNS))
    foi_request.holiday_version, known = versioned_table(fresh=True)
    table = table or known
    standing = folded(foi_request.regime, rows, table=table)
    store(foi_request, standing, rows, table=table)
    set_next_notice(foi_request)
    foi_request.save(update_fields=STORED)
    first = before is None and isinstance(because, ClockEvent) and because.kind == clock.RECEIVED
    if foi_request.due_on != before and not first:
        days_moved = {"from": _iso(before), "to": _iso(foi_request.due_on)}
        record(foi_request, "due_date_moved", **days_moved, **_cause(foi_request, rows, because, table))
    touch(foi_request)


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _cause(foi_request: FOIRequest, rows: list[tuple], because: ClockEvent | str | None, table: HolidayTable) -> dict:
    """Why the date moved: the code of a step of ``law.explain`` and the days in its sentence, or another cause."""
    if because is None or isinstance(because, str):
        return {"why": because} if because else {}
    if because.kind == TAKEN_BACK:
        return {"why": TAKEN_BACK, "row": because.takes_back_id, "row_kind": because.takes_back.kind}
    events = as_events(rows)
    place = next((place for place, row in enumerate(rows) if row[5] == because.pk), None)
    try:
        step = explain.steps(foi_request.regime, events, holidays=table)[place]
    except (days.ClockRefused, TypeError):  # beyond the table, or a law without a clock
        return {"why": because.kind, "row": because.pk}
    dates = {name: on.isoformat() for name, on in step.dates.items()}
    return {"why": step.code, "row": because.pk, "dates": dates}


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


def as_events(rows: Iterable[tuple]) -> list[clock.Event]:
    """Rows of the ledger, as the first five of ``COLUMNS`` name them, as the law's events.

    Days on which a school is closed are all that it has in their time only where somebody said so.
    """
    return [
        clock.Event(kind, on, until, evidence == Evidence.TERMS if kind == clock.SCHOOL_CLOSED else None)
        for kind, on, until, _basis, evidence, *_rest in rows
    ]


def folded(regime: str, rows: Iterable[tuple], *, table: HolidayTable) -> clock.Standing:
    """The fold of rows of the ledger, see `as_events`; beyond the holiday table only what needs no counting."""
    events = as_events(rows)
    if not has_clock(regime):
        return clock.Standing()
    try:
        return clock.fold(regime, events, holidays=table, today=None)
    except days.ClockRefused:
        received = [event.on for event in events if event.kind == clock.RECEIVED]
        responded = [event.on for event in events if event.kind == clock.RESPONDED]
        return clock.Standing(received_on=max(received, default=None), responded_on=min(responded, default=None))


def store(foi_request: FOIRequest, standing: clock.Standing, rows: list[tuple], *, table: HolidayTable) -> None:
    """Write the fold into the request's fields (not saved), with what the page must say of its evidence.

    ``rows``: as ``COLUMNS`` names them. Beside the dates ``FOIRequest.clock`` says ``presumed`` (receipt is only
    presumed), ``claimed``, ``claimed_fee``, ``claimed_time`` and ``claimed_days`` (only the authority says that a
    question or a fee stops the time, that more is needed, or when a school is closed), ``open_to_doubt`` (the number of
    the last row that only the authority claims and that makes a difference; ``doubted`` is its kind, ``doubted_too``
    number and kind of each other one) and ``disputed`` (the
    requester does not agree with one: its kind, the last day counted without it and with it, and when an answer is
    expected with it, where that is another day; where there are several, the kinds of the ``others``, and the last day
    without them all).
    """
    before = foi_request.clock
    foi_request.received_on = standing.received_on
    foi_request.responded_on = standing.responded_on
    foi_request.due_on = standing.due
    foi_request.grace_on = standing.due_if_receipt_rolls
    foi_request.outer_on = standing.very_overdue
    foi_request.clock = pack(standing)
    for kind, on, _until, basis, evidence, *_rest in rows:
        if (kind, on) == (clock.RECEIVED, standing.received_on):
            foi_request.clock["presumed"] = basis == Basis.PRESUMED and evidence != Evidence.LETTER
        for claim, since, said in CLAIMED:
            if (kind, on) == (claim, getattr(standing, since)):
                foi_request.clock[said] = basis == Basis.OFFICER
        if kind == clock.SCHOOL_CLOSED and basis == Basis.OFFICER and standing.closures and standing.due:
            foi_request.clock["claimed_days"] = True
    foi_request.clock |= _doubts(foi_request.regime, standing, rows, table)
    foi_request.clock = {key: value for key, value in foi_request.clock.items() if value is not False}
    if foi_request.clock != before:
        set_next_notice(foi_request, standing)


# What an authority may claim by itself, and the requester may not agree with: since when it holds, and under which key
# the clock says that it is the authority's word alone.
CLAIMED = (
    (clock.CLARIFICATION_REQUESTED, "asked_on", "claimed"),
    (clock.FEES_NOTICE, "fee_on", "claimed_fee"),
    (clock.EXTENSION_CLAIMED, "extension_on", "claimed_time"),
)
CLAIMS = (*(claim for claim, _since, _said in CLAIMED), clock.SCHOOL_CLOSED)


def _doubts(regime: str, standing: clock.Standing, rows: list[tuple], table: HolidayTable) -> dict:
    """Of the authority's claims that make a difference: those disputed, and those open to doubt, the last one first.

    One that was settled, or that the requester says the same of, is neither. Of two questions each stops the time
    without the other, so what is not settled of one kind is left out together to see what it does; a school's days
    one by one.
    """
    claims = [row for row in rows if row[0] in CLAIMS and row[3] == Basis.OFFICER]
    if not claims or standing.responded_on:
        return {}
    doubted, disputed, now = [], [], pack(standing)
    for claim in reversed(claims):
        alike = [other for other in claims if other[0] == claim[0] and not other[7]]
        if claim[0] == clock.SCHOOL_CLOSED:
            alike = [claim]
        if pack(folded(regime, [row for row in rows if row not in alike], table=table)) == now:
            continue
        kind, number, objected_at, settled_at = claim[0], claim[5], claim[6], claim[7]
        agreed = objected_at or (kind == clock.FEES_NOTICE and _paid(rows, since=claim[1]))
        if objected_at and not settled_at:
            disputed.append(claim)
        elif not agreed:
            doubted.append((number, kind))
    found = {"open_to_doubt": doubted[0][0], "doubted": doubted[0][1]} if doubted else {}
    found |= {"doubted_too": [list(other) for other in doubted[1:]]} if doubted[1:] else {}
    return found | ({"disputed": _dispute(regime, standing, rows, disputed, table)} if disputed else {})


def _dispute(
    regime: str, standing: clock.Standing, rows: list[tuple], disputed: list[tuple], table: HolidayTable
) -> dict:
    """The last claim that the requester does not agree with, the others' kinds, and the dates without all of them."""
    without = folded(regime, [row for row in rows if row not in disputed], table=table)
    kind, number = disputed[0][0], disputed[0][5]
    others = [claim[0] for claim in disputed[1:]]
    named = {"kind": kind, "row": number} | ({"others": others} if others else {})
    if clock.SCHOOL_CLOSED in (kind, *others) and not standing.terms_known:
        return named | {"due": None}  # neither day is a firm one
    expected = standing.extension_due if kind == clock.EXTENSION_CLAIMED else None
    more = {"with": standing.due, "until": expected if expected != standing.due else None}
    told = {name: on.isoformat() for name, on in more.items() if on}
    return named | {"due": _iso(without.due)} | told


def _paid(rows: list[tuple], *, since: date) -> bool:
    """Whether the requester says that the fee was paid, and so that it was asked for."""
    return any(row[0] == clock.FEE_PAID and row[3] == Basis.REQUESTER and row[1] >= since for row in rows)


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
