"""The listening door for mail: 250 only once the letter is committed, and what cannot be stored comes again.

Nothing about a letter is logged but its size and what was answered.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from ..actions.inbound import LetterTooBig, receive, receive_together
from .lmtp_content import Content
from .lmtp_session import AGAIN, AWAY, STORED, TOO_BIG, Session
from .nudges import Nudges
from .together import Letter, Together

logger = logging.getLogger(__name__)
# Each holds one database connection.
THREADS = 4
MOST_CONNECTIONS = 100
# Where all are taken, one that has said nothing for so long (seconds) makes room for another.
MAKES_ROOM_AFTER = 10.0
# How long letters that are under way may take (seconds) once the door is asked to stop.
GRACE = 5.0


class Door:
    """What all connections of this process share: the room, the threads that store, the nudges to the workers."""

    def __init__(self, *, threads: ThreadPoolExecutor) -> None:
        self.sessions: set[Session] = set()
        self.is_stopping = False
        self._threads = threads
        self._nudges = Nudges()
        self._together = Together(self._store_together, self._others_come)

    def opened(self, session: Session) -> bool:
        if self.is_stopping:
            return False
        if len(self.sessions) >= MOST_CONNECTIONS and not self._make_room():
            return False
        self.sessions.add(session)
        return True

    def closed(self, session: Session) -> None:
        self.sessions.discard(session)

    def _make_room(self) -> bool:
        """Close the connection that has said nothing for longest, so that idlers cannot keep letters out."""
        now = asyncio.get_running_loop().time()
        idle = [one for one in self.sessions if not one.is_storing and now - one.heard_at >= MAKES_ROOM_AFTER]
        if not idle:
            return False
        longest = min(idle, key=lambda one: one.heard_at)
        self.sessions.discard(longest)
        longest.end("421 4.3.2 Others are waiting. Please come again.")
        return True

    def store(
        self, recipients: list[str], sender: str, content: Content, answered: Callable[[list[str]], None]
    ) -> None:
        raw = content.raw()
        if isinstance(raw, bytes) and len(recipients) == 1:
            self._together.add(Letter(recipients[0], sender, raw, answered))
        else:
            loop = asyncio.get_running_loop()
            storing = loop.run_in_executor(self._threads, self._store, recipients, sender, content)
            storing.add_done_callback(
                lambda done: answered(
                    [AGAIN] * len(recipients) if done.cancelled() or done.exception() else done.result()
                )
            )

    def _others_come(self, since: float) -> bool:
        return len(self.sessions) > 1 and any(session.is_bringing(since) for session in self.sessions)

    # ---- in a thread with a database connection of its own, which is dropped on any error ----

    def _store_together(self, letters: list[Letter]) -> list[str]:
        """One reply for each letter. Where they cannot be stored together, each is tried for itself."""
        close_old_connections()
        replies = [self._twice(self._try_together, letters)] * len(letters)
        if replies[0] not in (STORED, AWAY) and len(letters) > 1:
            replies = [self._twice(self._try_together, [letter]) for letter in letters]
        _log(sum(len(letter.raw) for letter in letters), replies)
        return replies

    def _store(self, recipients: list[str], sender: str, content: Content) -> list[str]:
        """One reply for each recipient. A letter that cannot be stored for one is still stored for the others."""
        close_old_connections()
        replies = [self._twice(self._try, recipients, sender, content)] * len(recipients)
        if replies[0] == AGAIN and len(recipients) > 1:
            replies = [self._twice(self._try, [one], sender, content) for one in recipients]
        _log(content.size, replies)
        return replies

    def _twice(self, store: Callable[..., None], *what) -> str:
        """The reply. A connection that broke while nobody looked is replaced once."""
        for _try in range(2):
            try:
                store(*what)
            except LetterTooBig:
                return TOO_BIG
            except Exception as error:
                # Whatever it was, the sender still has the letter and brings it again.
                logger.error("a letter could not be stored: %s", type(error).__name__)
                connections.close_all()
                if not _is_away(error):
                    return AGAIN
            else:
                return STORED
        return AWAY

    def _try(self, recipients: list[str], sender: str, content: Content) -> None:
        receive(door="lmtp", recipients=recipients, envelope_from=sender, raw=content.raw(), nudge=self._nudges.add)

    def _try_together(self, letters: list[Letter]) -> None:
        if len(letters) == 1:
            to, sender, raw, _answered = letters[0]
            receive(door="lmtp", recipients=[to], envelope_from=sender, raw=raw, nudge=self._nudges.add)
        else:
            receive_together(door="lmtp", letters=[letter[:3] for letter in letters], nudge=self._nudges.add)

    # ---- from beginning to end ----

    async def look_after(self) -> None:
        """End what is silent or trickles, for as long as the door is open."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            for session in list(self.sessions):
                session.look_after(loop.time())

    async def stop(self) -> None:
        """Take no more; letters that are under way may end, those being stored do."""
        self.is_stopping = True
        for session in list(self.sessions):
            session.stop()
        until = asyncio.get_running_loop().time() + GRACE
        while self.sessions and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)
        while any(session.is_storing for session in self.sessions):
            await asyncio.sleep(0.02)
        for session in list(self.sessions):
            if session.transport is not None:
                session.transport.abort()
        await asyncio.get_running_loop().run_in_executor(None, self._together.close)
        self._nudges.close()


def _is_away(error: Exception) -> bool:
    """Whether the database was not there, and not only against this letter: no code at all, or SQLSTATE 08 or 57P.

    The driver raises OperationalError for resources and limits too, which one letter may exhaust each time.
    """
    code = getattr(error.__cause__, "pgcode", None) or ""
    return isinstance(error, (OperationalError, InterfaceError)) and (not code or code.startswith(("08", "57P")))


def _log(size: int, replies: list[str]) -> None:
    said = ", ".join(f"{replies.count(one)} × {one[:3]}" for one in {*replies})
    logger.info("%s bytes brought: %s", size, said)


async def listen(door: Door, **where) -> asyncio.Server:
    """A server that hands each connection to the door."""
    return await asyncio.get_running_loop().create_server(lambda: Session(door), backlog=256, **where)


async def serve(host: str, port: int, *, reuse_port: bool = False) -> None:
    """Listen until SIGTERM or SIGINT; letters being stored then are finished first."""
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="store") as threads:
        door = Door(threads=threads)
        server = await listen(door, host=host, port=port, reuse_port=reuse_port or None)
        logger.info("taking mail on %s port %s", host, port)
        looking = loop.create_task(door.look_after())
        await ending.wait()
        server.close()
        await door.stop()
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
