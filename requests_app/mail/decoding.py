"""Bytes → text, whatever the sender says about them. Nothing here raises on bad input."""

import codecs
import re
from email.header import decode_header
from email.utils import getaddresses
from itertools import islice

import charset_normalizer

# Names that senders use for what Python knows under another, and families where only the larger set is safe.
_CHARSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "windows-1252": "cp1252",
    "x-ansi": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
}
_WIDE = {"utf-16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be", "utf-32", "utf-32le", "utf-32be", "utf-7"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"))
_BOMS += ((codecs.BOM_UTF16_BE, "utf-16"),)
_GUESS_SAMPLE = 32_768
# Above this share of bytes beyond ASCII a text is hardly Western European, and guessing pays.
_FOREIGN_SHARE = 0.15
_FEW_BYTES = 24
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]@]{1,256}@[^\s<>,;:\"'()\[\]@]{1,255}")
_LONGEST_HEADER = 20_000
_MOST_ADDRESSES = 500


def decode_bytes(content: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text, and a note when the declared character set was not the one that it was read in."""
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _scrub(content.decode(name, "replace")), None
    declared = (charset or "").strip(" '\"\t").lower()
    name = _CHARSETS.get(declared, declared)
    # These write other scripts in bytes that look like ASCII.
    disguised = name in _WIDE or name.startswith("iso-2022") or name == "hz-gb-2312"
    if content.isascii() and not disguised:
        return _scrub(content.decode("ascii")), None
    as_utf8 = _strictly(content, "utf-8")
    if as_utf8 is not None and not disguised:
        wrong = bool(declared) and name != "utf-8" and declared not in ("us-ascii", "ascii")
        return _scrub(as_utf8), f"declared {declared}, read as utf-8" if wrong else None
    if name and name != "utf-8" and (text := _strictly(content, name)) is not None:
        return _scrub(text), None
    guessed = _guess(content)
    text = content.decode(guessed, "replace")
    return _scrub(text), f"declared {declared or 'no character set'}, read as {guessed}"


def decode_header_text(value: object) -> str:
    """One line of readable text from a raw header: encoded words, raw 8-bit bytes, folded lines."""
    raw = str(value or "")[:_LONGEST_HEADER]
    raw = re.sub(r"\r?\n(?=[ \t])", "", raw)
    # Encoded words inside quotes or without blanks around them are common and decode_header wants blanks.
    spaced = re.sub(r'"(=\?[^"\s]+\?=)"', r"\1", raw)
    pieces = []
    try:
        for piece, charset in decode_header(spaced):
            content = piece.encode("ascii", "surrogateescape") if isinstance(piece, str) else piece
            pieces.append(decode_bytes(content, charset)[0])
        text = "".join(pieces)
    except (ValueError, LookupError, UnicodeError, IndexError):
        text = decode_bytes(raw.encode("utf-8", "surrogateescape"), None)[0]
    return clean_line(text)


def clean_line(text: str) -> str:
    """One line: no controls, no marks that turn the direction of what follows, single blanks."""
    return " ".join(_DIRECTION.sub("", _scrub(text)).split())


def decode_addresses(values: list[object]) -> list[tuple[str, str]]:
    """(name, address) of each address in these raw headers, in order. Names alone are left out."""
    found: list[tuple[str, str]] = []
    for value in values:
        raw = re.sub(r"[\r\n]+", " ", str(value or "")[:_LONGEST_HEADER])
        raw = decode_bytes(raw.encode("utf-8", "surrogateescape"), None)[0]
        try:
            pairs = getaddresses([raw])
        except (ValueError, IndexError, AttributeError, RecursionError):
            pairs = []
        good = [(decode_header_text(name), _tidy(address)) for name, address in pairs]
        good = [(name, address) for name, address in good if _ADDRESS.fullmatch(address)]
        if not good:
            # Broken beyond the grammar: an unquoted comma in a name, brackets left open.
            text = decode_header_text(raw)
            matches = list(islice(_ADDRESS.finditer(text), _MOST_ADDRESSES))
            starts = [0, *(match.end() for match in matches)]
            good = [
                (clean_line(text[start : match.start()].strip(" <>\"'(,;")).strip(" \"'"), _tidy(match[0]))
                for start, match in zip(starts, matches, strict=False)
            ]
        found += [(name, address) for name, address in good if _ADDRESS.fullmatch(address)]
    return found[:_MOST_ADDRESSES]


def _tidy(address: str) -> str:
    return clean_line(address).strip(" <>\"'.,;")


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError, ValueError, TypeError):
        return None


def _guess(content: bytes) -> str:
    beyond = sum(byte > 127 for byte in content[:_GUESS_SAMPLE])
    sample = content[:_GUESS_SAMPLE]
    if beyond < _FEW_BYTES or beyond <= len(sample) * _FOREIGN_SHARE:
        return "utf-8" if _nearly_utf8(sample) else "cp1252"
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best and _known(best.encoding) else "cp1252"


def _nearly_utf8(sample: bytes) -> bool:
    """Whether the text is UTF-8 with a wound: cut in the middle of a letter, or one bad byte."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(sample) and error.reason == "unexpected end of data":
            return True
    text = sample.decode("utf-8", "replace")
    return sum(ord(c) > 127 and c != "\ufffd" for c in text) > 2 * text.count("\ufffd")


def _known(name: str) -> bool:
    try:
        return bool(codecs.lookup(name))
    except LookupError:
        return False


def _scrub(text: str) -> str:
    """Line breaks as \\n; without the characters that PostgreSQL refuses or that only a terminal obeys."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n"))
