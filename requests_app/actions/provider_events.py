"""What a mail provider tells about a letter that it took from us."""

import re
from datetime import datetime

from ..mail.addresses import same_token
from ..models import Evidence, OutboundEmail
from .receipt import note_delivered
from .undelivered import note_bounce

_MARKER = re.compile(r"([1-9][0-9]{0,18})-([a-z2-7]{16})")


def note_failure(*, marker: str, provider_id: str, reason: str, now: datetime) -> int | None:
    """The letter could not be delivered: gives back its number, or None where it is not one of ours.

    ``marker`` is what we gave the provider with the letter, "<number>-<token>"; providers that give nothing
    back are asked by their own identifier of it.
    """
    row = _sending(marker, provider_id)
    if row is None:
        return None
    note_bounce(outbound_id=row.pk, reason=reason, now=now)
    return row.pk


def note_delivery(*, marker: str, provider_id: str, at: datetime) -> int | None:
    """The recipient's mail system took the letter at ``at``; otherwise as `note_failure`."""
    row = _sending(marker, provider_id)
    if row is None:
        return None
    note_delivered(outbound_id=row.pk, evidence=Evidence.PROVIDER, at=at)
    return row.pk


def _sending(marker: str, provider_id: str) -> OutboundEmail | None:
    return _marked(marker) or (OutboundEmail.objects.filter(server_reply=provider_id).first() if provider_id else None)


def _marked(marker: str) -> OutboundEmail | None:
    match = _MARKER.fullmatch(marker)
    row = OutboundEmail.objects.filter(pk=match[1]).first() if match else None
    return row if row is not None and same_token(row.bounce_token, match[2]) else None
