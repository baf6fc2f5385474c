"""Everything of one request that can be hidden, with its state, for staff."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ..models import Annotation, Attachment, Decision, Event, FOIRequest, Message, Prominence, Release


@dataclass(frozen=True, slots=True)
class Thing:
    """One part. ``key`` names it in forms: ``request``, ``title``, ``message-3``, ``file-4``, ``annotation-5``."""

    key: str
    label: str
    excerpt: str
    at: datetime | None
    is_hidden: bool
    state: str
    wording: str
    under: str = ""


@dataclass(frozen=True)
class RequestPage:
    foi_request: FOIRequest
    things: tuple[Thing, ...]
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]


def load(number: int) -> RequestPage | None:
    """The parts of a request and what was decided about them; None where there is none. Six queries."""
    foi_request = FOIRequest.objects.select_related("authority", "requester").filter(pk=number).first()
    if foi_request is None:
        return None
    letters = Message.objects.filter(foi_request=foi_request).defer("body", "published_html", "published_vector")
    files = Attachment.objects.filter(message__foi_request=foi_request).order_by("message_id", "position")
    remarks = Annotation.objects.filter(foi_request=foi_request).defer("published_html", "published_vector")
    parts = [*(_letter(one) for one in letters), *(_file(one) for one in files), *(_remark(one) for one in remarks)]
    return RequestPage(
        foi_request=foi_request,
        things=(_whole(foi_request), _title(foi_request), *parts),
        decisions=tuple(
            Decision.objects.filter(foi_request=foi_request)
            .select_related("actor", "note")
            .order_by("-at", "-pk")[:100]
        ),
        events=tuple(Event.objects.filter(foi_request=foi_request).order_by("-at", "-pk")[:100]),
    )


def thing_of(foi_request: FOIRequest, key: str) -> tuple[object, bool] | None:
    """The row that ``key`` names on this request, and whether only its title is meant; None for any other key."""
    if key in ("request", "title"):
        return foi_request, key == "title"
    kind, _dash, number = key.partition("-")
    if not number.isdecimal() or len(number) > 18:
        return None
    rows = {
        "message": Message.objects.filter(foi_request=foi_request),
        "file": Attachment.objects.filter(message__foi_request=foi_request),
        "annotation": Annotation.objects.filter(foi_request=foi_request),
    }.get(kind)
    row = rows.filter(pk=number).first() if rows is not None else None
    return (row, False) if row is not None else None


def _state(prominence: str) -> str:
    return str(Prominence(prominence).label)


def _whole(foi_request: FOIRequest) -> Thing:
    return Thing(
        key="request",
        label=_("The whole request"),
        excerpt="",
        at=foi_request.sent_at,
        is_hidden=foi_request.prominence != Prominence.PUBLIC,
        state=_state(foi_request.prominence),
        wording=foi_request.concealed_wording,
    )


def _title(foi_request: FOIRequest) -> Thing:
    return Thing(
        key="title",
        label=_("The title"),
        excerpt=foi_request.title,
        at=None,
        is_hidden=foi_request.title_prominence != Prominence.PUBLIC,
        state=_state(foi_request.title_prominence),
        wording=foi_request.title_concealed_wording,
    )


def _letter(message: Message) -> Thing:
    return Thing(
        key=f"message-{message.pk}",
        label=_("Letter of %(name)s") % {"name": message.author_name},
        excerpt=message.published_text[:200],
        at=message.at,
        is_hidden=message.prominence != Prominence.PUBLIC,
        state=_state(message.prominence),
        wording=message.concealed_wording,
    )


def _file(file: Attachment) -> Thing:
    hidden = file.prominence != Prominence.PUBLIC
    return Thing(
        key=f"file-{file.pk}",
        label=_("File %(name)s") % {"name": file.name},
        excerpt="",
        at=None,
        is_hidden=hidden or file.release != Release.PUBLIC,
        state=_state(file.prominence) if hidden else str(file.get_release_display()),
        wording=file.concealed_wording,
        under=f"message-{file.message_id}",
    )


def _remark(annotation: Annotation) -> Thing:
    return Thing(
        key=f"annotation-{annotation.pk}",
        label=_("Annotation by %(name)s") % {"name": annotation.author_name},
        excerpt=annotation.published_text[:200],
        at=annotation.at,
        is_hidden=annotation.prominence != Prominence.PUBLIC,
        state=_state(annotation.prominence),
        wording=annotation.concealed_wording,
    )
