"""The clock at work: what was planned each day, what became of it and why, and when beat and sweep were last seen."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy

from ..models import Heartbeat, Reminder, ReminderState
from .heartbeat import Seen, last_seen, scanner_away_since

DAYS = 30
WHY = {
    "answered": gettext_lazy("answered since"),
    "moved": gettext_lazy("the date had moved"),
    "withdrawn": gettext_lazy("withdrawn"),
    "letter_waits": gettext_lazy("a letter waits to be described"),
    "sent_since": gettext_lazy("the letter was sent since"),
    "hidden": gettext_lazy("hidden from all"),
    "imported": gettext_lazy("brought from elsewhere"),
    "suspended": gettext_lazy("account suspended"),
    "closed": gettext_lazy("account or authority closed"),
    "no_address": gettext_lazy("no address"),
    "bounced": gettext_lazy("mail to the address comes back"),
    "switched_off": gettext_lazy("not wanted"),
}


@dataclass(slots=True)
class Day:
    """One London day: of the reminders planned then, how many are now what."""

    on: date
    sent: int = 0
    skipped: int = 0
    failed: int = 0
    waiting: int = 0
    why: list[tuple[str, int]] = field(default_factory=list)

    @property
    def planned(self) -> int:
        return self.sent + self.skipped + self.failed + self.waiting


@dataclass(frozen=True, slots=True)
class ClockPage:
    days: tuple[Day, ...]
    beat: Seen
    sweep: Seen
    scanner_away_since: datetime | None = None


def load(*, today: date, now: datetime) -> ClockPage:
    """The last 30 days on which anything was planned, newest first. Three queries."""
    found: dict[date, Day] = {}
    why: dict[date, dict[str, int]] = defaultdict(dict)
    rows = (
        Reminder.objects.filter(planned_on__gt=today - timedelta(days=DAYS), planned_on__lte=today)
        .values_list("planned_on", "state", "reason")
        .annotate(total=Count("pk"))
        .order_by("-planned_on", "-total")
    )
    for on, state, reason, total in rows:
        day = found.setdefault(on, Day(on))
        name = {ReminderState.PLANNED: "waiting"}.get(state, state)
        setattr(day, name, getattr(day, name) + total)
        if state == ReminderState.SKIPPED:
            why[on][reason] = total
    for on, reasons in why.items():
        found[on].why = [(str(WHY.get(reason, reason)), total) for reason, total in reasons.items()]
    seen = last_seen(now=now)
    return ClockPage(tuple(found.values()), seen[Heartbeat.BEAT], seen[Heartbeat.SWEEP], scanner_away_since())
