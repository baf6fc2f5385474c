"""Run a reader of a hostile format in a short-lived process of its own, within limits of time, memory and output.

A function for :func:`run` is an ordinary importable one: ``reader(content: bytes, **options) -> Answer``, with
options and value that JSON can carry. It imports its format's library inside itself, so that only the process
with the limits ever loads it. Works in Celery's workers, whose processes may not have children of
``multiprocessing``; knows no Django, and the process is given none of our settings or secrets.
"""

import contextlib
import errno
import importlib
import json
import logging
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

_ROOT = Path(__file__).resolve().parent.parent
_MEBIBYTE = 1024 * 1024
_LENGTH = 8
# How the process says by its exit code what stopped it; any other code is a crash.
_EXIT_MEMORY, _EXIT_OUTPUT, _EXIT_REFUSED = 41, 42, 43
_LONGEST_DETAIL = 300


class Why(StrEnum):
    """What kept a reading from its end."""

    TIME = "took too long"
    MEMORY = "needed too much memory"
    OUTPUT = "gave back too much"
    REFUSED = "could not be read"
    CRASHED = "the reader crashed"


class Failed(Exception):
    """A reading that came to no end. ``why`` is for code, ``detail`` (English, may be "") for the log and staff."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.detail = detail


@dataclass(frozen=True)
class Limits:
    """``seconds`` of the clock on the wall (and of processor time), MiB of address space, and MiB given back."""

    seconds: float = 20
    memory_mib: int = 768
    output_mib: int = 64


@dataclass(frozen=True)
class Answer:
    """What a reader gives back: a value that JSON can carry, and pieces of bytes beside it."""

    value: Any = None
    blobs: Sequence[bytes] = field(default=())


def run(
    reader: Callable[..., Answer], content: bytes | memoryview, *, limits: Limits = Limits(), **options: Any
) -> Answer:
    """What ``reader`` makes of ``content`` in a process of its own; raises :class:`Failed`, and nothing else of its.

    Costs about 40 ms for the process, and what the reader's library takes to load. The bytes go through files
    without names, never through memory of ours a second time.
    """
    name = f"{reader.__module__}:{reader.__qualname__}"
    order = {"reader": name, "options": options} | asdict(limits)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made, tempfile.TemporaryFile() as said:
        given.write(json.dumps(order).encode() + b"\n")
        given.write(content)
        given.seek(0)
        # The command is our own interpreter and our own module; nothing of a letter is in it.
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", __name__],
            stdin=given,
            stdout=made,
            stderr=said,
            cwd=_ROOT,
            env=_environment(),
            start_new_session=True,
        )
        try:
            code = _wait(process, limits.seconds)
        finally:
            _end(process)
        if code != 0:
            raise _failure(code, said)
        made.seek(0)
        return _unpacked(made)


def _environment() -> dict[str, str]:
    """Of our environment only what an interpreter needs to find its library: no address, no password."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": "1"}


def _wait(process: subprocess.Popen, seconds: float) -> int:
    """The exit code; raises Failed when the time is over. Wakes at once, where the system can tell us."""
    try:
        ended = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux: looked at every few hundredths of a second instead
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=seconds)
        raise Failed(Why.TIME) from None
    try:
        watch = select.poll()
        watch.register(ended, select.POLLIN)
        if not watch.poll(seconds * 1000):
            raise Failed(Why.TIME)
    finally:
        os.close(ended)
    return process.wait()


def _end(process: subprocess.Popen) -> None:
    """End the process and all that it may have begun, and leave no zombie."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _failure(code: int, said: BinaryIO) -> Failed:
    said.seek(0)
    detail = said.read(_LONGEST_DETAIL * 4).decode("utf-8", "replace").strip()[-_LONGEST_DETAIL:]
    named = {
        _EXIT_MEMORY: Why.MEMORY,
        _EXIT_OUTPUT: Why.OUTPUT,
        _EXIT_REFUSED: Why.REFUSED,
        -signal.SIGXCPU: Why.TIME,
        -signal.SIGXFSZ: Why.OUTPUT,
        # Nobody but the kernel short of memory kills it so: we ourselves end it only when its time is over.
        -signal.SIGKILL: Why.MEMORY,
    }
    why = named.get(code, Why.CRASHED)
    return Failed(why, f"exit {code} {detail}".strip() if why is Why.CRASHED else detail)


def _unpacked(made: BinaryIO) -> Answer:
    """The answer in the file that a process left: never unpickled, since the process may have been taken over."""
    try:
        length = int.from_bytes(made.read(_LENGTH), "big")
        head = json.loads(made.read(length))
        blobs = [made.read(size) for size in head["sizes"]]
        if [len(blob) for blob in blobs] != head["sizes"]:
            raise ValueError("cut off")
        return Answer(head["value"], blobs)
    except (ValueError, KeyError, TypeError, OverflowError, MemoryError, RecursionError) as error:
        raise Failed(Why.CRASHED, f"its answer cannot be read ({type(error).__name__})") from None


# In the process


def _main(order: dict[str, Any]) -> NoReturn:
    """Take the limits on, then load the reader, then read. Ends the process without any tidying up."""
    output = os.fdopen(os.dup(1), "wb", buffering=_MEBIBYTE)
    os.dup2(2, 1)  # what a library prints must not stand in the answer
    _take_limits(order)
    code = 0
    try:
        module, _, function = order["reader"].partition(":")
        reader = getattr(importlib.import_module(module), function)
        _shut_doors()
        answer = reader(sys.stdin.buffer.read(), **order["options"])
        sizes = [len(blob) for blob in answer.blobs]
        head = json.dumps({"value": answer.value, "sizes": sizes}).encode()
        if len(head) + sum(sizes) > order["output_mib"] * _MEBIBYTE:
            code = _EXIT_OUTPUT
        else:
            output.write(len(head).to_bytes(_LENGTH, "big") + head)
            for blob in answer.blobs:
                output.write(blob)
            output.flush()
    except MemoryError:
        code = _EXIT_MEMORY
    except OSError as error:
        code = _EXIT_OUTPUT if error.errno == errno.EFBIG else _refused(error)
    except BaseException as error:  # a hostile file makes libraries raise whatever there is
        code = _refused(error)
    os._exit(code)


def _refused(error: BaseException) -> int:
    with contextlib.suppress(Exception):
        os.ftruncate(2, 0)
        os.lseek(2, 0, os.SEEK_SET)
        os.write(2, f"{type(error).__name__}: {error}"[:_LONGEST_DETAIL].encode("utf-8", "replace"))
    return _EXIT_REFUSED


def _take_limits(order: dict[str, Any]) -> None:
    def limit(which: int, most: int, *, grace: int = 0) -> None:
        _, hard = resource.getrlimit(which)
        within = [most, most + grace] if hard == resource.RLIM_INFINITY else [min(most, hard), min(most + grace, hard)]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (within[0], within[1]))

    limit(resource.RLIMIT_AS, order["memory_mib"] * _MEBIBYTE)
    # The grace lets the signal that names the cause come before the one that does not.
    limit(resource.RLIMIT_CPU, int(order["seconds"]) + 1, grace=2)
    limit(resource.RLIMIT_FSIZE, order["output_mib"] * _MEBIBYTE + _MEBIBYTE)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 64)
    logging.disable(logging.CRITICAL)
    # Python ignores this signal, and a write that is too long is then an error that we name.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # Where the machine itself runs short of memory, this process goes before a worker does.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


_SHUT = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.system"}
_SHUT |= {"os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn", "os.kill", "os.killpg"}


def _shut_doors() -> None:
    """Nothing that a file names is fetched, and nothing in it executed, whatever a library offers to do with it."""

    def guard(event: str, _: tuple) -> None:
        if event in _SHUT:
            raise PermissionError(f"{event} is not for readers")

    sys.addaudithook(guard)


if __name__ == "__main__":
    _main(json.loads(sys.stdin.buffer.readline()))
