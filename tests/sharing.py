"""How two processes share the suite: file by file, the long ones first, all of the browser's journeys in one.

And how two that each try a planted fault share the engines.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"


class FileByFile(LoadScopeScheduling):
    """A process takes a file at a time, in the order of ``longest_first``, so that what a file shares is made once.

    The journeys are taken as one file: they share a whole site, which takes long to start.
    """

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Journeys, files with a test marked slow, all others; so that neither process ends long before the other."""
    items = list(items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    return sorted(items, key=lambda item: (not item.nodeid.startswith(JOURNEYS), item.path not in slow))


_names: dict[int, tuple[str, IO[str]]] = {}


def own_suffix() -> str:
    """A name for this process's database, held until it ends; then another takes it, so that few are made.

    Processes that try planted faults are forked by hundreds, two at a time. In one database they would wait for,
    and end, each other's transactions.
    """
    if os.getpid() not in _names:
        _names[os.getpid()] = next(_free_names())
    return _names[os.getpid()][0]


def _free_names() -> Iterator[tuple[str, IO[str]]]:
    engines = sha256(str(settings.DATABASE_URL).encode()).hexdigest()[:12]
    for number in count():
        lock = open(Path(tempfile.gettempdir()) / f"foi-{engines}-{number}.lock", "w")
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield f"fault{number}", lock
