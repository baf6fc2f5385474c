"""One step of ``manage.py bench mail``, in a process of its own: ``python -m …mail_steps STEP``. Prints JSON last."""

import email
import json
import pickle
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

import psycopg2  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402  (models need the apps)
from django.test.utils import CaptureQueriesContext  # noqa: E402

from requests_app import queue  # noqa: E402
from requests_app.actions import inbound  # noqa: E402
from requests_app.benchmarks import mail_content as content  # noqa: E402
from requests_app.mail.parse import parse  # noqa: E402
from requests_app.models import InboundEmail, InboundState  # noqa: E402

MIB = 1024 * 1024


def fill(folder: str, count: str) -> dict:
    content.fill(int(count))
    content.note_addresses(folder)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_letters (id bigserial PRIMARY KEY, content bytea NOT NULL)")
        cursor.execute("ANALYZE")
    return {}


def receive(folder: str, kind: str, count: str) -> dict:
    """Letters that wait to be placed, each for another request."""
    file = content.pdf() if kind == "pdf" else b""
    for number, to in enumerate(content.addresses(folder)[: int(count)]):
        raw = content.with_pdf(number, to, file) if file else content.plain(number, to)
        _receive(to, raw)
    return {"waiting": InboundEmail.objects.count()}


def _receive(to: str, raw) -> int:
    # Told to nobody: the step that places them says when.
    (number,) = inbound.receive(
        door="bench", recipients=[to], envelope_from=content.COUNCIL, raw=raw, nudge=lambda new: None
    )
    return number


def record(folder: str, kind: str) -> dict:
    """Place every letter here, and write down each statement with its values, in order, letter by letter."""
    letters = []
    for number in InboundEmail.objects.order_by("pk").values_list("pk", flat=True):
        reset_queries()
        with CaptureQueriesContext(connection) as seen:
            _placed(number)
        letters.append([query["sql"] for query in seen.captured_queries])
    with connection.cursor() as cursor:
        # What the first letter prepared, and every other only ran.
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE from_sql ORDER BY prepare_time")
        letters[0][:0] = [statement for (statement,) in cursor.fetchall()]
    (Path(folder) / f"statements-{kind}").write_bytes(pickle.dumps(letters[1:]))
    (Path(folder) / f"statements-{kind}-first").write_bytes(pickle.dumps(letters[:1]))
    return {"statements": len(letters[-1])}


def replay(folder: str, kind: str, url: str) -> dict:
    """The same statements with the same values on an equal database: what filing costs without our Python."""
    server = psycopg2.connect(url)
    server.autocommit = True
    cursor = server.cursor()

    def run(part: str) -> int:
        # Written by ``record`` a moment ago, in a folder of our own.
        letters = pickle.loads((Path(folder) / part).read_bytes())  # noqa: S301
        for letter in letters:
            for statement in letter:
                cursor.execute(statement)
        return len(letters)

    run(f"statements-{kind}-first")
    began = time.monotonic()
    return {"per_s": run(f"statements-{kind}") / (time.monotonic() - began)}


def enqueue() -> dict:
    """Tell the worker of every letter, as the door tells it."""
    from requests_app.doors.nudges import AT_ONCE

    numbers = list(InboundEmail.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), AT_ONCE):
        queue.nudge("requests_app.place_inbound_email", *numbers[start : start + AT_ONCE])
    return {"told": len(numbers)}


def purge() -> dict:
    """Forget what was told and not taken, of this measurement's own queues."""
    from django.conf import settings

    from foitracker.celery import app

    with app.connection_for_write() as wire:
        channel = wire.default_channel
        for name in (settings.CELERY_TASK_DEFAULT_QUEUE, settings.BENCH_PLACING):
            channel.queue_declare(name)
            channel.queue_purge(name)
            channel.queue_delete(name)
    return {}


def reading(folder: str, seconds: str) -> dict:
    """Letters read a second, and taken apart by the standard library alone; in turn, so that noise hits both."""
    letters = [content.plain(number, to) for number, to in enumerate(content.addresses(folder)[:100])]

    def rate(read: Callable[[bytes], object]) -> float:
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < float(seconds) / 2:
            read(letters[done % len(letters)])
            done += 1
        return done / (time.perf_counter() - began)

    parse(letters[0])
    return {"parsed": rate(parse), "from_bytes": rate(email.message_from_bytes)}


def receive_large(folder: str) -> dict:
    return {"number": _receive(content.addresses(folder)[0], content.large(content.addresses(folder)[0]))}


def place_large(limit_mib: str) -> dict:
    """Place the one letter under a limit of memory; the most that was in use, of this process and its children."""
    resource.setrlimit(resource.RLIMIT_DATA, (int(limit_mib) * MIB,) * 2)
    number = InboundEmail.objects.values_list("pk", flat=True).get()
    before = _peak_mb()
    _placed(number)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"peak_mb": _peak_mb() + children, "before_mb": before}


def from_bytes_large(folder: str) -> dict:
    """What the standard library alone takes for the same letter, beside what the process had before."""
    raw = b"".join(content.large(content.addresses(folder)[0]))
    before = _peak_mb()
    email.message_from_bytes(raw)
    return {"peak_mb": _peak_mb() - before + len(raw) / MIB}


def _placed(number: int) -> None:
    state = inbound.place(number)
    if state != InboundState.PLACED:
        raise SystemExit(f"letter {number} was not filed but {state}")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    steps = [fill, receive, record, replay, enqueue, purge, reading, receive_large, place_large, from_bytes_large]
    by_name = {step.__name__: step for step in steps}
    print(json.dumps(by_name[sys.argv[1]](*sys.argv[2:])))
