"""What the engine of reminders would do about one request on a day."""

from datetime import date, datetime

from requests_app.actions import digests, reminders
from requests_app.actions.deadlines import holiday_table
from requests_app.actions.notice_plan import FACTS, facts_in, with_facts
from requests_app.actions.notice_schedule import LATE, due, schedule
from requests_app.models import FOIRequest, Reminder


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
    """Reminders that the sweep would not look for in time: the request says to look later, or never."""
    rows = with_facts(FOIRequest.objects.all()).values("pk", "next_notice_on", *FACTS)
    table = holiday_table()
    there = set(Reminder.objects.values_list("foi_request", "kind", "step", "audience", "for_on"))
    found = []
    for row in rows:
        looks_on = row["next_notice_on"] or date.max
        for notice in schedule(facts_in(row), table=table):
            known = (row["pk"], str(notice.kind), notice.step, notice.audience, notice.for_on) in there
            over = notice.until_day is not None and notice.until_day < looks_on and row["next_notice_on"] is not None
            if not known and not over and notice.from_day < looks_on and notice.until_day is None:
                found.append((row["pk"], str(notice.kind)))
    return found
