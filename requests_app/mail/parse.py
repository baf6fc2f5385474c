"""Bytes as received → what the letter says. Never raises: what is broken is read as far as it goes and noted."""

import email
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from ..publishing.plain import html_to_text
from .body import choose_body
from .decoding import clean_line, decode_addresses, decode_bytes, decode_header_text

_DEEPEST = 40
_MOST_PARTS = 2_000
_LONGEST_PARAMETERS = 8_000
_RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_EXTENSIONS = {"message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "text/plain": ".txt"}
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


@dataclass(frozen=True)
class ParsedAttachment:
    """A file that came with the letter. ``content_type`` is what the sender declared; ``name`` is as given."""

    name: str
    content_type: str
    content: bytes
    size: int


@dataclass(frozen=True)
class ParsedEmail:
    """A letter as read. Texts have \\n line breaks and no control characters; absent is "" or () or None.

    ``date`` is aware, in the sender's zone. ``headers`` are (lower-case name, decoded value) in order.
    ``delivery_status`` holds, per machine-readable report (RFC 3464, 8098), its groups of fields.
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

    def header(self, name: str) -> str | None:
        """First value of a header, or None where it is absent; present and empty is ""."""
        return next((value for key, value in self.headers if key == name.lower()), None)


@dataclass
class _Findings:
    """What the walk through the parts collects."""

    leaves: list[tuple[Message, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(raw: bytes) -> ParsedEmail:
    """The letter in these bytes. A letter that cannot be taken apart is one text, and a note says so."""
    try:
        return _read(email.message_from_bytes(raw))
    except RecursionError:
        note = "nested too deeply to be taken apart"
    except Exception as error:  # the standard parser fails in ways that it does not document
        note = f"could not be taken apart ({type(error).__name__})"
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        top = _read(email.message_from_bytes(head[:100_000] + b"\n\n"), headers_only=True)
    except Exception:  # not even its head: the bytes are kept as they came
        top = ParsedEmail()
    text, _ = decode_bytes(body, None)
    return ParsedEmail(**(vars(top) | {"text": text.strip("\n"), "notes": (*top.notes, note)}))


def _read(message: Message, *, headers_only: bool = False) -> ParsedEmail:
    found = _Findings()
    if not headers_only:
        _walk(message, found, depth=0, within="")
    sender = _first_address(message, found.notes)
    text, html, rest = choose_body(found.leaves, found.notes)
    attachments = tuple(_attachment(part, number, found.notes) for number, part in enumerate(rest, 1))
    reports = tuple(group for part, _ in found.leaves for group in _report_groups(part))
    return ParsedEmail(
        message_id=_message_id(message.get("Message-ID")),
        from_name=sender[0],
        from_address=sender[1],
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        delivered_to=tuple(dict.fromkeys(a for name in _RECIPIENT_HEADERS for a in _addresses(message, name))),
        subject=decode_header_text(message.get("Subject")),
        date=_date(message.get("Date"), found.notes),
        text=text if text.strip() else html_to_text(html),
        html=html,
        attachments=attachments,
        in_reply_to=_message_id(message.get("In-Reply-To")),
        references=tuple(_MESSAGE_ID.findall(str(message.get("References") or "")[:20_000])),
        content_type=_content_type(message),
        report_type=clean_line(str(_param(message, "report-type") or "")).lower(),
        delivery_status=reports,
        returned_message_id=_returned_id(found.leaves),
        headers=tuple((name.lower(), decode_header_text(value)[:2000]) for name, value in message.items()[:400]),
        notes=tuple(dict.fromkeys(found.notes)),
    )


def _walk(part: Message, found: _Findings, *, depth: int, within: str) -> None:
    """Collect leaves with the kind of multipart that they stand in. Letters in letters stay whole."""
    found.notes += [_defect(defect) for defect in part.defects]
    for name in ("Content-Type", "Content-Disposition"):
        if len(str(part.get(name, ""))) > _LONGEST_PARAMETERS:
            part.replace_header(name, str(part[name])[:_LONGEST_PARAMETERS])
            found.notes.append(f"{name} was too long and was cut")
    kind = _content_type(part)
    whole = kind.startswith("message/")
    if not part.is_multipart() or whole or depth >= _DEEPEST:
        if len(found.leaves) < _MOST_PARTS:
            found.leaves.append((part, within))
        else:
            found.notes.append(f"more than {_MOST_PARTS} parts: the rest was left out")
        return
    for child in part.get_payload():
        _walk(child, found, depth=depth + 1, within=kind if kind.startswith("multipart/") else within)


def _defect(defect: Exception) -> str:
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(defect).__name__.removesuffix("Defect")).lower()
    return f"badly formed: {words}"


# Parts


def _attachment(part: Message, number: int, notes: list[str]) -> ParsedAttachment:
    kind = _content_type(part)
    content = part_content(part, notes)
    name = part_name(part) or _made_up_name(part, kind, number)
    if kind == "message/rfc822" and not name.lower().endswith((".eml", ".msg")):
        name += ".eml"
    return ParsedAttachment(name, kind, content, len(content))


def part_name(part: Message) -> str:
    """The file name that a part gives, decoded, "" without one; RFC 2231, RFC 2047 and raw bytes alike."""
    for header, key in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        value = _param(part, key, header)
        if value:
            try:
                value = collapse_rfc2231_value(value, errors="replace")
            except (LookupError, ValueError, TypeError):
                value = str(value[2] if isinstance(value, tuple) else value)
            return re.split(r"[\\/]", decode_header_text(value))[-1].strip()[:255]
    return ""


def part_content(part: Message, notes: list[str]) -> bytes:
    """The decoded bytes of a part; a letter within the letter as it came."""
    try:
        if part.is_multipart():
            return _whole_letter(part)
        known = len(part.defects)
        content = part.get_payload(decode=True) or b""
        notes += [_defect(defect) for defect in part.defects[known:]]
        return content
    except (ValueError, UnicodeError, LookupError, TypeError, AttributeError, KeyError):
        notes.append("a part could not be decoded and was kept as it came")
        return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _whole_letter(part: Message) -> bytes:
    children = part.get_payload()
    if _content_type(part) == "message/delivery-status":
        return b"\n".join(child.as_bytes() for child in children)
    inner = children[0]
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ("base64", "quoted-printable"):
        # Not allowed for letters, and done: the inner "letter" is the encoded text.
        coded = Message()
        coded["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"]
        coded.set_payload(inner.as_string().lstrip("\n"))
        return coded.get_payload(decode=True) or b""
    return inner.as_bytes()


def _made_up_name(part: Message, kind: str, number: int) -> str:
    if kind == "message/rfc822" and part.is_multipart():
        inner = part.get_payload()[0]
        return re.sub(r"[\\/]", " ", decode_header_text(inner.get("Subject")))[:100].strip() or f"message {number}"
    known = {
        "message/delivery-status": ".txt",
        "text/rfc822-headers": ".txt",
        "text/plain": ".txt",
        "text/html": ".html",
    }
    extension = known.get(kind) or mimetypes.guess_extension(kind) or ""
    if kind == "message/delivery-status":
        return "delivery report.txt"
    stem = "picture" if kind.startswith("image/") else "attachment"
    return f"{stem} {number}{extension}"


def _report_groups(part: Message) -> Iterator[tuple[tuple[str, str], ...]]:
    kind = _content_type(part)
    if kind not in ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification"):
        return
    if part.is_multipart():
        groups = part.get_payload()
    else:
        content = part_content(part, [])
        groups = [email.message_from_bytes(piece) for piece in re.split(rb"\r?\n[ \t]*\r?\n", content.strip())]
    for group in groups[:_MOST_PARTS]:
        fields = tuple((name.lower(), decode_header_text(value)) for name, value in group.items())
        if fields:
            yield fields


def _returned_id(leaves: list[tuple[Message, str]]) -> str:
    for part, within in leaves:
        kind = _content_type(part)
        if within == "multipart/report" and kind in ("message/rfc822", "message/global", "text/rfc822-headers"):
            content = part_content(part, [])[:64_000]
            if found := _message_id(email.message_from_bytes(content).get("Message-ID")):
                return found
    return ""


# Headers


def _content_type(part: Message) -> str:
    try:
        kind = part.get_content_type()
    except (ValueError, TypeError, AttributeError, IndexError):
        kind = ""
    return kind if _TYPE.fullmatch(kind) else "application/octet-stream"


def _param(part: Message, key: str, header: str = "Content-Type"):
    try:
        return part.get_param(key, None, header)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _first_address(message: Message, notes: list[str]) -> tuple[str, str]:
    for name in ("From", "Sender", "Reply-To"):
        found = decode_addresses(message.get_all(name, []))
        if found:
            if name != "From":
                notes.append(f"no sender in From: {name} was used")
            elif len({address.lower() for _, address in found}) > 1:
                notes.append("several senders in From: the first was used")
            return found[0][0][:300], found[0][1]
    notes.append("no sender")
    return decode_header_text(message.get("From"))[:300], ""


def _addresses(message: Message, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for _, address in decode_addresses(message.get_all(name, []))))


def _message_id(value: object) -> str:
    """The identifier without its brackets; some senders write none."""
    raw = clean_line(str(value or "")[:2000])
    match = _MESSAGE_ID.search(raw)
    return match[1] if match else (raw.split() or [""])[0].strip("<>")[:900]


def _date(value: object, notes: list[str]) -> datetime | None:
    if value is None:
        notes.append("no date")
        return None
    try:
        date = parsedate_to_datetime(clean_line(str(value)))
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
        return date
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        notes.append("the date cannot be read")
        return None
