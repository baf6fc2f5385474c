"""The rows of a letter as received: one statement for a small one, so that storing costs what an INSERT costs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, NamedTuple

from django.db import connection, transaction
from psycopg2 import Binary

from ..models import InboundEmail, InboundPiece, InboundState
from ..prepared import Prepared

# A whole 40 MB letter in one row would cost 350 MB of memory.
PIECE = 1024 * 1024
_LETTERS, _PIECES = InboundEmail._meta.db_table, InboundPiece._meta.db_table
_INTO = (
    f"INSERT INTO {_LETTERS} (state, reason, attempts, sender_address, door, recipient, envelope_from, message_id,"
    " digest, size, received_at, next_attempt_at, id)"
)
_NEXT = f"'{InboundState.RECEIVED.value}', '', 0, ''"
_NUMBER = f"nextval(pg_get_serial_sequence('{_LETTERS}', 'id'))"
_ONCE = "ON CONFLICT (message_id, recipient, digest) DO NOTHING RETURNING id, recipient"
_ROWS = f"""
    {_INTO} SELECT {_NEXT}, $1, recipient, $2, $3, $4, $5, $6, $6, {_NUMBER} FROM unnest($7::text[]) AS recipient
    {_ONCE}
"""  # noqa: S608
_FIELDS = ("text", "text", "text", "text", "bigint", "timestamptz", "text[]")
_LETTER = Prepared(_ROWS, *_FIELDS)
_LETTER_WITH_PIECE = Prepared(
    f"""
    WITH letter AS ({_ROWS}), piece AS (
        INSERT INTO {_PIECES} (inbound_email_id, number, content) SELECT id, 0, $8 FROM letter
    )
    SELECT id, recipient FROM letter
    """,  # noqa: S608
    *_FIELDS,
    "bytea",
)
# Numbered before they are inserted, so that each finds its content again; a number that meets the same letter is lost.
_LETTERS_TOGETHER = Prepared(
    f"""
    WITH given AS MATERIALIZED (
        SELECT {_NUMBER} AS number, one.*
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
            AS one (message_id, recipient, digest, envelope_from, content)
    ), letter AS (
        {_INTO}
        SELECT {_NEXT}, $1, recipient, envelope_from, message_id, digest, length(content), $2, $2, number FROM given
        {_ONCE}
    ), piece AS (
        INSERT INTO {_PIECES} (inbound_email_id, number, content)
        SELECT id, 0, content FROM letter JOIN given ON given.number = letter.id
    )
    SELECT id FROM letter
    """,  # noqa: S608
    *("text", "timestamptz", "text[]", "text[]", "text[]", "text[]", "bytea[]"),
)
_PIECE = f"INSERT INTO {_PIECES} (inbound_email_id, number, content) SELECT id, %s, %s FROM unnest(%s::bigint[]) AS id"  # noqa: S608


class Small(NamedTuple):
    """A letter of one piece for one address. Sorted, they lie in the order in which every door inserts them."""

    message_id: str
    recipient: str
    digest: str
    envelope_from: str
    content: bytes


def store_rows(row: InboundEmail, recipients: list[str], raw: bytes | IO[bytes]) -> tuple[dict[str, int], list[int]]:
    """Keep a letter once for each recipient: (recipient → number of its row, the numbers that are new).

    The same letter for the same address is stored once, whoever brings it. ``row`` has what all share. Committed
    when this returns, unless a transaction of the caller's is open. Several doors may bring it at the same time:
    recipients go in one order, so that none waits for the other in a ring.
    """
    recipients = sorted(recipients)
    shared = (row.door, row.envelope_from, row.message_id, row.digest, row.size, row.received_at)
    with connection.cursor() as cursor:
        if isinstance(raw, bytes):
            _LETTER_WITH_PIECE.execute(cursor, *shared, recipients, Binary(raw))
            new = cursor.fetchall()
        else:
            with transaction.atomic():
                _LETTER.execute(cursor, *shared, recipients)
                new = cursor.fetchall()
                numbers = [number for number, _recipient in new]
                for position, piece in enumerate(_pieces(raw) if numbers else ()):
                    cursor.execute(_PIECE, [position, piece, numbers])
    found = {recipient: number for number, recipient in new}
    if len(found) < len(recipients):
        found = dict(_here_already(row, set(recipients) - set(found))) | found
    return found, [number for number, _recipient in new]


def store_together(*, door: str, letters: Iterable[Small], at: datetime) -> list[int]:
    """Keep several small letters, all or none, in one statement; gives back the numbers of those that are new."""
    message_ids, recipients, digests, senders, contents = map(list, zip(*sorted(letters), strict=True))
    with connection.cursor() as cursor:
        _LETTERS_TOGETHER.execute(
            cursor, door, at, message_ids, recipients, digests, senders, [Binary(content) for content in contents]
        )
        return [number for (number,) in cursor.fetchall()]


def _here_already(row: InboundEmail, recipients: Iterable[str]) -> Iterable[tuple[str, int]]:
    same = InboundEmail.objects.filter(message_id=row.message_id, digest=row.digest, recipient__in=recipients)
    return same.values_list("recipient", "pk")


def _pieces(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while piece := spool.read(PIECE):
        yield piece
