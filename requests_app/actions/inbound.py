"""Letters that reach us: stored first, understood later. Every door calls ``receive`` and then says yes."""

import contextlib
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..mail.decoding import decode_addresses
from ..mail.digest import LetterDigest
from ..models import CaseKind, InboundEmail, InboundState
from ..queue import enqueue
from .cases import open_case
from .filing import raw_of
from .held import discard_held, file_held, settle_sender
from .placing import place
from .storing import PIECE, Small, store_rows, store_together

__all__ = [
    "LetterTooBig",
    "accepts",
    "discard_held",
    "file_held",
    "note_too_big",
    "place",
    "place_waiting",
    "raw_of",
    "receive",
    "receive_together",
    "settle_sender",
    "waiting",
]
NULL_SENDER = "<>"
_RECIPIENT_HEADERS = (b"delivered-to", b"x-original-to", b"envelope-to", b"to", b"cc")


class LetterTooBig(Exception):
    """More bytes than this site takes."""


def accepts(address: str) -> bool:
    """Whether mail for this address is taken: all that looks like one of ours, mistyped or not, and what
    RFC 2142 asks every domain to take. What is taken and leads nowhere is held for a person.
    """
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    return domain == settings.MAIL_DOMAIN.lower() and (
        local.startswith(("foi+", "bounce+")) or local in ("postmaster", "abuse")
    )


def receive(
    *,
    door: str,
    recipients: Iterable[str],
    envelope_from: str,
    raw: bytes | Iterable[bytes],
    now: datetime | None = None,
    look_in_headers: bool = False,
    nudge: Callable[[list[int]], None] | None = None,
) -> list[int]:
    """Store a letter once for each of our addresses among ``recipients``; committed when this returns.

    ``raw`` may come in pieces, and is never whole in memory then. ``envelope_from`` is "" where the door
    does not know it, "<>" for a delivery report. ``look_in_headers``: the door knows no or only one
    recipient and cannot refuse, so addresses of ours in Delivered-To, To and Cc count too, and a letter
    for none of them is stored all the same, to be held. ``nudge`` is told of new rows; without it a worker
    is. Gives back the numbers of the rows, old ones for a letter that is here already. Raises LetterTooBig;
    database errors pass through, so that the sender's server tries again.
    """
    with contextlib.ExitStack() as stack:
        digest = LetterDigest()
        if isinstance(raw, bytes) and len(raw) <= PIECE:
            size, kept = len(raw), raw
            _within_limit(size)
            digest.feed(raw)
        else:
            kept = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=PIECE))
            size = _spool([raw] if isinstance(raw, bytes) else raw, kept, digest)
        row = InboundEmail(
            door=door,
            envelope_from=_storable(envelope_from),
            digest=digest.hexdigest(),
            message_id=digest.message_id,
            size=size,
            received_at=now or timezone.now(),
        )
        wanted = [*recipients, *(_addressed_to(digest) if look_in_headers else ())]
        ours = list(dict.fromkeys(_storable(_bare(one)) for one in wanted if accepts(one)))
        if not ours and look_in_headers:
            ours = [_storable(_bare(wanted[0])) if wanted else ""]
        if not ours:
            return []
        found, new = store_rows(row, ours, kept)
    if nudge is not None:
        transaction.on_commit(lambda: nudge(new), robust=True)
    else:
        for number in new:
            enqueue("requests_app.place_inbound_email", number)
    return [found[recipient] for recipient in ours]


def receive_together(
    *,
    door: str,
    letters: Iterable[tuple[str, str, bytes]],
    nudge: Callable[[list[int]], None],
    now: datetime | None = None,
) -> None:
    """Store small letters, each (recipient, envelope_from, raw), in one transaction: all or none is committed.

    For letters of at most one piece that a door has for one accepted address each. Raises LetterTooBig, and
    passes database errors on: the caller then brings each for itself, so that none harms the others.
    """
    small = []
    for recipient, envelope_from, raw in letters:
        _within_limit(len(raw))
        digest = LetterDigest()
        digest.feed(raw)
        named = digest.hexdigest()  # ends the letter: its Message-ID is known then
        small.append(Small(digest.message_id, _storable(_bare(recipient)), named, _storable(envelope_from), raw))
    new = store_together(door=door, letters=small, at=now or timezone.now())
    transaction.on_commit(lambda: nudge(new), robust=True)


def note_too_big(door: str) -> None:
    """A letter that a door cannot bring back to its sender was refused for its size: a person hears of it."""
    open_case(CaseKind.FAILED_JOB, door, 0, details={"reason": LetterTooBig.__name__})


def _spool(chunks: Iterable[bytes], spool: IO[bytes], digest: LetterDigest) -> int:
    """Write a letter down and read it on the way; gives back its size."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        _within_limit(size)
        spool.write(chunk)
        for start in range(0, len(chunk), PIECE):
            digest.feed(chunk[start : start + PIECE])
    return size


def _within_limit(size: int) -> None:
    if size > settings.MAX_LETTER_BYTES:
        raise LetterTooBig(f"over {settings.MAX_LETTER_BYTES} bytes")


def _bare(address: str) -> str:
    return address.strip().strip("<>").lower()


def _storable(address: str) -> str:
    """What the database takes of an address, and its index: text of at most 320 bytes without NUL."""
    clean = address.replace("\0", "").encode("utf-8", "replace")
    return clean[:320].decode("utf-8", "ignore")


def waiting(*, now: datetime):
    """Letters that nobody has placed yet and whose turn it is."""
    return InboundEmail.objects.filter(state=InboundState.RECEIVED, next_attempt_at__lte=now)


def place_waiting(*, seconds: float = 40.0, limit: int = 500) -> int:
    """The sweep: place what a crash or an absent broker left, for at most so many seconds. Returns how many."""
    started = timezone.now()
    numbers = list(waiting(now=started).order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])
    placed = 0
    for number in numbers:
        placed += place(number) not in ("nothing", "retry")
        if (timezone.now() - started).total_seconds() > seconds:
            break
    return placed


def _addressed_to(digest: LetterDigest) -> list[str]:
    values = [
        value.decode("utf-8", "surrogateescape")
        for name in _RECIPIENT_HEADERS
        for value in digest.headers.get(name, [])
    ]
    return [address for _, address in decode_addresses(values)]
