"""Who answers for an authority: invited by staff, or asked for by a stranger and vouched for by the authority."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ..mail import compose
from ..models import (
    Authority,
    CaseKind,
    Decision,
    DecisionKind,
    Invitation,
    LinkKind,
    NotAllowed,
    Officer,
    ReasonCode,
    User,
)
from ..permissions import refuse_suspended
from .cases import close_cases_about, decide, open_case
from .links import make_link, token_hash, use_link
from .officer_drafts import discard_draft

INVITATION_LIFE = timedelta(days=14)
VOUCHING_LIFE = timedelta(days=30)
# Anybody may ask, so nobody's mailbox may be filled by it: at most this many open ones for one authority in a day.
ASKED_PER_DAY = 3


@transaction.atomic
def invite(*, authority_id: int, email: str, name: str, actor: User, now: datetime) -> Invitation:
    """Ask a named person to answer for an authority: a letter with a single-use link, which anybody
    signed in may redeem, so the letter says to keep it. A Decision is written.
    """
    authority = Authority.objects.get(pk=authority_id)
    invitation = Invitation.objects.create(
        authority=authority,
        email=_checked(email),
        name=_named(name),
        created_by=actor,
        created_at=now,
        approved_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    decide(DecisionKind.INVITE, actor=actor, thing=invitation, reason_code=ReasonCode.HANDLED, now=now)
    _send_invitation(invitation, now)
    return invitation


@transaction.atomic
def ask_for_access(*, authority_id: int, email: str, name: str, now: datetime) -> Invitation:
    """A stranger says they answer for this authority.

    The link goes to the address that we write to, never to the one they give; after somebody there has vouched,
    staff approve, and only then the stranger gets an invitation. Raises NotAllowed where the authority has
    no address or has been asked too often today.
    """
    authority = Authority.objects.select_for_update().get(pk=authority_id)
    address = authority.addresses.filter(is_request_address=True).first()
    if address is None:
        raise NotAllowed(
            _("We do not know an address of %(authority)s, so nobody there can vouch for you. Please write to us.")
            % {"authority": authority.name}
        )
    email, name = _checked(email), _named(name)
    waiting = authority.invitations.filter(
        asked_by_stranger=True, vouched_at=None, declined_at=None, redeemed_at=None, expires_at__gt=now
    )
    if same := waiting.filter(email=email).first():
        return same
    if waiting.filter(created_at__gt=now - timedelta(days=1)).count() >= ASKED_PER_DAY:
        raise NotAllowed(
            _(
                "Several people have asked for access to this inbox today. Try again tomorrow, or write to us "
                "if it cannot wait."
            )
        )
    invitation = Invitation.objects.create(
        authority=authority,
        email=email,
        name=name,
        asked_by_stranger=True,
        created_at=now,
        expires_at=now + VOUCHING_LIFE,
    )
    link = make_link(LinkKind.VOUCH_OFFICER, now=now, lives=VOUCHING_LIFE, invitation=invitation)
    compose.post(
        "officer_vouch",
        to=address.email,
        kind="notice",
        context={
            "name": name,
            "email": email,
            "authority": authority,
            "link": link,
            "expires_at": invitation.expires_at,
        },
    )
    return invitation


@transaction.atomic
def vouch(*, link_id: int, says_yes: bool, now: datetime) -> Invitation:
    """The authority's own mailbox says whether this person works there, by the link that went there.

    Yes makes a case for staff; no ends it. Raises NotAllowed where the link is used or too old.
    """
    link = use_link(link_id, LinkKind.VOUCH_OFFICER, now=now, used_for="yes" if says_yes else "no")
    invitation = Invitation.objects.select_for_update().get(pk=link.invitation_id)
    if invitation.declined_at or invitation.redeemed_at or invitation.vouched_at:
        raise NotAllowed(_("This has been answered already. There is nothing more to do."))
    if says_yes:
        invitation.vouched_at = now
        invitation.save(update_fields=["vouched_at"])
        open_case(CaseKind.OFFICER_ACCESS, "invitation", invitation.pk, now=now)
    else:
        invitation.declined_at = now
        invitation.save(update_fields=["declined_at"])
    return invitation


@transaction.atomic
def approve(*, invitation_id: int, actor: User, now: datetime) -> Decision:
    """Staff agree, after the authority vouched: the person gets an invitation. Closes the case."""
    invitation = _undecided(invitation_id)
    if invitation.asked_by_stranger and invitation.vouched_at is None:
        raise NotAllowed(_("Nobody at the authority has vouched for this person yet."))
    decision = decide(
        DecisionKind.APPROVE_OFFICER, actor=actor, thing=invitation, reason_code=ReasonCode.HANDLED, now=now
    )
    invitation.approved_at = now
    invitation.expires_at = now + INVITATION_LIFE
    invitation.save(update_fields=["approved_at", "expires_at"])
    _send_invitation(invitation, now)
    close_cases_about(CaseKind.OFFICER_ACCESS, "invitation", invitation.pk, actor=actor, now=now, decision=decision)
    return decision


@transaction.atomic
def decline(*, invitation_id: int, reason_code: str, staff_note: str, actor: User, now: datetime) -> Decision:
    """Staff say no; the person who asked is told so. Closes the case."""
    invitation = _undecided(invitation_id)
    decision = decide(
        DecisionKind.DECLINE_OFFICER,
        actor=actor,
        thing=invitation,
        reason_code=reason_code,
        now=now,
        staff_note=staff_note,
    )
    invitation.declined_at = now
    invitation.token_hash = None
    invitation.save(update_fields=["declined_at", "token_hash"])
    compose.post(
        "officer_declined", to=invitation.email, context={"name": invitation.name, "authority": invitation.authority}
    )
    close_cases_about(CaseKind.OFFICER_ACCESS, "invitation", invitation.pk, actor=actor, now=now, decision=decision)
    return decision


@transaction.atomic
def redeem_invitation(*, token: str, user: User, now: datetime) -> Officer:
    """Make the signed-in person an officer. The link works once, for the person at the address that got it.

    A link that was forwarded, or seen by somebody else, gives nobody else the power to answer. Raises
    NotAllowed, with words that say what to do, for a link that is unknown, used, declined or too old.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("authority")
        .filter(token_hash=token_hash(token))
    ).first()
    if problem := problem_with(invitation, now):
        raise NotAllowed(problem)
    refuse_suspended(user, "become_officer")
    if not user.emailaddress_set.filter(verified=True, email__iexact=invitation.email).exists():
        raise NotAllowed(
            _(
                "This invitation was sent to another e-mail address than yours. Sign in with the address that got it, "
                "or add that address to your account and confirm it."
            )
        )
    if not user.public_name:
        # An answer needs a name beside it, and this is the one that was vouched for.
        user.public_name = invitation.name
        user.save(update_fields=["public_name"])
    officer, _made = Officer.objects.get_or_create(
        user=user, authority=invitation.authority, ended_at=None, defaults={"started_at": now}
    )
    invitation.redeemed_at, invitation.redeemed_by = now, user
    invitation.save(update_fields=["redeemed_at", "redeemed_by"])
    return officer


def problem_with(invitation: Invitation | None, now: datetime) -> str:
    """Why this invitation cannot be taken up, and what to do instead; empty where it can."""
    ask = _("Ask the person who invited you for a new one, or ask for access on the inbox page.")
    if invitation is None:
        return _("This invitation is not one of ours, or the link was cut when it was copied.") + " " + ask
    if invitation.redeemed_at:
        return _("This invitation has been used. It works once. If you used it, sign in and open your inbox.")
    if invitation.declined_at or not invitation.approved_at:
        return _("This invitation is no longer open.") + " " + ask
    if invitation.expires_at <= now:
        return _("This invitation is too old.") + " " + ask
    return ""


@transaction.atomic
def end_role(*, officer_id: int, actor: User, now: datetime, staff_note: str = "") -> Decision:
    """An officer no longer answers for the authority, from this commit on. Their letters stay; drafts are deleted."""
    officer = Officer.objects.select_for_update().get(pk=officer_id)
    if officer.ended_at is not None:
        raise NotAllowed(_("This role has ended already."))
    decision = decide(
        DecisionKind.END_OFFICER,
        actor=actor,
        thing=officer,
        reason_code=ReasonCode.HANDLED,
        now=now,
        staff_note=staff_note,
    )
    officer.ended_at = now
    officer.save(update_fields=["ended_at"])
    for draft in officer.drafts.all():
        discard_draft(draft=draft)
    return decision


def _undecided(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("authority").get(pk=invitation_id)
    if invitation.approved_at or invitation.declined_at:
        raise NotAllowed(_("This was decided already."))
    return invitation


def _send_invitation(invitation: Invitation, now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.save(update_fields=["token_hash"])
    compose.post(
        "officer_invitation",
        to=invitation.email,
        context={
            "name": invitation.name,
            "authority": invitation.authority,
            "link": f"{settings.SITE_URL}/inbox/invitation/{token}/",
            "expires_at": invitation.expires_at,
        },
    )


def _checked(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotAllowed(_("Give a whole e-mail address, such as name@council.example.")) from error
    return email


def _named(name: str) -> str:
    name = " ".join(name.split())
    if len(name) < 3:
        raise NotAllowed(_("Give the person's name, as the public will see it beside their letters."))
    return name[:100]
