"""What a letter was, and what the answer was, by whose word. Both sides' words are kept."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import (
    Description,
    Direction,
    FOIRequest,
    Message,
    NotAllowed,
    Outcome,
    OutcomeSaid,
    Side,
    Status,
    User,
)
from ..permissions import describable_by, refuse_suspended
from .deadlines import london_day, set_next_notice, waits_for
from .estimates import MORE_TIME, refuse_estimate
from .letter_effects import note_what_it_does
from .publication import record, touch
from .receipt import open_question


@transaction.atomic
def describe_letter(
    *,
    message_id: int,
    described_as: str,
    side: str,
    actor: User | None,
    now: datetime,
    outcome: str | None = None,
    until: date | None = None,
) -> Message:
    """Say what one of the authority's letters was; for an answer, also what came of it.

    ``until``: for a letter that asks for more time, the day by which the authority expects to answer, if it says.

    Saying something else later takes the earlier word back. "Responded" is the day the letter reached us,
    whenever it is described. Raises NotAllowed where it is not this person's to say.
    """
    message = Message.objects.select_related("foi_request").get(pk=message_id)
    foi_request = FOIRequest.objects.select_for_update().get(pk=message.foi_request_id)
    if actor is not None:
        refuse_suspended(actor, "describe")
        if side == Side.REQUESTER and foi_request.requester_id != actor.pk:
            raise NotAllowed(_("Only the person who made this request can say what its answer was."))
        if side == Side.READER and not Message.objects.filter(describable_by(actor, now=now), pk=message_id).exists():
            raise NotAllowed(_("What this letter was is for the two sides to say, or has been said. Reload the page."))
    message.foi_request = foi_request
    describe_locked(
        foi_request=foi_request,
        message=message,
        described_as=described_as,
        outcome=outcome,
        side=side,
        actor=actor,
        now=now,
        until=until,
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
    until: date | None = None,
) -> None:
    """The same for a request that the caller has locked."""
    if message.direction != Direction.INCOMING:
        raise NotAllowed(_("Only a letter from the authority can be described."))
    if described_as not in Description.values:
        raise NotAllowed(_("Say what the letter was: choose one of the answers."))
    if (described_as == Description.ANSWER) != bool(outcome) or (outcome and outcome not in Outcome.values):
        raise NotAllowed(_("Say what came of the answer: choose one of the outcomes."))
    until = until if described_as in MORE_TIME else None
    refuse_estimate(until, on=london_day(message.at))
    # A reader's word stands until one of the two sides says what the letter was.
    OutcomeSaid.objects.standing().filter(message=message, side__in={side, Side.READER}).update(taken_back_at=now)
    message.described_as, message.described_at, message.described_by = described_as, now, actor
    message.save(update_fields=["described_as", "described_at", "described_by"])
    if described_as == Description.ANSWER:
        OutcomeSaid.objects.create(
            foi_request=foi_request, message=message, side=side, outcome=outcome, said_by=actor, said_at=now
        )
    note_what_it_does(foi_request=foi_request, message=message, side=side, actor=actor, until=until)
    _move_after(foi_request, message)
    waiting = oldest_undescribed(foi_request)
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
        until=until.isoformat() if until else None,
    )
    touch(foi_request)


def _move_after(foi_request: FOIRequest, message: Message) -> None:
    """Where the request stands after what was said of a letter, which may be an old one."""
    said = OutcomeSaid.objects.standing().filter(foi_request=foi_request)
    if message.described_as == Description.ANSWER:
        foi_request.move_to(Status.ANSWERED)
    elif message.described_as == Description.CLARIFICATION and not _was_overtaken(foi_request, message):
        foi_request.move_to(Status.AWAITING_CLARIFICATION)
    elif foi_request.status == Status.ANSWERED and not said.exists():
        foi_request.move_to(waits_for(foi_request))
    elif foi_request.status == Status.AWAITING_CLARIFICATION and open_question(foi_request) is None:
        foi_request.move_to(waits_for(foi_request))


def _was_overtaken(foi_request: FOIRequest, message: Message) -> bool:
    """Whether the question was replied to already, or an answer came with it or after it."""
    later = Message.objects.filter(foi_request=foi_request, direction=Direction.OUTGOING, at__gt=message.at)
    answered = OutcomeSaid.objects.standing().filter(foi_request=foi_request, message__at__gte=message.at)
    return later.exists() or answered.exists()


def oldest_undescribed(foi_request: FOIRequest) -> Message | None:
    """The first letter of the authority's that nobody has said anything about; None where there is none."""
    return (
        foi_request.messages.filter(direction=Direction.INCOMING, is_automatic=False, described_as="")
        .order_by("at")
        .first()
    )
