"""The rows of a letter as received: one statement for a small one, so that storing costs what an INSERT costs."""

from collections.abc import Iterable, Iterator
from typing import IO

from django.db import connection, transaction

from ..models import InboundEmail, InboundPiece, InboundState

# A whole 40 MB letter in one row would cost 350 MB of memory.
PIECE = 1024 * 1024
_LETTERS, _PIECES = InboundEmail._meta.db_table, InboundPiece._meta.db_table
_ROWS = f"""
    INSERT INTO {_LETTERS} (door, recipient, envelope_from, message_id, digest, size, received_at, state, reason,
        attempts, next_attempt_at, sender_address)
    SELECT %s, recipient, %s, %s, %s, %s, %s, '{InboundState.RECEIVED.value}', '', 0, %s, ''
    FROM unnest(%s::text[]) AS recipient
    ON CONFLICT (message_id, recipient, digest) DO NOTHING RETURNING id, recipient
"""  # noqa: S608
_WITH_PIECE = f"""
    WITH letter AS ({_ROWS}), piece AS (
        INSERT INTO {_PIECES} (inbound_email_id, number, content) SELECT id, 0, %s FROM letter
    )
    SELECT id, recipient FROM letter
"""  # noqa: S608
_PIECE = f"INSERT INTO {_PIECES} (inbound_email_id, number, content) SELECT id, %s, %s FROM unnest(%s::bigint[]) AS id"  # noqa: S608


def store_rows(row: InboundEmail, recipients: list[str], raw: bytes | IO[bytes]) -> tuple[dict[str, int], list[int]]:
    """Keep a letter once for each recipient: (recipient → number of its row, the numbers that are new).

    The same letter for the same address is stored once, whoever brings it. ``row`` has what all share. Committed
    when this returns, unless a transaction of the caller's is open. Several doors may bring it at the same time:
    recipients go in one order, so that none waits for the other in a ring.
    """
    recipients = sorted(recipients)
    shared = [row.door, row.envelope_from, row.message_id, row.digest, row.size, row.received_at, row.received_at]
    with connection.cursor() as cursor:
        if isinstance(raw, bytes):
            cursor.execute(_WITH_PIECE, [*shared, recipients, raw])
            new = cursor.fetchall()
        else:
            with transaction.atomic():
                cursor.execute(_ROWS, [*shared, recipients])
                new = cursor.fetchall()
                numbers = [number for number, _recipient in new]
                for position, piece in enumerate(_pieces(raw) if numbers else ()):
                    cursor.execute(_PIECE, [position, piece, numbers])
    found = {recipient: number for number, recipient in new}
    if len(found) < len(recipients):
        found = dict(_here_already(row, set(recipients) - set(found))) | found
    return found, [number for number, _recipient in new]


def _here_already(row: InboundEmail, recipients: Iterable[str]) -> Iterable[tuple[str, int]]:
    same = InboundEmail.objects.filter(message_id=row.message_id, digest=row.digest, recipient__in=recipients)
    return same.values_list("recipient", "pk")


def _pieces(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while piece := spool.read(PIECE):
        yield piece
