"""The one list of everything that waits for a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import Pill
from ..models import (
    Attachment,
    AuthorityAddress,
    Case,
    CaseKind,
    ClockEvent,
    InboundEmail,
    Invitation,
    Message,
    OutboundEmail,
    Report,
    SiteMessage,
    User,
)
from .authority_inbox import Chip
from .counts import EVENT_TITLES
from .file_findings import titles_of
from .moderation_words import bank_holidays_reason, held_reason, report_reason

SHOWN = 200
OWNERS = {"anybody": gettext_lazy("Anybody"), "mine": gettext_lazy("Mine"), "nobody": gettext_lazy("Not taken")}
ICONS = {
    CaseKind.HELD_LETTER: "mail",
    CaseKind.UNDELIVERABLE: "alert",
    CaseKind.TAKE_DOWN: "hidden",
    CaseKind.REPORT: "flag",
    CaseKind.CONTACT: "note",
    CaseKind.OFFICER_ACCESS: "person",
    CaseKind.FAILED_JOB: "cross",
    CaseKind.BANK_HOLIDAYS: "calendar",
    CaseKind.CLOCK_DISPUTED: "clock",
    CaseKind.FILE_HELD: "file",
    CaseKind.UNWANTED_MAIL: "flag",
    CaseKind.SCANNER_AWAY: "alert",
}


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    url: str
    kind: Pill
    about: str
    request_title: str
    opened_at: datetime
    owner: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[Row, ...]
    kinds: tuple[Chip, ...]
    owners: tuple[Chip, ...]
    total: int
    more: int
    held: int = 0


def load(*, user: User, kind: str = "", owner: str = "") -> QueuePage:
    """Open cases, urgent first, then oldest first; at most 200. Seven queries, however many cases."""
    kind = kind if kind in CaseKind.values else ""
    owner = owner if owner in OWNERS else "anybody"
    counted = list(Case.objects.open().values_list("kind", "owner"))
    cases = Case.objects.open().select_related("foi_request", "owner").order_by("-urgent", "opened_at", "id")
    if kind:
        cases = cases.filter(kind=kind)
    if owner != "anybody":
        cases = cases.filter(owner=user if owner == "mine" else None)
    cases = list(cases[:SHOWN])
    words = _about(cases)
    by_kind = Counter(one for one, _owner in counted)
    by_owner = {
        "anybody": len(counted),
        "mine": sum(who == user.pk for _kind, who in counted),
        "nobody": sum(who is None for _kind, who in counted),
    }
    matching = sum(
        (not kind or one == kind) and (owner == "anybody" or who == (user.pk if owner == "mine" else None))
        for one, who in counted
    )
    return QueuePage(
        rows=tuple(_row(case, words) for case in cases),
        kinds=tuple(
            _chip(label, by_kind[code] if code else len(counted), current=kind == code, kind=code, owner=owner)
            for code, label in [("", _("Everything")), *CaseKind.choices]
            if not code or by_kind[code] or kind == code
        ),
        owners=tuple(
            _chip(label, by_owner[code], current=owner == code, kind=kind, owner=code) for code, label in OWNERS.items()
        ),
        total=matching,
        more=max(0, matching - len(cases)),
        held=by_kind[CaseKind.HELD_LETTER],
    )


def _chip(label: str, count: int, *, current: bool, kind: str, owner: str) -> Chip:
    asked = [f"kind={kind}" if kind else "", f"owner={owner}" if owner != "anybody" else ""]
    query = "&".join(part for part in asked if part)
    base = reverse("moderation:queue")
    return Chip(label=str(label), url=f"{base}?{query}" if query else base, count=count, current=current, tone="")


def _row(case: Case, words: dict[tuple[str, int], str]) -> Row:
    return Row(
        number=case.pk,
        url=reverse("moderation:case", args=[case.pk]),
        kind=Pill(str(case.get_kind_display()), ICONS[case.kind], "late" if case.urgent else "neutral"),
        about=words.get((case.thing_type, case.thing_id), ""),
        request_title=case.foi_request.title if case.foi_request else "",
        opened_at=case.opened_at,
        owner=case.owner.public_name if case.owner else "",
    )


def _about(cases: list[Case]) -> dict[tuple[str, int], str]:
    """One line for each case's thing; one query for each sort of thing in the list."""
    found: dict[tuple[str, int], str] = {
        (case.thing_type, case.thing_id): bank_holidays_reason(case.details.get("why", ""))
        for case in cases
        if case.kind == CaseKind.BANK_HOLIDAYS
    }

    def rows(thing_type: str, queryset: QuerySet):
        numbers = [case.thing_id for case in cases if case.thing_type == thing_type]
        return queryset.filter(pk__in=numbers) if numbers else ()

    for email in rows("inbound_email", InboundEmail.objects.only("sender_address", "reason")):
        found["inbound_email", email.pk] = _("%(sender)s: %(reason)s") % {
            "sender": email.sender_address or _("no sender"),
            "reason": held_reason(email.reason),
        }
    for email in rows("outbound_email", OutboundEmail.objects.only("to_address", "subject")):
        found["outbound_email", email.pk] = _("To %(address)s") % {"address": email.to_address}
    for address in rows("authority_address", AuthorityAddress.objects.select_related("authority")):
        found["authority_address", address.pk] = f"{address.authority.name}: {address.email}"
    for message in rows("message", Message.objects.only("author_name")):
        found["message", message.pk] = message.author_name
    for report in rows("report", Report.objects.only("reason", "text")):
        found["report", report.pk] = f"{report_reason(report.reason)}: {report.text[:120]}"
    for one in rows("site_message", SiteMessage.objects.only("subject", "name")):
        found["site_message", one.pk] = f"{one.name}: {one.subject}"
    for invitation in rows("invitation", Invitation.objects.select_related("authority")):
        found["invitation", invitation.pk] = f"{invitation.name}, {invitation.authority.name}"
    codes = {case.thing_id: case.details.get("codes", ()) for case in cases if case.kind == CaseKind.FILE_HELD}
    for file in rows("attachment", Attachment.objects.only("name")):
        found["attachment", file.pk] = f"{file.name}: {titles_of(codes.get(file.pk, ()))}"
    for row in rows("clock_event", ClockEvent.objects.only("kind", "on")):
        found["clock_event", row.pk] = f"{EVENT_TITLES.get(row.kind, row.kind)}, {date_format(row.on, 'j F Y')}"
    return found
