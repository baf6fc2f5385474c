"""The dry run of a change of the bank holidays: which open requests would have other dates, and which dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from ..law.clock import Standing
from ..law.holidays import HolidayTable
from ..law.wire import unpack
from ..models import FOIRequest
from .recounting import BATCH, UNREAD, refolded

# A dry run folds at most so many requests, and shows so many.
PREVIEWED, SAMPLED = 10_000, 20
# The dates that follow from a count, and are told only where the one that they follow from stays.
FOLLOWING = ("extension_due", "very_overdue", "review_request_by")


@dataclass(frozen=True)
class Moved:
    """One date of one request, a name of `Standing`, before and after the change; None where there is none."""

    name: str
    old: date | None
    new: date | None


@dataclass(frozen=True)
class Preview:
    """What a change of one day would do: how many open requests would have another date, and some of them.

    ``is_estimate``: there are too many to count for one page, so the number is drawn from the first of them.
    ``sample``: the number of a request, and what moves there.
    """

    total: int
    is_estimate: bool
    sample: tuple[tuple[int, tuple[Moved, ...]], ...]


def preview(table: HolidayTable, *, on: date) -> Preview:
    """What would move with this table, which differs from ours in one day; nothing is written.

    Only counts that run over that day can change. Two queries for each 500 of them, at most 10,000, and one.
    """
    over = _counted_over(on)
    total, seen, moves, last = over.count(), 0, [], 0
    while seen < PREVIEWED:
        batch = list(over.filter(pk__gt=last)[:BATCH])
        if not batch:
            break
        seen, last = seen + len(batch), batch[-1].pk
        before = {foi_request.pk: unpack(foi_request.clock) for foi_request in batch}
        for move in refolded(batch, table):
            number = move.foi_request.pk
            if moved := tuple(_moved(before[number], unpack(move.foi_request.clock))):
                moves.append((number, moved))
    is_estimate = seen < total
    number = round(len(moves) * total / seen) if is_estimate else len(moves)
    return Preview(total=number, is_estimate=is_estimate, sample=tuple(moves[:SAMPLED]))


def _counted_over(on: date) -> QuerySet[FOIRequest]:
    """Open requests of which a count runs over this day: of the answer, a fee, a review, or the time to ask for one."""
    day = on.isoformat()
    runs = Q(due_on__gte=on) | Q(outer_on__gte=on)
    for name in ("extension_due", "fee_by", "review_due", "review_max", "review_request_by"):
        runs |= Q(**{f"clock__{name}__gte": day})
    return FOIRequest.objects.open().filter(runs, received_on__lt=on).defer(*UNREAD).order_by("pk")


def _moved(before: Standing, after: Standing) -> Iterator[Moved]:
    """The dates that somebody waits for now and that are others after the change, in order of what comes first."""
    names = [] if before.responded_on else ["due"]
    if before.due_latest and not before.terms_known and not before.responded_on:
        names.append("due_latest")
    if before.fee_on:
        names.append("fee_by")
    if before.review_on and not before.review_outcome_on:
        names += ["review_due", "review_max"] if before.review_max != before.review_due else ["review_due"]
    found = list(_changed(names, before, after))
    yield from found or (_changed(FOLLOWING, before, after) if not before.review_on else ())


def _changed(names: tuple[str, ...] | list[str], before: Standing, after: Standing) -> Iterator[Moved]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Moved(name, old, new)
