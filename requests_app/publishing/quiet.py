"""Threads on which nobody writes any more: from when only known senders' letters are published, and then nobody's.

PURE. Days are London days, and each of them counts to its end.
"""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# As the field does: long after an answer, what comes to a reply address is mostly not from the authority.
MONTHS_FOR_STRANGERS = 6
MONTHS_FOR_ANYBODY = 24


class Taken(StrEnum):
    """Whose letters a thread takes without a person's look."""

    ASKING = "asking"  # known senders' letters are published; the authority is asked about others
    KNOWN = "known"  # known addresses' letters are published; nobody is asked about others
    NOBODY = "nobody"  # a person looks at each


@dataclass(frozen=True)
class Quiet:
    """What follows from the day of the last letter, from either side."""

    last_on: date

    @property
    def strangers_until(self) -> date:
        """The last day on which the authority is asked about a sender that nobody knows."""
        return months_after(self.last_on, MONTHS_FOR_STRANGERS)

    @property
    def anybody_until(self) -> date:
        """The last day on which a letter is published without a person's look."""
        return months_after(self.last_on, MONTHS_FOR_ANYBODY)

    def taken(self, today: date) -> Taken:
        if today <= self.strangers_until:
            return Taken.ASKING
        return Taken.KNOWN if today <= self.anybody_until else Taken.NOBODY


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month: six months after 31 August is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
