"""What a letter was, and what the answer was, by whose word. Both sides' words are kept."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..law.clock import CLARIFICATION_REQUESTED
from ..models import (
    Basis,
    Description,
    Direction,
    Evidence,
    FOIRequest,
    Message,
    MessageKind,
    NotAllowed,
    Outcome,
    OutcomeSaid,
    Side,
    Status,
    User,
)
from ..permissions import refuse_suspended
from .deadlines import (
    london_day,
    note,
    note_reply,
    note_response,
    set_next_notice,
    standing_events,
    take_back_of,
    take_back_response,
)
from .publication import record, touch

BASIS = {Side.REQUESTER: Basis.REQUESTER, Side.AUTHORITY: Basis.OFFICER, Side.IMPORTED: Basis.IMPORTED}


@transaction.atomic
def describe_letter(
    *,
    message_id: int,
    described_as: str,
    side: str,
    actor: User | None,
    now: datetime,
    outcome: str | None = None,
) -> Message:
    """Say what one of the authority's letters was; for an answer, also what came of it.

    Saying something else later takes the earlier word back. "Responded" is the day the letter reached us,
    whenever it is described. Raises NotAllowed where it is not this person's to say.
    """
    message = Message.objects.select_related("foi_request").get(pk=message_id)
    foi_request = FOIRequest.objects.select_for_update().get(pk=message.foi_request_id)
    if actor is not None:
        refuse_suspended(actor, "describe")
        if side == Side.REQUESTER and foi_request.requester_id != actor.pk:
            raise NotAllowed(_("Only the person who made this request can say what its answer was."))
    message.foi_request = foi_request
    describe_locked(
        foi_request=foi_request,
        message=message,
        described_as=described_as,
        outcome=outcome,
        side=side,
        actor=actor,
        now=now,
    )
    return message


def describe_locked(
    *,
    foi_request: FOIRequest,
    message: Message,
    described_as: str,
    outcome: str | None,
    side: str,
    actor: User | None,
    now: datetime,
) -> None:
    """The same for a request that the caller has locked."""
    if message.direction != Direction.INCOMING:
        raise NotAllowed(_("Only a letter from the authority can be described."))
    if described_as not in Description.values:
        raise NotAllowed(_("Say what the letter was: choose one of the answers."))
    if (described_as == Description.ANSWER) != bool(outcome) or (outcome and outcome not in Outcome.values):
        raise NotAllowed(_("Say what came of the answer: choose one of the outcomes."))
    OutcomeSaid.objects.standing().filter(message=message, side=side).update(taken_back_at=now)
    message.described_as, message.described_at, message.described_by = described_as, now, actor
    message.save(update_fields=["described_as", "described_at", "described_by"])
    if described_as == Description.ANSWER:
        OutcomeSaid.objects.create(
            foi_request=foi_request, message=message, side=side, outcome=outcome, said_by=actor, said_at=now
        )
        note_response(
            foi_request=foi_request, on=london_day(message.at), basis=BASIS[side], message=message, actor=actor
        )
        foi_request.move_to(Status.ANSWERED)
    else:
        if not OutcomeSaid.objects.standing().filter(message=message).exists():  # the other side's word may stand
            take_back_response(foi_request=foi_request, message=message, basis=BASIS[side], actor=actor)
        _move_after_other_letter(foi_request, message)
    _note_what_it_does(foi_request, message, side=side, actor=actor)
    waiting = _oldest_undescribed(foi_request)
    foi_request.letters_to_describe_since = london_day(waiting.at) if waiting else None
    set_next_notice(foi_request)
    foi_request.save(update_fields=["status", "letters_to_describe_since", "next_notice_on"])
    record(
        foi_request,
        "outcome_said" if outcome else "letter_described",
        actor=actor,
        message=message,
        side=str(side),
        described_as=str(described_as),
        outcome=str(outcome) if outcome else None,
    )
    touch(foi_request)


# What a letter does to the clock, by what it was.
LEDGER = {Description.CLARIFICATION: CLARIFICATION_REQUESTED}


def _note_what_it_does(foi_request: FOIRequest, message: Message, *, side: str, actor: User | None) -> None:
    """Rows of the ledger for a letter that stops the clock; what was noted of it before and is not so is taken back."""
    kind = LEDGER.get(message.described_as)
    others = [other for other in LEDGER.values() if other != kind]
    take_back_of(foi_request=foi_request, message=message, kinds=others, basis=BASIS[side], actor=actor)
    if kind is None or standing_events(foi_request).filter(kind=kind, message=message).exists():
        return
    on = london_day(message.at)
    note(
        foi_request=foi_request,
        kind=kind,
        on=on,
        basis=BASIS[side],
        evidence=Evidence.LETTER,
        message=message,
        actor=actor,
    )
    if kind == CLARIFICATION_REQUESTED:
        _note_reply_sent_before(foi_request, message)


def _note_reply_sent_before(foi_request: FOIRequest, question: Message) -> None:
    """The next letter after a question restarts the clock, though the question is described only now."""
    reply = (
        foi_request.messages.filter(direction=Direction.OUTGOING, at__gt=question.at)
        .exclude(kind=MessageKind.WITHDRAWAL)
        .order_by("at")
        .first()
    )
    sending = reply and reply.outbound_emails.filter(accepted_at__isnull=False, bounced_at=None).first()
    if sending:
        note_reply(foi_request=foi_request, message=reply, outbound_email=sending, on=london_day(sending.accepted_at))
    elif reply and foi_request.is_imported:
        note_reply(foi_request=foi_request, message=reply, outbound_email=None, on=london_day(reply.at))


def _move_after_other_letter(foi_request: FOIRequest, message: Message) -> None:
    """Where the request stands after a letter that was no answer, by this side's word; it may be an old letter."""
    said = OutcomeSaid.objects.standing().filter(foi_request=foi_request)
    if message.described_as == Description.CLARIFICATION and not _was_overtaken(foi_request, message):
        foi_request.move_to(Status.AWAITING_CLARIFICATION)
    elif foi_request.status == Status.ANSWERED and not said.exists():
        foi_request.move_to(Status.AWAITING_RESPONSE)


def _was_overtaken(foi_request: FOIRequest, message: Message) -> bool:
    """Whether the question was replied to already, or an answer came with it or after it."""
    later = Message.objects.filter(foi_request=foi_request, direction=Direction.OUTGOING, at__gt=message.at)
    answered = OutcomeSaid.objects.standing().filter(foi_request=foi_request, message__at__gte=message.at)
    return later.exists() or answered.exists()


def _oldest_undescribed(foi_request: FOIRequest) -> Message | None:
    return (
        foi_request.messages.filter(direction=Direction.INCOMING, is_automatic=False, described_as="")
        .order_by("at")
        .first()
    )
