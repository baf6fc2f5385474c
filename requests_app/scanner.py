"""Ask a ClamAV daemon whether it knows something against a file: clamd's INSTREAM command, over its socket.

Knows no Django. Nothing is taken for granted: who gets no clear yes or no has not had the file scanned.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

CONNECT_SECONDS = 5
# clamd's own limits end most scans long before.
SCAN_SECONDS = 120
_CHUNK = 256 * 1024
_LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner cannot be reached, or gave no answer: the file is as unscanned as before."""


class NotScanned(Exception):
    """The scanner answered that it does not scan this file; the text is its own word for why."""


def scan(content: bytes, *, address: str) -> str:
    """What the scanner calls what it found in the file; empty where it found nothing.

    ``address``: ``unix:/path/of/clamd.ctl`` or ``tcp://host:3310``. Raises ScannerAway and NotScanned, and
    ValueError for an address that is neither.
    """
    try:
        with closing(_connected(address)) as link:
            answer = _asked(link, content)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ").strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND").strip()[:200] or "unnamed"
    if said.endswith("ERROR"):
        raise NotScanned(said[:200])
    raise ScannerAway("no answer")


def answers(*, address: str) -> bool:
    """Whether a scanner answers there."""
    try:
        with closing(_connected(address)) as link:
            link.sendall(b"zPING\0")
            return link.recv(16).startswith(b"PONG")
    except OSError:
        return False


def _connected(address: str) -> socket.socket:
    if address.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(address.removeprefix("unix:").removeprefix("//"))
        except OSError:
            link.close()
            raise
    else:
        parts = urlsplit(address)
        if parts.scheme != "tcp" or not parts.hostname:
            raise ValueError("CLAMD is unix:/path or tcp://host:port")
        link = socket.create_connection((parts.hostname, parts.port or 3310), timeout=CONNECT_SECONDS)
    link.settimeout(SCAN_SECONDS)
    return link


def _asked(link: socket.socket, content: bytes) -> bytes:
    """The answer to the file. A scanner that has had enough of it answers and hangs up while we still send."""
    broken: OSError | None = None
    try:
        link.sendall(b"zINSTREAM\0")
        for piece in _pieces(content):
            link.sendall(piece)
    except (BrokenPipeError, ConnectionResetError) as error:
        broken = error
    answer = b""
    while len(answer) < _LONGEST_ANSWER and not answer.endswith(b"\0"):
        try:
            more = link.recv(_LONGEST_ANSWER)
        except ConnectionResetError:
            break
        if not more:
            break
        answer += more
    if broken is not None and not answer:
        raise broken
    return answer


def _pieces(content: bytes) -> Iterator[bytes]:
    view = memoryview(content)
    for start in range(0, len(view), _CHUNK):
        piece = view[start : start + _CHUNK]
        yield struct.pack(">I", len(piece)) + piece
    yield struct.pack(">I", 0)
