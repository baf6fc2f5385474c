"""Which requests a lost letter may belong to, likeliest first, and by what signs.

It only helps a person: nothing is filed by a guess.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from ..models import AuthorityAddress, FOIRequest, OutboundEmail
from ..models.foi_requests import OPEN
from .addresses import Kind
from .parse import ParsedEmail
from .tokens import token_of

MOST_GUESSES = 5
# Requests of the sender's authority whose titles are compared with the subject.
COMPARED = 300
# Signs by which a request was found, the strongest first, in words for staff.
SIGNS = {
    "thread": _("It answers a letter of ours about this request."),
    "exact": _("It was sent to an address of this request."),
    "address": _("It was sent to an address almost like this request's."),
    "number": _("It names this request's number."),
    "subject": _("Its subject is like this request's title."),
    "authority": _("It comes from an address of this authority, which has an open request here."),
}
_WEIGHTS = {"exact": 4.0, "thread": 3.0, "address": 2.5, "number": 2.0, "authority": 0.3}
_REPLY_MARKS = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|sv|atb|automatic reply|ref)\s*(?:\[\d+\])?\s*[:\-]\s*)+", re.I)
_OUR_NUMBER = re.compile(r"foi\W{0,3}(?:request|notice|person)-([1-9][0-9]{0,17})-([a-z0-9]{0,40})", re.I)
# Fewer letters in common than this is no slip of a hand.
_ALMOST = 0.75
# A subject whose words are all misspelt is still so like the title.
_WITHOUT_A_WORD = 0.65
_WORDS = re.compile(r"\b(?!(?:about|freedom|from|information|request|since|that|this|with|year|years|your)\b)\w{4,}")


@dataclass(frozen=True)
class Guess:
    """One request, and the signs that led to it."""

    number: int
    signs: tuple[str, ...]


def guess(letter: ParsedEmail, recipient: str) -> list[Guess]:
    """The requests that it may belong to, likeliest first, at most five."""
    scores: dict[int, float] = {}
    signs: dict[int, list[str]] = {}

    def add(number: int, sign: str, score: float | None = None) -> None:
        scores[number] = scores.get(number, 0) + (_WEIGHTS[sign] if score is None else score)
        if sign not in signs.setdefault(number, []):
            signs[number].append(sign)

    for number in _by_references(letter):
        add(number, "thread")
    for number, sign in _by_addresses([recipient, *letter.to, *letter.cc, letter.text[:20_000]]):
        add(number, sign)
    for number, likeness in _by_subject(letter):
        add(number, "subject", likeness)
    for number in _by_sender(letter):
        add(number, "authority")
    ranked = sorted(scores, key=lambda number: (-scores[number], -number))
    there = set(FOIRequest.objects.filter(pk__in=ranked, is_imported=False).values_list("pk", flat=True))
    return [Guess(number, tuple(signs[number])) for number in ranked if number in there][:MOST_GUESSES]


def _by_references(letter: ParsedEmail) -> set[int]:
    wanted = [f"<{message_id}>" for message_id in (letter.in_reply_to, *letter.references[-20:]) if message_id]
    rows = OutboundEmail.objects.filter(rfc_message_id__in=wanted, foi_request__isnull=False)
    return set(rows.values_list("foi_request", flat=True))


def _by_addresses(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Addresses of ours with a slip in them: a number and a token that is nearly right say more than a number."""
    named: dict[int, set[str]] = {}
    for number, token in _OUR_NUMBER.findall(" ".join(texts)):
        named.setdefault(int(number), set()).add(token.lower())
    for row in FOIRequest.objects.filter(pk__in=list(named)[:50]).only("pk", "reply_token"):
        ours = [token_of(row, kind) for kind in Kind]
        if named[row.pk].intersection(ours):
            yield row.pk, "exact"
        else:
            almost = any(_likeness(token, theirs) >= _ALMOST for token in ours for theirs in named[row.pk])
            yield row.pk, "address" if almost else "number"


def _by_subject(letter: ParsedEmail) -> list[tuple[int, float]]:
    """Requests of the sender's authority by how much their titles are like the subject, from 0 to 1."""
    subject = _REPLY_MARKS.sub("", letter.subject).strip().casefold()
    if len(subject) < 3:
        return []
    sender = letter.from_address.lower()
    domain = sender.rpartition("@")[2]
    at_address = AuthorityAddress.objects.filter(email__iexact=sender).values("authority")
    # The domain only helps a person to find it; it never publishes anything.
    at_domain = AuthorityAddress.objects.filter(email__iendswith=f"@{domain}").values("authority") if domain else []
    for authorities in (at_address, at_domain):
        titles = FOIRequest.objects.filter(authority__in=authorities, is_imported=False).order_by("-pk")
        scored = [
            (number, 1.0 if title.casefold() in subject else _alike(title.casefold(), subject[:300]))
            for number, title in titles.values_list("pk", "title")[:COMPARED]
        ]
        if good := [(number, likeness) for number, likeness in scored if likeness >= 0.4]:
            return good
    same = FOIRequest.objects.filter(title__iexact=subject, is_imported=False).order_by("-pk")
    return [(number, 0.9) for number in same.values_list("pk", flat=True)[:MOST_GUESSES]]


def _by_sender(letter: ParsedEmail) -> list[int]:
    """What the sender's authority has still to answer, the earliest due first."""
    sender = letter.from_address.lower()
    authorities = AuthorityAddress.objects.filter(email__iexact=sender).values("authority") if sender else []
    waiting = FOIRequest.objects.filter(authority__in=authorities, status__in=OPEN, is_imported=False)
    return list(waiting.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_GUESSES])


def _alike(title: str, subject: str) -> float:
    """Their likeness; 0 where few letters agree and no word of both: two sentences share as many by chance."""
    likeness = _likeness(title, subject)
    has_word = set(_WORDS.findall(title)) & set(_WORDS.findall(subject))
    return likeness if has_word or likeness >= _WITHOUT_A_WORD else 0.0


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
