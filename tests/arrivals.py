"""Letters that arrive in a test: received and placed as a door would have it."""

from requests_app.actions import inbound
from requests_app.mail.tokens import address_of
from requests_app.models import FOIRequest, InboundEmail, OutboundEmail
from tests.factories import clear_files
from tests.letters import DOMAIN

PDF = ("figures.pdf", "application/pdf", b"%PDF-1.4 figures")


def receive(raw: bytes, *recipients: str, **fields) -> list[int]:
    """Store a letter; gives back the numbers of the rows."""
    fields = {"door": "test", "envelope_from": "", **fields}
    return inbound.receive(recipients=recipients, raw=raw, **fields)


def our_address(foi_request: FOIRequest, kind: str = "request") -> str:
    return address_of(foi_request, kind, DOMAIN)


def arrive(foi_request: FOIRequest, raw: bytes, kind: str = "request", *, clear: bool = True, **fields) -> InboundEmail:
    """Store a letter for one of this request's addresses and place it.

    ``clear``: its files are left as by a worker that found nothing in them.
    """
    (number,) = receive(raw, our_address(foi_request, kind), **fields)
    inbound.place(number)
    row = InboundEmail.objects.get(pk=number)
    if clear and hasattr(row, "message"):
        clear_files(row.message)
    return row


def token_in(row: OutboundEmail) -> str:
    """The token of the single-use link in a letter of ours."""
    return row.body.split("/link/")[1].split("/")[0]
