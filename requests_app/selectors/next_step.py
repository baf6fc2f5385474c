"""What the signed-in requester should do now, and what is known of a letter's way out."""

import json
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime, make_aware
from django.utils.translation import gettext as _

from ..exports.thread import Delivery, NextStep, RequestPage
from ..models import OutboundState, Outcome, Status

UNHAPPY = (Outcome.REFUSED, Outcome.PARTIALLY_SUCCESSFUL, Outcome.NOT_HELD)


def next_step(page: RequestPage, *, regulator: str) -> RequestPage:
    """The page of the person who made the request, with the one thing to do next, if there is one."""
    return replace(page, next_step=_step(page, regulator))


def _step(page: RequestPage, regulator: str) -> NextStep | None:
    if page.is_imported:
        return None
    words = {"authority": page.authority.name}
    follow_up = reverse("requester:follow_up", args=[page.slug])
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
    if page.status == Status.AWAITING_CLARIFICATION:
        return NextStep(
            _("%(authority)s has asked you a question. It waits for your reply.") % words,
            _("Reply to the question"),
            follow_up,
        )
    state = page.clock.state if page.clock and page.status == Status.AWAITING_RESPONSE else None
    if state == "very-overdue":
        return NextStep(
            _("You can complain to %(regulator)s; you do not need an internal review first. ")
            % {"regulator": regulator}
            + _("They ask to see that you tried to resolve it, so send a reminder before if you have not."),
            _("How to complain"),
            reverse("public:help_page", args=["unhappy"]),
        )
    if state == "overdue":
        return NextStep(
            _("No answer has come by the day it was normally due. A short, polite reminder often helps."),
            _("Send a polite reminder"),
            follow_up,
        )
    if page.status == Status.ANSWERED and page.outcomes.own in UNHAPPY and page.authority.is_subject:
        return NextStep(
            _("If you think the answer is wrong or too little, you can ask %(authority)s to look at it again.") % words,
            _("Ask for an internal review"),
            follow_up + "?kind=internal_review",
        )
    return None


def delivery(sending: dict | str | None) -> Delivery | None:
    """What may be said of the sending of one letter: only what is known. None where it was not sent from here."""
    if not sending:
        return None
    facts = json.loads(sending) if isinstance(sending, str) else sending
    state = facts["state"]
    if facts["bounced_at"]:
        day = _in_words(_moment(facts["bounced_at"]))
        return Delivery("alert", _("This letter came back undelivered on %(day)s.") % {"day": day}, "bounced")
    if state == OutboundState.SENT:
        text = _("Sent. Our mail server accepted it on %(day)s.") % {"day": _in_words(_moment(facts["accepted_at"]))}
        if facts["maybe_twice"]:
            text += " " + _("It may have been sent twice.")
        return Delivery("check", text, "sent")
    if state == OutboundState.FAILED:
        return Delivery("alert", _("This letter could not be sent. We are looking into it."), "failed")
    if state == OutboundState.CANCELLED:
        return Delivery("cross", _("This letter was taken back before it left."), "cancelled")
    if state == OutboundState.QUEUED and facts.get("attempts"):
        text = _("This letter has not left yet: the mail server did not take it. It is tried again by itself.")
        return Delivery("alert", text, "retrying")
    return Delivery("clock", _("Sending…"), "sending")


def _moment(value: str | datetime | None) -> datetime | None:
    found = parse_datetime(value) if isinstance(value, str) else value
    return found if found is None or is_aware(found) else make_aware(found)


def _in_words(moment: datetime | date | None) -> str:
    """ "16 June 2011 at 10:12" in London; a dash where the moment was not noted."""
    if moment is None:
        return "–"
    local = localtime(moment)
    return _("%(day)s at %(time)s") % {"day": date_format(local, "j F Y"), "time": date_format(local, "H:i")}
