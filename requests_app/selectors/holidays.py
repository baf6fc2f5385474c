"""The list of bank holidays as this site knows it now, or knew it when a request was counted, for pages that count."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ..law.completeness import complete_years
from ..law.holidays import PARTS, HolidayTable
from ..law.holidays import BankHoliday as LawHoliday
from ..models import BankHoliday

Row = tuple[date, str, str, str, bool, bool, bool]


@dataclass(frozen=True)
class Known:
    """The table, the name of its version (empty where there is none yet), and all rows that there ever were."""

    table: HolidayTable
    version: str
    rows: tuple[Row, ...] = field(repr=False, default=())

    def as_of(self, version: str) -> "Known":
        """The list as it was in this version; names of versions sort as they came. No query."""
        return _known(self.rows, version)


def known_holidays() -> Known:
    """The bank holidays, never older than the database. One query; the table is kept while its rows are the same."""
    rows = BankHoliday.objects.order_by("on", "pk").values_list("on", "name", "version", "withdrawn_in", *PARTS)
    return _known(tuple(rows), "")


@lru_cache(maxsize=16)
def _known(rows: tuple[Row, ...], version: str) -> Known:
    """The rows that stood in a version; in the newest one where none is named."""
    version = version or max((max(row[2], row[3]) for row in rows), default="")
    days = frozenset(
        LawHoliday(on=on, name=name, parts=frozenset(part for part, has in zip(PARTS, parts, strict=True) if has))
        for on, name, came, went, *parts in rows
        if came <= version and not (went and went <= version)
    )
    years = complete_years(days)
    if years is None:
        return Known(HolidayTable(days=frozenset(), ends_on=date.min), version, rows)
    table = HolidayTable(days=days, starts_on=date(years[0], 1, 1), ends_on=date(years[1], 12, 31))
    return Known(table, version, rows)
