"""Cut HTML into tags and text in linear time, however broken: the standard parser can be made quadratic."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

# Possessive repeats never give back what they took, so a tag that does not close fails at once.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,60})"
    r"(?P<rest>(?:[^<>\"']++|\"[^\"]{0,8000}+\"|'[^']{0,8000}+')*+)>"
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]{1,100})(?:\s{0,20}=\s{0,20}(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?",
)
_RAW = {"script", "style"}


@dataclass(frozen=True)
class Token:
    """Text when ``tag`` is "", else a tag: opening, or closing with ``closes``."""

    tag: str = ""
    text: str = ""
    closes: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(html: str) -> Iterator[Token]:
    """Tags and unescaped text in order; comments, declarations, scripts and styles left out.

    A tag, comment or script that is never closed is text: nothing after it is lost.
    """
    never_closed: set[str] = set()
    lowered = html.lower()
    if len(lowered) != len(html):
        lowered = html
    at = text_from = 0
    while (at := html.find("<", at)) >= 0:
        end, token = _markup(html, lowered, at, never_closed)
        if end == at:
            at += 1
            continue
        if text_from < at:
            yield Token(text=unescape(html[text_from:at]))
        if token:
            yield token
        at = text_from = end
    if text_from < len(html):
        yield Token(text=unescape(html[text_from:]))


def _markup(html: str, lowered: str, at: int, never_closed: set[str]) -> tuple[int, Token | None]:
    """Where the markup that begins here ends, and its token if it has one; ``at`` when it is none."""
    if html.startswith("<!--", at):
        return _after(html, "-->", at + 4, never_closed) or at, None
    if html.startswith(("<!", "<?"), at):
        return _after(html, ">", at + 2, never_closed) or at, None
    match = _TAG.match(html, at)
    if not match:
        return at, None
    name, closes = match["name"].lower(), bool(match["close"])
    if name in _RAW and not closes and not match["rest"].endswith("/"):
        inside = _after(lowered, f"</{name}", match.end(), never_closed)
        return (_after(html, ">", inside, never_closed) or inside) if inside else match.end(), None
    attributes = {} if closes else {m[1].lower(): _value(m[2]) for m in _ATTRIBUTE.finditer(match["rest"])}
    return match.end(), Token(tag=name, closes=closes, attributes=attributes)


def _after(text: str, end: str, begin: int, never_closed: set[str]) -> int:
    """Index after the next ``end``, 0 without one. What was not found once is not looked for again."""
    if end in never_closed:
        return 0
    found = text.find(end, begin)
    if found < 0:
        never_closed.add(end)
        return 0
    return found + len(end)


def _value(raw: str | None) -> str:
    return unescape((raw or "").strip("\"'"))
