"""Letters that arrive in a test: received and placed as a door would have it."""

from requests_app.actions import inbound
from requests_app.mail.tokens import address_of
from requests_app.models import FOIRequest, InboundEmail, OutboundEmail
from tests.letters import DOMAIN

PDF = ("figures.pdf", "application/pdf", b"%PDF-1.4 figures")


def receive(raw: bytes, *recipients: str, **fields) -> list[int]:
    """Store a letter; gives back the numbers of the rows."""
    fields = {"door": "test", "envelope_from": "", **fields}
    return inbound.receive(recipients=recipients, raw=raw, **fields)


def our_address(foi_request: FOIRequest, kind: str = "request") -> str:
    return address_of(foi_request, kind, DOMAIN)


def arrive(foi_request: FOIRequest, raw: bytes, kind: str = "request", **fields) -> InboundEmail:
    """Store a letter for one of this request's addresses and place it."""
    (number,) = receive(raw, our_address(foi_request, kind), **fields)
    inbound.place(number)
    return InboundEmail.objects.get(pk=number)


def token_in(row: OutboundEmail) -> str:
    """The token of the single-use link in a letter of ours."""
    return row.body.split("/link/")[1].split("/")[0]
