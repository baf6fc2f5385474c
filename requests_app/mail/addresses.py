"""Addresses of ours: make them, and recognise them exactly or not at all.

Three kinds take mail from people and are never interchangeable: what reaches a *request* address may be
published, what reaches a *notice* address is held, what reaches a *person* address becomes a draft. A
fourth shape is only ever an envelope sender, so that a bounce names the letter it is about.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# Base32 in lower case: mail systems fold case and people read addresses aloud.
_TOKEN_LENGTH = 16  # 5 bits each: 80 bits
_PREFIX = "foi+"
_TOKEN = re.compile(rf"[a-z2-7]{{{_TOKEN_LENGTH}}}")
_NUMBER = r"[1-9][0-9]{0,18}"
# Nineteen figures can be more than the database's largest number, which it cannot even be asked for.
_LARGEST_NUMBER = 2**63 - 1
_OURS = re.compile(rf"foi\+(request|notice|person)-(?P<number>{_NUMBER})-([a-z2-7]{{{_TOKEN_LENGTH}}})")
_BOUNCE = re.compile(rf"bounce\+(?P<number>{_NUMBER})-([a-z2-7]{{{_TOKEN_LENGTH}}})")


class Kind(StrEnum):
    REQUEST = "request"
    NOTICE = "notice"
    PERSON = "person"


@dataclass(frozen=True)
class Ours:
    """An address of ours by its shape. The token still has to be compared, see same_token()."""

    kind: Kind
    number: int
    token: str


@dataclass(frozen=True)
class OursBounce:
    """An envelope sender of ours: which outgoing letter came back."""

    outbound_id: int
    token: str


def new_token() -> str:
    """Sixteen letters and digits, 80 random bits, from the operating system."""
    return base64.b32encode(secrets.token_bytes(_TOKEN_LENGTH * 5 // 8)).decode().lower()


def same_token(a: str, b: str) -> bool:
    """Whether two tokens are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(a.lower().encode(), b.lower().encode()) and bool(a)


def make(kind: Kind | str, number: int, token: str, domain: str) -> str:
    """``foi+request-12-abcdefghijklmnop@domain``; the part before the @ never exceeds 64 characters.

    Raises ValueError for an unknown kind, a number that is not positive, or a token not made by new_token().
    """
    local = f"{_PREFIX}{Kind(kind)}-{number}-{token}"
    if not _OURS.fullmatch(local):
        raise ValueError(f"Cannot make an address from number {number!r} and this token.")
    return f"{local}@{domain}"


def recognise(address: str, domain: str) -> Ours | None:
    """Which of our addresses this is, or None. Letter case is ignored; a near miss is None."""
    match = _match(_OURS, address, domain)
    return Ours(Kind(match[1]), int(match[2]), match[3]) if match else None


def recognise_all(addresses: Iterable[str], domain: str) -> tuple[Ours, ...]:
    """Each address of ours among these, once, in the order found."""
    found = (recognise(address, domain) for address in addresses)
    return tuple(dict.fromkeys(ours for ours in found if ours))


def make_bounce(outbound_id: int, token: str, domain: str) -> str:
    """Envelope sender for one outgoing letter (RFC 5321 MAIL FROM), never shown in a header."""
    local = f"bounce+{outbound_id}-{token}"
    if not _BOUNCE.fullmatch(local):
        raise ValueError(f"Cannot make an envelope sender from {outbound_id!r} and this token.")
    return f"{local}@{domain}"


def recognise_bounce(address: str, domain: str) -> OursBounce | None:
    """Which outgoing letter's envelope sender this is, or None."""
    match = _match(_BOUNCE, address, domain)
    return OursBounce(int(match[1]), match[2]) if match else None


def _match(pattern: re.Pattern[str], address: str, domain: str) -> re.Match[str] | None:
    # Not ASCII means no: lower() turns the Kelvin sign into "k", which would be a near miss accepted.
    if not address.isascii() or len(address) > 320:
        return None
    local, at, host = address.strip(" ").lower().rpartition("@")
    if not at or host != domain.lower():
        return None
    match = pattern.fullmatch(local)
    return match if match and int(match["number"]) <= _LARGEST_NUMBER else None
