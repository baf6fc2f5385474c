"""A line of the public history for a reminder that something is late; one for both sides."""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from ..models import Event, FOIRequest, ReminderKind
from .notice_check import Row
from .publication import touch_where

KINDS = {ReminderKind.REVIEW_OVERDUE: "reminded_of_review"}


def note_reminded(rows: list[Row], *, now: datetime) -> None:
    """Write down, once for each request and date, that it was reminded of; its page shows one line more."""
    if not rows:
        return
    said = sorted({(row["foi_request_id"], str(row["kind"]), row["step"], row["for_on"].isoformat()) for row in rows})
    numbers = sorted({number for number, *_rest in said})
    # The other side's letter may be posted by another process just now: one of the two waits for the other.
    list(FOIRequest.objects.filter(pk__in=numbers).order_by("pk").select_for_update().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Event._meta.db_table} (foi_request_id, kind, at, recorded_at, data)"  # noqa: S608
            " SELECT number, event, %(now)s, %(now)s, jsonb_build_object('of', kind, 'step', step, 'for_on', for_on)"
            " FROM unnest(%(numbers)s::bigint[], %(events)s::text[], %(kinds)s::text[], %(steps)s::int[],"
            "   %(days)s::text[])"
            " AS said (number, event, kind, step, for_on)"
            f" WHERE NOT EXISTS (SELECT FROM {Event._meta.db_table} e WHERE e.foi_request_id = number"
            "   AND e.kind = event AND e.data->>'of' = said.kind AND e.data->>'for_on' = said.for_on"
            "   AND (e.data->>'step')::int = said.step)"
            " RETURNING foi_request_id",
            {
                "now": now,
                "numbers": [number for number, *_rest in said],
                "events": [KINDS.get(kind, "reminded") for _number, kind, _step, _on in said],
                "kinds": [kind for _number, kind, _step, _on in said],
                "steps": [step for _number, _kind, step, _on in said],
                "days": [on for *_rest, on in said],
            },
        )
        new = [number for (number,) in cursor.fetchall()]
    if new:
        touch_where(Q(pk__in=new))
