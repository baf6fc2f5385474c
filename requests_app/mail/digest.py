"""PURE: tell whether two letters are the same letter, however a mail server on the way encoded them.

Reads in pieces and keeps a line at a time, so that a 40 MB letter costs no more memory than a small one.
"""

import base64
import binascii
import hashlib
import re

from .decoding import decode_header_text

_LONGEST_LINE = 64 * 1024
_LONGEST_HEAD = 128 * 1024
_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"<([^<>\s]{1,900})>")
# What a person would notice if it differed; Received and its like differ between two ways of one letter.
_TOLD_APART_BY = (b"from", b"subject", b"date")
_FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")
# Fields that servers on the way add or write anew.
_ADDED_ON_THE_WAY = frozenset(
    b"received return-path delivered-to envelope-to authentication-results received-spf dkim-signature content-type "
    b"content-transfer-encoding mime-version".split()
)


class LetterDigest:
    """feed() the bytes of one letter in pieces of any size, then read ``message_id`` and hexdigest().

    The digest is over the decoded content of each part, in order, with line ends and trailing blank lines
    evened out, and over From, Subject and Date.
    """

    def __init__(self) -> None:
        self.message_id = ""
        self.headers: dict[bytes, list[bytes]] = {}
        self._hash = hashlib.sha256()
        self._rest = b""
        self._boundaries: list[bytes] = []
        self._head: list[bytes] | None = []
        self._head_size = 0
        self._is_top = True
        self._within_line = False
        self._decoder: _Part | None = None

    def feed(self, chunk: bytes) -> None:
        chunk = self._rest + chunk
        start = 0
        while end := chunk.find(b"\n", start) + 1:
            if self._decoder is not None and self._decoder.is_plain and not self._boundaries:
                # Nothing but content comes any more, and none of it is encoded: no line of it needs a look.
                end = chunk.rfind(b"\n") + 1
                self._decoder.feed(chunk[start:end])
                self._within_line = False
            else:
                self._long(chunk[start:end])
            start = end
        self._rest = chunk[start:]
        while len(self._rest) > _LONGEST_LINE:
            self._line(self._rest[:_LONGEST_LINE])
            self._rest, self._within_line = self._rest[_LONGEST_LINE:], True

    def hexdigest(self) -> str:
        """Ends the letter; feed nothing after it."""
        if self._rest:
            self._line(self._rest)
            self._rest = b""
        if self._head is not None:
            self._head_ends()
        self._part_ends()
        return self._hash.hexdigest()

    def _long(self, line: bytes) -> None:
        """A whole line, or the end of one; cut at the same places whatever the pieces fed were."""
        while len(line) > _LONGEST_LINE:
            self._line(line[:_LONGEST_LINE])
            line, self._within_line = line[_LONGEST_LINE:], True
        self._line(line)
        self._within_line = False

    def _line(self, line: bytes) -> None:
        if not self._within_line and line.startswith(b"--") and self._at_boundary(line.rstrip()):
            return
        if self._head is None:
            if self._decoder is not None:
                self._decoder.feed(line)
        elif line.strip(b"\r\n") == b"" and not self._within_line:
            self._head_ends()
        elif self._head_size < _LONGEST_HEAD:
            self._head_size += len(line)
            self._head.append(line)
        else:
            # Too long for a head: whatever it is, it tells letters apart.
            self._hash.update(line)

    def _at_boundary(self, line: bytes) -> bool:
        for depth in range(len(self._boundaries) - 1, -1, -1):
            mark = b"--" + self._boundaries[depth]
            if line in (mark, mark + b"--"):
                if self._head:
                    self._head_ends()
                self._part_ends()
                ended = line != mark
                del self._boundaries[depth if ended else depth + 1 :]
                self._head, self._head_size = (None if ended else []), 0
                return True
        return False

    def _head_ends(self) -> None:
        headers, strays = _read_head(b"".join(self._head or []))
        # Words without a header above them stand where fields should; programs read them as text.
        self._hash.update(b"".join(b"\0stray\0" + line for line in strays))
        self._head, self._head_size = None, 0
        if self._is_top:
            self._top(headers)
        kind = (headers.get(b"content-type") or [b"text/plain"])[0]
        main = kind.split(b";")[0].strip().lower()
        boundary = _BOUNDARY.search(kind) if main.startswith(b"multipart/") else None
        if boundary and len(self._boundaries) < 40:
            self._boundaries.append((boundary[1] or boundary[2]).rstrip())
        elif main == b"message/rfc822":
            self._head = []
        else:
            coding = (headers.get(b"content-transfer-encoding") or [b""])[0].strip().lower()
            self._hash.update(b"\0part\0")
            self._decoder = _Part(self._hash, coding)

    def _top(self, headers: dict[bytes, list[bytes]]) -> None:
        self._is_top = False
        self.headers = headers
        named = _MESSAGE_ID.search((headers.get(b"message-id") or [b""])[0])
        self.message_id = _storable(named[1]) if named else ""
        for name in _TOLD_APART_BY:
            value = (headers.get(name) or [b""])[0].decode("utf-8", "surrogateescape")
            said = decode_header_text(value).encode("utf-8", "replace")
            self._hash.update(b"\0" + name + b"\0" + said)
        if not self.message_id:
            # Nothing names it, so that more must be the same.
            for name in sorted(headers):
                if name not in _ADDED_ON_THE_WAY and not name.startswith((b"x-", b"arc-")):
                    self._hash.update(b"".join(b"\0" + name + b"\0" + value for value in headers[name]))

    def _part_ends(self) -> None:
        if self._decoder is not None:
            self._decoder.end()
            self._decoder = None


class _Part:
    """Decodes one part as it comes and hashes it."""

    def __init__(self, into, coding: bytes) -> None:
        self._into = into
        self._coding = coding
        self.is_plain = coding not in (b"base64", b"quoted-printable")
        self._letters = b""
        self._line_ends = 0

    def feed(self, line: bytes) -> None:
        if self._coding == b"base64":
            self._letters += b"".join(line.split())
            if len(self._letters) >= 4096:
                whole = len(self._letters) // 4 * 4
                self._decoded(_from_base64(self._letters[:whole]))
                self._letters = self._letters[whole:]
        elif self._coding == b"quoted-printable":
            self._decoded(binascii.a2b_qp(line))
        else:
            self._decoded(line)

    def end(self) -> None:
        if self._letters:
            self._decoded(_from_base64(self._letters))

    def _decoded(self, content: bytes) -> None:
        """Hashes all but the blank lines that end the part: some servers add or drop one."""
        content = content.replace(b"\r", b"")
        body = content.rstrip(b"\n")
        if body:
            self._into.update(b"\n" * self._line_ends + body)
            self._line_ends = 0
        self._line_ends += len(content) - len(body)


def _storable(message_id: bytes) -> str:
    """At most 500 bytes of UTF-8: an index takes no more of it beside an address."""
    clean = message_id.decode("utf-8", "replace").replace("\0", "").encode()
    return clean[:500].decode("utf-8", "ignore")


def _from_base64(letters: bytes) -> bytes:
    try:
        return base64.b64decode(letters)
    except binascii.Error:
        return letters


def _read_head(head: bytes) -> tuple[dict[bytes, list[bytes]], list[bytes]]:
    """Each field's values, unfolded, by its name in lower case; and the lines that are no field."""
    headers: dict[bytes, list[bytes]] = {}
    strays: list[bytes] = []
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines():
        if _FIELD.match(line):
            name, _, value = line.partition(b":")
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        elif line and not line.startswith((b"From ", b">From ")):
            strays.append(line)
    return headers, strays
