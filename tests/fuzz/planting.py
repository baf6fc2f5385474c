"""Where in a letter its canary stands: each manner takes (random, letter, canary) and gives back the letter."""

import base64
import binascii
import io
import json
import quopri
import re
import zipfile
from collections.abc import Callable
from email.header import Header
from functools import lru_cache
from random import Random
from urllib.parse import quote
from xml.sax.saxutils import escape

from tests import made_files, made_outlook
from tests.fuzz.canaries import Canary, markup, sentence


def in_words(random: Random, raw: bytes, bird: Canary) -> bytes:
    """A line of its own, after the first blank line or a later one; where base64 stands there, as base64."""
    line = sentence(random, bird).replace("\n", "\r\n").encode()
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


def in_subject(random: Random, raw: bytes, bird: Canary) -> bytes:
    words = _line(random, bird)
    return re.sub(rb"(?im)^subject:", lambda _m: b"Subject: " + _header_words(random, words) + b" ", raw, count=1)


def in_header(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In a field of the letter's head, or as the name of one."""
    address = bird.address
    name = random.choice((f'"{address}"', f"Clerk {bird.spaced}", "Clerk"))
    field = random.choice(
        (
            *(f"{each}: {name} <{address}>" for each in ("Cc", "Reply-To", "Sender", "Resent-From", "X-Original-From")),
            *(f"{each}: {address}" for each in ("Errors-To", "Organization", "Comments")),
            *(f"{each}: <{address}>" for each in ("In-Reply-To", "References", "List-Unsubscribe", "Return-Path")),
            f"Keywords: ring {bird.mobile}, {address}",
            f"Thread-Topic: {address}",
            f"X-{bird.word}: {address}",
            f"Authentication-Results: mx.example; spf=fail smtp.mailfrom={address}",
            f"Received: from {address} by mx.example for <{address}>; Thu, 23 Jun 2011 10:00:00 +0100",
            f"Our reference: {address}",
            f"X-Failed-Recipients: {address}",
        )
    ).encode()
    if random.random() < 0.3:
        head, colon, value = field.partition(b": ")
        field = head + colon + _header_words(random, value.decode())
    return field + b"\r\n" + raw


def from_name(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In the sender's shown name, and To's; the addresses stay."""
    shown = _header_words(random, random.choice((bird.address, f"Clerk {bird.spaced}", f"{bird.address} via FOI")))
    if not shown.startswith(b"=?"):
        shown = b'"' + shown + b'"'
    which = rb"(?im)^(from|to):[^<\r\n]*<"
    return re.sub(which, lambda m: m[1] + b": " + shown + b" <", raw, count=random.choice((1, 2)))


def in_file_name(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In place of the name of a file that is there, in one of the ways in which names are written."""
    if b"name=" not in raw:
        return raw
    name = re.sub(r'["\\]', "", _line(random, bird)) + random.choice((".pdf", ".txt", "", ".docx"))
    written = _parameter(random, name)
    return re.sub(rb'\b(?:file)?name="?[^";\r\n]*"?', lambda _m: written, raw, count=random.choice((1, 2)))


def in_html(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In the mark-up that is there, or the whole letter as an alternative to some."""
    made = markup(random, bird).encode()
    if b"</body>" in raw and random.random() < 0.8:
        return raw.replace(b"</body>", made + b"</body>", 1)
    page = b"<html><head><title>" + bird.address.encode() + b"</title></head><body>" + made + b"</body></html>"
    return _enclosed(
        raw, b"alternative", _part(random, b"text/html; charset=utf-8", page), before=random.random() < 0.5
    )


def as_file(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In a file beside the letter, in its words, its name, or what is hidden in it."""
    kind, content_type, content = random.choice(_FILES)(random, bird)
    name = f"{random.choice(('answer', 'contacts', f'of {bird.address}', bird.address, f'ring {bird.mobile}'))}.{kind}"
    if random.random() < 0.2:
        content_type = random.choice((b"application/octet-stream", b"text/plain", b"application/x-unknown", b""))
    head = b"Content-Disposition: attachment; " + _parameter(random, name)
    return _enclosed(raw, b"mixed", _part(random, content_type, content, head=head))


def as_letter(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In a letter inside the letter: its head, its words, and perhaps one more inside it."""
    inner = (
        f"From: {bird.address}\r\nTo: <{bird.address}>\r\nCc: {bird.address}\r\n"
        f"Subject: {bird.address} {bird.mobile}\r\n"
        f"Message-ID: <{bird.address}>\r\nDate: Thu, 23 Jun 2011 10:00:00 +0100\r\n\r\n{sentence(random, bird)}\r\n"
    ).encode()
    if random.random() < 0.3:
        inner = _enclosed(inner, b"mixed", b"Content-Type: message/rfc822\r\n\r\n" + inner)
    kind = random.choice((b"message/rfc822", b"message/rfc822", b"text/rfc822-headers", b"message/partial"))
    return _enclosed(raw, b"mixed", b"Content-Type: " + kind + b"\r\n\r\n" + inner, before=random.random() < 0.3)


def in_report(random: Random, raw: bytes, bird: Canary) -> bytes:
    status = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {bird.address}\r\nAction: failed\r\n"
        f"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 <{bird.address}> unknown, ring {bird.mobile}\r\n"
    ).encode()
    return _enclosed(raw, b"report", b"Content-Type: message/delivery-status\r\n\r\n" + status)


def in_encoded_part(random: Random, raw: bytes, bird: Canary) -> bytes:
    """In words under a charset or an encoding that hides it from whoever does not decode."""
    words = f"Good morning\n{sentence(random, bird)}\nYours"
    charset = random.choice(("utf-16", "utf-16-le", "utf-7", "iso-2022-jp", "hz", "gb18030", "utf-32", "cp1252"))
    said = random.choice((charset, charset, "utf-8", "x-unknown", "us-ascii"))
    part = _part(random, f"text/plain; charset={said}".encode(), words.encode(charset, "replace"))
    return _enclosed(raw, b"mixed", part, before=random.random() < 0.5)


def in_soft_breaks(random: Random, raw: bytes, bird: Canary) -> bytes:
    """Quoted-printable, the address broken in the middle by a soft line break or written in codes."""
    made = "".join(
        f"={ord(each):02X}"
        if random.random() < 0.2 or each == "="
        else each + ("=\r\n" if random.random() < 0.05 else "")
        for each in f"{bird.address} {bird.mobile} {bird.address}"
    )
    part = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + made.encode()
    return _enclosed(raw, b"mixed", part, before=True)


def uuencoded(random: Random, raw: bytes, bird: Canary) -> bytes:
    content = sentence(random, bird).encode()
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return raw + b"\r\nbegin 644 " + bird.address.encode() + b".txt\r\n" + lines + b"`\r\nend\r\n"


# The words of a letter are where most stand in truth.
MANNERS: tuple[Callable[[Random, bytes, Canary], bytes], ...] = (
    *(in_words, in_words, in_words, in_words, in_html, in_html, in_subject, in_header, in_file_name, as_file, as_file),
    *(as_letter, in_report, in_encoded_part, in_soft_breaks, uuencoded),
)


# ---- files ----


@lru_cache(maxsize=8)
def _packed(kind: str) -> bytes:
    """An office file with a place for the words, made once."""
    if kind == "docx":
        return made_files.document("The words are here: PLACE.")
    return made_files.workbook(lambda book: book.create_sheet("PLACE").append(("PLACE",)))


def _filled(kind: str, words: str, title: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_packed(kind))) as source:
        members = {item.filename: source.read(item) for item in source.infolist()}
    for name, content in members.items():
        if name.endswith(".xml"):
            # The name of a sheet, which takes no more than 31 characters.
            said = title if "workbook" in name else words
            content = content.replace(b"PLACE", escape(said, {'"': "&quot;"}).encode())
            members[name] = _MOMENT.sub(b"2011-06-23T10:00:00Z", content)
    return _zipped(members)


_MOMENT = re.compile(rb"20[2-9]\d-\d\d-\d\dT[\d:.]+Z?")


def _zipped(members: dict[str, bytes]) -> bytes:
    """The same bytes whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _plain(kind: str, content_type: bytes):
    return lambda random, bird: (kind, content_type, sentence(random, bird).encode())


_FILES: tuple[Callable[[Random, Canary], tuple[str, bytes, bytes]], ...] = (
    _plain("txt", b"text/plain"),
    _plain("csv", b"text/csv"),
    lambda random, bird: ("csv", b"text/csv", f"name,mail,tel\nA,{bird.address},{bird.spaced}\n".encode()),
    lambda random, bird: ("html", b"text/html", markup(random, bird).encode()),
    lambda random, bird: ("docx", b"application/octet-stream", _filled("docx", sentence(random, bird), bird.mobile)),
    lambda random, bird: ("xlsx", b"application/octet-stream", _filled("xlsx", sentence(random, bird), bird.mobile)),
    lambda random, bird: (
        "zip",
        b"application/zip",
        _zipped({f"{bird.address}.txt": sentence(random, bird).encode(), "b.csv": bird.address.encode()}),
    ),
    lambda random, bird: (
        "eml",
        random.choice((b"application/octet-stream", b"message/rfc822")),
        f"From: {bird.address}\r\nSubject: {bird.mobile}\r\n\r\n{sentence(random, bird)}\r\n".encode(),
    ),
    lambda random, bird: (
        "ics",
        b"text/calendar",
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20110701T100000Z\r\nORGANIZER:mailto:{bird.address}\r\n"
        f"ATTENDEE;CN={bird.address}:mailto:{bird.address}\r\nSUMMARY:Call {bird.mobile}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n".encode(),
    ),
    lambda random, bird: ("rtf", b"application/rtf", rb"{\rtf1 " + sentence(random, bird).encode() + b"}"),
    lambda random, bird: ("json", b"application/json", json.dumps({bird.address: sentence(random, bird)}).encode()),
    lambda random, bird: (
        "vcf",
        b"text/vcard",
        f"BEGIN:VCARD\r\nFN:A Clerk\r\nEMAIL:{bird.address}\r\nTEL:{bird.mobile}\r\nEND:VCARD\r\n".encode(),
    ),
    lambda random, bird: (
        "msg",
        b"application/vnd.ms-outlook",
        made_outlook.msg(subject=bird.address, sender=bird.address, body=sentence(random, bird)),
    ),
    lambda random, bird: (
        "dat",
        b"application/ms-tnef",
        made_outlook.tnef(
            subject="Re: it",
            body=sentence(random, bird).replace("\n", "\r\n"),
            files=[(f"{bird.address}.txt", sentence(random, bird).encode())],
        ),
    ),
)


# ---- how it is written ----


def _line(random: Random, bird: Canary) -> str:
    words = sentence(random, bird)
    return words if "\n" not in words else f"{bird.address} {bird.mobile}"


def _header_words(random: Random, words: str) -> bytes:
    """Plain, or as encoded words, also broken in the middle of the address."""
    match random.randrange(5):
        case 0:
            return b"=?utf-8?B?" + base64.b64encode(words.encode()) + b"?="
        case 1:
            return Header(words, "iso-8859-1", maxlinelen=40).encode().replace("\n", "\r\n").encode()
        case 2:
            at = len(words) // 2
            halves = (
                f"=?utf-8?Q?{quopri.encodestring(each.encode(), header=True).decode()}?="
                for each in (words[:at], words[at:])
            )
            return "\r\n ".join(halves).encode()
        case _:
            return words.encode()


def _parameter(random: Random, name: str) -> bytes:
    """A file's name: plain, RFC 2231 whole or in pieces, or as an encoded word where none belongs."""
    match random.randrange(6):
        case 0:
            return f"filename*=utf-8''{quote(name)}".encode()
        case 1:
            at = random.randrange(1, max(2, len(name)))
            return f'filename*0="{name[:at]}";\r\n filename*1="{name[at:]}"'.encode()
        case 2:
            return b'filename="=?utf-8?B?' + base64.b64encode(name.encode()) + b'?="'
        case 3:
            return f'name="{name}"; filename="{name}"'.encode()
        case _:
            return f'filename="{name}"'.encode()


def _part(random: Random, content_type: bytes, content: bytes, *, head: bytes = b"") -> bytes:
    lines = [b"Content-Type: " + content_type] if content_type else []
    lines += [head] if head else []
    if random.random() < 0.7 or b"\0" in content:
        return b"\r\n".join([*lines, b"Content-Transfer-Encoding: base64", b"", base64.encodebytes(content)])
    if random.random() < 0.5:
        return b"\r\n".join([*lines, b"Content-Transfer-Encoding: quoted-printable", b"", quopri.encodestring(content)])
    return b"\r\n".join([*lines, b"", content])


def _enclosed(raw: bytes, kind: bytes, part: bytes, *, before: bool = False) -> bytes:
    """The letter with a part beside its own words; its other head lines stay in front."""
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        head, found, body = raw.partition(b"\n\n")
    lines = re.split(rb"\r?\n(?![ \t])", head)
    own = [line for line in lines if line.lower().startswith(b"content-")]
    rest = [line for line in lines if not line.lower().startswith(b"content-")]
    mark = b"=_%08x" % (len(raw) * 31 + len(part))
    words = b"\r\n".join(own) + b"\r\n\r\n" + body
    parts = (part, words) if before else (words, part)
    opening = b"Content-Type: multipart/" + kind + b'; boundary="' + mark + b'"'
    inside = b"".join(b"--" + mark + b"\r\n" + each + b"\r\n" for each in parts)
    return b"\r\n".join([*rest, opening]) + b"\r\n\r\n" + inside + b"--" + mark + b"--\r\n"
