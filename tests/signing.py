"""Letters signed by a domain (DKIM), with a key of its own, and the records that a name server gives of it."""

import base64
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SELECTOR = "2026"


@cache
def key_of(domain: str) -> tuple[bytes, str]:
    """The private key as PEM, and what stands in the domain's record."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem, "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()


def signed(raw: bytes, domain: str, **how) -> bytes:
    """The letter with the domain's signature on top."""
    pem, _record = key_of(domain)
    covers = [b"from", b"to", b"subject"]
    return dkim.sign(raw, SELECTOR.encode(), domain.encode(), pem, include_headers=covers, **how) + raw


def records_of(domain: str, policy: str = "") -> dict[tuple[str, str], list[str]]:
    """The domain's key, as TXT in pieces; with a DMARC record where a policy is named."""
    _pem, record = key_of(domain)
    found = {
        (f"{SELECTOR}._domainkey.{domain}", "TXT"): [f'"{record[:200]}" "{record[200:]}"'],
        (domain, "A"): ["127.0.0.1"],
    }
    if policy:
        found[f"_dmarc.{domain}", "TXT"] = [f'"v=DMARC1; p={policy}"']
    return found
