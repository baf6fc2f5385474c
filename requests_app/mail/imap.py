"""Letters in a mailbox elsewhere, over IMAP (RFC 9051): read in pieces, taken away one by one once they are kept."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

# A mailbox that does not answer harms only its own run.
TIMEOUT = 30.0
PIECE = 1024 * 1024
# Numbers of letters whose sizes are asked at once.
_AT_ONCE = 200
_SIZE = re.compile(rb"UID (\d+).*RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*UID (\d+)", re.S)


class MailboxAway(Exception):
    """The mailbox cannot be used; says why, in the server's or the system's words."""


# What a server that refuses or is gone looks like, from the library and from below it.
AWAY = (MailboxAway, ImapToolsError, imaplib.IMAP4.error, OSError)


@dataclass(frozen=True)
class Account:
    """A mailbox and how to reach it. ``security``: "tls", "starttls", or "none" where somebody chose that.

    ``done_folder``: where letters go that are kept here; "" deletes them.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done_folder: str = ""
    security: str = "tls"


@contextmanager
def opened(account: Account) -> Iterator["Mailbox"]:
    """The mailbox, signed in; its certificate is checked. Raises MailboxAway, also for what goes wrong within."""
    try:
        box = _connect(account)
        try:
            box.login(account.user, account.password, initial_folder=account.folder)
            # Servers say what they can do in full only to those who have signed in, and nobody asks them again.
            _status, said = box.client.capability()
            box.client.capabilities = tuple(said[-1].decode("ascii", "replace").upper().split())
            yield Mailbox(box, account)
        finally:
            _leave(box)
    except AWAY as error:
        raise MailboxAway(f"{type(error).__name__}: {error}") from error


def _connect(account: Account) -> BaseMailBox:
    where = {"host": account.host, "port": account.port, "timeout": TIMEOUT}
    if account.security == "none":
        return MailBoxUnencrypted(**where)
    kind = MailBoxStartTls if account.security == "starttls" else MailBox
    return kind(**where, ssl_context=ssl.create_default_context())


def _leave(box: BaseMailBox) -> None:
    try:
        box.logout()
    except AWAY:
        box.client.shutdown()


class Mailbox:
    """One folder of a signed-in mailbox."""

    def __init__(self, box: BaseMailBox, account: Account) -> None:
        self._box, self._account = box, account

    def letters(self) -> Iterator[tuple[str, int]]:
        """(number, size in bytes) of each letter in it, oldest first."""
        numbers = self._box.uids("UNDELETED", charset=None)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            sizes = {}
            for line in self._ask("FETCH", ",".join(some), "(UID RFC822.SIZE)"):
                if match := _SIZE.search(line if isinstance(line, bytes) else b" ".join(line or ())):
                    number, size = (match[1], match[2]) if match[1] else (match[4], match[3])
                    sizes[number.decode()] = int(size)
            # One that somebody else has taken away meanwhile has no size.
            yield from ((number, sizes[number]) for number in some if number in sizes)

    def content(self, number: str) -> Iterator[bytes]:
        """The letter's bytes as they lie there, in pieces; it is not marked as read."""
        at = 0
        while True:
            answer = self._ask("FETCH", number, f"(BODY.PEEK[]<{at}.{PIECE}>)")
            piece = next((part[1] for part in answer if isinstance(part, tuple)), b"")
            if piece:
                yield piece
            at += len(piece)
            if len(piece) < PIECE:
                return

    def done_with(self, number: str) -> None:
        """Take a letter away that is kept elsewhere now: into the folder for that, or for good."""
        if self._account.done_folder:
            self._box.move([number], self._account.done_folder)
            return
        if "UIDPLUS" in self._box.client.capabilities:
            self._ask("STORE", number, "+FLAGS", r"(\Deleted)")
            # Only this one: what others marked as deleted is theirs to remove.
            self._ask("EXPUNGE", number)
        else:
            self._box.delete([number])

    def _ask(self, *words: str) -> list:
        status, answer = self._box.client.uid(*words)
        if status != "OK":
            raise MailboxAway(f"{words[0]}: {status}")
        return [part for part in answer if part is not None]
