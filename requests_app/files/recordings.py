"""Where a video or a sound recording was taken, as phones and cameras write it: mp4, mov, m4a and their kin.

They are boxes in boxes (ISO/IEC 14496-12): four bytes of size, four of name. What is said about the recording lies in
`moov` and beside it, never in the pictures and sounds themselves (`mdat`), which are not looked through.
"""

import re
from collections.abc import Iterator

from .bounds import TooMuch
from .findings import Finding, finding

MOST_BOXES = 50_000
_WITHIN = (b"moov", b"udta", b"trak", b"mdia", b"minf", b"stbl", b"meta", b"moof", b"traf", b"edts", b"ilst")
# The place by itself (QuickTime, 3GPP), and makers' boxes in which cameras write it beside other things.
_PLACES = (b"\xa9xyz", b"loci", b"GPMF", b"CAME", b"gps ", b"GPS ")
# Names and kinds of samples under which Apple and GoPro write it in other boxes.
_SAID = re.compile(
    rb"com\.apple\.quicktime\.location|location\.ISO6709|mdta.{0,40}location|GPSLatitude|GPSCoordinates|gpmd|GPS5|GPS9",
    re.DOTALL,
)
# Boxes whose bytes are looked through for these.
_LOOKED_THROUGH = (b"keys", b"stsd", b"uuid", b"XMP_", b"Xtra", b"----")


def in_recording(content: bytes) -> Iterator[Finding]:
    """Findings of a recording. Raises ValueError where its boxes cannot be followed to the end."""
    if any(True for _ in _places(content)):
        yield finding("location", count=1)


def without_places(content: bytes) -> bytes:
    """The recording with everything said about it blanked, its pictures and sounds untouched. Raises as above.

    Each such box becomes one of the same size that players pass over (`free`), so that nothing else moves. Raises
    ValueError where the place is in a track of its own too, as action cameras write it.
    """
    made = bytearray(content)
    for name, begin, head, end in _boxes(content, 0, len(content), [0]):
        if name in (b"udta", b"meta", b"uuid") or name in _PLACES:
            made[begin + 4 : begin + 8] = b"free"
            made[begin + head : end] = bytes(end - begin - head)
    new = bytes(made)
    if any(True for _ in _places(new)):
        raise ValueError("the place is in a track")
    return new


def _places(content: bytes) -> Iterator[bytes]:
    seen = False
    for name, begin, head, end in _boxes(content, 0, len(content), [0]):
        seen = seen or name == b"moov"
        if name in _PLACES or (name in _LOOKED_THROUGH and _SAID.search(content, begin + head, end)):
            yield name
    if not seen:
        raise ValueError("no film in it")


def _boxes(content: bytes, at: int, end: int, count: list[int]) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, begin, length of the head and end of each box, outer ones first."""
    while at + 8 <= end:
        count[0] += 1
        if count[0] > MOST_BOXES:
            raise TooMuch("boxes")
        size, name, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            # To the end of the file; inside another box it is how QuickTime ends a list.
            if end != len(content):
                return
            size = end - at
        if size < head or at + size > end:
            raise ValueError("a box that ends outside of the one around it")
        yield name, at, head, at + size
        if name in _WITHIN:
            yield from _boxes(content, at + head + _skipped(content, name, at + head), at + size, count)
        at += size


def _skipped(content: bytes, name: bytes, at: int) -> int:
    """A `meta` box of MPEG has four bytes of version before its boxes, one of QuickTime has not."""
    return 4 if name == b"meta" and content[at + 4 : at + 8] != b"hdlr" else 0
