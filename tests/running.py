"""Starting this project's own commands in the tests, as people start them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
OURS = set(
    "DATABASE_URL CELERY_BROKER_URL FOITRACKER_EMBEDDED FOITRACKER_HOME DJANGO_SETTINGS_MODULE SECRET_KEY MAIL_DOMAIN "
    "OPERATOR_NAME OPERATOR_ADDRESS CONTACT_EMAIL ALLOWED_HOSTS SITE_URL DEBUG PORT LMTP_PORT SMTP_PORT EMAIL_HOST "
    "EMAIL_PORT EMAIL_BACKEND MAKELEVEL MAKEFLAGS FOITRACKER_DEV "
    "DJANGO_ALLOW_ASYNC_UNSAFE".split()
)


def environment(**ours: object) -> dict[str, str]:
    """The caller's environment without any setting of this project's, and then ``ours``."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | {
        name: str(value) for name, value in ours.items()
    }


def python(*arguments: object, timeout: float = 60, **ours: object) -> subprocess.CompletedProcess[str]:
    """Run Python to its end in the project's folder."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=BASE,
        env=environment(**ours),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def start(*arguments: object, output: Path, **ours: object) -> subprocess.Popen[bytes]:
    """Start Python in the project's folder; what it says goes to the file ``output``."""
    with open(output, "wb") as said:
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=BASE,
            env=environment(**ours),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )


def wait_until(holds: Callable[[], object], *, seconds: float, every: float = 0.05) -> float:
    """Wait until ``holds()`` is true; gives back the seconds it took, fails when they are up."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(every)
    return time.monotonic() - begun


def descendants_in(home: Path) -> dict[int, str]:
    """Living processes that belong to ``home``: named by it, working in it, or started with it."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            started = (entry / "environ").read_bytes().split(b"\0")
            where = os.readlink(entry / "cwd")
        except OSError:
            continue
        if state not in "ZX" and (
            str(home) in words or where.startswith(str(home)) or f"FOITRACKER_HOME={home}".encode() in started
        ):
            found[int(entry.name)] = words
    return found
