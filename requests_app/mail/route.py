"""Where a letter belongs, and whether its sender may publish there; or the reason why a person must look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from ..law.days import london_day
from ..models import (
    AuthorityAddress,
    AuthorityDomain,
    FOIRequest,
    InboundEmail,
    InboundState,
    Officer,
    OutboundEmail,
    Sanction,
)
from ..prepared_rows import Given, PreparedRows
from ..publishing.quiet import Quiet, Taken
from .addresses import Kind, recognise, recognise_bounce, same_token
from .compose import LETTER_TEMPLATES
from .parse import ParsedEmail
from .tokens import token_of
from .vouching import Voucher

# Why a letter is held, for the people who look at it.
REASONS = {
    "unknown_sender": _("Its sender is not an address that this authority is known to answer from."),
    "unknown_automatic": _("It is an automatic reply from an address that this authority is not known to answer from."),
    "refused_sender": _("The authority said that letters from this sender are not its answers."),
    "no_sender": _("It does not say who sent it."),
    "several_senders": _("It names several senders, so that checks on forged senders cannot be relied on."),
    "unknown_address": _("It was sent to an address of ours that does not exist; the address may be mistyped."),
    "same_message_id": _("It carries the identifier of an earlier letter but says something else."),
    "imported": _("It was sent to a request that was brought from elsewhere."),
    "notice": _("It answers a notice of ours and is not meant for publication."),
    "person_address": _("It was sent to an address meant for one person, by somebody else."),
    "bounce_address": _("It is a person's letter to an address that takes only delivery reports."),
    "bounce_unclear": _("It reports a failed delivery, but not of which letter."),
    "too_many_drafts": _("It is one of many from the requester's address within a day, and may be a loop of machines."),
    "suspended": _("It comes from a person whose account is suspended."),
    "spam": _("The mail server's filter takes it for spam."),
    "quiet_sender": _(
        "Nobody had written on this request for six months, and its sender is not an address that this authority is"
        " known to answer from. The authority is not asked."
    ),
    "quiet": _("Nobody had written on this request for two years: a person looks at each letter."),
    "not_authenticated": _("Its sender may be forged."),
    "recall": _("A mail program asks for an earlier letter back, and there is none that it could take back."),
    "unreadable": _("Reading it failed several times. Its bytes are kept."),
}
# What failed of a letter whose sender may be forged: the codes of ``trust.Verdict``, and "dns" of this side.
CHECKS = {
    "dmarc": _("Its sender's domain disowns it by its own rules (DMARC)."),
    "dkim": _("Its domain's signature does not hold (DKIM)."),
    "spf": _("It came from a mail server that its domain does not name (SPF)."),
    "policy": _("Its domain asks that letters without proof be refused (DMARC), and no signature of the domain holds."),
    "temporary": _("Our mail server could not reach the name servers of its domain when it came."),
    "dns": _("No name server answered, so its signature could not be checked."),
}
# These wait for the authority's word on their sender.
AWAITING_WORD = ("unknown_sender", "unknown_automatic")
# Held for other reasons than that it may be the authority's answer: no page says that the authority wrote.
NO_ANSWERS = ("unknown_automatic", "refused_sender", "suspended", "too_many_drafts", "bounce_unclear", "recall")


# Where it goes is asked before the lock; what happens there reads it anew.
_REQUEST = PreparedRows(
    lambda: (
        FOIRequest.objects.select_related("requester")
        .defer("clock")
        .filter(pk=Given("number", "bigint"))
        .annotate(
            verified=ArraySubquery(
                EmailAddress.objects.filter(user=OuterRef("requester"), verified=True).order_by("pk").values("email")
            )
        )
    )
)


@dataclass(frozen=True)
class Route:
    """What an address of ours leads to. ``kind`` is None where the address is not (or no longer) one of ours.

    ``own``: addresses that the requester has confirmed.
    """

    kind: Kind | None = None
    is_bounce_address: bool = False
    foi_request: FOIRequest | None = None
    outbound: OutboundEmail | None = None
    own: tuple[str, ...] = ()

    def is_from_requester(self, letter: ParsedEmail) -> bool:
        """Whether the sender's address is the requester's own, confirmed one."""
        user = self.foi_request.requester if self.foi_request else None
        sender = letter.from_address.lower()
        if not sender or user is None or not user.email:
            return False
        return sender in {address.lower() for address in (user.email, *self.own)}


def follow_address(recipient: str) -> Route:
    """What this recipient leads to by its exact token, compared in constant time; never by a near miss."""
    if bounce := recognise_bounce(recipient, settings.MAIL_DOMAIN):
        outbound = OutboundEmail.objects.select_related("message").filter(pk=bounce.outbound_id).first()
        known = same_token(outbound.bounce_token if outbound else "-" * 16, bounce.token)
        return Route(is_bounce_address=True, outbound=outbound if known else None)
    ours = recognise(recipient, settings.MAIL_DOMAIN)
    if ours is None:
        return Route()
    foi_request = _REQUEST.first(number=ours.number)
    known = same_token(token_of(foi_request, ours.kind) if foi_request else "-" * 16, ours.token)
    return Route(kind=ours.kind, foi_request=foi_request, own=tuple(foi_request.verified)) if known else Route()


def publishing_reason(
    foi_request: FOIRequest, letter: ParsedEmail, voucher: Voucher, *, known: Sequence[AuthorityAddress] | None = None
) -> str:
    """Why a letter of this sender is not published on arrival; "" where it is.

    Only an exact address counts: one that we wrote to, one confirmed before, or a serving officer's. That it
    is at the authority's own domain counts for nothing, unless our staff opened that domain at its lead's request.
    What the authority said about an address goes first. A sender counts only where their domain does not disown the
    letter: ``voucher`` is asked, and may raise NotAnswered; and only where somebody wrote not too long before the day
    on which the letter reached us. ``known``: the authority's row of the sender's address, if any, where the caller
    holds it already.
    """
    reason = _reason_by_address(foi_request, letter, known)
    if reason not in ("", "unknown_sender"):
        return reason
    taken = _taken(foi_request, on=london_day(voucher.row.received_at))
    if reason and taken is not Taken.ASKING:
        return "quiet_sender"
    if reason and not _is_of_open_domain(foi_request.authority_id, letter):
        return reason
    if voucher.is_disowned:
        return "not_authenticated"
    # That a domain is open says nothing of a letter which nobody vouches for, where somebody could.
    if reason and not voucher.is_vouched_for:
        return reason
    return "quiet" if taken is Taken.NOBODY else ""


def _is_of_open_domain(authority_id: int, letter: ParsedEmail) -> bool:
    domain = letter.from_address.lower().rpartition("@")[2]
    return AuthorityDomain.objects.open().filter(authority=authority_id, domain=domain).exists()


def _taken(foi_request: FOIRequest, *, on: date) -> Taken:
    """Whose letters the thread takes; a query only where it is so old that it may be quiet."""
    began = foi_request.sent_at or foi_request.created_at
    if not settings.OLD_THREADS_CLOSE or Quiet(london_day(began)).taken(on) is Taken.ASKING:
        return Taken.ASKING
    last = foi_request.messages.aggregate(last=Max("at"))["last"] or began
    return Quiet(london_day(last)).taken(on)


def _reason_by_address(
    foi_request: FOIRequest, letter: ParsedEmail, rows: Sequence[AuthorityAddress] | None = None
) -> str:
    sender = letter.from_address.lower()
    if not sender or any(note.startswith("no sender") for note in letter.notes):
        return "no_sender"
    if any(note.startswith("several senders") for note in letter.notes):
        return "several_senders"
    authority = foi_request.authority_id
    if rows is None:
        rows = AuthorityAddress.objects.filter(authority=authority, email=sender)
    known = next(iter(rows), None)
    if known is not None and known.publishes is not None:
        return "" if known.publishes else "refused_sender"
    if known is not None and known.is_request_address:
        return ""
    written_to = OutboundEmail.objects.filter(
        foi_request__authority=authority, template__in=LETTER_TEMPLATES, to_address__iexact=sender, state="sent"
    )
    if written_to.exists() or _officers(authority, sender).exists():
        return ""
    return "unknown_sender"


def outbound_by_message_id(*message_ids: str) -> OutboundEmail | None:
    """The letter of ours that carried one of these identifiers (given without brackets)."""
    wanted = [f"<{message_id}>" for message_id in message_ids if message_id]
    return OutboundEmail.objects.select_related("message").filter(rfc_message_id__in=wanted).order_by("-pk").first()


def _officers(authority_id: int, sender: str):
    serving = Officer.objects.serving().filter(authority=authority_id, user__is_active=True)
    suspended = Sanction.objects.active().values("user")
    return serving.filter(user__email__iexact=sender).exclude(user__in=suspended)


def held_of_domain(authority_id: int, domain: str) -> QuerySet[InboundEmail]:
    """Letters held for a word about their sender, from addresses of exactly this domain, oldest first."""
    return InboundEmail.objects.filter(
        state=InboundState.HELD,
        reason__in=AWAITING_WORD,
        sender_address__endswith=f"@{domain}",
        foi_request__authority=authority_id,
    ).order_by("received_at", "pk")
