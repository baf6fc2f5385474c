"""Reminders by real beats and workers: killed, stopped for days, cut off from the database; nothing twice or lost."""

import signal
import sys
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from kombu import Connection

from foitracker.celery import app
from foitracker.processes import Children, tail
from requests_app.actions.reconciling import account
from requests_app.models import Case, CaseKind, DailyMail, Event, FOIRequest, Heartbeat, OutboundEmail, Reminder
from tests import factories
from tests.engines import Broker, environment
from tests.running import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(240)]
LONDON = ZoneInfo("Europe/London")
DAY_BEFORE, MONDAY_WEEK = date(2011, 7, 14), date(2011, 7, 19)
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.actions.at_work"]
WORKER = ["worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
SETTLED = 60.0


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def children(tmp_path):
    children = Children(tmp_path)
    yield children
    children.stop([child.name for child in children.running], within=5)


def nine_o_clock(day: date) -> str:
    return datetime(day.year, day.month, day.day, 9, tzinfo=LONDON).isoformat()


def cut_every_connection() -> None:
    """What a restart of the database does to those who use it: connections end, and for a while none can be made."""
    name = connection.settings_dict["NAME"]
    with connections["default"].cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 1')
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )
        cursor.execute("SELECT pg_sleep(1.5)")
        cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')


def killed_at(point: str, children: Children, broker: Broker, env: dict[str, str]) -> None:
    """One sweep by one worker, which is killed with -9 there."""
    with Connection(broker.url) as wire:
        app.send_task("requests_app.send_due_reminders", queue=point, connection=wire)
    command = [*CELERY, *WORKER, "--concurrency", "1", "--queues", point]
    victim = children.start(point, command, env=env | {"DIE_AT": point})
    assert victim.wait(60) and victim.process.returncode == -signal.SIGKILL, tail(victim.log, 30)
    children.forget(victim)


def test_given_deaths_days_without_beat_a_poison_row_and_a_lost_database_then_each_side_hears_once(
    tmp_path, broker, children
):
    council, other = factories.make_authority(), factories.make_authority()
    requests = [factories.make_request(authority=council if number % 2 else other) for number in range(100)]
    poison, good = requests[0], requests[1:]
    FOIRequest.objects.filter(pk=poison.pk).update(clock={"due": "never"})
    clock = tmp_path / "clock"
    clock.write_text(nine_o_clock(DAY_BEFORE))
    env = environment(CELERY_BROKER_URL=broker.url, CLOCK=clock)

    # A worker plans what is due soon and is killed before it posts anything.
    killed_at("planned", children, broker, env)
    assert Reminder.objects.planned().count() == len(good) and not OutboundEmail.objects.exists()

    # Nothing runs for days, over the date. Then one is killed with letters written and not committed; and two beats
    # and four workers start, and the database goes in mid-sweep.
    clock.write_text(nine_o_clock(MONDAY_WEEK))
    killed_at("posted", children, broker, env)
    assert not OutboundEmail.objects.exists() and not DailyMail.objects.exists()
    for name in ("first", "second"):
        beat = ["beat", "--schedule", children.home / f"beat-{name}", "--pidfile="]
        children.start(f"beat-{name}", [*CELERY, *beat], env=env)
        children.start(f"workers-{name}", [*CELERY, *WORKER, "--concurrency", "2"], env=env)
    late = Reminder.objects.filter(kind="overdue")
    # Planned and not yet sent: on a quiet machine that lasts a tenth of a second.
    wait_until(late.exists, seconds=SETTLED, every=0.002)
    cut_every_connection()
    assert late.exclude(state="sent").exists() or late.count() < 2 * len(good), "too late to be in mid-sweep"
    wait_until(lambda: late.filter(state="sent").count() == 2 * len(good), seconds=SETTLED)
    wait_until(lambda: Heartbeat.objects.filter(name="beat").exists(), seconds=SETTLED)

    # What was planned for a date that has passed is not sent after it; each side hears once that it is late.
    assert Counter(Reminder.objects.values_list("kind", "audience", "state", "reason")) == {
        ("due_soon", "authority", "skipped", "moved"): len(good),
        ("overdue", "requester", "sent", ""): len(good),
        ("overdue", "authority", "sent", ""): len(good),
    }
    assert OutboundEmail.objects.filter(template="overdue_requester").count() == len(good)
    assert OutboundEmail.objects.filter(to_user=None).count() == DailyMail.objects.exclude(authority=None).count() == 2
    assert Event.objects.filter(kind="reminded").count() == 2 * len(good)
    assert Case.objects.get(kind=CaseKind.FAILED_JOB).thing_id == poison.pk
    for day in (DAY_BEFORE, MONDAY_WEEK):
        found = account(day, now=datetime.fromisoformat(nine_o_clock(MONDAY_WEEK)))
        assert found.adds_up, found
        assert found.undecided == [poison.pk]
    assert account(MONDAY_WEEK, now=datetime.fromisoformat(nine_o_clock(MONDAY_WEEK))).sent == 2 * len(good)
