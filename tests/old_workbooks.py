"""Workbooks in the format of Excel 97, which no library of ours writes: its records, as [MS-XLS] lays them out."""

import struct
from collections.abc import Iterable

VISIBLE, HIDDEN, VERY_HIDDEN = 0, 1, 2


def workbook(*sheets: tuple[str, int, bytes]) -> bytes:
    """The workbook's stream. ``sheets``: name, how far it is hidden, and what `sheet` made."""
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x0042, b"\xb0\x04")
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05\x00Arial"
    head += _record(0x0031, font) * 4
    head += _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0x20C0)) * 16
    place = len(head) + sum(len(_named(name, 0, 0)) for name, *_more in sheets) + 4
    names = b""
    for name, hidden, stream in sheets:
        names += _named(name, hidden, place)
        place += len(stream)
    return head + names + _record(0x000A, b"") + b"".join(stream for *_more, stream in sheets)


def sheet(rows: list[list[str]], *, hidden_rows: Iterable[int] = (), hidden_columns: Iterable[int] = ()) -> bytes:
    """A sheet of texts; rows and columns count from 0."""
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for column in hidden_columns:
        out += _record(0x007D, struct.pack("<HHHHHH", column, column, 2560, 15, 1, 0))
    for at, cells in enumerate(rows):
        options = 0x20 if at in hidden_rows else 0
        out += _record(0x0208, struct.pack("<HHHHHHI", at, 0, len(cells), 255, 0, 0, options))
    for at, cells in enumerate(rows):
        for column, words in enumerate(cells):
            out += _record(0x0204, struct.pack("<HHHHB", at, column, 15, len(words), 0) + words.encode("latin-1"))
    return out + _record(0x000A, b"")


def _named(name: str, hidden: int, place: int) -> bytes:
    return _record(0x0085, struct.pack("<IBBBB", place, hidden, 0, len(name), 0) + name.encode("latin-1"))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body
