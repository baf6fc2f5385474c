"""Where a request stands under its law: events folded into dates, and into a state on a day.

Receipt is day zero, even on a Sunday; day one is the next working day; an answer on day twenty is in
time until midnight in London, and late from the next calendar day (FOIA 2000 s.10(1), s.10(6)). Today is
always an argument. Where the table of bank holidays ends, the clock refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from requests_app.law.count import Count
from requests_app.law.days import ONE_DAY, ClockRefused, day_in_words
from requests_app.law.holidays import HolidayTable
from requests_app.law.regimes import MOVES_DUE, REGIMES, Regime

RECEIVED = "received"
UNDELIVERED = "undelivered"
CLARIFICATION_REQUESTED = "clarification_requested"
CLARIFICATION_SUPPLIED = "clarification_supplied"
FEES_NOTICE = "fees_notice"
FEE_PAID = "fee_paid"
EXTENSION_CLAIMED = "extension_claimed"
RESPONDED = "responded"
REVIEW_REQUESTED = "ir_requested"
REVIEW_OUTCOME = "ir_outcome"
SCHOOL_CLOSED = "school_closed"
DUE_OVERRIDDEN = "due_overridden"
EVENT_KINDS = (
    RECEIVED,
    UNDELIVERED,
    CLARIFICATION_REQUESTED,
    CLARIFICATION_SUPPLIED,
    FEES_NOTICE,
    FEE_PAID,
    EXTENSION_CLAIMED,
    RESPONDED,
    REVIEW_REQUESTED,
    REVIEW_OUTCOME,
    SCHOOL_CLOSED,
    DUE_OVERRIDDEN,
)

NOT_RECEIVED = "not-received"
WAITING = "waiting"
EXTENDED = "extended"
OVERDUE = "overdue"
VERY_OVERDUE = "very-overdue"
PAUSED_CLARIFICATION = "paused-clarification"
PAUSED_FEE = "paused-fee"
LAPSED = "lapsed"
ANSWERED = "answered"
RUNNING = frozenset({WAITING, EXTENDED, OVERDUE, VERY_OVERDUE})
STOPPED = frozenset({PAUSED_CLARIFICATION, PAUSED_FEE, LAPSED})


@dataclass(frozen=True)
class Event:
    """One thing that the clock must know, on a day in London.

    ``until``: the authority's own estimate for ``extension_claimed``; the last day of ``school_closed``; the
    last day to answer for ``due_overridden``, which staff enter where the day is set for one request alone
    (transferred public records; armed forces and information abroad: SI 2004/3364 regs 4 to 6). ``says_all``: whether a
    ``school_closed`` is said to be, with the others, all that the school has in its time; where no event says, as in
    the contract, any is taken as word of them all.
    """

    kind: str
    on: date
    until: date | None = None
    says_all: bool | None = None

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise ClockRefused(f"“{self.kind}” is not an event. Use one of: {', '.join(EVENT_KINDS)}.")
        if self.kind in (SCHOOL_CLOSED, DUE_OVERRIDDEN) and self.until is None:
            raise ClockRefused(f"“{self.kind}” on {self.on.isoformat()} needs its last day.")
        if self.kind == SCHOOL_CLOSED and self.until < self.on:
            raise ClockRefused(
                f"A school cannot be closed from {self.on.isoformat()} to {self.until.isoformat()}: "
                "the last day is before the first."
            )


@dataclass(frozen=True)
class Standing:
    """What follows from the events. None means: not now, not under this law, or beyond the table.

    due: last day to answer, with an extension that moves it; None while the clock is stopped.
    due_if_receipt_rolls: the last day of the ordinary time if receipt on a day off counts as the next working
        day (the 2018 Code, para 4.2, read strictly). Never shown; a reminder waits for the later of the two.
    due_latest: schools only, the sixtieth working day.
    very_overdue: every normal timetable has run out after this day.
    extension_due: when an extended answer is expected.
    fee_by: last day to pay.
    review_request_by, review_due, review_max: last day to ask for an internal review; when it is normally
        answered; when at the latest.
    regulator_from, regulator_by: first sensible and last day for a complaint.
    flags: codes that the page explains. state: see `fold`; None where it depends on a day not given.

    What the page says beside the dates: counts_from, the day zero of the count (receipt, or the reply to a
    question back); asked_on and fee_on, the day of a question or fees notice that is open; extension_on, the
    day of an extension that is valid; earlier_due, the date that had passed before a late question;
    review_on and review_outcome_on; skips, spans (both ends inclusive) that were disregarded for a fee; closures,
    the school's; terms_known, whether they are all that it has in this time; override, the last day that was set for
    this request alone, where ``due`` is that day and was not counted; clock_day, the number of today's working day,
    or on a day off of the last one before.
    """

    due: date | None = None
    due_if_receipt_rolls: date | None = None
    due_latest: date | None = None
    very_overdue: date | None = None
    extension_due: date | None = None
    fee_by: date | None = None
    review_request_by: date | None = None
    review_due: date | None = None
    review_max: date | None = None
    regulator_from: date | None = None
    regulator_by: date | None = None
    flags: tuple[str, ...] = ()
    state: str | None = None
    received_on: date | None = None
    responded_on: date | None = None
    counts_from: date | None = field(default=None, compare=False)
    asked_on: date | None = field(default=None, compare=False)
    fee_on: date | None = field(default=None, compare=False)
    extension_on: date | None = field(default=None, compare=False)
    earlier_due: date | None = field(default=None, compare=False)
    review_on: date | None = field(default=None, compare=False)
    review_outcome_on: date | None = field(default=None, compare=False)
    skips: tuple[tuple[date, date], ...] = field(default=(), compare=False)
    closures: tuple[tuple[date, date], ...] = field(default=(), compare=False)
    terms_known: bool = field(default=False, compare=False)
    override: date | None = field(default=None, compare=False)
    clock_day: int | None = field(default=None, compare=False)


def fold(regime: Regime | str, events: Iterable[Event], *, holidays: HolidayTable, today: date | None) -> Standing:
    """Where a request stands: its dates, and its state on ``today``.

    Events are taken in order of day, those of one day in the order given. States: not-received, waiting,
    extended, overdue, very-overdue, paused-clarification, paused-fee, lapsed, answered; without ``today`` only
    those that no day can change are known. An event later than ``today`` changes no state, though it changes
    the dates. Raises ClockRefused for an unknown regime or a due date beyond the table of bank holidays.
    """
    rules = regime_named(regime) if isinstance(regime, str) else regime
    in_order = sorted(events, key=lambda event: event.on)
    closed = [event for event in in_order if event.kind == SCHOOL_CLOSED]
    closures = tuple((event.on, event.until) for event in closed)
    told = any(event.says_all is not None for event in closed)
    in_full = tuple((event.on, event.until) for event in closed if event.says_all) if told else None
    moves = [event for event in in_order if event.kind != SCHOOL_CLOSED]
    count = Count(rules, holidays, closures=closures, in_full=in_full)
    for event in moves:
        count.add(event.kind, event.on, event.until)
    standing = now = Standing(**_dates(rules, count))
    if today is not None and moves and moves[-1].on > today:
        count = Count(rules, holidays, closures=closures, in_full=in_full)
        for event in moves:
            if event.on <= today:
                count.add(event.kind, event.on, event.until)
        now = Standing(**_dates(rules, count))
    clock_day = count.number_of(today) if today and _counts(now) else None
    state = state_on(rules, now, today=today)
    if state is None and clock_day is None:
        return standing  # as it is: this is asked of every open request when the bank holidays change
    return replace(standing, state=state, clock_day=clock_day)


def refuse_day_set_before_receipt(events: Iterable[Event]) -> None:
    """Raises ClockRefused where a last day was set that lies before the receipt which counts when all is told.

    For those who type events. `fold` does not ask it: a ledger may learn later that a letter arrived later.
    """
    events = list(events)
    received_on = max((event.on for event in events if event.kind == RECEIVED), default=None)
    for event in events:
        if event.kind == DUE_OVERRIDDEN and received_on and event.until < received_on:
            raise ClockRefused(
                f"The last day cannot be set to {day_in_words(event.until)}: the request was received only on "
                f"{day_in_words(received_on)}."
            )


def state_on(regime: Regime | str, standing: Standing, *, today: date | None) -> str | None:
    """The state on ``today`` of a request whose events gave these dates; see `fold`. Costs no counting.

    A body that no law binds is never late. For FOIA an extension is spoken of only after the ordinary date,
    which it does not move; where the law lets it move the date, from the day on which it was claimed.
    """
    rules = regime_named(regime) if isinstance(regime, str) else regime
    if standing.responded_on:
        return ANSWERED
    if standing.received_on is None:
        return NOT_RECEIVED
    if standing.fee_on and standing.fee_by and today and today > standing.fee_by:
        return LAPSED
    if standing.asked_on:
        return PAUSED_CLARIFICATION
    if today is None:
        return None
    if standing.fee_on:
        return PAUSED_FEE
    due, extended_to = standing.due, standing.extension_due
    if standing.extension_on and (extended_to is None or today <= extended_to):
        if today > due or rules.extension == MOVES_DUE:
            return EXTENDED
    if today <= due or not rules.by_law:
        return WAITING
    return VERY_OVERDUE if standing.very_overdue and today > standing.very_overdue else OVERDUE


def _counts(standing: Standing) -> bool:
    """Whether days are being counted: it arrived, was not answered, and the count is not stopped."""
    stopped = standing.asked_on or standing.fee_on or standing.responded_on
    return standing.counts_from is not None and not stopped


def regime_named(code: str) -> Regime:
    """The regime with this code; ClockRefused where there is none."""
    if code not in REGIMES:
        raise ClockRefused(f"“{code}” is not a regime. Use one of: {', '.join(REGIMES)}.")
    return REGIMES[code]


def _dates(rules: Regime, count: Count) -> dict[str, object]:
    due = count.due()
    dates = {
        "due": due,
        "received_on": count.received_on,
        "responded_on": count.responded_on,
        "counts_from": count.counts_from,
        "asked_on": count.asked_on,
        "fee_on": count.fee_on,
        "extension_on": count.extension[0] if count.extension else None,
        "earlier_due": count.earlier_due,
        "review_on": count.review_on,
        "review_outcome_on": count.outcome_on,
        "skips": tuple(count.skips),
        "closures": count.closures if rules.school else (),
        "override": count.override if due is not None else None,
        "terms_known": bool(rules.school and count.terms_known),
        "fee_by": count.fee_by,
        "flags": tuple(count.flags),
    }
    if due is not None:
        dates["due_if_receipt_rolls"] = count.due_if_receipt_rolls()
        dates["very_overdue"] = count.outer()
        dates["due_latest"] = count.outer() if rules.school else None
        dates["extension_due"] = count.extension_due()
    if rules.by_law:
        dates["review_request_by"] = count.review_request_by()
        dates |= _review(rules, count)
        dates |= _regulator(rules, count, due, dates.get("extension_due"), dates.get("review_max"))
    return dates


def _review(rules: Regime, count: Count) -> dict[str, date | None]:
    """When a review that was asked for is normally, and at the latest, answered."""
    if count.review_on is None:
        return {}
    return {
        "review_due": count.plain_nth(count.review_on, rules.review_days),
        "review_max": count.plain_nth(count.review_on, rules.review_max_days),
    }


def _regulator(
    rules: Regime, count: Count, due: date | None, extension_due: date | None, review_max: date | None
) -> dict[str, date | None]:
    """From when and until when a complaint makes sense. FOIA 2000 s.50; FOISA 2002 s.47; the regulators' guidance.

    Silence needs no review first outside Scotland; there the review is compulsory, for silence too.
    """
    if count.outcome_on:
        return {"regulator_from": count.outcome_on, "regulator_by": count.complain_by(count.outcome_on)}
    if count.responded_on is None and not rules.review_compulsory:
        if due is None:
            return {}
        ends = [count.outer() if rules.school and not count.terms_known else due]
        ends += [extension_due] if count.extension else []
        return {"regulator_from": max(ends) + ONE_DAY if all(ends) else None}
    if review_max is None:
        return {}
    by = count.complain_by(review_max) if rules.review_compulsory else None
    return {"regulator_from": review_max + ONE_DAY, "regulator_by": by}
