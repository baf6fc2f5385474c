"""Reads of a busy page: querysets built once in a process, and a view of the database that does not move.

Building a queryset costs more than running it. What an anonymous reader may see never depends on who they are,
so its SQL can be kept; the permission rules are still the only source of its WHERE.
"""

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


class Statement:
    """A queryset of ``.values()`` with a number, and perhaps words, as its arguments.

    ``build(number, user)`` or ``build(number, user, words)`` makes it. For anonymous readers its SQL is
    compiled once in a process and prepared once in a connection, since planning costs the server more than
    running it; ``build`` may then depend on nothing but its arguments.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self.name = f"foitracker_{next(_numbers)}"
        self.compiled: tuple[str, tuple, tuple[str, ...]] | None = None
        self.prepared: WeakSet = WeakSet()

    def rows(self, number: int, user, *words: str) -> list[dict]:
        """The rows for ``number`` as this reader may see them; one query."""
        if user.is_authenticated:
            return list(self.build(number, user, *words))
        if self.compiled is None:
            query = self.build(NUMBER, user, *(WORDS for _word in words)).query
            sql, params = query.sql_with_params()
            self.compiled = sql, params, tuple(query.selected)
        sql, params, names = self.compiled
        said = words[0] if words else ""
        with connection.cursor() as cursor:
            # A pooler that hands each transaction another connection cannot keep what was prepared.
            if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                given = {NUMBER: number, WORDS: said}
                cursor.execute(sql, [given.get(param, param) for param in params])
            else:
                if connection.connection not in self.prepared:
                    self._prepare(sql, params)
                cursor.execute(f"EXECUTE {self.name} (%s, %s)", [number, said])
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _prepare(self, sql: str, params: tuple) -> None:
        raw = connection.connection
        places = {NUMBER: AsIs("$1::bigint"), WORDS: AsIs("$2::text")}
        with raw.cursor() as cursor:
            cursor.execute(
                f"PREPARE {self.name} (bigint, text) AS {sql}", [places.get(param, param) for param in params]
            )
        self.prepared.add(raw)


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
