"""What may be said about a request's outcome and state: every sentence and every pill, in one table.

The authority's word and the requester's are kept apart. Where they differ, both are shown and neither is judged.
"""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from ..exports.thread import Outcomes, Pill
from ..models import Outcome, Status

# The requester, both sides, or the site that the thread came from say so.
SAID = {
    Outcome.SUCCESSFUL: gettext_lazy("The request was successful."),
    Outcome.PARTIALLY_SUCCESSFUL: gettext_lazy("The request was partly successful."),
    Outcome.REFUSED: gettext_lazy("The request was refused."),
    Outcome.NOT_HELD: gettext_lazy("%(authority)s did not hold the information."),
    Outcome.WITHDRAWN: gettext_lazy("%(name)s withdrew the request."),
}
AUTHORITY_SAYS = {
    Outcome.SUCCESSFUL: gettext_lazy("%(authority)s says it has answered in full."),
    Outcome.PARTIALLY_SUCCESSFUL: gettext_lazy("%(authority)s says it has answered in part."),
    Outcome.REFUSED: gettext_lazy("%(authority)s says it has refused."),
    Outcome.NOT_HELD: gettext_lazy("%(authority)s says it does not hold the information."),
    Outcome.WITHDRAWN: gettext_lazy("%(authority)s says the request was withdrawn."),
}
REQUESTER_SAYS = {
    Outcome.SUCCESSFUL: gettext_lazy("%(name)s says the request was successful."),
    Outcome.PARTIALLY_SUCCESSFUL: gettext_lazy("%(name)s says only part of the information came."),
    Outcome.REFUSED: gettext_lazy("%(name)s says the request was refused."),
    Outcome.NOT_HELD: gettext_lazy("%(name)s says the answer was that the information is not held."),
    Outcome.WITHDRAWN: gettext_lazy("%(name)s says the request was withdrawn."),
}
READER_SAYS = {
    Outcome.SUCCESSFUL: gettext_lazy("A reader says that %(authority)s has answered in full."),
    Outcome.PARTIALLY_SUCCESSFUL: gettext_lazy("A reader says that %(authority)s has answered in part."),
    Outcome.REFUSED: gettext_lazy("A reader says that %(authority)s has refused."),
    Outcome.NOT_HELD: gettext_lazy("A reader says that %(authority)s does not hold the information."),
    Outcome.WITHDRAWN: gettext_lazy("A reader says that the request was withdrawn."),
}
NOT_SAID = gettext_lazy("%(name)s has not said yet.")
UNDESCRIBED = gettext_lazy("%(authority)s has written. Nobody has said yet whether this was its answer.")
BY_STATUS = {
    Status.AWAITING_RESPONSE: gettext_lazy("Waiting for an answer from %(authority)s."),
    Status.AWAITING_CLARIFICATION: gettext_lazy("%(authority)s has asked %(name)s a question about the request."),
    Status.INTERNAL_REVIEW: gettext_lazy("Waiting for an internal review by %(authority)s."),
    Status.ANSWERED: gettext_lazy("%(authority)s has answered."),
    Status.WITHDRAWN: gettext_lazy("%(name)s no longer needs this information."),
}
LOST = gettext_lazy("The letter to %(authority)s did not arrive.")
# Waiting for a response by its status, but by its clock for something else.
BY_CLOCK = {
    "paused-fee": gettext_lazy("%(authority)s has asked %(name)s for a fee."),
    "lapsed": gettext_lazy("%(authority)s asked for a fee, and the time to pay it has ended."),
    "extended": gettext_lazy("Waiting for an answer from %(authority)s, which says that it needs more time."),
}
PILLS = {
    Outcome.SUCCESSFUL: (pgettext_lazy("state of a request", "Successful"), "check", "answered"),
    Outcome.PARTIALLY_SUCCESSFUL: (pgettext_lazy("state of a request", "Partly successful"), "half", "care"),
    Outcome.REFUSED: (pgettext_lazy("state of a request", "Refused"), "refused", "care"),
    Outcome.NOT_HELD: (pgettext_lazy("state of a request", "Information not held"), "not-held", "neutral"),
    Outcome.WITHDRAWN: (pgettext_lazy("state of a request", "Withdrawn"), "withdrawn", "neutral"),
    Status.AWAITING_RESPONSE: (pgettext_lazy("state of a request", "Waiting for a response"), "clock", "waiting"),
    Status.AWAITING_CLARIFICATION: (pgettext_lazy("state of a request", "Question to answer"), "paused", "care"),
    Status.INTERNAL_REVIEW: (pgettext_lazy("state of a request", "Internal review"), "clock", "waiting"),
    Status.ANSWERED: (pgettext_lazy("state of a request", "Answered"), "mail", "answered"),
    Status.WITHDRAWN: (pgettext_lazy("state of a request", "Withdrawn"), "withdrawn", "neutral"),
    "undescribed": (pgettext_lazy("state of a request", "Letter received"), "mail", "waiting"),
    "paused-fee": (pgettext_lazy("state of a request", "Fee to pay"), "paused", "care"),
    "lapsed": (pgettext_lazy("state of a request", "Fee not paid"), "withdrawn", "neutral"),
    "extended": (pgettext_lazy("state of a request", "More time taken"), "clock", "waiting"),
    "lost": (pgettext_lazy("state of a request", "Letter not delivered"), "alert", "care"),
    "may-be-late": (pgettext_lazy("state of a request", "May be late"), "clock", "waiting"),
    "delayed": (pgettext_lazy("state of a request", "Response delayed"), "clock", "care"),
    "very-delayed": (pgettext_lazy("state of a request", "Response long delayed"), "alert", "late"),
}


def status_sentence(
    *,
    status: str,
    outcomes: Outcomes,
    is_undescribed: bool,
    authority: str,
    name: str,
    clock_state: str | None = None,
    is_lost: bool = False,
) -> str:
    """Where the request stands, in one or two plain sentences.

    ``is_undescribed``: a letter of the authority waits for somebody to say what it was. ``clock_state`` as in
    ``clock_words.clock_state``: while a fee is open, it is the requester who must act. ``is_lost``: the request itself
    did not arrive.
    """
    words = {"authority": authority, "name": name}
    if status == Status.WITHDRAWN:
        return BY_STATUS[status] % words
    if status == Status.ANSWERED and outcomes.best:
        return " ".join(str(part) % words for part in _outcome_parts(outcomes))
    if is_undescribed and status in (Status.AWAITING_RESPONSE, Status.ANSWERED):
        return UNDESCRIBED % words
    if is_lost and status == Status.AWAITING_RESPONSE:
        return LOST % words
    by_clock = BY_CLOCK.get(clock_state) if status == Status.AWAITING_RESPONSE else None
    return (by_clock or BY_STATUS[status]) % words


def _outcome_parts(outcomes: Outcomes) -> list:
    own, theirs = outcomes.own, outcomes.authority
    if own is None and theirs is None:
        return [READER_SAYS[outcomes.reader], NOT_SAID]
    if own is None:
        return [AUTHORITY_SAYS[theirs], NOT_SAID]
    if theirs is None or theirs == own:
        return [SAID[own]]
    return [AUTHORITY_SAYS[theirs], REQUESTER_SAYS[own] if outcomes.requester else SAID[own]]


def outcome_words(outcome: str | None) -> str:
    """One outcome as a short label, for tables and exports; empty for None."""
    return str(Outcome(outcome).label) if outcome else ""


def pill(
    *,
    status: str,
    outcome: str | None = None,
    clock_state: str | None = None,
    is_undescribed: bool = False,
    is_lost: bool = False,
) -> Pill:
    """The request's state as a word and an icon, the same on the page and in every list.

    Red only after the longest time that is normally allowed; before that, amber. ``clock_state`` as in
    ``clock_words.state_in_a_word``.
    """
    key = status
    if status == Status.ANSWERED and outcome:
        key = outcome
    elif status == Status.AWAITING_RESPONSE and is_undescribed:
        key = "undescribed"
    elif status == Status.AWAITING_RESPONSE and is_lost:
        key = "lost"
    elif status == Status.AWAITING_RESPONSE and clock_state in ("overdue", "very-overdue"):
        key = "delayed" if clock_state == "overdue" else "very-delayed"
    elif status == Status.AWAITING_RESPONSE and (clock_state in BY_CLOCK or clock_state == "may-be-late"):
        key = clock_state
    return _pill(key, get_language())


@lru_cache(maxsize=256)
def _pill(key: str, language: str | None) -> Pill:
    label, icon, tone = PILLS[key]
    return Pill(str(label), icon, tone)


def late_hint(due_on: date | None, clock_state: str | None) -> str:
    """ "normally due by 3 March 2026", for a list's row; empty unless the answer is delayed."""
    if due_on is None or clock_state not in ("overdue", "very-overdue"):
        return ""
    return _("normally due by %(day)s") % {"day": date_format(due_on, "j F Y")}
