"""A request's counts one after another: those that an event cut off, the one that runs, and that of a review.

A question back cuts a count off and its reply begins another (FOIA 2000 s.10(6)(b)); a letter that came back, or was
sent anew to another address, does so too. Each has every day from its day zero, counted or skipped, and why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from requests_app.law.advice import review_asked_late
from requests_app.law.clock import (
    CLARIFICATION_REQUESTED,
    CLARIFICATION_SUPPLIED,
    RECEIVED,
    UNDELIVERED,
    Event,
    Standing,
    fold,
    regime_named,
)
from requests_app.law.explain import Day, explain
from requests_app.law.holidays import HolidayTable
from requests_app.law.regimes import Regime

REPLY, REVIEW = "reply", "review"
QUESTION, ANEW = "question", "anew"


@dataclass(frozen=True)
class Stretch:
    """One count.

    ``begins``: what its day zero was: received, reply (to a question back) or review. ``cut``: what ended it before
    its time: question, undelivered or anew; empty for one that runs or ran out. ``cut_on`` is the day of that.
    ``asked_late``: of a review, that it was asked for after its last day, so that nobody has to answer it.
    ``stopped_on``: the day of a fees notice that is open, from which nothing is counted. ``due``: its last day, as it
    stood at its end, None while stopped; ``latest``: the longest time, where it is another day that the law names
    (schools whose terms are not known; a review). ``days`` go from day zero to the last of these that there is.
    """

    begins: str
    start: date
    due: date | None
    latest: date | None = None
    cut: str = ""
    cut_on: date | None = None
    stopped_on: date | None = None
    asked_late: bool = False
    days: tuple[Day, ...] = ()


CUTS = {CLARIFICATION_REQUESTED: QUESTION, UNDELIVERED: UNDELIVERED, RECEIVED: ANEW}


def stretches(regime: Regime | str, events: Iterable[Event], *, holidays: HolidayTable) -> tuple[Stretch, ...]:
    """Every count of a request in order of time. Raises ClockRefused as `clock.fold` does."""
    rules = regime_named(regime) if isinstance(regime, str) else regime
    in_order = sorted(events, key=lambda event: event.on)
    before = fold(rules, (), holidays=holidays, today=None)
    found: list[Stretch] = []
    begins = RECEIVED
    for place, event in enumerate(in_order):
        after = fold(rules, in_order[: place + 1], holidays=holidays, today=None)
        if _cuts(before, after):
            found.append(_shown(rules, _cut(rules, begins, before, event), before, holidays))
        if after.counts_from != before.counts_from:
            begins = REPLY if event.kind == CLARIFICATION_SUPPLIED else RECEIVED
        before = after
    if before.counts_from and not before.asked_on:
        found.append(_shown(rules, _running(rules, begins, before), before, holidays))
    if before.review_on and before.review_due:
        found.append(_review(rules, before, holidays))
    return tuple(found)


def _cuts(before: Standing, after: Standing) -> bool:
    """Whether a count that ran was ended by the event between: stopped by a question, or begun anew."""
    if before.counts_from is None or before.asked_on:
        return False
    return after.asked_on is not None or after.counts_from != before.counts_from


def _cut(rules: Regime, begins: str, standing: Standing, event: Event) -> Stretch:
    return replace(_running(rules, begins, standing), cut=CUTS[event.kind], cut_on=event.on)


def _running(rules: Regime, begins: str, standing: Standing) -> Stretch:
    unknown_terms = rules.school and not standing.terms_known
    latest = standing.due_latest if unknown_terms and standing.due_latest != standing.due else None
    return Stretch(begins, standing.counts_from, standing.due, latest=latest, stopped_on=standing.fee_on)


def _shown(rules: Regime, stretch: Stretch, standing: Standing, holidays: HolidayTable) -> Stretch:
    """The stretch with its days. One that was cut off has them to its cut, at most to its last day.

    What a fee stopped is shown to the day on which it was.
    """
    last = stretch.latest or stretch.due
    until = min(last, stretch.cut_on or last) if last else stretch.cut_on or stretch.stopped_on
    skips = standing.skips
    if stretch.stopped_on:
        skips = (*skips, (stretch.stopped_on, until))
    days = explain(stretch.start, until, holidays=holidays, regime=rules, skips=skips, closures=standing.closures)
    return replace(stretch, days=days)


def _review(rules: Regime, standing: Standing, holidays: HolidayTable) -> Stretch:
    """The count of the review. The school's holidays make no difference to it."""
    latest = standing.review_max if standing.review_max != standing.review_due else None
    days = explain(standing.review_on, latest or standing.review_due, holidays=holidays, regime=rules)
    late = review_asked_late(standing)
    return Stretch(REVIEW, standing.review_on, standing.review_due, latest=latest, asked_late=late, days=days)
