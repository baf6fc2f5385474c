"""Letters that reach us: stored first, understood later. Every door calls ``receive`` and then says yes."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ..mail.decoding import decode_addresses
from ..mail.digest import LetterDigest
from ..models import InboundEmail, InboundPiece, InboundState
from ..queue import enqueue
from .filing import raw_of
from .held import discard_held, file_held, settle_sender
from .placing import place

__all__ = [
    "LetterTooBig",
    "accepts",
    "discard_held",
    "file_held",
    "place",
    "place_waiting",
    "raw_of",
    "receive",
    "settle_sender",
    "waiting",
]
PIECE = 1024 * 1024
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
) -> list[int]:
    """Store a letter once for each of our addresses among ``recipients``; committed when this returns.

    ``raw`` may come in pieces, and is never whole in memory then. ``envelope_from`` is "" where the door
    does not know it, "<>" for a delivery report. ``look_in_headers``: the door knows no or only one
    recipient, so addresses of ours in Delivered-To, To and Cc count too. Gives back the numbers of the
    rows, old ones for a letter that is here already. Raises LetterTooBig; database errors pass through,
    so that the sender's server tries again.
    """
    with tempfile.SpooledTemporaryFile(max_size=PIECE) as spool:
        digest = LetterDigest()
        size = 0
        for chunk in [raw] if isinstance(raw, bytes) else raw:
            size += len(chunk)
            if size > settings.MAX_LETTER_BYTES:
                raise LetterTooBig(f"over {settings.MAX_LETTER_BYTES} bytes")
            spool.write(chunk)
            for start in range(0, len(chunk), PIECE):
                digest.feed(chunk[start : start + PIECE])
        fingerprint = digest.hexdigest()
        wanted = [*recipients, *(_addressed_to(digest) if look_in_headers else ())]
        ours = dict.fromkeys(address.strip().strip("<>").lower()[:320] for address in wanted if accepts(address))
        row = InboundEmail(
            door=door,
            envelope_from=envelope_from[:320].replace("\0", ""),
            message_id=digest.message_id,
            digest=fingerprint,
            size=size,
            received_at=now or timezone.now(),
        )
        with transaction.atomic():
            return [_store(row, recipient, spool) for recipient in ours]


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


def _store(row: InboundEmail, recipient: str, spool: IO[bytes]) -> int:
    """One row and its pieces; the same letter for the same address is stored once, whoever brings it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {InboundEmail._meta.db_table} (door, recipient, envelope_from, message_id, digest, size,"  # noqa: S608
            " received_at, state, reason, attempts, next_attempt_at, sender_address)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '', 0, %s, '')"
            " ON CONFLICT (message_id, recipient, digest) DO NOTHING RETURNING id",
            [
                row.door,
                recipient,
                row.envelope_from,
                row.message_id,
                row.digest,
                row.size,
                row.received_at,
                InboundState.RECEIVED,
                row.received_at,
            ],
        )
        inserted = cursor.fetchone()
    if inserted is None:
        same = InboundEmail.objects.filter(message_id=row.message_id, recipient=recipient, digest=row.digest)
        return same.values_list("pk", flat=True).get()
    for number, piece in enumerate(_pieces(spool)):
        InboundPiece.objects.create(inbound_email_id=inserted[0], number=number, content=piece)
    enqueue("requests_app.place_inbound_email", inserted[0])
    return inserted[0]


def _pieces(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while piece := spool.read(PIECE):
        yield piece
