"""The first page: what was just answered, what waits, and honest figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from ..exports.listing import Row
from ..models import Direction, FOIRequest, Message, OutcomeSaid, Status
from ..permissions import visible_letters, visible_to
from .public_list import ANYBODY, Wanted, _filtered, _read, _row

SHOWN = 4


@dataclass(frozen=True)
class Figures:
    """Counts as of now. Imported threads and bodies that no law binds are left out of ``waiting``."""

    waiting: int
    sent_this_week: int
    letters_this_week: int


@dataclass(frozen=True)
class Home:
    answered: tuple[Row, ...]
    waiting: tuple[Row, ...]
    figures: Figures


def load(*, today: date) -> Home:
    """Four queries, whatever the site's size."""
    seen = FOIRequest.objects.filter(visible_to(ANYBODY), is_imported=False)
    answered = seen.filter(
        Exists(OutcomeSaid.objects.standing().filter(foi_request=OuterRef("pk"))), status=Status.ANSWERED
    )
    waiting = _filtered(seen, Wanted(state="waiting"), today)
    week = timezone.now() - timedelta(days=7)
    counts = seen.aggregate(
        waiting=Count("pk", filter=Q(status=Status.AWAITING_RESPONSE)),
        sent=Count("pk", filter=Q(created_at__gte=week)),
    )
    letters = Message.objects.filter(
        visible_letters(ANYBODY), direction=Direction.INCOMING, is_automatic=False, at__gte=week
    ).count()
    return Home(
        answered=tuple(_row(row, today) for row in _read(answered, SHOWN)[:SHOWN]),
        waiting=tuple(_row(row, today) for row in _read(waiting, SHOWN)[:SHOWN]),
        figures=Figures(counts["waiting"], counts["sent"], letters),
    )
