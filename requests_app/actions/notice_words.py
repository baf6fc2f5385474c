"""What a reminder prints: dates in words, addresses of pages, and the few facts that its template decides on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from ..law.clock import Standing
from ..law.regimes import MOVES_DUE, REGIMES, SCOTTISH_COMMISSIONER
from ..law.wire import unpack_text
from ..mail.filled import fill
from ..models import Audience, Prominence, ReminderKind

# Kinds that each side may switch off. What the law's date calls for goes to an authority in any case.
SWITCHABLE = {
    Audience.REQUESTER: tuple(kind for kind in ReminderKind if kind not in ("due_soon", "review_due_soon")),
    Audience.AUTHORITY: (ReminderKind.DUE_SOON, ReminderKind.REVIEW_DUE_SOON, ReminderKind.DATE_MOVED),
}
NOWHERE = "–"
NOTHING_MOVED = {"old_due": NOWHERE, "holiday": "", "told_on": NOWHERE}


@dataclass(frozen=True, slots=True)
class Part:
    """One reminder ready to be put into a letter, alone or among others."""

    template: str
    kind: str
    flags: Mapping[str, bool]
    values: Mapping[str, str]

    @property
    def heading(self) -> str:
        """What it is about, in a line: the subject of a letter that holds nothing else."""
        return fill(self.template, "subject", flags=self.flags, values=self.values).strip()

    def text(self) -> str:
        """Its paragraphs, for a letter that holds several."""
        return fill(self.template, "section", flags=self.flags, values=self.values)

    def whole(self, unsubscribe_url: str) -> tuple[str, str]:
        """Subject and body of a letter that holds nothing else; without an address it says nothing of stopping."""
        flags = {**self.flags, "optional": bool(unsubscribe_url)}
        values = {**self.values, "unsubscribe_url": unsubscribe_url}
        return self.heading, fill(self.template, "body", flags=flags, values=values)


def part_of_request(row: Mapping[str, object], extras: Mapping[str, object]) -> Part:
    """The part for a row of ``values()`` as `notice_check` reads it.

    ``extras``: for a date that moved ``old_due``, ``holidays`` (days), ``counted_again`` and ``told_on``; else empty.
    """
    regime, clock = row["foi_request__regime"], row["clock_text"]
    flags = _flags(regime, clock, step=row["step"], kind=row["kind"])
    values = _own_words(row, regime) | _words_of_dates(regime, clock, row["for_on"]) | NOTHING_MOVED
    if extras:
        flags, values = flags | _flags_of_move(extras), values | _words_of_move(extras)
    return _part(row, flags, values)


def part_of_draft(row: Mapping[str, object]) -> Part:
    """The part for a letter that is not sent yet."""
    with translation.override(settings.LANGUAGE_CODE):
        about = row["draft__foi_request__slug"]
        kept_at = f"/request/{about}/follow-up" if about else f"/new/draft/{row['draft_id']}/preview"
        if about and row["draft__kind"] == "internal_review":
            kept_at += "?kind=internal_review"
        values = {
            "title": _title_of_draft(row) or _("without a title"),
            "authority": row["draft__authority__name"] or row["draft__foi_request__authority__name"] or "",
            "since": in_words(row["for_on"]),
            "draft_url": f"{settings.SITE_URL}{kept_at}",
            "settings_url": settings_url(),
        }
    return _part(row, {"waits_for_address": bool(row["draft__send_on_confirmation"])}, values)


def _part(row: Mapping[str, object], flags: dict[str, bool], values: dict[str, str]) -> Part:
    return Part(f"{row['kind']}_{row['audience']}", str(row["kind"]), flags, values)


def settings_url() -> str:
    """Where a person chooses which reminders come."""
    return f"{settings.SITE_URL}/my/account/#reminders"


def in_words(on: date | None) -> str:
    """A day as people read it, Friday 15 July 2011; a dash for none."""
    return _day(on) if on else NOWHERE


@lru_cache(maxsize=4096)
def _day(on: date) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return date_format(on, "l j F Y")


def _title(row: Mapping[str, object]) -> str:
    """The title; for the authority with its own reference after it, as it wrote it, where it has given one."""
    title = title_for_parties(row)
    if row["audience"] != Audience.AUTHORITY or not row["foi_request__written_reference"]:
        return title
    with translation.override(settings.LANGUAGE_CODE):
        words = _("%(title)s (your reference: %(reference)s)")
    return words % {"title": title, "reference": row["foi_request__written_reference"]}


def title_for_parties(row: Mapping[str, object]) -> str:
    """The request's title, or the words in its place where it is hidden from the two parties too."""
    if row["foi_request__title_prominence"] == Prominence.NOBODY:
        return row["foi_request__title_concealed_wording"]
    return row["foi_request__title"]


def _title_of_draft(row: Mapping[str, object]) -> str:
    """The draft's own title, else its request's; neither says what is hidden of that request's."""
    if row["draft__foi_request__title_prominence"] == Prominence.NOBODY:
        return row["draft__foi_request__title_concealed_wording"]
    return row["draft__title"] or row["draft__foi_request__title"] or ""


@lru_cache(maxsize=2048)
def _flags(regime: str, clock: str, *, step: int, kind: str) -> dict[str, bool]:
    rules = REGIMES.get(regime)
    if rules is None:
        return {"by_law": False}
    at = unpack_text(clock)
    longest = at.review_max if kind == ReminderKind.REVIEW_OVERDUE and step else None
    return {
        "by_law": rules.by_law,
        "foia": regime == "foia",
        "scottish": rules.review_compulsory,
        "school": bool(rules.school and not at.terms_known),
        "moves": rules.extension == MOVES_DUE,
        "extended": bool(at.extension_on and at.extension_due and at.extension_due >= at.due) if at.due else False,
        "exceptional": bool(at.review_max and at.review_due and at.review_max > at.review_due and not longest),
    }


def _own_words(row: Mapping[str, object], regime: str) -> dict[str, str]:
    """What no two requests share."""
    url = f"{settings.SITE_URL}/request/{row['foi_request__slug']}"
    sent_at = row["foi_request__sent_at"]
    return {
        "title": _title(row),
        "request_url": url,
        "deadline_url": f"{url}/deadline",
        "follow_up_url": f"{url}/follow-up",
        "review_url": f"{url}/follow-up?kind=internal_review",
        "complaint_url": f"{url}/complaint",
        "case_url": f"{settings.SITE_URL}/inbox/request/{row['foi_request_id']}/",
        "settings_url": settings_url(),
        "authority": row["foi_request__authority__name"],
        "requester": row["foi_request__requester__public_name"],
        "regulator": _regulator(regime, settings.REGULATOR_NAME),
        "sent": in_words(timezone.localdate(sent_at) if sent_at else None),
    }


@lru_cache(maxsize=2048)
def _words_of_dates(regime: str, clock: str, for_on: date) -> dict[str, str]:
    """What all requests say that are counted alike from one day; worked out once for them."""
    at = unpack_text(clock)
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "received": in_words(at.received_on),
            "counted": _counted(at, regime),
            "counted_review": _counted_review(at, regime),
            "due": in_words(at.due),
            "due_day": in_words(for_on),
            "due_latest": in_words(at.due_latest),
            "very_overdue": in_words(at.very_overdue),
            "extension_due": in_words(at.extension_due),
            "asked_on": in_words(at.asked_on),
            "fee_on": in_words(at.fee_on),
            "fee_by": in_words(at.fee_by),
            "since": in_words(for_on),
            "review_on": in_words(at.review_on),
            "review_due": in_words(at.review_due),
            "review_max": in_words(at.review_max),
            "review_request_by": in_words(at.review_request_by),
            "regulator_by": in_words(at.regulator_by),
        }


def _flags_of_move(extras: Mapping[str, object]) -> dict[str, bool]:
    return {
        "counted_again": bool(extras.get("counted_again")),
        "has_holiday": bool(extras.get("holidays")),
        "has_holidays": len(extras.get("holidays", ())) > 1,
    }


def _words_of_move(extras: Mapping[str, object]) -> dict[str, str]:
    return {
        "old_due": in_words(extras.get("old_due")),
        "holiday": _listed(extras.get("holidays", ())),
        "told_on": in_words(extras.get("told_on")),
    }


def _listed(days: Iterable[date]) -> str:
    """Some days in a row of words."""
    with translation.override(settings.LANGUAGE_CODE):
        return get_text_list([in_words(on) for on in days], _("and"))


@lru_cache(maxsize=64)
def _regulator(regime: str, of_others: str) -> str:
    if regime in REGIMES and REGIMES[regime].regulator == SCOTTISH_COMMISSIONER:
        with translation.override(settings.LANGUAGE_CODE):
            return _("the Scottish Information Commissioner")
    return of_others


def _counted(at: Standing, regime: str) -> str:
    """How the date was counted, or that it was set and not counted, in one sentence; the page lists every day."""
    if at.override:
        return _(
            "How the date came about: the last day to answer was set to %(day)s for this request alone, by the staff of"
            " this site, who say why here:"
        ) % {"day": in_words(at.override)}
    return _counting_words(regime, at.counts_from, bool(at.skips), bool(at.extension_on))


@lru_cache(maxsize=4096)
def _counting_words(regime: str, counts_from: date | None, has_skips: bool, is_extended: bool) -> str:
    rules = REGIMES.get(regime)
    if rules is None or counts_from is None:
        return _("How the date was counted:")
    words = {"days": rules.days, "day": in_words(counts_from)}
    if rules.school:
        text = _("How we counted: %(days)d school days after %(day)s, without weekends and bank holidays")
    else:
        text = _("How we counted: %(days)d working days after %(day)s, without weekends and bank holidays")
    said = [text % words]
    if has_skips:
        said.append(_("without the days for which the clock was stopped for a fee"))
    if is_extended and rules.extension == MOVES_DUE:
        said.append(_("and with the extension"))
    return ", ".join(said) + _(". Every day is listed here:")


def _counted_review(at: Standing, regime: str) -> str:
    rules = REGIMES.get(regime)
    if rules is None or at.review_on is None or rules.review_days is None:
        return ""
    named = {"days": rules.review_days, "most": rules.review_max_days, "day": in_words(at.review_on)}
    if rules.review_max_days == rules.review_days:
        return _("How we counted: %(days)d working days after %(day)s, without weekends and bank holidays.") % named
    return (
        _(
            "How we counted: %(days)d working days after %(day)s, %(most)d in exceptional cases, without weekends and "
            "bank holidays."
        )
        % named
    )
