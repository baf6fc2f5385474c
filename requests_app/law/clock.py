"""How long an authority has: working days, the due date, where a request stands, and why.

Receipt is day zero, even on a Sunday; day one is the next working day; an answer on day twenty is in
time until midnight in London, and late from the next calendar day (FOIA 2000 s.10(1), s.10(6)). Today is
always an argument. Where the table of bank holidays ends, or where a rule is not built, the clock refuses.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from requests_app.law.holidays import BankHoliday, HolidayTable
from requests_app.law.regimes import REGIMES, Regime

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5

RECEIVED = "received"
UNDELIVERED = "undelivered"
RESPONDED = "responded"
EVENT_KINDS = (
    RECEIVED,
    UNDELIVERED,
    "clarification_requested",
    "clarification_supplied",
    "fees_notice",
    "fee_paid",
    "extension_claimed",
    RESPONDED,
    "ir_requested",
    "ir_outcome",
    "school_closed",
)
HANDLED = frozenset({RECEIVED, UNDELIVERED, RESPONDED})


class ClockRefused(ValueError):
    """No date can be given honestly. The message says why and what to do, in plain English."""


# ---- days ----


def london_day(value: str | date | datetime) -> date:
    """The calendar day in London of a day, a moment, or either written in ISO 8601.

    A moment with an offset is converted: 23:30 UTC in June is the next day. Text without an offset is read
    as London time; a datetime without one is a mistake in the caller, TypeError. Raises ClockRefused
    for text that is no day.
    """
    if isinstance(value, str):
        return _day_in_words(value)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise TypeError("A moment needs its time zone before its day can be known.")
    return value.astimezone(LONDON).date()


def _day_in_words(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
        return london_day(moment if moment.tzinfo else moment.replace(tzinfo=LONDON))
    except (ValueError, OverflowError):
        raise ClockRefused(f"“{text}” is not a day. Write it like 2011-06-16 or 2011-06-16T10:12:00Z.") from None


def is_working_day(on: date, bank_holidays: frozenset[date]) -> bool:
    """Neither Saturday, nor Sunday, nor a bank holiday of the law's calendar. FOIA 2000 s.10(6)."""
    return on.weekday() < SATURDAY and on not in bank_holidays


def working_days_after(start: date, bank_holidays: frozenset[date]) -> Iterator[date]:
    """Each working day after ``start``, for ever; ``start`` itself never counts."""
    on = start
    while True:
        on += ONE_DAY
        if is_working_day(on, bank_holidays):
            yield on


def nth_working_day(start: date, number: int, *, bank_holidays: frozenset[date]) -> date:
    """The working day with this number, where the first working day after ``start`` is number one."""
    return next(islice(working_days_after(start, bank_holidays), number - 1, None))


def working_days_between(start: date, end: date, *, bank_holidays: frozenset[date]) -> int:
    """How many working days there are after ``start``, up to and including ``end``; else 0."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(on, bank_holidays) for on in days)


def response_due(received_on: date, *, bank_holidays: frozenset[date]) -> date:
    """Last day on which an answer is in time: the twentieth working day after receipt.

    Receipt is day zero, even on a Sunday. FOIA 2000 s.10(1), s.10(6).
    """
    return nth_working_day(received_on, 20, bank_holidays=bank_holidays)


# ---- where a request stands ----


@dataclass(frozen=True)
class Event:
    """One thing that the clock must know, on a day in London.

    ``until``: the authority's own estimate for ``extension_claimed``; the last day of ``school_closed``.
    """

    kind: str
    on: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise ClockRefused(f"“{self.kind}” is not an event. Use one of: {', '.join(EVENT_KINDS)}.")


@dataclass(frozen=True)
class Standing:
    """What follows from the events. None means: not now, not under this law, or beyond the table.

    due: last day to answer; None while the clock is stopped.
    due_if_receipt_rolls: the same if receipt on a day off counts as the next working day (the 2018 Code,
        para 4.2, read strictly). Never shown; a reminder waits for the later of the two.
    due_latest: schools only, the sixtieth working day.
    very_overdue: every normal timetable has run out after this day.
    extension_due: when an extended answer is expected.
    fee_by: last day to pay.
    review_request_by, review_due, review_max: last day to ask for an internal review; when it is normally
        answered; when at the latest.
    regulator_from, regulator_by: first sensible and last day for a complaint.
    flags: codes that the page explains. state: see `fold`; None where it depends on a day not given.
    clock_day: the number of today's working day, or on a day off of the last one before; None once answered.
    """

    received_on: date | None = None
    responded_on: date | None = None
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
    clock_day: int | None = None


@dataclass(frozen=True)
class _Facts:
    """What the events leave standing once voided receipts are gone."""

    received_on: date | None = None
    responded_on: date | None = None
    last_response_on: date | None = None


def fold(regime: Regime | str, events: Iterable[Event], *, holidays: HolidayTable, today: date | None) -> Standing:
    """Where a request stands: its dates, and its state on ``today``.

    Events are taken in order of day, those of one day in the order given. States: not-received, waiting,
    overdue, very-overdue, answered; without ``today`` only the first and the last can be known. An event
    later than ``today`` changes no state. A regime that is not implemented gets no dates and no state.
    Raises ClockRefused for an unknown regime, an event whose rule is not built, or a date beyond the table.
    """
    rules = regime_named(regime) if isinstance(regime, str) else regime
    in_order = sorted(events, key=lambda event: event.on)
    if not rules.implemented:
        return Standing()
    facts = _facts(in_order)
    standing = Standing(received_on=facts.received_on, responded_on=facts.responded_on)
    if facts.received_on:
        standing = replace(standing, **_dates(rules, facts, holidays))
    standing = replace(standing, state=_state(rules, standing, today))
    return replace(standing, clock_day=_clock_day(rules, standing, holidays, today))


def regime_named(code: str) -> Regime:
    """The regime with this code; ClockRefused where there is none."""
    if code not in REGIMES:
        raise ClockRefused(f"“{code}” is not a regime. Use one of: {', '.join(REGIMES)}.")
    return REGIMES[code]


def _facts(events: Iterable[Event]) -> _Facts:
    """Read the events that are handled; a later receipt replaces an earlier one, a bounce voids it.

    After an answer neither can: what was answered had arrived. A receipt that is only noted after the answer,
    where there was none before, still counts.
    """
    facts = _Facts()
    for event in events:
        if event.kind not in HANDLED:
            raise ClockRefused(f"This clock does not know the rule for “{event.kind}” yet, so it gives no date.")
        if event.kind == RESPONDED:
            facts = replace(facts, responded_on=facts.responded_on or event.on, last_response_on=event.on)
        elif event.kind == RECEIVED and (facts.received_on is None or not facts.responded_on):
            facts = replace(facts, received_on=event.on)
        elif event.kind == UNDELIVERED and not facts.responded_on:
            facts = replace(facts, received_on=None)
    return facts


def _dates(rules: Regime, facts: _Facts, holidays: HolidayTable) -> dict[str, date | None]:
    off = holidays.calendar(rules.calendar)
    received_on = facts.received_on

    def nth(start: date, number: int | None) -> date | None:
        """As `nth_working_day`, but None beyond the table, or without a number."""
        if number is None or not holidays.covers(start):
            return None
        on = nth_working_day(start, number, bank_holidays=off)
        return on if holidays.covers(on) else None

    due = nth(received_on, rules.days)
    if due is None:
        raise ClockRefused(_beyond(holidays))
    rolled = received_on if is_working_day(received_on, off) else nth(received_on, 1)
    dates = {
        "due": due,
        "due_if_receipt_rolls": nth(rolled, rules.days),
        "very_overdue": nth(received_on, rules.very_overdue_days),
    }
    if facts.responded_on:
        dates["review_request_by"] = nth(facts.last_response_on, rules.review_request_days)
    elif rules.regulator:
        dates["regulator_from"] = due + ONE_DAY
    return dates


def _state(rules: Regime, standing: Standing, today: date | None) -> str | None:
    if standing.responded_on and (today is None or standing.responded_on <= today):
        return "answered"
    if standing.received_on is None or (today and today < standing.received_on):
        return "not-received"
    if today is None:
        return None
    if not rules.by_law or today <= standing.due:
        return "waiting"
    return "very-overdue" if standing.very_overdue and today > standing.very_overdue else "overdue"


def _clock_day(rules: Regime, standing: Standing, holidays: HolidayTable, today: date | None) -> int | None:
    running = standing.state in ("waiting", "overdue", "very-overdue")
    if not running or not holidays.covers(today):
        return None
    off = holidays.calendar(rules.calendar)
    return working_days_between(standing.received_on, today, bank_holidays=off)


def _beyond(holidays: HolidayTable) -> str:
    if not holidays.days:
        return "The table of bank holidays is empty, so no date can be counted. Load the bank holidays first."
    return (
        f"Bank holidays are known from {day_in_words(holidays.first_on)} to "
        f"{day_in_words(holidays.ends_on)}, so this date "
        "cannot be counted. Add the missing bank holidays and try again."
    )


# ---- why this date ----


@dataclass(frozen=True)
class Day:
    """One calendar day of the count: received, counted, weekend or holiday.

    ``number`` is the working day's number, for ``counted`` alone. ``why`` is plain English; ``holidays`` has
    what it was made from, for a page that translates it.
    """

    on: date
    number: int | None
    kind: str
    why: str
    holidays: tuple[BankHoliday, ...] = ()


def explain(
    received_on: date, due_on: date, *, holidays: HolidayTable, regime: Regime | str = "foia"
) -> tuple[Day, ...]:
    """Every calendar day from receipt to the due date, each numbered or with the reason it was skipped.

    Empty if ``due_on`` is before ``received_on``. Raises ClockRefused for days beyond the table.
    """
    rules = regime_named(regime) if isinstance(regime, str) else regime
    off = holidays.calendar(rules.calendar)
    days: list[Day] = []
    number = 0
    for offset in range((due_on - received_on).days + 1):
        on = received_on + timedelta(days=offset)
        if not holidays.covers(on):
            raise ClockRefused(_beyond(holidays))
        if offset == 0:
            days.append(Day(on, None, "received", "received"))
        elif on.weekday() >= SATURDAY:
            days.append(Day(on, None, "weekend", "weekend"))
        elif on in off:
            days.append(Day(on, None, "holiday", holidays.name_on(on), holidays.on(on)))
        else:
            number += 1
            days.append(Day(on, number, "counted", f"working day {number}"))
    return tuple(days)


def day_in_words(on: date) -> str:
    """A day as people read it: Friday 15 July 2011."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def sentence(day: Day) -> str:
    """One line in plain English about one day of the count."""
    words = day_in_words(day.on)
    if day.kind == "received":
        return f"{words}: the request was received. Counting starts on the next working day."
    if day.kind == "counted":
        return f"{words}: {day.why}."
    return f"{words}: not counted, {day.why}."
