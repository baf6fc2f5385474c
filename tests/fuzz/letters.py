"""One mutated letter for each number: the same number always makes the same bytes."""

import base64
import quopri
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
COUNCIL = "foi@mutation.example"
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvz", "aeiou"
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
    """A letter, and the address and mobile number in its words that no public page may show."""

    number: int
    raw: bytes
    address: str
    mobile: str


def sources() -> list[bytes]:
    return [path.read_bytes() for path in sorted(CORPUS.rglob("*.eml"))]


def mutant(number: int, to: str, corpus: list[bytes], *, seed: int = 1) -> Mutant:
    random = Random(f"{seed}-{number}")
    word = "".join(random.choice(_CONSONANTS if at % 2 else _VOWELS) for at in range(14))
    address = f"{word}.{number}@{word[::-1]}-{number}.example"
    mobile = f"07{random.randrange(3, 10)}{random.randrange(10**8):08d}"
    raw = random.choice(corpus)
    within = [_planted(random, address, mobile) for _time in range(random.randrange(1, 4))]
    if random.random() < 0.3:
        raw = _plant(random, raw, within)
        within = []
    for _time in range(random.choice((1, 1, 2, 3, 5, 8))):
        raw = random.choice(MUTATIONS)(random, raw, corpus)[:400_000]
    raw = _plant(random, raw, within)
    return Mutant(number, _addressed(random, raw, to, number), address, mobile)


def _addressed(random: Random, raw: bytes, to: str, number: int) -> bytes:
    """Most come from whom the site believes, so that what is in them is published; the rest as they fell out."""
    if random.random() < 0.15:
        return raw
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


# ---- what must never be shown ----


def _planted(random: Random, address: str, mobile: str) -> str:
    """The two in one of the ways in which people write them."""
    local, _, domain = address.partition("@")
    spaced = f"{mobile[:5]} {mobile[5:8]} {mobile[8:]}"
    abroad = f"+44 {mobile[1:5]} {mobile[5:]}"
    return random.choice(
        (
            f"Write to {address} or ring {mobile}.",
            f"{address}",
            f"Contact: <{address}>, mobile {spaced}",
            f"Mob: {abroad} / E-mail: {address.upper()}",
            f"[mailto:{address}] m:{mobile}",
            f'"Clerk" <{address}>; tel {spaced}',
            f"> On Monday, {address} wrote:\n> call me on {mobile}",
            f"mailto:{local}@{domain}?subject=x tel:{abroad.replace(' ', '')}",
            f"({address})({mobile})",
            f"From: {address}\nSent: Monday\nTo: someone\nSubject: RE: it\n\n{mobile}",
            f"-- \nA. Clerk\n{address}\n{spaced}",
        )
    )


def _plant(random: Random, raw: bytes, sentences: list[str]) -> bytes:
    """Put them into the words of the letter, its subject, or the name of a file; encoded where the part is."""
    for sentence in sentences:
        line = sentence.replace("\n", "\r\n").encode()
        where = random.random()
        if where < 0.1:
            raw = re.sub(
                rb"(?im)^subject:", lambda _m, s=sentence: b"Subject: " + s.split("\n")[0].encode(), raw, count=1
            )
        elif where < 0.2 and b"filename=" in raw:
            name = sentence.split("\n")[0].replace('"', "").encode() + b".pdf"
            raw = re.sub(rb'filename="?[^";\r\n]*"?', lambda _m, n=name: b'filename="' + n + b'"', raw, count=1)
        elif where < 0.3:
            raw = _in_html(random, raw, sentence)
        else:
            raw = _in_text(random, raw, line)
    return raw


def _in_text(random: Random, raw: bytes, line: bytes) -> bytes:
    """A line of its own, after the first blank line or a later one; where base64 stands there, as base64."""
    ends = [match.end() for match in re.finditer(rb"\r?\n\r?\n", raw)]
    if not ends:
        return raw + b"\r\n\r\n" + line + b"\r\n"
    at = ends[0] if random.random() < 0.6 else random.choice(ends)
    before = raw[:at].rpartition(b"\n\n")[2].lower()[-2000:]
    if b"base64" in before:
        line = base64.b64encode(line + b"\r\n" * 2)
    elif b"quoted-printable" in before:
        line = quopri.encodestring(line)
    return raw[:at] + line + b"\r\n" + raw[at:]


def _in_html(random: Random, raw: bytes, sentence: str) -> bytes:
    words = sentence.replace("<", "&lt;").replace("\n", "<br>")
    if random.random() < 0.3:
        words = words.replace("@", "&#64;")
    markup = f'<p><b>Note</b> {words} <a href="mailto:{sentence.split()[-1]}">write</a></p>'.encode()
    if b"</body>" in raw:
        return raw.replace(b"</body>", markup + b"</body>", 1)
    boundary = b"=_html"
    return (
        (
            b'Content-Type: multipart/alternative; boundary="'
            + boundary
            + b'"\r\n\r\n--'
            + boundary
            + b"\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>"
            + markup
            + b"</body></html>\r\n--"
            + boundary
            + b"--\r\n"
        )
        if random.random() < 0.5
        else raw
    )


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
