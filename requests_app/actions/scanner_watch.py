"""Whether the virus scanner answers: a case while it does not, and a line where the site's health is told."""

from datetime import datetime

from ..models import Case, CaseKind, Heartbeat
from .cases import close_cases_about, open_case
from .reminders import seen

# There is one scanner; its case is about no row.
THING, NUMBER = "scanner", 0


def scanner_is_away(*, now: datetime, why: str) -> None:
    """Note that nobody scans now. Files stay as they are: being checked."""
    row = Heartbeat.objects.filter(name=Heartbeat.SCANNER).first()
    since = (row.data.get("away_since") if row else None) or now.isoformat()
    seen(Heartbeat.SCANNER, now=now, data={"away_since": since, "why": why[:100]})
    open_case(CaseKind.SCANNER_AWAY, THING, NUMBER, urgent=True, now=now)


def scanner_answered(*, now: datetime) -> None:
    """Note that it answers. The case closes by itself."""
    seen(Heartbeat.SCANNER, now=now)
    if Case.objects.open().filter(kind=CaseKind.SCANNER_AWAY).exists():
        close_cases_about(CaseKind.SCANNER_AWAY, THING, NUMBER, actor=None, now=now)
