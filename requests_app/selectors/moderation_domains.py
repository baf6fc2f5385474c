"""What opening a domain for an authority would do, before it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from ..mail.dns_records import NotAnswered
from ..mail.parse import ParsedEmail
from ..mail.route import held_of_domain
from ..mail.vouching import Voucher, is_asked_for
from ..models import Authority, AuthorityAddress, InboundEmail

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held letter of the domain. ``stays``: why it would stay held, "" where it would be published."""

    sender: str
    title: str
    slug: str
    received_at: datetime
    stays: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """``letters``: the first ones of ``total``; ``others``: how many other authorities have addresses there."""

    domain: str
    letters: tuple[Waiting, ...]
    total: int
    others: int


def dry_run(authority: Authority, domain: str) -> DryRun:
    """The held letters that would be looked at anew, oldest first. Three queries, and one a letter for its sender."""
    held = held_of_domain(authority.pk, domain)
    rows = held.select_related("foi_request")[:MOST_SHOWN]
    elsewhere = AuthorityAddress.objects.filter(email__endswith=f"@{domain}").exclude(authority=authority)
    return DryRun(
        domain=domain,
        letters=tuple(
            Waiting(
                sender=row.sender_address,
                title=row.foi_request.title,
                slug=row.foi_request.slug,
                received_at=row.received_at,
                stays=_why_it_stays(row),
            )
            for row in rows
        ),
        total=held.count(),
        others=elsewhere.values("authority").distinct().count(),
    )


def _why_it_stays(row: InboundEmail) -> str:
    """By what the trusted server found. Signatures are checked by a worker, who can wait for a name server."""
    if not is_asked_for():
        return ""
    if not settings.TRUSTED_AUTHSERV_ID:
        return _("if its signature holds")
    try:
        vouched = Voucher(row, ParsedEmail(from_address=row.sender_address)).is_vouched_for
    except NotAnswered:
        vouched = False
    return "" if vouched else _("stays held: nothing vouches for its sender")
