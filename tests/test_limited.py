"""Readers of hostile formats end within their limits, and their failures have names."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from requests_app import limited
from requests_app.limited import Answer, Failed, Limits, Why

MIB = 1024 * 1024


def count(content: bytes, *, letter: str) -> Answer:
    return Answer({"times": content.count(letter.encode())}, [content[:3], b""])


def sleep(content: bytes) -> Answer:
    time.sleep(60)
    return Answer()


def spin(content: bytes) -> Answer:
    while True:
        pass


def swell(content: bytes) -> Answer:
    held = []
    while True:
        held.append(b"x" * (16 * MIB))


def pour(content: bytes) -> Answer:
    return Answer(None, [b"x" * (8 * MIB)])


def pour_words(content: bytes) -> Answer:
    return Answer("x" * (8 * MIB))


def write_much(content: bytes) -> Answer:
    with open(content.decode(), "wb") as file:
        for _ in range(64):
            file.write(b"x" * MIB)
    return Answer()


def refuse(content: bytes) -> Answer:
    raise ValueError("no such table")


def recurse(content: bytes) -> Answer:
    return recurse(content)


def crash(content: bytes) -> Answer:
    os.abort()


def leave(content: bytes) -> Answer:
    os._exit(0)


def lie(content: bytes) -> Answer:
    os.write(3, (2**62).to_bytes(8, "big") + b"{")
    os._exit(0)


def chatter(content: bytes) -> Answer:
    print("loading …" * 10_000)
    os.write(1, b"from a library in C\n")
    return Answer("quiet")


def unfit(content: bytes) -> Answer:
    return Answer({1, 2})


def connect(content: bytes) -> Answer:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    return Answer()


def start_another(content: bytes) -> Answer:
    subprocess.run(["true"])
    return Answer()


def surroundings(content: bytes) -> Answer:
    return Answer({"names": sorted(os.environ), "django": "django" in sys.modules})


def test_a_value_and_pieces_of_bytes_come_back():
    answer = limited.run(count, b"banana" * 500_000, letter="a")

    assert answer.value == {"times": 1_500_000}
    assert answer.blobs == [b"ban", b""]


@pytest.mark.parametrize(
    ("reader", "limits", "why"),
    [
        (sleep, Limits(seconds=1), Why.TIME),
        (spin, Limits(seconds=1), Why.TIME),
        (swell, Limits(memory_mib=200), Why.MEMORY),
        (pour, Limits(output_mib=4), Why.OUTPUT),
        (pour_words, Limits(output_mib=4), Why.OUTPUT),
        (refuse, Limits(), Why.REFUSED),
        (recurse, Limits(), Why.REFUSED),
        (unfit, Limits(), Why.REFUSED),
        (crash, Limits(), Why.CRASHED),
        (leave, Limits(), Why.CRASHED),
        (lie, Limits(), Why.CRASHED),
        (connect, Limits(), Why.REFUSED),
        (start_another, Limits(), Why.REFUSED),
    ],
    ids=lambda value: value.__name__ if callable(value) and not isinstance(value, type) else None,
)
def test_a_reading_that_comes_to_no_end_has_a_name(reader, limits, why):
    began = time.monotonic()

    with pytest.raises(Failed) as failure:
        limited.run(reader, b"bytes", limits=limits)

    assert failure.value.why == why
    assert time.monotonic() - began < 15


def test_the_reason_of_a_refusal_is_told():
    with pytest.raises(Failed, match="could not be read: ValueError: no such table"):
        limited.run(refuse, b"")


def test_processor_time_is_limited_in_the_process_itself(monkeypatch):
    """A worker that is killed can no longer end what it began: the process then ends by its own limit."""
    monkeypatch.setattr(limited, "_wait", lambda process, seconds: process.wait(timeout=30))

    with pytest.raises(Failed) as failure:
        limited.run(spin, b"", limits=Limits(seconds=0.1))

    assert failure.value.why == Why.TIME


def test_a_disk_is_not_filled(tmp_path):
    target = tmp_path / "filled"

    with pytest.raises(Failed) as failure:
        limited.run(write_much, str(target).encode(), limits=Limits(output_mib=4))

    assert failure.value.why == Why.OUTPUT
    assert target.stat().st_size <= 5 * MIB


def test_what_a_library_prints_is_not_in_the_answer():
    assert limited.run(chatter, b"").value == "quiet"


def test_the_process_knows_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://someone:secret@db.example/x")
    monkeypatch.setenv("SECRET_KEY", "secret")

    there = limited.run(surroundings, b"").value

    assert not {"DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"} & set(there["names"])
    assert not there["django"]


def children() -> set[str]:
    """The processes that this one has, ended ones that nobody asked after among them; other tests may have some too."""
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


def test_nothing_stays_behind_after_failures():
    before, had = len(os.listdir("/proc/self/fd")), children()

    for _ in range(20):
        with pytest.raises(Failed):
            limited.run(refuse, b"")

    assert len(os.listdir("/proc/self/fd")) == before
    assert children() <= had


def test_it_works_in_a_process_that_may_have_no_children_of_multiprocessing():
    """Celery's prefork workers are such: billiard and multiprocessing both refuse to start one there."""
    code = (
        "import multiprocessing, json\n"
        "from requests_app import limited\n"
        "from tests.test_limited import count\n"
        "def work(queue): queue.put(limited.run(count, b'aaa', letter='a').value)\n"
        "queue = multiprocessing.Queue()\n"
        "one = multiprocessing.get_context('fork').Process(target=work, args=(queue,), daemon=True)\n"
        "one.start(); print(json.dumps(queue.get(timeout=20)))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert json.loads(done.stdout) == {"times": 3}, done.stderr
