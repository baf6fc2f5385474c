"""What files that are text themselves hold beside what they show: rtf, web pages, drawings, contact cards, XML."""

import base64
import binascii
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from .findings import Finding, finding
from .hidden_photos import has_location, places_within

_ADDRESS = re.compile(rb"[\w.+%-]+@[\w-]+\.[\w.-]*\w")
# A contact card's lines with numbers and places of a person.
_CARD = re.compile(rb"^(?:item\d\.)?(?:TEL|EMAIL|ADR|BDAY)\b[^:\r\n]*:\W*\w", re.IGNORECASE | re.MULTILINE)

# XML in which an office keeps a whole document, with all that it can hide.
_OFFICE = re.compile(
    rb"<\?mso-application|<(?:\w+:)?(?:wordDocument|document-content)\b|<office:document\b|<pkg:package\b"
)


def in_xml(content: bytes) -> Iterator[Finding]:
    if _OFFICE.search(content[:8192]):
        yield finding("not_looked_into")


def in_card(content: bytes) -> Iterator[Finding]:
    """Contact cards, calendars, signatures: addresses and numbers that would be masked in a letter."""
    found = len(set(_ADDRESS.findall(content))) or len(_CARD.findall(content))
    if found:
        yield finding("addresses", count=found)


# Rich text: control words of the specification 1.9.1

_STYLES = re.compile(
    rb"\{\\(?:\*\\)?(?:stylesheet|revtbl|xmlnstbl|listtable|latentstyles|info|themedata|fonttbl|colortbl)\b"
)
_UNSEEN = re.compile(rb"\\v1?(?![a-z0-9-])")
_CHANGED = re.compile(rb"\\(?:deleted|revised)1?(?![a-z0-9-])")
_REMARK = re.compile(rb"\\annotation(?![a-z0-9])")
_OBJECT = re.compile(rb"\\obj(?:data|emb|ocx)(?![a-z0-9])")
_AUTHOR = re.compile(rb"\{\\(?:author|operator) ([^{}\\]{1,100})")
_PHOTO = re.compile(rb"ffd8ff[0-9a-f]{8,200000}", re.IGNORECASE)


def in_rtf(content: bytes) -> Iterator[Finding]:
    """Findings of rich text. What is packed with `\\bin` is found where it is a placed picture."""
    authors = [name.decode("cp1252", "replace").strip() for name in _AUTHOR.findall(content[:200_000])]
    body = _without_tables(content)
    for code, marks in (("tracked_changes", _CHANGED), ("comments", _REMARK), ("hidden_text", _UNSEEN)):
        if count := len(marks.findall(body)):
            yield finding(code, count=count)
    if objects := len(_OBJECT.findall(body)):
        yield finding("embedded_files", count=objects)
    packed = content.translate(None, b"\r\n\t ")
    photos = (match[0][: len(match[0]) // 2 * 2] for match in _PHOTO.finditer(packed))
    placed = sum(places_within(bytes.fromhex(photo.decode())) for photo in photos) + places_within(content)
    if placed:
        yield finding("location", count=placed)
    if any(authors):
        yield finding("author", dict.fromkeys(filter(None, authors)))


def _without_tables(content: bytes) -> bytes:
    """The text without the groups at its head in which styles are described and nothing is written."""
    pieces, at = [], 0
    while match := _STYLES.search(content, at):
        pieces.append(content[at : match.start()])
        at = _end_of_group(content, match.start())
    return b"".join([*pieces, content[at:]])


def _end_of_group(content: bytes, at: int) -> int:
    deep = 0
    for brace in re.finditer(rb"\\[{}\\]|[{}]", content[at:]):
        deep += (brace[0] == b"{") - (brace[0] == b"}")
        if deep == 0 and len(brace[0]) == 1:
            return at + brace.end()
    return len(content)


# Web pages and drawings

_NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.I
)
# Remarks of the programs that made the page.
_OF_A_PROGRAM = re.compile(
    r"\s*(?:\[(?:if|endif)|<!\[endif|saved from url|(?:generat|creat|convert)(?:ed|or)\b|/\*|#)", re.I
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr path rect circle use image".split())


def in_page(content: bytes) -> Iterator[Finding]:
    """Findings of a web page or a drawing (SVG): programs, remarks, words that are not shown, placed pictures."""
    from .words_office import decoded

    page = _Page()
    page.feed(decoded(content))
    page.close()
    if page.programs:
        yield finding("macros", count=page.programs)
    if page.remarks:
        yield finding("comments", count=page.remarks)
    if page.unseen:
        yield finding("hidden_text", count=page.unseen)
    if page.placed:
        yield finding("location", count=page.placed)


class _Page(HTMLParser):
    """Reads a page as it streams by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.programs = self.remarks = self.unseen = self.placed = 0
        self._open: list[tuple[str, bool]] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        programs = any(
            name.startswith("on") or value.strip().lower().startswith("javascript:") for name, value in said.items()
        )
        self.programs += tag == "script" or programs
        self._look_at_picture(said.get("src") or said.get("href") or said.get("xlink:href") or "")
        self._in_style = tag in ("style", "script")
        if tag not in _VOID:
            unseen = "hidden" in said or said.get("display") == "none" or said.get("visibility") == "hidden"
            self._open.append((tag, unseen or bool(_NOT_SHOWN.search(said.get("style", "")))))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        names = [name for name, _unseen in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._in_style and any(unseen for _tag, unseen in self._open):
            self.unseen += any(map(str.isalnum, data))

    def handle_comment(self, data: str) -> None:
        self.remarks += any(map(str.isalpha, data)) and not _OF_A_PROGRAM.match(data)

    def _look_at_picture(self, address: str) -> None:
        head, _comma, packed = address.partition(";base64,")
        if not head.startswith("data:image/"):
            return
        try:
            self.placed += has_location(base64.b64decode(packed))
        except (binascii.Error, OSError, ValueError, SyntaxError):
            return
