"""What an officer has said of one request's clock, and what the page would say once they say more."""

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from ..law.clock import FEE_PAID, SCHOOL_CLOSED
from ..models import Basis, ClockEvent, Evidence, FOIRequest
from .clock_words import LATE, clock_state, sentence, state_in_a_word


@dataclass(frozen=True, slots=True)
class Said:
    """A row of the ledger. ``number`` is 0 where this authority cannot take it back; ``whose`` is whose word it is."""

    number: int
    on: date
    until: date | None
    are_all: bool
    whose: str


def closures(foi_request: FOIRequest) -> tuple[Said, ...]:
    """The days without school that stand, in order. One query."""
    return tuple(_said(row, foi_request) for row in _standing(foi_request, SCHOOL_CLOSED))


def payment(foi_request: FOIRequest) -> Said | None:
    """That the last fee was paid, by whoever's word; None where nobody says so, or a fee is open. One query."""
    if "fee_on" in foi_request.clock:
        return None
    row = _standing(foi_request, FEE_PAID).last()
    return _said(row, foi_request) if row else None


def _standing(foi_request: FOIRequest, kind: str):
    return foi_request.clock_events.filter(kind=kind, taken_back_by__isnull=True).order_by("on", "pk")


def _said(row: ClockEvent, foi_request: FOIRequest) -> Said:
    can_go = row.basis == Basis.OFFICER and foi_request.responded_on is None
    return Said(
        number=row.pk if can_go else 0,
        on=row.on,
        until=row.until,
        are_all=row.evidence == Evidence.TERMS,
        whose=str(Basis(row.basis).label),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What the page says now, and what it would say. ``turns_late``: only then would it call the answer late."""

    now: SafeString | None
    then: SafeString | None
    turns_late: bool


def change(before: FOIRequest, after: FOIRequest, *, name: str, today: date) -> Change:
    """``after``: the same request as it would be; ``name``: the requester's, as the page shows it. No query."""
    was, would_be = (_word(one, today) for one in (before, after))
    return Change(
        now=_sentence(before, name, today),
        then=_sentence(after, name, today),
        turns_late=would_be in LATE and was not in LATE,
    )


def _state(foi_request: FOIRequest, today: date) -> str | None:
    return clock_state(regime=foi_request.regime, status=foi_request.status, clock=foi_request.clock, today=today)


def _word(foi_request: FOIRequest, today: date) -> str | None:
    return state_in_a_word(_state(foi_request, today), foi_request.clock, today)


def _sentence(foi_request: FOIRequest, name: str, today: date) -> SafeString | None:
    return sentence(
        regime=foi_request.regime,
        state=_state(foi_request, today),
        status=foi_request.status,
        clock=foi_request.clock,
        authority=foi_request.authority.name,
        name=name,
        is_own=False,
        sent_at=foi_request.sent_at,
        wrote_on=foi_request.letters_to_describe_since,
        is_imported=foi_request.is_imported,
        today=today,
    )
