"""A part's payload → its bytes, by the transfer encoding that it has rather than the one that it names.

Large files are decoded in slices: a file of 30 MB costs its own size beside the text that it is read from.
"""

import binascii
import io
import re

from .uuencoded import decode_lines

_SLICE = 1 << 20
_BLANKS = b" \t\r\n"
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_BASE64_LINE = re.compile(r"\s*[A-Za-z0-9+/]*={0,2}\s*")
_BASE64_TEXT = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{1,76}={0,2}\s*|[A-Za-z0-9+/]{40,76}={1,2}\s*")
_QP_SOFT = re.compile(r"=[ \t]*\r?\n")
_QP_ONLY = re.compile(r"(?:[^=]++|=[0-9A-F]{2}|=[ \t]*\r?\n)*+")


def encoding_of(named: str) -> str:
    """ "base64", "quoted-printable", "uuencode" or "" for what needs no decoding, whatever the sender's spelling."""
    squeezed = re.sub(r"[^a-z0-9]", "", named.partition(";")[0].lower())
    if squeezed.startswith("base64") or squeezed == "b64":
        return "base64"
    if squeezed.startswith(("quotedprintable", "quotedprint", "qp")):
        return "quoted-printable"
    return "uuencode" if squeezed in ("uuencode", "xuuencode", "uue", "xuue", "xuu") else ""


def decode(payload: str, named: str, notes: list[str], *, is_text: bool) -> bytes:
    """The bytes of a payload (bytes beyond ASCII as surrogates). ``named`` is Content-Transfer-Encoding, "" if none.

    What was appended to an encoded text by a gateway is kept behind it, and a text that is not encoded at all is
    left as it is.
    """
    encoding = encoding_of(named)
    if encoding == "base64":
        return _base64_text(payload, notes) if is_text else base64_bytes(payload, notes)
    if encoding == "quoted-printable":
        return _quoted_printable(payload)
    if encoding == "uuencode":
        content = decode_lines(payload)
        if content is None:
            notes.append("said to be uuencoded, and is not")
            return _bytes(payload)
        return content
    if not named.strip():
        return _undeclared(payload, notes, is_text=is_text)
    return _bytes(payload)


def base64_bytes(payload: str, notes: list[str]) -> bytes:
    """The decoded bytes; junk is passed over, and what follows padding belongs to it where it is base64 again."""
    out = io.BytesIO()
    left = b""
    junk = False
    for start in range(0, len(payload), _SLICE):
        piece = left + _bytes(payload[start : start + _SLICE]).translate(None, _BLANKS)
        if _NOT_BASE64.search(piece):
            piece, junk = _NOT_BASE64.sub(b"", piece), True
        *runs, piece = re.split(rb"=+", piece) if b"=" in piece else [piece]
        for run in runs:
            out.write(_whole(run))
        cut = len(piece) - len(piece) % 4
        out.write(binascii.a2b_base64(piece[:cut]))
        left = piece[cut:]
    if left:
        out.write(_whole(left))
        notes.append("badly formed: base64 without its end")
    if junk:
        notes.append("badly formed: base64 with other characters in it")
    return out.getvalue()


def _whole(run: bytes) -> bytes:
    run = run[:-1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def _base64_text(payload: str, notes: list[str]) -> bytes:
    lines = payload.splitlines(keepends=True)
    ends = next((i for i, line in enumerate(lines) if not _BASE64_LINE.fullmatch(line)), len(lines))
    if ends == len(lines):
        return base64_bytes(payload, notes)
    while ends and not lines[ends - 1].strip():
        ends -= 1
    coded, rest = lines[:ends], lines[ends:]
    words = "".join(rest)
    if not "".join(coded).strip() or (len(coded) < 3 and " " in words.strip() and "=" not in "".join(coded)):
        if " " in words.strip():
            notes.append("said to be base64, and is not")
            return _bytes(payload)
        return base64_bytes(payload, notes)
    if " " not in words.strip():
        return base64_bytes(payload, notes)
    notes.append("words behind the end of base64")
    return base64_bytes("".join(coded), []) + b"\n" + _bytes(words)


def _quoted_printable(payload: str) -> bytes:
    if "=" not in payload:
        return _bytes(payload)
    # A soft line break keeps its meaning behind blanks that a gateway added.
    return binascii.a2b_qp(re.sub(rb"=[ \t]+(?=\r?\n)", b"=", _bytes(payload)))


def _undeclared(payload: str, notes: list[str], *, is_text: bool) -> bytes:
    """A gateway lost the name of the encoding: it is recognised where nothing else can look like it."""
    if is_text:
        if "=" in payload and len(payload) < _SLICE and _QP_SOFT.search(payload) and _QP_ONLY.fullmatch(payload):
            if re.search(r"=[0-9A-F]{2}", payload):
                notes.append("no transfer encoding named, read as quoted-printable")
                return _quoted_printable(payload)
        if len(payload) >= 40 and _BASE64_TEXT.fullmatch(payload.strip() + "\n"):
            content = base64_bytes(payload, [])
            if not re.search(rb"[\x00-\x08\x0e-\x1f]", content):
                notes.append("no transfer encoding named, read as base64")
                return content
        return _bytes(payload)
    if _BASE64_TEXT.match(payload[:400].strip() + "\n") and payload[:64].isascii():
        notes.append("no transfer encoding named, read as base64")
        return base64_bytes(payload, notes)
    return _bytes(payload)


def _bytes(payload: str) -> bytes:
    return payload.encode("utf-8", "surrogateescape")
