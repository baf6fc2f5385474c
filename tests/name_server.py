"""A name server on this machine that knows a few records; it speaks DNS over UDP as any other does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dns.flags import AA, QR
from dns.message import from_wire, make_response
from dns.rcode import NXDOMAIN, SERVFAIL
from dns.rrset import from_text


def whole(domain: str, selector: str) -> dict[tuple[str, str], list[str]]:
    """All records that mail from ``domain`` needs."""
    return {
        (domain, "MX"): [f"10 mail.{domain}."],
        (domain, "TXT"): ['"v=spf1 mx -all"', '"something-else=1"'],
        (f"{selector}._domainkey.{domain}", "TXT"): ['"v=DKIM1; k=rsa; " "p=MIIBIjAN"'],
        (f"_dmarc.{domain}", "TXT"): ['"v=DMARC1; p=quarantine"'],
    }


@contextmanager
def answering(
    records: dict[tuple[str, str], list[str]], *, broken: bool = False, at: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[str]:
    """``host:port`` of the server while it runs; ``broken``: it answers every question with SERVFAIL."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(at)

    def serve() -> None:
        while True:
            asked, asker = door.recvfrom(4096)
            if asked == b"end":
                return
            door.sendto(_answer(asked, records, broken), asker)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield "{}:{}".format(*door.getsockname())
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", door.getsockname())
        thread.join(5)
        door.close()


def _answer(asked: bytes, records: dict[tuple[str, str], list[str]], broken: bool) -> bytes:
    query = from_wire(asked)
    response = make_response(query)
    response.flags |= QR | AA
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True).lower()
    kind = question.rdtype.name
    if broken:
        response.set_rcode(SERVFAIL)
    elif (name, kind) in records:
        response.answer.append(from_text(question.name, 300, "IN", kind, *records[name, kind]))
    elif not any(known == name for known, _kind in records):
        response.set_rcode(NXDOMAIN)
    return response.to_wire()
