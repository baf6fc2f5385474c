"""What a letter's fate means for its request: accepted starts the clock, refused or returned makes a case."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..mail import compose
from ..models import (
    CaseKind,
    Evidence,
    FOIRequest,
    Message,
    NotAllowed,
    OutboundEmail,
    OutboundState,
)
from . import address_cases, receipt
from .cases import open_case
from .deadlines import london_day
from .publication import record, touch

# A letter that has been refused for so long becomes a case, though it is still tried.
CASE_AFTER = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(minutes=1)


def locked_request_of(row: OutboundEmail) -> FOIRequest | None:
    """The request that this row belongs to, locked; None for mail that belongs to none."""
    if row.foi_request_id is None:
        return None
    return FOIRequest.objects.select_for_update(of=("self",)).get(pk=row.foi_request_id)


def carries_letter(row: OutboundEmail) -> bool:
    """Whether this row is a requester's own letter, not a notice about one."""
    return row.message is not None and row.template in compose.LETTER_TEMPLATES


def note_acceptance(row: OutboundEmail, foi_request: FOIRequest, *, now: datetime) -> None:
    """The mail server has taken the letter. What that says of its arrival, and from when, ``receipt`` knows.

    The caller holds the request's lock.
    """
    if not carries_letter(row):
        _close_where_well(row, foi_request, now)
        return
    record(foi_request, "handed_over", at=now, message=row.message, maybe_twice=row.maybe_twice)
    evidence = receipt.by_acceptance(row)
    if evidence == Evidence.MX:
        receipt.note_best_word(row, evidence=evidence, at=now)
    if receipt.may_be_dated(row, foi_request, evidence=evidence):
        receipt.note_arrival(foi_request=foi_request, sending=row, on=london_day(now), evidence=evidence)
    _close_where_well(row, foi_request, now)
    touch(foi_request)


def note_failure(row: OutboundEmail, foi_request: FOIRequest | None, *, final: bool, ours: bool, now: datetime) -> None:
    """A try did not leave; ``final``: there will be no other. Mail to people makes a case only by our own fault."""
    letter = carries_letter(row)
    to_authority = _is_to_authority(row, foi_request)
    long = now - row.created_at > CASE_AFTER + timedelta(minutes=settings.TAKE_BACK_MINUTES)
    if final and ours:
        open_case(CaseKind.FAILED_JOB, "outbound_email", row.pk, foi_request=foi_request, urgent=letter, now=now)
    elif to_authority and (final or long):
        address_cases.open_about(row, foi_request, urgent=letter, now=now)
    if to_authority and final and not (ours or letter):
        address_cases.addresses_of(row, foi_request).update(undeliverable_since=now)
    if letter and foi_request is not None:
        if final:
            _tell_failed(row, foi_request, now)
        touch(foi_request)


def _is_to_authority(row: OutboundEmail, foi_request: FOIRequest | None) -> bool:
    """Whether this is mail to an authority: about one request, or the one mail a day that is about several."""
    if row.to_user_id is not None:
        return False
    return foi_request is not None or address_cases.addresses_of(row, None).exists()


def _close_where_well(row: OutboundEmail, foi_request: FOIRequest | None, now: datetime) -> None:
    """Mail got through, or failed elsewhere: perhaps nothing is left to do about an address of this authority."""
    if row.to_user_id is None:
        authority_id = foi_request.authority_id if foi_request is not None else None
        address_cases.close_where_well(authority_id=authority_id, email=row.to_address, now=now)


@transaction.atomic
def note_bounce(*, outbound_id: int, reason: str, now: datetime, permanent: bool = True) -> None:
    """A letter that had been accepted came back for good. Once per letter; a second report changes nothing.

    A letter that came back did not arrive: its row of the ledger is taken back. One that arrived, as our provider
    says, after ``now`` did not come back: providers tell what happened in any order. The address stays in use where the
    cause passes (not ``permanent``), as a full mailbox does.
    """
    row = OutboundEmail.objects.select_related("message").get(pk=outbound_id)
    foi_request = locked_request_of(row)
    row = OutboundEmail.objects.select_for_update(of=("self",)).select_related("message").get(pk=outbound_id)
    if row.bounced_at is not None or _arrived_after(row, now):
        return
    row.bounced_at, row.bounce_reason = now, reason[:500]
    row.save(update_fields=["bounced_at", "bounce_reason"])
    if not _is_to_authority(row, foi_request):
        return
    letter = carries_letter(row)
    address_cases.open_about(row, foi_request, urgent=letter, now=now)
    if permanent:
        address_cases.addresses_of(row, foi_request).update(undeliverable_since=now)
    if letter:
        receipt.take_back_arrival(foi_request=foi_request, sending=row)
        _tell_failed(row, foi_request, now)
        touch(foi_request)
    _close_where_well(row, foi_request, now)


def _arrived_after(row: OutboundEmail, at: datetime) -> bool:
    """Whether our provider has seen it arrive later than this moment. Two clocks are compared, so by a minute."""
    return row.delivered_by == Evidence.PROVIDER and row.delivered_at > at + CLOCKS_DIFFER


@transaction.atomic
def note_arrival_after_all(*, outbound_id: int, at: datetime) -> bool:
    """Our provider saw a letter arrive later than it had told us that it failed: it counts as never come back.

    Whether that was so. The address is in use again, if it was this failure that ended its use.
    """
    row = OutboundEmail.objects.get(pk=outbound_id)
    foi_request = locked_request_of(row)
    row = OutboundEmail.objects.select_for_update(of=("self",)).select_related("message").get(pk=outbound_id)
    if row.bounced_at is None or at <= row.bounced_at:
        return False
    if row.to_user_id is None:
        ended = address_cases.addresses_of(row, foi_request).filter(undeliverable_since=row.bounced_at)
        ended.update(undeliverable_since=None)
    row.bounced_at, row.bounce_reason = None, ""
    row.save(update_fields=["bounced_at", "bounce_reason"])
    if foi_request is not None:
        touch(foi_request)
    return True


@transaction.atomic
def note_delay(*, outbound_id: int, reason: str, at: datetime) -> None:
    """The recipient's server has put a letter off and is asked again. Better word, or worse, came before: nothing."""
    row = OutboundEmail.objects.get(pk=outbound_id)
    foi_request = locked_request_of(row)
    row = OutboundEmail.objects.select_for_update(of=("self",)).select_related("message").get(pk=outbound_id)
    if row.bounced_at or row.delivered_by or (row.delayed_at and row.delayed_at >= at):
        return
    row.delayed_at, row.delay_reason = at, reason[:500]
    row.save(update_fields=["delayed_at", "delay_reason"])
    if carries_letter(row):
        touch(foi_request)


@transaction.atomic
def send_again(*, message_id: int, now: datetime) -> OutboundEmail | None:
    """Send a letter that failed or came back once more, to the address that the authority has now.

    So also one that arrived where nobody reads it, once the authority has another address. Raises NotAllowed
    while an earlier try is waiting, or stands as sent to this very address.
    """
    message = Message.objects.select_related("foi_request__authority").get(pk=message_id)
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=message.foi_request_id)
    tries = OutboundEmail.objects.filter(message=message, template__in=compose.LETTER_TEMPLATES)
    if tries.filter(state__in=[OutboundState.QUEUED, OutboundState.SENDING]).exists():
        raise NotAllowed(_("This letter is waiting to leave. It is tried again by itself."))
    to = message.foi_request.authority.addresses.filter(is_request_address=True).values_list("email", flat=True).first()
    arrived = tries.filter(state=OutboundState.SENT, bounced_at=None)
    if (arrived.filter(to_address__iexact=to) if to else arrived).exists():
        raise NotAllowed(_("This letter has been sent and has not come back, so it is not sent twice."))
    again = compose.post_letter(message, not_before=now)
    touch(foi_request)
    return again


def _tell_failed(row: OutboundEmail, foi_request: FOIRequest, now: datetime) -> None:
    record(foi_request, "not_delivered", at=now, message=row.message)
    compose.post("undeliverable", to=foi_request.requester, foi_request=foi_request)
