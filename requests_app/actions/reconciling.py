"""Proof that a day's reminders add up: each planned one was sent, skipped or failed, and none that was due is missing.

What should have been is worked out anew from the facts as they are now; it does not ask where the sweep looked.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from ..models import OPEN, Case, CaseKind, FOIRequest, Reminder, ReminderState, Status
from .deadlines import holiday_table
from .notice_plan import FACTS, notices_in, with_facts
from .notice_schedule import Notice, due, working_regimes

BATCH = 2_000
NAMED = 50
# Letters to people are forgotten after this; a reminder sent before has none to show.
LETTERS_KEPT = timedelta(days=80)


@dataclass(frozen=True, slots=True)
class Account:
    """Of the reminders planned on one London day how many are what; ``why`` by reason for those skipped.

    ``waiting`` and ``missing`` name the first fifty: reminders that have not gone yet, and (request, kind, step,
    side, date) that should have a row and have none. ``without_letter``: sent, but nothing is in the outbox.
    ``undecided``: requests whose dates cannot be read, each of them a case.
    """

    day: date
    planned: int
    sent: int
    skipped: int
    failed: int
    waiting: list[int]
    waiting_total: int
    why: dict[str, int]
    missing: list[list[object]]
    missing_total: int
    without_letter: int
    undecided: list[int]
    without_case: list[int]

    @property
    def adds_up(self) -> bool:
        settled = self.sent + self.skipped + self.failed + self.waiting_total
        return self.planned == settled and not (self.missing_total or self.without_letter or self.without_case)


def account(day: date, *, now: datetime) -> Account:
    """The account of one day. Reads every request that a reminder may be about, in batches."""
    rows = Reminder.objects.filter(planned_on=day)
    states = Counter(rows.values_list("state", flat=True))
    why = Counter(rows.filter(state=ReminderState.SKIPPED).values_list("reason", flat=True))
    waiting = list(rows.planned().order_by("pk").values_list("pk", flat=True))
    lost = rows.filter(state=ReminderState.SENT, outbound_email=None, settled_at__gt=now - LETTERS_KEPT)
    failed_about = set(rows.filter(state=ReminderState.FAILED).values_list("foi_request", flat=True)) - {None}
    missing, undecided = _missing(day)
    broken = failed_about | set(undecided)
    cases = set(
        Case.objects.filter(kind=CaseKind.FAILED_JOB, thing_type="foi_request", thing_id__in=broken).values_list(
            "thing_id", flat=True
        )
    )
    return Account(
        day=day,
        planned=rows.count(),
        sent=states[ReminderState.SENT],
        skipped=states[ReminderState.SKIPPED],
        failed=states[ReminderState.FAILED],
        waiting=waiting[:NAMED],
        waiting_total=len(waiting),
        why=dict(why),
        missing=[
            [number, str(notice.kind), notice.step, notice.audience, notice.for_on.isoformat()]
            for number, notice in missing[:NAMED]
        ],
        missing_total=len(missing),
        without_letter=lost.count(),
        undecided=undecided[:NAMED],
        without_case=sorted(broken - cases)[:NAMED],
    )


def _missing(day: date) -> tuple[list[tuple[int, Notice]], list[int]]:
    """What was due on the day and has no row at all, and the requests of which nobody can say."""
    table = holiday_table()
    regimes = working_regimes(day, table)
    missing: list[tuple[int, Notice]] = []
    undecided: list[int] = []
    for batch in _batches(day, regimes):
        expected: list[tuple[int, Notice]] = []
        for row in batch:
            try:
                expected += [(row["pk"], notice) for notice in due(notices_in(row, table=table), on=day)]
            except (ValueError, TypeError, KeyError):
                undecided.append(row["pk"])
        numbers = {number for number, _notice in expected}
        there = set(
            Reminder.objects.filter(foi_request__in=numbers).values_list(
                "foi_request", "kind", "step", "audience", "for_on"
            )
        )
        missing += [
            (number, notice)
            for number, notice in expected
            if (number, str(notice.kind), notice.step, notice.audience, notice.for_on) not in there
        ]
    return missing, undecided


def _batches(day: date, regimes: list[str] | None) -> Iterator[list[dict]]:
    """Requests of which something may have been due on the day."""
    if regimes == []:
        return
    text = day.isoformat()
    may = Q(status__in=OPEN) | Q(letters_to_describe_since__isnull=False)
    may |= Q(status=Status.ANSWERED) & (Q(clock__review_request_by__gte=text) | Q(clock__regulator_by__gte=text))
    found = FOIRequest.objects.filter(may, is_imported=False, importing=False)
    if regimes is not None:
        found = found.filter(regime__in=regimes)
    after = 0
    while True:
        batch = list(with_facts(found.filter(pk__gt=after)).order_by("pk").values("pk", *FACTS)[:BATCH])
        if not batch:
            return
        yield batch
        after = batch[-1]["pk"]
