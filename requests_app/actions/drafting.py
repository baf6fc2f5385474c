"""Letters that are not sent yet: kept on every step, with or without an account, and sent exactly once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Message, MessageKind, NotAllowed, User
from ..models.private import Draft
from .correspondence import send_follow_up, send_request

# How long a letter without an account is kept after it was last saved; said on the page.
KEPT = timedelta(days=7)
COOKIE = "unsent_letter"


def new_cookie() -> str:
    """What a browser without an account is known by: random, and only its hash is stored."""
    return secrets.token_urlsafe(32)


def hash_of(cookie: str) -> str:
    """How a browser's cookie is stored; nothing for no cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""


@transaction.atomic
def save_draft(
    *,
    user: User | None,
    cookie_hash: str,
    body: str,
    now: datetime,
    title: str = "",
    authority_id: int | None = None,
    foi_request_id: int | None = None,
    kind: str = MessageKind.REQUEST,
    draft_id: int | None = None,
    anew: bool = False,
) -> Draft:
    """Keep a letter as it stands: ``draft_id`` where the writer has it open, else their newest of the same kind.

    Of the same kind are first letters to one authority, and further letters on one request. ``anew`` keeps
    whatever was unsent before beside it. ``user`` is None for somebody without an account, whose letter
    belongs to ``cookie_hash`` and lives `KEPT` from now. A ``draft_id`` of somebody else counts as none.
    """
    owner = f"user {user.pk}" if user else f"cookie {cookie_hash}"
    with connection.cursor() as cursor:  # two savings at once must not make two letters
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"draft {owner} {authority_id} {foi_request_id}"]
        )
    about = {"foi_request": foi_request_id} if foi_request_id else {"foi_request": None, "authority": authority_id}
    mine = Draft.objects.open_to(user, cookie_hash, now=now).filter(kind=kind, **about).select_for_update()
    newest_first = mine.none() if anew else mine.order_by("-saved_at", "-pk")
    draft = newest_first.filter(pk=draft_id).first() if draft_id else None
    draft = (
        draft
        or newest_first.first()
        or Draft(
            user=user,
            cookie_hash="" if user else cookie_hash,
            authority_id=authority_id,
            foi_request_id=foi_request_id,
            kind=kind,
            created_at=now,
        )
    )
    draft.title, draft.body, draft.saved_at = title[:200], body, now
    draft.expires_at = None if user else now + KEPT
    draft.save()
    return draft


@transaction.atomic
def acknowledge_public(*, draft_id: int) -> None:
    """The writer ticked that a letter about themselves becomes public."""
    Draft.objects.filter(pk=draft_id).update(knows_it_is_public=True)


def leave_for_preview(*, draft_id: int, now: datetime) -> None:
    """The writer goes on to see how the letter will be published; left at that, they are reminded of it once."""
    Draft.objects.filter(pk=draft_id, sent_as__isnull=True).update(previewed_at=now)


@transaction.atomic
def send_on_confirmation(*, draft_id: int) -> None:
    """The writer pressed "Sign up and send": the letter waits for the address to be confirmed."""
    draft = Draft.objects.select_for_update().get(pk=draft_id)
    Draft.objects.filter(cookie_hash=draft.cookie_hash, sent_as__isnull=True).exclude(pk=draft.pk).exclude(
        cookie_hash=""
    ).update(send_on_confirmation=False)
    draft.send_on_confirmation = True
    draft.save(update_fields=["send_on_confirmation"])


@transaction.atomic
def bind_to_signup(*, user: User, cookie_hash: str, now: datetime) -> None:
    """Tie the letter that waits for confirmation to the new account, so that any device can confirm it.

    The browser keeps it as well until then: what it shows must not tell whether an account existed before.
    """
    if cookie_hash:
        Draft.objects.filter(cookie_hash=cookie_hash, send_on_confirmation=True, sent_as__isnull=True).update(
            user=user, expires_at=now + KEPT
        )


@transaction.atomic
def claim_drafts(*, user: User, cookie_hash: str) -> Draft | None:
    """Make a browser's letters those of the person who has signed in there. Returns the one that waits to go out.

    Where the person has an unsent letter to the same authority already, both are kept.
    """
    if cookie_hash:
        Draft.objects.filter(cookie_hash=cookie_hash, sent_as__isnull=True).update(
            user=user, cookie_hash="", expires_at=None
        )
    waiting = Draft.objects.filter(user=user, send_on_confirmation=True, sent_as__isnull=True)
    return waiting.order_by("-saved_at", "-pk").first()


@transaction.atomic
def send_draft(*, draft_id: int, now: datetime) -> Message:
    """Send a letter under its owner's public name; asked twice, it gives the same letter again.

    Raises NotAllowed (LimitReached with its end) where it cannot go; then the draft is kept as it is.
    """
    draft = Draft.objects.select_for_update(of=("self",)).select_related("user").get(pk=draft_id)
    if draft.sent_as_id:
        return draft.sent_as
    if draft.user is None or not draft.user.public_name:
        raise NotAllowed(_("Sign in and say your name first. Your letter is kept."))
    if draft.foi_request_id:
        message = send_follow_up(
            foi_request_id=draft.foi_request_id, author=draft.user, body=draft.body.strip(), now=now, kind=draft.kind
        )
    else:
        foi_request = send_request(
            authority_id=draft.authority_id,
            requester=draft.user,
            title=draft.title,
            body=draft.body.strip(),
            author_name=draft.user.public_name,
            now=now,
        )
        message = foi_request.messages.get(kind=MessageKind.REQUEST)
    draft.sent_as = message
    draft.cookie_hash, draft.expires_at = "", None
    # The letter itself is the record now; the draft only remembers that it went.
    draft.title, draft.body, draft.author_name = "", "", ""
    draft.save()
    return message


@transaction.atomic
def discard(*, draft_id: int) -> None:
    """Throw an unsent letter away."""
    Draft.objects.filter(pk=draft_id, sent_as__isnull=True).delete()


@transaction.atomic
def purge_expired(*, now: datetime) -> int:
    """Delete the letters without an account whose days are over. Returns how many."""
    return Draft.objects.filter(Q(expires_at__lte=now), sent_as__isnull=True).delete()[0]
