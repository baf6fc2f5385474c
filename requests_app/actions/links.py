"""Single-use links in letters of ours: made, looked up, used. They identify a thing; they sign nobody in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from ..models import NotAllowed, OneTimeLink


def token_hash(token: str) -> str:
    """By which a link is recognised; the token itself is only in the letter."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(kind: str, *, now: datetime, lives: timedelta, **things) -> str:
    """A new link's full address. ``things``: the rows it is about, by the model's field names."""
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        kind=kind, token_hash=token_hash(token), created_at=now, expires_at=now + lives, **things
    )
    return f"{settings.SITE_URL}/link/{token}/"


def find_link(token: str) -> OneTimeLink | None:
    """The link of this token, used or not; None where there is none."""
    return OneTimeLink.objects.filter(token_hash=token_hash(token)).first()


def use_link(link_id: int, kind: str, *, now: datetime, used_for: str) -> OneTimeLink:
    """Use a link up, in the caller's transaction; it is locked to the end.

    Raises NotAllowed, saying what to do, where it is of another kind, used or too old.
    """
    link = OneTimeLink.objects.select_for_update().filter(pk=link_id, kind=kind).first()
    if link is None:
        raise NotAllowed(_("This link is not one of ours. Please open it again from the letter that we sent."))
    if link.used_at is not None:
        raise NotAllowed(_("This link has been used already, and works only once. If something is wrong, write to us."))
    if link.expires_at <= now:
        raise NotAllowed(_("This link is too old to be used. Please write to us, and we will help."))
    link.used_at, link.used_for = now, used_for
    link.save(update_fields=["used_at", "used_for"])
    return link
