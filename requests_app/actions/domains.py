"""A whole mail domain of an authority: opened at the request of whoever leads there, and closed again, by Decisions."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..mail.route import held_of_domain
from ..mail.shared_domains import WHY_NOT, why_not
from ..models import (
    Authority,
    AuthorityDomain,
    CaseKind,
    DecisionKind,
    InboundEmail,
    InboundState,
    NotAllowed,
    ReasonCode,
    User,
)
from ..queue import enqueue
from .cases import close_cases_about, decide


@transaction.atomic
def open_domain(*, authority_id: int, domain: str, asked_by: str, actor: User, now: datetime) -> AuthorityDomain:
    """From now on each address of exactly this domain publishes for this authority, unless it said no to one.

    ``asked_by``: who at the authority asked for it, and how; kept in the Decision's note. What is held from the
    domain for a word about its sender is placed anew, and so looked at by every rule; it counts from the moment it
    reached us. Raises NotAllowed for a domain that others share, or one that is open already.
    """
    domain = domain.strip().lower()
    if refused := why_not(domain):
        raise NotAllowed(str(WHY_NOT[refused]))
    if not asked_by.strip():
        raise NotAllowed(_("Say who at the authority asked for it."))
    authority = Authority.objects.select_for_update().get(pk=authority_id)
    if authority.domains.open().filter(domain=domain).exists():
        raise NotAllowed(_("This domain is open already."))
    decision = decide(
        DecisionKind.OPEN_DOMAIN,
        actor=actor,
        thing=authority,
        reason_code=ReasonCode.HANDLED,
        now=now,
        staff_note=_("%(domain)s, asked for by: %(who)s") % {"domain": domain, "who": asked_by.strip()},
    )
    opened = AuthorityDomain.objects.create(authority=authority, domain=domain, opened_at=now, opened_by=decision)
    waiting = held_of_domain(authority_id, domain).select_for_update(of=("self",))
    for number in list(waiting.values_list("pk", flat=True)):
        InboundEmail.objects.filter(pk=number).update(
            state=InboundState.RECEIVED, attempts=0, next_attempt_at=now, settled_at=None
        )
        close_cases_about(CaseKind.HELD_LETTER, "inbound_email", number, actor=actor, now=now, decision=decision)
        enqueue("requests_app.place_inbound_email", number)
    return opened


@transaction.atomic
def close_domain(*, domain_id: int, actor: User, now: datetime) -> AuthorityDomain:
    """Only exact addresses publish again; what was published stays. One that is closed already stays as it was."""
    domain = AuthorityDomain.objects.select_for_update().get(pk=domain_id)
    if domain.closed_at is None:
        domain.closed_by = decide(
            DecisionKind.CLOSE_DOMAIN,
            actor=actor,
            thing=domain.authority,
            reason_code=ReasonCode.HANDLED,
            now=now,
            staff_note=domain.domain,
        )
        domain.closed_at = now
        domain.save(update_fields=["closed_at", "closed_by"])
    return domain
