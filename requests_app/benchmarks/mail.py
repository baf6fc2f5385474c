"""How fast letters are stored and filed, beside what the database and the disk can do with the same bytes.

Everything happens in databases of its own, made beside the site's and dropped again, and over queues of its own.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from psycopg2 import sql

from . import mail_content as content
from .pages import BenchFailed, environment, free_port, manage, python, scratch_database

MODULE = "requests_app.benchmarks.mail_steps"
SENDERS = "requests_app.benchmarks.mail_senders"
PLAIN = 400
# Two processes share the door's port, as on any machine with more than one core.
DOORS = 2
# The workers' own limit, where it is not switched off.
LIMIT_MIB = settings.WORKER_MEMORY_MIB or 600
# What is printed, in this order: letters or transactions a second, then megabytes at most for one letter of 40 MB.
FIGURES = (
    *("stored_per_s_1", "stored_per_s_4", "insert_per_s_1", "insert_per_s_4"),
    *("filed_per_s", "filed_pdf_per_s", "bare_transaction_per_s", "fdatasync_per_s"),
    *("parsed_per_s", "message_from_bytes_per_s"),
    *("peak_mb_40mb_door", "peak_mb_40mb_worker", "peak_mb_40mb_message_from_bytes"),
)
# What ``--only-storing`` measures.
STORING = FIGURES[:4]
Say = Callable[[str], None]


def run(
    *,
    seconds: float,
    rounds: int,
    letters: int = PLAIN,
    only_storing: bool = False,
    say: Say = lambda words: None,
) -> dict[str, float]:
    """Measure, and give what ``manage.py bench mail`` prints. Raises BenchFailed. Some minutes and 2 GB of disk."""
    home = settings.HOME if settings.EMBEDDED else None
    with tempfile.TemporaryDirectory(prefix="foitracker-bench-", dir=home) as name, scratch_database() as url:
        folder = Path(name)
        env = environment(url, folder, 8000) | {"BENCH_QUEUE": f"bench-{os.getpid()}"}
        manage(env, "migrate", "--verbosity", "0")
        say(f"Writing {letters} requests into a database of their own …")
        _step(env, "fill", name, str(letters))
        bench = _Bench(env, url, folder, seconds, letters, say)
        try:
            found = bench.stored(rounds) if only_storing else bench.rates(rounds) | bench.peaks()
        finally:
            _step(env, "purge")
    return {name: round(found[name], 1) for name in (STORING if only_storing else FIGURES)}


class _Bench:
    """The steps of one measurement."""

    def __init__(self, env: dict[str, str], url: str, folder: Path, seconds: float, letters: int, say: Say) -> None:
        self.env, self.url, self.folder, self.seconds, self.say = env, url, folder, seconds, say
        self.counts = {"plain": letters, "pdf": -(-letters // 4)}
        self.seen: dict[str, list[float]] = {}

    def stored(self, rounds: int) -> dict[str, float]:
        """Storing alone, and bare INSERTs beside it: the median of each."""
        with self._copy("doors", self.url) as stored:
            for number in range(rounds):
                self.say(f"Round {number + 1} of {rounds}")
                self._storing(stored)
        return self._medians()

    def _storing(self, stored: str) -> None:
        with self._doors(stored) as (port, _doors):
            for senders in (1, 4):
                self._note(**{f"insert_per_s_{senders}": self._send("insert", stored, senders)})
                self._note(**{f"stored_per_s_{senders}": self._send("store", str(port), senders)})

    def _note(self, **measured: float) -> None:
        for figure, value in measured.items():
            self.seen.setdefault(figure, []).append(value)
            self.say(f"{figure}: {value:.1f}/s")

    def _medians(self) -> dict[str, float]:
        return {figure: statistics.median(values) for figure, values in self.seen.items()}

    def rates(self, rounds: int) -> dict[str, float]:
        """Rounds of everything in turn, so that a noisy moment hits all; the median of each."""
        name = str(self.folder)
        waiting = {"plain": self._copy("plain", self.url), "pdf": self._copy("pdf", self.url)}
        with waiting["plain"] as plain, waiting["pdf"] as pdf, self._copy("doors", self.url) as stored:
            for kind, url in (("plain", plain), ("pdf", pdf)):
                _step(self._at(url), "receive", name, kind, str(self.counts[kind]))
                with self._copy("recorded", url) as recorded:
                    told = _step(self._at(recorded), "record", name, kind)
                    self.say(f"Filing one letter ({kind}) takes {told['statements']} statements")
            for number in range(rounds):
                self.say(f"Round {number + 1} of {rounds}")
                self._storing(stored)
                self._note(fdatasync_per_s=self._send("flush", "", 1))
                self._note(filed_per_s=self._filed(plain), bare_transaction_per_s=self._bare(plain, "plain"))
                self._note(filed_pdf_per_s=self._filed(pdf))
                read = _step(self.env, "reading", name, str(self.seconds))
                self._note(parsed_per_s=read["parsed"], message_from_bytes_per_s=read["from_bytes"])
        return self._medians()

    def peaks(self) -> dict[str, float]:
        """Megabytes in use at most for one letter of 40 MB: the door that stores it, the worker that files it."""
        to = content.addresses(str(self.folder))[0]
        with self._copy("large", self.url) as url:
            with (
                self._doors(url, count=1) as (port, doors),
                socket.create_connection(("127.0.0.1", port), timeout=120) as wire,
            ):
                _bring(wire, to, content.large(to))
                door = _peak_mb(doors[0])
            worker = _step(self._at(url), "place_large", str(LIMIT_MIB))
        alone = _step(self.env, "from_bytes_large", str(self.folder))
        return {
            "peak_mb_40mb_door": door,
            "peak_mb_40mb_worker": worker["peak_mb"],
            "peak_mb_40mb_message_from_bytes": alone["peak_mb"],
        }

    # ---- the parts ----

    def _send(self, what: str, where: str, count: int) -> float:
        """How many a second so many senders do together."""
        command = [sys.executable, "-m", SENDERS, what, str(self.folder), where, str(self.seconds)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        senders = [
            subprocess.Popen(command, env=self.env, cwd=settings.BASE_DIR, **pipes)  # noqa: S603
            for _sender in range(count)
        ]
        try:
            for sender in senders:
                if sender.stdout.readline().strip() != "ready":
                    raise BenchFailed(f"A sender ({what}) did not start.")
            for sender in senders:
                sender.stdin.write("go\n")
                sender.stdin.flush()
            done = [sender.communicate(timeout=self.seconds + 60)[0] for sender in senders]
        finally:
            for sender in senders:
                sender.kill()
        if any(sender.returncode for sender in senders):
            raise BenchFailed(f"A sender ({what}) failed.")
        return sum(map(int, done)) / self.seconds

    def _filed(self, waiting: str) -> float:
        """Letters a second from the first to the last that one real worker process files."""
        with self._copy("filed", waiting) as url:
            env = self._at(url)
            told = _step(env, "enqueue")["told"]
            queue = f"{env['BENCH_QUEUE']}-placing"
            command = [sys.executable, "-m", "celery", "--app", "foitracker", "--quiet", "worker", "--concurrency", "1"]
            command += ["--queues", queue, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
            with self._process("worker", command, env):
                return _settling(url, told)

    def _bare(self, waiting: str, kind: str) -> float:
        with self._copy("bare", waiting) as url:
            return _step(self._at(url), "replay", str(self.folder), kind, url)["per_s"]

    @contextmanager
    def _doors(self, url: str, count: int = DOORS) -> Iterator[tuple[int, list[subprocess.Popen]]]:
        """Real doors that share a port: (the port, their processes)."""
        port = free_port()
        command = [sys.executable, "manage.py", "lmtp", "--host", "127.0.0.1", "--port", str(port), "--reuse-port"]
        with ExitStack() as stack:
            doors = [stack.enter_context(self._process("lmtp", command, self._at(url))) for _door in range(count)]
            until = time.monotonic() + 60
            while not all(str(door.pid) in _listeners(port) for door in doors):
                if time.monotonic() > until or any(door.poll() is not None for door in doors):
                    raise BenchFailed(f"The door did not open:\n{(self.folder / 'lmtp.log').read_text()[-2000:]}")
                time.sleep(0.1)
            yield port, doors

    @contextmanager
    def _process(self, name: str, command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen]:
        log = self.folder / f"{name}.log"
        with log.open("a") as out:
            running = subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=settings.BASE_DIR)  # noqa: S603
            try:
                yield running
                if running.poll() is not None:
                    raise BenchFailed(f"The {name} ended:\n{log.read_text()[-2000:]}")
            finally:
                running.terminate()
                try:
                    running.wait(20)
                except subprocess.TimeoutExpired:
                    running.kill()
                    running.wait()

    @contextmanager
    def _copy(self, name: str, of: str) -> Iterator[str]:
        """The address of a database equal to another, for as long as the block runs."""
        own = f"{urlsplit(self.url).path[1:]}_{name}"
        server = psycopg2.connect(settings.DATABASE_URL)
        server.autocommit = True
        with server.cursor() as cursor:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            cursor.execute(made.format(sql.Identifier(own), sql.Identifier(urlsplit(of).path[1:])))
        try:
            yield urlunsplit(urlsplit(self.url)._replace(path=f"/{own}"))
        finally:
            with server.cursor() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(own)))
            server.close()

    def _at(self, url: str) -> dict[str, str]:
        return self.env | {"DATABASE_URL": url}


def _settling(url: str, count: int) -> float:
    """Letters a second between the first and the last that is settled; waits until all are."""
    server = psycopg2.connect(url)
    server.autocommit = True
    until = time.monotonic() + 60 + count
    try:
        with server.cursor() as cursor:
            while True:
                cursor.execute(
                    "SELECT count(*) FILTER (WHERE state = 'placed'), count(*) FILTER (WHERE state = 'received'),"
                    " extract(epoch FROM max(settled_at) - min(settled_at))::float FROM requests_app_inboundemail"
                )
                placed, waiting, taken = cursor.fetchone()
                if not waiting:
                    break
                if time.monotonic() > until:
                    raise BenchFailed(f"{waiting} of {count} letters were not filed in time.")
                time.sleep(0.2)
    finally:
        server.close()
    if placed != count:
        raise BenchFailed(f"Only {placed} of {count} letters were filed.")
    return (placed - 1) / taken


def _bring(wire: socket.socket, to: str, pieces: Iterator[bytes]) -> None:
    """One letter over LMTP, never whole in memory."""
    replies = wire.makefile("rb")
    replies.readline()
    wire.sendall(f"LHLO bench\r\nMAIL FROM:<{content.COUNCIL}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode())
    while (line := replies.readline())[:3] != b"354":
        if line[:1] != b"2":
            raise BenchFailed(f"The door said {line.decode().strip()}")
    for piece in pieces:
        wire.sendall(piece)
    wire.sendall(b".\r\n")
    if (line := replies.readline())[:3] != b"250":
        raise BenchFailed(f"The large letter was not stored: {line.decode().strip()}")


def _listeners(port: int) -> set[str]:
    """Numbers of the processes that listen on this port of 127.0.0.1."""
    inodes = {
        row.split()[9]
        for row in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if row.split()[1] == f"0100007F:{port:04X}" and row.split()[3] == "0A"
    }
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:[") and target[8:-1] in inodes:
            found.add(link.parts[2])
    return found


def _peak_mb(process: subprocess.Popen) -> float:
    """The most memory that a process had in use so far, in megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _step(env: dict[str, str], *words: str) -> dict:
    """One step in a process of its own; its last line is JSON."""
    return json.loads(python(env, "-m", MODULE, *words).splitlines()[-1])
