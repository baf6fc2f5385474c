"""Mail to one address of an authority: what failed or came back there, what blocks it still, and what got through.

A letter belongs to the address that its last sending went to. Every query begins with that address, which has an index.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from ..models import AuthorityAddress, Direction, Message, OutboundEmail, OutboundState, Status
from .compose import LETTER_TEMPLATES

FAILED = Q(state=OutboundState.FAILED) | Q(bounced_at__isnull=False)
WAITING = Q(state__in=[OutboundState.QUEUED, OutboundState.SENDING])


def mail_to(address: AuthorityAddress) -> QuerySet[OutboundEmail]:
    """Everything sent to this address: about this authority's requests, or about no single request."""
    ours = Q(foi_request__authority=address.authority_id) | Q(foi_request=None)
    return OutboundEmail.objects.filter(ours, to_address=address.email, to_user=None)


def got_through(*, now: datetime) -> Q:
    """Sendings that arrived: by somebody's word, or since nothing came back within the time for presuming so."""
    presumed = now - timedelta(hours=settings.RECEIPT_WAIT_HOURS)
    return Q(state=OutboundState.SENT, bounced_at=None) & (~Q(delivered_by="") | Q(accepted_at__lte=presumed))


def failed_at(address: AuthorityAddress) -> QuerySet[OutboundEmail]:
    """Mail that failed or came back there, ever; ``failed_when``: the moment of the last try, or of its return."""
    return mail_to(address).filter(FAILED).annotate(failed_when=Coalesce("bounced_at", "not_before"))


def stuck_at(address: AuthorityAddress) -> QuerySet[OutboundEmail]:
    """Mail that was tried in vain and is tried again by itself."""
    return mail_to(address).filter(WAITING).exclude(last_error="")


def not_arrived(address: AuthorityAddress) -> QuerySet[OutboundEmail]:
    """The last sendings of letters that failed or came back there and are not under way again: one row a letter."""
    later = _later().exclude(state=OutboundState.CANCELLED)
    return failed_at(address).filter(~Exists(later), message__isnull=False, template__in=LETTER_TEMPLATES)


def blocking(address: AuthorityAddress, *, now: datetime) -> QuerySet[OutboundEmail]:
    """Letters that failed there, have not arrived anywhere since, and are still wanted: they keep the case open.

    One that failed at another address since is that address's matter. One is no longer wanted where the requester
    withdrew, or the authority has written since: it had the letter, whatever the report says.
    """
    elsewhere = _later().filter(FAILED).exclude(to_address=address.email)
    letters = failed_at(address).filter(message__isnull=False, template__in=LETTER_TEMPLATES)
    return letters.filter(
        ~Exists(_later().filter(got_through(now=now))), ~Exists(elsewhere), ~answered_since()
    ).exclude(foi_request__status=Status.WITHDRAWN)


def answered_since() -> Exists:
    """Whether the authority has written about the request after the letter that a row carries."""
    incoming = Message.objects.filter(foi_request=OuterRef("foi_request"), direction=Direction.INCOMING)
    return Exists(incoming.filter(at__gt=OuterRef("message__at")))


def last_through(address: AuthorityAddress, *, now: datetime) -> datetime | None:
    """When mail to this address was last accepted and did not come back; None if never."""
    return mail_to(address).filter(got_through(now=now)).aggregate(last=Max("accepted_at"))["last"]


def is_well(address: AuthorityAddress, *, now: datetime) -> bool:
    """Whether nothing is left to do about this address: all letters arrived, and it takes mail or is not used."""
    if stuck_at(address).exists() or blocking(address, now=now).exists():
        return False
    last_failed = failed_at(address).aggregate(last=Max("failed_when"))["last"]
    if last_failed is None or not address.is_request_address:
        return True
    through = last_through(address, now=now)
    return through is not None and through > last_failed


def _later() -> QuerySet[OutboundEmail]:
    return OutboundEmail.objects.filter(
        message=OuterRef("message"), template__in=LETTER_TEMPLATES, pk__gt=OuterRef("pk")
    )
