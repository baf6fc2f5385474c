"""A request's event history: every line of its timeline, in words from one table."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import RequestPage
from ..law.regimes import REGIMES
from ..models import Audience, BankHoliday, DecisionKind, Description, Event, Evidence, ReasonCode, Side
from .bank_holidays import BANK_HOLIDAYS, holidays_named, why_moved
from .counts import EVENT_TITLES, words_of_step
from .moderation_ledger import KINDS as ABOUT_THE_CLOCK
from .outcome_words import outcome_words

WORDS = {
    "sent": gettext_lazy("The request was written and published"),
    "follow_up_sent": gettext_lazy("A follow-up was written"),
    "internal_review_sent": gettext_lazy("An internal review was asked for"),
    "withdrawal_sent": gettext_lazy("The request was withdrawn"),
    "letter_taken_back": gettext_lazy("A letter was taken back before it left"),
    "handed_over": gettext_lazy("Our mail server accepted the letter"),
    "delivered": gettext_lazy("The authority’s mail system had the letter"),
    "not_delivered": gettext_lazy("The letter could not be delivered"),
    "reminded": gettext_lazy("A reminder said that the answer is late"),
    "reminded_of_review": gettext_lazy("A reminder said that the review is late"),
    "response_received": gettext_lazy("A letter came from the authority"),
    "automatic_reply_received": gettext_lazy("An automatic reply came from the authority"),
    "annotated": gettext_lazy("An annotation was left"),
    "letter_described": gettext_lazy("Somebody said what a letter was"),
    "outcome_said": gettext_lazy("Somebody said what came of the answer"),
    "outcome_taken_back": gettext_lazy("An outcome was taken back"),
    "due_date_moved": gettext_lazy("The day by which an answer is due was counted anew"),
    "fee_paid": gettext_lazy("The requester said that the fee was paid"),
    "clock_disputed": gettext_lazy("The requester did not agree with what the authority claims of the time limit"),
    "clock_dispute_taken_back": gettext_lazy("The requester took back that they do not agree"),
    "fee_paid_taken_back": gettext_lazy("The requester took back that the fee was paid"),
    "clock_confirmed": gettext_lazy("Our staff looked at a row of the clock, and it stands"),
    "clock_row_taken_back": gettext_lazy("Our staff took a row of the clock back"),
    "last_day_set": gettext_lazy("Our staff set the last day to answer for this request alone"),
    "law_changed": gettext_lazy("Our staff changed the law under which the request runs"),
    "school_closed": gettext_lazy("Days on which the school is closed were noted"),
    "school_closed_taken_back": gettext_lazy("The school took back that it is closed on these days"),
    "fee_received": gettext_lazy("The authority said that the fee was paid"),
    "fee_received_taken_back": gettext_lazy("The authority took back that the fee was paid"),
    "receipt_noted": gettext_lazy("Our staff noted the day on which the request was received"),
    "hidden": gettext_lazy("Something was hidden"),
    "shown_again": gettext_lazy("Something hidden was shown again"),
    "redacted": gettext_lazy("Words were taken out of what is published"),
    "redaction_ended": gettext_lazy("Words that had been taken out were published again"),
    "files_taken_down": gettext_lazy("Files were taken down for a check, at the authority's wish"),
    "letter_recalled": gettext_lazy("The authority’s mail program asked for a letter back"),
    "file_held": gettext_lazy("A file was held for a check before it is published"),
    "file_released": gettext_lazy("A file that was held for a check was released"),
    "file_replaced": gettext_lazy("A file that was held for a check was replaced by another"),
    "files_released": gettext_lazy("Files that were being checked were released"),
    "imported": gettext_lazy("The thread was brought here from another site"),
    "reported": gettext_lazy("Somebody reported the request"),
}
# Which of the two sides a reminder went to. Lines from before that was written down have none.
REMINDED = {
    ("reminded", Audience.REQUESTER): gettext_lazy("The requester was reminded that the answer is late"),
    ("reminded", Audience.AUTHORITY): gettext_lazy("The authority was reminded that the answer is late"),
    ("reminded_of_review", Audience.REQUESTER): gettext_lazy("The requester was reminded that the review is late"),
    ("reminded_of_review", Audience.AUTHORITY): gettext_lazy("The authority was reminded that the review is late"),
}
THINGS = {
    "request": gettext_lazy("The request was hidden"),
    "foirequest": gettext_lazy("The request was hidden"),
    "foi_request": gettext_lazy("The request was hidden"),
    "title": gettext_lazy("The title was hidden"),
    "message": gettext_lazy("A letter was hidden"),
    "attachment": gettext_lazy("A file was hidden"),
    "annotation": gettext_lazy("An annotation was hidden"),
}
SIDES = {
    Side.REQUESTER: gettext_lazy("said by the requester"),
    Side.AUTHORITY: gettext_lazy("said by the authority"),
    Side.IMPORTED: gettext_lazy("said on the site it came from"),
    Side.READER: gettext_lazy("said by a reader"),
}


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the history. ``anchor`` leads to the letter or annotation, empty where there is none to see.

    ``side``: whose word it is, as a code of ``Side``; empty where it is nobody's.
    """

    kind: str
    at: datetime
    words: str
    facts: tuple[str, ...]
    anchor: str
    side: str = ""


def event_history(page: RequestPage) -> tuple[EventLine, ...]:
    """What happened to this request, oldest first. Codes and days: no hidden word can be in it.

    What our staff decided about the clock has the words that they wrote for everybody, while these are not erased.
    One query; a second where a bank holiday moved a date.
    """
    anchors = {entry.anchor for entry in page.entries}
    rows = list(
        Event.objects.filter(foi_request=page.number)
        .order_by("at", "pk")
        .values(
            "kind",
            "at",
            "message_id",
            "annotation_id",
            "data",
            "message__direction",
            "decision__kind",
            "decision__note__public_wording",
        )
    )
    named = holidays_named(day for row in rows for day in (row["data"] or {}).get("days", []))
    return tuple(_line(row, anchors, named) for row in rows)


def _line(row: dict, anchors: set[str], named: dict[str, BankHoliday]) -> EventLine:
    data = row["data"] or {}
    words = str(WORDS.get(row["kind"], row["kind"].replace("_", " ").capitalize()))
    if row["decision__kind"] == DecisionKind.HIDE and data.get("thing") in THINGS:
        words = str(THINGS[data["thing"]])
    if (row["kind"], data.get("audience")) in REMINDED:
        words = str(REMINDED[row["kind"], data["audience"]])
    anchor = ""
    if row["message_id"]:
        anchor = f"{row['message__direction']}-{row['message_id']}"
    elif row["annotation_id"]:
        anchor = f"comment-{row['annotation_id']}"
    return EventLine(
        kind=row["kind"],
        at=localtime(row["at"]),
        words=words,
        facts=(*_facts(data, named), *_words_of_staff(row)),
        anchor=anchor if anchor in anchors else "",
        side=data.get("side") or "",
    )


def _words_of_staff(row: dict) -> tuple[str, ...]:
    """Why our staff decided so about the clock; for what they hid the page has its own words."""
    words = row["decision__note__public_wording"]
    if not words or row["decision__kind"] not in ABOUT_THE_CLOCK:
        return ()
    return (_("our staff wrote: %(words)s") % {"words": words},)


def _facts(data: dict, named: dict[str, BankHoliday]) -> tuple[str, ...]:
    """The codes of an event in words: by whom, what, why, from which day to which."""
    facts = []
    if data.get("outcome"):
        facts.append(outcome_words(data["outcome"]))
    elif data.get("described_as"):
        facts.append(str(Description(data["described_as"]).label))
    if data.get("side") in SIDES:
        facts.append(str(SIDES[data["side"]]))
    if data.get("reason") in ReasonCode.values:
        facts.append(_("reason: %(reason)s") % {"reason": ReasonCode(data["reason"]).label})
    if data.get("evidence") in Evidence.values:
        facts.append(str(Evidence(data["evidence"]).label))
    if data.get("law_from") and data.get("law_to"):
        laws = {"before": law_title(data["law_from"]), "after": law_title(data["law_to"])}
        facts.append(_("from %(before)s to %(after)s") % laws)
    if data.get("row_kind") in EVENT_TITLES:
        facts.append(str(EVENT_TITLES[data["row_kind"]]))
    if data.get("until"):
        facts.append(_("until %(day)s") % {"day": _day(data["until"])})
    if "from" in data and "to" in data:
        moved = _("from %(before)s to %(after)s") % {"before": _day(data["from"]), "after": _day(data["to"])}
        facts.append(f"{moved}, {why}" if (why := why_moved(data, named)) else moved)
    if why := _why(data):
        facts.append(why)
    return tuple(facts)


# Why a date moved, where it was no event of the ledger and no bank holiday.
CAUSES = {
    "law": gettext_lazy("The request runs under another law now."),
    "taken_back": gettext_lazy("A row of the clock was taken back."),
    "counted_again": gettext_lazy("This site counted all open requests again; no bank holiday was the reason."),
}


def _why(data: dict) -> str:
    """The sentence about what moved the date; empty where none was noted."""
    code = data.get("why")
    if code in BANK_HOLIDAYS:
        return ""  # said in one sentence with the dates
    if code in CAUSES:
        return str(CAUSES[code])
    dates = {name: date.fromisoformat(on) for name, on in data.get("dates", {}).items()}
    return words_of_step(code, dates) if code else ""


def law_title(regime: str) -> str:
    """The name of a law by its code; the code itself where we do not know it."""
    rules = REGIMES.get(regime)
    return (rules.title or _("no such law")) if rules else regime


def _day(text: str | None) -> str:
    return date_format(date.fromisoformat(text), "j F Y") if text else _("no date")
