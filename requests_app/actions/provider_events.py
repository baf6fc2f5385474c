"""What a mail provider tells about a letter that it took from us."""

import re
from datetime import datetime

from django.db import transaction

from ..mail.addresses import same_token
from ..models import Audience, AuthorityAddress, CaseKind, Evidence, OutboundEmail, Rhythm
from .cases import open_case
from .notice_words import SWITCHABLE
from .receipt import note_delivered
from .reminder_switches import Stop, stop
from .undelivered import carries_letter, note_arrival_after_all, note_bounce, note_delay

# "550", "4.2.2": the first number of a failure that is a code.
_CODE = re.compile(r"(?<![\d.])[45]\d\d(?![\d.])|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![.\d])")
_MARKER = re.compile(r"([1-9][0-9]{0,18})-([a-z2-7]{16})")


def note_failure(*, marker: str, provider_id: str, reason: str, now: datetime) -> int | None:
    """The letter could not be delivered: gives back its number, or None where it is not one of ours.

    ``marker`` is what we gave the provider with the letter, "<number>-<token>"; providers that give nothing
    back are asked by their own identifier of it.
    """
    row = _sending(marker, provider_id)
    if row is None:
        return None
    note_bounce(outbound_id=row.pk, reason=reason, now=now, permanent=not passes(reason))
    return row.pk


def passes(reason: str) -> bool:
    """Whether the cause of a failure passes by itself, as a full mailbox does: its first code is of 400 (RFC 3463)."""
    code = _CODE.search(reason)
    return code is not None and code[0][0] == "4"


def note_delivery(*, marker: str, provider_id: str, at: datetime, server: str = "") -> int | None:
    """The recipient's mail system took the letter at ``at``; otherwise as `note_failure`.

    Of a letter that arrived and came back the later word counts, in whatever order they are told.
    """
    row = _sending(marker, provider_id)
    if row is None:
        return None
    with transaction.atomic():
        after_all = note_arrival_after_all(outbound_id=row.pk, at=at)
        note_delivered(outbound_id=row.pk, evidence=Evidence.PROVIDER, at=at, server=server, anew=after_all)
    return row.pk


def note_put_off(*, marker: str, provider_id: str, reason: str, at: datetime) -> int | None:
    """The recipient's server does not take it yet; the provider goes on trying. Otherwise as `note_failure`."""
    row = _sending(marker, provider_id)
    if row is not None:
        note_delay(outbound_id=row.pk, reason=reason, at=at)
    return row and row.pk


@transaction.atomic
def note_unwanted(*, marker: str, provider_id: str, complained: bool, now: datetime) -> int | None:
    """The recipient calls our mail spam (``complained``), or has ended it at our provider.

    Nothing that can be switched off goes to that person, or that authority, any more; what the law or their account
    needs goes on. Spam is a case for a person. So is an authority that wants no mail: the provider may refuse the next
    letter there. Twice is said once. Otherwise as `note_failure`.
    """
    row = _sending(marker, provider_id)
    if row is None:
        return None
    if row.to_user_id:
        stop(Stop(row.to_user_id, None, SWITCHABLE[Audience.REQUESTER], tuple(set(Rhythm.values) - {"none"})), now=now)
    else:
        for authority_id in _authorities_of(row):
            stop(Stop(None, authority_id, SWITCHABLE[Audience.AUTHORITY]), now=now)
    if complained or row.to_user_id is None:
        why = "complained" if complained else "unsubscribed"
        open_case(
            CaseKind.UNWANTED_MAIL,
            "outbound_email",
            row.pk,
            foi_request=row.foi_request,
            urgent=carries_letter(row),
            details={"why": why},
            now=now,
        )
    return row.pk


def _authorities_of(row: OutboundEmail) -> list[int]:
    if row.foi_request is not None:
        return [row.foi_request.authority_id]
    used = AuthorityAddress.objects.filter(email=row.to_address.lower(), is_request_address=True)
    return list(used.values_list("authority", flat=True))


def _sending(marker: str, provider_id: str) -> OutboundEmail | None:
    return _marked(marker) or (OutboundEmail.objects.filter(server_reply=provider_id).first() if provider_id else None)


def _marked(marker: str) -> OutboundEmail | None:
    match = _MARKER.fullmatch(marker)
    row = OutboundEmail.objects.filter(pk=match[1]).first() if match else None
    return row if row is not None and same_token(row.bounce_token, match[2]) else None
