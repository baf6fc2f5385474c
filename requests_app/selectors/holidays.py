"""The list of bank holidays as this site knows it now, for pages that count."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ..law.holidays import PARTS, HolidayTable
from ..law.holidays import BankHoliday as LawHoliday
from ..models import BankHoliday

Row = tuple[int, date, str, str, bool, bool, bool]


@dataclass(frozen=True)
class Known:
    """The table, the name of its version (empty where there are no holidays yet), and the rows it was made of."""

    table: HolidayTable
    version: str
    rows: tuple[Row, ...] = field(repr=False, default=())

    def before(self) -> "Known | None":
        """The list as it was before its latest version came; None where there was none. No query.

        Rows are numbered as they came, whatever their versions are called.
        """
        rows = tuple(row for row in self.rows if row[3] != self.version)
        return _known(rows) if rows else None


def known_holidays() -> Known:
    """The bank holidays, never older than the database. One query; the table is kept while its rows are the same."""
    return _known(tuple(BankHoliday.objects.order_by("on").values_list("pk", "on", "name", "version", *PARTS)))


@lru_cache(maxsize=4)
def _known(rows: tuple[Row, ...]) -> Known:
    days = frozenset(
        LawHoliday(on=on, name=name, parts=frozenset(part for part, has in zip(PARTS, parts, strict=True) if has))
        for _number, on, name, _version, *parts in rows
    )
    ends_on = date(max((row[1] for row in rows), default=date.min).year, 12, 31)
    latest = max(rows, default=None)
    return Known(HolidayTable(days=days, ends_on=ends_on), latest[3] if latest else "", rows)
