"""Why a count anew moved a date: what came and went in the list of bank holidays, or nothing of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from ..law.holidays import ANY_PART, SCOTLAND
from ..law.regimes import REGIMES
from ..models import BankHoliday, HolidayVersion

# Why a date moved; the last where all were counted again and no day in the list is the reason.
ADDED, WITHDRAWN, TABLE, AGAIN = "bank_holiday", "bank_holiday_withdrawn", "bank_holiday_table", "counted_again"


@dataclass(frozen=True)
class Change:
    """What has changed in the list since the last one that requests were counted with.

    ``otherwise``: the code for a date that moved though none of these days is within its count.
    """

    before: tuple[BankHoliday, ...]
    after: tuple[BankHoliday, ...]
    otherwise: str = TABLE

    def why(self, regime: str, first: date | None, last: date | None) -> dict[str, object]:
        """Why a count after ``first`` and up to ``last`` changed, as a code and days; at most five of them."""
        for code, days in self._by_calendar[REGIMES[regime].calendar]:
            within = [on for on in days if first and last and first < on <= last]
            if within:
                return {"why": code, "days": [on.isoformat() for on in within[:5]]}
        return {"why": self.otherwise}

    @cached_property
    def _by_calendar(self) -> dict[str, tuple[tuple[str, list[date]], ...]]:
        """For each calendar the days that came and those that went, in order."""
        found = {}
        for calendar in (ANY_PART, SCOTLAND):
            old, new = (_days_off(rows, calendar) for rows in (self.before, self.after))
            found[calendar] = ((ADDED, sorted(new - old)), (WITHDRAWN, sorted(old - new)))
        return found


def _days_off(rows: Iterable[BankHoliday], calendar: str) -> set[date]:
    return {row.on for row in rows if calendar == ANY_PART or row.scotland}


def change_since(version: HolidayVersion) -> Change:
    """What came and went since the newest list that requests were counted with: none where it is this very one.

    A count that was begun again, and followed by another list before its end, leaves both reasons possible.
    """
    if version.afresh:
        return Change(before=(), after=(), otherwise=AGAIN)
    earlier = HolidayVersion.objects.filter(pk__lt=version.pk).order_by("-id")
    last = earlier.filter(Q(finished_at__isnull=False) | Q(afresh=True)).first()
    name = last.name if last else ""
    rows = list(BankHoliday.objects.changed_after(name))
    return Change(
        before=tuple(row for row in rows if row.version <= name),
        after=tuple(row for row in rows if row.withdrawn_in == ""),
        otherwise=AGAIN if last and last.finished_at is None else TABLE,
    )
