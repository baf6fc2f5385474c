"""Which kinds of reminders come, for a person or an authority; and the one-click way out of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction

from ..models import Audience, Authority, Follow, ReminderKind, ReminderOptOut, Rhythm, User
from .notice_words import SWITCHABLE

SALT = "stop-these-reminders"


@dataclass(frozen=True, slots=True)
class Stop:
    """What a letter's link ends: for a person or an authority these kinds, and mail about follows of these rhythms."""

    user_id: int | None
    authority_id: int | None
    kinds: tuple[str, ...]
    rhythms: tuple[str, ...] = ()


def stop_url(stop: Stop) -> str:
    """The full address that a letter carries for it; empty where its letter cannot be stopped."""
    if not (stop.kinds or stop.rhythms):
        return ""
    said = [stop.user_id, stop.authority_id, sorted(stop.kinds), sorted(stop.rhythms)]
    return f"{settings.SITE_URL}/unsubscribe/mail/{signing.dumps(said, salt=SALT)}"


def headers_for(url: str) -> dict[str, str]:
    """What mail programs need for a button of their own. RFC 8058."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def meant_by(token: str) -> Stop | None:
    """What a letter's token ends; None for one that is not ours. It can only end mail, and only kinds that may be."""
    try:
        user_id, authority_id, kinds, rhythms = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    may_be = SWITCHABLE[Audience.REQUESTER if user_id else Audience.AUTHORITY]
    return Stop(user_id, authority_id, tuple(kind for kind in kinds if kind in may_be), tuple(rhythms))


@transaction.atomic
def stop(meant: Stop, *, now: datetime) -> None:
    """No letters of these kinds any more. Twice is harmless."""
    ReminderOptOut.objects.bulk_create(
        [
            ReminderOptOut(user_id=meant.user_id, authority_id=meant.authority_id, kind=kind, at=now)
            for kind in meant.kinds
            if _is_there(meant)
        ],
        ignore_conflicts=True,
    )
    if meant.user_id and meant.rhythms:
        Follow.objects.filter(user=meant.user_id, rhythm__in=meant.rhythms).update(rhythm=Rhythm.NONE)


def _is_there(meant: Stop) -> bool:
    if meant.user_id:
        return User.objects.filter(pk=meant.user_id).exists()
    return Authority.objects.filter(pk=meant.authority_id).exists()


@transaction.atomic
def choose(
    wanted: Iterable[str], *, now: datetime, user: User | None = None, authority: Authority | None = None
) -> None:
    """From now on those of the kinds that can be chosen come which are ``wanted``, to one person or one authority."""
    wanted = set(wanted)
    rows = ReminderOptOut.objects.filter(user=user, authority=authority)
    unwanted = [kind for kind in choices_for(user) if kind not in wanted]
    rows.exclude(kind__in=unwanted).delete()
    ReminderOptOut.objects.bulk_create(
        [ReminderOptOut(user=user, authority=authority, kind=kind, at=now) for kind in unwanted],
        ignore_conflicts=True,
    )


def choices_for(user: User | None) -> tuple[ReminderKind, ...]:
    """The kinds that a person, or with None an authority, may switch off."""
    return SWITCHABLE[Audience.REQUESTER if user else Audience.AUTHORITY]
