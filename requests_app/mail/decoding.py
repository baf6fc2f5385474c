"""Raw headers → readable lines and addresses, however they were written. Nothing here raises on bad input."""

import binascii
import re
from collections.abc import Iterator
from email.utils import getaddresses
from itertools import groupby, islice

from .octets import decode_bytes, scrub

__all__ = ["clean_line", "decode_addresses", "decode_bytes", "decode_header_text", "decode_words_in"]

# RFC 2047, with what senders make of it: blanks inside, a language after the set (RFC 2231), no set at all.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{0,80})\?([BbQq])\?([^?]*+)\?=")
# Q has a question mark of its own in it, unencoded: the word ends at the last "?=" before a blank.
_LOOSE_WORD = re.compile(r"=\?([^?\s]{1,80})\?([Qq])\?(\S{1,400}?)\?=(?=\s|$|[\"<>(),;])")
# In a text: with a name for the set and without blanks, so that nothing else is taken for one.
_WORD_IN_TEXT = r"=\?[A-Za-z][\w.-]{1,40}(?:\*[\w-]{1,20})?\?[BbQq]\?[^?\s]{1,500}\?="
_WORDS_IN_TEXT = re.compile(rf"{_WORD_IN_TEXT}(?:\s{{1,6}}{_WORD_IN_TEXT})*")
_DIRECTION = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]@]{1,256}@[^\s<>,;:\"'()\[\]@]{1,255}")
_OBFUSCATED = re.compile(r"^(?:smtp|mailto|rfc822)\s?[:;]\s?", re.IGNORECASE)
_SQUARE = re.compile(r"[<\[]\s*(?:(?:mailto|smtp)\s?:\s?)?([^\s<>\[\]\"]+@[^\s<>\[\]\"]+)\s*[>\]]", re.IGNORECASE)
_BARE_NAME = re.compile(r"((?:^|[,;])\s*)([^\s<>\",;()]+@[^\s<>\",;()]+)\s*<")
_LONGEST_HEADER = 20_000
_MOST_ADDRESSES = 500


def decode_header_text(value: object) -> str:
    """One line of readable text from a raw header: encoded words, raw 8-bit bytes, folded lines."""
    raw = str(value or "")[:_LONGEST_HEADER]
    if "=?" not in raw:
        return clean_line(_raw_text(raw))
    return clean_line(_decode_words(re.sub(r"\r?\n(?=[ \t])", "", raw)))


def decode_words_in(text: str) -> str:
    """A text with the head of some letter in it, as of one that came back, with that head's encoded words decoded."""
    if "=?" not in text:
        return text
    return _WORDS_IN_TEXT.sub(lambda words: clean_line(_decode_words(words[0])) or words[0], text)


def _decode_words(raw: str) -> str:
    """The text with its encoded words decoded, wherever they stand.

    Neighbours in one character set are joined as bytes first, since some programs cut in the middle of a letter.
    The blanks between two encoded words are not part of the text (RFC 2047, 6.2).
    """
    pieces: list[str] = []
    waiting: list[re.Match[str]] = []
    at = 0

    def flush() -> None:
        for charset, group in groupby(waiting, key=lambda match: match[1].partition("*")[0].lower()):
            runs = groupby(group, key=lambda match: match[2].lower())
            content = b"".join(_word_bytes(code, "".join(match[3] for match in run)) for code, run in runs)
            pieces.append(decode_bytes(content, charset)[0])
        waiting.clear()

    words = _ENCODED_WORD if _ENCODED_WORD.search(raw) else _LOOSE_WORD
    for match in words.finditer(raw):
        between = raw[at : match.start()]
        if not (waiting and not between.strip()):
            flush()
            pieces.append(_raw_text(between))
        waiting.append(match)
        at = match.end()
    flush()
    pieces.append(_raw_text(raw[at:]))
    text = "".join(pieces)
    # Quotation marks around an encoded word are not the sender's: the grammar knows none there.
    return text[1:-1] if re.fullmatch(r'\s*"=\?[^"]*\?="\s*', raw) else text


def _word_bytes(encoding: str, text: str) -> bytes:
    """The bytes of neighbouring words; base64 cut at any letter goes on in the next word, unless it was padded."""
    raw = text.encode("utf-8", "surrogateescape")
    if encoding == "q":
        raw = raw.replace(b"_", b" ").replace(b"\r", b"").replace(b"\n", b"")
        return re.sub(rb"=([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), raw)
    kept = re.sub(rb"[^A-Za-z0-9+/=]", b"", raw.replace(b"-", b"+").replace(b"_", b"/"))
    return b"".join(_base64(run) for run in re.split(rb"=+", kept))


def _base64(run: bytes) -> bytes:
    run = run[:-1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def _raw_text(raw: str) -> str:
    """What stands outside encoded words: ASCII, or bytes that nobody declared."""
    return raw if raw.isascii() and "\x1b" not in raw else decode_bytes(raw.encode("utf-8", "surrogateescape"), None)[0]


def clean_line(text: str) -> str:
    """One line: no controls, no marks that turn the direction of what follows, single blanks."""
    return " ".join(_DIRECTION.sub("", scrub(text)).split())


def decode_addresses(values: list[object]) -> list[tuple[str, str]]:
    """(name, address) of each address in these raw headers, in order. Names alone are left out."""
    found: list[tuple[str, str]] = []
    for value in values:
        raw = _raw_text(re.sub(r"[\r\n]+", " ", str(value or "")[:_LONGEST_HEADER]))
        raw = _BARE_NAME.sub(r'\1"\2" <', _SQUARE.sub(r"<\1>", raw))
        try:
            pairs = getaddresses([raw])
        except (ValueError, IndexError, AttributeError, RecursionError):
            pairs = []
        good = list(_proper(pairs)) or _addresses_in(decode_header_text(raw))
        found += [(name, address) for name, address in good if _ADDRESS.fullmatch(address)]
    return found[:_MOST_ADDRESSES]


def _proper(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs that have an address. A name with a comma and no quotation marks was cut in two: it is put together."""
    before: list[str] = []
    for name, address in pairs:
        name, address = _name(name), _tidy(address)
        if _ADDRESS.fullmatch(address):
            yield ", ".join((*before, name)) if name else name, address
            before = []
        elif address and not name:
            before.append(address)


def _addresses_in(text: str) -> list[tuple[str, str]]:
    """Names and addresses of a line that is broken beyond the grammar: an unquoted comma, brackets left open."""
    found = []
    start = 0
    for match in islice(_ADDRESS.finditer(text), _MOST_ADDRESSES):
        if re.match(r"[\s\"']*<", text[match.end() :][:20]):
            continue  # an address that stands as the name of the next one
        found.append((clean_line(text[start : match.start()].strip(" <>\"'(,;")).strip(" \"'"), _tidy(match[0])))
        start = match.end()
    return found


def _name(raw: str) -> str:
    """A display name; some programs write quotation marks within the quotation marks, or the address again."""
    name = decode_header_text(raw)
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


def _tidy(address: str) -> str:
    address = clean_line(decode_header_text(address) if "=?" in address else address)
    return _OBFUSCATED.sub("", address.strip(" <>\"'.,;")).strip(" <>\"'.,;")
