"""What our staff decide about one request's clock, each with words that the public reads: one Decision, one count."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..law import clock
from ..law.regimes import REGIMES
from ..law.wire import unpack
from ..models import (
    Basis,
    CaseKind,
    ClockEvent,
    ClockObjection,
    Decision,
    DecisionKind,
    Evidence,
    FOIRequest,
    NotAllowed,
    ReasonCode,
    User,
)
from .cases import close_cases_about, decide
from .clock_undoing import settle_after
from .deadlines import (
    COLUMNS,
    folded,
    has_clock,
    holiday_table,
    london_day,
    note,
    recompute,
    replace_row,
    standing_events,
    take_back,
)
from .publication import record

# No last day that SI 2004/3364 regs 3 to 6 allow is later than this working day.
LAST_OF_ALL = 60
# A time in which a school is closed that is longer than this is a slip of the pen.
LONGEST_HOLIDAY = timedelta(days=92)


def _locked(foi_request_id: int) -> FOIRequest:
    return FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)


def _decide(
    kind: str, foi_request: FOIRequest, thing: object, *, actor: User, now: datetime, public_wording: str
) -> Decision:
    if not public_wording.strip():
        raise NotAllowed(_("Write why: both sides and the public read it."))
    return decide(
        kind,
        actor=actor,
        thing=thing,
        reason_code=ReasonCode.HANDLED,
        now=now,
        foi_request=foi_request,
        public_wording=public_wording,
    )


@transaction.atomic
def set_last_day(*, foi_request_id: int, until: date, public_wording: str, actor: User, now: datetime) -> Decision:
    """Set the last day to answer for this request alone, as SI 2004/3364 regs 4 to 6 allow. An earlier one goes.

    While a fee is open the day counts from when it is paid. Raises NotAllowed where no count runs, where a question is
    open, since the reply begins the count anew and the day would go with the old one, and where the day lies before the
    ordinary last one or beyond the sixtieth working day: the regulations lengthen the time, and none allows more.
    """
    foi_request = _locked(foi_request_id)
    received = foi_request.received_on
    if received is None or foi_request.responded_on or not has_clock(foi_request.regime):
        raise NotAllowed(_("No time limit runs for this request, so there is no last day to set."))
    standing = unpack(foi_request.clock)
    if standing.asked_on:
        raise NotAllowed(
            _(
                "The authority’s question is open. With the reply the time limit begins again in full, and a day that "
                "was set before would go. Set it once the time limit runs again."
            )
        )
    if standing.fee_by and london_day(now) > standing.fee_by:
        raise NotAllowed(_("The time to pay the fee has ended, so no time limit runs and there is no last day to set."))
    first, last = _bounds(foi_request)
    if (first and until < first) or (last and until > last):
        days = {name: date_format(day, "j F Y") if day else "…" for name, day in (("first", first), ("last", last))}
        raise NotAllowed(
            _("Give a day from %(first)s, the ordinary last day, to %(last)s, the sixtieth working day.") % days
        )
    decision = _decide(
        DecisionKind.SET_LAST_DAY, foi_request, foi_request, actor=actor, now=now, public_wording=public_wording
    )
    record(foi_request, "last_day_set", at=now, decision=decision, until=until.isoformat())
    about = {"until": until, "actor": actor, "words": public_wording}
    earlier = standing_events(foi_request).filter(kind=clock.DUE_OVERRIDDEN).order_by("pk").last()
    if earlier is not None:
        earlier.foi_request = foi_request
        replace_row(event=earlier, on=london_day(now), basis=Basis.STAFF, evidence=Evidence.NOTE, **about)
    else:
        _note(foi_request, clock.DUE_OVERRIDDEN, london_day(now), **about)
    return decision


def _bounds(foi_request: FOIRequest) -> tuple[date | None, date | None]:
    """The last day as it is without one that was set, and the sixtieth working day; None beyond the table.

    Where the count is stopped, the days are those of the count from its last beginning.
    """
    table, rules = holiday_table(), REGIMES[foi_request.regime]
    rows = standing_events(foi_request).exclude(kind=clock.DUE_OVERRIDDEN).order_by("on", "pk")
    at = folded(foi_request.regime, rows.values_list(*COLUMNS[:5]), table=table)
    start, days = at.counts_from or foi_request.received_on, table.working_days(rules.calendar)
    first, last = at.due or days.nth_after(start, rules.days), days.nth_after(start, LAST_OF_ALL)
    return first, max(first, last) if first and last else last


@transaction.atomic
def change_law(*, foi_request_id: int, regime: str, public_wording: str, actor: User, now: datetime) -> Decision:
    """Another law governs the request: its dates are counted anew from the same receipt, never restarted."""
    foi_request = _locked(foi_request_id)
    if regime not in REGIMES:
        raise NotAllowed(_("Choose one of the laws."))
    if regime == foi_request.regime:
        raise NotAllowed(_("The request runs under this law already."))
    decision = _decide(
        DecisionKind.CHANGE_LAW, foi_request, foi_request, actor=actor, now=now, public_wording=public_wording
    )
    before, foi_request.regime = foi_request.regime, regime
    foi_request.save(update_fields=["regime"])
    record(foi_request, "law_changed", at=now, decision=decision, law_from=before, law_to=regime)
    recompute(foi_request, because="law")
    return decision


@transaction.atomic
def note_school_closed(
    *,
    foi_request_id: int,
    first: date,
    last: date,
    public_wording: str,
    actor: User,
    now: datetime,
    are_all: bool = False,
) -> Decision:
    """Days on which the school has no session, both ends included: they do not count towards the twenty.

    ``are_all``: with those noted before they are all in the time that runs; only then is the date a firm one.
    """
    foi_request = _locked(foi_request_id)
    refuse_closure(foi_request, first, last)
    decision = _decide(
        DecisionKind.SCHOOL_CLOSED, foi_request, foi_request, actor=actor, now=now, public_wording=public_wording
    )
    record(foi_request, "school_closed", at=now, decision=decision, on=first.isoformat(), until=last.isoformat())
    note(
        foi_request=foi_request,
        kind=clock.SCHOOL_CLOSED,
        on=first,
        until=last,
        basis=Basis.STAFF,
        evidence=Evidence.TERMS if are_all else Evidence.NOTE,
        actor=actor,
        words=public_wording,
    )
    return decision


def refuse_closure(foi_request: FOIRequest, first: date, last: date) -> None:
    """Raise NotAllowed for days without school that cannot be, or that change nothing."""
    rules = REGIMES.get(foi_request.regime)
    if rules is None or not rules.school:
        raise NotAllowed(_("Only the law for schools leaves out school holidays. This request runs under another."))
    if last < first:
        raise NotAllowed(_("The last day is before the first. Give them in order."))
    if last - first > LONGEST_HOLIDAY:
        raise NotAllowed(_("No school is closed for longer than three months at a time. Check the days."))
    counted = unpack(foi_request.clock)
    if (counted.counts_from and last <= counted.counts_from) or (counted.due_latest and first > counted.due_latest):
        raise NotAllowed(_("These days are not in the time that is counted for this request, so they change nothing."))
    if standing_events(foi_request).filter(kind=clock.SCHOOL_CLOSED, on__lte=last, until__gte=first).exists():
        raise NotAllowed(_("Some of these days are noted already. Give only the others."))


@transaction.atomic
def note_receipt_by_evidence(
    *, foi_request_id: int, on: date, public_wording: str, actor: User, now: datetime
) -> Decision:
    """Our staff know by other evidence on which day the authority received the request; an earlier row goes.

    Raises NotAllowed for a day to come or before the request was sent, and where it counts from this day already.
    """
    foi_request = _locked(foi_request_id)
    sent_on = london_day(foi_request.sent_at or foi_request.created_at)
    if on > london_day(now):
        raise NotAllowed(_("This day is still to come."))
    if on < sent_on:
        raise NotAllowed(
            _("The request was sent on %(day)s, and the day you gave is before it.")
            % {"day": date_format(sent_on, "j F Y")}
        )
    if on == foi_request.received_on and not foi_request.clock.get("presumed"):
        raise NotAllowed(_("The request counts from this day already."))
    decision = _decide(
        DecisionKind.NOTE_RECEIPT, foi_request, foi_request, actor=actor, now=now, public_wording=public_wording
    )
    record(foi_request, "receipt_noted", at=now, decision=decision, on=on.isoformat())
    rows = list(standing_events(foi_request).filter(kind=clock.RECEIVED).order_by("on", "pk"))
    about = {"on": on, "basis": Basis.STAFF, "evidence": Evidence.NOTE, "actor": actor, "words": public_wording}
    for event in rows:
        event.foi_request = foi_request
    for event in rows[:-1]:
        take_back(event=event, basis=Basis.STAFF, actor=actor)
    if rows:
        replace_row(event=rows[-1], **about)
    else:
        note(foi_request=foi_request, kind=clock.RECEIVED, **about)
    return decision


@transaction.atomic
def take_back_row(*, event_id: int, public_wording: str, actor: User, now: datetime) -> Decision:
    """Take any row of the ledger back; both stay in the history. Raises NotAllowed where it was taken back already."""
    foi_request = _locked(ClockEvent.objects.values_list("foi_request_id", flat=True).get(pk=event_id))
    event = standing_events(foi_request).filter(pk=event_id).first()
    if event is None:
        raise NotAllowed(_("This row was taken back already."))
    decision = _decide(
        DecisionKind.TAKE_BACK_ROW, foi_request, event, actor=actor, now=now, public_wording=public_wording
    )
    event.foi_request = foi_request
    record(
        foi_request,
        "clock_row_taken_back",
        at=now,
        message=event.message,
        decision=decision,
        row=event.pk,
        row_kind=event.kind,
    )
    take_back(event=event, basis=Basis.STAFF, actor=actor, words=public_wording)
    settle_after(foi_request=foi_request, event=event, actor=actor, now=now)
    ClockObjection.objects.filter(clock_event=event, settled_at=None).update(settled_at=now)
    close_cases_about(CaseKind.CLOCK_DISPUTED, "clock_event", event.pk, actor=actor, now=now, decision=decision)
    return decision


def _note(foi_request: FOIRequest, kind: str, on: date, **about) -> ClockEvent:
    return note(foi_request=foi_request, kind=kind, on=on, basis=Basis.STAFF, evidence=Evidence.NOTE, **about)
