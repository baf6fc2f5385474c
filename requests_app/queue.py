"""Hand ids to Celery after commit. A nudge only: rows are the queue, and beat finds what this drops."""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache

from celery import Celery
from django.db import transaction
from kombu import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)
# After a failure nobody tries again for this long (seconds), so that a page never waits twice for a dead broker.
PAUSE_AFTER_FAILURE = 5.0
LONGEST_WAIT = 0.3
_quiet_until = 0.0
_lock = threading.Lock()


def enqueue(task_name: str, *args: int) -> None:
    """Ask a worker to run ``task_name`` with ``args`` once the current transaction has committed.

    Gives up within about 0.3 s when the broker is away, and never raises.
    """
    transaction.on_commit(lambda: nudge(task_name, *args), robust=True)


def nudge(task_name: str, *args: int) -> None:
    """Ask at once, for what is committed already; touches no database."""
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
