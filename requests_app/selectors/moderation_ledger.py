"""The ledger of one request, for staff who add or take back a row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format

from ..law.clock import DUE_OVERRIDDEN
from ..law.regimes import REGIMES
from ..models import Basis, ClockEvent, Decision, DecisionKind, Evidence, FOIRequest
from .counts import EVENT_TITLES

KINDS = (
    DecisionKind.SET_LAST_DAY,
    DecisionKind.CHANGE_LAW,
    DecisionKind.SCHOOL_CLOSED,
    DecisionKind.NOTE_RECEIPT,
    DecisionKind.TAKE_BACK_ROW,
    DecisionKind.LET_ROW_STAND,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``undone_at`` is None while it stands."""

    number: int
    title: str
    on: date
    until: date | None
    basis: str
    evidence: str
    who: str
    undone_at: datetime | None

    @property
    def choice(self) -> str:
        return f"{self.title}, {date_format(self.on, 'j F Y')}"


@dataclass(frozen=True)
class ClockPage:
    foi_request: FOIRequest
    law: str
    is_school: bool
    rows: tuple[Row, ...]
    decisions: tuple[Decision, ...]
    day_that_waits: date | None

    @property
    def standing(self) -> list[tuple[int, str]]:
        """Number and words of every row that stands."""
        return [(row.number, row.choice) for row in self.rows if row.undone_at is None]


def load(number: int) -> ClockPage | None:
    """The request with its ledger in order of day; None where there is none. Three queries.

    ``day_that_waits``: a last day that was set while the clock stands still for a fee, and counts once it is paid.
    """
    foi_request = FOIRequest.objects.select_related("authority").filter(pk=number).first()
    if foi_request is None:
        return None
    rules = REGIMES.get(foi_request.regime)
    rows = (
        ClockEvent.objects.filter(foi_request=foi_request)
        .exclude(kind="taken_back")
        .select_related("actor", "taken_back_by")
        .order_by("on", "pk")
    )
    shown = [(row, _row(row)) for row in rows]
    set_days = [row.until for row, told in shown if row.kind == DUE_OVERRIDDEN and told.undone_at is None]
    is_waiting = foi_request.due_on is None and "fee_on" in foi_request.clock
    decisions = Decision.objects.filter(foi_request=foi_request, kind__in=KINDS).select_related("actor", "note")
    return ClockPage(
        foi_request=foi_request,
        law=rules.title if rules else "",
        is_school=bool(rules and rules.school),
        rows=tuple(told for _row_of_it, told in shown),
        decisions=tuple(decisions.order_by("-at", "-pk")[:100]),
        day_that_waits=set_days[-1] if set_days and is_waiting else None,
    )


def _row(row: ClockEvent) -> Row:
    undoing = getattr(row, "taken_back_by", None)
    return Row(
        number=row.pk,
        title=str(EVENT_TITLES.get(row.kind, row.kind)),
        on=row.on,
        until=row.until,
        basis=str(Basis(row.basis).label),
        evidence=str(Evidence(row.evidence).label) if row.evidence else "",
        who=row.actor.public_name if row.actor else "",
        undone_at=undoing.recorded_at if undoing else None,
    )
