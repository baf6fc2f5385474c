"""Statements that a connection plans once; for the few that every view of a busy page runs."""

import re
from itertools import count
from weakref import WeakSet

from django.db import connection

_numbers = count(1)


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
            sql = re.sub(r"\$(\d+)", r"%(v\1)s", self.sql.replace("%", "%%"))
            cursor.execute(sql, {f"v{number}": value for number, value in enumerate(values, 1)})
            return
        raw = connection.connection
        if raw not in self.connections:
            with raw.cursor() as preparing:
                preparing.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.sql}")
            self.connections.add(raw)
        cursor.execute(self.call, values)
