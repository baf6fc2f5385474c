"""Letters and requests for the measurement of mail: an empty database filled, and answers to each request."""

import io
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from .content import SENTENCES

PLAIN_BYTES, PDF_BYTES, LARGE_BYTES = 3_000, 1_000_000, 40_000_000
COUNCIL = "foi@northbridge.example"


def fill(count: int) -> None:
    """``count`` requests to one authority, each sent and received; their addresses are what doors take mail for."""
    from django.utils import timezone

    from requests_app.actions import correspondence, holidays
    from requests_app.actions.deadlines import note_receipt
    from requests_app.actions.publishing import publish_letter
    from requests_app.models import Authority, AuthorityAddress, Basis, Direction, Door, MessageKind, User

    holidays.seed_bank_holidays()
    authority = Authority.objects.create(name="Northbridge City Council", slug="northbridge")
    AuthorityAddress.objects.create(authority=authority, email=COUNCIL, is_request_address=True, publishes=True)
    people = [
        User.objects.create(email=f"p{number}@people.example", public_name=f"Person {number}") for number in range(50)
    ]
    sent_at = timezone.now() - timedelta(days=3)
    for number in range(count):
        requester = people[number % len(people)]
        foi_request = correspondence.create_request(
            authority=authority,
            requester=requester,
            title=f"Playground inspections, part {number}",
            created_at=sent_at,
            sent_at=sent_at,
        )
        publish_letter(
            foi_request=foi_request,
            direction=Direction.OUTGOING,
            kind=MessageKind.REQUEST,
            door=Door.WEB,
            body=asked(number),
            at=sent_at,
            author=requester,
            author_name=requester.public_name,
        )
        note_receipt(foi_request=foi_request, on=sent_at.date(), basis=Basis.DELIVERY)


def asked(number: int) -> str:
    words = "\n\n".join(" ".join(Random(number + part).choices(SENTENCES, k=3)) for part in range(2))  # noqa: S311
    return f"Dear Northbridge City Council,\n\n{words}\n\nYours faithfully,\n\nThe writer"


def plain(number: int, to: str, *, message_id: str = "") -> bytes:
    """An answer of about 3 kB, with what it answers quoted below. The same every time for the same number."""
    random = Random(number)  # noqa: S311 - the same each time, nothing secret
    answer = " ".join(random.choices(SENTENCES, k=14))
    lines = [answer[at : at + 72].strip() for at in range(0, len(answer), 72)]
    quoted = [f"> {line}" for line in asked(number).split("\n")]
    text = "\r\n".join(["Dear requester,", "", *lines, "", "Information team", "", "You wrote:", *quoted])
    head = _head(number, to, message_id) + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return head + text.encode()[: PLAIN_BYTES - len(head) - 2].ljust(PLAIN_BYTES - len(head) - 2, b"x") + b"\r\n"


def _head(number: int, to: str, message_id: str = "") -> bytes:
    received = "".join(
        f"Received: from mx{hop}.northbridge.example (mx{hop}.northbridge.example [192.0.2.{hop}])\r\n"
        f"\tby mail.foi.example with ESMTPS id {number:08x}{hop}; Mon, 23 Nov 2026 10:00:0{hop} +0000\r\n"
        for hop in (1, 2)
    )
    return (
        f"{received}From: Northbridge information team <{COUNCIL}>\r\nTo: {to}\r\n"
        f"Subject: Re: Freedom of Information request: part {number}\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{message_id or number}@northbridge.example>\r\n"
        "MIME-Version: 1.0\r\nX-Mailer: Exchange\r\n"
    ).encode()


def with_pdf(number: int, to: str, pdf: bytes, *, message_id: str = "") -> bytes:
    """An answer with one PDF, each with bytes of its own at the end of the file, so that each is another file."""
    content = pdf + f"% {number}\n".encode()
    return b"".join(with_file(number, to, "application/pdf", "figures.pdf", content, message_id=message_id))


def with_file(number: int, to: str, kind: str, name: str, content: bytes, *, message_id: str = "") -> Iterator[bytes]:
    """A letter with a file, in pieces."""
    import binascii

    yield _head(number, to, message_id) + b'Content-Type: multipart/mixed; boundary="=-part-="\r\n\r\n'
    text = f"Dear requester,\r\n\r\n{SENTENCES[2]}\r\n\r\nInformation team\r\n"
    yield f"--=-part-=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    yield f'--=-part-=\r\nContent-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'.encode()
    yield f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'.encode()
    for start in range(0, len(content), 57 * 1024):
        lines = (
            binascii.b2a_base64(content[at : at + 57], newline=False)
            for at in range(start, min(start + 57 * 1024, len(content)), 57)
        )
        yield b"\r\n".join(lines) + b"\r\n"
    yield b"--=-part-=--\r\n"


def pdf(size: int = PDF_BYTES) -> bytes:
    """A PDF of about so many bytes, with text and a picture of noise, as a scanner makes it."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    side = int((size / 3 * 4 / 5) ** 0.5)  # four bytes become five letters in the file
    picture, out = io.BytesIO(), io.BytesIO()
    Image.frombytes("RGB", (side, side), Random(7).randbytes(side * side * 3)).save(picture, "PNG")  # noqa: S311
    canvas = Canvas(out, invariant=True)
    for line, sentence in enumerate(SENTENCES):
        canvas.drawString(50, 780 - 16 * line, sentence[:90])
    canvas.showPage()
    picture.seek(0)
    canvas.drawImage(ImageReader(picture), 50, 100, width=480, height=480)
    canvas.save()
    return out.getvalue()


def large(to: str, size: int = LARGE_BYTES) -> Iterator[bytes]:
    """A letter of about so many bytes with one file that nothing can read."""
    content = Random(9).randbytes(size * 57 // 78 // 57 * 57)  # noqa: S311
    return with_file(0, to, "application/octet-stream", "drawings.bin", content, message_id="large")


def addresses(folder: str) -> list[str]:
    """The requests' addresses, as ``fill`` left them for the other steps."""
    return json.loads((Path(folder) / "addresses.json").read_text())


def note_addresses(folder: str) -> None:
    from django.conf import settings

    from requests_app.mail.tokens import address_of
    from requests_app.models import FOIRequest

    found = [address_of(one, "request", settings.MAIL_DOMAIN) for one in FOIRequest.objects.order_by("pk")]
    (Path(folder) / "addresses.json").write_text(json.dumps(found))


def fresh(number: int) -> str:
    """A Message-ID's first half that no other sender or round uses."""
    return f"{os.getpid()}.{number}"
