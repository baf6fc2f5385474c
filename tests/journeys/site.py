"""The processes of a whole site on the test's database, and what its mail server caught."""

import email
import email.policy
import re
import shutil
import smtplib
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from foitracker import mailbox
from foitracker.processes import Children, tail
from foitracker.supervisor import free_port
from tests import postfix
from tests.engines import environment
from tests.postfix import Postfix
from tests.running import BASE, python, wait_until

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class RunningSite:
    """Where it listens, and where it keeps what it caught and stored; its Postfix, where it has one."""

    url: str
    lmtp_port: int
    home: Path
    postfix: Postfix | None = None

    @property
    def files(self) -> Path:
        return self.home / "files"

    def letters(self, to: str) -> list[EmailMessage]:
        """What the mail server caught for this address, oldest first."""
        caught = [one for one in mailbox.messages(self.home, limit=10_000) if to.lower() in map(str.lower, one.rcpt_to)]
        return [
            email.message_from_bytes(mailbox.read(self.home, one.id), policy=email.policy.default)
            for one in reversed(caught)
        ]

    def letter(self, to: str, *, saying: str, seconds: float = 30) -> EmailMessage:
        """The newest letter to this address with these words in its subject or text; waits for it."""
        found: list[EmailMessage] = []

        def came() -> bool:
            found[:] = [one for one in self.letters(to) if saying in f"{one['subject']} {words_of(one)}"]
            return bool(found)

        wait_until(came, seconds=seconds)
        return found[-1]

    def bring(self, sender: str, to: str, raw: bytes) -> None:
        """Hand a letter to the site's Postfix; without one to the door, as a mail server does: over LMTP."""
        if self.postfix:
            self.postfix.send(sender, to, raw)
            return
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=30) as door:
            assert door.sendmail(sender, [to], raw) == {}

    def fetch(self, path: str, **headers: str) -> tuple[int, bytes]:
        """What a visitor without cookies gets: status and body, uncompressed."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def words_of(letter: EmailMessage) -> str:
    """Its text on one line, however it is wrapped."""
    return " ".join(letter.get_body(("plain",)).get_content().split())


def link_in(letter: EmailMessage, before: str) -> str:
    """The first address in a letter whose path begins with ``before``."""
    found = re.search(rf"https?://[^\s>]*?{re.escape(before)}[^\s>]*", words_of(letter))
    assert found, f"no link to {before} in: {words_of(letter)}"
    return found[0]


@contextmanager
def running(home: Path, *, by_postfix: bool = False) -> Iterator[RunningSite]:
    """Start it all, wait until it answers, and end every process whatever happens.

    ``by_postfix``: letters come and leave through a Postfix. Otherwise the site sends to the catcher itself.
    """
    with ExitStack() as ending:
        children = Children(home)
        lmtp_port, smtp_port = free_port(), free_port()
        server = None
        if by_postfix:
            server = ending.enter_context(postfix.running(children, lmtp_port=lmtp_port, relay_port=smtp_port))
        yield ending.enter_context(_services(children, lmtp_port, smtp_port, server))


@contextmanager
def _services(children: Children, lmtp_port: int, smtp_port: int, server: Postfix | None) -> Iterator[RunningSite]:
    home, port = children.home, free_port()
    env = environment(
        DJANGO_SETTINGS_MODULE="tests.journeys.settings",
        FOITRACKER_HOME=home,
        STATIC_ROOT=home / "static",
        FILES_DIR=home / "files",
        SITE_URL=f"http://localhost:{port}",
        PORT=port,
        LMTP_PORT=lmtp_port,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=server.port if server else smtp_port,
        TAKE_BACK_MINUTES=0,
    )
    env.pop("FOITRACKER_EMBEDDED", None)
    collected = python(BASE / "manage.py", "collectstatic", "--no-input", "--verbosity", "0", **_ours(env))
    assert collected.returncode == 0, collected.stderr
    celery = [sys.executable, "-m", "celery", "--app", "foitracker", "--quiet"]
    commands = {
        "mail": [sys.executable, "-m", "foitracker.smtp_sink", "--port", str(smtp_port)],
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--workers-kill-timeout", "3", "--no-ws"),
            "foitracker.wsgi:application",
        ],
        "worker": [
            *celery,
            *("worker", "--concurrency", "1", "--beat", "--schedule", str(home / "beat")),
            *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
        ],
        "lmtp": [sys.executable, BASE / "manage.py", "lmtp"],
    }
    try:
        for name, command in commands.items():
            children.start(name, command, env=env)
        site = RunningSite(f"http://localhost:{port}", lmtp_port, home, server)
        for name, answers in (("web", lambda: site.fetch("/help/")[0] == 200), ("lmtp", lambda: _listens(lmtp_port))):
            _wait_for(children, name, answers)
        yield site
    finally:
        children.stop(list(commands), within=8)
        shutil.rmtree(home / "static", ignore_errors=True)


def _ours(env: dict[str, str]) -> dict[str, str]:
    from tests.running import OURS

    return {name: value for name, value in env.items() if name in OURS or name in ("STATIC_ROOT", "FILES_DIR")}


def _wait_for(children: Children, name: str, answers) -> None:
    until = time.monotonic() + 90
    while True:
        with suppress(OSError, smtplib.SMTPException):
            if answers():
                return
        for child in children.running:
            assert not child.ended(), f"{child.name} ended:\n{tail(child.log, 30)}"
        assert time.monotonic() < until, f"{name} does not answer:\n{tail(children.home / 'log' / f'{name}.log', 30)}"
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with smtplib.LMTP("127.0.0.1", port, timeout=5):
        return True


def chromium() -> str | None:
    """A Chromium that is here already: CHROMIUM, or one on the path; None for the one Playwright brings."""
    import os

    named = os.environ.get("CHROMIUM")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
