"""Why this date: every calendar day of the count, and what each event did to it.

The words are English sentences under codes, marked for translation; who prints a page translates them there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.law.clock import (
    CLARIFICATION_REQUESTED,
    CLARIFICATION_SUPPLIED,
    DUE_OVERRIDDEN,
    EXTENSION_CLAIMED,
    FEE_PAID,
    FEES_NOTICE,
    RECEIVED,
    REVIEW_REQUESTED,
    SCHOOL_CLOSED,
    Event,
    Standing,
    fold,
    regime_named,
)
from requests_app.law.count import CLARIFICATION_LATE, EXTENSION_LATE, NO_EXTENSION, Span
from requests_app.law.days import SATURDAY, ClockRefused, day_in_words
from requests_app.law.holidays import BankHoliday, HolidayTable, beyond
from requests_app.law.regimes import ESTIMATE, Regime


@dataclass(frozen=True)
class Day:
    """One calendar day of the count: received, counted, weekend, holiday, fee or school.

    ``number`` is the working day's number, for ``counted`` alone. ``why`` is plain English; ``holidays`` has
    what it was made from, for a page that translates it.
    """

    on: date
    number: int | None
    kind: str
    why: str
    holidays: tuple[BankHoliday, ...] = ()


def explain(
    received_on: date,
    due_on: date,
    *,
    holidays: HolidayTable,
    regime: Regime | str = "foia",
    skips: Iterable[Span] = (),
    closures: Iterable[Span] = (),
) -> tuple[Day, ...]:
    """Every calendar day from receipt to the due date, each numbered or with the reason it was skipped.

    ``received_on`` is day zero of the count: receipt, or the reply to a question back. ``skips``: spans
    disregarded for a fee; ``closures``: days on which the school is closed; both ends inclusive. Empty if
    ``due_on`` is before ``received_on``. Raises ClockRefused for days beyond the table.
    """
    rules = regime_named(regime) if isinstance(regime, str) else regime
    off = holidays.calendar(rules.calendar)
    skips, closures = tuple(skips), tuple(closures)
    days: list[Day] = []
    number = 0
    for offset in range((due_on - received_on).days + 1):
        on = received_on + timedelta(days=offset)
        if not holidays.covers(on):
            raise ClockRefused(beyond(holidays))
        if offset == 0:
            days.append(Day(on, None, "received", "received"))
        elif on.weekday() >= SATURDAY:
            days.append(Day(on, None, "weekend", "weekend"))
        elif on in off:
            days.append(Day(on, None, "holiday", holidays.name_on(on), holidays.on(on)))
        elif _within(on, skips):
            days.append(Day(on, None, "fee", "the clock was stopped for a fee"))
        elif _within(on, closures):
            days.append(Day(on, None, "school", "the school is closed"))
        else:
            number += 1
            days.append(Day(on, number, "counted", f"working day {number}"))
    return tuple(days)


def _within(on: date, spans: tuple[Span, ...]) -> bool:
    return any(first <= on <= last for first, last in spans)


def sentence(day: Day) -> str:
    """One line in plain English about one day of the count."""
    words = day_in_words(day.on)
    if day.kind == "received":
        return f"{words}: the request was received. Counting starts on the next working day."
    if day.kind == "counted":
        return f"{words}: {day.why}."
    return f"{words}: not counted, {day.why}."


# ---- what each event did ----


@dataclass(frozen=True)
class Step:
    """One event and its effect. ``code`` names its sentence in STEP_WORDS, ``dates`` fill it; ``topic`` names its law.

    ``due_before`` and ``due``: the last day to answer before and after it; None while none runs.
    """

    on: date
    kind: str
    code: str
    topic: str
    dates: dict[str, date]
    due_before: date | None
    due: date | None

    @property
    def moved(self) -> bool:
        """Whether the date changed, or the clock stopped or began."""
        return self.due_before != self.due


def steps(regime: Regime | str, events: Iterable[Event], *, holidays: HolidayTable) -> tuple[Step, ...]:
    """What each event did to the count, in order of day. Raises ClockRefused as `clock.fold` does."""
    rules = regime_named(regime) if isinstance(regime, str) else regime
    in_order = sorted(events, key=lambda event: event.on)
    before = fold(rules, (), holidays=holidays, today=None)
    found = []
    for place, event in enumerate(in_order):
        after = fold(rules, in_order[: place + 1], holidays=holidays, today=None)
        code = _code(rules, event, before, after)
        dates = _named(event, before, after)
        found.append(Step(event.on, event.kind, code, TOPICS.get(event.kind, "review"), dates, before.due, after.due))
        before = after
    return tuple(found)


def _code(rules: Regime, event: Event, before: Standing, after: Standing) -> str:
    kind = event.kind
    new_flags = set(after.flags) - set(before.flags)
    if kind == RECEIVED and before.received_on:
        return "received-again" if after.received_on == event.on else "no-effect"
    if kind == CLARIFICATION_REQUESTED:
        if after.asked_on == before.asked_on:
            return "no-effect"
        return "clarification_requested-late" if CLARIFICATION_LATE in new_flags else kind
    if kind == CLARIFICATION_SUPPLIED and not before.asked_on:
        return "clarification_supplied-unasked"
    if kind == SCHOOL_CLOSED and not rules.school:
        return "no-effect"
    if kind == FEES_NOTICE:
        if after.fee_on == before.fee_on:
            return "no-effect"
        last = _last_day(before)
        return "fees_notice-late" if last and event.on > last else kind
    if kind == FEE_PAID and after.skips == before.skips:
        return "no-effect" if before.fee_on is None else "fee_paid-late"
    if kind == REVIEW_REQUESTED:
        if before.review_on and not before.review_outcome_on:
            return "no-effect"
        late = after.review_request_by and event.on > after.review_request_by
        return "ir_requested-late" if late else kind
    if kind == EXTENSION_CLAIMED:
        if NO_EXTENSION in new_flags:
            return "extension_claimed-none"
        if after.extension_on != event.on:
            return "extension_claimed-late" if EXTENSION_LATE in after.flags else "no-effect"
        is_estimate = rules.extension == ESTIMATE
        if after.due is None and not (is_estimate and event.until):
            return "extension_claimed-stopped"
        if is_estimate and after.due and after.extension_due and after.extension_due <= after.due:
            return "extension_claimed-early"
        return "extension_claimed-estimate" if is_estimate else "extension_claimed-moves"
    return kind


def _last_day(standing: Standing) -> date | None:
    """The day after which an answer is certainly late: a school's sixtieth, while nobody said when it is closed."""
    if standing.override or standing.terms_known or standing.due is None:
        return standing.due
    return standing.due_latest or standing.due


def _named(event: Event, before: Standing, after: Standing) -> dict[str, date]:
    """The days that the sentences may name."""
    named = {
        "until": event.until,
        "due": after.due,
        "old_due": _last_day(before) or after.earlier_due,
        "fee_by": after.fee_by or before.fee_by,
        "fee_on": before.fee_on,
        "extension_due": after.extension_due or (event.until if event.kind == EXTENSION_CLAIMED else None),
        "review_due": after.review_due,
        "review_max": after.review_max,
        "review_by": after.review_request_by if event.kind == REVIEW_REQUESTED else None,
    }
    return {name: on for name, on in named.items() if on is not None}


def gettext_noop(words: str) -> str:
    """Marks words for translation and gives them back as they are."""
    return words


STEP_WORDS = {
    "received": gettext_noop("The request was received. Day one is the next working day."),
    "received-again": gettext_noop("It was received at another address, and the count begins there."),
    "undelivered": gettext_noop("The letter came back undelivered. No time limit runs until it has arrived."),
    "clarification_requested": gettext_noop("The authority asked a question. The time limit stops until the reply."),
    "clarification_requested-late": gettext_noop(
        "The authority asked a question, after its earlier date of %(old_due)s had passed. The time limit stops "
        "until the reply; that the earlier date was missed stands."
    ),
    "clarification_supplied": gettext_noop("The question was replied to. The time limit starts again, in full."),
    "clarification_supplied-unasked": gettext_noop(
        "More detail was sent that nobody had asked for. It changes nothing."
    ),
    "fees_notice": gettext_noop(
        "The authority asked for a fee. The clock stops from this day until it is paid, which can be done until "
        "%(fee_by)s."
    ),
    "fees_notice-late": gettext_noop(
        "The authority asked for a fee, after its earlier date of %(old_due)s had passed. The clock stops from this "
        "day until it is paid, which can be done until %(fee_by)s; that the earlier date was missed stands."
    ),
    "fee_paid": gettext_noop("The fee was paid. The days from %(fee_on)s to this day, both included, do not count."),
    "fee_paid-late": gettext_noop("The fee was paid after its last day, %(fee_by)s. The request had lapsed."),
    "extension_claimed-estimate": gettext_noop(
        "The authority says it needs more time to weigh the public interest and expects to reply by "
        "%(extension_due)s. This does not move the date by which it must say so."
    ),
    "extension_claimed-early": gettext_noop(
        "The authority says that it weighs the public interest and expects to reply by %(extension_due)s. Its last day "
        "is %(due)s all the same, so this adds no time."
    ),
    "extension_claimed-moves": gettext_noop(
        "The authority extended its time because the request is complex and large. The last day is now %(due)s."
    ),
    "extension_claimed-stopped": gettext_noop(
        "The authority said it needs more time. No time limit runs now, so no last day follows from it yet."
    ),
    "extension_claimed-late": gettext_noop(
        "The authority said it needs more time, after the date had passed. An extension claimed late has no effect."
    ),
    "extension_claimed-none": gettext_noop("The authority said it needs more time. This law has no extension."),
    "responded": gettext_noop("The authority answered. The time limit ends."),
    "ir_requested": gettext_noop("A review was asked for. It should be answered by %(review_due)s."),
    "ir_requested-late": gettext_noop(
        "A review was asked for, after the last day for it, %(review_by)s. The authority may decline it."
    ),
    "ir_outcome": gettext_noop("The review was answered."),
    "school_closed": gettext_noop("The school is closed until %(until)s. These days do not count towards the twenty."),
    "due_overridden": gettext_noop("The last day to answer was set to %(until)s for this request alone."),
    "no-effect": gettext_noop("This changes nothing."),
}

TOPICS = {
    RECEIVED: "due",
    "undelivered": "due",
    CLARIFICATION_REQUESTED: "clarification",
    CLARIFICATION_SUPPLIED: "clarification",
    FEES_NOTICE: "fee",
    FEE_PAID: "fee",
    EXTENSION_CLAIMED: "extension",
    "responded": "due",
    SCHOOL_CLOSED: "due",
    DUE_OVERRIDDEN: "due",
}


def step_sentence(step: Step) -> str:
    """One line in plain English about one event."""
    words = {name: day_in_words(on) for name, on in step.dates.items()}
    return STEP_WORDS[step.code] % _Named(words)


class _Named(dict):
    """Names in a sentence; one that has no day beyond the table of bank holidays is told so."""

    def __missing__(self, name: str) -> str:
        return "a day that cannot be counted yet"
