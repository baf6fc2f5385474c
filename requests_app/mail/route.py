"""Where a letter belongs, and whether its sender may publish there; or the reason why a person must look."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import AuthorityAddress, FOIRequest, Officer, OutboundEmail, Sanction, User
from .addresses import Kind, recognise, recognise_bounce, same_token
from .compose import LETTER_TEMPLATES
from .parse import ParsedEmail
from .tokens import token_of

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
    "recall": _("A mail program asks for an earlier letter back, and there is none that it could take back."),
    "unreadable": _("Reading it failed several times. Its bytes are kept."),
}
# These wait for the authority's word on their sender.
AWAITING_WORD = ("unknown_sender", "unknown_automatic")
# Held for other reasons than that it may be the authority's answer: no page says that the authority wrote.
NO_ANSWERS = ("unknown_automatic", "refused_sender", "suspended", "too_many_drafts", "bounce_unclear", "recall")
MOST_GUESSES = 5
# Requests of the sender's authority whose titles are compared with the subject.
COMPARED = 300
_REPLY_MARKS = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|sv|atb|automatic reply|ref)\s*(?:\[\d+\])?\s*[:\-]\s*)+", re.I)
_OUR_NUMBER = re.compile(r"foi\W{0,3}(?:request|notice|person)-([1-9][0-9]{0,17})-", re.I)


@dataclass(frozen=True)
class Route:
    """What an address of ours leads to. ``kind`` is None where the address is not (or no longer) one of ours."""

    kind: Kind | None = None
    is_bounce_address: bool = False
    foi_request: FOIRequest | None = None
    outbound: OutboundEmail | None = None


def follow_address(recipient: str) -> Route:
    """What this recipient leads to by its exact token, compared in constant time; never by a near miss."""
    if bounce := recognise_bounce(recipient, settings.MAIL_DOMAIN):
        outbound = OutboundEmail.objects.select_related("message").filter(pk=bounce.outbound_id).first()
        known = same_token(outbound.bounce_token if outbound else "-" * 16, bounce.token)
        return Route(is_bounce_address=True, outbound=outbound if known else None)
    ours = recognise(recipient, settings.MAIL_DOMAIN)
    if ours is None:
        return Route()
    foi_request = FOIRequest.objects.select_related("authority", "requester").filter(pk=ours.number).first()
    known = same_token(token_of(foi_request, ours.kind) if foi_request else "-" * 16, ours.token)
    return Route(kind=ours.kind, foi_request=foi_request) if known else Route()


def publishing_reason(foi_request: FOIRequest, letter: ParsedEmail) -> str:
    """Why a letter of this sender is not published on arrival; "" where it is.

    Only an exact address counts: one that we wrote to, one confirmed before, or a serving officer's. That it
    is at the authority's own domain counts for nothing. What the authority said about an address goes first.
    """
    sender = letter.from_address.lower()
    if not sender or any(note.startswith("no sender") for note in letter.notes):
        return "no_sender"
    if any(note.startswith("several senders") for note in letter.notes):
        return "several_senders"
    authority = foi_request.authority_id
    known = AuthorityAddress.objects.filter(authority=authority, email__iexact=sender).first()
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


def is_from(user: User, letter: ParsedEmail) -> bool:
    """Whether the sender's address is this person's own, confirmed one."""
    sender = letter.from_address.lower()
    if not sender or not user.email:
        return False
    return sender == user.email.lower() or user.emailaddress_set.filter(email__iexact=sender, verified=True).exists()


def guess(letter: ParsedEmail, recipient: str) -> list[int]:
    """Numbers of the requests that it may belong to, likeliest first, at most five."""
    scores: dict[int, float] = {}

    def add(number: int, score: float) -> None:
        scores[number] = max(score, scores.get(number, 0))

    for number in _by_references(letter):
        add(number, 3.0)
    for found in _OUR_NUMBER.findall(" ".join([recipient, *letter.to, *letter.cc, letter.text[:20_000]])):
        add(int(found), 2.0)
    subject = _REPLY_MARKS.sub("", letter.subject).strip().casefold()
    for number, likeness in _by_subject(letter, subject):
        add(number, likeness)
    ranked = sorted(scores, key=lambda number: (-scores[number], -number))
    there = set(FOIRequest.objects.filter(pk__in=ranked, is_imported=False).values_list("pk", flat=True))
    return [number for number in ranked if number in there][:MOST_GUESSES]


def outbound_by_message_id(*message_ids: str) -> OutboundEmail | None:
    """The letter of ours that carried one of these identifiers (given without brackets)."""
    wanted = [f"<{message_id}>" for message_id in message_ids if message_id]
    return OutboundEmail.objects.select_related("message").filter(rfc_message_id__in=wanted).order_by("-pk").first()


def _officers(authority_id: int, sender: str):
    serving = Officer.objects.serving().filter(authority=authority_id, user__is_active=True)
    suspended = Sanction.objects.active().values("user")
    return serving.filter(user__email__iexact=sender).exclude(user__in=suspended)


def _by_references(letter: ParsedEmail) -> list[int]:
    wanted = [f"<{message_id}>" for message_id in (letter.in_reply_to, *letter.references[-20:]) if message_id]
    rows = OutboundEmail.objects.filter(rfc_message_id__in=wanted, foi_request__isnull=False)
    return list(rows.values_list("foi_request", flat=True))


def _by_subject(letter: ParsedEmail, subject: str) -> list[tuple[int, float]]:
    """Requests of the sender's authority by how much their titles are like the subject, from 0 to 1."""
    if len(subject) < 3:
        return []
    sender = letter.from_address.lower()
    domain = sender.rpartition("@")[2]
    at_address = AuthorityAddress.objects.filter(email__iexact=sender).values("authority")
    # The domain only helps a person to find it; it never publishes anything.
    at_domain = AuthorityAddress.objects.filter(email__iendswith=f"@{domain}").values("authority") if domain else []
    for authorities in (at_address, at_domain):
        titles = FOIRequest.objects.filter(authority__in=authorities, is_imported=False).order_by("-pk")
        scored = [(number, _likeness(title, subject)) for number, title in titles.values_list("pk", "title")[:COMPARED]]
        if good := [(number, likeness) for number, likeness in scored if likeness >= 0.4]:
            return good
    same = FOIRequest.objects.filter(title__iexact=subject, is_imported=False).order_by("-pk")
    return [(number, 0.9) for number in same.values_list("pk", flat=True)[:MOST_GUESSES]]


def _likeness(title: str, subject: str) -> float:
    title = title.casefold()
    return 1.0 if title in subject else SequenceMatcher(None, title, subject[:300]).ratio()
