"""Suspend an account, restore it, change a public name: one Decision each, on every page at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..mail import compose
from ..models import (
    Annotation,
    Authority,
    DecisionKind,
    Direction,
    FOIRequest,
    Message,
    NotAllowed,
    OutboundEmail,
    OutboundState,
    PageCopy,
    ReasonCode,
    Sanction,
    User,
)
from ..models.private import Draft
from ..permissions import suspension_of
from .cases import decide
from .notice_plan import look_again
from .publication import touch_where

# Why a letter in the outbox was taken back, so that restoring the account can find it.
HELD_BACK = "held back: the account is suspended"


@transaction.atomic
def suspend(
    *,
    user: User,
    reason_code: str,
    public_wording: str,
    actor: User,
    now: datetime,
    for_misuse: bool = True,
    staff_note: str = "",
) -> Sanction:
    """Suspend an account, from this commit on; what it may still do is ``permissions.SUSPENSION_EFFECTS``.

    Its requests stay public and answers still arrive. Letters that have not left yet are taken back, and
    drafts that waited for a confirmation no longer go out. The person gets the words, and the letters of each
    open request with the authority's address, so that they can go on privately. Raises NotAllowed without
    words, for oneself, and where a suspension is in force already.
    """
    public_wording = public_wording.strip()
    if not public_wording:
        raise NotAllowed(_("Write why: the person reads these words, and everybody else may."))
    if user.pk == actor.pk:
        raise NotAllowed(_("You cannot suspend your own account. Ask another member of staff."))
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if suspension_of(user):
        raise NotAllowed(_("This account is suspended already. Restore it first, then decide anew."))
    decision = decide(
        DecisionKind.SUSPEND,
        actor=actor,
        thing=user,
        reason_code=reason_code,
        now=now,
        public_wording=public_wording,
        staff_note=staff_note,
    )
    sanction = Sanction.objects.create(
        user=user,
        reason_code=reason_code,
        public_wording=public_wording,
        for_misuse=for_misuse,
        started_at=now,
        started_by=decision,
    )
    Draft.objects.filter(user=user, send_on_confirmation=True).update(send_on_confirmation=False)
    _own_letters(user).filter(state=OutboundState.QUEUED).update(state=OutboundState.CANCELLED, last_error=HELD_BACK)
    _show_everywhere(user)
    compose.post(
        "account_suspended",
        to=user,
        context={"public_wording": public_wording, "open_requests": _to_go_on_with(user)},
    )
    return sanction


@transaction.atomic
def restore(
    *,
    user: User,
    actor: User,
    now: datetime,
    reason_code: str = ReasonCode.RESTORED,
    public_wording: str = "",
    staff_note: str = "",
) -> Sanction:
    """End a suspension; letters that it held back leave now. Raises NotAllowed where there is none."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    sanction = suspension_of(user)
    if sanction is None:
        raise NotAllowed(_("This account is not suspended."))
    sanction.ended_at = now
    sanction.ended_by = decide(
        DecisionKind.RESTORE,
        actor=actor,
        thing=user,
        reason_code=reason_code,
        now=now,
        public_wording=public_wording,
        staff_note=staff_note,
    )
    sanction.save(update_fields=["ended_at", "ended_by"])
    _own_letters(user).filter(state=OutboundState.CANCELLED, last_error=HELD_BACK).update(
        state=OutboundState.QUEUED, last_error="", not_before=now
    )
    _show_everywhere(user)
    look_again(Q(requester=user), reason="suspended", now=now)
    compose.post("account_restored", to=user, context={"public_wording": public_wording})
    return sanction


@transaction.atomic
def rename(*, user: User, new_name: str, reason_code: str, actor: User, now: datetime, staff_note: str = "") -> User:
    """Change a person's public name everywhere but in letters: a letter keeps the name it was sent under."""
    new_name = " ".join(new_name.split())
    if len(new_name) < 3 or len(new_name) > 100:
        raise NotAllowed(_("Give a name of 3 to 100 letters."))
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    decide(DecisionKind.RENAME, actor=actor, thing=user, reason_code=reason_code, now=now, staff_note=staff_note)
    user.public_name = new_name
    user.save(update_fields=["public_name"])
    _show_everywhere(user)
    return user


def _own_letters(user: User):
    """Rows of the outbox that carry this person's own letters to authorities."""
    return OutboundEmail.objects.filter(message__author=user, message__direction=Direction.OUTGOING, to_user=None)


def _requests_showing(user: User) -> Q:
    """Requests on whose page this person's name or mark stands. Subqueries: the rows are locked one by one."""
    return (
        Q(requester=user)
        | Q(pk__in=Annotation.objects.filter(author=user).values("foi_request"))
        | Q(pk__in=Message.objects.filter(author=user).values("foi_request"))
    )


def _show_everywhere(user: User) -> None:
    which = _requests_showing(user)
    touch_where(which)
    PageCopy.objects.filter(foi_request__in=FOIRequest.objects.filter(which).values("pk")).delete()


def _to_go_on_with(user: User) -> list[dict]:
    """Each open request of this person: title, authority, its address, and all letters. Two queries and one."""
    requests = (
        FOIRequest.objects.open()
        .filter(requester=user, is_imported=False)
        .select_related("authority")
        .prefetch_related("messages")
        .order_by("pk")
    )
    requests = list(requests)
    addresses = dict(
        Authority.objects.filter(
            pk__in={foi_request.authority_id for foi_request in requests}, addresses__is_request_address=True
        ).values_list("pk", "addresses__email")
    )
    return [
        {
            "title": foi_request.title,
            "authority": foi_request.authority.name,
            "address": addresses.get(foi_request.authority_id, ""),
            "url": compose.page_url(foi_request),
            "due_on": foi_request.due_on,
            "letters": [
                {"author_name": letter.author_name, "at": letter.at, "text": letter.body}
                for letter in foi_request.messages.all()
                if letter.prominence != "nobody"
            ],
        }
        for foi_request in requests
    ]
