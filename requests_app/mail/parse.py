"""Bytes as received → what the letter says. Never raises: what is broken is read as far as it goes and noted.

Formats with hostile files (winmail.dat, .msg) are read in processes of their own, see :mod:`requests_app.limited`;
nothing else leaves this process, nothing is fetched and nothing executed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .body import Letter, words_of
from .dates import read_date
from .decoding import clean_line, decode_addresses, decode_bytes, decode_header_text, decode_words_in
from .html_text import html_to_text
from .names import numbered
from .octets import scrub
from .opened import File, Opened
from .parts import Part, group_of, plain_part, tree

_LONGEST_TEXT = 1_000_000
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_GROUPS = 2_000
_RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")


@dataclass(frozen=True)
class ParsedAttachment:
    """A file that came with the letter. ``content_type`` is what it is, ``declared_type`` what the sender called it.

    ``name`` is without path and control characters, and no two files of a letter have the same. ``within`` names the
    file that this one came out of (a letter within the letter), "" where it stands in the letter itself.
    ``content_id`` is by what the letter's HTML shows it as a picture, "" for none.
    """

    name: str
    content_type: str
    content: bytes
    size: int
    declared_type: str = ""
    within: str = ""
    content_id: str = ""


@dataclass(frozen=True)
class ParsedEmail:
    """A letter as read. Texts have \\n line breaks and no control characters; absent is "" or () or None.

    ``date`` is aware, in the sender's zone. ``headers`` are (lower-case name, decoded value) in order.
    ``text`` is plain, made from the HTML where that is all there is; texts of letters within the letter follow, each
    behind the lines of ``publishing.enclosed``. ``delivery_status`` holds, per machine-readable report (RFC 3464,
    8098), its groups of fields. ``signed`` is "S/MIME", "PGP" or "": that a signature was there, never that it holds.
    ``notes`` say what was wrong, in English, for staff.
    """

    message_id: str = ""
    from_name: str = ""
    from_address: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    attachments: tuple[ParsedAttachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    content_type: str = ""
    report_type: str = ""
    delivery_status: tuple[tuple[tuple[str, str], ...], ...] = ()
    returned_message_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    signed: str = ""

    def header(self, name: str) -> str | None:
        """First value of a header, or None where it is absent; present and empty is ""."""
        return next((value for key, value in self.headers if key == name.lower()), None)


def parse(raw: bytes) -> ParsedEmail:
    """The letter in these bytes. A letter that cannot be taken apart is one text, and a note says so."""
    try:
        if bytes(raw[:8]) == _COMPOUND:
            return _read_saved(raw)
        return _read(tree(raw))
    except RecursionError:
        note = "nested too deeply to be taken apart"
    except Exception as error:  # the standard parser fails in ways that it does not document
        note = f"could not be taken apart ({type(error).__name__})"
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        top = _read(tree(head[:100_000] + b"\n\n"), headers_only=True)
    except Exception:  # not even its head: the bytes are kept as they came
        top = ParsedEmail()
    text, _ = decode_bytes(body[: _LONGEST_TEXT * 4], None)
    return ParsedEmail(**(vars(top) | {"text": text.strip("\n")[:_LONGEST_TEXT], "notes": (*top.notes, note)}))


def _read(message: Part, *, headers_only: bool = False) -> ParsedEmail:
    letter = Letter()
    in_reply_to = _message_id(message.raw("in-reply-to"))
    references = tuple(_MESSAGE_ID.findall(clean_line(message.raw("references")[:20_000])))
    sender = _first_address(message, letter.notes)
    found = Opened(letter, frozenset((in_reply_to, *references)) - {""})
    text, returned = "", ""
    if not headers_only:
        text, parts = words_of(message, letter)
        returned = _returned_id(parts)
        for part, within in parts:
            found.take(part, within)
        text = _clipped(found.text_with(text), found)
    kind, parameters = message.kind, message.parameters("content-type")[1]
    if letter.signed:
        letter.notes.append(f"signed ({letter.signed[0]}): the signature was not verified")
    if not headers_only and not text.strip() and not found.files:
        letter.notes.append("nothing in it can be read")
    return ParsedEmail(
        message_id=_message_id(message.raw("message-id")),
        from_name=sender[0],
        from_address=sender[1],
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        delivered_to=tuple(dict.fromkeys(a for name in _RECIPIENT_HEADERS for a in _addresses(message, name))),
        subject=decode_header_text(message.raw("subject")),
        date=read_date(message.raws("date"), letter.notes),
        text=text,
        html="\n".join(letter.html),
        attachments=_attachments(found.files),
        in_reply_to=in_reply_to,
        references=references,
        content_type=kind,
        report_type=parameters.get("report-type", "").lower(),
        delivery_status=tuple(group for part in letter.reports for group in _report_groups(part)),
        returned_message_id=returned,
        headers=tuple((name.lower(), decode_header_text(value)[:2000]) for name, value in _some_headers(message)),
        notes=tuple(dict.fromkeys(letter.notes)),
        signed=letter.signed[0] if letter.signed else "",
    )


def _read_saved(raw: bytes) -> ParsedEmail:
    """A letter that somebody saved from Outlook and handed in instead of the letter itself."""
    letter = Letter()
    found = Opened(letter)
    saved = found.take_saved(raw)
    sender = (decode_addresses([saved["from"]]) or [(clean_line(saved["from"]), "")])[0]
    text = saved["plain"] if saved["plain"].strip() else html_to_text(saved["html"])
    return ParsedEmail(
        from_name=sender[0][:300],
        from_address=sender[1],
        to=tuple(dict.fromkeys(address for _, address in decode_addresses([saved["to"].replace(";", ",")]))),
        subject=clean_line(saved["subject"]),
        date=read_date([saved["date"]] if saved["date"] else [], letter.notes),
        text=_clipped(found.text_with(text), found),
        html=saved["html"],
        attachments=_attachments(found.files),
        content_type="application/vnd.ms-outlook",
        notes=tuple(dict.fromkeys(letter.notes)),
    )


def _some_headers(message: Part) -> list[tuple[str, str]]:
    return list(message.raw_items())[:400]


def _clipped(text: str, found: Opened) -> str:
    """A text that nobody reads on a page is cut, and goes whole beside it as a file. No reader's controls pass."""
    text = scrub(decode_words_in(text))
    if len(text) <= _LONGEST_TEXT:
        return text
    if not found.letter.is_cut:
        found.letter.notes.append(f"the text was cut after {_LONGEST_TEXT} characters: the whole is a file beside it")
        found.take(plain_part("text/plain", "letter.txt", text.encode()), "")
    return text[:_LONGEST_TEXT].rstrip() + "\n[…]"


def _attachments(files: list[File]) -> tuple[ParsedAttachment, ...]:
    names = numbered([file.name for file in files])
    return tuple(
        ParsedAttachment(name, file.kind, file.content, len(file.content), file.declared, file.within, file.content_id)
        for name, file in zip(names, files, strict=True)
    )


# Reports


def _report_groups(part: Part) -> Iterator[tuple[tuple[str, str], ...]]:
    if part.is_multipart():
        groups = part.children()
    else:
        groups = [group_of(piece) for piece in re.split(rb"\r?\n[ \t]*\r?\n", part.content([]).strip())]
    for group in groups[:_MOST_GROUPS]:
        fields = tuple((name.lower(), decode_header_text(value)) for name, value in group.raw_items())
        if fields:
            yield fields


def _returned_id(parts: list[tuple[Part, str]]) -> str:
    for part, within in parts:
        if within != "multipart/report" or part.kind not in ("message/rfc822", "message/global", "text/rfc822-headers"):
            continue
        inner = part.children()[0] if part.is_multipart() else group_of(part.content([])[:64_000])
        if found := _message_id(inner.raw("message-id")):
            return found
    return ""


# Headers


def _first_address(message: Part, notes: list[str]) -> tuple[str, str]:
    for name in ("From", "Sender", "Reply-To"):
        found = decode_addresses(message.raws(name))
        if found:
            if name != "From":
                notes.append(f"no sender in From: {name} was used")
            elif len({address.lower() for _, address in found}) > 1:
                notes.append("several senders in From: the first was used")
            name_said = found[0][0] or (_without_brackets(message) if name != "From" else "")
            return name_said[:300], found[0][1]
    notes.append("no sender")
    return _without_brackets(message)[:300], ""


def _without_brackets(message: Part) -> str:
    """What From says where it has no address: "Jo Bloggs" of "Jo Bloggs" </O=BOROUGH/CN=JBLOGGS>."""
    said = decode_header_text(message.raw("from"))
    return re.sub(r"(?<=\S)\s*<[^<>]{0,300}>$|<>$", "", said).strip().strip('"').strip()


def _addresses(message: Part, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for _, address in decode_addresses(message.raws(name))))


def _message_id(value: str) -> str:
    """The identifier without its brackets; some senders write none."""
    raw = clean_line(value[:2000])
    match = _MESSAGE_ID.search(raw) or _MESSAGE_ID.search(raw.replace(" ", ""))
    return match[1] if match else (raw.split() or [""])[0].strip("<>")[:900]
