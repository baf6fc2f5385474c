"""Files that stand in a text as uuencode, as old scanners and case systems still send them."""

import binascii
import re
from dataclasses import dataclass

_BEGIN = re.compile(r"begin(-base64)? [0-7]{3,4} (\S.{0,254})")
_LINE = re.compile(r"[ -`]{1,90}")
_MOST = 200


@dataclass(frozen=True)
class Found:
    """One file of a text; ``whole`` is False where its end is missing."""

    name: str
    content: bytes
    whole: bool


def take_out(text: str) -> tuple[str, list[Found]]:
    """The text without the files in it, and the files. What only looks like the beginning of one stays text."""
    if "begin" not in text:
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    found: list[Found] = []
    at = 0
    while at < len(lines):
        match = _BEGIN.fullmatch(lines[at].rstrip()) if lines[at].startswith("begin") and len(found) < _MOST else None
        end, one = _file(lines, at, match) if match else (0, None)
        if one:
            found.append(one)
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return ("\n".join(kept), found) if found else (text, [])


def decode_lines(payload: str) -> bytes | None:
    """The bytes of a payload that is uuencode as a whole, with or without its first line; None where it is none."""
    lines = payload.replace("\r\n", "\n").split("\n")
    start = next((i for i, line in enumerate(lines) if _BEGIN.fullmatch(line.rstrip())), -1)
    out = []
    for line in lines[start + 1 :]:
        if line.strip() == "end":
            break
        content = _decoded(line)
        if content is None:
            if line.strip():
                break
            continue
        out.append(content)
    return b"".join(out) if out else None


def _file(lines: list[str], at: int, begin: re.Match[str]) -> tuple[int, Found | None]:
    ends, decode = ("====", _decoded_base64) if begin[1] else ("end", _decoded)
    out = []
    full = True
    i = at + 1
    while i < len(lines):
        line = lines[i]
        if line.strip() == ends:
            return (i + 1, Found(begin[2], b"".join(out), True)) if out else (0, None)
        content = decode(line)
        if content is None:
            break
        full = full and (not out or len(out[-1]) == len(out[0]) >= 30)
        out.append(content)
        i += 1
    # Cut off: only what is surely a file, since people write sentences that begin with "begin".
    return (i, Found(begin[2], b"".join(out), False)) if len(out) >= 2 and full else (0, None)


def _decoded(line: str) -> bytes | None:
    line = line.rstrip("\r")
    if line in ("`", " ", ""):
        return b"" if line else None
    if not _LINE.fullmatch(line):
        return None
    length = (ord(line[0]) - 32) & 63
    coded = -(-length // 3) * 4
    # Blanks at the end (they stand for zeros) are lost on the way, and some encoders add a letter as a checksum.
    if not length or len(line) - 1 > coded + 2:
        return None
    try:
        return binascii.a2b_uu(line[: coded + 1])
    except binascii.Error:
        return None


def _decoded_base64(line: str) -> bytes | None:
    if not re.fullmatch(r"[A-Za-z0-9+/]{2,90}={0,2}", line):
        return None
    try:
        return binascii.a2b_base64(line)
    except binascii.Error:
        return None
