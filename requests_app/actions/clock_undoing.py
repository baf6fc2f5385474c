"""Where a request stands once our staff have taken a row of its ledger back: its status, and the words on letters."""

from datetime import datetime

from ..law import clock
from ..models import Basis, ClockEvent, FOIRequest, OutcomeSaid, Status, User
from .deadlines import london_day, set_next_notice, standing_events, take_back, waits_for
from .letter_effects import ANSWERS
from .outcomes import oldest_undescribed
from .publication import touch

# Kinds that a status, or a word about a letter, was made from.
WITH_STATUS = (*ANSWERS, clock.CLARIFICATION_SUPPLIED, clock.REVIEW_REQUESTED)


def settle_after(*, foi_request: FOIRequest, event: ClockEvent, actor: User, now: datetime) -> None:
    """Make status, outcomes and the letters that wait to be described agree with the ledger without ``event``.

    A letter that was no answer waits to be described anew; what was said of its outcome is taken back. An undoing
    is no move, so the status is set as the ledger has it. The caller holds the request's lock.
    """
    if event.kind not in WITH_STATUS:
        return
    if event.kind == clock.RESPONDED and event.message_id:
        for row in standing_events(foi_request).filter(kind=clock.REVIEW_OUTCOME, message=event.message_id):
            row.foi_request = foi_request
            take_back(event=row, basis=Basis.STAFF, actor=actor)
    if event.kind in ANSWERS and event.message_id:
        _unsay(foi_request, event, now)
    if foi_request.status != Status.WITHDRAWN:
        foi_request.status = _status(foi_request)
    waiting = oldest_undescribed(foi_request)
    foi_request.letters_to_describe_since = london_day(waiting.at) if waiting else None
    set_next_notice(foi_request)
    foi_request.save(update_fields=["status", "letters_to_describe_since", "next_notice_on"])
    touch(foi_request)


def _unsay(foi_request: FOIRequest, event: ClockEvent, now: datetime) -> None:
    if standing_events(foi_request).filter(kind__in=ANSWERS, message=event.message_id).exists():
        return  # it answered the request, or the review, all the same
    OutcomeSaid.objects.standing().filter(message=event.message_id).update(taken_back_at=now)
    event.message.described_as, event.message.described_at, event.message.described_by = "", None, None
    event.message.save(update_fields=["described_as", "described_at", "described_by"])


def _status(foi_request: FOIRequest) -> str:
    if "asked_on" in foi_request.clock and foi_request.responded_on is None:
        return Status.AWAITING_CLARIFICATION
    waits = waits_for(foi_request)
    return Status.ANSWERED if waits == Status.AWAITING_RESPONSE and foi_request.responded_on else waits
