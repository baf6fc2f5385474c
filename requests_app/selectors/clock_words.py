"""What may be said about the clock: one table, for pages, mails and exports.

Principles: the rule and the date, never a verdict on conduct; always "promptly and by"; the less is certain,
the less is said. Sentences about the law name the day that we counted to, never a countdown that has stopped.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..law.clock import ANSWERED, LAPSED, PAUSED_CLARIFICATION, PAUSED_FEE, Standing, state_on
from ..law.clock import RUNNING as COUNTING
from ..law.count import CLARIFICATION_LATE
from ..law.explain import Day
from ..law.regimes import MOVES_DUE, REGIMES
from ..law.wire import unpack
from ..models import Status
from .clock_arrival import ON_ITS_WAY, ON_ITS_WAY_WITHOUT_LAW
from .clock_beside import besides
from .clock_question import QUESTION
from .clock_review import REVIEW, REVIEW_OF_THE_CODE, review_key
from .clock_school import SCHOOL

# States that the next midnight may change.
RUNNING = COUNTING | {PAUSED_FEE}
Kept = str | Mapping | Standing
LATE = frozenset({"overdue", "very-overdue"})
BY_LAW, HOPED_FOR, UNKNOWN = "by law", "hoped for", "unknown"
# (kind of law or regime, state) → sentence; a regime's own comes first. A day in words is filled in bold.
SENTENCES = {
    (BY_LAW, "not-received"): gettext_lazy("Sent. We will show a date once it has been delivered."),
    (BY_LAW, "waiting"): gettext_lazy("By law %(authority)s should normally respond promptly and by %(due)s."),
    ("foisa", "waiting"): gettext_lazy("By law %(authority)s must respond promptly, and by %(due)s at the latest."),
    (BY_LAW, "extended"): gettext_lazy(
        "%(authority)s says it needs more time to weigh the public interest and expects to reply by %(extension_due)s. "
        "The regulator expects this to take no more than 40 working days in all, %(very_overdue)s."
    ),
    (BY_LAW, "extended, no estimate"): gettext_lazy(
        "%(authority)s says it needs more time to weigh the public interest. "
        "The regulator expects this to take no more than 40 working days in all, %(extension_due)s."
    ),
    (BY_LAW, "extended, moves"): gettext_lazy(
        "%(authority)s has extended its time to %(due)s. The regulations allow at most 40 working days in all."
    ),
    (BY_LAW, "overdue"): gettext_lazy(
        "Response is delayed. By law %(authority)s should normally have responded promptly and by %(due)s."
    ),
    (BY_LAW, "very-overdue"): gettext_lazy("The longest time the law allows ended on %(very_overdue)s."),
    ("foia", "very-overdue"): gettext_lazy(
        "This is well past the time normally allowed. Unless the authority is relying on a lawful extension you have "
        "not been told about, it should have responded by now. An answer was normally due promptly and by %(due)s."
    ),
    (BY_LAW, "undescribed"): gettext_lazy(
        "%(authority)s wrote on %(wrote)s. Nobody has said yet whether this was its answer. "
        "An answer was normally due promptly and by %(due)s."
    ),
    (BY_LAW, "answered"): gettext_lazy(
        "%(authority)s answered on %(responded)s. An answer was normally due promptly and by %(due)s."
    ),
    (BY_LAW, PAUSED_FEE): gettext_lazy(
        "%(authority)s has asked for a fee. The clock is stopped. %(name)s can pay until %(fee_by)s."
    ),
    (BY_LAW, PAUSED_FEE + ", own"): gettext_lazy(
        "%(authority)s has asked for a fee. The clock is stopped. You can pay until %(fee_by)s."
    ),
    (BY_LAW, LAPSED): gettext_lazy("The time to pay ended on %(fee_by)s. %(name)s can make a new request."),
    (BY_LAW, LAPSED + ", own"): gettext_lazy("The time to pay ended on %(fee_by)s. You can make a new request."),
    (HOPED_FOR, "not-received"): gettext_lazy("Sent. We will show a date once it has been delivered."),
    (HOPED_FOR, "waiting"): gettext_lazy(
        "%(authority)s is not legally required to reply. We would hope for an answer by %(due)s."
    ),
    (HOPED_FOR, "answered"): gettext_lazy(
        "%(authority)s is not legally required to reply. It answered on %(responded)s."
    ),
    (HOPED_FOR, PAUSED_CLARIFICATION): gettext_lazy("%(authority)s has asked %(name)s a question."),
    (HOPED_FOR, PAUSED_CLARIFICATION + ", own"): gettext_lazy("%(authority)s has asked you a question."),
    (HOPED_FOR, PAUSED_FEE): gettext_lazy("%(authority)s has asked for a fee."),
    (HOPED_FOR, LAPSED): gettext_lazy("%(authority)s has asked for a fee."),
}
# A school's, while nobody said which days without session it has.
SENTENCES |= {(BY_LAW, f"{key}, school"): words for key, words in SCHOOL.items()}
SENTENCES |= {(BY_LAW, key): words for key, words in QUESTION.items()}
SENTENCES |= {(BY_LAW, f"not-received, {way}"): words for way, words in ON_ITS_WAY.items()}
SENTENCES |= {(HOPED_FOR, f"not-received, {way}"): words for way, words in ON_ITS_WAY_WITHOUT_LAW.items()}
SENTENCES |= {(BY_LAW, key): words for key, words in REVIEW.items()} | {("foia", "review"): REVIEW_OF_THE_CODE}
SENT_ON = gettext_lazy("Sent on %(sent)s.")
PRESUMED = gettext_lazy("Sent on %(sent)s; no delivery failure was reported.")
NO_DATE = gettext_lazy("Sent on %(sent)s. We cannot say now by which day an answer is due.")
ASKED_LATE = gettext_lazy(
    "The time limit has started again. %(authority)s first asked after its earlier date, %(old_due)s."
)
WHERE = {
    frozenset({"england_wales", "scotland", "northern_ireland"}): gettext_lazy("bank holiday: %(name)s"),
    frozenset({"england_wales"}): gettext_lazy("bank holiday in England and Wales: %(name)s"),
    frozenset({"scotland"}): gettext_lazy("bank holiday in Scotland: %(name)s"),
    frozenset({"northern_ireland"}): gettext_lazy("bank holiday in Northern Ireland: %(name)s"),
    frozenset({"england_wales", "scotland"}): gettext_lazy("bank holiday in England, Wales and Scotland: %(name)s"),
    frozenset({"england_wales", "northern_ireland"}): gettext_lazy(
        "bank holiday in England, Wales and Northern Ireland: %(name)s"
    ),
    frozenset({"scotland", "northern_ireland"}): gettext_lazy(
        "bank holiday in Scotland and Northern Ireland: %(name)s"
    ),
}


def kind_of(regime: str) -> str:
    """Whether the regime's clock is the law's, only a hope, or one that we do not know."""
    rules = REGIMES.get(regime)
    if rules is None:
        return UNKNOWN
    return BY_LAW if rules.by_law else HOPED_FOR


def standing_of(clock: Kept) -> Standing:
    """The dates kept beside a request (``FOIRequest.clock``), as an object, or as the database gives it."""
    return kept_of(clock)[0]


def kept_of(clock: Kept) -> tuple[Standing, Mapping]:
    """The dates, and what the page must say of their evidence."""
    if isinstance(clock, Standing):
        return clock, {}
    return _parsed(clock) if isinstance(clock, str) else (unpack(clock), clock)


@lru_cache(maxsize=2048)
def _parsed(clock: str) -> tuple[Standing, Mapping]:
    kept = json.loads(clock)
    return unpack(kept), kept


def clock_state(*, regime: str, status: str, clock: Kept, today: date) -> str | None:
    """The state of `law.clock.fold` on ``today``, from the dates kept beside the request; no list needs the ledger.

    None for a law that we do not know. Where a question back stands on the page but not in the ledger (a thread from
    elsewhere), the clock counts as stopped all the same.
    """
    if kind_of(regime) == UNKNOWN:
        return None
    standing = standing_of(clock)
    if standing.responded_on and standing.responded_on > today:
        standing = replace(standing, responded_on=None)
    asked = status == Status.AWAITING_CLARIFICATION and not standing.responded_on
    if asked:
        return PAUSED_CLARIFICATION
    if standing.due is None and standing.responded_on is None and not (standing.asked_on or standing.fee_on):
        return "not-received"
    return state_on(regime, standing, today=today)


def state_in_a_word(state: str | None, clock: Kept, today: date) -> str | None:
    """The state for a pill or a hint: a school whose terms are not known "may be late" until its last day, no more."""
    if state != "overdue":
        return state
    standing = standing_of(clock)
    return "may-be-late" if _terms_unknown(standing) and today <= standing.due_latest else state


def _terms_unknown(standing: Standing) -> bool:
    """Whether this is a school's, and nobody said which days without session it has."""
    return bool(standing.due_latest and not standing.terms_known)


def sentence(
    *,
    regime: str,
    state: str | None,
    status: str,
    clock: Kept,
    authority: str,
    name: str,
    is_own: bool,
    sent_at: datetime | None,
    wrote_on: date | None,
    is_imported: bool,
    today: date | None = None,
    way: str = "",
) -> SafeString | None:
    """The one sentence about the deadline, as safe HTML with days in bold; None where nothing honest can be said.

    ``wrote_on``: the day a letter reached us that nobody has described, or that is held as perhaps this
    request's; it silences "delayed" after the due day. ``way`` as in ``not_arrived.way_of_request``.
    ``clock`` says besides the dates whether receipt is only ``presumed``, and whether only the authority claims that a
    question stops the time (``claimed``).
    """
    standing, extra = kept_of(clock)
    kind = kind_of(regime)
    sent = localtime(sent_at).date() if sent_at else None
    if kind == UNKNOWN or state is None or (state == "not-received" and is_imported):
        return filled(SENT_ON, sent=sent) if sent else None
    if state == "not-received" and standing.received_on:
        return filled(NO_DATE, sent=sent) if sent else None
    if status == Status.INTERNAL_REVIEW and standing.review_due and today:
        key = review_key(standing, today)
    elif state == ANSWERED and standing.due is None:
        return None
    elif state in LATE and wrote_on:
        key = "undescribed, school" if _terms_unknown(standing) else "undescribed"
    else:
        key = f"{state}, {way}" if way else _key(regime, state, standing, claimed=bool(extra.get("claimed")))
    if state == PAUSED_CLARIFICATION and standing.received_on is None and not is_imported:
        key = (
            f"{state}, not received"  # our staff took the receipt back; an imported thread has no ledger to begin with
        )
    words = _words(kind, regime, key, is_own=is_own)
    named = {
        "authority": authority,
        "name": name,
        "sent": sent,
        "due": standing.due,
        "due_latest": standing.due_latest,
        "extension_due": standing.extension_due,
        "very_overdue": standing.very_overdue,
        "fee_by": standing.fee_by,
        "responded": standing.responded_on,
        "wrote": wrote_on,
        "review": standing.review_on,
        "review_due": standing.review_due,
        "review_max": standing.review_max,
        "review_by": standing.review_request_by,
        "old_due": standing.earlier_due,
    }
    said = [words]
    if state in COUNTING and extra.get("presumed") and sent:
        said.insert(0, PRESUMED)
    if state in COUNTING and CLARIFICATION_LATE in standing.flags and kind == BY_LAW:
        said.append(ASKED_LATE)
    if kind == BY_LAW:
        said += besides(state, standing, extra, is_own=is_own)
    return mark_safe(" ".join(filled(part, **named) for part in said))  # noqa: S308 - each is escaped


def _key(regime: str, state: str, standing: Standing, *, claimed: bool) -> str:
    """Which sentence of the state: schools whose terms are not known are never called late before the last day."""
    if state == "extended":
        if REGIMES[regime].extension == MOVES_DUE:
            return "extended, moves"
        if standing.due_latest or standing.very_overdue is None:
            return "extended, school"
        return "extended, no estimate" if standing.extension_due == standing.very_overdue else state
    if state in ("waiting", "overdue", ANSWERED) and _terms_unknown(standing):
        return f"{state}, school"
    if state == PAUSED_CLARIFICATION and claimed:
        return f"{state}, claimed"
    return state


def _words(kind: str, regime: str, key: str, *, is_own: bool) -> str:
    laws = (regime, "foia" if regime == "foia-school" and key.startswith("review") else kind, kind)
    base = key.partition(",")[0]  # a body that no law binds has fewer sentences
    keys = [f"{name}, own" if own else name for name in (key, base) for own in ((True, False) if is_own else (False,))]
    return next(SENTENCES[law, name] for name in keys for law in laws if (law, name) in SENTENCES)


def filled(words: str, **named: object) -> SafeString:
    """A sentence of the table as safe HTML, its days in bold."""
    safe = {
        key: format_html("<strong>{}</strong>", day_in_words(value))
        if isinstance(value, date)
        else conditional_escape(value)
        for key, value in named.items()
    }
    return mark_safe(conditional_escape(str(words)) % safe)  # noqa: S308 - both halves are escaped above


def day_in_words(on: date) -> str:
    """A day as people read it: Friday 15 July 2011."""
    return _in_words(on, get_language())


@lru_cache(maxsize=1024)
def _in_words(on: date, language: str | None) -> str:
    return date_format(on, "l j F Y")


def holiday_words(day: Day) -> str:
    """Why a bank holiday does not count: its part of the country and its name."""
    return "; ".join(str(WHERE[holiday.parts]) % {"name": holiday.name} for holiday in day.holidays)


def day_sentence(day: Day) -> str:
    """One line about one day of the count, for "why this date"."""
    if day.kind == "received":
        return _("the request was received; counting starts on the next working day")
    if day.kind == "counted":
        return _("working day %(number)d") % {"number": day.number}
    if day.kind == "weekend":
        return _("not counted, weekend")
    if day.kind == "fee":
        return _("not counted, the clock was stopped for a fee")
    if day.kind == "school":
        return _("not counted, the school is closed")
    return _("not counted, %(why)s") % {"why": holiday_words(day)}


def why_no_date(*, regime: str, state: str | None, is_received: bool = False) -> str:
    """Why the "why this date" page has no date to explain."""
    if kind_of(regime) == UNKNOWN:
        return _("We do not know the law under which this request was made, so we show only when it was sent.")
    if state == PAUSED_CLARIFICATION and is_received:
        return _("The time limit is not running: the authority has asked a question and waits for a reply.")
    if state == PAUSED_FEE:
        return _("The time limit is not running: the authority has asked for a fee and waits for it to be paid.")
    if state == LAPSED:
        return _("No time limit runs any more: the time to pay the fee has ended.")
    if state in ("not-received", PAUSED_CLARIFICATION) and not is_received:
        return _("We do not know yet when the request arrived. Counting starts when it has been delivered.")
    return _("The last day cannot be counted now: the list of bank holidays does not reach that far.")


def skipped(days: Iterable[Day]) -> tuple[Day, ...]:
    """The bank holidays among the days of a count."""
    return tuple(day for day in days if day.kind == "holiday")
