"""PURE: the hash of a letter's body as a DKIM signature has it (RFC 6376, 3.4.3 and 3.4.4), in bounded memory.

The library at hand takes a whole letter apart into lines, several copies of it at once, and a run of blanks keeps it
busy for longer than anybody waits.
"""

import hashlib
import re
from collections.abc import Iterable

# A head longer than this is no honest letter's.
LONGEST_HEAD = 1024 * 1024
_HASHES = {b"rsa-sha256": hashlib.sha256, b"ed25519-sha256": hashlib.sha256}
_LINE_END = re.compile(rb"\r?\n")
_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")
_BLANKS = re.compile(rb"[\t ]+")
_AT_ONCE = 64 * 1024


def head_of(pieces: Iterable[bytes]) -> bytes:
    """The letter's head with the blank line that ends it; b"" where none ends it within a mebibyte."""
    head = b""
    for piece in pieces:
        head += piece
        if found := _BLANK_LINE.search(head):
            return head[: found.end()]
        if len(head) > LONGEST_HEAD:
            return b""
    return head


def body_hash(pieces: Iterable[bytes], *, algorithm: bytes, relaxed: bool) -> bytes | None:
    """The hash of what comes behind the head; None for an algorithm that is not to be trusted."""
    if algorithm not in _HASHES:
        return None
    body = _Body(_HASHES[algorithm](), relaxed=relaxed)
    head: bytes | None = b""
    for piece in pieces:
        if head is None:
            body.feed(piece)
            continue
        head += piece
        if found := _BLANK_LINE.search(head):
            body.feed(head[found.end() :])
            head = None
    return body.digest()


class _Body:
    """feed() it in pieces of any size; no more than some times ``_AT_ONCE`` is ever held."""

    def __init__(self, into, *, relaxed: bool) -> None:
        self._into, self._relaxed = into, relaxed
        self._rest = b""
        self._line_ends = 0
        self._is_empty = True

    def feed(self, piece: bytes) -> None:
        for start in range(0, len(piece), _AT_ONCE):
            self._part(self._rest + piece[start : start + _AT_ONCE])

    def digest(self) -> bytes:
        if self._rest:
            self._lines(self._rest + b"\r\n")
        if not self._is_empty or not self._relaxed:
            self._into.update(b"\r\n")
        return self._into.digest()

    def _part(self, data: bytes) -> None:
        end = data.rfind(b"\n") + 1
        if end:
            self._lines(data[:end])
            data = data[end:]
        if len(data) > _AT_ONCE:
            # One long line: what may belong to its end is kept back.
            end = len(data) - data.endswith(b"\r")
            if self._relaxed:
                data = _BLANKS.sub(b" ", data[:end]) + data[end:]
                end = len(data) - data.endswith(b"\r")
                end -= data.endswith(b" ", 0, end)
            self._put(data[:end])
            data = data[end:]
        self._rest = data

    def _lines(self, lines: bytes) -> None:
        lines = _LINE_END.sub(b"\r\n", lines)
        if self._relaxed:
            # In this order it takes no longer for a run of blanks that no line end follows.
            lines = _BLANKS.sub(b" ", lines).replace(b" \r\n", b"\r\n")
        end = len(lines.rstrip(b"\r\n"))
        # A bare CR is content: of several before the last line ends, only the last belongs to one.
        end = max(end, lines.rfind(b"\r\r", end) + 1)
        self._put(lines[:end])
        self._line_ends += (len(lines) - end) // 2

    def _put(self, content: bytes) -> None:
        """Line ends wait until something follows them: at the end of a body only one counts."""
        if not content:
            return
        for start in range(0, self._line_ends, _AT_ONCE):
            self._into.update(b"\r\n" * min(_AT_ONCE, self._line_ends - start))
        self._into.update(content)
        self._is_empty, self._line_ends = False, 0
