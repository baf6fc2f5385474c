"""Which parts of a letter are its words, and which are files."""

import re
from email.message import Message

from ..publishing.plain import html_to_text
from .decoding import decode_bytes

Leaf = tuple[Message, str]
_TEXTS = ("text/plain", "text/html")


def choose_body(leaves: list[Leaf], notes: list[str]) -> tuple[str, str, list[Message]]:
    """(plain text, HTML, parts that are files) from the leaves in order.

    Several unnamed text parts follow one another in the letter (an answer, then what a list server adds), so
    they are joined. Where plain and HTML are alternatives, the plain one counts unless it is only a stub.
    """
    plain: list[str] = []
    html: list[str] = []
    alternatives_plain = alternatives_html = 0
    files: list[Message] = []
    for part, within in leaves:
        kind = part.get_content_type()
        if part.is_multipart() or not _is_words(part, kind, first=not plain and not html):
            files.append(part)
            continue
        words = _decoded(part, notes)
        if kind == "text/html":
            html.append(words)
            alternatives_html += within in ("multipart/alternative", "multipart/related")
        else:
            plain.append(words)
            alternatives_plain += within == "multipart/alternative"
    text = "\n\n".join(one.strip("\n") for one in plain if one.strip())
    markup = "\n".join(one for one in html if one.strip())
    if not markup:
        return text, "", files
    readable = "\n\n".join(filter(str.strip, (html_to_text(one) for one in html)))
    if not text:
        return readable, markup, files
    if not alternatives_plain and not alternatives_html:
        return f"{text}\n\n{readable}", markup, files
    if _is_stub(text, readable):
        notes.append("the plain text was only a stub: the HTML was read")
        return readable, markup, files
    return text, markup, files


def _is_stub(text: str, readable: str) -> bool:
    """Whether the plain alternative is a placeholder such as "your program cannot show HTML"."""
    words, more = len(text.split()), len(readable.split())
    return words < 60 and more > 3 * words + 10


def _is_words(part: Message, kind: str, *, first: bool) -> bool:
    if kind not in _TEXTS and not (first and kind.startswith("multipart/")):
        return False
    disposition = str(part.get("Content-Disposition") or "").strip().lower()
    if disposition.startswith("attachment"):
        return False
    named = re.search(r"(?:file)?name\*?\d*\*?\s*=", disposition + str(part.get("Content-Type") or ""), re.IGNORECASE)
    return not named


def _decoded(part: Message, notes: list[str]) -> str:
    # A multipart without its boundary arrives here as one text.
    try:
        content = part.get_payload(decode=True) or b""
    except (ValueError, UnicodeError, LookupError, TypeError, AttributeError):
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, TypeError, UnicodeError):
        charset = None
    text, note = decode_bytes(content, charset)
    if note:
        notes.append(note)
    kind = str(part.get("Content-Type") or "").lower()
    if part.get_content_type() == "text/plain" and "flowed" in kind:
        text = unflow(text, delete_space=bool(re.search(r'delsp\s*=\s*"?yes', kind)))
    return text


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs joined again where a program broke lines softly (RFC 3676), quotation depth kept."""
    out: list[list[str]] = []
    open_depth = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if not depth and content.startswith(">"):
            content = "   " + content  # stuffed by the sender so that it is not taken for a quotation
        if open_depth == depth and content != "-- ":
            out[-1].append(content)
        else:
            out.append([">" * depth + (" " if depth else ""), content])
        soft = content.endswith(" ") and content != "-- "
        open_depth = depth if soft else None
        if soft and delete_space:
            out[-1][-1] = content[:-1]
    return "\n".join("".join(pieces) for pieces in out)
