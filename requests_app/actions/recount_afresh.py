"""Where all requests are counted again, by hand or after an upgrade: closed ones too, and nobody is flooded.

Rows that an earlier release wrote know less of their clock than this one does, and have no day on which to look for
reminders. All that is missing is brought up, and two things are left alone: what was said of a closed request, and
the reminders of days that are long past.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from ..law.holidays import HolidayTable
from ..law.wire import unpack
from ..models import OPEN, FOIRequest, HolidayVersion
from .deadlines import facts_of
from .notice_schedule import first_day

# No window before a last day is longer: what may still be done in time is still reminded of.
RECENT = timedelta(days=14)


def counts_everything(version: HolidayVersion) -> bool:
    """Whether this count is of all requests: it was begun afresh, or follows one that was and came to no end."""
    earlier = HolidayVersion.objects.filter(pk__lt=version.pk, afresh=True, finished_at=None)
    return version.afresh or earlier.exists()


def recent(today: date) -> date:
    """The first day whose reminders may still go for the first time."""
    return today - RECENT


def bring_up(foi_request: FOIRequest, before: Mapping[str, object], *, since: date, table: HolidayTable) -> None:
    """Settle (not saved) what a fold that was begun afresh does to one request; ``before``: its columns as they were.

    A closed request keeps every date that was stored, and gets those that were not: the last days to ask for a review
    and to complain. ``next_notice_on`` becomes the first day, from ``since`` on, on which a reminder begins: a request
    that has been late for months stays quiet until something happens in it, and whatever is or becomes due by then
    goes with that. A look that was planned before stays.
    """
    if foi_request.status not in OPEN:
        _keep_what_was_said(foi_request, before)
    first = first_day(facts_of(foi_request, unpack(foi_request.clock)), table=table, since=since)
    foi_request.next_notice_on = min((day for day in (before["next_notice_on"], first) if day), default=None)


# The columns of a request that are dates of its fold, and their names there.
DATES = {
    "received_on": "received_on",
    "responded_on": "responded_on",
    "due_on": "due",
    "grace_on": "due_if_receipt_rolls",
    "outer_on": "very_overdue",
}


def _keep_what_was_said(foi_request: FOIRequest, before: Mapping[str, object]) -> None:
    """Put a closed request's dates back; a column that was empty stays so, and its name in the fold with it.

    The day zero of the count is no date that was promised: an earlier release took the receipt for it.
    """
    said = {name: value for name, value in before["clock"].items() if name != "counts_from"}
    foi_request.clock = foi_request.clock | said
    for column, name in DATES.items():
        setattr(foi_request, column, before[column])
        if before[column] is None:
            foi_request.clock.pop(name, None)
