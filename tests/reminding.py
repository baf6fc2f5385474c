"""What the engine of reminders would do about one request on a day."""

from dataclasses import replace
from datetime import date, datetime

from requests_app.actions import digests, reminders
from requests_app.actions.deadlines import holiday_table, set_next_notice
from requests_app.actions.notice_plan import FACTS, facts_in, with_facts
from requests_app.actions.notice_schedule import LATE, due, first_day, schedule
from requests_app.models import Case, CaseKind, FOIRequest, Heartbeat, Reminder


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


def set_status(foi_request: FOIRequest, status: str) -> None:
    """As the actions do, without any of what leads to it."""
    foi_request.status = status
    set_next_notice(foi_request)
    foi_request.save(update_fields=["status", "next_notice_on"])


def overlooked() -> list[int]:
    """Requests whose next look was not set anew when their facts changed: it may come too late, or never.

    It is the earliest day of any reminder; a sweep moves it on, so after one there is nothing to compare.
    """
    if Heartbeat.objects.filter(name=Heartbeat.SWEEP).exists() or Reminder.objects.exists():
        return []
    found = []
    cases = Case.objects.filter(kind=CaseKind.FAILED_JOB).values("foi_request")  # a person has to look at these
    requests = FOIRequest.objects.filter(is_imported=False).exclude(pk__in=cases)
    for row in with_facts(requests).values("pk", "next_notice_on", *FACTS):
        facts = replace(facts_in(row), letter_waits=False, satisfied=False)
        if row["next_notice_on"] != first_day(facts, table=holiday_table()):
            found.append(row["pk"])
    return found
