"""One step of ``manage.py bench clock``, in a process of its own: ``python -m …clock_steps STEP``. Prints JSON last."""

import json
import resource
import statistics
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  (models need the apps)
from django.template import engines  # noqa: E402
from django.utils import timezone  # noqa: E402

from requests_app.actions import deadlines, holidays, notice_plan, notice_post, recounting, reminders  # noqa: E402
from requests_app.actions.notice_schedule import Facts, next_day, schedule  # noqa: E402
from requests_app.benchmarks import clock_content  # noqa: E402
from requests_app.benchmarks.clock_content import TODAY, at_nine  # noqa: E402
from requests_app.law.holidays import PARTS, BankHoliday  # noqa: E402
from requests_app.models import DailyMail, Event, OutboundEmail, Reminder, ReminderState, User  # noqa: E402

# All that a sweep adds rows to, each before those that name it.
WRITTEN = (OutboundEmail, DailyMail, Reminder, Event)


@contextmanager
def counted():
    """Counts the statements that are sent to the database within."""
    seen = {"queries": 0}

    def one(execute, *details):
        seen["queries"] += 1
        return execute(*details)

    with connection.execute_wrapper(one):
        yield seen


def fill(count: str) -> dict:
    """The rows, and with each history the day on which its next reminder may go."""
    table = deadlines.holiday_table(fresh=True)

    def notice_day(kind: str, standing) -> object:
        status = "answered" if kind == "closed" else "awaiting_response"
        facts = Facts(regime="foia", status=status, standing=standing)
        return next_day(schedule(facts, table=table), after=TODAY - timedelta(days=1))

    began = time.monotonic()
    clock_content.fill(
        int(count),
        notice_day=notice_day,
        say=lambda done: print(f"{done:,} of {int(count):,} requests, {time.monotonic() - began:.0f} s", flush=True),
    )
    return {"filled_s": time.monotonic() - began}


def nothing_due() -> dict:
    """The sweep on the day before anything is due; the median of five."""
    taken = []
    for minute in range(5):
        began = time.monotonic()
        counts = reminders.sweep(now=at_nine(TODAY - timedelta(days=1)) + timedelta(minutes=minute))
        taken.append(time.monotonic() - began)
        if counts["planned"] or counts["letters"]:
            raise SystemExit(f"something was due: {counts}")
    return {"nothing_due_s": statistics.median(taken)}


def reminders_due() -> dict:
    """One in a hundred is late this morning: plan and post all of it, each side's half timed apart.

    The template engine is loaded before, as it is in a worker that has sent any letter; the templates are not.
    """
    engines.all()
    now = at_nine(TODAY)
    with counted() as seen:
        began = time.monotonic()
        planned = notice_plan.plan(on=TODAY, now=now)
        morning = notice_post.Morning(
            on=TODAY, now=now, settled=now, table=deadlines.holiday_table(), regimes=None, reminds=True
        )
        half = time.monotonic()
        counts = notice_post.post_to_authorities(morning)
        digest_s = time.monotonic() - half
        counts += notice_post.post_to_people(morning)
        taken = time.monotonic() - began
    sent = Reminder.objects.filter(state=ReminderState.SENT).count()
    if not sent == planned == counts["sent"] > 0:
        raise SystemExit(f"planned {planned}, sent {sent}: {counts}")
    return {
        "reminders_per_s": sent / taken,
        "digest_s": digest_s,
        "queries": seen["queries"],
        "reminders": sent,
        "letters": OutboundEmail.objects.count(),
    }


def insert_select() -> dict:
    """Every row that the sweep wrote, written once more as bare INSERT … SELECT; in reminders a second.

    The rows are copied aside and taken out, and go back as they were: the same letters with the same bodies, the days'
    marks of who has had mail, the reminders and their lines of history, into the same tables with all their indexes,
    constraints and foreign keys, whose checks end with the commit. Nothing is chosen, worded or looked up for them, and
    what a sweep changes in rows that stand already (the requests; a reminder from planned to sent) is not done again.
    """
    tables = [model._meta.db_table for model in WRITTEN]
    with connection.cursor() as cursor:
        with transaction.atomic():
            for table in tables:
                cursor.execute(f"CREATE TEMPORARY TABLE bare_{table} AS SELECT * FROM {table}")  # noqa: S608
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # history is append-only
            for table in reversed(tables):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table is not altered before its checks are done
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}")
        written = 0
        began = time.monotonic()
        with transaction.atomic():
            for table in tables:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM bare_{table}")  # noqa: S608
                written += cursor.rowcount
        taken = time.monotonic() - began
    return {"insert_select_per_s": Reminder.objects.count() / taken, "rows": written}


def recompute() -> dict:
    """A bank holiday is proclaimed for the day after tomorrow: every open request is counted anew."""
    moderator = User.objects.create_user("moderator@foi.example", public_name="A. Moderator", is_staff=True)
    holidays.add(
        day=BankHoliday(on=TODAY + timedelta(days=2), parts=frozenset(PARTS), name="A day of thanks"),
        source="a measurement",
        reason="To see how fast requests are counted anew.",
        actor=moderator,
        now=timezone.now(),
    )
    began = time.monotonic()
    tally = recounting.recount_open(today=TODAY, now=timezone.now())
    taken = time.monotonic() - began
    if tally.moved < tally.checked * 0.9:
        raise SystemExit(f"only {tally.moved} of {tally.checked} moved")
    return {"recompute_per_s": tally.checked / taken, "recomputed": tally.checked, "moved": tally.moved}


ALL = {
    "fill": fill,
    "nothing_due": nothing_due,
    "reminders": reminders_due,
    "insert_select": insert_select,
    "recompute": recompute,
}

if __name__ == "__main__":
    found = ALL[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
