"""The listening door for mail, RFC 2033: one answer for each recipient, 250 only once the letter is committed.

aiosmtpd answers DATA once, refuses lines over 1,001 octets and keeps the letter in memory, so DATA is
replaced here. Nothing about a letter is logged but its size and door.
"""

import asyncio
import logging
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session, syntax
from django.conf import settings
from django.db import close_old_connections, connections

from ..actions.inbound import NULL_SENDER, LetterTooBig, accepts, receive

logger = logging.getLogger(__name__)
# Each holds one database connection.
THREADS = 4
MOST_CONNECTIONS = 100
MOST_RECIPIENTS = 100
_CHUNK = 256 * 1024
_NO_SUCH = "550 5.1.1 No such address here. Check it against the letter that you are answering."
_AGAIN = "451 4.3.0 The letter cannot be stored now. Please try again later."
_TOO_BIG = "552 5.3.4 The letter is too big. Please send its files in several letters."


class Recipients:
    """Says which recipients are taken; whole domains of ours, so that a mistyped token is held, not refused."""

    async def handle_RCPT(
        self, server: "Door", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients in one letter"
        if not accepts(address):
            return _NO_SUCH
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class Door(LMTP):
    """One connection. Memory is bounded: a letter over 1 MiB waits in a temporary file."""

    line_length_limit = 64 * 1024
    open_connections = 0

    def __init__(self, *, threads: ThreadPoolExecutor, **kwargs) -> None:
        super().__init__(
            Recipients(),
            data_size_limit=settings.MAX_LETTER_BYTES,
            enable_SMTPUTF8=True,
            ident="foitracker",
            **kwargs,
        )
        self.threads = threads

    async def _handle_client(self) -> None:
        if Door.open_connections >= MOST_CONNECTIONS:
            await self.push("421 4.3.2 Too many connections. Please try again later.")
            self.transport.close()
            return
        Door.open_connections += 1
        try:
            await super()._handle_client()
        finally:
            Door.open_connections -= 1

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        recipients = list(self.envelope.rcpt_tos)
        sender = self.envelope.mail_from or ""
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as spool:
            size = await self._take_content(spool)
            said = _TOO_BIG
            if size <= settings.MAX_LETTER_BYTES:
                # The thread finishes even if the sender hangs up now: the letter then comes twice and is one.
                said = await asyncio.get_running_loop().run_in_executor(self.threads, _store, recipients, sender, spool)
        logger.info("letter of %s bytes for %s recipients: %s", size, len(recipients), said[:3])
        self._set_post_data_state()
        for _recipient in recipients:
            await self.push(said)

    async def _take_content(self, spool: IO[bytes]) -> int:
        """Write the content without its transparency dots; gives back its size, also of what was too much to keep.

        Only CR LF . CR LF ends it, so that nothing can be smuggled behind a bare line end. Lines may be of
        any length: those longer than the buffer come in pieces.
        """
        size, at_line_start = 0, True
        while True:
            try:
                piece, ends = await self._reader.readuntil(b"\r\n"), True
            except asyncio.LimitOverrunError as error:
                piece, ends = await self._reader.read(error.consumed), False
            if at_line_start and piece == b".\r\n":
                return size
            if at_line_start and piece.startswith(b"."):
                piece = piece[1:]
            at_line_start = ends
            if size // _CHUNK != (size + len(piece)) // _CHUNK:
                self._reset_timeout()
            size += len(piece)
            if size <= settings.MAX_LETTER_BYTES:
                spool.write(piece)


def _store(recipients: list[str], sender: str, spool: IO[bytes]) -> str:
    """Runs in a thread with a database connection of its own, which is dropped on any error."""
    close_old_connections()
    try:
        receive(
            door="lmtp",
            recipients=recipients,
            envelope_from=NULL_SENDER if sender in ("", NULL_SENDER) else sender,
            raw=_chunks(spool),
        )
    except LetterTooBig:
        return _TOO_BIG
    except Exception as error:
        # Whatever it was, the sender still has the letter and brings it again.
        logger.error("a letter could not be stored: %s", type(error).__name__)
        connections.close_all()
        return _AGAIN
    return "250 2.0.0 Stored"


def _chunks(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while chunk := spool.read(_CHUNK):
        yield chunk


async def serve(host: str, port: int, *, reuse_port: bool = False) -> None:
    """Listen until SIGTERM or SIGINT; letters being stored then are finished first."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd would log addresses
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="store") as threads:
        server = await loop.create_server(
            lambda: Door(threads=threads, loop=loop), host=host, port=port, reuse_port=reuse_port or None
        )
        logger.info("taking mail on %s port %s", host, port)
        async with server:
            await ending.wait()
