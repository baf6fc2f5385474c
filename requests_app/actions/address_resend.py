"""An authority's address put right with one press: every letter that did not arrive there goes again, none twice."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..mail.address_health import answered_since, not_arrived, stuck_at
from ..mail.compose import LETTER_TEMPLATES
from ..models import AuthorityAddress, Case, CaseKind, NotAllowed, OutboundEmail, OutboundState, Sanction, Status, User
from .address_cases import THING, close_where_well
from .mail_decisions import set_request_address
from .undelivered import locked_request_of, send_again

# So many letters go with one press; the page offers the rest.
AT_ONCE = 200
WITHDRAWN, ANSWERED, SUSPENDED, IMPORTED, UNDER_WAY = "withdrawn", "answered", "suspended", "imported", "under_way"
# What stands in `last_error` of a letter that was waiting for a dead address when another one was given.
MOVED = "moved to the authority's new address"


@dataclass
class Resent:
    """``sent``: the new rows of the outbox. ``kept``: the letters that did not go, by their number, with why."""

    sent: list[OutboundEmail] = field(default_factory=list)
    kept: dict[int, str] = field(default_factory=dict)
    more: int = 0


def correct_address_and_resend(*, case_id: int, email: str, actor: User, now: datetime) -> Resent:
    """Give the authority this request address, and send again each letter that did not arrive at the case's address.

    The same address again is allowed: it may work now. What waits to be tried again goes to the new address instead.
    Each letter is a transaction of its own, by the rules of ``send_again``; one that may not go stays with its reason.
    What was done is kept with the case, which closes by itself when all have arrived. Raises NotAllowed for an address
    that is none, or a case that is closed; then nothing has changed.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case_id, kind=CaseKind.UNDELIVERABLE, thing_type=THING)
        if case.closed_at is not None:
            raise NotAllowed(_("This case is closed: all letters have arrived, or somebody has dealt with it."))
        failing = AuthorityAddress.objects.get(pk=case.thing_id)
    set_request_address(authority_id=failing.authority_id, email=email, actor=actor, now=now)
    done = Resent()
    rows = not_arrived(failing).annotate(answered=answered_since()).select_related("foi_request", "message")
    failed = list(rows.order_by("pk")[: AT_ONCE + 1])
    for row in failed[:AT_ONCE]:
        _send_one(row, done, now)
    stuck = stuck_at(failing).filter(template__in=LETTER_TEMPLATES, message__isnull=False).order_by("pk")
    is_new = failing.email != email.strip().lower()
    for row in stuck[:AT_ONCE]:
        if is_new:
            _move_one(row, done, now)
        else:
            done.kept[row.message_id] = UNDER_WAY
    done.more = len(failed) > AT_ONCE
    _keep(case_id, done, now)
    close_where_well(authority_id=failing.authority_id, email=failing.email, now=now)
    return done


def _send_one(row: OutboundEmail, done: Resent, now: datetime) -> None:
    why = _why_not(row)
    if not why:
        try:
            again = send_again(message_id=row.message_id, now=now)
        except NotAllowed:  # somebody else has sent it a moment ago
            why = UNDER_WAY
        else:
            why = "" if again else IMPORTED
    if why:
        done.kept[row.message_id] = why
    else:
        done.sent.append(again)


def _why_not(row: OutboundEmail) -> str:
    """Why this letter does not go again; empty where it does. ``answered`` is annotated."""
    if row.foi_request.status == Status.WITHDRAWN:
        return WITHDRAWN
    if row.answered:
        return ANSWERED
    if row.message.author_id and Sanction.objects.active().filter(user=row.message.author_id).exists():
        return SUSPENDED
    return ""


def _move_one(row: OutboundEmail, done: Resent, now: datetime) -> None:
    """Stop a letter that waits for its next try, and send it to the new address; one that is leaving now stays."""
    with transaction.atomic():
        locked_request_of(row)
        waits = OutboundEmail.objects.filter(pk=row.pk, state=OutboundState.QUEUED)
        if not waits.update(state=OutboundState.CANCELLED, lease_until=None, last_error=MOVED):
            done.kept[row.message_id] = UNDER_WAY
            return
        again = send_again(message_id=row.message_id, now=now)
    done.sent.append(again)


@transaction.atomic
def _keep(case_id: int, done: Resent, now: datetime) -> None:
    case = Case.objects.select_for_update().get(pk=case_id)
    case.details = {
        **case.details,
        "resent_at": now.isoformat(),
        "resent": [row.pk for row in done.sent],
        "kept": {str(number): why for number, why in done.kept.items()},
        "more": bool(done.more),
    }
    case.save(update_fields=["details"])
