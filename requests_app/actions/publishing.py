"""The one pipeline by which a letter is published: sending, placing, the web inbox and imports all use it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from ..models import (
    Annotation,
    Attachment,
    Direction,
    FOIRequest,
    InboundEmail,
    Message,
    MessageKind,
    User,
)
from ..publishing import files as file_kinds
from ..publishing.redaction import MaskLabels
from ..publishing.render import Published, render_letter
from .deadlines import london_day, set_next_notice
from .publication import record, touch


@dataclass(frozen=True)
class NewFile:
    """A file as it reached us: its claimed name and type, and its bytes."""

    name: str
    content_type: str
    content: bytes


def publish_letter(
    *,
    foi_request: FOIRequest,
    direction: str,
    kind: str,
    door: str,
    body: str,
    at: datetime,
    author_name: str,
    author: User | None = None,
    sender_address: str = "",
    subject: str = "",
    files: Iterable[NewFile] = (),
    is_automatic: bool = False,
    inbound_email: InboundEmail | None = None,
) -> Message:
    """File one letter on a request and publish it: redacted, folded, rendered, with its files.

    The caller holds the request's lock and a transaction. ``at`` is when it was sent or reached us.
    Moves no status and no clock: mail that merely arrived is not yet an answer. About six queries,
    and two for each file.
    """
    published = rendered(body, foi_request=foi_request, incoming=direction == Direction.INCOMING)
    message = Message.objects.create(
        foi_request=foi_request,
        direction=direction,
        kind=kind,
        door=door,
        author=author,
        author_name=author_name,
        sender_address=sender_address,
        subject=subject[:500],
        body=body,
        published_text=published.text,
        published_html=published.html,
        at=at,
        is_automatic=is_automatic,
        inbound_email=inbound_email,
    )
    attach(message, files)
    record(foi_request, _event_kind(message), at=at, actor=author, message=message)
    if direction == Direction.INCOMING and not is_automatic and not foi_request.letters_to_describe_since:
        foi_request.letters_to_describe_since = london_day(at)
        set_next_notice(foi_request)
        foi_request.save(update_fields=["letters_to_describe_since", "next_notice_on"])
    touch(foi_request, at=at, activity=True)
    return message


def _event_kind(message: Message) -> str:
    if message.direction == Direction.OUTGOING:
        return {MessageKind.REQUEST: "sent"}.get(message.kind, f"{message.kind}_sent")
    return "automatic_reply_received" if message.is_automatic else "response_received"


def rendered(body: str, *, foi_request: FOIRequest, incoming: bool) -> Published:
    """What the public may read of ``body``; what the requester wrote is known, so its quotation is folded."""
    sent_texts = ()
    if incoming:
        sent_texts = tuple(
            foi_request.messages.filter(direction=Direction.OUTGOING)
            .order_by("-at")
            .values_list("body", flat=True)[:20]
        )
    labels = MaskLabels(
        email=_("[email address]"), mobile=_("[mobile number]"), insurance=_("[National Insurance number]")
    )
    return render_letter(body, sent_texts=sent_texts, quoted_label=_("show quoted sections"), mask_labels=labels)


def republish(message: Message) -> None:
    """Render a letter again, after a rule or the code has changed. The caller touches the request."""
    published = rendered(
        message.body, foi_request=message.foi_request, incoming=message.direction == Direction.INCOMING
    )
    message.published_text, message.published_html = published.text, published.html
    message.save(update_fields=["published_text", "published_html"])


def attach(message: Message, files: Iterable[NewFile]) -> list[Attachment]:
    """Store each file under the hash of its content, and name it safely. Empty files are kept too."""
    files = list(files)
    names = file_kinds.unique_names([file_kinds.safe_name(file.name) for file in files])
    rows = []
    for position, (file, name) in enumerate(zip(files, names, strict=True)):
        kind = file_kinds.sniff(name, file.content_type, file.content)
        sha256 = hashlib.sha256(file.content).hexdigest()
        rows.append(
            Attachment(
                message=message,
                position=position,
                name=name,
                content_type=kind.content_type,
                label=kind.label,
                size=len(file.content),
                sha256=sha256,
                pages=kind.pages,
                content=store(sha256, file.content),
            )
        )
    return Attachment.objects.bulk_create(rows)


def store(sha256: str, content: bytes) -> str:
    """Put bytes in the file store under their hash; the same content is stored once. Returns its path."""
    path = f"{sha256[:2]}/{sha256}"
    return path if default_storage.exists(path) else default_storage.save(path, ContentFile(content))


def publish_annotation(
    *, foi_request: FOIRequest, author: User, author_name: str, body: str, at: datetime
) -> Annotation:
    """Put a remark beside the letters. The caller holds the request's lock."""
    published = rendered(body, foi_request=foi_request, incoming=False)
    annotation = Annotation.objects.create(
        foi_request=foi_request,
        author=author,
        author_name=author_name,
        body=body,
        published_text=published.text,
        published_html=published.html,
        at=at,
    )
    record(foi_request, "annotated", at=at, actor=author, annotation=annotation)
    touch(foi_request, at=at, activity=True)
    return annotation
