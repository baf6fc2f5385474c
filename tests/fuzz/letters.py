"""One mutated letter for each number: the same number always makes the same bytes."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz.canaries import Canary, canary
from tests.fuzz.planting import MANNERS, from_name, in_header

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
COUNCIL = "foi@mutation.example"
# No letter grows past this, however often it is repeated and wrapped.
MOST_BYTES = 400_000
_HEADERS = (
    b"Subject: =?utf-8?B?w6nDqcOp?= =?klingon?Q?=ff?=",
    b"Subject: " + b"x" * 70_000,
    b'Content-Type: multipart/mixed; boundary=""',
    b"Content-Type: multipart/alternative; boundary=a; boundary=b",
    b'Content-Type: text/html; charset="utf-7"',
    b"Content-Type: text/plain; charset=iso-2022-jp",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    b"Content-Type: application/ms-tnef; name=winmail.dat",
    b"Content-Type: application/pkcs7-mime; smime-type=signed-data",
    b"Content-Type: text/calendar; method=REQUEST",
    b"Content-Type: text/plain; name*0*=utf-8''%ff%fe; name*1=x; name*1=y",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode",
    b'Content-Disposition: attachment; filename="../../../etc/passwd"',
    b"Date: Tue, 99 Feb 99999 99:99:99 +9999",
    b"Message-ID: <<<>>>",
    b"References: " + b"<a@b> " * 3000,
    b"Auto-Submitted: auto-replied",
    b"X-Failed-Recipients: nobody@mutation.example",
    b"Return-Path: <>",
    b"Received: " + b"from x by y; " * 200,
    b"\xff\xfe: \x00\x01",
    b"no colon in this line at all",
)
_FILES = (
    *("answer.docx", "figures.xlsx", "old.xls", "scan.pdf", "letter.msg", "winmail.dat", "data.csv", "all.zip"),
    *("note.rtf", "mail.eml", "sheet.ods", "picture.jpg", "noname", "invite.ics", "smime.p7m"),
)


@dataclass(frozen=True)
class Mutant:
    """A letter, what of it no public page may show, and by which manners that was put into it."""

    number: int
    raw: bytes
    bird: Canary
    manners: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.bird.address

    @property
    def mobile(self) -> str:
        return self.bird.mobile


def sources() -> list[bytes]:
    return [path.read_bytes() for path in sorted(CORPUS.rglob("*.eml"))]


def mutant(number: int, to: str, corpus: list[bytes], *, seed: int = 1) -> Mutant:
    """Some of its own is put in before it is mutated, and so may be broken with it; the rest afterwards."""
    random = Random(f"{seed}-{number}")
    bird = canary(random, number)
    raw = random.choice(corpus)
    manners = random.choices(MANNERS, k=random.choice((1, 2, 2, 3, 4)))
    early = random.choice((0, 0, 1, len(manners)))
    for put in manners[:early]:
        raw = put(random, raw, bird)
    for _time in range(random.choice((0, 1, 1, 2, 3, 5, 8))):
        raw = random.choice(MUTATIONS)(random, raw, corpus)[:MOST_BYTES]
    for put in manners[early:]:
        raw = put(random, raw, bird)
    if random.random() < 0.85:
        raw = _addressed(raw, to, number)
        if random.random() < 0.1:
            manners.append(from_name)
            raw = from_name(random, raw, bird)
        if random.random() < 0.1:
            manners.append(in_header)
            raw = in_header(random, raw, bird)
    return Mutant(number, raw, bird, tuple(put.__name__ for put in manners))


def _addressed(raw: bytes, to: str, number: int) -> bytes:
    """From whom the site believes, as most are, so that what is in them is published."""
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        head, found, body = raw.partition(b"\n\n")
    kept = [
        line
        for line in re.split(rb"\r?\n(?![ \t])", head)
        if not line.lower().startswith((b"from:", b"to:", b"message-id:", b"return-path:", b"sender:"))
    ]
    own = [f"From: Information team <{COUNCIL}>", f"To: {to}", f"Message-ID: <{number}@mutation.example>"]
    return b"\r\n".join([line.encode() for line in own] + kept) + b"\r\n\r\n" + body


# ---- mutations ----


def flip(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    made = bytearray(raw)
    for _time in range(random.randrange(1, 30)):
        if made:
            made[random.randrange(len(made))] = random.randrange(256)
    return bytes(made)


def cut(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] if random.random() < 0.5 else raw[:at] + raw[at + random.randrange(1, 200) :]


def repeat(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    at = random.randrange(len(raw) + 1)
    piece = raw[at : at + random.randrange(1, 500)]
    return raw[:at] + piece * random.randrange(2, 20) + raw[at:]


def insert(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    at = random.randrange(len(raw) + 1)
    what = random.choice(
        (b"\0", b"\x1b[2J", b"\xe2\x80\xae", b"\xff\xfe", b"\r", b"\n.\n", b"\r\n\r\n", b"&#0;", b"%s%n", b"\xf0\x9f")
    )
    return raw[:at] + what * random.choice((1, 1, 1, 50)) + raw[at:]


def line_ends(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    return raw.replace(b"\r\n", random.choice((b"\n", b"\r", b"\r\r\n", b"\n\r")))


def header(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    """One more, in the letter's head or in front of any blank line."""
    ends = [match.start() for match in re.finditer(rb"\r?\n\r?\n", raw)] or [0]
    at = ends[0] if random.random() < 0.6 else random.choice(ends)
    line = random.choice(_HEADERS)
    return line + b"\r\n" + raw if random.random() < 0.3 else raw[:at] + b"\r\n" + line + raw[at:]


def without_header(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    lines = raw.split(b"\n")
    del lines[random.randrange(min(len(lines), 15))]
    return b"\n".join(lines)


def charset(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    other = random.choice(
        (b"utf-16", b"utf-7", b"gb18030", b"hz", b"iso-2022-jp", b"x-none", b"", b"rot13", b"idna", b"\xff")
    )
    return re.sub(rb"(?i)charset=\"?[\w-]+\"?", b'charset="' + other + b'"', raw)


def encoding(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    other = random.choice((b"base64", b"quoted-printable", b"8bit", b"binary", b"uuencode", b"x-bogus"))
    return re.sub(rb"(?i)(content-transfer-encoding:\s*)[\w-]+", lambda m: m[1] + other, raw, count=random.randrange(2))


def boundaries(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    lines = raw.split(b"\n")
    marks = [at for at, line in enumerate(lines) if line.startswith(b"--")]
    if not marks:
        return raw
    at = random.choice(marks)
    match random.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines[at] = lines[at].rstrip(b"\r") + b"--\r"
        case 2:
            lines.insert(random.randrange(len(lines)), lines[at])
        case _:
            lines[at] = lines[at].removesuffix(b"--\r") + b"\r"
    return b"\n".join(lines)


def wrapped(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    """The letter in a letter, or in a multipart of some kind, once or very often."""
    for depth in range(random.choice((1, 1, 2, 60))):
        if random.random() < 0.5:
            raw = b"Subject: Fw: it\r\nContent-Type: message/rfc822\r\n\r\n" + raw
        else:
            kind = random.choice((b"mixed", b"related", b"alternative", b"digest", b"signed", b"report"))
            mark = b"=_w%d" % (depth if random.random() < 0.9 else 0)
            raw = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--\r\n' % (
                kind,
                mark,
                mark,
                raw,
                mark,
            )
    return raw


def with_file(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    name = random.choice(_FILES)
    content = (
        random.choice(corpus)
        if random.random() < 0.3
        else random.choice(_BEGINNINGS) + random.randbytes(random.randrange(3000))
    )
    return (
        b'Content-Type: multipart/mixed; boundary="=_f"\r\n\r\n--=_f\r\n'
        + raw.split(b"\r\n\r\n", 1)[-1].join((b"Content-Type: text/plain\r\n\r\n", b"\r\n"))
        + b'--=_f\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="'
        + name.encode()
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.encodebytes(content)
        + b"\r\n--=_f--\r\n"
    )


def spliced(random: Random, raw: bytes, corpus: list[bytes]) -> bytes:
    other = random.choice(corpus)
    return raw[: random.randrange(len(raw) + 1)] + other[random.randrange(len(other) + 1) :]


_BEGINNINGS = (
    *(
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x78\x9f\x3e\x22",
        b"{\\rtf1 ",
        b"\xff\xd8\xff\xe1",
    ),
    *(b"begin 644 x\n", b"BEGIN:VCALENDAR\r\n", b"<html>", b"a,b\n1,2\n", b"\x30\x82", b""),
)
MUTATIONS = (
    *(flip, flip, cut, repeat, insert, insert, line_ends, header, header, without_header, charset, encoding),
    *(boundaries, boundaries, wrapped, with_file, spliced),
)
