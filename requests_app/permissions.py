"""Who may see or do what. Each rule is written once, as a Q, and everything fetches through it.

Staff and party clauses are subqueries: a join inside an OR would repeat rows.
"""

from copy import copy
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from .models import (
    Attachment,
    Direction,
    FOIRequest,
    Message,
    NotAllowed,
    Officer,
    Prominence,
    Release,
    Sanction,
    Status,
    User,
)

# What a suspended person may still do. Every write and every token asks here, by name; what is not named is refused.
SUSPENSION_EFFECTS: dict[str, bool] = {
    "sign_in": True,
    "read": True,
    "write_to_us": True,  # to ask for a review
    "report": True,  # what should not be public stays reportable, about oneself too
    "stop_following": True,
    "change_own_account": True,
    "send": False,  # requests, follow-ups, withdrawals
    "describe": False,
    "annotate": False,
    "follow": False,
    "answer_as_officer": False,
    "become_officer": False,
    "act_as_staff": False,
}
# A letter that nobody has described for so long may be described by any signed-in person.
SAID_BY_ANYBODY_AFTER = timedelta(days=21)
EVERYTHING = Q(pk__isnull=False)
NOTHING = Q(pk__isnull=True)


def _signed_in(user) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


def is_staff(user) -> bool:
    """Whether this person is one of our staff, and may act as such now."""
    return _signed_in(user) and user.is_staff and suspension_of(user) is None


def as_party(user):
    """The same person without a staff member's powers: what is hidden from all stays hidden from them.

    For what a person makes of their own request to hand on, such as a bundle for a regulator.
    """
    if not getattr(user, "is_staff", False):
        return user
    party = copy(user)
    party.is_staff = False
    return party


def requested_by(user) -> Q:
    """Requests that this person made."""
    return Q(requester=user.pk) if _signed_in(user) else NOTHING


def answerable_by(user) -> Q:
    """Requests addressed to an authority that this person works for."""
    if not _signed_in(user):
        return NOTHING
    return Q(authority__in=Officer.objects.serving().filter(user=user.pk).values("authority"))


def _party_to(user) -> Q:
    return requested_by(user) | answerable_by(user)


def visible_to(user) -> Q:
    """Requests that this person may see: public ones; hidden ones only as a party, or as staff."""
    if is_staff(user):
        return EVERYTHING
    public = Q(prominence=Prominence.PUBLIC)
    if not _signed_in(user):
        return public
    return public | (Q(prominence=Prominence.PARTIES) & _party_to(user))


def _visible_parts(user) -> Q:
    """Rows with a ``foi_request`` and a prominence of their own: both must let this person see them."""
    requests_seen = FOIRequest.objects.filter(visible_to(user)).values("pk")
    public = Q(prominence=Prominence.PUBLIC)
    if _signed_in(user):
        own = FOIRequest.objects.filter(_party_to(user)).values("pk")
        public |= Q(prominence=Prominence.PARTIES, foi_request__in=own)
    return Q(foi_request__in=requests_seen) & public


def visible_letters(user) -> Q:
    """Letters whose text this person may read."""
    return EVERYTHING if is_staff(user) else _visible_parts(user)


def describable_by(user, *, now: datetime) -> Q:
    """Letters of which this person may say what they were, though it is neither's own request: nobody has for 21 days.

    What an officer says counts as the authority's word, so it is said in the inbox.
    """
    if not _signed_in(user):
        return NOTHING
    theirs = FOIRequest.objects.filter(requested_by(user) | answerable_by(user)).values("pk")
    public = FOIRequest.objects.filter(prominence=Prominence.PUBLIC, is_imported=False)
    waits = Q(direction=Direction.INCOMING, is_automatic=False, described_as="", at__lte=now - SAID_BY_ANYBODY_AFTER)
    open_ones = public.exclude(status=Status.WITHDRAWN).values("pk")
    return waits & Q(foi_request__in=open_ones) & ~Q(foi_request__in=theirs) & Q(prominence=Prominence.PUBLIC)


def visible_annotations(user) -> Q:
    """Annotations whose text this person may read."""
    return EVERYTHING if is_staff(user) else _visible_parts(user)


def visible_files(user) -> Q:
    """Files that may be served to this person: released, of a letter they may read, and not hidden themselves.

    Staff may open what is held or checked, in order to decide about it.
    """
    if is_staff(user):
        return EVERYTHING
    readable = Message.objects.filter(visible_letters(user)).values("pk")
    shown = Q(prominence=Prominence.PUBLIC)
    if _signed_in(user):
        own = FOIRequest.objects.filter(_party_to(user)).values("pk")
        shown |= Q(prominence=Prominence.PARTIES, message__foi_request__in=own)
    return Q(release=Release.PUBLIC, message__in=readable) & shown


def visible_texts(user) -> Q:
    """Words and pictures taken from files: whoever may have the file may read them."""
    return Q(attachment__in=Attachment.objects.filter(visible_files(user)).values("pk"))


def suspension_of(user: User) -> Sanction | None:
    """The suspension in force against this person; None where there is none. One query."""
    if user is None or user.pk is None:
        return None
    return Sanction.objects.active().filter(user=user.pk).first()


def refuse_suspended(user: User, deed: str) -> None:
    """Raise NotAllowed, with the public words of the decision, where a suspension forbids ``deed``.

    ``deed`` is a name of ``SUSPENSION_EFFECTS``. The requests of a suspended person stay public, and
    answers to them still arrive.
    """
    if SUSPENSION_EFFECTS.get(deed):
        return
    if sanction := suspension_of(user):
        raise NotAllowed(
            _("Your account is suspended: %(why)s You can still read everything, and write to us to ask for a review.")
            % {"why": sanction.public_wording}
        )
