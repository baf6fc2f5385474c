"""A letter that has not left yet is taken back: it becomes its writer's draft again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import (
    Description,
    Direction,
    FOIRequest,
    Message,
    MessageKind,
    NotAllowed,
    OutboundEmail,
    OutboundState,
    Prominence,
    ReasonCode,
    Status,
    User,
)
from ..models.private import Draft
from .concealment import hide
from .deadlines import set_next_notice
from .drafting import save_draft
from .publication import record, touch

TAKEN_BACK = "taken back by its writer"


def letter_to_take_back(foi_request: FOIRequest) -> Message | None:
    """The newest letter of this request that still waits in the outbox; None where all have left."""
    waiting = OutboundEmail.objects.filter(
        foi_request=foi_request, message__direction=Direction.OUTGOING, state=OutboundState.QUEUED, attempts=0
    )
    row = waiting.select_related("message").order_by("-pk").first()
    return row.message if row else None


@transaction.atomic
def take_back_letter(*, message_id: int, actor: User, now: datetime) -> Draft:
    """Stop a letter that has not left, hide it from the public, and keep its words as a draft.

    A first letter takes its request with it. Raises NotAllowed for anybody but its writer, and once it has
    left: then only "I no longer need it" is open.
    """
    message = Message.objects.select_related("foi_request").get(pk=message_id)
    foi_request = FOIRequest.objects.select_for_update().get(pk=message.foi_request_id)
    if message.author_id != actor.pk or message.direction != Direction.OUTGOING:
        raise NotAllowed(_("Only its writer can take a letter back."))
    stopped = (
        OutboundEmail.objects.select_for_update()
        .filter(message=message, state=OutboundState.QUEUED, attempts=0)
        .first()
    )
    if stopped is None:
        raise NotAllowed(_("This letter has left already, so it cannot be taken back."))
    stopped.state, stopped.last_error = OutboundState.CANCELLED, TAKEN_BACK
    stopped.save(update_fields=["state", "last_error"])
    first = message.kind == MessageKind.REQUEST
    draft = save_draft(
        user=actor,
        cookie_hash="",
        body=message.body,
        now=now,
        title=foi_request.title_as_written if first else "",
        authority_id=foi_request.authority_id if first else None,
        foi_request_id=None if first else foi_request.pk,
        kind=MessageKind.FOLLOW_UP if message.kind == MessageKind.WITHDRAWAL else message.kind,
        anew=True,
    )
    foi_request.status = Status.WITHDRAWN if first else _status_without(foi_request, message)
    set_next_notice(foi_request)
    foi_request.save(update_fields=["status", "next_notice_on"])
    thing = foi_request if first else message
    if thing.prominence == Prominence.PUBLIC:  # what staff have hidden stays as they hid it
        hide(
            thing=thing,
            reason_code=ReasonCode.OWN_WISH,
            public_wording=_("The writer took this letter back before it was sent."),
            from_all=False,
            actor=actor,
            now=now,
        )
    record(foi_request, "letter_taken_back", actor=actor, message=message)
    touch(foi_request)
    return draft


def _status_without(foi_request: FOIRequest, message: Message) -> str:
    """Where the request stood before this letter."""
    if message.kind not in (MessageKind.FOLLOW_UP, MessageKind.INTERNAL_REVIEW, MessageKind.WITHDRAWAL):
        return foi_request.status
    last = (
        foi_request.messages.filter(direction=Direction.INCOMING, is_automatic=False).exclude(described_as="")
        .order_by("-at", "-pk")
        .first()
    )  # fmt: skip
    if last is not None and last.described_as == Description.CLARIFICATION and last.at < message.at:
        return Status.AWAITING_CLARIFICATION
    if foi_request.outcomes_said.standing().exists():
        return Status.ANSWERED
    return Status.AWAITING_RESPONSE
