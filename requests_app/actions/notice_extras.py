"""What a letter about a date that moved says besides: from which day, for which bank holidays, when we were wrong."""

from datetime import date

from django.utils import timezone

from ..models import Event, Reminder, ReminderKind, ReminderState
from .notice_check import TOLD_OF, Row

# Why a date moved, in the history: days were added to the list of bank holidays; or all was counted again without.
ADDED, AGAIN = "bank_holiday", "counted_again"
LATE_NOTICES = (ReminderKind.OVERDUE, ReminderKind.LONG_OVERDUE, ReminderKind.EXTENSION_ENDED)


def for_rows(rows: list[Row]) -> dict[int, dict[str, object]]:
    """By the reminder's number; only for those that tell of a moved date. None, or two queries."""
    moved = [row for row in rows if row["kind"] in TOLD_OF]
    if not moved:
        return {}
    numbers = {row["foi_request_id"] for row in moved}
    events: dict[tuple[int, str], dict] = {}
    moves = Event.objects.filter(foi_request__in=numbers, kind="due_date_moved").order_by("pk")
    for number, data in moves.values_list("foi_request", "data"):
        if data.get("from") and data.get("to"):
            events[number, data["to"]] = data
    told: dict[tuple[int, str], date] = {}
    for number, audience, at in (
        Reminder.objects.filter(foi_request__in=numbers, kind__in=LATE_NOTICES, state=ReminderState.SENT)
        .order_by("settled_at")
        .values_list("foi_request", "audience", "settled_at")
    ):
        told[number, audience] = timezone.localdate(at)
    found = {}
    for row in moved:
        data = events.get((row["foi_request_id"], row["for_on"].isoformat()), {})
        found[row["pk"]] = {
            "old_due": date.fromisoformat(data["from"]) if data else None,
            "holidays": [date.fromisoformat(on) for on in data.get("days", ())] if data.get("why") == ADDED else [],
            "counted_again": data.get("why") == AGAIN,
            "told_on": told.get((row["foi_request_id"], row["audience"])),
        }
    return found
