"""What the world's name servers say of the domain that our letters leave from: MX, SPF, DKIM and DMARC.

Without these, big mail systems file letters as junk, or refuse them, and nobody tells us.
"""

from collections.abc import Iterator

from dns.exception import DNSException
from dns.name import LabelTooLong, from_text
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

# Seconds for one question, all tries together.
PATIENCE = 5.0


class NotAnswered(Exception):
    """No name server gave an answer: that says nothing of the record."""


def resolver_at(address: str) -> Resolver:
    """The name server at ``host`` or ``host:port`` (IPv4, or an IPv6 address by itself); the machine's own where empty.

    Raises ValueError for anything else.
    """
    resolver = Resolver(configure=not address)
    if address:
        host, _colon, port = address.rpartition(":") if address.count(":") == 1 else (address, "", "53")
        resolver.nameservers = [host]
        resolver.port = int(port)
        if not 0 < resolver.port < 65536:
            raise ValueError(f"{port} is no port")
    resolver.lifetime = PATIENCE
    return resolver


def lacking(domain: str, selector: str, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """What mail from ``domain`` lacks, as (which record, a sentence that says what to publish); nothing if all is well.

    ``selector`` is the DKIM selector that letters are signed with; empty where nobody told us. Raises
    NotAnswered where no name server answers.
    """
    if not (_has(resolver, domain, "MX") or _has(resolver, domain, "A") or _has(resolver, domain, "AAAA")):
        yield "MX", f"{domain} has no MX record, so answers cannot reach this site. Point it at your mail server."
    policies = _starting(resolver, domain, "v=spf1")
    if not policies:
        yield "SPF", f'{domain} has no SPF record. Publish one as TXT, such as "v=spf1 mx -all".'
    elif len(policies) > 1:
        yield "SPF", f"{domain} has {len(policies)} SPF records; receivers then heed none. Leave one."
    if not selector:
        yield "DKIM", "DKIM_SELECTOR is not set: name the selector that letters are signed with, so that it is checked."
    elif not any(_has_key(text) for text in texts(resolver, f"{selector}._domainkey.{domain}")):
        yield "DKIM", f"{selector}._domainkey.{domain} has no DKIM key. Publish the key that letters are signed with."
    if not any(_starting(resolver, f"_dmarc.{name}", "v=DMARC1") for name in _upwards(domain)):
        yield (
            "DMARC",
            f'{domain} has no DMARC record. Publish TXT "v=DMARC1; p=quarantine" at _dmarc.{domain}.',
        )


def _upwards(domain: str) -> Iterator[str]:
    """The domain and those above it down to two labels: a record there speaks for this one too (RFC 7489 6.6.3)."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[start:])


def _has_key(text: str) -> bool:
    """A key that is there and not revoked, which is said with an empty ``p=`` (RFC 6376 3.6.1)."""
    tags = dict(tag.strip().split("=", 1) for tag in text.split(";") if "=" in tag)
    return tags.get("v", "DKIM1").strip() == "DKIM1" and bool(tags.get("p", "").strip())


def _starting(resolver: Resolver, name: str, with_words: str) -> list[str]:
    """The TXT records that are of this version, which ends at a space, a semicolon or the end."""
    found = [text for text in texts(resolver, name) if text.lower().startswith(with_words.lower())]
    return [text for text in found if text[len(with_words) : len(with_words) + 1] in ("", " ", ";")]


def texts(resolver: Resolver, name: str) -> list[str]:
    """The TXT records of a name, each put together from its pieces. Raises NotAnswered where nobody answers."""
    return [b"".join(record.strings).decode("utf-8", "replace") for record in _records(resolver, name, "TXT")]


def _has(resolver: Resolver, name: str, kind: str) -> bool:
    return bool(_records(resolver, name, kind))


def _records(resolver: Resolver, name: str, kind: str) -> list:
    try:
        return list(resolver.resolve(from_text(name), kind, raise_on_no_answer=False).rrset or [])
    except (NXDOMAIN, NoAnswer, LabelTooLong):
        return []
    except DNSException as error:
        raise NotAnswered(f"{name} {kind}: {type(error).__name__}") from error
