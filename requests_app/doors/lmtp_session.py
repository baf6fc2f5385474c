"""One connection of LMTP (RFC 2033): commands in, replies out; after a letter one reply for each recipient.

Written by hand because the library at hand answers once after a letter, cannot be pipelined to, refuses lines
over 1,001 octets and keeps the whole letter in memory. Nothing of a letter or an address is ever logged.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Protocol

from django.conf import settings

from ..actions.inbound import accepts
from .lmtp_content import Content

MOST_RECIPIENTS = 100
LONGEST_COMMAND = 4096
# Mistakes, and commands without a letter, after which a connection has no good purpose.
MOST_ERRORS = 20
MOST_COMMANDS = 1000
# Seconds for one command (RFC 5321 4.5.3.2.7) and between two pieces of a letter (4.5.3.2.5); and after a first
# minute a letter comes at this many bytes a second, or somebody is only holding the door.
COMMAND_SECONDS, PIECE_SECONDS = 300.0, 180.0
SLOWEST, SLOWEST_AFTER = 1024, 60.0

_PATH = re.compile(
    rb"(?:FROM|TO):[ \t]*(?:<((?:\"(?:[^\"\\]|\\.)*\"|[^<>\"])*)>|([^\s<>]+))(?:[ \t]+(.*))?", re.I | re.S
)
_CONTROLS = re.compile(rb"[\x00-\x20\x7f]")
_ROUTE = re.compile(r"@[^:]*:")

NO_SUCH = "550 5.1.1 No such address here. Check it against the letter that you are answering."
AWAY = "451 4.3.0 The letter cannot be stored now: the database is away. Please try again later."
AGAIN = "451 4.3.0 The letter cannot be stored now. Please try again later."
TOO_BIG = "552 5.3.4 The letter is too big. Please send its files in several letters."
FULL = "421 4.3.2 Too many connections. Please try again later."
STORED = "250 2.0.0 Stored"
_CLOSING = "421 4.3.2 The service is stopping. Please try again later."
_SLOW = "421 4.4.2 Nothing came for too long. Please try again later."
_ENOUGH = "421 4.7.0 Too many commands that lead nowhere. Please try again later."
_OK = "250 2.0.0 OK"


class Store(Protocol):
    """What a connection needs of its door."""

    def opened(self, session: "Session") -> bool:
        """Whether there is room for it."""

    def closed(self, session: "Session") -> None: ...

    def store(
        self, recipients: list[str], sender: str, content: Content, answered: Callable[[list[str]], None]
    ) -> None:
        """Call ``answered`` with one reply for each recipient, in their order, once it is committed or refused."""


class Session(asyncio.Protocol):
    """One connection. Memory is bounded: reading stops while a letter is stored, and commands are short."""

    def __init__(self, door: Store) -> None:
        self.door = door
        self.transport: asyncio.Transport | None = None
        self.heard_at = self.began_at = 0.0
        self.is_stopping = False
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._is_skipping = False
        self._content: Content | None = None
        self.is_storing = False
        self._greeted = False
        self._errors = self._commands = 0
        self._forget()

    def _forget(self) -> None:
        """Begin a new letter."""
        self._sender: str | None = None
        self._recipients: list[str] = []

    # ---- the connection ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.heard_at = self._loop.time()
        if not self.door.opened(self):
            self.end(FULL)
            return
        self._say("220 foitracker LMTP ready")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._content is not None and not self.is_storing:
            self._content.close()
        self._content = None
        self.door.closed(self)

    def data_received(self, data: bytes) -> None:
        if self._is_skipping:
            _dropped, found, data = data.partition(b"\r\n")
            if not found:
                return
            self._is_skipping = False
        self._buffer = self._buffer + data if self._buffer else data
        self._go_on()

    def end(self, words: str) -> None:
        """Say goodbye and close."""
        if self.transport is not None and not self.transport.is_closing():
            self._say(words)
            self.transport.close()

    def stop(self) -> None:
        """End as soon as no letter is under way."""
        self.is_stopping = True
        if not self.is_storing and self._content is None:
            self.end(_CLOSING)

    def is_bringing(self, since: float) -> bool:
        """Whether a letter is coming in that began after ``since``."""
        return self._content is not None and not self.is_storing and self.began_at > since

    def look_after(self, now: float) -> None:
        """End it if it has been silent, or trickles, for too long."""
        if self.is_storing:
            return
        if self.transport.is_closing():
            # Told goodbye and does not read it: it would keep its place for ever.
            self.transport.abort()
        elif now - self.heard_at > (COMMAND_SECONDS if self._content is None else PIECE_SECONDS):
            self.end(_SLOW)
        elif self._content is not None:
            since = now - self.began_at
            if since > SLOWEST_AFTER and self._content.size < (since - SLOWEST_AFTER) * SLOWEST:
                self.end(_SLOW)

    # ---- commands ----

    def _go_on(self) -> None:
        """Take what has come, as far as it goes; a letter that is being stored is waited for."""
        said: list[str] = []
        while self._buffer and not self.is_storing and not self.transport.is_closing():
            if self._content is not None:
                self._take_content()
                continue
            line, found, rest = self._buffer.partition(b"\r\n")
            if len(line) > LONGEST_COMMAND:
                # Whole or not: the rest of such a line is not a command.
                self._is_skipping, self._buffer = not found, rest
                said.append(self._wrong("500 5.5.2 The command is too long"))
            elif not found:
                break
            else:
                self._buffer = rest
                self.heard_at = self._loop.time()
                said.append(self._command(line))
            if self._errors > MOST_ERRORS or self._commands > MOST_COMMANDS:
                self._say(*said)
                self.end(_ENOUGH)
                return
            if said[-1].startswith("221"):
                self._say(*said)
                self.transport.close()
                return
        self._say(*said)

    def _command(self, line: bytes) -> str:
        self._commands += 1
        verb, _, rest = line.strip(b" \t").partition(b" ")
        match verb.upper():
            case b"MAIL":
                return self._mail(rest)
            case b"RCPT":
                return self._rcpt(rest)
            case b"DATA":
                return self._data(rest)
            case b"LHLO":
                return self._lhlo(rest)
            case b"RSET":
                self._forget()
                return _OK
            case b"NOOP":
                return _OK
            case b"QUIT":
                return "221 2.0.0 Goodbye"
            case b"VRFY":
                return "252 2.5.2 Send some mail, and it will be tried"
            case b"HELP":
                return "214 2.0.0 LMTP, RFC 2033"
            case b"HELO" | b"EHLO":
                return self._wrong("500 5.5.1 This is LMTP: say LHLO")
            case _:
                return self._wrong("500 5.5.2 No such command here")

    def _wrong(self, words: str) -> str:
        self._errors += 1
        return words

    def _lhlo(self, rest: bytes) -> str:
        if not rest.strip():
            return self._wrong("501 5.5.4 Say LHLO and your name")
        self._forget()
        self._greeted = True
        offers = ("PIPELINING", f"SIZE {settings.MAX_LETTER_BYTES}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
        return "\r\n".join(["250-foitracker", *(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"])

    def _mail(self, rest: bytes) -> str:
        if not self._greeted:
            return self._wrong("503 5.5.1 Say LHLO first")
        if self._sender is not None:
            return self._wrong("503 5.5.1 One sender for each letter")
        match = _PATH.fullmatch(rest) if rest[:5].upper() == b"FROM:" else None
        if match is None:
            return self._wrong("501 5.5.4 Say MAIL FROM:<address>")
        for word in (match[3] or b"").split():
            name, _, value = word.upper().partition(b"=")
            if name == b"SIZE" and value.isdigit() and len(value) <= 20:
                if int(value) > settings.MAX_LETTER_BYTES:
                    return TOO_BIG
            elif name == b"SIZE" or (name == b"BODY" and value not in (b"7BIT", b"8BITMIME")):
                return self._wrong("501 5.5.4 That value cannot be")
            elif name not in (b"BODY", b"SMTPUTF8"):
                return self._wrong("555 5.5.4 That was not offered")
        self._sender = _address(match[1] if match[1] is not None else match[2]) or "<>"
        return "250 2.1.0 OK"

    def _rcpt(self, rest: bytes) -> str:
        if self._sender is None:
            return self._wrong("503 5.5.1 Say MAIL first")
        match = _PATH.fullmatch(rest) if rest[:3].upper() == b"TO:" else None
        given = (match[1] if match[1] is not None else match[2]) if match else b""
        if not given or _CONTROLS.search(given):
            return self._wrong("501 5.1.3 Say RCPT TO:<address>")
        if match[3] and match[3].strip():
            return self._wrong("555 5.5.4 That was not offered")
        address = _address(given)
        if not accepts(address):
            return NO_SUCH
        if len(self._recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients in one letter"
        self._recipients.append(address)
        return "250 2.1.5 OK"

    def _data(self, rest: bytes) -> str:
        if rest.strip():
            return self._wrong("501 5.5.4 Say DATA and nothing more")
        if not self._recipients:
            return self._wrong("503 5.5.1 There is no recipient yet")
        self._content = Content(most=settings.MAX_LETTER_BYTES)
        self.began_at = self.heard_at
        return "354 End the letter with <CR><LF>.<CR><LF>"

    # ---- the letter ----

    def _take_content(self) -> None:
        data, self._buffer = self._buffer, b""
        self.heard_at = self._loop.time()
        behind = self._content.feed(data)
        if behind is None:
            if self._content.size > 2 * settings.MAX_LETTER_BYTES:
                self._say(*[TOO_BIG for _recipient in self._recipients])
                self.end(_ENOUGH)
            return
        self._buffer = behind
        if self._content.is_too_big:
            self._answered([TOO_BIG for _recipient in self._recipients])
            return
        # Nothing more is read until this letter is committed: what is sent ahead waits with its sender.
        self.transport.pause_reading()
        self.is_storing = True
        self.door.store(self._recipients, self._sender, self._content, self._stored)

    def _stored(self, replies: list[str]) -> None:
        """The letter is stored even if the sender has hung up: it then comes twice and is one."""
        self.is_storing = False
        if self.transport.is_closing():
            return
        self.transport.resume_reading()
        self._answered(replies)
        self._go_on()

    def _answered(self, replies: list[str]) -> None:
        self._content.close()
        self._content = None
        self.heard_at = self._loop.time()
        self._commands = 0
        self._forget()
        self._say(*replies)
        if self.is_stopping:
            self.end(_CLOSING)

    def _say(self, *lines: str) -> None:
        if lines:
            self.transport.write(("\r\n".join(lines) + "\r\n").encode("ascii"))


def _address(given: bytes) -> str:
    """An address as it was given, without a source route (RFC 5321 F.2); UTF-8, as SMTPUTF8 has it."""
    address = given.decode("utf-8", "replace").strip()
    return _ROUTE.sub("", address, count=1) if address.startswith("@") else address
