"""Hand ids to Celery after commit. A nudge only: rows are the queue, and beat finds what this drops."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from celery import Celery
from django.db import transaction
from kombu import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)
# After a failure nobody tries again for this long (seconds), so that a page never waits twice for a dead broker.
PAUSE_AFTER_FAILURE = 5.0
LONGEST_WAIT = 0.3
# Nudges that are told together go to one worker, so many ids at once.
TOGETHER = 10
_quiet_until = 0.0
_lock = threading.Lock()
_gathered = threading.local()


def enqueue(task_name: str, *args: int) -> None:
    """Ask a worker to run ``task_name`` with ``args`` once the current transaction has committed.

    Gives up within about 0.3 s when the broker is away, and never raises.
    """
    transaction.on_commit(lambda: nudge(task_name, *args), robust=True)


@contextmanager
def together(task_name: str) -> Iterator[None]:
    """What is asked of ``task_name`` in here is asked with many ids at once: to ask takes longer than many a deed.

    For a task that takes any number of ids, and a block that commits many times. What is gathered is told at the end,
    and whenever there is enough of it.
    """
    outer = _by_task()
    ids: list[int] = []
    _gathered.by_task = {**outer, task_name: ids}
    try:
        yield
    finally:
        _gathered.by_task = outer
        if ids:
            nudge(task_name, *ids)


def _by_task() -> dict[str, list[int]]:
    return getattr(_gathered, "by_task", {})


def nudge(task_name: str, *args: int) -> None:
    """Ask at once, for what is committed already; touches no database."""
    gathered = _by_task().get(task_name)
    if gathered is None:
        _tell(task_name, *args)
        return
    gathered += args
    if len(gathered) >= TOGETHER:
        _tell(task_name, *gathered)
        gathered.clear()


def _tell(task_name: str, *args: int) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        _sender()(task_name, args)
    except Exception as error:
        with _lock:
            _quiet_until = time.monotonic() + PAUSE_AFTER_FAILURE
        logger.warning("broker away, %s left to the sweep: %s", task_name, type(error).__name__)


def _sender() -> Callable[[str, tuple[int, ...]], None]:
    # Not celery.current_app: where nothing else has loaded ours, that is one without our short timeouts.
    from foitracker.celery import app

    def send(task_name: str, args: tuple[int, ...]) -> None:
        with producers[_connection(app)].acquire(block=True, timeout=LONGEST_WAIT) as producer:
            app.send_task(task_name, args=args, producer=producer, retry=False, ignore_result=True)

    return send


@lru_cache(maxsize=2)
def _connection(app: Celery) -> Connection:
    """For publishing only: a worker may wait longer for a broker than a page may."""
    return app.connection_for_write(transport_options={"socket_timeout": LONGEST_WAIT})
