"""What the parties write: requests, follow-ups, annotations, and answers in the web inbox."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..mail import compose
from ..mail.addresses import new_token
from ..mail.arrival_words import to_requester
from ..models import (
    Annotation,
    Authority,
    AuthorityState,
    Basis,
    Direction,
    Door,
    FOIRequest,
    Message,
    MessageKind,
    NotAllowed,
    Officer,
    Prominence,
    RetiredSlug,
    Side,
    Status,
    User,
)
from ..permissions import refuse_suspended
from . import limits, outcomes
from .deadlines import set_next_notice, waits_for
from .following import follow_own
from .publishing import NewFile, publish_annotation, publish_letter
from .receipt import note_receipt_by_answer
from .redacting import masking_for
from .slugs import slug_hash

LimitReached = limits.LimitReached

__all__ = [
    "LimitReached",
    "NewFile",
    "annotate",
    "answer_in_inbox",
    "create_request",
    "publish_letter",
    "send_follow_up",
    "send_request",
    "withdraw",
]


def locked(foi_request_id: int) -> FOIRequest:
    """The request, locked to the end of the transaction."""
    return (
        FOIRequest.objects.select_for_update(of=("self",))
        .select_related("authority", "requester")
        .get(pk=foi_request_id)
    )


def _alone(user: User) -> User:
    """The person, locked before any request: two tabs count as one, and a suspension comes before or after.

    Not against foreign keys (``no_key``): an answer that is being placed holds the request and then names the person.
    """
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def create_request(*, authority: Authority, requester: User, title: str, created_at: datetime, **fields) -> FOIRequest:
    """A new request with a reply address and a slug of its own, and nothing in it yet.

    Names of people never enter the slug: it is made from the title, and from the number where the
    title gives none or is taken. The title is masked as letters are; what was typed stays for the authority.
    """
    regime = authority.standing
    if regime == "foia" and authority.is_school:
        regime = "foia-school"
    masking = masking_for(foi_request_id=None, requester_id=requester.pk, authority_id=authority.pk)
    written, title = title, masking.line(title)[:200]
    foi_request = FOIRequest.objects.create(
        authority=authority,
        requester=requester,
        title=title,
        written_title=written if written != title else "",
        slug=new_token(),
        regime=regime,
        reply_token=new_token(),
        created_at=created_at,
        last_activity_at=created_at,
        **fields,
    )
    words = slugify(title)[:80].strip("-")
    taken = not words or FOIRequest.objects.filter(slug=words).exists() or _was_used(words)
    foi_request.slug = f"{words or 'request'}-{foi_request.pk}" if taken else words
    foi_request.save(update_fields=["slug"])
    return foi_request


def _was_used(slug: str) -> bool:
    return RetiredSlug.objects.filter(slug_hash=slug_hash(slug)).exists()


@transaction.atomic
def send_request(
    *, authority_id: int, requester: User, title: str, body: str, author_name: str, now: datetime
) -> FOIRequest:
    """A new request, published, its first letter in the outbox: one transaction.

    It leaves after ``TAKE_BACK_MINUTES``. Raises NotAllowed where the person is suspended or the
    authority takes no requests, LimitReached after too many within a day.
    """
    requester = _alone(requester)
    refuse_suspended(requester, "send")
    limits.refuse_too_many_requests(requester, now)
    authority = Authority.objects.get(pk=authority_id)
    if authority.state != AuthorityState.OPEN or not authority.addresses.filter(is_request_address=True).exists():
        raise NotAllowed(
            _("%(authority)s cannot be written to through this site now. Your letter is kept among your drafts.")
            % {"authority": authority.name}
        )
    foi_request = create_request(authority=authority, requester=requester, title=title, created_at=now, sent_at=now)
    message = publish_letter(
        foi_request=foi_request,
        direction=Direction.OUTGOING,
        kind=MessageKind.REQUEST,
        door=Door.WEB,
        body=body,
        at=now,
        author=requester,
        author_name=author_name,
        subject=title,
    )
    follow_own(foi_request=foi_request, now=now)
    compose.post_letter(message, not_before=now + timedelta(minutes=settings.TAKE_BACK_MINUTES))
    return foi_request


@transaction.atomic
def send_follow_up(
    *, foi_request_id: int, author: User, body: str, now: datetime, kind: str = MessageKind.FOLLOW_UP
) -> Message:
    """A further letter from the requester to the authority: a follow-up or a request for internal review.

    A follow-up to a question back hands the request to the authority again. Raises NotAllowed for anybody
    but the requester, and for a request that is imported or hidden from its own requester.
    """
    author = _alone(author)
    foi_request = locked(foi_request_id)
    _refuse_to_write(foi_request, author, now)
    message = publish_letter(
        foi_request=foi_request,
        direction=Direction.OUTGOING,
        kind=kind,
        door=Door.WEB,
        body=body,
        at=now,
        author=author,
        author_name=author.public_name,
        subject=foi_request.title_as_written,
    )
    if kind == MessageKind.INTERNAL_REVIEW:
        _move(foi_request, Status.INTERNAL_REVIEW)
    elif foi_request.status == Status.AWAITING_CLARIFICATION:
        _move(foi_request, waits_for(foi_request))
    compose.post_letter(message, not_before=now + timedelta(minutes=settings.TAKE_BACK_MINUTES))
    return message


@transaction.atomic
def withdraw(*, foi_request_id: int, actor: User, now: datetime) -> Message:
    """The requester no longer needs it: one fixed sentence goes to the authority, and reminders end."""
    actor = _alone(actor)
    foi_request = locked(foi_request_id)
    _refuse_to_write(foi_request, actor, now)
    _move(foi_request, Status.WITHDRAWN)
    body = _(
        "Dear %(authority)s,\n\nI no longer need the information that I asked for, and I withdraw this request. "
        "Please do no further work on it.\n\nYours faithfully,\n\n%(name)s"
    ) % {"authority": foi_request.authority.name, "name": actor.public_name}
    message = publish_letter(
        foi_request=foi_request,
        direction=Direction.OUTGOING,
        kind=MessageKind.WITHDRAWAL,
        door=Door.WEB,
        body=body,
        at=now,
        author=actor,
        author_name=actor.public_name,
        subject=foi_request.title_as_written,
    )
    compose.post_letter(message, not_before=now)
    return message


def _move(foi_request: FOIRequest, status: str) -> None:
    """Of a locked request; what is to be remembered of it changes with it."""
    foi_request.move_to(status)
    set_next_notice(foi_request)
    foi_request.save(update_fields=["status", "next_notice_on"])


def _refuse_to_write(foi_request: FOIRequest, author: User, now: datetime) -> None:
    refuse_suspended(author, "send")
    if foi_request.requester_id != author.pk:
        raise NotAllowed(_("Only the person who made this request can write to the authority about it here."))
    if foi_request.is_imported:
        raise NotAllowed(_("This request was made elsewhere and only shown here, so no letters can be sent from it."))
    if foi_request.prominence == Prominence.NOBODY:
        raise NotAllowed(_("This request is hidden, and no letters can be sent from it."))
    limits.refuse_too_many_follow_ups(author, now)


@transaction.atomic
def annotate(*, foi_request_id: int, author: User, body: str, now: datetime) -> Annotation:
    """A public remark on a request that everybody can see. It makes no mail of its own."""
    author = _alone(author)
    refuse_suspended(author, "annotate")
    limits.refuse_too_many_annotations(author, now)
    foi_request = locked(foi_request_id)
    if foi_request.prominence != Prominence.PUBLIC:
        raise NotAllowed(_("This request is hidden, so it cannot be annotated."))
    return publish_annotation(foi_request=foi_request, author=author, author_name=author.public_name, body=body, at=now)


@transaction.atomic
def answer_in_inbox(
    *,
    foi_request_id: int,
    officer_id: int,
    body: str,
    files: Iterable[NewFile],
    described_as: str,
    now: datetime,
    outcome: str | None = None,
    until: date | None = None,
) -> Message:
    """An officer's answer, published through the same pipeline as mail, with what kind of answer it is.

    An answer is evidence of receipt: where mail left no record, the clock is taken to have started by then.
    ``until``: the authority's estimate, where it says that it needs more time. Raises NotAllowed where the officer
    does not serve the addressed authority.
    """
    foi_request = locked(foi_request_id)
    officer = (
        Officer.objects.serving()
        .select_related("user")
        .filter(pk=officer_id, authority=foi_request.authority_id)
        .first()
    )
    if officer is None:
        raise NotAllowed(_("Only officers of the authority that was asked can answer here."))
    refuse_suspended(officer.user, "answer_as_officer")
    if foi_request.is_imported:
        raise NotAllowed(_("This request was made elsewhere and only shown here, so it cannot be answered here."))
    if foi_request.prominence == Prominence.NOBODY:
        raise NotAllowed(_("This request is hidden and cannot be answered here."))
    message = publish_letter(
        foi_request=foi_request,
        direction=Direction.INCOMING,
        kind=MessageKind.RESPONSE,
        door=Door.INBOX,
        body=body,
        at=now,
        author=officer.user,
        author_name=officer.user.public_name,
        files=files,
    )
    note_receipt_by_answer(foi_request=foi_request, message=message, basis=Basis.OFFICER, actor=officer.user)
    outcomes.describe_locked(
        foi_request=foi_request,
        message=message,
        described_as=described_as,
        outcome=outcome,
        side=Side.AUTHORITY,
        actor=officer.user,
        now=now,
        until=until,
    )
    compose.post(
        "response_received",
        to=foi_request.requester,
        foi_request=foi_request,
        message=message,
        filling=to_requester(foi_request, message),
    )
    return message
