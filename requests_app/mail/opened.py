"""Files that are letters, opened: forwarded letters, saved Outlook messages, winmail.dat. To a bounded depth."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from .. import limited
from ..publishing import enclosed
from . import outlook
from .body import Letter, is_stub, joined, words_of
from .decoding import clean_line, decode_addresses, decode_header_text
from .html_text import html_to_text
from .names import file_name, kind_of, made_up_name, with_extension
from .parts import Part, plain_part, source, tree
from .web_links import unwrap_in

DEEPEST = 5
_MOST_FILES = 1_000
_LETTERS = ("message/rfc822", "message/global")
_TNEF = b"\x78\x9f\x3e\x22"
_MSG = "application/vnd.ms-outlook"
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_EML_BEGINS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
_LIMITS = limited.Limits(seconds=20, memory_mib=768, output_mib=64)


@dataclass
class File:
    """One file: ``within`` names the file that it came out of, "" where it stands in the letter itself."""

    name: str
    kind: str
    declared: str
    content: bytes
    within: str = ""
    content_id: str = ""


@dataclass
class Opened:
    """What was found: the files in order, texts of enclosed letters, and the letter's own words out of winmail.dat."""

    letter: Letter
    answered: frozenset[str] = frozenset()
    files: list[File] = field(default_factory=list)
    enclosed: list[str] = field(default_factory=list)
    own_words: list[tuple[str, str]] = field(default_factory=list)

    def take(self, part: Part, within_multipart: str, *, inside: str = "", depth: int = 0) -> None:
        """Add one file; where it is a letter, open it."""
        if len(self.files) >= _MOST_FILES:
            self.letter.notes.append(f"more than {_MOST_FILES} files: the rest was left out")
            return
        declared = part.kind
        if declared in _LETTERS:
            self._take_letter(part, within_multipart, inside, depth)
            return
        content = _content(part, self.letter.notes)
        name = part.name
        if content.startswith(_TNEF) or declared in _TNEF_TYPES:
            if depth < DEEPEST and self._take_tnef(content, inside, depth):
                return
        kind = kind_of(name, declared, content)
        if kind == "application/rtf" and not name and (read := self._limited(outlook.read_rtf, content, "rich text")):
            self.own_words.append((read.value.get("plain", ""), read.value.get("html", "")))
        if kind == "message/rfc822" or (name.lower().endswith(".eml") and _EML_BEGINS.match(content)):
            file = self._add(part, name, "message/rfc822", content, inside)
            self._open(tree(content), file.name, depth)
            return
        file = self._add(part, name, kind, content, inside)
        if kind == _MSG and depth < DEEPEST:
            self._take_msg(content, file.name, depth)

    def take_saved(self, content: bytes) -> dict:
        """The letter that a saved Outlook message is, its files added; raises ValueError where it cannot be opened."""
        read = self._limited(outlook.read_msg, content, "the saved message")
        if read is None:
            raise ValueError("no saved message")
        self._take_packed(read.value, read.blobs, "", 0)
        return read.value

    def text_with(self, text: str) -> str:
        """The letter's text, with that of the letters in it."""
        for plain, html in self.own_words:
            if text.strip() and not is_stub(text, lambda plain=plain, html=html: plain or html_to_text(html)):
                continue
            text = plain if plain.strip() else html_to_text(html)
        return joined((unwrap_in(text), *self.enclosed))

    def _add(self, part: Part, name: str, kind: str, content: bytes, inside: str, subject: str = "") -> File:
        name = name or made_up_name(kind, len(self.files) + 1, subject)
        if kind in _LETTERS and not name.lower().endswith((".eml", ".msg")):
            name += ".eml"
        identity = clean_line(part.raw("content-id")).strip("<>")[:200]
        file = File(with_extension(name, kind), kind, part.kind, content, inside, identity)
        self.files.append(file)
        return file

    # A letter as a part

    def _take_letter(self, part: Part, within_multipart: str, inside: str, depth: int) -> None:
        content, inner = _letter_in(part, self.letter.notes)
        subject = decode_header_text(inner.raw("subject"))
        name = part.name or file_name(decode_header_text(part.raw("content-description")))
        file = self._add(part, name if name.lower() != ".eml" else "", "message/rfc822", content, inside, subject)
        identity = inner.raw("message-id").strip().strip("<>")
        # What came back undelivered, and what this letter answers, is a copy of what is known.
        if within_multipart != "multipart/report" and identity not in self.answered:
            self._open(inner, file.name, depth)

    def _open(self, inner: Part, name: str, depth: int) -> None:
        if depth >= DEEPEST:
            self.letter.notes.append("letters within letters: the innermost were not opened")
            return
        own = Letter(notes=self.letter.notes, parts=self.letter.parts)
        text, files = words_of(inner, own)
        self.letter.parts = own.parts
        sender = decode_addresses(inner.raws("from"))
        shown = f"{sender[0][0]} <{sender[0][1]}>" if sender and sender[0][0] else (sender[0][1] if sender else "")
        head = enclosed.announce(decode_header_text(inner.raw("subject")), shown, _day(inner.raw("date")))
        at = len(self.enclosed)
        words_before = len(self.own_words)
        for each, within_multipart in files:
            self.take(each, within_multipart, inside=name, depth=depth + 1)
        for plain, html in self.own_words[words_before:]:
            text = text if text.strip() else plain or html_to_text(html)
        del self.own_words[words_before:]
        if text.strip():
            self.enclosed.insert(at, f"{head}\n\n{text.strip()}")

    # What Outlook packed

    def _take_tnef(self, content: bytes, inside: str, depth: int) -> bool:
        read = self._limited(outlook.read_tnef, content, "winmail.dat")
        if read is None:
            return False
        self.own_words.append((read.value["plain"], read.value["html"]))
        self._take_packed(read.value, read.blobs, inside, depth)
        return True

    def _take_msg(self, content: bytes, name: str, depth: int) -> None:
        read = self._limited(outlook.read_msg, content, name)
        if read is not None:
            self._enclose_packed(read.value, read.blobs, name, depth)

    def _take_packed(self, letter: dict, blobs, inside: str, depth: int) -> None:
        for one in letter["files"]:
            part = plain_part(one["type"] or "application/octet-stream", file_name(one["name"]), blobs[one["blob"]])
            if one["cid"]:
                part["Content-ID"] = f"<{clean_line(one['cid'])[:200]}>"
            self.take(part, "", inside=inside, depth=depth + 1)
        for one in letter["letters"]:
            self._enclose_packed(one, blobs, file_name(one["name"]) or inside, depth + 1)

    def _enclose_packed(self, letter: dict, blobs, name: str, depth: int) -> None:
        text = letter["plain"] if letter["plain"].strip() else html_to_text(letter["html"])
        if text.strip():
            date = (letter["date"] or "")[:16].replace("T", " ")
            head = enclosed.announce(clean_line(letter["subject"]), clean_line(letter["from"]), date)
            self.enclosed.append(f"{head}\n\n{text.strip()}")
        self._take_packed(letter, blobs, name, depth)

    def _limited(self, reader: Callable[..., limited.Answer], content: bytes, name: str) -> limited.Answer | None:
        try:
            return limited.run(reader, content, limits=_LIMITS)
        except (limited.Failed, OSError, MemoryError) as failure:
            self.letter.notes.append(f"{name} could not be opened: {getattr(failure, 'why', type(failure).__name__)}")
            return None


def _content(part: Part, notes: list[str]) -> bytes:
    if part.is_multipart():
        return b"\n".join(source(child) for child in part.children())
    return part.content(notes)


def _letter_in(part: Part, notes: list[str]) -> tuple[bytes, Part]:
    """A letter within a letter: its bytes, and its parts."""
    encoding = part.raw("content-transfer-encoding").strip().lower()
    if not part.is_multipart():
        content = part.content(notes)
        return content, tree(content)
    inner = part.children()[0]
    if encoding in ("base64", "quoted-printable"):
        # Not allowed for letters, and done: the inner "letter" is the encoded text.
        coded = plain_part("application/octet-stream", "", b"")
        coded.given = None
        coded["Content-Transfer-Encoding"] = encoding
        coded.set_payload(source(inner).decode("ascii", "surrogateescape").lstrip("\n"))
        content = coded.content(notes)
        return content, tree(content)
    return source(inner), inner


def _day(raw: str) -> str:
    try:
        return parsedate_to_datetime(clean_line(raw)).strftime("%-d %B %Y %H:%M")
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return clean_line(raw)[:60]
