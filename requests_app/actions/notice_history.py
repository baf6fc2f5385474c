"""A line of the public history for each side that was reminded that something is late."""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from ..models import Event, ReminderKind
from .notice_check import Row
from .publication import touch_where

KINDS = {ReminderKind.REVIEW_OVERDUE: "reminded_of_review"}


def note_reminded(rows: list[Row], *, now: datetime) -> None:
    """Write down which side was reminded of what; the pages of these requests show one line more for each.

    A reminder goes once, so that its line is there once.
    """
    if not rows:
        return
    rows = sorted(rows, key=lambda row: row["pk"])
    numbers = sorted({row["foi_request_id"] for row in rows})
    # First, since it locks them: the other side's letter may be posted by another process just now, and one of the two
    # has to wait for the other.
    touch_where(Q(pk__in=numbers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Event._meta.db_table} (foi_request_id, kind, at, recorded_at, data)"  # noqa: S608
            " SELECT number, event, %(now)s, %(now)s,"
            "   jsonb_build_object('of', kind, 'step', step, 'for_on', for_on, 'audience', audience)"
            " FROM unnest(%(numbers)s::bigint[], %(events)s::text[], %(kinds)s::text[], %(steps)s::int[],"
            "   %(days)s::text[], %(audiences)s::text[])"
            " AS said (number, event, kind, step, for_on, audience)",
            {
                "now": now,
                "numbers": [row["foi_request_id"] for row in rows],
                "events": [KINDS.get(row["kind"], "reminded") for row in rows],
                "kinds": [str(row["kind"]) for row in rows],
                "steps": [row["step"] for row in rows],
                "days": [row["for_on"].isoformat() for row in rows],
                "audiences": [str(row["audience"]) for row in rows],
            },
        )
