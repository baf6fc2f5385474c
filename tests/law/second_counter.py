"""A second count of every date, slow and plain, to hold against `requests_app.law`.

It shares no code with the product and is built the other way round. The product reasons about dates; this
walks the calendar one day at a time with a few switches (is there a receipt, is a question open, is a fee
open) and a tally, and writes down the day on which a tally reaches 20, 40 or 60. It reads the shipped file of
bank holidays by itself.

Where the statutes leave an order open, the reading is said beside the line that needs it.
"""

import csv
from calendar import monthrange
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FILE = Path(__file__).parents[2] / "requests_app" / "law" / "data" / "bank_holidays_uk.csv"
LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SIX_WEEKS = timedelta(days=42)

SCOTTISH = {"foisa", "eir-scotland"}
ENVIRONMENT = {"eir", "eir-scotland"}
REVIEW_DAYS = {"foia": (20, 40), "foia-school": (20, 40), "eir": (40, 40), "foisa": (20, 20), "eir-scotland": (20, 20)}
KINDS = {
    "received",
    "undelivered",
    "clarification_requested",
    "clarification_supplied",
    "fees_notice",
    "fee_paid",
    "extension_claimed",
    "responded",
    "ir_requested",
    "ir_outcome",
    "school_closed",
}
DATES = (
    "due",
    "due_if_receipt_rolls",
    "due_latest",
    "very_overdue",
    "extension_due",
    "fee_by",
    "review_request_by",
    "review_due",
    "review_max",
    "regulator_from",
    "regulator_by",
)


class CannotCount(Exception):
    """There is no honest answer: beyond the list of bank holidays, or a question that means nothing."""


def _worked_days() -> tuple[set[date], set[date], date, date]:
    """Days worked everywhere in the UK, days worked in Scotland, and the first and last day known."""
    anywhere, scotland, known = set(), set(), []
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["date"])
            known.append(day)
            if row["status"] == "not_proclaimed":
                continue
            anywhere.add(day)
            if row["scotland"] == "1":
                scotland.add(day)
    first, last = date(min(known).year, 1, 1), date(max(known).year, 12, 31)
    uk_worked, scotland_worked = set(), set()
    day = first
    while day <= last:
        if day.weekday() < 5 and day not in anywhere:
            uk_worked.add(day)
        if day.weekday() < 5 and day not in scotland:
            scotland_worked.add(day)
        day += ONE_DAY
    return uk_worked, scotland_worked, first, last


UK_WORKED, SCOTLAND_WORKED, FIRST, LAST = _worked_days()


def answer(asked: dict) -> dict:
    """The published dates, flags and state for ``{"regime", "events", "today"?}``, or ``{"error": why}``."""
    try:
        return _answer(asked)
    except CannotCount as refused:
        return {"error": str(refused)}


def _answer(asked: dict) -> dict:
    regime = asked.get("regime")
    if regime not in REVIEW_DAYS:
        raise CannotCount("unknown regime")
    events, closures = [], []
    for event in asked["events"]:
        kind = event.get("t")
        if kind not in KINDS:
            raise CannotCount("unknown event")
        if kind == "school_closed":
            first, last = _day(event.get("from")), _day(event.get("to"))
            if last < first:
                raise CannotCount("a school that opens before it closes")
            closures.append((first, last))
        else:
            until = None if event.get("until") is None else _day(event["until"])
            events.append((_day(event.get("at")), kind, until))
    events.sort(key=lambda event: event[0])  # things of one day stay in the order in which they were told
    closed = closures if regime == "foia-school" else []

    whole = Walk(regime, closed)
    whole.go(events)
    found = whole.dates()
    found["flags"] = list(whole.flags)
    found["state"] = _state(regime, closed, events, whole, asked.get("today"))
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items()}


def _state(regime, closed, events, whole, today):
    """What may be said on a day: that day knows nothing of what happens after it.

    With no day given only what no day can change is said.
    """
    if today is None:
        return whole.lasting_state()
    day = _day(today)
    known = Walk(regime, closed)
    known.go([event for event in events if event[0] <= day])
    return known.state_on(day)


def _day(said) -> date:
    """The day in London of an ISO date or moment."""
    try:
        if len(said) == 10:
            return date.fromisoformat(said)
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo is None else moment.astimezone(LONDON)).date()
    except (TypeError, ValueError, OverflowError) as mistake:
        raise CannotCount("not a day") from mistake


class Tally:
    """One run of counting, from the day of a receipt (or of the particulars that were asked for)."""

    def __init__(self, start: date) -> None:
        self.start = start
        self.worked = 0  # working days counted, day 1 being the first after the start
        self.taught = 0  # of those, the days with a session at school
        self.rolled_begun = False  # the grace count begins on the first working day not before the start
        self.rolled_worked = 0
        self.rolled_taught = 0
        self.due = None  # without any extension
        self.rolled_due = None
        self.fortieth = None
        self.sixtieth = None
        self.extended = False
        self.until = None
        self.lost = False  # it ran on days of which nobody knows whether they count
        self.environment_due = None  # EIR: the end of the extended time

    @property
    def blind(self) -> bool:
        """Whether it starts where nobody knows the bank holidays."""
        return not FIRST <= self.start <= LAST


class Walk:
    """The calendar, walked once; everything known about one request at the end of it."""

    def __init__(self, regime: str, closures: list[tuple[date, date]]) -> None:
        self.regime = regime
        self.closures = closures
        self.worked_days = SCOTLAND_WORKED if regime in SCOTTISH else UK_WORKED
        # Letters that somebody wrote stay written, whatever became of the delivery.
        self.answered_on = None
        self.last_answer_on = None
        self.review_on = None
        self.outcome_on = None
        self.forget()

    def forget(self) -> None:
        """Back to a letter that nobody has received: what came before it never happened."""
        self.tally = None
        self.question_open = False
        self.fee_open = False
        self.fee_by = None
        self.fee_touched_on = None
        self.flags = []

    # ---- walking ----

    def go(self, events: list[tuple]) -> None:
        """From the first event until the last one is past and no tally has anything left to reach."""
        if not events:
            return
        day, waiting = max(min(events[0][0], LAST), FIRST), list(events)
        while day <= LAST:
            while waiting and waiting[0][0] <= day:
                self.happens(*waiting.pop(0))
            self.count(day)
            if not waiting and self.settled():
                return
            day += ONE_DAY
        for event in waiting:  # after the last known day nothing can be counted, but things still happen
            if self.tally is not None and not self.stopped:
                self.tally.lost = True
            self.happens(*event)

    def settled(self) -> bool:
        """Whether no further day could change a date."""
        tally = self.tally
        return tally is None or self.stopped or (tally.sixtieth is not None and tally.rolled_due is not None)

    @property
    def stopped(self) -> bool:
        return self.question_open or self.fee_open

    def count(self, day: date) -> None:
        """Close one day: after what happened on it, does it count?"""
        tally = self.tally
        if tally is None or tally.blind or day not in self.worked_days:
            return
        rolled_counts = tally.rolled_begun
        tally.rolled_begun = True
        if self.stopped or self.fee_touched_on == day:
            return  # both the day of the notice and the day of payment are disregarded: s.10(2)
        at_school = not any(first <= day <= last for first, last in self.closures)
        if day > tally.start:
            tally.worked += 1
            tally.taught += at_school
            self.mark(tally, day)
        if rolled_counts:
            tally.rolled_worked += 1
            tally.rolled_taught += at_school
            if tally.rolled_due is None and (tally.rolled_taught == 20 or tally.rolled_worked == 60):
                tally.rolled_due = day

    def mark(self, tally: Tally, day: date) -> None:
        if tally.due is None and (tally.taught == 20 or tally.worked == 60):
            tally.due = day
        if tally.worked == 40:
            tally.fortieth = day
        if tally.worked == 60:
            tally.sixtieth = day
        # EIR reg 7: the authority's own day, but not before the ordinary one nor after forty. A day it names
        # on which nobody works is met by the next day that counts.
        promised = tally.until is not None and day >= tally.until
        if tally.extended and tally.environment_due is None and tally.worked >= 20:
            if promised or tally.worked == 40:
                tally.environment_due = day

    # ---- what happens ----

    def happens(self, day: date, kind: str, until: date | None) -> None:
        getattr(self, kind)(day, until)

    def received(self, day, until) -> None:
        if self.answered_on is None or self.tally is None:  # an answer proves that an earlier receipt was one
            self.forget()
            self.tally = Tally(day)

    def undelivered(self, day, until) -> None:
        if self.answered_on is None:
            self.forget()

    @property
    def running(self) -> bool:
        """Received and not answered: steps of the authority mean something."""
        return self.tally is not None and self.answered_on is None

    def clarification_requested(self, day, until) -> None:
        if self.running and not self.question_open:
            environment = self.regime in ENVIRONMENT and self.tally.extended
            end = self.tally.environment_due if environment else self.limit
            if self.late(day, end):
                self.flag("clarification-late")
            self.question_open = True

    def clarification_supplied(self, day, until) -> None:
        if self.running and self.question_open:  # detail that nobody asked for changes nothing
            self.question_open = False
            self.tally = Tally(day)  # from zero, and an extension of the old count went with it

    def fees_notice(self, day, until) -> None:
        if self.running and not self.fee_open:
            self.fee_open = True
            self.fee_touched_on = day
            self.fee_by = self.last_day_to_pay(day)

    def fee_paid(self, day, until) -> None:
        # Paid too late is not "paid in accordance with section 9(2)".
        if self.running and self.fee_open and (self.fee_by is None or day <= self.fee_by):
            self.fee_open = False
            self.fee_touched_on = day
            self.fee_by = None

    def extension_claimed(self, day, until) -> None:
        if not self.running:
            return
        if self.regime == "foisa":
            self.flag("no-extension-in-foisa")
        elif self.question_open:
            pass  # no time is running that could be extended
        elif self.late(day, self.limit):
            self.flag("extension-late")
        else:
            self.tally.extended = True
            self.tally.until = until

    def responded(self, day, until) -> None:
        if self.answered_on is None:
            self.answered_on = day
        self.last_answer_on = day

    def ir_requested(self, day, until) -> None:
        if self.review_on is None or self.outcome_on is not None:
            self.review_on, self.outcome_on = day, None

    def ir_outcome(self, day, until) -> None:
        if self.review_on is not None:
            self.outcome_on = day

    def flag(self, code: str) -> None:
        if code not in self.flags:
            self.flags.append(code)

    @property
    def limit(self) -> date | None:
        """The day after which the authority is certainly late, if it was reached.

        A school whose terms nobody has told may have until the sixtieth day.
        """
        return self.tally.sixtieth if self.terms_unknown else self.tally.due

    @property
    def terms_unknown(self) -> bool:
        return self.regime == "foia-school" and not self.closures

    def late(self, day: date, end: date | None) -> bool:
        """Whether a limit was reached on a day before this one; the day itself is not counted yet."""
        if end is None and (self.tally.blind or self.tally.lost):
            raise CannotCount("beyond the list of bank holidays")
        return end is not None and end < day

    def last_day_to_pay(self, notice: date) -> date | None:
        """FOIA s.9(2): three months that begin with the notice. EIR reg 8: sixty working days after it."""
        if self.regime in ENVIRONMENT:
            return self.after(notice, 60)
        return _months_after(notice, 3, inclusive=True)

    def after(self, start: date | None, days: int) -> date | None:
        """The working day that is so many after the start; None without a start or beyond what is known."""
        if start is None or not FIRST <= start <= LAST:
            return None
        day, counted = start, 0
        while counted < days:
            day += ONE_DAY
            if day > LAST:
                return None
            counted += day in self.worked_days
        return day

    # ---- what is known at the end ----

    @property
    def due(self) -> date | None:
        if self.tally is None or self.stopped:
            return None
        if self.regime in ENVIRONMENT and self.tally.extended:
            return self.tally.environment_due
        return self.tally.due

    @property
    def extension_due(self) -> date | None:
        if self.tally is None or self.stopped or not self.tally.extended:
            return None
        if self.regime in ENVIRONMENT:
            return self.due
        if self.tally.until:
            return self.tally.until
        if self.tally.fortieth is None:
            return None
        return max(self.tally.fortieth, self.tally.due or LAST)  # more time never ends before the ordinary time

    @property
    def very_overdue(self) -> date | None:
        if self.tally is None or self.stopped:
            return None
        if self.regime == "foisa":
            return self.tally.due
        return self.tally.sixtieth if self.regime == "foia-school" else self.tally.fortieth

    def dates(self) -> dict:
        """Every published date; raises CannotCount where the day an answer is due lies beyond what is known."""
        found = dict.fromkeys(DATES)
        running = self.tally is not None and not self.stopped
        if running and self.due is None:
            raise CannotCount("beyond the list of bank holidays")
        if running:
            found["due"] = self.due
            found["due_if_receipt_rolls"] = self.tally.rolled_due
            found["very_overdue"] = self.very_overdue
            found["extension_due"] = self.extension_due
            if self.regime == "foia-school":
                found["due_latest"] = self.tally.sixtieth
        found["fee_by"] = self.fee_by
        found["review_request_by"] = self.review_request_by()
        self.after_review(found)
        return found

    def review_request_by(self) -> date | None:
        answer = self.last_answer_on
        if self.regime == "foisa":  # s.20(5): an early answer does not bring it forward
            start = max((day for day in (self.due, answer) if day), default=None)
        elif self.regime in ENVIRONMENT:
            start = answer or self.due
        else:
            start = answer
        return self.after(start, 40)

    def after_review(self, found: dict) -> None:
        """When a review is due, and when the regulator may be asked."""
        found["regulator_from"] = self.regulator_without_review()
        if self.review_on is None:
            return
        normal, longest = REVIEW_DAYS[self.regime]
        found["review_due"] = self.after(self.review_on, normal)
        found["review_max"] = self.after(self.review_on, longest)
        if self.outcome_on:
            found["regulator_from"] = self.outcome_on
            if self.regime in SCOTTISH:
                found["regulator_by"] = _months_after(self.outcome_on, 6)
            else:
                found["regulator_by"] = self.outcome_on + SIX_WEEKS
        elif found["review_max"]:
            # Outside Scotland silence needs no review, so asking for one takes nothing away and gives nothing.
            if self.answered_on or self.regime in SCOTTISH:
                found["regulator_from"] = found["review_max"] + ONE_DAY
            if self.regime in SCOTTISH:
                found["regulator_by"] = _months_after(found["review_max"], 6)

    def regulator_without_review(self) -> date | None:
        """Silence may be complained of at once, outside Scotland; an answer wants a review first."""
        if self.tally is None or self.answered_on or self.stopped or self.regime in SCOTTISH:
            return None
        ends = [self.due]
        if self.terms_unknown:
            ends.append(self.tally.sixtieth)
        if self.tally.extended:
            ends.append(self.extension_due)
        return None if None in ends else max(ends) + ONE_DAY

    # ---- states ----

    def lasting_state(self) -> str | None:
        if self.answered_on:
            return "answered"
        if self.tally is None:
            return "not-received"
        return "paused-clarification" if self.question_open else None

    def state_on(self, today: date) -> str:
        if self.running and self.fee_open and self.fee_by and today > self.fee_by:
            return "lapsed"
        lasting = self.lasting_state()
        if lasting is not None:
            return lasting
        if self.fee_open:
            return "paused-fee"
        if self.due is None:
            raise CannotCount("beyond the list of bank holidays")
        if today <= self.due:
            moved = self.regime in ENVIRONMENT and self.tally.extended
            return "extended" if moved else "waiting"
        if self.tally.extended and (self.extension_due is None or today <= self.extension_due):
            return "extended"
        if self.very_overdue is None or today <= self.very_overdue:
            return "overdue"
        return "very-overdue"


def _months_after(day: date, months: int, *, inclusive: bool = False) -> date:
    """The same day of a later month, or its last where it has none such.

    ``inclusive`` counts the first day as part of the period, so the period ends a day earlier, except where
    the month is too short: three months that begin on 30 November end with February.
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = monthrange(year, month)[1]
    if day.day > last:
        return date(year, month, last)
    found = date(year, month, day.day)
    return found - ONE_DAY if inclusive else found
