"""The ledger's writer: every row recomputes the request's dates in the same transaction."""

import time
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from ..law import clock, days
from ..law.holidays import BankHoliday as LawHoliday
from ..law.holidays import HolidayTable, shipped_table
from ..law.regimes import REGIMES
from ..models import BankHoliday, Basis, ClockEvent, Description, FOIRequest, Message, MessageKind, OutboundState, User
from .publication import record, touch

SHIPPED_VERSION = "shipped-2026-11"
# Seconds for which a process may trust its copy of the holiday table.
TABLE_LIFE = 60.0
_table: tuple[float, str, HolidayTable] | None = None


def seed_bank_holidays() -> int:
    """Insert the shipped bank holidays where there are none; never changes or deletes a row. Returns how many."""
    if BankHoliday.objects.exists():
        return 0
    rows = [
        BankHoliday(
            on=day.on,
            name=day.name,
            england_wales="england_wales" in day.parts,
            scotland="scotland" in day.parts,
            northern_ireland="northern_ireland" in day.parts,
            source="shipped with the product",
            version=SHIPPED_VERSION,
        )
        for day in sorted(shipped_table().days, key=lambda day: day.on)
    ]
    return len(BankHoliday.objects.bulk_create(rows, ignore_conflicts=True))


def holiday_table(*, fresh: bool = False) -> HolidayTable:
    """The bank holidays known to this site, up to the end of the last year that has any.

    A copy is kept for a minute in each process; writers of the ledger ask for a ``fresh`` one.
    """
    global _table
    if not fresh and _table and time.monotonic() - _table[0] < TABLE_LIFE:
        return _table[2]
    rows = BankHoliday.objects.values_list("on", "name", "england_wales", "scotland", "northern_ireland")
    names = ("england_wales", "scotland", "northern_ireland")
    days = frozenset(
        LawHoliday(on=on, name=name, parts=frozenset(part for part, has in zip(names, parts, strict=True) if has))
        for on, name, *parts in rows
    )
    ends_on = date(max((day.on for day in days), default=date.min).year, 12, 31)
    version = BankHoliday.objects.aggregate(latest=Max("version"))["latest"] or ""
    _table = (time.monotonic(), version, HolidayTable(days=days, ends_on=ends_on))
    return _table[2]


def has_clock(regime: str) -> bool:
    """Whether dates are computed for this regime; others show "Sent on …" only."""
    return regime in REGIMES and REGIMES[regime].implemented


def note_receipt(
    *, foi_request: FOIRequest, on: date, basis: str, message: Message | None = None, actor: User | None = None
) -> None:
    """Start the clock: the authority had the letter on ``on``. A second receipt changes nothing.

    The caller holds the request's lock. FOIA 2000 s.10(6).
    """
    if standing_events(foi_request).filter(kind="received").exists():
        return
    _add(foi_request, "received", on, basis, message=message, actor=actor)


def note_response(
    *, foi_request: FOIRequest, on: date, basis: str, message: Message | None = None, actor: User | None = None
) -> None:
    """Stop the clock: the letter that reached us on ``on`` was the answer. Once per letter."""
    if not standing_events(foi_request).filter(kind="responded", message=message).exists():
        _add(foi_request, "responded", on, basis, message=message, actor=actor)


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
    for event in standing_events(foi_request).filter(kind="responded", message=message):
        take_back(event=event, basis=basis, actor=actor)


def standing_events(foi_request: FOIRequest):
    """The rows that the fold sees: neither undone ones nor the undoing."""
    return ClockEvent.objects.filter(foi_request=foi_request, taken_back_by__isnull=True).exclude(kind="taken_back")


def _add(foi_request: FOIRequest, kind: str, on: date, basis: str, **named) -> None:
    ClockEvent.objects.create(foi_request=foi_request, kind=kind, on=on, basis=Basis(basis), **named)
    recompute(foi_request)


def recompute(foi_request: FOIRequest) -> None:
    """Fold the ledger again and store its dates; a moved due date is recorded and the page bumped.

    The caller holds the request's lock. Beyond the holiday table, and after a question that was replied to, no
    date is given: it is None.
    """
    before = foi_request.due_on
    events = [
        clock.Event(kind=kind, on=on, until=until)
        for kind, on, until in standing_events(foi_request).order_by("on", "id").values_list("kind", "on", "until")
    ]
    received = [event.on for event in events if event.kind == "received"]
    responded = [event.on for event in events if event.kind == "responded"]
    foi_request.received_on = min(received, default=None)
    foi_request.responded_on = min(responded, default=None)
    foi_request.due_on = foi_request.grace_on = foi_request.outer_on = None
    if has_clock(foi_request.regime) and events:
        try:
            standing = clock.fold(foi_request.regime, events, holidays=holiday_table(fresh=True), today=None)
        except days.ClockRefused:
            standing = None
        else:
            # A bounce voids a receipt, and the resend that arrived starts the clock: the fold knows which one stands.
            foi_request.received_on = standing.received_on
        if standing is not None and not _began_again(foi_request):
            foi_request.due_on = standing.due
            foi_request.grace_on = standing.due_if_receipt_rolls
            foi_request.outer_on = standing.very_overdue
            foi_request.holiday_version = _table[1] if _table else ""
    foi_request.save(update_fields=["received_on", "responded_on", "due_on", "grace_on", "outer_on", "holiday_version"])
    if before and foi_request.due_on != before:
        now_due = foi_request.due_on.isoformat() if foi_request.due_on else None
        record(foi_request, "due_date_moved", **{"from": before.isoformat(), "to": now_due})
    touch(foi_request)


def _began_again(foi_request: FOIRequest) -> bool:
    """Whether a question back was replied to: the time starts again then, and the first date is the law's no more.

    The ledger does not have these days yet, so no date is given rather than a wrong one. FOIA 2000 s.1(3), s.10(6).
    """
    question = Message.objects.filter(foi_request=OuterRef("foi_request"), at__lt=OuterRef("at"))
    replies = Message.objects.filter(foi_request=foi_request, kind=MessageKind.FOLLOW_UP)
    replies = replies.exclude(outbound_emails__state=OutboundState.CANCELLED)
    return replies.filter(Exists(question.filter(described_as=Description.CLARIFICATION))).exists()


@transaction.atomic
def recompute_open() -> int:
    """Fold every open request's ledger again, after the list of bank holidays has changed. Returns how many moved.

    Rows are locked in order of number, as everywhere.
    """
    moved = 0
    for foi_request in FOIRequest.objects.open().order_by("pk").select_for_update():
        before = foi_request.due_on
        recompute(foi_request)
        moved += foi_request.due_on != before
    return moved


def london_day(moment: datetime) -> date:
    """The calendar day in London on which a moment falls. FOIA 2000 s.10; days end at midnight there."""
    return days.london_day(moment)
