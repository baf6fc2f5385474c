"""Every kind of letter that the site sends, with sample data: what `/dev/mail/letters/` shows. Needs no database.

Reminders are made by the code that makes real ones, from a clock that the law's own rules fold out of sample events.
The rest are printed from the same templates that real letters are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.utils.translation import gettext as _

from ..actions.notice_words import Part, part_of_draft, part_of_request
from ..law.clock import Event, fold
from ..law.holidays import shipped_table
from ..law.wire import pack
from ..mail import compose
from ..mail.arrival_words import said_moment
from ..models import Audience, Authority, FOIRequest, Prominence, ReminderKind, User
from ..site_facts import site_facts

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "mail"
_AT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
_SLUG = "damp-and-mould-in-council-homes"
_DRAFT = 7
_TITLE = "Damp and mould in council homes"
_ASKED = "Please send me the number of reports of damp and mould in each year since 2022, by ward."
_PERSON = User(public_name="Ruth Amberley", email="ruth@people.example")
_AUTHORITY = Authority(name="Harrow Vale London Borough Council", slug="harrow-vale-council")
_REQUEST = FOIRequest(
    pk=41,
    title=_TITLE,
    slug=_SLUG,
    authority=_AUTHORITY,
    requester=_PERSON,
    regime="foia",
    authority_reference="FOI/2026/1234",
    written_reference="FOI/2026/1234",
)
# What happened, by kind of reminder that needs more than a request received and not answered.
_RECEIVED = ("received", date(2026, 2, 2))
_ANSWERED = ("responded", date(2026, 3, 2))
_HAPPENED = {
    "clarification_waiting": [_RECEIVED, ("clarification_requested", date(2026, 2, 9))],
    "fee_lapsing": [_RECEIVED, ("fees_notice", date(2026, 2, 9))],
    "extension_ended": [_RECEIVED, ("extension_claimed", date(2026, 2, 20), date(2026, 3, 13))],
    "review_window": [_RECEIVED, _ANSWERED],
    "review_due_soon": [_RECEIVED, _ANSWERED, ("ir_requested", date(2026, 3, 9))],
    "review_overdue": [_RECEIVED, _ANSWERED, ("ir_requested", date(2026, 3, 9))],
    "regulator_window": [_RECEIVED, _ANSWERED, ("ir_requested", date(2026, 3, 9)), ("ir_outcome", date(2026, 3, 16))],
}
# What a date that moved is told with.
_MOVED = {"old_due": date(2026, 3, 2), "holidays": [date(2026, 2, 16)], "told_on": date(2026, 3, 3)}


@dataclass(frozen=True)
class Sample:
    """One letter with sample data; ``name`` is its folder in ``templates/mail``."""

    name: str
    subject: str
    body: str


def names() -> list[str]:
    """The folders of letters, in order; what begins with an underscore is part of several."""
    return sorted(found.name for found in TEMPLATES.iterdir() if found.is_dir())


def sample(name: str) -> Sample:
    """The letter of this folder. Raises KeyError for a name that is no letter's."""
    if name not in names():
        raise KeyError(name)
    kind, _line, audience = name.rpartition("_")
    if kind in ReminderKind.values and audience in Audience.values:
        subject, body = _part(kind, audience).whole(_stop_url())
    else:
        subject, body = compose.render(name, _words() | _OWN_WORDS.get(name, dict)())
    return Sample(name, " ".join(subject.split()), compose.wrap(body))


def is_sample(address: str) -> bool:
    """Whether an address leads to what is only in the sample: its request, its drafts, its links that work once."""
    return any(mark in address for mark in (_SLUG, "/sample", f"/request/{_REQUEST.pk}/", f"/draft/{_DRAFT}/"))


def _part(kind: str, audience: str) -> Part:
    if kind == ReminderKind.NOT_SENT_YET:
        return part_of_draft(_draft_row(kind, audience))
    extras = _MOVED if kind in (ReminderKind.DATE_MOVED, ReminderKind.OVERDUE_CORRECTED) else {}
    return part_of_request(_request_row(kind, audience), extras)


def _request_row(kind: str, audience: str) -> Mapping[str, object]:
    events = [Event(*happened) for happened in _HAPPENED.get(kind, [_RECEIVED])]
    standing = fold("foia", events, holidays=shipped_table(), today=None)
    return {
        "kind": kind,
        "step": 0,
        "audience": audience,
        "for_on": standing.due or _RECEIVED[1],
        "foi_request_id": _REQUEST.pk,
        "clock_text": json.dumps(pack(standing)),
        "foi_request__regime": "foia",
        "foi_request__title": _TITLE,
        "foi_request__title_prominence": Prominence.PUBLIC,
        "foi_request__written_reference": _REQUEST.written_reference,
        "foi_request__slug": _SLUG,
        "foi_request__sent_at": datetime(2026, 2, 2, 9, 0, tzinfo=UTC),
        "foi_request__requester__public_name": _PERSON.public_name,
        "foi_request__authority__name": _AUTHORITY.name,
    }


def _draft_row(kind: str, audience: str) -> Mapping[str, object]:
    return {
        "kind": kind,
        "audience": audience,
        "for_on": date(2026, 3, 13),
        "draft_id": _DRAFT,
        "draft__title": _TITLE,
        "draft__kind": "request",
        "draft__send_on_confirmation": True,
        "draft__authority__name": _AUTHORITY.name,
        "draft__foi_request__slug": None,
        "draft__foi_request__title": None,
        "draft__foi_request__title_prominence": None,
        "draft__foi_request__authority__name": None,
    }


def _stop_url() -> str:
    return f"{settings.SITE_URL}/unsubscribe/sample"


def _words() -> dict[str, object]:
    """What is the same in all letters about one request, by the names that their templates use."""
    return {
        **site_facts(),
        "foi_request": _REQUEST,
        "user": _PERSON,
        "authority": _AUTHORITY,
        "request_url": compose.page_url(_REQUEST),
        "answer_url": compose.answer_url(_REQUEST),
        "report_url": f"{compose.page_url(_REQUEST)}/report",
        "letter_name": compose.letter_name("foia"),
        "message": SimpleNamespace(
            pk=63, anchor="incoming-2", at=_AT, body=_letter(), behind_portal=True, recalled_at=_AT
        ),
        "shown_title": _TITLE,
        "link": f"{settings.SITE_URL}/link/sample",
        "expires_at": datetime(2026, 3, 30, 9, 0, tzinfo=UTC),
        "name": "Ivor Penhale",
        "email": "ivor.penhale@harrow-vale.example",
        "sender": "housing.team@harrow-vale.example",
        "subject": "Your request about damp",
        "received_at": _AT,
        "arrived_on": said_moment(_AT),
        "recipient": f"foi+request-41-mistyped@{settings.MAIL_DOMAIN}",
        "files": 2,
        "public_wording": _("It names a tenant who is not in public life."),
        "activate_url": f"{settings.SITE_URL}/account/confirm-email/sample/",
        "password_reset_url": f"{settings.SITE_URL}/account/password/reset/key/sample/",
        "code": "SAMPLE",
        "to_email": "ruth.amberley@people.example",
        "deleted_email": "ruth@old.example",
        "text": _("Thank you. Please count only the reports that led to a visit."),
        "settings_url": f"{settings.SITE_URL}/my/account/#reminders",
    }


def _letter() -> str:
    return "\n\n".join([_("Dear Harrow Vale London Borough Council,"), _ASKED, _("Yours faithfully,"), "Ruth Amberley"])


def _of_followed() -> dict[str, object]:
    events = [
        {"at": _AT, "kind": "response_received"},
        {"at": _AT, "kind": "outcome_said", "by_authority": True, "outcome": _("successful")},
        {"at": _AT, "kind": "due_date_moved", "old_due": _MOVED["old_due"], "new_due": date(2026, 3, 3)},
    ]
    item = {"title": _TITLE, "authority": _AUTHORITY.name, "requester": _PERSON.public_name, "events": events}
    item["url"] = compose.page_url(_REQUEST)
    return {"items": [item], "has_more": False, "rhythm": "daily", "unsubscribe_url": _stop_url()}


def _of_daily(audience: str, kinds: list[str]) -> dict[str, object]:
    parts = [_part(kind, audience) for kind in kinds]
    sections = [{"heading": part.heading, "text": part.text()} for part in parts]
    words = {"sections": sections, "left_out": 0, "total": len(parts), "unsubscribe_url": _stop_url()}
    if audience == Audience.AUTHORITY:
        return words | {"optional": True, "inbox_url": f"{settings.SITE_URL}/inbox/"}
    return words | {"requests_url": f"{settings.SITE_URL}/my/requests/"}


def _of_suspended() -> dict[str, object]:
    letters = [{"author_name": _PERSON.public_name, "at": _AT, "text": _ASKED}]
    waiting = {
        "title": _TITLE,
        "authority": _AUTHORITY.name,
        "address": "foi@harrow-vale.example",
        "url": compose.page_url(_REQUEST),
        "due_on": date(2026, 3, 2),
        "letters": letters,
    }
    return {"public_wording": _("Seven letters with the same insult to one officer."), "open_requests": [waiting]}


_OWN_WORDS = {
    "account_restored": lambda: {"public_wording": _("We looked at it again, and agree with you.")},
    "account_suspended": _of_suspended,
    "contact_answer": lambda: {
        "answer": _("The date counts from the day after the letter arrived, so yours is right."),
        "site_message": SimpleNamespace(
            name=_PERSON.public_name, subject=_("A date"), created_at=_AT, text=_("Why is my date a day later?")
        ),
    },
    "daily_authority": lambda: _of_daily(Audience.AUTHORITY, ["due_soon", "overdue"]),
    "daily_requester": lambda: _of_daily(Audience.REQUESTER, ["overdue", "review_window"]) | {"items": []},
    "follow_at_once": _of_followed,
    "follow_digest": _of_followed,
    "hidden_by_staff": lambda: {"kind": "message"},
    "recall_taken": lambda: {"until": date(2026, 3, 19)},
    "report_closed": lambda: {"was_hidden": True, "answer": ""},
    "report_received": lambda: {"reason_label": _("It is about a private person")},
    "response_receipt": lambda: {"take_down_link": f"{settings.SITE_URL}/link/sample"},
}
