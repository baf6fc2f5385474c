"""Small letters that come at the same moment over several connections are stored in one transaction.

A transaction costs the database as much as the rows of a letter do.
"""

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from django.db import connections

from .lmtp_session import AGAIN

logger = logging.getLogger(__name__)
# How many letters and bytes go into one transaction: the statement is held in memory several times over.
MOST_LETTERS, MOST_BYTES = 50, 1024 * 1024
# How long (seconds) the first may wait for one that is on its way over another connection.
LONGEST_WAIT = 0.002
# And how long for whoever was answered a moment ago and may have another: busy senders then come in step.
FOR_THE_NEXT = 0.001


class Letter(NamedTuple):
    """A letter of one piece for one address, and who is told the reply, in the event loop."""

    recipient: str
    sender: str
    raw: bytes
    answered: Callable[[list[str]], None]


class Together:
    """add() letters in the event loop. One transaction is under way at a time; what comes meanwhile is the next.

    ``store`` runs in a thread of its own: one reply for each letter, once it is committed or refused.
    ``others_come``: whether a letter is on its way that began after a moment of the loop's time.
    """

    def __init__(self, store: Callable[[list[Letter]], list[str]], others_come: Callable[[float], bool]) -> None:
        self._store, self._others_come = store, others_come
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Letter] = deque()
        self._began_waiting = 0.0
        self._is_storing = False
        self._look: asyncio.Handle | None = None
        # No executor: its futures cost as much of this process's time as the letter itself.
        self._batches: queue.SimpleQueue[list[Letter] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="together", daemon=True)
        self._thread.start()

    def add(self, letter: Letter) -> None:
        """Have it stored; its ``answered`` is called with the one reply once it is committed or refused."""
        if not self._waiting:
            self._began_waiting = self._loop.time()
        self._waiting.append(letter)
        if not self._is_storing:
            self._begin()

    def close(self) -> None:
        """End the thread, after what it is storing."""
        self._batches.put(None)
        self._thread.join(5)

    def _begin(self) -> None:
        """Store what waits, unless more is just coming."""
        if self._look is not None:
            self._look.cancel()
            self._look = None
        left = self._began_waiting + LONGEST_WAIT - self._loop.time()
        if left > 0 and len(self._waiting) < MOST_LETTERS and self._others_come(self._began_waiting - LONGEST_WAIT):
            self._look = self._loop.call_later(left, self._begin)
            return
        batch = [self._waiting.popleft()]
        size = len(batch[0].raw)
        while self._waiting and len(batch) < MOST_LETTERS and size + len(self._waiting[0].raw) <= MOST_BYTES:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].raw)
        self._began_waiting = self._loop.time()
        self._is_storing = True
        self._batches.put(batch)

    def _stored(self, batch: list[Letter], replies: list[str]) -> None:
        self._is_storing = False
        for letter, reply in zip(batch, replies, strict=True):
            try:
                letter.answered([reply])
            except Exception as error:  # one connection's trouble is not the others'
                self._loop.call_exception_handler({"message": "a reply was not written", "exception": error})
        if self._waiting and not self._is_storing:
            if self._look is not None:
                self._look.cancel()
            self._look = self._loop.call_later(FOR_THE_NEXT, self._begin)

    def _run(self) -> None:
        try:
            while batch := self._batches.get():
                try:
                    replies = self._store(batch)
                except Exception:
                    logger.exception("%s letters could not be stored", len(batch))
                    replies = [AGAIN] * len(batch)
                self._loop.call_soon_threadsafe(self._stored, batch, replies)
        finally:
            connections.close_all()
