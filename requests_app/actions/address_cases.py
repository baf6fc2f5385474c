"""One case for each address of an authority where mail fails: open from the first failure until all has arrived."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ..mail.address_health import is_well
from ..mail.compose import LETTER_TEMPLATES
from ..models import AuthorityAddress, Case, CaseKind, FOIRequest, OutboundEmail
from .cases import close_case, open_case

THING = "authority_address"


def addresses_of(row: OutboundEmail, foi_request: FOIRequest | None) -> QuerySet[AuthorityAddress]:
    """The authorities' addresses that this mail went to; for mail about several requests, those that use it."""
    found = AuthorityAddress.objects.filter(email=row.to_address.lower())
    if foi_request is not None:
        return found.filter(authority=foi_request.authority_id)
    return found.filter(is_request_address=True)


def open_about(row: OutboundEmail, foi_request: FOIRequest | None, *, urgent: bool, now: datetime) -> None:
    """Put the address that this mail failed at before a person; a second failure finds the first one's case.

    In the caller's transaction, which holds the request's lock. The address is locked, so that nobody closes the case
    meanwhile for what they saw before this failure.
    """
    if foi_request is not None:
        lock_addresses(foi_request.authority_id)
    found = list(addresses_of(row, foi_request).select_for_update().order_by("pk"))
    if not found and row.template in LETTER_TEMPLATES:
        # Its spelling was put right in the meantime; the letter went to this one. Other mail may be to anybody.
        found = [AuthorityAddress.objects.create(authority_id=foi_request.authority_id, email=row.to_address)]
    for address in found:
        open_case(CaseKind.UNDELIVERABLE, THING, address.pk, urgent=urgent, now=now)


def lock_addresses(authority_id: int) -> None:
    """Lock all of an authority's addresses, in one order everywhere: after its request, before any case."""
    list(AuthorityAddress.objects.select_for_update().filter(authority=authority_id).order_by("pk").values_list("pk"))


def close_where_well(*, authority_id: int | None, email: str, now: datetime) -> int:
    """Close the cases of this authority (or, without one, of this address) where all has arrived. Returns how many."""
    addresses = AuthorityAddress.objects.filter(authority=authority_id) if authority_id else None
    addresses = AuthorityAddress.objects.filter(email=email.lower()) if addresses is None else addresses
    return _close(Case.objects.filter(thing_id__in=addresses.values("pk")), now)


def close_all_well(*, now: datetime) -> int:
    """The sweep: a letter that our own mail server took counts as arrived only when nothing came back in time."""
    return _close(Case.objects.all(), now)


def _close(cases: QuerySet[Case], now: datetime) -> int:
    found = cases.filter(closed_at=None, kind=CaseKind.UNDELIVERABLE, thing_type=THING).order_by("thing_id")
    closed = 0
    for number, address_id in list(found.values_list("pk", "thing_id")):
        with transaction.atomic():
            address = AuthorityAddress.objects.filter(pk=address_id).first()
            if address is not None:
                lock_addresses(address.authority_id)
            if address is None or is_well(address, now=now):
                close_case(case_id=number, actor=None, now=now)
                closed += 1
    return closed
