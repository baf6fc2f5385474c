"""The database is restarted in mid-sweep, again and again: nothing goes twice, nothing is missing, and it adds up."""

import json
import shutil
import signal
import sys
import tempfile
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from foitracker import embedded, engines
from foitracker.processes import CannotStart, Child, Children, tail
from requests_app.benchmarks.clock_content import TODAY, at_nine
from tests import running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="engines of our own are for Linux"),
]
# Eleven authorities, of which each is late with five.
REQUESTS, LATE = 5_500, 55
# In the order in which a sweep does them.
PARTS = ("planning", "authority", "requester")


class Database:
    """A PostgreSQL of this test's own, which it may restart as it likes. An empty one at first."""

    def __init__(self, children: Children) -> None:
        self.children = children
        self.sockets = embedded.socket_folder(children.home)
        self.standing = engines.standing_for(children.home, engines.postgres_binary("postgres"))
        self.start()
        self.settings = embedded.urls(children.home) | {"DJANGO_SETTINGS_MODULE": "tests.settings"}

    def start(self) -> None:
        """After a stop it recovers from its log."""
        self.server: Child = engines.start_postgres(self.children, sockets=self.sockets, standing=self.standing)

    def stop(self) -> None:
        """What ``pg_ctl stop -m immediate`` does: the server ends as in a crash."""
        self.server.process.send_signal(signal.SIGQUIT)
        assert self.server.wait(20), tail(self.server.log)
        self.children.forget(self.server)

    def rows(self, query: str) -> list[tuple]:
        with closing(psycopg2.connect(self.settings["DATABASE_URL"])) as wire, wire.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def number(self, query: str) -> int:
        ((number,),) = self.rows(query)
        return number

    def python(self, *arguments: object) -> str:
        done = running.python(*arguments, timeout=120, **self.settings)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@pytest.fixture
def database():
    above = Path(tempfile.mkdtemp(dir="/var/tmp"))
    above.chmod(0o755)  # where we are root, the server is somebody else and has to get in
    try:
        with embedded.children_of(above / "home") as children:
            try:
                database = Database(children)
            except CannotStart as error:
                pytest.skip(f"No PostgreSQL can be started that this test may restart: {error}")
            yield database
            children.stop(["postgres"], within=5)
    finally:
        shutil.rmtree(above)


def sweeps(folder: Path) -> list[dict]:
    """How each sweep went, as `sweeping` tells it."""
    told = folder / "sweeps"
    return [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []


def has_more_than(number: int, folder: Path) -> bool:
    return len(sweeps(folder)) > number


RECONCILE = f"""
import django; django.setup()
from django.core.management import call_command
from requests_app.management.commands import reconcile_reminders
class Clock:
    now = staticmethod(lambda: __import__("datetime").datetime.fromisoformat("{at_nine(TODAY).isoformat()}"))
    localdate = staticmethod(reconcile_reminders.timezone.localdate)
reconcile_reminders.timezone = Clock
call_command("reconcile_reminders", "--day", "{TODAY.isoformat()}")
"""


def test_given_restarts_of_the_database_in_every_part_of_a_sweep_then_each_side_hears_once(database, tmp_path):
    database.python("manage.py", "migrate", "--verbosity", "0")
    database.python("-m", "requests_app.benchmarks.clock_steps", "fill", REQUESTS)
    output = tmp_path / "said"
    sweeper = running.start(
        "-m", "tests.actions.sweeping", output=output, TOLD=tmp_path, STOP_IN=",".join(PARTS), **database.settings
    )
    try:
        found = []
        for part in PARTS:
            running.wait_until((tmp_path / f"{part}.here").exists, seconds=60)
            found.append(
                (
                    database.number("SELECT count(*) FROM requests_app_reminder"),
                    database.number("SELECT count(*) FROM requests_app_reminder WHERE state = 'sent'"),
                    database.number("SELECT count(*) FROM requests_app_outboundemail"),
                )
            )
            before = len(sweeps(tmp_path))
            database.stop()
            if part != "planning":  # that one goes on only with the server back; the others meet it away
                (tmp_path / f"{part}.done").touch()
                running.wait_until(partial(has_more_than, before, tmp_path), seconds=30)
            database.start()
            (tmp_path / f"{part}.done").touch()
        assert sweeper.wait(60) == 0, output.read_text()
    finally:
        sweeper.kill()
        sweeper.wait()

    # Each restart was in the middle: the first batch had been kept, what was under way was not.
    assert "a batch of 10 requests failed and is done one by one" in output.read_text()
    *cut, last = sweeps(tmp_path)
    assert len(cut) >= 2 and all(set(sweep) == {"cut"} for sweep in cut), cut
    assert last["sent"] > 0 and "planned" not in last and "failed" not in last, last
    planned, to_authorities, to_people = found
    assert 0 < planned[0] < 2 * LATE and planned[1:] == (0, 0)
    assert to_authorities[0] == 2 * LATE and 0 < to_authorities[1] < LATE and to_authorities[2] > 0
    assert LATE < to_people[1] < 2 * LATE and to_people[2] > to_authorities[2]

    # Nothing is missing, and nothing went twice: neither rows, nor letters, nor lines of history.
    assert Counter(database.rows("SELECT kind, audience, state FROM requests_app_reminder")) == {
        ("overdue", "authority", "sent"): LATE,
        ("overdue", "requester", "sent"): LATE,
    }
    letters = Counter(address for (address,) in database.rows("SELECT to_address FROM requests_app_outboundemail"))
    assert set(letters.values()) == {1}
    assert len(letters) == database.number("SELECT count(*) FROM requests_app_dailymail")
    carried = database.rows("SELECT DISTINCT outbound_email_id FROM requests_app_reminder")
    assert len(carried) == len(letters) and (None,) not in carried
    lines = Counter(
        database.rows("SELECT foi_request_id, data ->> 'audience' FROM requests_app_event WHERE kind = 'reminded'")
    )
    assert len(lines) == 2 * LATE and set(lines.values()) == {1}
    assert not database.number("SELECT count(*) FROM requests_app_case")
    account = json.loads(database.python("-c", RECONCILE))
    assert account["adds_up"] and account["sent"] == account["planned"] == 2 * LATE, account
