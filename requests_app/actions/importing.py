"""Bring a thread from elsewhere, with its own dates, through the code that publishes all letters."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..mail.classify import classify
from ..mail.parse import parse
from ..models import (
    Authority,
    AuthorityAddress,
    AuthorityState,
    Basis,
    Description,
    Direction,
    Door,
    FOIRequest,
    Message,
    MessageKind,
    NotAllowed,
    Outcome,
    ReasonCode,
    Side,
    Status,
    User,
)
from ..permissions import suspension_of
from .correspondence import create_request
from .deadlines import london_day, note_receipt
from .moderation import suspend
from .outcomes import describe_locked
from .publication import record, touch
from .publishing import NewFile, publish_annotation, publish_letter
from .thread_file import Entry, Person, Thread


def import_thread(thread: Thread, *, source_id: str) -> tuple[FOIRequest, bool]:
    """The request that shows this thread, and whether this call made it: all of it or nothing.

    ``source_id`` is what makes a second import of the same thread find the first. No reminder, notice or
    letter ever leaves for it; its people have no account until they claim it.
    """
    if found := FOIRequest.objects.filter(source_id=source_id).first():
        return found, False
    try:
        with transaction.atomic():
            return _import(thread, source_id), True
    except IntegrityError:
        # Somebody imported the same thread at the same moment: theirs stands.
        return FOIRequest.objects.get(source_id=source_id), False


def _import(thread: Thread, source_id: str) -> FOIRequest:
    requester = _person(thread.requester)
    first = thread.entries[0]
    foi_request = create_request(
        authority=_authority(thread),
        requester=requester,
        title=thread.title,
        created_at=first.at,
        sent_at=first.at,
        is_imported=True,
        importing=True,
        source_id=source_id,
        source_url=thread.source_url,
        imported_followers=thread.followers,
    )
    placed = [(entry, _place(entry, foi_request)) for entry in thread.entries]
    note_receipt(foi_request=foi_request, on=london_day(first.at), basis=Basis.IMPORTED, message=placed[0][1])
    _say_outcome(thread, foi_request, placed)
    foi_request.importing = False
    foi_request.letters_to_describe_since = None
    foi_request.next_notice_on = None  # nothing is ever sent about a thread from elsewhere
    foi_request.save(update_fields=["importing", "letters_to_describe_since", "status", "next_notice_on"])
    record(foi_request, "imported")
    touch(foi_request)
    # Last, so that a suspended person's letters could be placed at all.
    for person in {entry.author for entry in thread.entries if entry.author} | {thread.requester}:
        if person.suspended_because and suspension_of(_person(person)) is None:
            suspend(
                user=_person(person),
                reason_code=ReasonCode.VEXATIOUS,
                public_wording=person.suspended_because,
                actor=site_account(),
                now=thread.entries[-1].at,
            )
    foi_request.refresh_from_db()
    return foi_request


def site_account() -> User:
    """The account in whose name the site itself decides; nobody can sign in as it."""
    user, made = User.objects.get_or_create(
        email=None,
        claim_email=f"site@{settings.MAIL_DOMAIN}",
        defaults={"public_name": settings.SITE_NAME, "is_active": False},
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def _person(person: Person) -> User:
    """The person of that name and address who came with an import, made if need be; they cannot sign in."""
    user = User.objects.filter(email=None, claim_email=person.email, public_name=person.name).first()
    if user is None:
        user = User(email=None, claim_email=person.email, public_name=person.name)
        user.set_unusable_password()
        user.save()
    return user


def _authority(thread: Thread) -> Authority:
    """The authority of that name as it is known here, or a new one."""
    found = Authority.objects.filter(name__iexact=thread.authority_name).first()
    if found:
        if found.standing != thread.regime:
            raise NotAllowed(
                _("“%(authority)s” is known here under %(known)s, not %(said)s: correct the file or the authority.")
                % {"authority": found.name, "known": found.standing, "said": thread.regime}
            )
        return found
    slug = slugify(thread.authority_name)[:190] or "authority"
    while Authority.objects.filter(slug=slug).exists():
        slug += "-2"
    authority = Authority.objects.create(
        name=thread.authority_name,
        slug=slug,
        standing=thread.regime,
        state=AuthorityState.OPEN if thread.authority_email else AuthorityState.NO_ADDRESS,
    )
    if thread.authority_email:
        AuthorityAddress.objects.create(
            authority=authority, email=thread.authority_email, is_request_address=True, publishes=True
        )
    return authority


def _place(entry: Entry, foi_request: FOIRequest) -> Message | None:
    if entry.kind == "annotation":
        author = _person(entry.author)
        publish_annotation(
            foi_request=foi_request, author=author, author_name=author.public_name, body=entry.body, at=entry.at
        )
        return None
    incoming = entry.kind == "response"
    letter = {"body": entry.body}
    if entry.raw is not None:
        parsed = parse(entry.raw)
        letter = {
            "body": parsed.text,
            "subject": parsed.subject,
            "sender_address": parsed.from_address,
            "files": [NewFile(file.name, file.content_type, file.content) for file in parsed.attachments],
            "is_automatic": classify(parsed).kind == "automatic",
        }
    return publish_letter(
        foi_request=foi_request,
        direction=Direction.INCOMING if incoming else Direction.OUTGOING,
        kind=MessageKind(entry.kind),
        door=Door.IMPORT,
        at=entry.at,
        author=None if incoming else foi_request.requester,
        author_name=foi_request.authority.name if incoming else foi_request.requester.public_name,
        **letter,
    )


def _say_outcome(thread: Thread, foi_request: FOIRequest, placed: list[tuple[Entry, Message | None]]) -> None:
    """Say the outcome of the first response marked as the answer, else of the last one."""
    responses = [(entry, message) for entry, message in placed if entry.kind == "response"]
    if thread.outcome and responses:
        answer = next((message for entry, message in responses if entry.is_answer), responses[-1][1])
        describe_locked(
            foi_request=foi_request,
            message=answer,
            described_as=Description.ANSWER,
            outcome=thread.outcome,
            side=Side.IMPORTED,
            actor=None,
            now=answer.at,
        )
    if thread.outcome == Outcome.WITHDRAWN:
        foi_request.status = Status.WITHDRAWN
