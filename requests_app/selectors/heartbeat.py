"""When beat and the sweep of reminders were last seen; late is late for the people who look after the site."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..models import Heartbeat

PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """The last moment, None where there never was one, and what the thing said of itself."""

    at: datetime | None
    late: bool
    data: dict

    def seconds_ago(self, now: datetime) -> int | None:
        return None if self.at is None else int((now - self.at).total_seconds())


def last_seen(*, now: datetime) -> dict[str, Seen]:
    """Beat and sweep by their names; unseen for more than a quarter of an hour is late. One query."""
    rows = {row.name: row for row in Heartbeat.objects.filter(name__in=(Heartbeat.BEAT, Heartbeat.SWEEP))}
    return {name: _seen(rows.get(name), now) for name in (Heartbeat.BEAT, Heartbeat.SWEEP)}


def scanner_away_since() -> datetime | None:
    """Since when the virus scanner does not answer; None where it does, or nothing was to be scanned. One query."""
    row = Heartbeat.objects.filter(name=Heartbeat.SCANNER).first()
    since = row.data.get("away_since") if row else None
    return datetime.fromisoformat(since) if since else None


def _seen(row: Heartbeat | None, now: datetime) -> Seen:
    if row is None:
        return Seen(None, True, {})
    return Seen(row.at, now - row.at > PATIENCE, row.data)
