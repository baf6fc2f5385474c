"""How much one person may do in a day. Counted from rows, so that no cache can forget."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Annotation, Direction, FOIRequest, Message, MessageKind, NotAllowed, User

DAY = timedelta(hours=24)


class LimitReached(NotAllowed):
    """A limit is reached; ``until`` is the aware moment at which it ends, and the words say so too."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until


def refuse_over_limit(rows: QuerySet, *, allowed: int, field: str, words: str, now: datetime) -> None:
    """Raise LimitReached when ``rows`` has ``allowed`` or more rows within 24 hours before ``now``.

    ``field`` is the rows' moment; ``words`` says what is limited, with ``%(allowed)s``. The limit ends
    when the oldest of the newest ``allowed`` rows is a day old.
    """
    recent = list(
        rows.filter(**{f"{field}__gt": now - DAY}).order_by(f"-{field}").values_list(field, flat=True)[:allowed]
    )
    if len(recent) < allowed:
        return
    until = recent[-1] + DAY
    ends = timezone.localtime(until)
    raise LimitReached(
        words % {"allowed": allowed}
        + " "
        + _("You can go on from %(time)s on %(day)s. Nothing you typed is lost.")
        % {"time": ends.strftime("%H:%M"), "day": f"{ends:%A} {ends.day} {ends:%B}"},
        until,
    )


def refuse_too_many_requests(user: User, now: datetime) -> None:
    refuse_over_limit(
        FOIRequest.objects.filter(requester=user, is_imported=False),
        allowed=settings.REQUESTS_PER_DAY,
        field="created_at",
        words=_("You have sent %(allowed)s requests within a day, which is the most one person can send."),
        now=now,
    )


def refuse_too_many_follow_ups(user: User, now: datetime) -> None:
    refuse_over_limit(
        Message.objects.filter(author=user, direction=Direction.OUTGOING).exclude(kind=MessageKind.REQUEST),
        allowed=settings.FOLLOW_UPS_PER_DAY,
        field="created_at",
        words=_("You have sent %(allowed)s follow-ups within a day, which is the most one person can send."),
        now=now,
    )


def refuse_too_many_annotations(user: User, now: datetime) -> None:
    refuse_over_limit(
        Annotation.objects.filter(author=user, foi_request__is_imported=False),
        allowed=settings.ANNOTATIONS_PER_DAY,
        field="created_at",
        words=_("You have written %(allowed)s annotations within a day, which is the most one person can write."),
        now=now,
    )
