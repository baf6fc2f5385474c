"""Held letters: the authority is asked once about a sender, and staff decide about the rest."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..mail import compose
from ..mail.parse import ParsedEmail
from ..mail.route import AWAITING_WORD
from ..models import (
    AuthorityAddress,
    CaseKind,
    Decision,
    FOIRequest,
    InboundEmail,
    InboundState,
    LinkKind,
    Message,
    NotAllowed,
    OneTimeLink,
    User,
)
from . import filing
from .cases import close_cases_about
from .deadlines import set_next_notice
from .links import make_link, use_link
from .publication import touch

# Nobody's mailbox may be filled by strangers who learned a reply address.
ASKED_PER_DAY = 10


def ask_once(row: InboundEmail, letter: ParsedEmail, foi_request: FOIRequest) -> None:
    """Ask the address that we write to whether this sender's letters are its answers; once for each sender.

    Only a sender that is asked about is written down: a flood of strangers makes no more rows than questions.
    """
    authority = foi_request.authority
    asked_of = authority.addresses.filter(is_request_address=True).first()
    now = timezone.now()
    if asked_of is None:
        return
    email = row.sender_address[:254].strip().lower()
    if authority.addresses.filter(email=email, asked_at__isnull=False).exists():
        return
    if authority.addresses.filter(asked_at__gt=now - timedelta(days=1)).count() >= ASKED_PER_DAY:
        return
    sender, _made = AuthorityAddress.objects.get_or_create(authority=authority, email=email)
    sender.asked_at = now
    sender.save(update_fields=["asked_at"])
    link = make_link(
        LinkKind.PUBLISH_SENDER, now=now, lives=filing.LINK_LIFE, authority_address=sender, inbound_email=row
    )
    compose.post(
        "ask_sender",
        to=asked_of.email,
        foi_request=foi_request,
        kind="notice",
        context={
            "sender": row.sender_address,
            "received_at": row.received_at,
            "subject": letter.subject[:200],
            "files": len(letter.attachments),
            "link": link,
        },
    )


@transaction.atomic
def settle_sender(*, link_id: int, publish: bool, now: datetime) -> list[Message]:
    """The authority says whether this sender's letters are its answers; it is remembered for the address.

    What is held from it for this authority is published, as of the moment it reached us, or put away as
    not for the public. Gives back what was published. Raises NotAllowed where the link is used or too old.
    """
    used_for = "publish" if publish else "not_public"
    link = use_link(link_id, LinkKind.PUBLISH_SENDER, now=now, used_for=used_for)
    sender = AuthorityAddress.objects.select_for_update().get(pk=link.authority_address_id)
    sender.publishes, sender.confirmed_at = publish, now
    sender.save(update_fields=["publishes", "confirmed_at"])
    OneTimeLink.objects.filter(authority_address=sender, used_at=None).update(used_at=now, used_for=used_for)
    waiting = (
        InboundEmail.objects.select_for_update(of=("self",))
        .filter(
            state=InboundState.HELD,
            reason__in=AWAITING_WORD,
            sender_address=sender.email,
            foi_request__authority=sender.authority_id,
        )
        .order_by("received_at", "id")
    )
    published = []
    for row in waiting:
        if publish:
            published.append(_publish_held(row, row.foi_request))
        else:
            _put_away(row, "not_public")
        close_cases_about(CaseKind.HELD_LETTER, "inbound_email", row.pk, actor=None, now=now)
    return published


@transaction.atomic
def file_held(
    *, inbound_email_id: int, foi_request_id: int, actor: User, now: datetime, decision: Decision | None = None
) -> Message:
    """Staff put a held letter on a request, whoever sent it; it counts from the moment it reached us.

    Raises NotAllowed where it is no longer held, or the request was brought from elsewhere.
    """
    row = _locked_held(inbound_email_id)
    foi_request = FOIRequest.objects.get(pk=foi_request_id)
    if foi_request.is_imported:
        raise NotAllowed(_("This request was made elsewhere and only shown here, so no letter can be put on it."))
    before = row.foi_request_id
    moves = before is not None and before != foi_request_id
    if moves:
        # Two people who move letters crosswise between two requests would else each wait for the other's.
        both = FOIRequest.objects.filter(pk__in=(before, foi_request_id)).order_by("pk")
        list(both.select_for_update(of=("self",)).values_list("pk"))
    message = _publish_held(row, foi_request)
    if moves:
        _touch_locked(before)
    _close(row, actor, now, decision)
    return message


@transaction.atomic
def discard_held(
    *, inbound_email_id: int, actor: User, now: datetime, reason: str = "", decision: Decision | None = None
) -> InboundEmail:
    """Staff put a held letter away: it is not for publication. Its bytes are kept."""
    row = _locked_held(inbound_email_id)
    _put_away(row, reason or row.reason)
    _close(row, actor, now, decision)
    return row


def _locked_held(inbound_email_id: int) -> InboundEmail:
    row = InboundEmail.objects.select_for_update(of=("self",)).get(pk=inbound_email_id)
    if row.state != InboundState.HELD:
        raise NotAllowed(_("Somebody has dealt with this letter already. Look at the list again."))
    return row


def _publish_held(row: InboundEmail, foi_request: FOIRequest) -> Message:
    letter, reading = filing.read(row)
    if reading.recall:
        raise NotAllowed(_("A mail program wrote this to take another letter back. It is not published; put it away."))
    return filing.publish(row, letter, foi_request, reading)


def _put_away(row: InboundEmail, reason: str) -> None:
    filing.settle(row, InboundState.DISCARDED, reason=reason)
    if row.foi_request_id:
        _touch_locked(row.foi_request_id)


def _touch_locked(foi_request_id: int) -> None:
    """A letter waits for this request no longer: its page says so, and what was held back may be reminded of."""
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    set_next_notice(foi_request)
    foi_request.save(update_fields=["next_notice_on"])
    touch(foi_request)


def _close(row: InboundEmail, actor: User, now: datetime, decision: Decision | None) -> None:
    for kind in (CaseKind.HELD_LETTER, CaseKind.FAILED_JOB):
        close_cases_about(kind, "inbound_email", row.pk, actor=actor, now=now, decision=decision)
