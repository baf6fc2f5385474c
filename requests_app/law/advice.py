"""What a requester can sensibly do next: one thing, never more than is certain. PURE.

The rules' table "when to suggest what": outside Scotland silence calls for a reminder, then the regulator, who asks
to see that one tried (FOIA 2000 s.50(2)(a)); in Scotland a review comes first, for silence too (FOISA 2002 s.47).
"""

from dataclasses import dataclass
from datetime import date

from requests_app.law.clock import (
    EXTENDED,
    LAPSED,
    OVERDUE,
    PAUSED_CLARIFICATION,
    PAUSED_FEE,
    VERY_OVERDUE,
    Standing,
)
from requests_app.law.days import ONE_DAY
from requests_app.law.regimes import REGIMES

REPLY, PAY, NEW_REQUEST = "reply", "pay", "new-request"
REMIND, REMIND_SCHOOL, REMINDED = "remind", "remind-school", "reminded"
REVIEW, REVIEW_SILENCE, REVIEW_LATE, REVIEW_RUNS = "review", "review-silence", "review-late", "review-runs"
COMPLAIN, COMPLAIN_REVIEW, COMPLAIN_OUTCOME = "complain", "complain-review", "complain-outcome"


@dataclass(frozen=True)
class Advice:
    """One thing to do. ``by``: the last day for it, or by which something else is due; None where there is none."""

    code: str
    by: date | None = None


@dataclass(frozen=True)
class Situation:
    """What the advice depends on. ``state`` is that of `clock.fold` on ``today``.

    ``waits``: the first answer is waited for; ``in_review``: that to a review. ``unhappy``: the last word of the
    requester on an answer is that it was refused, in part, or not held. ``reminded_on``: the last day on which the
    requester wrote after the due day.
    """

    regime: str
    standing: Standing
    state: str | None
    today: date
    waits: bool = False
    in_review: bool = False
    unhappy: bool = False
    reminded_on: date | None = None


def advice(now: Situation) -> Advice | None:
    """What to do next, or None where nothing but waiting helps. Bodies that no law binds owe no answer."""
    if now.state == PAUSED_CLARIFICATION:
        return Advice(REPLY)
    rules = REGIMES.get(now.regime)
    if rules is None or not rules.by_law:
        return None
    if now.in_review:
        return _review(now)
    if now.waits:
        return _silence(now, scottish=rules.review_compulsory)
    return _answered(now) if now.unhappy else None


def complaint_from(at: Standing) -> date | None:
    """From when a complaint makes sense. An estimate of the authority's own, years away, does not put it off.

    The regulator expects an extension to take no more than 40 working days in all; EIR 2004 reg 7 allows no more.
    """
    waits = at.responded_on is None and at.extension_on is not None
    if waits and at.regulator_from and at.very_overdue:
        return min(at.regulator_from, at.very_overdue + ONE_DAY)
    return at.regulator_from


def review_asked_late(at: Standing) -> bool:
    """Whether the review was asked for after the last day for it, so that the authority may decline it.

    FOISA 2002 s.20(5) and (6); EIR 2004 reg 11(2); s.45 Code of Practice 2018 part 5.
    """
    asked, by = at.review_on, at.review_request_by
    return asked is not None and by is not None and asked > by


def _silence(now: Situation, *, scottish: bool) -> Advice | None:
    at = now.standing
    if now.state == PAUSED_FEE:
        return Advice(PAY, at.fee_by)
    if now.state == LAPSED:
        return Advice(NEW_REQUEST)
    if now.state == EXTENDED and at.very_overdue and now.today > at.very_overdue and not scottish:
        return Advice(COMPLAIN)
    if now.state not in (OVERDUE, VERY_OVERDUE):
        return None
    if scottish:
        late = at.review_request_by is not None and now.today > at.review_request_by
        return Advice(REVIEW_LATE if late else REVIEW_SILENCE, at.review_request_by)
    if at.due_latest and not at.terms_known and now.today <= at.due_latest:
        return Advice(REMIND_SCHOOL, at.due_latest) if now.reminded_on is None else Advice(REMINDED, at.due_latest)
    if now.state == VERY_OVERDUE:
        return Advice(COMPLAIN)
    if now.reminded_on is None:
        return Advice(REMIND)
    starts = complaint_from(at)
    return Advice(REMINDED if starts and now.today < starts else COMPLAIN)


def _review(now: Situation) -> Advice | None:
    """A review that is asked for: waited for, and after its longest time the regulator's matter."""
    at = now.standing
    if at.review_max is None:
        return None
    if now.today <= at.review_max:
        return Advice(REVIEW_RUNS, at.review_due if now.today <= at.review_due else at.review_max)
    return Advice(COMPLAIN_REVIEW, at.regulator_by) if _open(now.today, at.regulator_by) else None


def _answered(now: Situation) -> Advice | None:
    """After an answer that the requester is not content with: the review, then the regulator, each until its day."""
    at = now.standing
    if at.review_outcome_on:
        return Advice(COMPLAIN_OUTCOME, at.regulator_by) if _open(now.today, at.regulator_by) else None
    return Advice(REVIEW, at.review_request_by) if _open(now.today, at.review_request_by) else None


def _open(today: date, by: date | None) -> bool:
    return by is None or today <= by
