"""Who wants to hear of what, and how often."""

import secrets
from datetime import datetime

from django.db import transaction

from ..models import Authority, FOIRequest, Follow, Rhythm, User
from ..permissions import refuse_suspended


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
    """Follow one request or one authority; following again changes the rhythm only."""
    refuse_suspended(user)
    return _follow(user, now, rhythm, foi_request=foi_request, authority=authority)


def _follow(user: User, now: datetime, rhythm: str, **target) -> Follow:
    row, _made = Follow.objects.update_or_create(
        user=user,
        **target,
        defaults={"rhythm": rhythm},
        create_defaults={
            "rhythm": rhythm,
            "seen_at": now,
            "mailed_up_to": now,
            "unsubscribe_token": secrets.token_urlsafe(32),
        },
    )
    return row
