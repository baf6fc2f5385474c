"""What the engine of reminders would do about one request on a day."""

from dataclasses import replace
from datetime import date, datetime

from requests_app.actions import digests, reminders
from requests_app.actions.deadlines import holiday_table
from requests_app.actions.notice_plan import FACTS, facts_in, with_facts
from requests_app.actions.notice_schedule import LATE, due, first_day, schedule
from requests_app.models import FOIRequest, Heartbeat, Reminder


def kinds_due(foi_request: FOIRequest, *, on: date) -> set[str]:
    """The kinds of reminders that may go about it, to either side."""
    row = with_facts(FOIRequest.objects.filter(pk=foi_request.pk)).values(*FACTS).get()
    return {str(notice.kind) for notice in due(schedule(facts_in(row), table=holiday_table()), on=on)}


def is_called_late(foi_request: FOIRequest, *, on: date) -> bool:
    return bool(kinds_due(foi_request, on=on) & {str(kind) for kind in LATE})


def send_digests(now: datetime) -> int:
    """How many letters to followers the two sweeps post. What is to be remembered of old requests is not told."""
    FOIRequest.objects.update(next_notice_on=None)
    return digests.tell_at_once(now=now) + reminders.sweep(now=now)["letters"]


def overlooked() -> list[tuple[int, str]]:
    """Requests whose next look was not set anew when their facts changed: it may be too late, or never.

    Before any sweep it is the earliest day of all. After one, whatever stands for good must not lie before it.
    """
    rows = with_facts(FOIRequest.objects.filter(is_imported=False)).values("pk", "next_notice_on", *FACTS)
    table = holiday_table()
    swept = Heartbeat.objects.filter(name=Heartbeat.SWEEP).exists()
    there = set(Reminder.objects.values_list("foi_request", "kind", "step", "audience", "for_on"))
    found = []
    for row in rows:
        if not swept:
            facts = replace(facts_in(row), letter_waits=False, satisfied=False)
            if row["next_notice_on"] != first_day(facts, table=table):
                found.append((row["pk"], "the first look"))
            continue
        looks_on = row["next_notice_on"] or date.max
        for notice in schedule(facts_in(row), table=table):
            known = (row["pk"], str(notice.kind), notice.step, notice.audience, notice.for_on) in there
            if not known and notice.until_day is None and notice.from_day < looks_on:
                found.append((row["pk"], str(notice.kind)))
    return found
