"""The count of one request: what its events leave standing, and the days that follow.

A restart begins the count anew, a fee takes days out of it, an extension gives it a later end or only an
estimate. Every question here is answered from what was added so far, so that a late notice can be told
from one in time.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from requests_app.law.days import ClockRefused, last_day_of_months, months_after
from requests_app.law.holidays import HolidayTable, beyond
from requests_app.law.regimes import ESTIMATE, FROM_ANSWER, FROM_END_OF_TIME, MOVES_DUE, Regime

CLARIFICATION_LATE = "clarification-late"
EXTENSION_LATE = "extension-late"
NO_EXTENSION = "no-extension-in-foisa"
Span = tuple[date, date]


class Count:
    """Add a request's events in order of day, then ask. ``closures``: spans in which the school has no session.

    ``in_full``: those of them that are said to be, together, all that it has in their time; None where
    nobody says, and any is taken as word of them all.
    ``received_on`` is the receipt that stands, ``counts_from`` the day zero of the present count. ``asked_on``
    and ``fee_on`` are open as long as they are set. ``skips`` are the spans disregarded for a fee.
    """

    def __init__(
        self,
        rules: Regime,
        holidays: HolidayTable,
        *,
        closures: Iterable[Span] = (),
        in_full: Iterable[Span] | None = None,
    ) -> None:
        self.rules = rules
        self.holidays = holidays
        self.days = holidays.working_days(rules.calendar)
        self.closures = tuple(closures)
        self.in_full = None if in_full is None else tuple(in_full)
        self.responded_on: date | None = None
        self.last_response_on: date | None = None
        self.review_on: date | None = None
        self.outcome_on: date | None = None
        self._begin(None)

    def _begin(self, received_on: date | None) -> None:
        self.received_on = received_on
        self.flags: list[str] = []
        self.earlier_due: date | None = None
        self.asked_on: date | None = None
        self.fee_on: date | None = None
        self.fee_by: date | None = None
        self._restart(received_on)

    def _restart(self, on: date | None) -> None:
        self.counts_from = on
        self.skips: list[Span] = []
        self.extension: tuple[date, date | None] | None = None
        self.override: date | None = None

    # ---- events ----

    def add(self, kind: str, on: date, until: date | None) -> None:
        """Take in one event; those that the law gives no effect here change nothing."""
        getattr(self, f"_{kind}")(on, until)

    @property
    def _runs(self) -> bool:
        """Whether an answer is still owed: it arrived, and was not answered."""
        return self.received_on is not None and self.responded_on is None

    def _received(self, on: date, _until: date | None) -> None:
        """A later receipt replaces an earlier one: sent anew, it counts from when it reached the other address.

        Not after an answer: what was answered had arrived. A receipt that is only noted then still counts.
        """
        if self.received_on is None or not self.responded_on:
            self._begin(on)

    def _undelivered(self, _on: date, _until: date | None) -> None:
        if not self.responded_on:
            self._begin(None)

    def _clarification_requested(self, on: date, _until: date | None) -> None:
        """The count stops; asked after the date had passed, the breach stands. FOIA 2000 s.1(3)."""
        if not self._runs or self.asked_on:
            return
        last = self._last_day(extended=True)
        if self._had_passed(last, on):
            self._flag(CLARIFICATION_LATE)
            self.earlier_due = self.earlier_due or last
        self.asked_on = on

    def _clarification_supplied(self, on: date, _until: date | None) -> None:
        """The count begins anew, in full. What nobody asked for changes nothing. FOIA 2000 s.10(6)(b)."""
        if self._runs and self.asked_on:
            self.asked_on = None
            self._restart(on)

    def _fees_notice(self, on: date, _until: date | None) -> None:
        """The count stops until the fee is paid, which it can be until ``fee_by``. FOIA 2000 s.9(2)."""
        if self._runs and not self.fee_on:
            last = self._last_day(extended=True)
            if last and on > last and not self.asked_on:
                self.earlier_due = self.earlier_due or last  # that it was missed stands
            self.fee_on = on
            self.fee_by = (
                last_day_of_months(on, self.rules.fee_months)
                if self.rules.fee_months
                else self.plain_nth(on, self.rules.fee_days)
            )

    def _fee_paid(self, on: date, _until: date | None) -> None:
        """Both the day of the notice and that of the payment are disregarded. FOIA 2000 s.10(2).

        A payment after the last day to pay does not oblige the authority any more.
        """
        if self._runs and self.fee_on and not (self.fee_by and on > self.fee_by):
            self.skips.append((self.fee_on, on))
            self.fee_on = self.fee_by = None

    def _extension_claimed(self, on: date, until: date | None) -> None:
        """In time it holds; later it is ineffective, for the answer was late already. FOIA 2000 s.10(3), s.17."""
        if not self._runs or not self.rules.by_law:
            return
        if self.rules.extension is None:
            self._flag(NO_EXTENSION)
            return
        if self.asked_on is None and self._had_passed(self._last_day(extended=False), on):
            self._flag(EXTENSION_LATE)
            return
        self.extension = (on, until)

    def _last_day(self, *, extended: bool) -> date | None:
        """When the count as it runs, or ran before it was stopped, is over; None beyond the table.

        A school whose terms nobody told us may still be in time until the sixtieth day.
        """
        if self.override:
            return self.override
        if self.rules.school and not self.terms_known:
            return self.outer()
        base = self._base(self.counts_from)
        moved = extended and self.extension and self.rules.extension == MOVES_DUE
        return self._extended(base) if moved else base

    @property
    def terms_known(self) -> bool:
        """Whether a school's days without session are known for the time that runs; then its date is a firm one.

        Some days that it is closed are not its term dates: others may lie in this time.
        """
        if self.in_full is None:
            return bool(self.closures)
        last = self.outer()
        return any(
            (self.counts_from is None or until > self.counts_from) and (last is None or first <= last)
            for first, until in self.in_full
        )

    def _had_passed(self, last: date | None, on: date) -> bool:
        """Whether the last day was over when ``on`` began. A fee that is open stopped the count on its own day.

        Raises ClockRefused where a day that decides it lies beyond the table.
        """
        counted_to = self.fee_on or on
        if last is not None:
            return counted_to > last
        if not (self.holidays.covers(self.counts_from) and self.holidays.covers(counted_to)):
            raise ClockRefused(beyond(self.holidays))
        return False

    def _responded(self, on: date, _until: date | None) -> None:
        self.responded_on = self.responded_on or on
        self.last_response_on = on

    def _ir_requested(self, on: date, _until: date | None) -> None:
        if self.review_on is None or self.outcome_on:
            self.review_on, self.outcome_on = on, None

    def _ir_outcome(self, on: date, _until: date | None) -> None:
        if self.review_on:
            self.outcome_on = on

    def _due_overridden(self, _on: date, until: date | None) -> None:
        if self._runs:
            self.override = until

    def _flag(self, code: str) -> None:
        if code not in self.flags:
            self.flags.append(code)

    # ---- days ----

    @property
    def is_stopped(self) -> bool:
        return self.asked_on is not None or self.fee_on is not None

    def due(self) -> date | None:
        """Last day to answer; None while the count is stopped or has not begun. Raises ClockRefused."""
        if self.counts_from is None or self.is_stopped:
            return None
        if self.override:
            return self.override
        due = self._base(self.counts_from)
        if self.extension and self.rules.extension == MOVES_DUE:
            due = self._extended(due)
        if due is None:
            raise ClockRefused(beyond(self.holidays))
        return due

    def _extended(self, base: date | None) -> date | None:
        """The end of an extended time: as the authority says, within the law's limit; None beyond the table.

        Where it names a day off, the next day that counts.
        """
        until = self.extension[1]
        if base is None or until is None:
            return self._nth(self.counts_from, self.rules.extension_days)
        numbers = range(self.rules.days, self.rules.extension_days + 1)
        days = (self._nth(self.counts_from, number) for number in numbers)
        last = None
        for last in days:
            if last is None or last >= until:
                break
        return last

    def extension_due(self) -> date | None:
        """When an extended answer is expected: the authority's own estimate, else the longest normal time."""
        if self.extension is None or self.counts_from is None or self.is_stopped:
            return None
        if self.rules.extension == ESTIMATE:
            longest = self._nth(self.counts_from, self.rules.extension_days)
            return self.extension[1] or (max(longest, self.due()) if longest else None)
        return self.due()

    def due_if_receipt_rolls(self) -> date | None:
        """The end of the ordinary time had receipt on a day off been on the next working day."""
        if self.override:
            return self.override
        on = self.counts_from
        rolled = on if self.days.has(on) else self.plain_nth(on, 1)
        return self._base(rolled) if rolled else None

    def outer(self) -> date | None:
        """The end of every normal timetable. The days on which a school is closed count here."""
        if self.rules.outer_days is None or self.counts_from is None:
            return None
        outer = self._nth(self.counts_from, self.rules.outer_days)
        return max(outer, self.override) if outer and self.override else outer

    def review_request_by(self) -> date | None:
        """Last day to ask for a review: see ``review_request_from`` of the regime."""
        origin, answered = self.rules.review_request_from, self.last_response_on
        if origin == FROM_ANSWER:
            start = answered
        else:
            due = self.due()
            start = max(due or answered, answered) if answered and origin == FROM_END_OF_TIME else answered or due
        return self.plain_nth(start, self.rules.review_request_days) if start else None

    def complain_by(self, on: date) -> date | None:
        """Last day to complain to the regulator after ``on``: calendar days or months."""
        if self.rules.complaint_months:
            return months_after(on, self.rules.complaint_months)
        return on + timedelta(days=self.rules.complaint_days) if self.rules.complaint_days else None

    def plain_nth(self, start: date, number: int | None) -> date | None:
        """The working day with this number after ``start``; None beyond the table, or without a number."""
        return None if number is None else self.days.nth_after(start, number)

    def number_of(self, on: date) -> int | None:
        """How many days of the count have passed when ``on`` ends; None beyond the table."""
        if not self.holidays.covers(on) or not self.holidays.covers(self.counts_from):
            return None
        skipped = self.skips + list(self.closures if self.rules.school else ())
        if not skipped:
            return self.days.between(self.counts_from, on)
        return sum(not _within(day, skipped) for day in self.days.spanned(self.counts_from, on))

    def _base(self, start: date) -> date | None:
        """The last day of the ordinary time after ``start``. For schools whichever of two limits comes first."""
        ordinary = self._nth(start, self.rules.days, also=self.closures if self.rules.school else ())
        if not self.rules.school:
            return ordinary
        longest = self._nth(start, self.rules.outer_days)
        return min((day for day in (ordinary, longest) if day), default=None)

    def _nth(self, start: date, number: int, *, also: tuple[Span, ...] = ()) -> date | None:
        skipped = self.skips + list(also)
        if not skipped:
            return self.days.nth_after(start, number)
        return self.days.nth_outside(start, number, lambda day: _within(day, skipped))


def _within(day: date, spans: Iterable[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)
