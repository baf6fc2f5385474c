"""The content of an opaque S/MIME signature (RFC 8551, signed-data). Taken out; whether it holds is not checked."""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_SEQUENCE, _OCTETS, _OCTETS_OF_OCTETS, _OID, _EXPLICIT = 0x30, 0x04, 0x24, 0x06, 0xA0
_DEEPEST = 12


class NotSigned(ValueError):
    """The bytes are no signed-data with a content in it: an encrypted letter, or a bare certificate."""


def content_of(der: bytes) -> bytes:
    """What was signed: for a letter, a MIME part with its own header. Raises :class:`NotSigned`.

    BER is read too, with lengths that are not told ahead, since Outlook writes it.
    """
    view = memoryview(der)
    try:
        outer = list(_elements(next(_elements(view))[1]))
        if outer[0] != (_OID, _SIGNED_DATA):
            raise NotSigned("another kind of cryptographic message")
        signed = list(_elements(next(_elements(outer[1][1]))[1]))
        info = next(value for tag, value in signed if tag == _SEQUENCE)
        inner = list(_elements(info))
        if inner[0] != (_OID, _DATA) or len(inner) < 2 or inner[1][0] != _EXPLICIT:
            raise NotSigned("a signature without its content")
        return b"".join(_octets(inner[1][1], 0))
    except (IndexError, StopIteration, TypeError) as error:
        raise NotSigned("cut off") from error


def _octets(view: memoryview, depth: int) -> Iterator[memoryview]:
    if depth > _DEEPEST:
        raise NotSigned("nested too deeply")
    for tag, value in _elements(view):
        if tag == _OCTETS:
            yield value
        elif tag == _OCTETS_OF_OCTETS:
            yield from _octets(value, depth + 1)


def _elements(view: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The elements in these bytes, one after the other. What is cut off at the end is given as far as it goes."""
    at = 0
    while at + 2 <= len(view) and view[at : at + 2] != b"\x00\x00":
        tag, start, end, at = _element(view, at, 0)
        yield tag, view[start:end]


def _element(view: memoryview, at: int, depth: int) -> tuple[int, int, int, int]:
    """(tag, where its content begins and ends, where the next element begins)."""
    if depth > _DEEPEST:
        raise NotSigned("nested too deeply")
    tag, first = view[at], view[at + 1]
    at += 2
    if tag & 0x1F == 0x1F:
        raise NotSigned("a tag of several bytes")
    if first < 0x80:
        return tag, at, min(at + first, len(view)), at + first
    if first > 0x80:
        width = first - 0x80
        if width > 6:
            raise NotSigned("a length that cannot be")
        length = int.from_bytes(view[at : at + width], "big")
        at += width
        return tag, at, min(at + length, len(view)), at + length
    start = at
    while at + 2 <= len(view) and view[at : at + 2] != b"\x00\x00":
        at = _element(view, at, depth + 1)[3]
    return tag, start, min(at, len(view)), at + 2
