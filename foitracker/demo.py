"""``make demo``: the whole site on this machine, from one command, as children of one process.

    python -m foitracker.demo

Engines, web server, worker, beat, the door for mail and a mail server that catches what goes out.
PORT, LMTP_PORT, SMTP_PORT and FOITRACKER_HOME move it; two of them run side by side.
"""

import hashlib
import http.client
import json
import os
import shlex
import signal
import smtplib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from foitracker.embedded import Engines, children_of, home_folder
from foitracker.processes import Asked, CannotStart, Children, asked_to_end, end_with_parent, fail, say, tail
from foitracker.supervisor import Service, Supervisor, command, free_port, require_free

BASE = Path(__file__).resolve().parent.parent
WEB_WORKERS = 2
WEB_THREADS = 4  # each holds one database connection; with the worker and the door, far below 40
STOP_ORDER = ((("beat", "lmtp", "web", "worker"), 5.0), (("mail",), 1.0), (("redis",), 1.0), (("postgres",), 2.5))


def port_from(variable: str, default: int) -> int:
    """A port number from the environment. Raises CannotStart for anything else."""
    given = os.environ.get(variable) or str(default)
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise CannotStart(f"{variable}={given} is not a port: give a number from 1 to 65535.")
    return int(given)


def manage(children: Children, arguments: list[str], *, env: dict[str, str]) -> None:
    """Run one management command to its end. Raises CannotStart with what it said when it fails."""
    name = arguments[0]
    child = children.start(name, [sys.executable, BASE / "manage.py", *arguments], env=env)
    status = child.process.wait()
    children.forget(child)
    if status:
        raise CannotStart(f"`manage.py {' '.join(arguments)}` failed; the end of {child.log}:\n{tail(child.log)}")


def prepare(children: Children, *, env: dict[str, str]) -> None:
    """Tables, demo content and static files; each is made only where it is missing or old."""
    with made_from(children.home / "tables.made-from", env["DATABASE_URL"], "requests_app/migrations", "*.py") as old:
        if old:
            manage(children, ["migrate", "--no-input", "--verbosity", "0"], env=env)
            manage(children, ["createcachetable"], env=env)
    with made_from(children.home / "demo.made-from", env["DATABASE_URL"]) as old:
        if old:
            say("Loading the demo's requests, letters and people …")
            manage(children, ["load_demo"], env=env)
    with made_from(children.home / "static.made-from", "", "static", "*") as old:
        if old:
            manage(children, ["collectstatic", "--no-input", "--clear", "--verbosity", "0"], env=env)


@contextmanager
def made_from(stamp: Path, name: str, folder: str = "", pattern: str = "*") -> Iterator[bool]:
    """Whether something must be made anew: ``name``, the files of ``folder`` or the packages changed since.

    Noted once the block has ended well. Spares a second start the seconds that find nothing to do.
    """
    seen = hashlib.sha256(name.encode())
    if folder:
        seen.update((BASE / "requirements.lock").read_bytes())
        for path in sorted(path for path in (BASE / folder).rglob(pattern) if path.is_file()):
            seen.update(f"{path.relative_to(BASE)} ".encode() + path.read_bytes())
    yield not stamp.exists() or stamp.read_text() != seen.hexdigest()
    stamp.write_text(seen.hexdigest())


def services(children: Children, *, env: dict[str, str], port: int) -> list[Service]:
    """What runs beside the engines, in the order of starting."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "foitracker", "--quiet"]
    beat = children.home / "beat"
    beat.mkdir(exist_ok=True)
    web = [
        *(python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--backpressure", "64"),
        *("--backlog", "2048", "--workers-kill-timeout", "3", "--respawn-failed-workers", "--no-ws"),
        "foitracker.wsgi:application",
    ]
    worker = [
        *celery,
        *("worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]
    return [
        command(children, "web", web, env=env, death_signal=signal.SIGTERM),  # else its workers stay
        command(children, "worker", worker, env=env),
        command(children, "beat", [*celery, "beat", "--schedule", beat / "schedule", "--pidfile="], env=env),
        command(children, "lmtp", [python, BASE / "manage.py", "lmtp"], env=env),
    ]


def home_page_answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            return connection.getresponse().status == 200
        finally:
            connection.close()
    return False


def door_answers(port: int) -> bool:
    with suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", port, timeout=5):
        return True
    return False


def welcome(home: Path, *, port: int, lmtp_port: int, catching: bool) -> str:
    """What a newcomer needs, as text for the console."""
    lines = ["", f"The site runs at      http://localhost:{port}/"]
    with suppress(OSError, ValueError):
        accounts = json.loads((home / "accounts.json").read_text())
        lines += [f"Sign in as {each['role']:<10} {each['email']}   password: {each['password']}" for each in accounts]
    if catching:
        lines.append(f"Mail it sent          http://localhost:{port}/dev/mail/   (also as files in {home / 'mail'})")
    setting = "" if home == BASE / ".local" else f"FOITRACKER_HOME={shlex.quote(str(home))} "
    setting += "" if lmtp_port == 8024 else f"LMTP_PORT={lmtp_port} "
    lines += [
        "Answer by mail        as the authority would, to the newest request it was sent:",
        f'    {setting}.venv/bin/python -m foitracker.reply --text "Here it is." --attach README.md',
        f"  or let any program speak LMTP to 127.0.0.1 port {lmtp_port}.",
        "Ctrl-C ends it; what you did is kept for the next start.",
        "",
    ]
    return "\n".join(lines)


def environment(home: Path, addresses: dict[str, str], *, port: int, lmtp_port: int) -> dict[str, str]:
    """The children's environment; what the caller set stays as it is."""
    return {
        **os.environ,
        **addresses,
        "FOITRACKER_EMBEDDED": "1",
        "FOITRACKER_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "foitracker.settings",
        "PORT": str(port),
        "LMTP_PORT": str(lmtp_port),
        "PYTHONUNBUFFERED": "1",
    }


def run(home: Path) -> None:
    """Start everything and keep it running until a signal raises Asked. Raises CannotStart."""
    begun = time.monotonic()
    port, lmtp_port = port_from("PORT", 8000), port_from("LMTP_PORT", 8024)
    catching = not (os.environ.get("EMAIL_HOST") or os.environ.get("EMAIL_BACKEND"))
    with children_of(home) as children:
        require_free(port, "PORT")
        require_free(lmtp_port, "LMTP_PORT")
        smtp_port = port_from("SMTP_PORT", free_port())
        require_free(smtp_port, "SMTP_PORT")
        say(f"Starting in {home} …")
        engines = Engines(children)
        supervisor = Supervisor(children, stop_order=STOP_ORDER)
        try:
            for name in engines.names:
                supervisor.start(Service(name, lambda name=name: engines.start_one(name)))
            env = environment(home, engines.addresses(), port=port, lmtp_port=lmtp_port)
            if catching:
                env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp_port)}
                sink = [sys.executable, "-m", "foitracker.smtp_sink", "--port", str(smtp_port)]
                supervisor.start(command(children, "mail", sink, env=env))
            prepare(children, env=env)
            for service in services(children, env=env, port=port):
                supervisor.start(service)
            supervisor.wait_for(lambda: home_page_answers(port), what="the home page", by="web", patience=60)
            supervisor.wait_for(lambda: door_answers(lmtp_port), what="the door for mail", by="lmtp", patience=60)
            say(welcome(home, port=port, lmtp_port=lmtp_port, catching=catching))
            say(f"Ready after {time.monotonic() - begun:.0f} s.")
            supervisor.watch()
        finally:
            say("Ending …")
            supervisor.stop()


def main() -> int:
    home = home_folder()
    os.chdir(BASE)
    if os.environ.get("MAKELEVEL"):  # a killed make must not leave the site running
        end_with_parent()
    try:
        with asked_to_end():
            run(home)
    except Asked:
        return 0
    except CannotStart as error:
        return fail(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
