"""Make and end the secret address of somebody's calendar."""

import secrets
from datetime import datetime

from django.db import transaction

from ..models import CalendarFeed, User
from .links import token_hash

# 192 bits.
TOKEN_BYTES = 24


@transaction.atomic
def make_feed(*, user: User, authority_id: int | None = None, now: datetime) -> str:
    """A new token, the only time that it is known; an older one of the same calendar ends.

    Whether the person works for the authority was asked by the caller, and is asked again at every reading.
    """
    User.objects.select_for_update().get(pk=user.pk)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.filter(user=user, authority=authority_id).delete()
    CalendarFeed.objects.create(user=user, authority_id=authority_id, token_hash=token_hash(token), made_at=now)
    return token


def end_feed(*, user: User, authority_id: int | None = None) -> None:
    """The address stops to work; nothing where there is none."""
    CalendarFeed.objects.filter(user=user, authority=authority_id).delete()


def find_feed(token: str) -> CalendarFeed | None:
    """The calendar of this token; None where there is none, or where its owner's account is closed."""
    feeds = CalendarFeed.objects.select_related("user", "authority")
    return feeds.filter(token_hash=token_hash(token), user__is_active=True).first()
