"""The one pipeline by which a letter is published: sending, placing, the web inbox and imports all use it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ..files import findings
from ..models import (
    Annotation,
    Attachment,
    Direction,
    FOIRequest,
    InboundEmail,
    Message,
    MessageKind,
    Release,
    User,
)
from ..models.private import CheckState, FileCheck
from ..prepared_rows import Given, PreparedInsert, PreparedRows
from ..publishing import files as file_kinds
from ..publishing.own_details import own_details
from ..publishing.render import Published
from ..queue import enqueue
from .deadlines import london_day, set_next_notice
from .publication import record, touch
from .redacting import Masking, masking_of, report
from .repeated import MOST_LOOKED_AT, Thread, thread_of

_INSERT = PreparedInsert(Message)
_NEWEST = PreparedRows(
    lambda: (
        Message.objects.filter(foi_request_id=Given("foi_request", "bigint"))
        .order_by("-at", "-pk")
        .only("foi_request", "direction", "published_text", "author_name")[:MOST_LOOKED_AT]
    )
)


@dataclass(frozen=True)
class NewFile:
    """A file as it reached us: its claimed name and type, and its bytes.

    ``found``: what a check found that it has been through already (packed), None where it has not. ``said_why``: why
    its sender wants it public with what holds it.
    """

    name: str
    content_type: str
    content: bytes
    found: list[dict] | None = None
    said_why: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether it may be public at once: nothing was found that holds it, or its sender said why it does not."""
        if self.found is None:
            return False
        holding = [one for one in findings.unpack(self.found) if one.holds]
        return all(one.may_be_vouched_for and self.said_why for one in holding)


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
    authority_reference: str = "",
    behind_portal: bool = False,
) -> Message:
    """File one letter on a request and publish it: redacted, folded, rendered, with its files.

    The caller holds the request's lock and a transaction. ``at`` is when it was sent or reached us.
    Moves no status and no clock: mail that merely arrived is not yet an answer. About six queries,
    and two for each file. The author's name stays whole: the letter goes out under it, and a request is one only with
    its applicant's name (FOIA 2000 s.8(1)(b)). What is public of a name, renaming changes.
    """
    masking = masking_of(foi_request, *([body] if direction == Direction.OUTGOING else []))
    published = _rendered(body, foi_request, masking, incoming=direction == Direction.INCOMING)
    message = _INSERT(
        Message(
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
            written_reference=authority_reference[:60],
            authority_reference=masking.line(authority_reference)[:60],
            behind_portal=behind_portal,
        )
    )
    attach(message, files, masking)
    record(foi_request, _event_kind(message), at=at, actor=author, message=message)
    changed = ()
    if direction == Direction.INCOMING and not is_automatic and not foi_request.letters_to_describe_since:
        foi_request.letters_to_describe_since = london_day(at)
        set_next_notice(foi_request)
        changed = ("letters_to_describe_since", "next_notice_on")
    touch(foi_request, at=at, activity=True, saving=changed)
    return message


def _event_kind(message: Message) -> str:
    if message.direction == Direction.OUTGOING:
        return {MessageKind.REQUEST: "sent"}.get(message.kind, f"{message.kind}_sent")
    return "automatic_reply_received" if message.is_automatic else "response_received"


def rendered(body: str, *, foi_request: FOIRequest | None, incoming: bool) -> Published:
    """What the public may read of ``body``; what the requester wrote is known, so its quotation is folded.

    Without a request, before one is made, no rules are known, and only what is always masked is masked.
    """
    masking = masking_of(foi_request) if foi_request is not None else Masking(own=own_details([body]))
    return masking.letter(body, thread=_thread(foi_request) if incoming and foi_request is not None else None)


def _rendered(body: str, foi_request: FOIRequest, masking: Masking, *, incoming: bool) -> Published:
    """The same for what is published now: a rule that does not hold becomes a case."""
    published = masking.letter(body, thread=_thread(foi_request) if incoming else None)
    report(masking.problems(body, published.text), foi_request=foi_request)
    return published


def _thread(foi_request: FOIRequest) -> Thread:
    return thread_of(foi_request, _NEWEST(foi_request=foi_request.pk)[::-1])


def attach(message: Message, files: Iterable[NewFile], masking: Masking | None = None) -> list[Attachment]:
    """Store each file under the hash of its content, and name it safely. Empty files are kept too.

    None is public before its check has ended, unless the check came before the letter.
    """
    files = list(files)
    if not files:
        return []
    masking = masking or masking_of(message.foi_request)
    names = masking.file_names([file.name for file in files])
    rows = []
    for position, (file, name) in enumerate(zip(files, names, strict=True)):
        kind = file_kinds.recognise(name, file.content_type, file.content)
        sha256 = hashlib.sha256(file.content).hexdigest()
        report(masking.problems(file.name, name), foi_request=message.foi_request)
        rows.append(
            Attachment(
                message=message,
                position=position,
                name=name,
                given_name=file.name.replace("\x00", "")[:400],
                content_type=kind.content_type,
                label=kind.label,
                size=len(file.content),
                sha256=sha256,
                content=store(sha256, file.content),
                release=Release.PUBLIC if file.is_checked else Release.CHECKING,
            )
        )
    rows = Attachment.objects.bulk_create(rows)
    FileCheck.objects.bulk_create(_check_of(file, row) for file, row in zip(files, rows, strict=True))
    for row in rows:
        enqueue("requests_app.check_file", row.pk)
    return rows


def _check_of(file: NewFile, row: Attachment) -> FileCheck:
    if not file.is_checked:
        return FileCheck(attachment=row)
    said_why = file.said_why if any(one.holds for one in findings.unpack(file.found)) else ""
    state = CheckState.SETTLED if said_why else CheckState.CLEAR
    return FileCheck(
        attachment=row, state=state, findings=file.found, said_why=said_why, checked_at=row.message.created_at
    )


def store(sha256: str, content: bytes) -> str:
    """Put bytes in the file store under their hash; the same content is stored once. Returns its path."""
    path = f"{sha256[:2]}/{sha256}"
    return path if default_storage.exists(path) else default_storage.save(path, ContentFile(content))


def publish_annotation(
    *, foi_request: FOIRequest, author: User, author_name: str, body: str, at: datetime
) -> Annotation:
    """Put a remark beside the letters. The caller holds the request's lock."""
    masking = masking_of(foi_request)
    published = _rendered(body, foi_request, masking, incoming=False)
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
