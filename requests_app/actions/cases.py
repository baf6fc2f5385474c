"""What waits for a person, and the Decision that ends its waiting."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Case, CaseKind, Decision, DecisionKind, DecisionNote, FOIRequest, NotAllowed, ReasonCode, User


def decide(
    kind: str,
    *,
    actor: User,
    thing: object,
    reason_code: str,
    now: datetime,
    foi_request: FOIRequest | None = None,
    public_wording: str = "",
    staff_note: str = "",
    from_all: bool = False,
) -> Decision:
    """Write down one act of moderation: who, what, when and why; its words lie in an erasable note.

    Raises NotAllowed where the reason is not one of ours.
    """
    if reason_code not in ReasonCode.values:
        raise NotAllowed(_("Choose a reason from the list."))
    decision = Decision.objects.create(
        kind=DecisionKind(kind),
        actor=actor,
        reason_code=reason_code,
        at=now,
        foi_request=foi_request,
        thing_type=thing_type_of(thing),
        thing_id=thing.pk,
        from_all=from_all,
    )
    DecisionNote.objects.create(decision=decision, public_wording=public_wording, staff_note=staff_note)
    return decision


def thing_type_of(thing: object) -> str:
    """The name a row goes by in cases and decisions: ``foi_request``, ``message``, ``inbound_email``, …"""
    names = {"foirequest": "foi_request", "inboundemail": "inbound_email", "outboundemail": "outbound_email"}
    name = thing._meta.model_name
    names |= {"sitemessage": "site_message", "authorityaddress": "authority_address", "bankholiday": "bank_holiday"}
    names |= {"clockevent": "clock_event", "redactionrule": "redaction_rule"}
    return names.get(name, name)


def open_case(
    kind: str,
    thing_type: str,
    thing_id: int,
    *,
    foi_request: FOIRequest | None = None,
    urgent: bool = False,
    details: dict | None = None,
    now: datetime | None = None,
) -> Case:
    """Put something into the one list at ``/moderation/``; gives back the open case.

    There is one open case per kind and thing: a second call finds the first. It becomes urgent if this
    call says so, and takes over what ``details`` (codes, ids and dates only) says anew.
    """
    fields = {"foi_request": foi_request, "urgent": urgent, "details": details or {}}
    if now is not None:
        fields["opened_at"] = now
    case, is_new = Case.objects.open().get_or_create(
        kind=CaseKind(kind), thing_type=thing_type, thing_id=thing_id, defaults={**fields, "closed_at": None}
    )
    if not is_new and (urgent > case.urgent or details):
        case.urgent = case.urgent or urgent
        case.details = {**case.details, **(details or {})}
        case.save(update_fields=["urgent", "details"])
    return case


@transaction.atomic
def close_case(
    *,
    case_id: int,
    actor: User | None,
    now: datetime,
    decision: Decision | None = None,
    reason_code: str = ReasonCode.HANDLED,
    staff_note: str = "",
) -> Case:
    """End a case. ``decision`` is what settled it; without one a Decision of its own is written.

    ``actor`` None: it settled itself (a link was used), and no Decision is written. A case that is
    closed already stays as it was.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.closed_at is not None:
        return case
    if decision is None and actor is not None:
        decision = decide(
            DecisionKind.CLOSE_CASE,
            actor=actor,
            thing=case,
            reason_code=reason_code,
            now=now,
            foi_request=case.foi_request,
            staff_note=staff_note,
        )
    case.closed_at = now
    case.closed_by = decision
    case.save(update_fields=["closed_at", "closed_by"])
    return case


def close_cases_about(
    kind: str, thing_type: str, thing_id: int, *, actor: User | None, now: datetime, decision: Decision | None = None
) -> int:
    """End the open case of this kind about this thing, if there is one. Returns how many ended."""
    open_ones = Case.objects.open().filter(kind=kind, thing_type=thing_type, thing_id=thing_id)
    numbers = list(open_ones.values_list("pk", flat=True))
    for number in numbers:
        close_case(case_id=number, actor=actor, now=now, decision=decision)
    return len(numbers)


def take_case(*, case_id: int, owner: User | None) -> Case:
    """Say who looks after a case; None gives it back to everybody."""
    case = Case.objects.get(pk=case_id)
    case.owner = owner
    case.save(update_fields=["owner"])
    return case
