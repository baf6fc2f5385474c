"""The first page: what was just answered, what waits, and honest figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from ..exports.listing import Row
from ..models import Direction, FOIRequest, Message, OutcomeSaid, Status
from ..permissions import visible_letters, visible_to
from .public_list import ANYBODY, Wanted, _filtered, _read, _row

SHOWN = 4


@dataclass(frozen=True)
class Figures:
    """Counts as of now, of what everybody may read. Imported threads are left out."""

    waiting: int
    sent_this_week: int
    letters_this_week: int


@dataclass(frozen=True)
class Home:
    answered: tuple[Row, ...]
    waiting: tuple[Row, ...]
    figures: Figures


def load(*, today: date, now: datetime) -> Home:
    """Five queries, whatever the site's size; each is answered from an index."""
    seen = FOIRequest.objects.filter(visible_to(ANYBODY), is_imported=False)
    answered = seen.filter(
        Exists(OutcomeSaid.objects.standing().filter(foi_request=OuterRef("pk"))), status=Status.ANSWERED
    )
    waiting = _filtered(seen.filter(letters_to_describe_since=None), Wanted(state="waiting"), today)
    week = now - timedelta(days=7)
    # Whatever was sent or answered this week was active this week, and that has an index.
    recent = seen.filter(last_activity_at__gte=week)
    letters = Message.objects.filter(
        visible_letters(ANYBODY), direction=Direction.INCOMING, is_automatic=False, at__gte=week, foi_request__in=recent
    )
    return Home(
        answered=tuple(_row(row, today) for row in _read(answered, SHOWN)[:SHOWN]),
        waiting=tuple(_row(row, today) for row in _read(waiting, SHOWN)[:SHOWN]),
        figures=Figures(
            waiting=seen.filter(status=Status.AWAITING_RESPONSE).count(),
            sent_this_week=recent.filter(sent_at__gte=week).count(),
            letters_this_week=letters.count(),
        ),
    )
