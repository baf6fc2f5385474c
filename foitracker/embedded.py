"""Embedded mode: real PostgreSQL and Redis in one folder, for the demo and the tests.

    python -m foitracker.embedded run -- COMMAND …

starts the engines that the environment does not already name, runs the command with their
addresses, and stops them. Importing this module imports neither engine.
"""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from foitracker.processes import Asked, CannotStart, Children, asked_to_end, end_with_parent, fail, hold

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's own is 107, and both engines' names must fit


def home_folder() -> Path:
    """Where embedded mode keeps everything: ``FOITRACKER_HOME``, else ``.local`` here."""
    return Path(os.environ.get("FOITRACKER_HOME") or ".local").resolve()


def make_home(home: Path) -> Path:
    """Make the folder where there is none. Others may pass through it only where the engines must.

    A folder that exists keeps its mode, and so do all above it.
    """
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            home.mkdir(mode=0o700)
            if os.geteuid() == 0:
                home.chmod(0o711)  # the engines' unprivileged user goes through to its own folders
    return home


def socket_folder(home: Path) -> Path:
    """The private folder of both sockets; under /tmp, named by hash, where ``home`` is too long."""
    folder = home / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return folder
    return Path("/tmp") / f"foitracker-{hashlib.sha256(os.fsencode(home)).hexdigest()[:20]}"  # noqa: S108


def urls(home: Path) -> dict[str, str]:
    """The engines' addresses as environment variables. Starts nothing, makes nothing."""
    sockets = quote(str(socket_folder(Path(home).resolve())), safe="/")
    return {
        "DATABASE_URL": f"postgresql://foi@/foitracker?host={quote(sockets, safe='/%')}",
        "CELERY_BROKER_URL": f"redis+socket://{sockets}/redis.sock?virtual_host=0",
    }


def secret(home: Path) -> str:
    """The home's own SECRET_KEY, made once; safe where several processes ask first at the same time."""
    kept = make_home(Path(home)) / "secret"
    with suppress(FileNotFoundError):
        return kept.read_text()
    fresh = kept.with_name(f"secret.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(60))
    with suppress(FileExistsError):
        os.link(fresh, kept)
    fresh.unlink()
    return kept.read_text()


class Engines:
    """The embedded engines of one home; ``names`` leaves out those whose address the environment gives."""

    def __init__(self, children: Children) -> None:
        self.children = children
        engine = {"DATABASE_URL": "postgres", "CELERY_BROKER_URL": "redis"}
        self.names = [name for variable, name in engine.items() if not os.environ.get(variable)]

    def addresses(self) -> dict[str, str]:
        """DATABASE_URL and CELERY_BROKER_URL, the environment's own first."""
        return {name: os.environ.get(name) or url for name, url in urls(self.children.home).items()}

    def start(self) -> None:
        """Start what is wanted and wait until it answers. Raises CannotStart."""
        for name in self.names:
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Start "postgres" or "redis" and wait until it answers."""
        from foitracker import engines  # only now: nothing of theirs where the engines are external

        home = self.children.home
        standing = engines.standing_for(home, engines.postgres_binary("postgres"))
        start = engines.start_postgres if name == "postgres" else engines.start_redis
        start(self.children, sockets=socket_folder(home), standing=standing)

    def stop(self) -> None:
        self.children.stop(["redis"], within=1)
        self.children.stop(["postgres"], within=3)


@contextmanager
def children_of(home: Path) -> Iterator[Children]:
    """Hold ``home`` for this process, end what an earlier one left, and leave nothing behind."""
    if not sys.platform.startswith("linux"):
        raise CannotStart(
            "the embedded engines need Linux: set DATABASE_URL and CELERY_BROKER_URL to engines of your own."
        )
    with hold(make_home(home)):
        children = Children(home)
        children.end_leftovers()
        try:
            yield children
        finally:
            for child in list(children.running):
                children.forget(child)
            if (sockets := socket_folder(home)).parent != home:
                shutil.rmtree(sockets, ignore_errors=True)  # under /tmp: it would stay there for ever


@contextmanager
def engines(home: Path) -> Iterator[dict[str, str]]:
    """Both engines for as long as the block runs; gives DATABASE_URL and CELERY_BROKER_URL.

    Call it from the main thread. About 3 s the first time, then less than 1 s.
    """
    home = Path(home).resolve()
    with children_of(home) as children:
        ours = Engines(children)
        try:
            ours.start()
            yield ours.addresses()
        finally:
            ours.stop()


def run(command: list[str]) -> int:
    """Run ``command`` with engines; gives back its exit status.

    Ctrl-C reaches the command through the terminal; a signal to this process alone is handed on.
    """
    if os.environ.get("MAKELEVEL"):
        end_with_parent()
    named = all(os.environ.get(name) for name in urls(home_folder()))
    if named:
        return subprocess.run(command, check=False).returncode  # noqa: S603
    try:
        with asked_to_end(), engines(home_folder()) as addresses:
            child = subprocess.Popen(  # noqa: S603
                command, env={**os.environ, **addresses}, preexec_fn=end_with_parent
            )
            try:
                return child.wait()
            except Asked as asked:
                child.send_signal(signal.SIGINT if asked.args[0] == signal.SIGINT else signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=15)
                child.kill()
                return 128 + asked.args[0]
    except Asked as asked:
        return 128 + asked.args[0]
    except CannotStart as error:
        return fail(str(error))


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1:3] != ["run", "--"]:
        sys.exit("Usage: python -m foitracker.embedded run -- COMMAND …")
    sys.exit(run(sys.argv[3:]))
