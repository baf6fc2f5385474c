"""On what evidence a letter counts as having arrived, and from which day.

Best first: the mail provider's word that it was delivered, a delivery report that came back, the authority's own
mail server taking it. Where none can be had, a letter that our mail server took and that has not come back within
``RECEIPT_WAIT_HOURS`` counts from the day it left, as presumed. The web inbox counts only where mail failed.
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from ..law import clock
from ..law.regimes import REGIMES
from ..mail.compose import LETTER_TEMPLATES
from ..models import (
    Basis,
    CaseKind,
    ClockEvent,
    Direction,
    Evidence,
    FOIRequest,
    Message,
    MessageKind,
    OutboundEmail,
    OutboundState,
    User,
)
from .address_cases import close_where_well
from .cases import open_case
from .deadlines import has_clock, london_day, note, note_receipt, replace_row, standing_events, take_back
from .publication import record

logger = logging.getLogger(__name__)
BEST_FIRST = (Evidence.PROVIDER, Evidence.DSN, Evidence.MX, Evidence.RELAY)
# What the arrival of a letter is to the clock, by the letter's kind.
ARRIVALS = {
    MessageKind.REQUEST: clock.RECEIVED,
    MessageKind.FOLLOW_UP: clock.CLARIFICATION_SUPPLIED,
    MessageKind.INTERNAL_REVIEW: clock.REVIEW_REQUESTED,
}
# Requests looked at in one go of the sweep.
BATCH = 200


def note_arrival(*, foi_request: FOIRequest, sending: OutboundEmail, on: date, evidence: str) -> None:
    """One sending of a letter reached the authority on ``on``, as ``evidence`` says. The caller holds the lock.

    The same letter sent again to the same address never restarts the clock; to another address a first letter
    counts from there (FOIA 2000 s.10(6); the fold lets a later receipt replace an earlier one). Better evidence
    replaces the presumption by a row of its own. A follow-up counts only where a question is open.
    """
    kind = ARRIVALS.get(sending.message.kind)
    if kind is None or sending.bounced_at is not None:
        return
    rows = standing_events(foi_request).filter(kind=kind).select_related("outbound_email", "message")
    earlier = rows.filter(message=sending.message).order_by("on", "pk").last()
    if earlier is not None and _is_same_way(earlier, sending):
        earlier.foi_request = foi_request
        if _is_better(evidence, earlier.evidence) and not _is_built_upon(earlier, on):
            replace_row(event=earlier, on=on, evidence=evidence, basis=Basis.DELIVERY, outbound_email=sending)
        return
    if not _counts(foi_request, kind, rows, earlier, on):
        return
    note(
        foi_request=foi_request,
        kind=kind,
        on=on,
        basis=Basis.PRESUMED if evidence == Evidence.RELAY else Basis.DELIVERY,
        evidence=evidence,
        message=sending.message,
        outbound_email=sending,
    )


def _is_same_way(earlier: ClockEvent, sending: OutboundEmail) -> bool:
    """Whether the earlier row is about this address. A row that names no sending is about no other one."""
    before = earlier.outbound_email
    return before is None or before.to_address.lower() == sending.to_address.lower()


def _is_better(evidence: str, than: str) -> bool:
    return than in BEST_FIRST and BEST_FIRST.index(evidence) < BEST_FIRST.index(than)


def _is_built_upon(event: ClockEvent, on: date) -> bool:
    """Whether something came after it that a row of day ``on`` would undo: the ledger is read in order of day."""
    later = Q(on__gt=event.on) | Q(on=event.on, pk__gt=event.pk)
    others = standing_events(event.foi_request).exclude(pk=event.pk).exclude(kind=clock.SCHOOL_CLOSED)
    return others.filter(later, on__lte=on).exists()


def _counts(foi_request: FOIRequest, kind: str, rows, earlier: ClockEvent | None, on: date) -> bool:
    """Whether an arrival that is not noted yet has an effect of its own."""
    if kind == clock.RECEIVED:
        # Anything but this letter's own delivery (an answer, the inbox, staff) says that they have it already.
        return earlier is not None or not rows.exists()
    if kind == clock.REVIEW_REQUESTED:
        return earlier is None
    question = open_question(foi_request)
    return earlier is None and question is not None and on >= question.on


def open_question(foi_request: FOIRequest) -> ClockEvent | None:
    """The question back that nobody has replied to, as the ledger has it; None where none is open."""
    kinds = [clock.CLARIFICATION_REQUESTED, clock.CLARIFICATION_SUPPLIED]
    last = standing_events(foi_request).filter(kind__in=kinds).order_by("on", "id").last()
    return last if last is not None and last.kind == clock.CLARIFICATION_REQUESTED else None


def note_reply_before(*, foi_request: FOIRequest, reply: Message) -> None:
    """A reply that was sent before anybody said that its question was one. FOIA 2000 s.1(3), s.10(6)(b)."""
    sending = reply.outbound_emails.filter(accepted_at__isnull=False, bounced_at=None).order_by("pk").first()
    if sending is not None:
        sending.message = reply
        on, evidence = london_day(sending.accepted_at), by_acceptance(sending)
        note_arrival(foi_request=foi_request, sending=sending, on=on, evidence=evidence)
    elif foi_request.is_imported and open_question(foi_request):
        note(
            foi_request=foi_request,
            kind=clock.CLARIFICATION_SUPPLIED,
            on=london_day(reply.at),
            basis=Basis.IMPORTED,
            evidence=Evidence.LETTER,
            message=reply,
        )


def by_acceptance(sending: OutboundEmail) -> str:
    """What it is worth that the mail server took a letter: with direct delivery that server is the authority's own."""
    answered_250 = sending.server_reply[:1] == "2" and sending.server_reply[3:4] == " "
    return Evidence.MX if settings.EMAIL_DELIVERS_DIRECTLY and answered_250 else Evidence.RELAY


def may_be_dated(sending: OutboundEmail, foi_request: FOIRequest, *, evidence: str) -> bool:
    """Whether acceptance counts at once: a first letter that our own relay took may still come back."""
    waits = sending.message.kind == MessageKind.REQUEST and evidence == Evidence.RELAY
    if not waits or not settings.RECEIPT_WAIT_HOURS:
        return True
    # Sent anew to another address: a date stands already, and this one is later.
    return standing_events(foi_request).filter(kind=clock.RECEIVED).exists()


@transaction.atomic
def note_delivered(*, outbound_id: int, evidence: str, at: datetime, server: str = "", anew: bool = False) -> None:
    """Word came that a letter reached the authority's mail system at ``at``. Twice the same word is said once.

    ``server``: which server took it, where the word names one. ``anew``: it had come back, as was said before.
    """
    row = OutboundEmail.objects.select_related("message").get(pk=outbound_id)
    if row.foi_request_id is None or row.message is None or row.template not in LETTER_TEMPLATES:
        return
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=row.foi_request_id)
    row = OutboundEmail.objects.select_related("message").get(pk=outbound_id)
    said = foi_request.events.filter(
        kind="delivered", message=row.message, data__sending=row.pk, data__evidence=str(evidence)
    )
    if row.bounced_at is not None or (not anew and said.exists()):
        return
    if anew:  # what was known of it before was taken back
        row.delivered_by = ""
    on = max(london_day(at), london_day(row.accepted_at)) if row.accepted_at else london_day(at)
    record(
        foi_request,
        "delivered",
        at=max(at, row.accepted_at) if row.accepted_at else at,
        message=row.message,
        evidence=str(evidence),
        sending=row.pk,
    )
    note_best_word(row, evidence=evidence, at=max(at, row.accepted_at) if row.accepted_at else at, server=server)
    note_arrival(foi_request=foi_request, sending=row, on=on, evidence=evidence)
    close_where_well(authority_id=foi_request.authority_id, email=row.to_address, now=at)


def note_best_word(row: OutboundEmail, *, evidence: str, at: datetime, server: str = "") -> None:
    """Keep the best word on a letter's arrival beside its sending, for the line under it on the page."""
    if row.delivered_by and not _is_better(evidence, row.delivered_by):
        return
    row.delivered_by, row.delivered_at, row.delivered_to = evidence, at, server[:255]
    row.save(update_fields=["delivered_by", "delivered_at", "delivered_to"])


def take_back_arrival(*, foi_request: FOIRequest, sending: OutboundEmail) -> None:
    """The letter came back after all: what was noted of its arrival is undone.

    Unless the authority has written since: it had the letter, whatever the report says. The caller holds the lock.
    """
    if foi_request.messages.filter(direction=Direction.INCOMING, at__gt=sending.message.at).exists():
        return
    rows = standing_events(foi_request).filter(kind__in=ARRIVALS.values(), message=sending.message)
    for event in rows.filter(Q(outbound_email=sending) | Q(outbound_email=None)):
        event.foi_request = foi_request
        take_back(event=event, basis=Basis.DELIVERY)


def note_receipt_by_answer(*, foi_request: FOIRequest, message: Message, basis: str, actor: User | None = None) -> None:
    """Who answers has the request, whatever became of the record of its delivery. The caller holds the lock.

    It counts from the day on which the request left, where that is known and nothing came back.
    """
    if foi_request.received_on is not None or not has_clock(foi_request.regime):
        return
    on = london_day(message.at)
    left = _sendings().filter(message__foi_request=foi_request).order_by("accepted_at").first()
    note_receipt(
        foi_request=foi_request,
        on=min(on, london_day(left.accepted_at)) if left else on,
        basis=basis,
        evidence=Evidence.LETTER,
        message=message,
        actor=actor,
    )


@transaction.atomic
def note_opened(*, foi_request_id: int, officer: User, now: datetime) -> bool:
    """A named officer opened a request in the web inbox: evidence of receipt where mail failed, and only there."""
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    if foi_request.received_on is not None or foi_request.is_imported or not has_clock(foi_request.regime):
        return False
    tries = OutboundEmail.objects.filter(
        message__foi_request=foi_request, message__kind=MessageKind.REQUEST, template__in=LETTER_TEMPLATES
    )
    failed = Q(state=OutboundState.FAILED) | Q(bounced_at__isnull=False)
    under_way = tries.exclude(failed).exclude(state=OutboundState.CANCELLED)
    if not tries.filter(failed).exists() or under_way.exists():
        return False
    note(
        foi_request=foi_request,
        kind=clock.RECEIVED,
        on=london_day(now),
        basis=Basis.OFFICER,
        evidence=Evidence.INBOX,
        actor=officer,
    )
    return True


# ---- the sweep ----


def _sendings():
    """First letters that left and have not come back, but for those that our staff say did not arrive.

    Rows from before the ledger kept the sending name only the letter: they deny what had left by then.
    """
    before = Q(
        outbound_email=None, message=OuterRef("message"), taken_back_by__recorded_at__gte=OuterRef("accepted_at")
    )
    denied = ClockEvent.objects.filter(
        Q(outbound_email=OuterRef("pk")) | before, kind=clock.RECEIVED, taken_back_by__basis=Basis.STAFF
    )
    return OutboundEmail.objects.filter(
        ~Exists(denied),
        message__kind=MessageKind.REQUEST,
        template__in=LETTER_TEMPLATES,
        state=OutboundState.SENT,
        bounced_at=None,
        accepted_at__isnull=False,
    )


def waiting_for_receipt(*, now: datetime):
    """Requests whose letter left long enough ago to be presumed received."""
    left_by = now - timedelta(hours=settings.RECEIPT_WAIT_HOURS)
    sent = _sendings().filter(message__foi_request=OuterRef("pk"), accepted_at__lte=left_by)
    return FOIRequest.objects.filter(Exists(sent), received_on=None, is_imported=False, regime__in=REGIMES)


def presume_receipts(*, now: datetime) -> int:
    """The sweep: date what has not come back to the day it left. Returns how many; safe to run twice.

    Each request is a transaction of its own, so that one that fails harms no other; it is tried again next time.
    """
    noted, last = 0, 0
    while numbers := list(
        waiting_for_receipt(now=now).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        last = numbers[-1]
        for number in numbers:
            try:
                noted += _presume(number, now)
            except Exception:
                logger.exception("the receipt of request %s could not be noted", number)
                open_case(CaseKind.FAILED_JOB, "foi_request", number, now=now, details={"reason": "receipt"})
    return noted


@transaction.atomic
def _presume(number: int, now: datetime) -> bool:
    foi_request = FOIRequest.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=number).first()
    if foi_request is None or not waiting_for_receipt(now=now).filter(pk=number).exists():
        return False
    sending = (
        _sendings().filter(message__foi_request=number).select_related("message").order_by("accepted_at", "pk").first()
    )
    note_arrival(foi_request=foi_request, sending=sending, on=london_day(sending.accepted_at), evidence=Evidence.RELAY)
    return True
