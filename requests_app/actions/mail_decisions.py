"""What staff decide about mail: a held letter filed or put away, an address put right, a failed job tried again."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import (
    AuthorityAddress,
    AuthorityState,
    Case,
    CaseKind,
    DecisionKind,
    FOIRequest,
    InboundEmail,
    InboundState,
    Message,
    NotAllowed,
    OutboundEmail,
    OutboundState,
    ReasonCode,
    Reminder,
    ReminderState,
    User,
)
from ..models.private import FileCheck
from ..queue import enqueue
from .address_cases import lock_addresses
from .cases import close_case, decide
from .deadlines import london_day
from .held import discard_held, file_held
from .recounting import FAILED, recount_one


@transaction.atomic
def file_held_letter(
    *, inbound_email_id: int, foi_request_id: int, actor: User, now: datetime, staff_note: str = ""
) -> Message:
    """Publish a held letter on a request, by a Decision. It counts from the moment it reached us."""
    row = InboundEmail.objects.get(pk=inbound_email_id)
    foi_request = FOIRequest.objects.filter(pk=foi_request_id).first()
    if foi_request is None:
        raise NotAllowed(_("There is no request with this number. Look it up and try again."))
    decision = decide(
        DecisionKind.FILE_LETTER,
        actor=actor,
        thing=row,
        reason_code=ReasonCode.HANDLED,
        now=now,
        foi_request=foi_request,
        staff_note=staff_note,
    )
    return file_held(inbound_email_id=row.pk, foi_request_id=foi_request.pk, actor=actor, now=now, decision=decision)


@transaction.atomic
def discard_held_letter(
    *, inbound_email_id: int, reason_code: str, actor: User, now: datetime, staff_note: str = ""
) -> InboundEmail:
    """Put a held letter away: it is not for publication. Its bytes are kept."""
    row = InboundEmail.objects.get(pk=inbound_email_id)
    decision = decide(
        DecisionKind.DISCARD_LETTER,
        actor=actor,
        thing=row,
        reason_code=reason_code,
        now=now,
        foi_request=row.foi_request,
        staff_note=staff_note,
    )
    return discard_held(inbound_email_id=row.pk, actor=actor, now=now, reason=reason_code, decision=decision)


@transaction.atomic
def set_request_address(*, authority_id: int, email: str, actor: User, now: datetime):
    """From now on requests to this authority go here. The earlier address stays known, with what it may publish."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotAllowed(_("Give a whole e-mail address, such as foi@council.example.")) from error
    lock_addresses(authority_id)
    addresses = AuthorityAddress.objects.filter(authority=authority_id)
    address = addresses.filter(email=email).first() or AuthorityAddress(authority_id=authority_id, email=email)
    if address.pk is None:
        address.save()
    decision = decide(DecisionKind.CORRECT_ADDRESS, actor=actor, thing=address, reason_code=ReasonCode.HANDLED, now=now)
    addresses.filter(is_request_address=True).exclude(pk=address.pk).update(is_request_address=False)
    # We write to it, so its answers are the authority's.
    address.is_request_address, address.publishes, address.undeliverable_since = True, True, None
    address.confirmed_at = now
    address.save(update_fields=["is_request_address", "publishes", "undeliverable_since", "confirmed_at"])
    authority = address.authority
    if authority.state == AuthorityState.NO_ADDRESS:
        authority.state = AuthorityState.OPEN
        authority.save(update_fields=["state"])
    return decision


@transaction.atomic
def retry_job(*, case_id: int, actor: User, now: datetime) -> Case:
    """Try a failed job again from its beginning, and close the case; another failure opens a new one."""
    case = Case.objects.select_for_update().get(pk=case_id, kind=CaseKind.FAILED_JOB)
    if case.thing_type in ("foi_request", "draft"):
        return _retry_reminders(case, actor, now)
    if case.thing_type == "inbound_email":
        tried = InboundEmail.objects.filter(pk=case.thing_id, state=InboundState.HELD).update(
            state=InboundState.RECEIVED, attempts=0, next_attempt_at=now, settled_at=None
        )
        task = "requests_app.place_inbound_email"
    elif case.thing_type == "outbound_email":
        tried = OutboundEmail.objects.filter(pk=case.thing_id, state=OutboundState.FAILED).update(
            state=OutboundState.QUEUED, attempts=0, not_before=now, lease_until=None, last_error=""
        )
        task = "requests_app.send_mail"
    elif case.thing_type == "attachment":
        tried = FileCheck.objects.filter(attachment=case.thing_id).update(
            is_read=False, attempts=0, next_attempt_at=now
        )
        task = "requests_app.check_file"
    else:
        raise NotAllowed(_("This job cannot be started from here. Close the case when it has been put right."))
    if not tried:
        raise NotAllowed(_("This job has run since, or somebody has dealt with it. You can close the case."))
    enqueue(task, case.thing_id)
    return close_case(case_id=case_id, actor=actor, now=now)


def _retry_reminders(case: Case, actor: User, now: datetime) -> Case:
    """Count a request again where that failed; and have what could not be sent, or decided, go with the next sweep.

    What is no longer true by then does not go: the sweep looks before it posts.
    """
    failed = Reminder.objects.filter(state=ReminderState.FAILED, **{case.thing_type: case.thing_id})
    tried = failed.update(state=ReminderState.PLANNED, reason="", settled_at=None)
    if case.thing_type == "foi_request":
        if case.details.get("reason") == FAILED:
            recount_one(foi_request_id=case.thing_id)
            tried += 1
        set_aside = FOIRequest.objects.filter(pk=case.thing_id, next_notice_on__gt=london_day(now))
        tried += set_aside.update(next_notice_on=london_day(now))
    if not tried:
        raise NotAllowed(_("This job has run since, or somebody has dealt with it. You can close the case."))
    return close_case(case_id=case.pk, actor=actor, now=now)
