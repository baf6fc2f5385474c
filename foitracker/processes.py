"""Child processes that never outlive their parent: started, recognised, stopped.

Everything here is Linux: ``/proc`` tells a process from its pid's next owner, and the kernel's
parent-death signal ends the children of a parent that was killed with -9.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ASKING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class CannotStart(Exception):
    """One line that says what is wrong and what to do about it."""


class Asked(BaseException):
    """Somebody asked this process to end; raised in the main thread by the signal handlers."""


@contextmanager
def asked_to_end() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into ``Asked``, once; later ones wait for the end of the stop.

    All three are set, since a shell's ``&`` and ``nohup`` hand some of them down as ignored.
    """

    def ask(number: int, _frame: object) -> None:
        for each in ASKING:
            signal.signal(each, signal.SIG_IGN)
        raise Asked(number)

    before = {each: signal.signal(each, ask) for each in ASKING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Be the only one who runs engines in ``home``; the kernel lets go when this process dies."""
    with open(home / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise CannotStart(
                f"{home} is in use by process {holder}: stop that one, or choose another FOITRACKER_HOME."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def started_at(pid: int) -> int | None:
    """Clock ticks between boot and this process's start; None when it is gone or a zombie."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if after_name[0] in "ZX" else int(after_name[19])


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is ``folder``: PostgreSQL's server and each of its backends."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if os.readlink(entry / "cwd") == str(folder):
                    found.append(int(entry.name))
    return found


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, indented; empty when there is none."""
    with suppress(OSError):
        return "\n".join(f"    {line}" for line in path.read_text(errors="replace").splitlines()[-lines:])
    return ""


@dataclass
class Child:
    """A process of ours, in its own session, whose output goes to a log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    begun: float = field(default_factory=time.monotonic)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)

    def wait(self, seconds: float) -> bool:
        """Whether it ended within ``seconds``."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(seconds, 0.01))
            return True
        return False

    def kill(self) -> None:
        """End it and whatever it left in its process group, now."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.wait(2)


def end_with_parent(number: signal.Signals = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Let the kernel send this process ``number`` when its parent dies; at once where it is dead already."""
    _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


class Children:
    """The children of one home, noted in a file so that the next start knows what a crash left."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.noted = home / "children.json"
        self.running: list[Child] = []
        self._started: dict[int, int] = {}

    def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        identity: tuple[int, int] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> Child:
        """Start a child and note it; ``identity`` is the (uid, gid) to become.

        Must be called from the main thread: the kernel ties the parent-death signal to the thread
        that forked. A failing exec raises OSError.
        """
        log = self.home / "log" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        parent = os.getpid()

        def in_the_child() -> None:
            end_with_parent(death_signal, parent=parent)
            for each in ASKING:
                signal.signal(each, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)

        become = {"user": identity[0], "group": identity[1], "extra_groups": []} if identity else {}
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)  # no signal between the fork and the note
        try:
            with open(log, "ab") as output:
                process = subprocess.Popen(  # noqa: S603 (our own commands, no shell)
                    [str(part) for part in argv],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=env,
                    start_new_session=True,
                    preexec_fn=in_the_child,
                    **become,
                )
            child = Child(name, process, log, stop_signal)
            self.running.append(child)
            self._note()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        return child

    def forget(self, child: Child) -> None:
        """Take an ended child from the list, after ending what it left in its process group."""
        child.kill()
        self.running.remove(child)
        self._note()

    def stop(self, names: Sequence[str], *, within: float) -> None:
        """Ask these to end, in this order, and kill what is still there after ``within`` seconds."""
        deadline = time.monotonic() + within
        ending = [child for name in names for child in self.running if child.name == name]
        for child in ending:
            child.ask()
        for child in ending:
            child.wait(deadline - time.monotonic())
            self.forget(child)

    def end_leftovers(self) -> None:
        """End what an earlier parent left here, in at most 6 seconds."""
        noted = self._read()
        for number, patience in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
            for pid in self._leftovers(noted):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            deadline = time.monotonic() + patience
            while self._leftovers(noted) and time.monotonic() < deadline:
                time.sleep(0.05)
        self._note()

    def _leftovers(self, noted: list[tuple[int, int]]) -> list[int]:
        """Noted children (same pid, same start) and what they started: same session, later, this home's."""
        sessions = dict(noted)
        mark = f"FOITRACKER_HOME={self.home}".encode()
        found = []
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if noted else ():
            with suppress(OSError):  # gone meanwhile, or somebody else's
                session, begun = os.getsid(pid), started_at(pid)
                if session not in sessions or begun is None:
                    continue
                if pid == session and begun == sessions[session]:
                    found.append(pid)
                elif pid != session and begun >= sessions[session]:
                    if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                        found.append(pid)
        return found

    def _read(self) -> list[tuple[int, int]]:
        try:
            return [(int(pid), int(begun)) for pid, begun in json.loads(self.noted.read_text())]
        except (OSError, ValueError, TypeError):
            return []  # no file yet, or one cut by the crash: then the parent-death signal did it all

    def _note(self) -> None:
        for child in self.running:
            if (begun := started_at(child.process.pid)) is not None:
                self._started[child.process.pid] = begun
        alive = {child.process.pid for child in self.running}
        fresh = self.noted.with_suffix(".new")
        fresh.write_text(json.dumps([row for row in self._started.items() if row[0] in alive]))
        fresh.replace(self.noted)


def say(line: str) -> None:
    print(line, flush=True)  # a pipe or a log file must see it now


def fail(line: str) -> int:
    """Say one line on the error output and give back exit status 1."""
    print(f"foitracker: {line}", file=sys.stderr, flush=True)
    return 1
