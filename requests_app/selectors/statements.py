"""Reads of a busy page: querysets built once in a process, and a view of the database that does not move.

Building a queryset costs more than running it. What an anonymous reader may see never depends on who they are,
so its SQL can be kept; the permission rules are still the only source of its WHERE.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import DateField, DateTimeField, QuerySet
from psycopg2.extensions import AsIs

from ..prepared import Prepared

# They stand where the arguments will be. No row has this number; no text of ours has these characters.
NUMBER = 2**62 - 57
WORDS = "\ue000words\ue000"
# How the days and moments among a row's values are read back from JSON, by their names.
Readers = Mapping[str, Callable]


class Statement:
    """A queryset of ``.values()`` with a number, and perhaps words, as its arguments.

    ``build(number, user)`` or ``build(number, user, words)`` makes it. For anonymous readers its SQL is
    compiled once in a process and prepared once in a connection; ``build`` may then depend on nothing but
    its arguments. ``words`` is the type that the server reads the words as.
    """

    def __init__(self, build: Callable[..., QuerySet], *, words: str = "text") -> None:
        self.build, self.words = build, words
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
        queryset = self.build(NUMBER, user, *(WORDS for _word in words))
        filled = _filled(cursor, queryset, {NUMBER: AsIs("$1::bigint"), WORDS: AsIs(f"$2::{self.words}")})
        return Prepared(filled, "bigint", self.words), tuple(queryset.query.selected)


class Joined:
    """A row and all that belongs to it, read by one statement: all of it as of one moment, at the cost of one trip.

    ``head(user, words)`` makes the queryset that finds the row by some words; it has an ``id``. Each of ``parts``
    is a ``build(number, user)`` as of a ``Statement``. For anonymous readers all are compiled once into one,
    in which the parts hang off the row found and come as JSON. Readers who are signed in get one query for each.
    """

    def __init__(self, head: Callable[..., QuerySet], **parts: Callable[..., QuerySet]) -> None:
        self.head, self.parts = head, parts
        self.prepared: tuple[Prepared, tuple[str, ...], dict[str, Readers]] | None = None

    def read(self, words: str, user) -> tuple[dict, dict[str, list[dict]]] | None:
        """The row, and the rows of each part by its name; None where there is no such row for this reader."""
        if user.is_authenticated:
            row = self.head(user, words).first()
            return row and (row, {name: list(build(row["id"], user)) for name, build in self.parts.items()})
        with connection.cursor() as cursor:
            if self.prepared is None:
                self.prepared = self._compiled(cursor, user)
            prepared, names, readers = self.prepared
            prepared.execute(cursor, words)
            found = cursor.fetchone()
        if found is None:
            return None
        lists = zip(readers, found[len(names) :], strict=True)
        return dict(zip(names, found, strict=False)), {name: _typed(rows or [], readers[name]) for name, rows in lists}

    def _compiled(self, cursor, user) -> tuple[Prepared, tuple[str, ...], dict[str, Readers]]:
        head = self.head(user, WORDS)
        found = _filled(cursor, head, {WORDS: AsIs("$1::text")})
        lists, readers = [], {}
        for name, build in self.parts.items():
            queryset = build(NUMBER, user)
            rows = _filled(cursor, queryset, {NUMBER: AsIs("(SELECT id FROM head)")})
            lists.append(f"(SELECT json_agg(row) FROM ({rows}) AS row)")  # noqa: S608 - querysets of ours
            readers[name] = _readers(queryset)
        sql = f"WITH head AS MATERIALIZED ({found}) SELECT head.*, {', '.join(lists)} FROM head"  # noqa: S608 - the same
        return Prepared(sql, "text"), tuple(head.query.selected), readers


def _readers(queryset: QuerySet) -> Readers:
    found = {}
    for name in queryset.query.selected:
        try:
            field = queryset.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, DateField):
            found[name] = (datetime if isinstance(field, DateTimeField) else date).fromisoformat
    return found


def _typed(rows: list[dict], readers: Readers) -> list[dict]:
    for row in rows:
        for name, read in readers.items():
            if row[name] is not None:
                row[name] = read(row[name])
    return rows


def _filled(cursor, queryset: QuerySet, places: dict[object, AsIs]) -> str:
    sql, params = queryset.query.sql_with_params()
    return cursor.mogrify(sql, [places.get(param, param) for param in params]).decode()


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
