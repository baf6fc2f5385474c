"""The bytes of a text → the text, in the character set that they are in rather than the one that was declared."""

import codecs
import re

import charset_normalizer

from .charsets import codec_for

_MULTIBYTE = {"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "johab"}
_DISGUISED = {"utf-7", "utf_7", "hz"}
_WIDE = {"utf-16-le", "utf-16-be", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
_BOMS += ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What a text without a name is guessed among: the sets that people really send letters in.
_LIKELY = "utf_8 cp1252 cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256 cp1257 cp874 gb18030 big5 cp932 euc_jp cp949"
_GUESS_SAMPLE = 32_768
# Above this share of bytes beyond ASCII a text is hardly Western European, and guessing pays.
_FOREIGN_SHARE = 0.15
_TOO_FOREIGN = 0.3
_FEW_BYTES = 12
# Orders to a terminal, whole: the letters that would be left of one are glued to what follows.
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,20}[@-~]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
_C1 = re.compile(r"[\x80-\x9f]")
_ESCAPES = re.compile(rb"\x1b(?:\$[@B(]|\([BIJ])")
_ZW = re.compile(rb"~\{(?:[!-w][!-~]){2,}~\}")
# The bytes of UTF-8, each taken for a Western letter and written as UTF-8 again: "Â£", "donâ€™t", "cafÃ©", "tÅ·".
_TWICE = re.compile(
    "\u00c2[\u00a0-\u00bf]|\u00c3[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
    "|\u00c5[\u00b4-\u00b7]"
    "|\u00e2(?:[\u0080\u20ac])[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
_BEYOND = bytes(range(128, 256))
_BY_BYTE = {bytes([n]).decode("cp1252", "replace"): n for n in range(128, 256)}
_BY_BYTE |= {chr(n): n for n in range(128, 160)}


def decode_bytes(content: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text, and a note when the declared character set was not the one that it was read in.

    The text has \\n line breaks and no control characters. UTF-8 that is valid is believed before any name, since
    nothing else looks like it by chance; a name is believed before a guess, where its set can hold the bytes.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return scrub(content.decode(name, "replace")), None
    name = codec_for(charset)
    declared = (charset or "").strip(" '\"\t")[:60].lower() or "no character set"
    if wide := _wide(content, name):
        return scrub(content.decode(wide, "replace")), None if name in _WIDE else f"declared {declared}, read as {wide}"
    if name in _WIDE:
        name = ""
    if content.isascii():
        return _ascii(content, name, declared)
    as_utf8 = _strictly(content, "utf-8")
    if as_utf8 is not None and not (name in _MULTIBYTE and _is_of_pairs(content) and max(as_utf8) < "\u0800"):
        wrong = bool((charset or "").strip()) and name not in ("utf-8", "utf_8") and not _is_ascii_name(charset)
        return _mended(as_utf8, f"declared {declared}, read as utf-8" if wrong else None)
    # Hardly any Western text is a third accents: such a name stands for "whatever my program was set to".
    believed = name not in ("", "utf-8", "utf_8") and not (name == "cp1252" and _is_foreign(content))
    if believed and (text := _strictly(content, name)) is not None:
        return scrub(text), None
    guessed = _guess(content, name)
    errors = "foitracker-western" if guessed in ("utf-8", "cp1252") else "replace"
    return scrub(content.decode(guessed, errors)), f"declared {declared}, read as {guessed}"


def scrub(text: str) -> str:
    """Line breaks as \\n; without the characters that PostgreSQL refuses or that only a terminal obeys."""
    if "\r" in text:
        # A break that was doubled on the way is one: a wrapped address would be in two paragraphs.
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    text = text.replace("\x0c", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\x85", "…")
    # Western bytes that were taken for ISO 8859-1, where these places hold controls that nobody writes.
    text = _C1.sub(lambda match: bytes([ord(match[0])]).decode("cp1252", "ignore"), text)
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    return _CONTROLS.sub("", text)


def _western(error: UnicodeError) -> tuple[str, int]:
    """Bytes that do not fit among UTF-8 are what a gateway added in its own set; a letter cut at the end is dropped."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    cut = error.reason == "unexpected end of data" or error.object[error.start] >= 0xC2
    if cut and len(error.object) - error.end < 5 and not error.object[error.end :].strip():
        return "", error.end
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("foitracker-western", _western)


def _ascii(content: bytes, name: str, declared: str) -> tuple[str, str | None]:
    """Bytes that are all ASCII, some of which are other scripts in disguise."""
    if _ESCAPES.search(content):
        for each in (name, "iso2022_jp_ext", "iso2022_jp_3", "iso2022_kr", "iso2022_jp_2"):
            if each.startswith("iso2022") and (text := _strictly(content, each)) is not None:
                return scrub(text), None if each == name else f"declared {declared}, read as {each}"
        return scrub(content.decode("iso2022_jp_ext", "replace")), f"declared {declared}, badly written"
    if name in _DISGUISED:
        text = _strictly(content, name)
        return (scrub(text), None) if text is not None else (_loosely(content, name), f"declared {name}, badly written")
    if _ZW.search(content) and (text := _strictly(content, "hz")) is not None:
        return scrub(text), f"declared {declared}, read as hz"
    return scrub(content.decode("ascii")), None


def _loosely(content: bytes, name: str) -> str:
    """Line by line, so that one bad line does not spoil the next."""
    lines = (_strictly(line, name) for line in content.split(b"\n"))
    pairs = zip(lines, content.split(b"\n"), strict=True)
    return scrub("\n".join(raw.decode("ascii") if line is None else line for line, raw in pairs))


def _wide(content: bytes, name: str) -> str:
    """UTF-16 by where its zero bytes stand, or by its name where the bytes do not speak against it; else ""."""
    sample = content[:4096]
    if len(sample) >= 4 and b"\x00" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > len(sample) * 0.2 and even < odd / 8:
            return "utf-16-le"
        if even > len(sample) * 0.2 and odd < even / 8:
            return "utf-16-be"
    if name in ("utf-16-le", "utf-16-be") and not content.isascii() and len(content) % 2 == 0:
        return name if _strictly(content, name) is not None and _strictly(content, "utf-8") is None else ""
    return name if name.startswith("utf_32") else ""


def _is_of_pairs(content: bytes) -> bool:
    """Whether the bytes beyond ASCII stand in runs of several pairs, as Chinese and Korean words do.

    A pound sign in UTF-8 is one such pair alone, and would be one Chinese letter.
    """
    runs = re.findall(rb"[\x80-\xff]+", content[:_GUESS_SAMPLE])
    return any(len(run) > 2 for run in runs) and all(len(run) % 2 == 0 for run in runs)


def _mended(text: str, note: str | None) -> tuple[str, str | None]:
    """The text, with what was encoded twice decoded twice."""
    if "\u00c2" in text or "\u00c3" in text or "\u00e2" in text or "\u00c5" in text:
        mended = _TWICE.sub(_once, text)
        if mended != text:
            return scrub(mended), "encoded twice: mended"
    return scrub(text), note


def _once(match: re.Match[str]) -> str:
    try:
        return bytes(_BY_BYTE[letter] for letter in match[0]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return match[0]


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError, ValueError, TypeError):
        return None


def _is_ascii_name(charset: str | None) -> bool:
    return (charset or "").strip(" '\"\t").lower() in ("us-ascii", "ascii")


def _guess(content: bytes, name: str) -> str:
    sample = content[:_GUESS_SAMPLE]
    if _nearly_utf8(sample, declared=name in ("utf-8", "utf_8")):
        return "utf-8"
    share = _share_beyond(content)
    if share * len(sample) < _FEW_BYTES or share <= _FOREIGN_SHARE:
        return name if name in _MULTIBYTE else "cp1252"
    if name in _MULTIBYTE:
        return name
    # A title or a name is too short to be told by its letters alone; Chinese in pairs is told by them.
    best = charset_normalizer.from_bytes(sample, cp_isolation=_LIKELY.split()).best()
    return best.encoding if best else "cp1252"


def _is_foreign(content: bytes) -> bool:
    """Whether a text that is called Western is surely of another script: mostly beyond ASCII, and letters there."""
    if _share_beyond(content) <= _TOO_FOREIGN:
        return False
    text = content[:_GUESS_SAMPLE].decode(_guess(content, ""), "replace")
    beyond = [letter for letter in text if ord(letter) > 127]
    return sum(letter.isalpha() and letter >= "\u0370" for letter in beyond) > 0.8 * len(beyond)


def _share_beyond(content: bytes) -> float:
    sample = content[:_GUESS_SAMPLE]
    return 1 - len(sample.translate(None, _BEYOND)) / len(sample)


def _nearly_utf8(sample: bytes, *, declared: bool) -> bool:
    """Whether the text is UTF-8 with a wound: cut in the middle of a letter, or some bytes of another set."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(sample) and error.reason == "unexpected end of data" and error.end - error.start < 4:
            return declared or not sample[: error.start].isascii()
    text = sample.decode("utf-8", "replace")
    wounds = text.count("\ufffd")
    return sum(ord(c) > 127 for c in text) - wounds > (0 if declared else wounds)
