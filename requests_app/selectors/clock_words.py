"""What may be said about the clock: one table, for pages, mails and exports.

Principles: the rule and the date, never a verdict on conduct; always "promptly and by"; the less is certain,
the less is said. Regimes whose clock is not built get the day of sending and nothing else.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..law.explain import Day
from ..law.regimes import REGIMES
from ..models import Status

# States that the next midnight may change.
RUNNING = frozenset({"waiting", "overdue", "very-overdue"})
BY_LAW, HOPED_FOR, UNBUILT = "by law", "hoped for", "unbuilt"
# (kind of regime, state) → sentence. A day in words is filled in bold.
SENTENCES = {
    (BY_LAW, "not-received"): gettext_lazy("Sent. We will show a date once it has been delivered."),
    (BY_LAW, "waiting"): gettext_lazy("By law %(authority)s should normally respond promptly and by %(due)s."),
    (BY_LAW, "overdue"): gettext_lazy(
        "Response is delayed. By law %(authority)s should normally have responded promptly and by %(due)s."
    ),
    (BY_LAW, "very-overdue"): gettext_lazy(
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
    (BY_LAW, "stopped"): gettext_lazy(
        "%(authority)s has asked %(name)s to clarify. The time limit starts again when %(name)s replies."
    ),
    (BY_LAW, "stopped, own"): gettext_lazy(
        "%(authority)s has asked you to clarify. The time limit starts again when you reply."
    ),
    (HOPED_FOR, "not-received"): gettext_lazy("Sent. We will show a date once it has been delivered."),
    (HOPED_FOR, "waiting"): gettext_lazy(
        "%(authority)s is not legally required to reply. We would hope for an answer by %(due)s."
    ),
    (HOPED_FOR, "answered"): gettext_lazy(
        "%(authority)s is not legally required to reply. It answered on %(responded)s."
    ),
    (HOPED_FOR, "stopped"): gettext_lazy("%(authority)s has asked %(name)s a question."),
    (HOPED_FOR, "stopped, own"): gettext_lazy("%(authority)s has asked you a question."),
}
SENT_ON = gettext_lazy("Sent on %(sent)s.")
NO_DATE = gettext_lazy("Sent on %(sent)s. We cannot say now by which day an answer is due.")
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
    """Whether the regime's clock is the law's, only a hope, or not built."""
    rules = REGIMES.get(regime)
    if rules is None or not rules.implemented:
        return UNBUILT
    return BY_LAW if rules.by_law else HOPED_FOR


def clock_state(
    *,
    regime: str,
    status: str,
    received_on: date | None,
    due_on: date | None,
    outer_on: date | None,
    responded_on: date | None,
    today: date,
) -> str | None:
    """not-received, waiting, overdue, very-overdue, answered or stopped on ``today``; None where no clock is built.

    Computed from the stored fold of the ledger, so that no list needs the ledger itself. A body that no law
    binds is never late.
    """
    kind = kind_of(regime)
    if kind == UNBUILT:
        return None
    if responded_on and responded_on <= today:
        return "answered"
    if status == Status.AWAITING_CLARIFICATION:
        return "stopped"
    if received_on is None or due_on is None:
        return "not-received"
    if kind == HOPED_FOR or today <= due_on:
        return "waiting"
    return "very-overdue" if outer_on and today > outer_on else "overdue"


def sentence(
    *,
    regime: str,
    state: str | None,
    authority: str,
    name: str,
    is_own: bool,
    sent_at: datetime | None,
    due_on: date | None,
    responded_on: date | None,
    wrote_on: date | None,
    is_imported: bool,
    is_received: bool = False,
) -> SafeString | None:
    """The one sentence about the deadline, as safe HTML with the day in bold; None where nothing honest can be said.

    ``wrote_on``: the day a letter reached us that nobody has described, or that is held as perhaps this
    request's; it silences "delayed" after the due day. ``is_received``: it arrived, though no day can be counted.
    """
    kind = kind_of(regime)
    if state in ("not-received", None) and (kind == UNBUILT or is_imported):
        return _filled(SENT_ON, sent=localtime(sent_at).date()) if sent_at else None
    if state == "not-received" and is_received:
        return _filled(NO_DATE, sent=localtime(sent_at).date()) if sent_at else None
    if state == "answered" and due_on is None:
        return None
    if state in ("overdue", "very-overdue") and wrote_on:
        state = "undescribed"
    if state == "stopped" and is_own:
        state = "stopped, own"
    words = SENTENCES[kind, state]
    return _filled(words, authority=authority, name=name, due=due_on, responded=responded_on, wrote=wrote_on)


def _filled(words: str, **named: object) -> SafeString:
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
    return _("not counted, %(why)s") % {"why": holiday_words(day)}


def why_no_date(*, regime: str, state: str | None, status: str, is_received: bool = False) -> str:
    """Why the "why this date" page has no date to explain."""
    if kind_of(regime) == UNBUILT:
        return _("We do not count the days for this law yet, so we show only when the request was sent.")
    if state == "stopped":
        return _("The time limit is not running: the authority has asked a question and waits for a reply.")
    if state == "not-received" and not is_received:
        return _("We do not know yet when the request arrived. Counting starts when it has been delivered.")
    return _(
        "The last day cannot be counted now. Either the authority asked a question, and the time started again with "
        "the reply, which we do not count yet; or the list of bank holidays does not reach that far."
    )


def skipped(days: Iterable[Day]) -> tuple[Day, ...]:
    """The bank holidays among the days of a count."""
    return tuple(day for day in days if day.kind == "holiday")
