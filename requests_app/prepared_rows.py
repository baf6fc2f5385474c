"""Querysets, and writes of one row, compiled once in a process and planned once by each connection.

For the few that run for every letter that comes in: to build and compile such a queryset costs Python more than the
server takes to answer it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from psycopg2.extensions import AsIs

from .prepared import Prepared

Row = TypeVar("Row")


class Given(Expression):
    """Stands in a queryset for a value that each call gives: its name, and what type the server reads it as."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__()
        self.name, self.kind = name, kind

    def as_sql(self, compiler, connection):
        return "%s", [self]


class PreparedRows(Generic[Row]):
    """``make`` gives a queryset with ``Given`` where values go; called with them it gives the list of its rows.

    They are objects of the model, or tuples where it says ``values_list``. Other conditions, joins
    (``select_related``), ``only``, annotations, locks and limits are the queryset's own. Where it locks, a transaction
    must be open, as ever. Nothing that ``make`` reads may change while the process lives.
    """

    def __init__(self, make: Callable[[], QuerySet[Row]]) -> None:
        self.make = make
        self.compiled: _Compiled | None = None

    def __call__(self, **values) -> list[Row]:
        compiled = self.compiled
        if compiled is None:
            compiled = self.compiled = _Compiled(self.make())
        with connection.cursor() as cursor:
            compiled.prepared.execute(cursor, *(values[name] for name in compiled.names))
            return compiled.rows(cursor.fetchall())

    def first(self, **values) -> Row | None:
        """The first row, of a queryset that gives no more than it needs."""
        rows = self(**values)
        return rows[0] if rows else None


class _Compiled:
    """SQL with numbered arguments, and how its rows become objects."""

    def __init__(self, queryset: QuerySet) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        given = {param.name: param for param in params if isinstance(param, Given)}
        self.names = tuple(given)
        places = {name: AsIs(f"${number}") for number, name in enumerate(given, 1)}
        with connection.cursor() as cursor:
            filled = cursor.mogrify(sql, [places[one.name] if isinstance(one, Given) else one for one in params])
        self.prepared = Prepared(filled.decode(), *(one.kind for one in given.values()))
        self.select = compiler.select
        self.converters = compiler.get_converters([column for column, _sql, _alias in self.select])
        self.annotations = compiler.annotation_col_map or {}
        info = compiler.klass_info
        self.model = info["model"] if queryset._iterable_class is ModelIterable else None
        if self.model is None:
            return
        fields = info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names_of_fields = [column.target.attname for column, _sql, _alias in self.select[self.start : self.end]]
        self.populators = get_related_populators(info, self.select, DEFAULT_DB_ALIAS)

    def rows(self, found: list[tuple]) -> list[Model] | list[tuple]:
        return [self._row(list(row)) for row in found]

    def _row(self, row: list) -> Model | tuple:
        for place, (converters, expression) in self.converters.items():
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        if self.model is None:
            return tuple(row)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names_of_fields, row[self.start : self.end])
        for populator in self.populators:
            populator.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


class PreparedInsert:
    """``save(force_insert=True)`` of a new row, whose number the database gives. Sends no signals."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.prepared: Prepared | None = None

    @cached_property
    def fields(self) -> list[Field]:
        return [one for one in self.model._meta.concrete_fields if not (one.generated or one.primary_key)]

    def __call__(self, row: Row) -> Row:
        if self.prepared is None:
            names = ", ".join(f'"{one.column}"' for one in self.fields)
            places = ", ".join(f"${number}" for number in range(1, len(self.fields) + 1))
            key = self.model._meta.pk.column
            sql = f'INSERT INTO "{self.model._meta.db_table}" ({names}) VALUES ({places}) RETURNING "{key}"'  # noqa: S608
            self.prepared = Prepared(sql, *map(_type_of, self.fields))
        values = [_plain(one, one.pre_save(row, True)) for one in self.fields]
        with connection.cursor() as cursor:
            self.prepared.execute(cursor, *values)
            (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        return row


class PreparedUpdate:
    """``save(update_fields=…)`` of these fields. Sends no signals. Raises DatabaseError where there is no such row.

    ``also``: assignments that SQL makes by itself, such as ``"version" = "version" + 1``.
    """

    def __init__(self, model: type[Model], *names: str, also: str = "") -> None:
        self.model, self.names, self.also = model, names, also
        self.prepared: Prepared | None = None

    @cached_property
    def fields(self) -> list[Field]:
        return [self.model._meta.get_field(name) for name in self.names]

    def __call__(self, row: Model) -> None:
        if self.prepared is None:
            changes = [f'"{one.column}" = ${number}' for number, one in enumerate(self.fields, 2)]
            changes += [self.also] if self.also else []
            key = self.model._meta.pk
            sql = f'UPDATE "{self.model._meta.db_table}" SET {", ".join(changes)} WHERE "{key.column}" = $1'  # noqa: S608
            self.prepared = Prepared(sql, *map(_type_of, [key, *self.fields]))
        values = [_plain(one, getattr(row, one.attname)) for one in self.fields]
        with connection.cursor() as cursor:
            self.prepared.execute(cursor, row.pk, *values)
            if cursor.rowcount != 1:
                raise DatabaseError(f"{self.model.__name__} {row.pk} is not there to be saved.")


def _plain(field: Field, value: object) -> object:
    """The value as the driver takes it. Raises TypeError for an expression, which has no value yet."""
    if hasattr(value, "resolve_expression"):
        raise TypeError(f"{field.attname} is an expression: save the row by itself")
    return field.get_db_prep_save(value, connection)


def _type_of(field: Field) -> str:
    return field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
