"""Whether a letter's sender is who its From says: what the trusted mail server found, or the signatures themselves.

PURE: bytes and look-ups in, a verdict out. A verdict can only hold a letter; whose letters are published is decided
by exact addresses, see :mod:`requests_app.mail.route`. RFC 8601 (Authentication-Results), RFC 6376 (DKIM), RFC 7208
(SPF), RFC 7489 (DMARC; its relaxed alignment is the same registered domain).
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value
from publicsuffixlist import PublicSuffixList

from .auth_results import Result, results
from .signed_body import body_hash, head_of

# Of signatures that speak for the sender's domain; more are no honest letter's.
MOST_SIGNATURES = 3
_LEAST_KEY = 1024
Pieces = Callable[[], Iterable[bytes]]
_POLICY = re.compile(r"\s*v\s*=\s*DMARC1\s*(?:;|$)")


class Standing(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the domain offers nothing that could be checked, or nobody looked


@dataclass(frozen=True)
class Verdict:
    """``failed``: which checks did, as codes that ``mail.route.CHECKS`` puts in words; empty unless FAILED."""

    standing: Standing
    failed: tuple[str, ...] = ()


PASSED = Verdict(Standing.PASSED)
UNKNOWN = Verdict(Standing.UNKNOWN)


def heard(head: bytes, *, sender: str, server: str, hops: int = 1) -> Verdict | None:
    """What the trusted server found about the domain of ``sender``, the From address; None where it says nothing.

    ``head``: the letter's first bytes, undecoded. ``hops``: how many Received headers at the top are our own servers'.
    """
    found = results(head, server=server, hops=hops)
    domain = domain_of(sender)
    return _weighed(found, domain) if found and domain else None


def _weighed(found: list[Result], domain: str) -> Verdict:
    """DMARC's own word goes first, since the domain may ask for more than relaxed alignment."""
    policy = [one for one in found if one.method == "dmarc"]
    others = [one for one in policy if one.domain("header.from") and not aligned(one.domain("header.from"), domain)]
    # A server that takes the letter for another domain's than we do was given a From that can be read in two ways.
    if others or any(one.result == "fail" for one in policy):
        return Verdict(Standing.FAILED, ("dmarc",))
    signed = {one.result for one in found if one.method == "dkim" and _speaks_for(domain, one, "header.d", "header.i")}
    envelope = {
        one.result for one in found if one.method == "spf" and _speaks_for(domain, one, "smtp.mailfrom", "smtp.helo")
    }
    agreed = {one.result for one in policy if one.domain("header.from")}
    if agreed == {"pass"} or "pass" in signed or envelope == {"pass"}:
        return PASSED
    failed = []
    if signed & {"fail", "policy", "neutral", "permerror"}:
        failed.append("dkim")
    if envelope & {"fail", "softfail"}:
        failed.append("spf")
    # The server could make out no domain in a From that we read one in.
    if any(one.result == "permerror" and not one.domain("header.from") for one in policy):
        failed.append("dmarc")
    if not failed and "temperror" in signed | envelope | agreed:
        failed.append("temporary")
    return Verdict(Standing.FAILED, tuple(failed)) if failed else UNKNOWN


def _speaks_for(domain: str, one: Result, *properties: str) -> bool:
    """By the first of the properties that is there: a HELO counts only where no envelope sender is told."""
    named = next((found for found in map(one.domain, properties) if found), "")
    return aligned(named, domain)


def checked(pieces: Pieces, *, sender: str, texts: Callable[[str], list[str]]) -> Verdict:
    """What the letter's own signatures say, and the domain's DMARC record where none holds.

    ``pieces`` gives the letter's bytes from their beginning, each time it is called: never whole in memory.
    ``texts`` gives the TXT records of a name, and raises where nobody answers; that passes through, since it says
    nothing of the letter. SPF cannot be seen here: whose address the letter came from only the mail server knows.
    """
    domain = domain_of(sender)
    if not domain:
        return UNKNOWN
    has_signature = False
    for holds in _signatures(pieces, domain, texts):
        if holds:
            return PASSED
        has_signature = True
    if has_signature:
        return Verdict(Standing.FAILED, ("dkim",))
    return Verdict(Standing.FAILED, ("policy",)) if _demands(domain, texts) else UNKNOWN


def _signatures(pieces: Pieces, domain: str, texts: Callable[[str], list[str]]) -> Iterator[bool]:
    """Whether each signature that speaks for the domain holds, topmost first."""
    head = head_of(pieces())
    if b"dkim-signature" not in head[: 1 << 18].lower():
        return
    try:
        letter = dkim.DKIM(head, minkey=_LEAST_KEY)
    except dkim.DKIMException:
        return
    values = [value for name, value in letter.headers if name.lower() == b"dkim-signature"]
    tried = 0
    for number, value in enumerate(values[:20]):
        try:
            tags = parse_tag_value(value)
        except InvalidTagValueList:
            continue
        if tried == MOST_SIGNATURES or not aligned(domain_of(_word(tags.get(b"d", b""))), domain):
            continue
        tried += 1
        # A signature of only a part of the text (l=) is none.
        yield b"l" not in tags and _body_holds(pieces(), tags) and _holds(letter, number, texts)


def _body_holds(pieces: Iterable[bytes], tags: dict[bytes, bytes]) -> bool:
    """Whether the text is the one that was signed; SHA-1 must not be used any more (RFC 8301)."""
    relaxed = tags.get(b"c", b"simple/simple").lower().partition(b"/")[2] == b"relaxed"
    made = body_hash(pieces, algorithm=tags.get(b"a", b"").lower(), relaxed=relaxed)
    try:
        return made is not None and made == base64.b64decode(b"".join(tags.get(b"bh", b"").split()))
    except ValueError:
        return False


def _holds(letter: dkim.DKIM, number: int, texts: Callable[[str], list[str]]) -> bool:
    """Whether the head is the one that was signed, by the domain's key; the text is checked already."""
    asked: list[Exception] = []

    def key(name: bytes, timeout: float = 0) -> bytes:
        try:
            found = texts(_word(name))
        except Exception as error:
            asked.append(error)
            raise
        return next((text for text in found if "p=" in text), "").encode("utf-8", "replace")

    try:
        tags, included, fields = letter.verify_headerprep(number)
        # Without it the library does not look at the text, which it was not given.
        del tags[b"bh"]
        return bool(letter.verify_sig(tags, included, fields[number], key))
    except Exception:  # a broken key or signature fails in ways that dkimpy does not document
        if asked:
            raise asked[0] from None
        return False


def _demands(domain: str, texts: Callable[[str], list[str]]) -> bool:
    """Whether the domain asks that letters without proof be refused or put aside: p= or sp= of its DMARC record."""
    above = registered(domain)
    for name in dict.fromkeys((domain, above)):
        records = [text for text in texts(f"_dmarc.{name}") if _POLICY.match(text)]
        if len(records) == 1:
            pairs = (one.partition("=") for one in records[0].split(";"))
            tags = {key.strip(): value.strip() for key, _equals, value in pairs}
            wanted = tags.get("p", "none") if name == domain else tags.get("sp", tags.get("p", "none"))
            return wanted.lower() in ("quarantine", "reject")
    return False


def domain_of(address: str) -> str:
    """The domain of an address or of a bare name, as name servers have it; "" where there is none."""
    domain = address.strip().strip("<>").rpartition("@")[2].rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def aligned(domain: str, with_domain: str) -> bool:
    """Relaxed: both belong to the same registered domain."""
    return bool(domain) and bool(with_domain) and registered(domain) == registered(with_domain)


def registered(domain: str) -> str:
    """``mail.council.gov.uk`` → ``council.gov.uk``; a public suffix is its own."""
    return _suffixes().privatesuffix(domain) or domain


def is_public_suffix(domain: str) -> bool:
    """Whether strangers register names right below it, as below ``gov.uk``, ``co.uk`` or ``nhs.uk``."""
    return _suffixes().publicsuffix(domain) == domain


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _word(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()
