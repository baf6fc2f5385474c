"""Before a planned reminder goes: is it still true, and may it go to whom it is meant for?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from ..law.holidays import HolidayTable
from ..models import (
    Audience,
    Authority,
    AuthorityAddress,
    AuthorityState,
    OutboundEmail,
    Prominence,
    Reminder,
    ReminderKind,
    ReminderOptOut,
    Sanction,
    Status,
    User,
)
from .notice_plan import ADDED_FACTS, OWN_FACTS, facts_in, notices_in, with_facts
from .notice_schedule import HELD_BACK, Notice, schedule

Row = dict[str, Any]
# A returned letter counts against its address for as long as we keep it.
BOUNCES_COUNT = timedelta(days=90)
OF_REQUEST = (
    "pk", "kind", "step", "audience", "for_on", "planned_on", "foi_request_id",
    *(f"foi_request__{name}" for name in OWN_FACTS), *ADDED_FACTS,
    "foi_request__title", "foi_request__title_prominence", "foi_request__title_concealed_wording",
    "foi_request__written_reference",
    "foi_request__prominence", "foi_request__slug", "foi_request__sent_at", "foi_request__reply_token",
    "foi_request__requester_id", "foi_request__requester__public_name",
    "foi_request__authority_id", "foi_request__authority__name",
)  # fmt: skip
OF_DRAFT = (
    "pk", "kind", "step", "audience", "for_on", "planned_on", "draft_id",
    "draft__user_id", "draft__title", "draft__kind", "draft__sent_as_id", "draft__send_on_confirmation",
    "draft__authority__name", "draft__foi_request__slug", "draft__foi_request__title",
    "draft__foi_request__title_prominence", "draft__foi_request__title_concealed_wording",
    "draft__foi_request__prominence", "draft__foi_request__status",
    "draft__foi_request__authority__name",
)  # fmt: skip
# Kinds that the schedule does not know: planned by whoever changed the bank holidays.
TOLD_OF = (ReminderKind.DATE_MOVED, ReminderKind.OVERDUE_CORRECTED)


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a letter would go. ``refused``: the code of why none may, empty where one may."""

    number: int
    address: str
    refused: str
    switched_off: frozenset[str]


def rows_about_requests(audience: str, numbers: list[int], regimes: list[str] | None) -> list[Row]:
    """Planned reminders for these people or authorities, locked; those that another process has are left to it."""
    whose = "foi_request__requester" if audience == Audience.REQUESTER else "foi_request__authority"
    found = Reminder.objects.planned().filter(audience=audience, **{f"{whose}__in": numbers})
    if regimes is not None:
        found = found.filter(foi_request__regime__in=regimes)
    locked = with_facts(found, "foi_request__").select_for_update(of=("self",), skip_locked=True)
    return list(locked.order_by("for_on", "pk").values(*OF_REQUEST))


def rows_about_drafts(numbers: list[int]) -> list[Row]:
    """Planned reminders of unsent letters of these people, locked."""
    found = Reminder.objects.planned().filter(draft__user__in=numbers)
    return list(found.select_for_update(of=("self",), skip_locked=True).order_by("pk").values(*OF_DRAFT))


def people(numbers: list[int], *, now: datetime) -> dict[int, Recipient]:
    """These people as recipients: closed, suspended and unreachable ones refused. Four queries."""
    suspended = set(Sanction.objects.active().filter(user__in=numbers).values_list("user", flat=True))
    bounced = set(
        OutboundEmail.objects.filter(
            to_user__in=numbers, bounced_at__gt=now - BOUNCES_COUNT, to_address__iexact=F("to_user__email")
        ).values_list("to_user", flat=True)
    )
    off = _switched_off("user", numbers)
    found = {}
    for number, email, active, closed_at in User.objects.filter(pk__in=numbers).values_list(
        "pk", "email", "is_active", "closed_at"
    ):
        refused = ""
        if closed_at or not active:
            refused = "closed"
        elif number in suspended:
            refused = "suspended"
        elif not email:
            refused = "no_address"
        elif number in bounced:
            refused = "bounced"
        found[number] = Recipient(number, email or "", refused, off.get(number, frozenset()))
    return found


def authorities(numbers: list[int]) -> dict[int, Recipient]:
    """These authorities as recipients: closed ones and those without a working address refused. Three queries."""
    addresses = {
        number: (email, undeliverable)
        for number, email, undeliverable in AuthorityAddress.objects.filter(
            authority__in=numbers, is_request_address=True
        ).values_list("authority", "email", "undeliverable_since")
    }
    off = _switched_off("authority", numbers)
    found = {}
    for number, state in Authority.objects.filter(pk__in=numbers).values_list("pk", "state"):
        email, undeliverable = addresses.get(number, ("", None))
        refused = ""
        if state == AuthorityState.CLOSED:
            refused = "closed"
        elif not email:
            refused = "no_address"
        elif undeliverable:
            refused = "bounced"
        found[number] = Recipient(number, email, refused, off.get(number, frozenset()))
    return found


def _switched_off(of: str, numbers: list[int]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for number, kind in ReminderOptOut.objects.filter(**{f"{of}__in": numbers}).values_list(of, "kind"):
        found[number] = found.get(number, frozenset()) | {kind}
    return found


def why_not(row: Row, recipient: Recipient, *, suspended: set[int], on: date, table: HolidayTable) -> str:
    """The code of why this reminder must not go to this recipient now; empty where it may."""
    if row["foi_request__prominence"] == Prominence.NOBODY:
        return "hidden"
    if row["foi_request__requester_id"] in suspended:
        return "suspended"
    if recipient.refused:
        return recipient.refused
    if row["kind"] in recipient.switched_off:
        return "switched_off"
    return _no_longer_true(row, on=on, table=table)


def why_not_draft(row: Row, recipient: Recipient) -> str:
    """The same for a letter that is not sent yet."""
    if row["draft__sent_as_id"]:
        return "sent_since"
    if row["draft__foi_request__prominence"] == Prominence.NOBODY:
        return "hidden"
    if row["draft__foi_request__status"] == Status.WITHDRAWN:
        return "withdrawn"
    if recipient.refused:
        return recipient.refused
    return "switched_off" if row["kind"] in recipient.switched_off else ""


def _no_longer_true(row: Row, *, on: date, table: HolidayTable) -> str:
    told_of = row["kind"] in TOLD_OF
    if not told_of and _is_among(notices_in(row, "foi_request__", table=table), row, on):
        return ""
    facts = facts_in(row, "foi_request__")
    if facts.silent:
        return "imported"
    if facts.status == Status.WITHDRAWN:
        return "withdrawn"
    if told_of:
        if facts.status == Status.AWAITING_RESPONSE and not facts.standing.responded_on:
            return "" if facts.standing.due == row["for_on"] else "moved"
    elif row["kind"] in HELD_BACK and facts.may_be_answered:
        as_if_none = replace(facts, to_describe_since=None, letter_waits=False)
        if _is_among(schedule(as_if_none, table=table), row, on):
            return "letter_waits"
    if facts.standing.responded_on or facts.status == Status.ANSWERED:
        return "answered"
    return "moved"


def _is_among(notices: Iterable[Notice], row: Row, on: date) -> bool:
    wanted = (row["kind"], row["step"], row["audience"], row["for_on"])
    return any(
        (notice.kind, notice.step, notice.audience, notice.for_on) == wanted and notice.still_stands(on)
        for notice in notices
    )
