"""The sweep that beat calls: what is due is planned, and each person and authority gets one letter of it a day.

Planning (`notice_plan`) and posting (`notice_post`) are apart, and each is safe to run twice, in many processes at
once, and to be killed anywhere: what is planned and not settled is taken up by the next sweep.
"""

from collections import Counter
from datetime import datetime

from django.utils import timezone

from ..models import Heartbeat
from . import digests, notice_plan, notice_post
from .deadlines import holiday_table
from .notice_schedule import working_regimes

# Who is reminded later could hardly do anything about it that day, and nobody wants such mail at night.
NOON = 12


def sweep(*, now: datetime) -> Counter:
    """Plan and post all that is due at ``now``; counts of planned, sent, skipped, failed and letters.

    Reminders go on working mornings, from seven o'clock until noon, London time, of the law's own calendar; what is
    left at noon waits for the next one. News of follows go every day. Costs about ten queries where nothing is due.
    """
    settled = now - digests.SETTLED_AFTER
    here = timezone.localtime(settled)
    on = here.date()
    table = holiday_table()
    regimes = working_regimes(on, table)
    reminds = _is_morning(here) and regimes != []
    counts: Counter = Counter()
    if reminds:
        counts["planned"] = notice_plan.plan(on=on, now=now)
        notice_post.reached("planned")
    counts += notice_post.post(
        notice_post.Morning(on=on, now=now, settled=settled, table=table, regimes=regimes, reminds=reminds)
    )
    seen(
        Heartbeat.SWEEP,
        now=now,
        data={name: counts[name] for name in ("planned", "sent", "skipped", "failed", "letters")},
    )
    return counts


def may_go(now: datetime) -> bool:
    """Whether reminders under every law may leave now: on working mornings, seven to noon, London time."""
    here = timezone.localtime(now - digests.SETTLED_AFTER)
    return _is_morning(here) and working_regimes(here.date(), holiday_table()) is None


def _is_morning(here: datetime) -> bool:
    return digests.MORNING <= here.hour < NOON


def note_beat(*, now: datetime) -> None:
    """Beat is running: it had this done."""
    seen(Heartbeat.BEAT, now=now)


def seen(name: str, *, now: datetime, data: dict | None = None) -> None:
    """Write down that beat, or a sweep, was there; the latest moment stays."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now, data=data or {})],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "data"],
    )
