"""``Content-Type`` and ``Content-Disposition`` → a value and its parameters, as standards or programs write them.

RFC 2231 continuations and character sets, and what is done instead of them: encoded words, raw bytes, blanks without
quotation marks, quotation marks that never close, percent signs without RFC 2231.
"""

import html
import re
from urllib.parse import unquote_to_bytes

from .decoding import clean_line, decode_header_text
from .octets import decode_bytes

_LONGEST = 8_000
_MOST = 300
_PARAMETER = re.compile(
    r";\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})\s*=\s*(\"(?:[^\"\\]|\\.)*+\"?|'[^';]*+'(?=\s*(?:;|$))|[^;]*+)", re.DOTALL
)
_CONTINUED = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def value_and_parameters(raw: str) -> tuple[str, dict[str, str]]:
    """The lower-case value before the first semicolon, and the parameters decoded; of two equal names the first.

    ``raw`` is the header as the parser keeps it, bytes beyond ASCII as surrogates. Longer than 8000 characters it
    is cut.
    """
    raw = re.sub(r"[\r\n]+[ \t]*", " ", raw[:_LONGEST])
    value, _, rest = raw.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(";" + rest)):
        if count >= _MOST:
            break
        name, number, star = _CONTINUED.fullmatch(match[1].lower()).groups()
        said = _unquoted(match[2])
        if number is None and not star:
            plain.setdefault(name, said)
        else:
            pieces.setdefault(name, {}).setdefault(int(number or 0), (said, bool(star)))
    found = {name: _plain(said) for name, said in plain.items()}
    # Who writes both means the extended one (RFC 6266, 4.3), unless it came out empty.
    found |= {name: text for name, numbered in pieces.items() if (text := _extended(numbered))}
    return clean_line(value.partition("(")[0]).lower(), found


def _unquoted(raw: str) -> str:
    raw = raw.strip()
    if raw.startswith('"'):
        inner = raw[1:-1] if raw.endswith('"') and len(raw) > 1 else raw[1:]
        # Only these two are escapes: Windows programs write paths here.
        return re.sub(r'\\(["\\])', r"\1", inner)
    return raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] == "'" else raw


def _plain(said: str) -> str:
    text = decode_header_text(said)
    if "%" in text and " " not in text and _PERCENT.search(text):
        as_bytes = unquote_to_bytes(text)
        if b"%20" in said.encode("utf-8", "surrogateescape") or not as_bytes.isascii():
            text = clean_line(decode_bytes(as_bytes, "utf-8")[0])
    return clean_line(html.unescape(text)) if re.search(r"&(?:amp|#\d{1,7});", text) else text


def _extended(numbered: dict[int, tuple[str, bool]]) -> str:
    """Continuations put together in the order of their numbers, whatever their order in the header."""
    first = min(numbered)
    charset, content = "", b""
    for number in sorted(numbered):
        said, encoded = numbered[number]
        if encoded and number == first and said.count("'") >= 2:
            charset, _, said = said.split("'", 2)
        piece = said.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(piece) if encoded else piece
    if b"=?" in content and content.isascii():
        return decode_header_text(content.decode("ascii"))
    return clean_line(decode_bytes(content, charset or "utf-8")[0])
