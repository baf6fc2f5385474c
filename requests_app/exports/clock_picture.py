"""The clock drawn: where each working day, holiday and flag stands on a line.

Holds places and days, never words: the template prints the words, so that they can be translated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from requests_app.exports.clock_drawing import Drawing, Label, Mark, Segment

LATE_COLUMNS = 10  # days drawn after the flag; a longer delay is cut, and the cut shown
UPPER, LOWER = "upper", "lower"


class Day(Protocol):
    """One day as the clock explains it: ``number`` is None for a day not counted, ``why`` names a holiday."""

    on: date
    number: int | None
    kind: str  # received, counted, weekend, holiday, fee or school
    why: str


@dataclass(frozen=True)
class LeftOut:
    """Days that do not count because of a fee or because the school is closed; ``kind`` is fee or school.

    From the first to the last, both included; weekends and bank holidays may lie between.
    """

    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class ClockPicture:
    """A clock for wide pages and one for phones, with the facts that both show.

    ``began_again``: the line begins when a question was answered, and the request was received before.
    ``day_number`` is the last counted day up to today (or to the answer); None before the first.
    ``today_counts`` is False on a weekend or holiday. ``holidays`` are those between receipt and due, ``left_out``
    what else does not count there.
    """

    wide: Drawing
    narrow: Drawing
    received_on: date
    due_on: date
    today: date
    answered_on: date | None
    day_number: int | None
    total_days: int
    today_counts: bool
    is_late: bool
    holidays: tuple[Mark, ...]
    left_out: tuple[LeftOut, ...] = ()
    began_again: bool = False


def clock_picture(
    days: Iterable[Day],
    today: date,
    *,
    due_on: date | None = None,
    answered_on: date | None = None,
    received_on: date | None = None,
) -> ClockPicture:
    """Draw the days from receipt to the due day, and on to today where that is later.

    ``days`` are in order, first the one that the count begins after: that of receipt, which ``received_on`` need only
    tell where the count began again after it. ``due_on`` is the last counted day unless given.
    With ``answered_on`` the picture stops there: days after it stay open and nothing is late unless
    the answer came after ``due_on``. Raises ValueError where there is no day of receipt or none counted.
    """
    given = sorted(days, key=lambda d: d.on)
    counted = [d for d in given if d.number is not None and d.kind == "counted"]
    if not given or not counted or given[0].kind != "received":
        raise ValueError("a clock needs the day of receipt first and at least one counted day")
    due_on = due_on or counted[-1].on
    now = min(today, answered_on) if answered_on else today
    until_due = [d for d in given if d.on <= due_on]
    passed = [d for d in counted if d.on <= min(now, due_on)]
    late_until = now if now > due_on else None
    at = [d for d in until_due if d.on == now]
    plan = _Plan(
        days=until_due,
        now=now,
        due_on=due_on,
        late=_late_days(given, due_on, late_until),
        late_total=(late_until - due_on).days if late_until else 0,
        answered=answered_on is not None and answered_on <= today,
    )
    wide = _draw(plan, _WIDE)
    return ClockPicture(
        wide=wide,
        narrow=_draw(plan, _NARROW),
        received_on=given[0].on,
        due_on=due_on,
        today=today,
        answered_on=answered_on if answered_on and answered_on <= today else None,
        day_number=passed[-1].number if passed else None,
        total_days=max(d.number for d in counted if d.on <= due_on),
        today_counts=bool(at and at[0].kind == "counted"),
        is_late=late_until is not None,
        holidays=tuple(mark for mark in wide.marks if mark.kind == "holiday"),
        left_out=_left_out(until_due),
        began_again=received_on is not None and received_on != given[0].on,
    )


def _left_out(days: Iterable[Day]) -> tuple[LeftOut, ...]:
    """Runs of days left out for one reason: a day that counts, or another reason, ends them."""
    found: list[LeftOut] = []
    runs = False
    for day in days:
        if day.kind in ("fee", "school"):
            if runs and found[-1].kind == day.kind:
                found[-1] = replace(found[-1], last=day.on)
            else:
                found.append(LeftOut(day.kind, day.on, day.on))
            runs = True
        elif day.kind not in ("weekend", "holiday"):
            runs = False
    return tuple(found)


@dataclass(frozen=True)
class _Size:
    """What differs between a wide page and a phone. Words are measured by a mean letter's width."""

    width: int
    letter: float
    dot: float
    holiday_names: bool
    numbers: bool


_WIDE = _Size(width=1000, letter=9, dot=5, holiday_names=True, numbers=True)
_NARROW = _Size(width=320, letter=9, dot=3.6, holiday_names=False, numbers=False)


@dataclass(frozen=True)
class _Plan:
    days: Sequence[Day]
    now: date
    due_on: date
    late: Sequence[date]
    late_total: int
    answered: bool


def _late_days(given: Sequence[Day], due_on: date, until: date | None) -> list[date]:
    """Days after the due day up to ``until``, at most LATE_COLUMNS; the working ones among them.

    Where the caller's days go on past the due day they say which count; else Monday to Friday do.
    """
    if until is None:
        return []
    known = {d.on: d.kind == "counted" for d in given}
    span = min((until - due_on).days, LATE_COLUMNS)
    on = [due_on + timedelta(days=i) for i in range(1, span + 1)]
    return [d for d in on if known.get(d, d.weekday() < 5)]


def _draw(plan: _Plan, size: _Size) -> Drawing:
    start = plan.days[0].on
    span_late = min(plan.late_total, LATE_COLUMNS)
    columns = max((plan.due_on - start).days + span_late, 1)
    edge = size.dot + 3
    step = (size.width - 2 * edge) / columns
    radius = max(1.5, min(size.dot, step * 0.36))

    def x(on: date) -> float:
        return edge + step * min((on - start).days, columns)

    marks = _marks(plan, x)
    segments = _segments(plan, marks, x)
    cut = plan.late_total > LATE_COLUMNS
    labels, tiers = _labels(plan, marks, size, x)
    above = 80 if UPPER in tiers else 42
    line_y = above + 4
    placed = tuple(replace(label, y=line_y + label.y) for label in labels)
    return Drawing(
        width=size.width,
        height=line_y + 56,
        line_y=line_y,
        radius=radius,
        marks=tuple(marks),
        segments=tuple(segments),
        labels=placed,
        cut_x=x(plan.due_on) + step * (LATE_COLUMNS - 1) if cut else None,
    )


def _marks(plan: _Plan, x) -> list[Mark]:
    marks = [Mark(x(plan.days[0].on), "received", plan.days[0].on)]
    for d in plan.days:
        if d.kind == "holiday":
            marks.append(Mark(x(d.on), "holiday", d.on, name=d.why))
        elif d.kind == "counted":
            marks.append(Mark(x(d.on), "passed" if d.on <= plan.now else "open", d.on, d.number))
    marks += [Mark(x(on), "late", on) for on in plan.late]
    marks.append(Mark(x(plan.due_on), "due", plan.due_on))
    if plan.now >= plan.days[0].on:
        marks.append(Mark(x(plan.now), "answered" if plan.answered else "today", plan.now))
    return marks


def _segments(plan: _Plan, marks: Sequence[Mark], x) -> list[Segment]:
    """Runs of following working days are a line; weekends and holidays between them are gaps."""
    solid = [m for m in marks if m.kind in ("received", "passed", "open")]
    segments = []
    for left, right in pairwise(solid):
        if (right.on - left.on).days > 1:
            kind = "gap"
        else:
            kind = "ahead" if right.kind == "open" else "gone"
        if segments and segments[-1].kind == kind != "gap":
            segments[-1] = replace(segments[-1], x2=right.x)
        else:
            segments.append(Segment(left.x, right.x, kind))
    if plan.late_total:
        segments.append(Segment(x(plan.due_on), x(plan.now), "late"))
    return segments


def _labels(plan: _Plan, marks: Sequence[Mark], size: _Size, x) -> tuple[list[Label], set[str]]:
    """Words above the line in two tiers so that none meet; what finds no room is said in the text only.

    The y of each label here is measured from the line, up being negative.
    """
    due_x, now_kind = x(plan.due_on), "answered" if plan.answered else "today"
    row = _Rows(size.width, due_x)
    for mark in marks:
        if mark.kind == now_kind:
            row.place(mark, _now_chars(plan) * size.letter, {LOWER: -24, UPPER: -58}, beside_flag=True)
    if size.holiday_names:
        for mark in marks:
            if mark.kind == "holiday":
                row.place(mark, max(len(mark.name or ""), 14) * size.letter, {LOWER: -33, UPPER: -70})
    labels = [*row.labels, Label(0, 29, "start", "received", plan.days[0].on)]
    due_half = 7 * size.letter
    due_at_end = due_x + due_half > size.width
    labels.append(Label(size.width if due_at_end else due_x, 29, "end" if due_at_end else "middle", "due", plan.due_on))
    if size.numbers:
        every = 5 if len(plan.days) < 45 else 10
        labels += [
            Label(m.x, 24, "middle", "number", m.on, number=m.number)
            for m in marks
            if m.number and m.number % every == 0 and 120 < m.x < due_x - 2 * due_half
        ]
    return labels, set(row.tiers)


def _now_chars(plan: _Plan) -> int:
    """Letters in the words at today's place, as English has them."""
    if plan.answered:
        return len("Answered Wed 30 September")
    if plan.late_total or plan.now < plan.days[1].on:
        return len("Today")
    counts = any(d.on == plan.now and d.kind == "counted" for d in plan.days)
    return len("Today: day 20 of 20") if counts else len("Today: 20 of 20 days gone")


class _Rows:
    """Two rows above the line, the flag already in the lower one; each label takes the first place free."""

    def __init__(self, width: float, due_x: float) -> None:
        self.width, self.due_x = width, due_x
        self.taken = {LOWER: [(due_x - 26, due_x + 4)], UPPER: []}
        self.labels: list[Label] = []
        self.tiers = {LOWER}

    def place(self, mark: Mark, wide: float, height: dict[str, int], *, beside_flag: bool = False) -> None:
        """``beside_flag``: the words may stand left of the flag while their pole is still under them."""
        beside = self.due_x - 36 - wide / 2
        middles = {LOWER: self._inside(mark.x, wide), UPPER: self._inside(mark.x, wide)}
        if beside_flag and beside < mark.x <= beside + wide / 2:
            middles[LOWER] = min(middles[LOWER], beside)
        for tier, middle in middles.items():
            left, right = middle - wide / 2, middle + wide / 2
            if all(right + 8 < start or end + 8 < left for start, end in self.taken[tier]):
                self.taken[tier].append((left, right))
                self.tiers.add(tier)
                at, anchor = (0, "start") if left <= 0 else (middle, "middle")
                if right >= self.width:
                    at, anchor = self.width, "end"
                self.labels.append(Label(at, height[tier], anchor, mark.kind, mark.on, mark.name, mark.number))
                return

    def _inside(self, at: float, wide: float) -> float:
        return min(max(at, wide / 2), self.width - wide / 2)
