"""What the signed-in requester should do now, and what is known of a letter's way out."""

import json
import re
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import Delivery, NextStep, RequestPage
from ..law.advice import Situation, advice
from ..law.clock import PAUSED_CLARIFICATION, Standing
from ..models import Direction, Evidence, MessageKind, OutboundState, Outcome, Prominence, Status
from ..permissions import SAID_BY_ANYBODY_AFTER
from ..publishing.redaction import mask
from .advice_words import advice_shown

# By the evidence that there is, with a server's name and without.
SERVER_TOOK_IT = {
    Evidence.PROVIDER: gettext_lazy("Delivered. The mail server %(server)s took it on %(day)s."),
    Evidence.DSN: gettext_lazy("Delivered. The mail server %(server)s reported on %(day)s that it has it."),
    Evidence.MX: gettext_lazy("Delivered. The authority’s own mail server, %(server)s, took it on %(day)s."),
}
TOOK_IT = {
    Evidence.PROVIDER: gettext_lazy("Delivered. The authority’s mail system took it on %(day)s."),
    Evidence.DSN: gettext_lazy("Delivered. A report of %(day)s says that the authority’s mail system has it."),
    Evidence.MX: gettext_lazy("Delivered. The authority’s own mail server took it on %(day)s."),
}
AGAIN = gettext_lazy("It did not arrive at first and was sent again. ")
AFTER_FAILURE = gettext_lazy("Our staff find out which address is right, and then send it again.")
# RFC 3463, not a part of an address of a machine.
STATUS_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![.\d])")
UNHAPPY = (Outcome.REFUSED, Outcome.PARTIALLY_SUCCESSFUL, Outcome.NOT_HELD)


def next_step(page: RequestPage, *, today: date) -> RequestPage:
    """The page of the person who made the request, with the one thing to do next, if there is one."""
    return replace(page, next_step=_step(page, today))


def _step(page: RequestPage, today: date) -> NextStep | None:
    if page.is_imported:
        return None
    words = {"authority": page.authority.name}
    waits = any(entry.delivery and entry.delivery.state == "sending" for entry in page.letters)
    if waits and settings.TAKE_BACK_MINUTES:
        return NextStep(
            _("Your letter has not left yet. Until it does, you can take it back and change it."),
            _("Take it back"),
            reverse("requester:take_back", args=[page.slug]),
        )
    if page.to_describe and page.status != Status.WITHDRAWN:
        return NextStep(
            _("%(authority)s has written to you. Was this the answer?") % words,
            _("Say what the letter was"),
            reverse("requester:describe", args=[page.slug, page.to_describe[0]]),
        )
    found = advice_shown(
        advice(_situation(page, today)),
        regime=page.regime,
        slug=page.slug,
        authority=page.authority.name,
        authority_slug=page.authority.url.rpartition("/")[2],
        has_tried=_reminded_on(page) is not None,
    )
    return NextStep(found.text, found.label, found.url) if found else None


def _situation(page: RequestPage, today: date) -> Situation:
    facts = page.clock
    asked = page.status == Status.AWAITING_CLARIFICATION
    return Situation(
        regime=page.regime,
        standing=Standing(**facts.dates, terms_known=facts.terms_known, review_outcome_on=facts.review_outcome_on)
        if facts
        else Standing(),
        state=PAUSED_CLARIFICATION if asked else facts and facts.state,
        today=today,
        waits=page.status == Status.AWAITING_RESPONSE and not (facts and facts.wrote_on),
        in_review=page.status == Status.INTERNAL_REVIEW,
        unhappy=page.status == Status.ANSWERED and page.outcomes.own in UNHAPPY,
        reminded_on=_reminded_on(page),
    )


def _reminded_on(page: RequestPage) -> date | None:
    """The last day on which the requester wrote after the due day; None where they have not."""
    due_on = page.clock and page.clock.due_on
    written = [letter.on.date() for letter in page.letters if letter.kind == MessageKind.FOLLOW_UP]
    return max((on for on in written if due_on and on > due_on), default=None)


def delivery(sending: dict | str | None, *, is_own: bool = False) -> Delivery | None:
    """What may be said of the sending of one letter: the best that is known. None where it was not sent from here.

    ``is_own``: for its writer, who also reads what the other mail server said, with addresses masked.
    """
    if not sending:
        return None
    facts = json.loads(sending) if isinstance(sending, str) else sending
    state = facts["state"]
    if facts["bounced_at"]:
        day = _in_words(_moment(facts["bounced_at"]))
        text = _("This letter came back undelivered on %(day)s.") % {"day": day}
        why = _why_it_came_back(facts["bounce_reason"], is_own=is_own)
        return Delivery("alert", f"{text}{why} {AFTER_FAILURE}", "bounced")
    earlier = AGAIN if facts.get("again") else ""
    if state == OutboundState.SENT:
        text = f"{earlier}{_arrival(facts)}"
        if facts["maybe_twice"]:
            text += " " + _("It may have been sent twice.")
        return Delivery("check", text, "sent")
    if state == OutboundState.FAILED:
        return Delivery("alert", _("This letter could not be sent.") + f" {AFTER_FAILURE}", "failed")
    if state == OutboundState.CANCELLED:
        return Delivery("cross", _("This letter was taken back before it left."), "cancelled")
    if state == OutboundState.QUEUED and facts.get("attempts"):
        text = _("This letter has not left yet: the mail server did not take it. It is tried again by itself.")
        return Delivery("alert", f"{earlier}{text}", "retrying")
    return Delivery("clock", f"{earlier}{_('Sending…')}", "sending")


def _arrival(facts: dict) -> str:
    """Who says that a letter arrived, the best word first; else only that it left."""
    server = facts["delivered_to"]
    words = (SERVER_TOOK_IT if server else TOOK_IT).get(facts["delivered_by"])
    if words is None:
        day = _in_words(_moment(facts["accepted_at"]))
        text = _("Sent. Our mail server accepted it on %(day)s.") % {"day": day}
        if facts.get("delayed_at"):
            put_off = {"day": _in_words(_moment(facts["delayed_at"]))}
            text += " " + _("On %(day)s the authority’s mail server put it off; it is tried again by itself.") % put_off
        return text
    return str(words) % {"day": _in_words(_moment(facts["delivered_at"])), "server": server}


def _why_it_came_back(reason: str, *, is_own: bool) -> str:
    """The code of the failure for everybody; for the writer all that the report says, addresses masked."""
    code = STATUS_CODE.search(reason)
    if is_own and code:
        said = mask(reason).rstrip()
        stop = "" if said.endswith((".", "!", "?")) else "."
        return " " + _("The mail server’s reason: %(reason)s") % {"reason": f"{said}{stop}"}
    return " " + _("Code of the failure: %(code)s.") % {"code": code[0]} if code else ""


def _moment(value: str | datetime | None) -> datetime | None:
    found = parse_datetime(value) if isinstance(value, str) else value
    return found if found is None or is_aware(found) else make_aware(found)


def _in_words(moment: datetime | date | None) -> str:
    """ "16 June 2011 at 10:12" in London; a dash where the moment was not noted."""
    if moment is None:
        return "–"
    local = localtime(moment)
    return _("%(day)s at %(time)s") % {"day": date_format(local, "j F Y"), "time": date_format(local, "H:i")}


def undescribed_among(letters: list[dict]) -> tuple[int, ...]:
    """Numbers of the authority's letters that nobody has said anything about, oldest first."""
    return tuple(
        letter["id"]
        for letter in letters
        if letter["direction"] == Direction.INCOMING and not letter["is_automatic"] and not letter["described_as"]
    )


def for_anybody_among(letters: list[dict], undescribed: tuple[int, ...], row: dict, today: date) -> tuple[int, ...]:
    """Those that nobody has described for so long that any signed-in person may: see ``permissions``."""
    if row["is_imported"] or row["status"] == "withdrawn" or row["prominence"] != Prominence.PUBLIC:
        return ()
    old = today - SAID_BY_ANYBODY_AFTER
    return tuple(one["id"] for one in letters if one["id"] in undescribed and localtime(one["at"]).date() < old)
