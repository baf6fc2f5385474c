"""Who wants to hear of what, and how often. What goes to them is posted by ``actions.digests``."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Authority, FOIRequest, Follow, NotAllowed, Rhythm, User
from ..permissions import refuse_suspended, visible_to
from .limits import refuse_over_limit
from .publication import touch

SALT = "end-letters-of-rhythm"


@transaction.atomic
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
    refuse_suspended(user, "follow")
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
    row, is_new = Follow.objects.select_for_update().get_or_create(
        user=user,
        foi_request=foi_request,
        authority=authority,
        defaults={
            "rhythm": rhythm,
            "created_at": now,
            "seen_at": now,
            "mailed_up_to": now,
            "unsubscribe_token": secrets.token_urlsafe(32),
        },
    )
    if not is_new:
        _change_rhythm(row, rhythm, now)
    return row


def _change_rhythm(row: Follow, rhythm: str, now: datetime) -> None:
    """Of a locked row. After a time without any mail, it begins with what happens from now on."""
    if row.rhythm == Rhythm.NONE:
        row.mailed_up_to = now
    row.rhythm = rhythm
    row.save(update_fields=["rhythm", "mailed_up_to"])


@transaction.atomic
def unfollow(*, user: User, foi_request: FOIRequest | None = None, authority: Authority | None = None) -> bool:
    """Stop following; open to suspended people too. Whether there was anything to stop."""
    # The request first, as in following: two orders of locks could wait for each other.
    locked = FOIRequest.objects.select_for_update().get(pk=foi_request.pk) if foi_request is not None else None
    gone, _by_model = Follow.objects.filter(user=user, foi_request=foi_request, authority=authority).delete()
    if gone and locked is not None:
        touch(locked)
    return bool(gone)


@transaction.atomic
def set_rhythm(*, user: User, follow_id: int, rhythm: str, now: datetime) -> None:
    """How often mail comes. Raises NotAllowed for what is not followed, and for a rhythm that there is not."""
    _refuse_unknown(rhythm)
    # Locked, since a letter that goes out now moves what it has told of.
    row = Follow.objects.select_for_update().filter(user=user, pk=follow_id).first()
    if row is None:
        raise NotAllowed(_("You no longer follow this."))
    _change_rhythm(row, rhythm, now)


def mark_seen(
    *, user: User | AnonymousUser, now: datetime, foi_request_id: int | None = None, authority_id: int | None = None
) -> bool:
    """Nothing (of this request, of this authority) is unread any more. Whether anything was followed there.

    One query; none for a reader who is not signed in.
    """
    if not user.is_authenticated:
        return False
    rows = Follow.objects.filter(user=user.pk)
    if foi_request_id is not None:
        rows = rows.filter(foi_request=foi_request_id)
    if authority_id is not None:
        rows = rows.filter(authority=authority_id)
    return bool(rows.update(seen_at=now))


def token_for(follows: list[Follow]) -> str:
    """What a letter about these follows of one person carries, so that one press of a button ends its kind.

    A letter about one thing has that follow's own token; a letter about several, one for everything of the same
    rhythm. It is signed and kept nowhere, and can only end mail.
    """
    first = follows[0]
    if len(follows) == 1:
        return first.unsubscribe_token
    return signing.dumps([first.user_id, first.rhythm], salt=SALT)


def is_of_one(token: str) -> bool:
    """Whether a token came with a letter about one follow."""
    return ":" not in token


def meant_by(token: str) -> list[Follow]:
    """The follows whose letters this token ends; empty for a token that is not ours."""
    rows = Follow.objects.select_related("foi_request", "authority").order_by("pk")
    if is_of_one(token):
        return list(rows.filter(unsubscribe_token=token.replace("\x00", "")))
    try:
        user_id, rhythm = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return []
    # Those ended by this token already are meant too: pressed twice, it must not say that it is unknown.
    return list(rows.filter(user=user_id, rhythm__in=[rhythm, Rhythm.NONE]))


@transaction.atomic
def unsubscribe(*, token: str) -> int:
    """End the mail that a token came with; returns for how many follows. Twice is harmless. RFC 8058.

    The follows stay, without mail, so that they can be found and changed under "Following".
    """
    numbers = [row.pk for row in meant_by(token)]
    return Follow.objects.filter(pk__in=numbers).exclude(rhythm=Rhythm.NONE).update(rhythm=Rhythm.NONE)


def _refuse_unknown(rhythm: str) -> None:
    if rhythm not in Rhythm.values:
        raise NotAllowed(_("Choose how often you want mail."))
