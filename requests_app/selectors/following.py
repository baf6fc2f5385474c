"""What a person follows: by due date, unread first."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from ..exports.thread import Pill
from ..models import Event, FOIRequest, Follow, User
from ..permissions import visible_to
from . import paths
from .public_list import _COLUMNS, _extra, _row

MOST = 500


@dataclass(frozen=True)
class Followed:
    """One line of the table. ``pill`` and ``due_on`` are None for an authority."""

    number: int
    url: str
    title: str
    authority: str
    pill: Pill | None
    due_on: date | None
    last_activity_at: datetime | None
    is_unread: bool
    rhythm: str


def followed_by(user: User, *, today: date) -> tuple[list[Followed], list[Followed]]:
    """(requests, authorities) that this person follows and may see; two queries, at most 500 lines each."""
    rows = {
        row["id"]: row
        for row in FOIRequest.objects.filter(visible_to(user), follows__user=user)
        .order_by()
        .values(*_COLUMNS, **_extra())[:MOST]
    }
    since = OuterRef("seen_at")
    news = Event.objects.filter(
        Q(foi_request=OuterRef("foi_request")) | Q(foi_request__authority=OuterRef("authority")), recorded_at__gt=since
    ).exclude(actor=user)
    follows = (
        Follow.objects.filter(user=user)
        .annotate(is_unread=Exists(news), due=Coalesce("foi_request__due_on", date.max))
        .select_related("authority")
        .order_by(F("is_unread").desc(), "due", "pk")[: 2 * MOST]
    )
    requests, authorities = [], []
    for follow in follows:
        if follow.authority_id:
            name, slug = follow.authority.name, follow.authority.slug
            authorities.append(
                Followed(
                    follow.pk, paths.authority(slug), name, name, None, None, None, follow.is_unread, follow.rhythm
                )
            )
        elif follow.foi_request_id in rows:
            row = _row(rows[follow.foi_request_id], today)
            requests.append(
                Followed(
                    follow.pk,
                    row.url,
                    row.title,
                    row.authority,
                    row.pill,
                    row.due_on if row.status in ("awaiting_response", "internal_review") else None,
                    row.last_activity_at,
                    follow.is_unread,
                    follow.rhythm,
                )
            )
    return requests, authorities
