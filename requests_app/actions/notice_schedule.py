"""PURE: every reminder that a request may need, each with the days on which it may go. No queries, no today.

One chain of windows for each side and each thing that ends: a later or stronger reminder begins where the one
before it stops, so that days on which nothing ran heal with one message. While a letter of the authority waits to be
described, nothing says that an answer is late or due soon.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ..law.advice import review_asked_late
from ..law.clock import Standing
from ..law.days import ONE_DAY, is_working_day
from ..law.holidays import ANY_PART, HolidayTable, WorkingDays
from ..law.regimes import REGIMES, Regime
from ..models import Audience, ReminderKind, Status

REQUESTER, AUTHORITY = str(Audience.REQUESTER), str(Audience.AUTHORITY)
BOTH = (REQUESTER, AUTHORITY)
# Days before a date (working days for the authority's and for reviews), or after it.
SOON_STEPS = (5, 1)
QUESTION_STEPS = (3, 10)
FEE_STEPS = (14, 3)
UNDESCRIBED_AFTER = 5
REVIEW_WINDOW_BEFORE = 5
REGULATOR_WINDOW_BEFORE = 7
# A request for review outlasts its normal time in these two steps, where the longest time is a later one.
NORMAL_TIME, LONGEST_TIME = 0, 1
# Kinds that say that something is late.
LATE = frozenset(
    {
        ReminderKind.OVERDUE,
        ReminderKind.LONG_OVERDUE,
        ReminderKind.EXTENSION_ENDED,
        ReminderKind.REVIEW_OVERDUE,
    }
)
# Kinds that wait while the authority has written something that may be the answer: whoever answered is not pressed.
HELD_BACK = LATE | {ReminderKind.DUE_SOON, ReminderKind.REVIEW_DUE_SOON}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the reminders of one request depend on.

    ``letter_waits``: a letter that is not automatic is held for it or not yet read. ``satisfied``: the last word about
    the answer is that it was successful. ``silent``: it was brought from elsewhere, and nothing is ever sent.
    """

    regime: str
    status: str
    standing: Standing
    to_describe_since: date | None = None
    letter_waits: bool = False
    satisfied: bool = False
    silent: bool = False

    @property
    def may_be_answered(self) -> bool:
        """Whether the authority has written something that may be the answer, and nobody knows yet."""
        return self.to_describe_since is not None or self.letter_waits


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder, and from when to when it may go; both days count, and ``until_day`` None means for good."""

    kind: str
    step: int
    audience: str
    for_on: date
    from_day: date
    until_day: date | None = None

    def is_due(self, on: date) -> bool:
        return self.from_day <= on and self.still_stands(on)

    def still_stands(self, on: date) -> bool:
        """Whether nothing later or stronger has taken its place by ``on``."""
        return self.until_day is None or on <= self.until_day


def schedule(facts: Facts, *, table: HolidayTable) -> list[Notice]:
    """Every reminder this request may ever need, as far as its facts stay as they are; those that are over too."""
    if facts.silent or facts.status == Status.WITHDRAWN:
        return []
    days = _Days(table, facts.regime)
    notices = [*_question(facts), *_undescribed(facts)]
    rules = REGIMES.get(facts.regime)
    if rules is not None and rules.by_law:
        for family in (_answer, _fee, _review, _review_window, _regulator_window):
            notices += family(facts, rules, days)
    if facts.may_be_answered:
        notices = [notice for notice in notices if notice.kind not in HELD_BACK]
    return notices


def first_day(facts: Facts, *, table: HolidayTable, since: date = date.min) -> date | None:
    """The earliest day, from ``since`` on, on which any reminder begins, be it long past; None where there is none."""
    days = (notice.from_day for notice in schedule(facts, table=table))
    return min((on for on in days if on >= since), default=None)


def due(notices: Iterable[Notice], *, on: date) -> list[Notice]:
    """Those that may go on ``on``."""
    return [notice for notice in notices if notice.is_due(on)]


def next_day(notices: Iterable[Notice], *, after: date) -> date | None:
    """The first day after ``after`` on which another one may go."""
    return min((notice.from_day for notice in notices if notice.from_day > after), default=None)


def working_regimes(on: date, table: HolidayTable) -> list[str] | None:
    """The regimes in whose calendar ``on`` is a working day; None where it is one for all."""
    off = {name: not is_working_day(on, table.calendar(name)) for name in {r.calendar for r in REGIMES.values()}}
    if not any(off.values()):
        return None
    return [code for code, rules in REGIMES.items() if not off[rules.calendar]]


class _Days:
    """Working mornings in one regime's calendar. Beyond the table of holidays plain days are taken."""

    def __init__(self, table: HolidayTable, regime: str) -> None:
        calendar = REGIMES[regime].calendar if regime in REGIMES else ANY_PART
        self._days: WorkingDays = table.working_days(calendar)

    def after(self, on: date) -> date:
        """The first working morning after ``on``."""
        return self._days.nth_after(on, 1) or on + ONE_DAY

    def before(self, on: date, working_days: int) -> date:
        """The morning so many working days before ``on``."""
        return self._days.nth_before(on, working_days) or on - timedelta(days=working_days * 7 // 5)

    def by(self, on: date) -> date:
        """``on``, or the last working morning before it."""
        return on if self._days.has(on) else self._days.nth_before(on, 1) or on


def _chain(kind: str, audience: str, for_on: date, steps: Iterable[tuple[int, date]], until: date | None):
    """One after the other, each until the day before the next begins; the last until ``until``."""
    steps = list(steps)
    ends = [begins - ONE_DAY for _step, begins in steps[1:]] + [until]
    for (step, begins), end in zip(steps, ends, strict=True):
        yield Notice(kind, step, audience, for_on, begins, end)


def _answer(facts: Facts, rules: Regime, days: _Days) -> Iterator[Notice]:
    """Before and after the day by which an answer is due. An extension that stands says when to expect it."""
    at = facts.standing
    stopped = at.responded_on or at.asked_on or at.fee_on
    if facts.status != Status.AWAITING_RESPONSE or at.due is None or stopped:
        return
    if at.extension_on and at.extension_due is None:  # until when, nobody can count
        return
    extended = bool(at.extension_on and at.extension_due >= at.due)
    expected = at.extension_due if extended else at.due
    steps = [(step, days.before(expected, step)) for step in SOON_STEPS]
    yield from _chain(ReminderKind.DUE_SOON, AUTHORITY, expected, steps, expected)
    ends = [expected, at.due_if_receipt_rolls, at.due_latest if rules.school and not at.terms_known else None]
    late = days.after(max(end for end in ends if end))
    longer = days.after(at.very_overdue) if at.very_overdue else late
    kind = ReminderKind.EXTENSION_ENDED if extended else ReminderKind.OVERDUE
    for audience in BOTH:
        yield Notice(kind, 0, audience, expected, late, longer - ONE_DAY if longer > late else None)
        if longer > late:
            yield Notice(ReminderKind.LONG_OVERDUE, 0, audience, at.due, longer)


def _question(facts: Facts) -> Iterator[Notice]:
    """A question of the authority's waits for the requester."""
    asked_on = facts.standing.asked_on
    if facts.status != Status.AWAITING_CLARIFICATION or asked_on is None or facts.standing.responded_on:
        return
    steps = [(step, asked_on + timedelta(days=step)) for step in QUESTION_STEPS]
    yield from _chain(ReminderKind.CLARIFICATION_WAITING, REQUESTER, asked_on, steps, None)


def _undescribed(facts: Facts) -> Iterator[Notice]:
    """Nobody has said what a letter was. Once for each letter."""
    since = facts.to_describe_since
    if since:
        from_day = since + timedelta(days=UNDESCRIBED_AFTER)
        yield Notice(ReminderKind.WAS_THIS_THE_ANSWER, 0, REQUESTER, since, from_day)


def _fee(facts: Facts, _rules: Regime, days: _Days) -> Iterator[Notice]:
    at = facts.standing
    if facts.status == Status.ANSWERED or at.responded_on or not (at.fee_on and at.fee_by):
        return
    steps = [(step, days.by(at.fee_by - timedelta(days=step))) for step in FEE_STEPS]
    yield from _chain(ReminderKind.FEE_LAPSING, REQUESTER, at.fee_by, steps, at.fee_by)


def _review(facts: Facts, _rules: Regime, days: _Days) -> Iterator[Notice]:
    """A review that was asked for and has no outcome yet; the code of practice has a normal and a longest time.

    Nothing of one that was asked for too late: nobody has to answer it.
    """
    at = facts.standing
    if facts.status != Status.INTERNAL_REVIEW or at.review_outcome_on or not (at.review_on and at.review_due):
        return
    if review_asked_late(at):
        return
    soon = [(step, days.before(at.review_due, step)) for step in SOON_STEPS]
    yield from _chain(ReminderKind.REVIEW_DUE_SOON, AUTHORITY, at.review_due, soon, at.review_due)
    late = [(LONGEST_TIME, days.after(at.review_max or at.review_due))]
    if at.review_max and at.review_max > at.review_due:
        late.insert(0, (NORMAL_TIME, days.after(at.review_due)))
    for audience in BOTH:
        yield from _chain(ReminderKind.REVIEW_OVERDUE, audience, at.review_due, late, None)


def _review_window(facts: Facts, rules: Regime, days: _Days) -> Iterator[Notice]:
    """The last days to ask for a review: of an answer that was not plainly what was asked for, and where the review
    comes before any complaint, of silence too."""
    at = facts.standing
    answered = facts.status == Status.ANSWERED and at.responded_on and not facts.satisfied
    silence = rules.review_compulsory and facts.status == Status.AWAITING_RESPONSE and not at.responded_on
    if at.review_on or at.review_request_by is None or not (answered or silence):
        return
    from_day = days.before(at.review_request_by, REVIEW_WINDOW_BEFORE)
    yield Notice(ReminderKind.REVIEW_WINDOW, 0, REQUESTER, at.review_request_by, from_day, at.review_request_by)


def _regulator_window(facts: Facts, _rules: Regime, days: _Days) -> Iterator[Notice]:
    at = facts.standing
    if at.regulator_by is None or facts.satisfied:
        return
    from_day = days.by(at.regulator_by - timedelta(days=REGULATOR_WINDOW_BEFORE))
    yield Notice(ReminderKind.REGULATOR_WINDOW, 0, REQUESTER, at.regulator_by, from_day, at.regulator_by)
