"""The requester does not agree with what only the authority claims: both dates are shown, and our staff look."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import (
    Basis,
    CaseKind,
    ClockEvent,
    ClockObjection,
    DecisionKind,
    FOIRequest,
    NotAllowed,
    ReasonCode,
    User,
)
from ..permissions import refuse_suspended
from .cases import close_cases_about, decide, open_case
from .deadlines import CLAIMS, recompute, standing_events, take_back
from .publication import record

THING = "clock_event"


@transaction.atomic
def do_not_agree(*, foi_request_id: int, event_id: int, actor: User) -> ClockObjection:
    """The requester's button "I do not agree". Raises NotAllowed for anybody else, and for a row that is no claim."""
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    refuse_suspended(actor, "describe")
    if foi_request.requester_id != actor.pk:
        raise NotAllowed(_("Only the person who made this request can say that they do not agree."))
    event = standing_events(foi_request).filter(pk=event_id, kind__in=CLAIMS, basis=Basis.OFFICER).first()
    if event is None:
        raise NotAllowed(_("The authority does not claim this, or not any more. Look at the page again."))
    event.foi_request = foi_request
    return object_to(event=event, actor=actor)


def object_to(*, event: ClockEvent, actor: User) -> ClockObjection:
    """The same for a row that the caller has found, with its request locked. A second time changes nothing."""
    objection, is_new = ClockObjection.objects.get_or_create(clock_event=event, defaults={"by": actor})
    if is_new:
        open_case(
            CaseKind.CLOCK_DISPUTED,
            THING,
            event.pk,
            foi_request=event.foi_request,
            details={"kind": event.kind, "on": event.on.isoformat()},
        )
        record(event.foi_request, "clock_disputed", actor=actor, message=event.message, row=event.pk)
        recompute(event.foi_request)
    return objection


@transaction.atomic
def agree_after_all(*, foi_request_id: int, event_id: int, actor: User) -> None:
    """The requester takes back that they do not agree; the case ends by itself, and they may say it again.

    Raises NotAllowed for anybody else, and where nothing is disputed, or our staff have settled it.
    """
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    refuse_suspended(actor, "describe")
    if foi_request.requester_id != actor.pk:
        raise NotAllowed(_("Only the person who made this request can take this back."))
    open_ones = ClockObjection.objects.filter(clock_event__foi_request=foi_request, settled_at=None)
    objection = open_ones.filter(clock_event=event_id).select_related("clock_event__message").first()
    if objection is None:
        raise NotAllowed(_("There is nothing to take back any more. Look at the page again."))
    event = objection.clock_event
    objection.delete()
    close_cases_about(CaseKind.CLOCK_DISPUTED, THING, event.pk, actor=None, now=timezone.now())
    record(foi_request, "clock_dispute_taken_back", actor=actor, message=event.message, row=event.pk)
    recompute(foi_request)


def settle_by_agreement(*, event: ClockEvent) -> None:
    """The requester says the same as the authority after all: nothing is disputed, and the case ends by itself."""
    now = timezone.now()
    ClockObjection.objects.filter(clock_event=event, settled_at=None).update(settled_at=now)
    close_cases_about(CaseKind.CLOCK_DISPUTED, THING, event.pk, actor=None, now=now)


@transaction.atomic
def settle_dispute(*, event_id: int, stands: bool, public_wording: str, actor: User, now: datetime) -> None:
    """Our staff have looked: the authority's row stands, or it is taken back. The public reads why.

    Raises NotAllowed where the row was taken back meanwhile.
    """
    event = ClockEvent.objects.get(pk=event_id)
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=event.foi_request_id)
    if not standing_events(foi_request).filter(pk=event_id).exists():
        raise NotAllowed(_("This row was taken back already. You can close the case."))
    decision = decide(
        DecisionKind.LET_ROW_STAND if stands else DecisionKind.TAKE_BACK_ROW,
        actor=actor,
        thing=event,
        reason_code=ReasonCode.HANDLED,
        now=now,
        foi_request=foi_request,
        public_wording=public_wording,
    )
    ClockObjection.objects.filter(clock_event=event, settled_at=None).update(settled_at=now)
    event.foi_request = foi_request
    kind = "clock_confirmed" if stands else "clock_row_taken_back"
    record(foi_request, kind, at=now, message=event.message, decision=decision, row=event.pk, row_kind=event.kind)
    if stands:
        recompute(foi_request)
    else:
        take_back(event=event, basis=Basis.STAFF, actor=actor, words=public_wording)
    close_cases_about(CaseKind.CLOCK_DISPUTED, THING, event.pk, actor=actor, now=now, decision=decision)
