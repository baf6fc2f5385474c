"""What a letter of the authority's does to the clock, by what it was, and by whose word.

Each side's word adds rows of its own and takes back only its own. An automatic reply, an acknowledgement, word that
more time is needed for a reason that no law knows, and anything else change nothing.
"""

from datetime import date

from ..law import clock
from ..models import (
    Basis,
    Description,
    Direction,
    Evidence,
    FOIRequest,
    Message,
    MessageKind,
    OutcomeSaid,
    Side,
    User,
)
from .deadlines import london_day, note, standing_events, take_back
from .objections import object_to, settle_by_agreement
from .receipt import note_reply_before

BASIS = {
    Side.REQUESTER: Basis.REQUESTER,
    Side.AUTHORITY: Basis.OFFICER,
    Side.IMPORTED: Basis.IMPORTED,
    Side.READER: Basis.READER,
}
# Letters that stop the clock, or ask for more time on the law's own ground (FOIA 2000 s.10(3); EIR 2004 reg 7(1)).
LEDGER = {
    Description.CLARIFICATION: clock.CLARIFICATION_REQUESTED,
    Description.FEES_NOTICE: clock.FEES_NOTICE,
    Description.MORE_TIME: clock.EXTENSION_CLAIMED,
}
ANSWERS = (clock.RESPONDED, clock.REVIEW_OUTCOME)


def note_what_it_does(
    *, foi_request: FOIRequest, message: Message, side: str, actor: User | None, until: date | None
) -> None:
    """Rows of the ledger for what one side says a letter was. The caller holds the request's lock.

    ``until``: the authority's own estimate, where more time is needed. "Responded" and every other day is the day
    on which the letter reached us, whenever somebody says what it was.
    """
    about = {"foi_request": foi_request, "message": message, "side": side, "actor": actor}
    kind = LEDGER.get(message.described_as)
    if message.described_as == Description.ANSWER:
        _note_answer(**about)
    elif not OutcomeSaid.objects.standing().filter(message=message).exists():  # the other side's word may stand
        _take_back(kinds=ANSWERS, by_anybody=True, **about)
    _take_back(kinds=[other for other in LEDGER.values() if other != kind], **about)
    if side == Side.REQUESTER and actor is not None:
        _disagree(foi_request, message, kind, actor)
    if kind is not None:
        _note_stop(kind=kind, until=until, **about)


def _note_answer(*, foi_request: FOIRequest, message: Message, side: str, actor: User | None) -> None:
    """An answer ends the time limit, once; after a request for review it is the review's outcome too.

    An answer to a review does not answer a request anew that was answered before.
    """
    rows = standing_events(foi_request)
    about = {
        "foi_request": foi_request,
        "on": london_day(message.at),
        "basis": BASIS[side],
        "evidence": Evidence.LETTER,
        "message": message,
        "actor": actor,
    }
    if rows.filter(kind__in=ANSWERS, message=message).exists():
        return
    reviewed = _asked_for_review_before(foi_request, message)
    if not reviewed or not rows.filter(kind=clock.RESPONDED).exists():
        note(kind=clock.RESPONDED, **about)
    if reviewed:
        note(kind=clock.REVIEW_OUTCOME, **about)


def _asked_for_review_before(foi_request: FOIRequest, answer: Message) -> bool:
    asked = standing_events(foi_request).filter(kind=clock.REVIEW_REQUESTED, on__lte=london_day(answer.at))
    return any(row.message is None or row.message.at < answer.at for row in asked.select_related("message"))


def _note_stop(
    *, foi_request: FOIRequest, message: Message, side: str, actor: User | None, kind: str, until: date | None
) -> None:
    """One row for the letter. The requester's word replaces the authority's: it is no longer only a claim.

    A day that only the other side names, of a letter that both understand alike, is filled in.
    """
    basis = BASIS[side]
    standing = standing_events(foi_request).filter(kind=kind, message=message).order_by("pk").last()
    if standing is not None:
        claimed = standing.basis == Basis.OFFICER and side == Side.REQUESTER
        said_anew = standing.basis == basis and standing.until != until
        fills_in = standing.basis != basis and standing.until is None and until is not None
        if not (claimed or said_anew or fills_in):
            return
        if claimed:
            settle_by_agreement(event=standing)
            until = until or standing.until
        elif fills_in:
            basis = standing.basis
        standing.foi_request = foi_request
        take_back(event=standing, basis=BASIS[side], actor=actor)
    note(
        foi_request=foi_request,
        kind=kind,
        on=london_day(message.at),
        until=until,
        basis=basis,
        evidence=Evidence.LETTER,
        message=message,
        actor=actor,
    )
    if kind == clock.CLARIFICATION_REQUESTED and (reply := _next_letter(foi_request, message)):
        note_reply_before(foi_request=foi_request, reply=reply)


def _next_letter(foi_request: FOIRequest, question: Message) -> Message | None:
    """The next letter after a question restarts the clock, though the question is described only now."""
    return (
        foi_request.messages.filter(direction=Direction.OUTGOING, at__gt=question.at)
        .exclude(kind=MessageKind.WITHDRAWAL)
        .order_by("at")
        .first()
    )


def _take_back(
    *,
    foi_request: FOIRequest,
    message: Message,
    side: str,
    actor: User | None,
    kinds: list[str],
    by_anybody: bool = False,
) -> None:
    rows = standing_events(foi_request).filter(kind__in=kinds, message=message)
    for event in rows if by_anybody else rows.filter(basis__in={BASIS[side], Basis.READER}):
        event.foi_request = foi_request
        take_back(event=event, basis=BASIS[side], actor=actor)


def _disagree(foi_request: FOIRequest, message: Message, kind: str | None, actor: User) -> None:
    """To say of a letter something else than the authority claims is not to agree with its claim."""
    claims = standing_events(foi_request).filter(kind__in=LEDGER.values(), message=message, basis=Basis.OFFICER)
    for event in claims.exclude(kind=kind or ""):
        event.foi_request = foi_request
        object_to(event=event, actor=actor)
