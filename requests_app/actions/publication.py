"""What every visible change does: the version goes up, in the same transaction, and the history has a line."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import F, Q
from django.utils import timezone

from ..models import Annotation, Attachment, Decision, Event, FOIRequest, Message, User
from ..prepared_rows import PreparedInsert, PreparedUpdate

_INSERT = PreparedInsert(Event)


def touch(
    foi_request: FOIRequest, *, at: datetime | None = None, activity: bool = False, saving: Iterable[str] = ()
) -> None:
    """Make every rendered copy of this request stale, in the caller's transaction.

    The caller holds the request's lock. ``activity``: something happened that lists should show first.
    ``at`` dates that activity (an imported letter is old). ``saving``: further fields to save by the way.
    """
    foi_request.changed_at = timezone.now()
    changed = ["changed_at", *saving]
    if activity:
        foi_request.last_activity_at = at or foi_request.changed_at
        changed.append("last_activity_at")
    _touching(tuple(changed))(foi_request)
    foi_request.version += 1


@lru_cache(maxsize=64)
def _touching(names: tuple[str, ...]) -> PreparedUpdate:
    return PreparedUpdate(FOIRequest, *names, also="version = version + 1")


def touch_where(which: Q) -> int:
    """The same for every request that a wider change shows on: a suspension, a rename, a holiday. Returns how many.

    Rows are locked in order of number, so that two such changes cannot lock each other out.
    """
    locked = FOIRequest.objects.filter(which).order_by("pk").select_for_update().values_list("pk", flat=True)
    return FOIRequest.objects.filter(pk__in=list(locked)).update(version=F("version") + 1, changed_at=timezone.now())


def record(
    foi_request: FOIRequest,
    kind: str,
    *,
    at: datetime | None = None,
    actor: User | None = None,
    message: Message | None = None,
    annotation: Annotation | None = None,
    attachment: Attachment | None = None,
    decision: Decision | None = None,
    **data,
) -> Event:
    """Add a line to the request's public history. ``data``: ids, codes and dates only, never typed words."""
    return _INSERT(
        Event(
            foi_request=foi_request,
            kind=kind,
            at=at or timezone.now(),
            actor=actor,
            message=message,
            annotation=annotation,
            attachment=attachment,
            decision=decision,
            data=data,
        )
    )
