"""Reads of a busy page: querysets built once in a process, and a view of the database that does not move.

Building a queryset costs more than running it. What an anonymous reader may see never depends on who they are,
so its SQL can be kept; the permission rules are still the only source of its WHERE.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from weakref import WeakSet

from django.db import connection
from django.db.models import QuerySet
from psycopg2.extensions import AsIs

_numbers = count(1)
# They stand where the arguments will be. No row has this number; no text of ours has these characters.
NUMBER = 2**62 - 57
WORDS = "\ue000words\ue000"


class Prepared:
    """SQL with ``$1``, ``$2`` … that each connection plans once: planning costs the server more than running it."""

    def __init__(self, sql: str, *types: str) -> None:
        self.name = f"foitracker_{next(_numbers)}"
        self.sql, self.types = sql, types
        self.call = f"EXECUTE {self.name} ({', '.join(['%s'] * len(types))})"
        self.connections: WeakSet = WeakSet()

    def execute(self, cursor, *values) -> None:
        """Run it on Django's ``cursor``. A pooler that hands each transaction another connection gets plain SQL."""
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            sql = re.sub(r"\$(\d)", r"%(v\1)s", self.sql.replace("%", "%%"))
            cursor.execute(sql, {f"v{number}": value for number, value in enumerate(values, 1)})
            return
        raw = connection.connection
        if raw not in self.connections:
            with raw.cursor() as preparing:
                preparing.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.sql}")
            self.connections.add(raw)
        cursor.execute(self.call, values)


class Statement:
    """A queryset of ``.values()`` with a number, and perhaps words, as its arguments.

    ``build(number, user)`` or ``build(number, user, words)`` makes it. For anonymous readers its SQL is
    compiled once in a process and prepared once in a connection; ``build`` may then depend on nothing but
    its arguments.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self.prepared: tuple[Prepared, tuple[str, ...]] | None = None

    def rows(self, number: int, user, *words: str) -> list[dict]:
        """The rows for ``number`` as this reader may see them; one query."""
        if user.is_authenticated:
            return list(self.build(number, user, *words))
        with connection.cursor() as cursor:
            if self.prepared is None:
                self.prepared = self._compiled(cursor, user, words)
            prepared, names = self.prepared
            prepared.execute(cursor, number, words[0] if words else "")
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _compiled(self, cursor, user, words: tuple[str, ...]) -> tuple[Prepared, tuple[str, ...]]:
        query = self.build(NUMBER, user, *(WORDS for _word in words)).query
        sql, params = query.sql_with_params()
        places = {NUMBER: AsIs("$1::bigint"), WORDS: AsIs("$2::text")}
        filled = cursor.mogrify(sql, [places.get(param, param) for param in params]).decode()
        return Prepared(filled, "bigint", "text"), tuple(query.selected)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is as of one moment, whatever others commit meanwhile.

    Inside a transaction that runs already, that transaction's own view holds. Two statements.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        except BaseException:
            if connection.is_usable():
                cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
