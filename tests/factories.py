"""The least that a test needs, made on a real database; only what matters is spelled out in the test."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from django.core.files.base import ContentFile

from requests_app.actions import correspondence, publishing
from requests_app.actions.deadlines import note_receipt, set_next_notice
from requests_app.law import wire
from requests_app.models import (
    Annotation,
    Attachment,
    Authority,
    AuthorityAddress,
    Basis,
    Direction,
    Door,
    FOIRequest,
    Message,
    MessageKind,
    Officer,
    Release,
    User,
)
from requests_app.models.private import CheckState, FileCheck

_numbers = count(1)
# A Thursday: the twentieth working day after it is 15 July 2011.
SENT_AT = datetime(2011, 6, 16, 9, 12, tzinfo=UTC)
PASSWORD = "a long enough password"


def make_user(name: str = "", *, email: str = "", **fields) -> User:
    """A person whose address is confirmed and who has accepted the terms."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"person{number}@people.example",
        PASSWORD,
        public_name=name or f"Person Number{number}",
        terms_version="test",
        **fields,
    )
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def make_staff(name: str = "Site Moderator") -> User:
    return make_user(name, is_staff=True)


def make_authority(name: str = "", *, email: str = "", **fields) -> Authority:
    """An open authority under FOIA with a request address."""
    number = next(_numbers)
    authority = Authority.objects.create(
        name=name or f"Exampleton Borough Council {number}", slug=fields.pop("slug", f"authority-{number}"), **fields
    )
    AuthorityAddress.objects.create(
        authority=authority, email=email or f"foi{number}@council.example", is_request_address=True, publishes=True
    )
    return authority


def make_officer(authority: Authority | None = None, user: User | None = None) -> Officer:
    return Officer.objects.create(user=user or make_user("R. Shah"), authority=authority or make_authority())


def make_request(
    title: str = "Playground inspections since 2008",
    *,
    authority: Authority | None = None,
    requester: User | None = None,
    body: str = "Dear Council,\n\nPlease send me the dates of every playground inspection.\n\nYours faithfully,\n\nP",
    sent_at: datetime = SENT_AT,
    received: bool = True,
    **fields,
) -> FOIRequest:
    """A request with its first letter, received the same day; posts no mail."""
    foi_request = correspondence.create_request(
        authority=authority or make_authority(),
        requester=requester or make_user(),
        title=title,
        created_at=sent_at,
        sent_at=sent_at,
    )
    make_letter(foi_request, Direction.OUTGOING, body, at=sent_at)
    if received:
        note_receipt(foi_request=foi_request, on=sent_at.date(), basis=Basis.DELIVERY)
    if fields:
        foi_request.refresh_from_db()
        named = {FOLDED[name]: on for name, on in fields.items() if name in FOLDED}
        standing = replace(wire.unpack(foi_request.clock), **named)
        FOIRequest.objects.filter(pk=foi_request.pk).update(**{"clock": wire.pack(standing)} | fields)
        foi_request.refresh_from_db()
        set_next_notice(foi_request)
        foi_request.save(update_fields=["next_notice_on"])
    foi_request.refresh_from_db()
    return foi_request


# The dates of the fold that have columns of their own, by their names in `law.clock.Standing`.
FOLDED = {
    "received_on": "received_on",
    "responded_on": "responded_on",
    "due_on": "due",
    "grace_on": "due_if_receipt_rolls",
    "outer_on": "very_overdue",
}


def make_letter(
    foi_request: FOIRequest,
    direction: str = Direction.INCOMING,
    body: str = "Dear requester,\n\nThank you for your letter.\n\nYours sincerely,\n\nThe council",
    *,
    at: datetime = SENT_AT,
    files: tuple = (),
    kind: str | None = None,
    **fields,
) -> Message:
    """A published letter; no mail is posted. ``files``: ``NewFile`` objects, which a check found nothing in."""
    incoming = direction == Direction.INCOMING
    first = not incoming and not foi_request.messages.exists()
    message = publishing.publish_letter(
        foi_request=foi_request,
        direction=direction,
        kind=kind or (MessageKind.RESPONSE if incoming else MessageKind.REQUEST if first else MessageKind.FOLLOW_UP),
        door=fields.pop("door", Door.MAIL if incoming else Door.WEB),
        body=body,
        at=at,
        author=None if incoming else foi_request.requester,
        author_name=foi_request.authority.name if incoming else foi_request.requester.public_name,
        files=files,
        **fields,
    )
    clear_files(message)
    return message


def clear_files(message: Message) -> None:
    """Leave a letter's files as the worker does that found nothing in them and has read them; reads none."""
    FileCheck.objects.filter(attachment__message=message).update(state=CheckState.CLEAR, is_read=True)
    message.attachments.filter(release=Release.CHECKING, checking_until=None).update(release=Release.PUBLIC)


def make_file(message: Message, name: str = "figures.txt", content: bytes = b"1,2,3\n", **fields) -> Attachment:
    sha256 = hashlib.sha256(content).hexdigest()
    return Attachment.objects.create(
        message=message,
        name=name,
        content_type=fields.pop("content_type", "text/plain"),
        label=fields.pop("label", "Text"),
        size=len(content),
        sha256=sha256,
        content=ContentFile(content, name=sha256),
        **{"release": Release.PUBLIC} | fields,
    )


def make_annotation(
    foi_request: FOIRequest, author: User | None = None, body: str = "The council has published part of this before."
) -> Annotation:
    author = author or make_user()
    return publishing.publish_annotation(
        foi_request=foi_request, author=author, author_name=author.public_name, body=body, at=SENT_AT
    )
