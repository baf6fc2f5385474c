"""A text as a reader's eye or a program would take it, with the way back to the places of the text itself.

Addresses and numbers can be written with signs that nobody sees, in full-width letters, with blanks that keep a line
together, as ``%40``, ``&#64;`` or ``\\u0040``. They are looked for in the shadow, where all of that is plain, and
masked in the text.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

# What is not seen: soft hyphens, combining accents, zero widths, directions, keycaps, variation selectors, tags.
_UNSEEN = (
    "\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_STRANGE = re.compile(
    rf"(?P<unseen>[{_UNSEEN}]++|=\r?\n)"
    r"|(?P<percent>%(?:25){0,4}(?P<byte>[0-9A-Fa-f]{2}))"
    r"|(?P<escaped>\\(?:u00|x)(?P<hex>[0-9A-Fa-f]{2}))"
    r"|(?P<entity>&(?:amp;){0,4}(?P<named>#0{0,6}[0-9]{1,6};?|#[xX]0{0,6}[0-9A-Fa-f]{1,5};?|[a-zA-Z]{2,8};))"
    r"|(?P<dot>[\u3002\uff0e\uff61])"
    r"|(?P<break>[\u0085\u2028\u2029])"
    r"|(?P<blank>[\u1680\u3000])"
    r"|(?P<wide>[\u2460-\u2468\u24ea\ufe50-\ufe6b\uff01-\uff5e\U0001d400-\U0001d7ff]|(?![0-9])\d)"
)
# A letter that was not decoded: "=40" is an at sign only where "=3D", "=20" or a soft line break stand too.
_QUOTED = re.compile(rf"(?P<quoted>=(?P<code>[0-9A-F]{{2}}))|{_STRANGE.pattern}")
# Or many codes stand in one word, with no sign between that parts the names and numbers of a link.
_LEFT_QUOTED = re.compile(r"=3D|=20|=C2=A0|=\r?\n|(?:=[0-9A-F]{2}[^\s=&;?]{0,20}){4}")
# All that can begin something strange, for one quick look: not the letters and marks of an ordinary letter.
_SUSPECT = re.compile(
    r"[^\x00-\x24\x27-\x3c\x3e-\x5b\x5d-\x84\x86-\xac\xae-\u02ff\u2010-\u2027\u202f-\u205f\u20a0-\u20cf\u2100-\u214f]"
)
_UNSEEN_ONE = re.compile(rf"[{_UNSEEN}]")
_KINDS = ("unseen", "percent", "escaped", "entity", "dot", "break", "blank", "wide")
# Blanks of other widths, and those that keep a line together.
_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f]")
_TO_BLANK = dict.fromkeys((0xA0, 0x202F, 0x205F, *range(0x2000, 0x200B)), " ")


@dataclass(frozen=True)
class Shadow:
    """``text`` is the shadow; ``places``, where it differs, the index in the original of each of its characters."""

    text: str
    places: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original: up to the next sign that can be seen."""
        return (start, end) if self.places is None else (self.places[start], self.places[end])


def is_left_quoted(text: str) -> bool:
    """Whether a text is a letter, or has one in it, whose quoted-printable nobody decoded."""
    return "=" in text and bool(_LEFT_QUOTED.search(text))


def cast(text: str, *, quoted: bool | None = None) -> Shadow:
    """The shadow of a text, in time linear in its length; the text itself where nothing in it is strange.

    ``quoted``: whether it was left quoted, where that is known of the text that this one was made of.
    """
    if not _SUSPECT.search(text):
        return Shadow(_one_blank(text))
    strange = _QUOTED if (is_left_quoted(text) if quoted is None else quoted) else _STRANGE
    if not strange.search(text):
        return Shadow(_one_blank(text))
    out: list[str] = []
    places: list[int] = []
    done = 0
    for match in strange.finditer(text):
        plain = _plain(match)
        if plain is None:
            continue
        out.append(text[done : match.start()])
        places.extend(range(done, match.start()))
        out.append(plain)
        places.extend([match.start()] * len(plain))
        done = match.end()
    out.append(text[done:])
    places.extend(range(done, len(text) + 1))
    return Shadow(_one_blank("".join(out)), places)


def _one_blank(text: str) -> str:
    """The text with one kind of blank in it, as long as before."""
    return text.translate(_TO_BLANK) if _BLANKS.search(text) else text


def _plain(match: re.Match[str]) -> str | None:
    """What a reader takes it for: one character, or "" for what is not seen. None where it stands for itself."""
    found = match.groupdict()
    kind = next(name for name in ("quoted", *_KINDS) if found.get(name) is not None)
    if kind == "unseen":
        return ""
    if code := {"percent": "byte", "escaped": "hex", "quoted": "code"}.get(kind):
        character = chr(int(match[code], 16))
        return character if character.isascii() and (character.isprintable() or character in "\t\n\r") else None
    if kind == "entity":
        character = unescape("&" + match["named"])
        if len(character) != 1:
            return None
        return "" if _UNSEEN_ONE.match(character) else character
    if kind in ("dot", "break", "blank"):
        return {"dot": ".", "break": "\n", "blank": " "}[kind]
    number = unicodedata.digit(match[0], None)
    if number is not None:
        return str(number)
    folded = unicodedata.normalize("NFKC", match[0])
    return folded if len(folded) == 1 else None
