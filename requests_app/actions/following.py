"""Who wants to hear of what, and how often. What goes to them is posted by ``actions.digests``."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Authority, FOIRequest, Follow, NotAllowed, Rhythm, User
from ..permissions import refuse_suspended, visible_to
from .limits import refuse_over_limit
from .publication import touch


def follow_own(*, foi_request: FOIRequest, now: datetime) -> Follow:
    """The requester follows their own request, at once, from its first letter."""
    return _follow(foi_request.requester, now, Rhythm.AT_ONCE, foi_request=foi_request)


@transaction.atomic
def follow(
    *,
    user: User,
    now: datetime,
    foi_request: FOIRequest | None = None,
    authority: Authority | None = None,
    rhythm: str = Rhythm.DAILY,
) -> Follow:
    """Follow one request or one authority; following again changes the rhythm only.

    The request's page shows one more person. Raises NotAllowed for a request that this person may not see,
    LimitReached after too many within a day.
    """
    refuse_suspended(user)
    _refuse_unknown(rhythm)
    target = {"foi_request": foi_request, "authority": authority}
    if not Follow.objects.filter(user=user, **target).exists():
        refuse_over_limit(
            Follow.objects.filter(user=user),
            allowed=settings.FOLLOWS_PER_DAY,
            field="created_at",
            words=_("You have begun to follow %(allowed)s things within a day, which is the most one person can."),
            now=now,
        )
    if foi_request is not None:
        locked = FOIRequest.objects.select_for_update().filter(visible_to(user), pk=foi_request.pk).first()
        if locked is None:
            raise NotAllowed(_("This request is hidden, so it cannot be followed."))
        touch(locked)
    return _follow(user, now, rhythm, **target)


def _follow(
    user: User,
    now: datetime,
    rhythm: str,
    *,
    foi_request: FOIRequest | None = None,
    authority: Authority | None = None,
) -> Follow:
    row, _made = Follow.objects.update_or_create(
        user=user,
        foi_request=foi_request,
        authority=authority,
        defaults={"rhythm": rhythm},
        create_defaults={
            "rhythm": rhythm,
            "seen_at": now,
            "mailed_up_to": now,
            "unsubscribe_token": secrets.token_urlsafe(32),
        },
    )
    return row


@transaction.atomic
def unfollow(*, user: User, foi_request: FOIRequest | None = None, authority: Authority | None = None) -> bool:
    """Stop following; open to suspended people too. Whether there was anything to stop."""
    gone, _by_model = Follow.objects.filter(user=user, foi_request=foi_request, authority=authority).delete()
    if gone and foi_request is not None:
        touch(FOIRequest.objects.select_for_update().get(pk=foi_request.pk))
    return bool(gone)


def set_rhythm(*, user: User, follow_id: int, rhythm: str, now: datetime) -> None:
    """How often mail comes. After a time without any mail, it begins with what happens from now on."""
    _refuse_unknown(rhythm)
    row = Follow.objects.filter(user=user, pk=follow_id).first()
    if row is None:
        raise NotAllowed(_("You no longer follow this."))
    if row.rhythm == Rhythm.NONE:
        row.mailed_up_to = now
    row.rhythm = rhythm
    row.save(update_fields=["rhythm", "mailed_up_to"])


def mark_seen(*, user: User, now: datetime, foi_request_id: int | None = None) -> None:
    """Nothing, or nothing of this request, is unread any more."""
    rows = Follow.objects.filter(user=user)
    if foi_request_id is not None:
        rows = rows.filter(foi_request=foi_request_id)
    rows.update(seen_at=now)


def unsubscribe(*, token: str) -> Follow | None:
    """End the mail of one follow by the token in its letters; None for an unknown token. Twice is harmless.

    The follow stays, without mail, so that it can be found and changed under "Following". RFC 8058.
    """
    row = Follow.objects.select_related("foi_request", "authority", "user").filter(unsubscribe_token=token).first()
    if row is not None and row.rhythm != Rhythm.NONE:
        row.rhythm = Rhythm.NONE
        row.save(update_fields=["rhythm"])
    return row


def _refuse_unknown(rhythm: str) -> None:
    if rhythm not in Rhythm.values:
        raise NotAllowed(_("Choose how often you want mail."))
