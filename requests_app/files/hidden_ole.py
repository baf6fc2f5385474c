"""What the office files of before 2007 hold beside what they show: doc and ppt whole, of xls what xlrd does not tell.

They are small file systems (MS-CFB, read by olefile) with one stream in which the program keeps its records: MS-DOC,
MS-PPT, MS-XLS. Only the records that say that something is there are read; nothing is laid out.
"""

import io
import struct
from collections.abc import Iterator

import olefile

from .bounds import Locked, TooMuch
from .findings import Finding, finding
from .hidden_photos import places_within

MOST_RECORDS = 2_000_000
_LARGEST = 400 * 1024 * 1024
# Storages with programs.
_MACROS = ("macros", "_vba_project_cur", "vba", "_vba_project")


def is_ole(content: bytes) -> bool:
    """By its first bytes; olefile's own question takes short contents for the name of a file on our disk."""
    return content.startswith(olefile.MAGIC)


def opened(content: bytes) -> olefile.OleFileIO:
    """The file system. Raises Locked where what is in it is encrypted, OSError where it is none."""
    store = olefile.OleFileIO(io.BytesIO(content))
    if store.exists("EncryptedPackage") or store.exists("EncryptedSummary"):
        raise Locked
    return store


def beside(store: olefile.OleFileIO) -> Iterator[Finding]:
    """What every old office file can hold: programs, whole files, placed pictures, its authors."""
    storages = store.listdir(streams=False, storages=True)
    if any(name in _MACROS for path in store.listdir() for name in map(str.lower, path)):
        yield finding("macros", count=1)
    if inside := sum(path[0].lower() == "objectpool" for path in storages if len(path) == 2) or sum(
        len(path) == 1 and path[0].lower().startswith("mbd") for path in storages
    ):
        yield finding("embedded_files", count=inside)
    if placed := _placed(store):
        yield finding("location", count=placed)
    about = store.get_metadata()
    names = [_text(one) for one in (about.author, about.last_saved_by)]
    if any(names):
        yield finding("author", dict.fromkeys(filter(None, names)))


def _placed(store: olefile.OleFileIO) -> int:
    """Placed pictures; stream by stream, since the file itself may hold one in pieces."""
    placed, room = 0, _LARGEST
    for path in store.listdir():
        room -= store.get_size(path)
        if room < 0:
            raise TooMuch("streams")
        placed += places_within(store.openstream(path).read())
    return placed


def _text(said: bytes | str | None) -> str:
    if isinstance(said, bytes):
        said = said.decode("cp1252", "replace")
    return (said or "").replace("\x00", "").strip()


def stream(store: olefile.OleFileIO, *names: str) -> bytes:
    """The first of these streams. Raises ValueError where there is none."""
    for name in names:
        if store.exists(name):
            if store.get_size(name) > _LARGEST:
                raise TooMuch("a stream")
            return store.openstream(name).read()
    raise ValueError(f"no {names[0]}")


# Word: MS-DOC 2.5 (the head), 2.4.2 (the parts), 2.9.55 (pages of properties of letters)

_ENCRYPTED, _COMPLEX, _TABLE_1 = 0x0100, 0x0004, 0x0200
# Places in the head's list of parts (each an offset and a length in the table stream).
_REMARKS, _LETTERS = 4, 12
_PAGE = 512
_DELETED, _INSERTED, _HIDDEN = 0x0800, 0x0801, 0x083C


def in_doc(content: bytes) -> Iterator[Finding]:
    """Findings of a Word document before 2007. Raises ValueError where it cannot be followed (Word 95 and before)."""
    with opened(content) as store:
        head = stream(store, "WordDocument")
        if len(head) < 0x200 or head[:2] != b"\xec\xa5" or _u16(head, 2) < 0x00C1:
            raise ValueError("no Word document of 1997 or later")
        flags = _u16(head, 0x0A)
        if flags & _ENCRYPTED:
            raise Locked
        table = stream(store, "1Table" if flags & _TABLE_1 else "0Table")
        if flags & _COMPLEX:
            yield finding("earlier_version", count=1)
        changes, unseen = _letters(head, table)
        if changes:
            yield finding("tracked_changes", count=changes)
        if remarks := _entries(_part(head, table, _REMARKS), 30):
            yield finding("comments", count=remarks)
        if unseen:
            yield finding("hidden_text", count=unseen)
        yield from beside(store)


def _part(head: bytes, table: bytes, number: int) -> bytes:
    """A part of the table stream, by the head's list, which begins after three lists of their own lengths."""
    at = 0x20
    at += 2 + 2 * _u16(head, at)
    at += 2 + 4 * _u16(head, at)
    if number >= _u16(head, at):
        return b""
    begin, length = struct.unpack_from("<II", head, at + 2 + 8 * number)
    if begin + length > len(table):
        raise ValueError("a part outside of the table")
    return table[begin : begin + length]


def _entries(places: bytes, size: int) -> int:
    """How many things of this size follow their places: n + 1 places of four bytes, then n things."""
    return max((len(places) - 4) // (4 + size), 0)


def _letters(head: bytes, table: bytes) -> tuple[int, int]:
    """Runs of letters that are tracked changes, and runs that are hidden, on the pages that tell of letters."""
    pages = _part(head, table, _LETTERS)
    count = _entries(pages, 4)
    changes = unseen = 0
    for at in range(count):
        number = struct.unpack_from("<I", pages, 4 * (count + 1) + 4 * at)[0] & 0x3FFFFF
        page = head[number * _PAGE : (number + 1) * _PAGE]
        if len(page) < _PAGE:
            raise ValueError("a page outside of the document")
        for said in _runs(page):
            changes += bool(said.get(_DELETED) or said.get(_INSERTED))
            unseen += bool(said.get(_HIDDEN))
    return changes, unseen


def _runs(page: bytes) -> Iterator[dict[int, int]]:
    """What each run of letters of a page sets."""
    runs = page[-1]
    for run in range(runs):
        at = 4 * (runs + 1) + run
        begin = 2 * page[at] if at < _PAGE else 0
        if begin:
            yield _settings(page[begin + 1 : begin + 1 + page[begin]])


# How many bytes a setting takes, by the three highest bits of its number; None: the next byte says it.
_SIZES = (1, 1, 2, 4, 2, 2, None, 3)


def _settings(said: bytes) -> dict[int, int]:
    """The settings of a run by their numbers, those of fixed size."""
    found: dict[int, int] = {}
    at = 0
    while at + 2 < len(said):
        code = _u16(said, at)
        size = _SIZES[code >> 13]
        if size is None:
            size = 1 + said[at + 2]
        else:
            found[code] = int.from_bytes(said[at + 2 : at + 2 + size], "little")
        at += 2 + size
    return found


def _u16(content: bytes, at: int) -> int:
    return struct.unpack_from("<H", content, at)[0]


# PowerPoint: MS-PPT 2.3.1 (heads of records), 2.5.6 (notes), 2.4.10 (what a slide is in the show), 2.3.3 (edits)

_NOTES, _NOTES_ATOM, _SHOWN, _EDIT = 1008, 1009, 1017, 4085
_TEXT_16, _TEXT_8, _REMARK, _OBJECT = 4000, 4008, 12000, 4044
_LEFT_OUT = 0x0004


def in_ppt(content: bytes) -> Iterator[Finding]:
    """Findings of a PowerPoint presentation before 2007."""
    with opened(content) as store:
        records = stream(store, "PowerPoint Document")
        left_out = remarks = edits = objects = 0
        notes: list[str] = []
        for kind, around, begin, end in _records(records, 0, len(records), 0, [0]):
            if kind == _SHOWN and end - begin >= 12:
                left_out += bool(_u16(records, begin + 10) & _LEFT_OUT)
            elif kind == _NOTES:
                notes.append("")
            elif kind == _NOTES_ATOM and notes and not any(records[begin : begin + 4]):
                notes[-1] = "\x00"  # the model of all notes, whose words are a program's
            elif kind in (_TEXT_16, _TEXT_8) and around == _NOTES and notes and notes[-1] != "\x00":
                coding = "utf-16-le" if kind == _TEXT_16 else "latin-1"
                notes[-1] += records[begin:end].decode(coding, "replace")
            remarks += kind == _REMARK
            edits += kind == _EDIT and begin + 12 <= end and any(records[begin + 8 : begin + 12])
            objects += kind == _OBJECT
        if left_out:
            yield finding("hidden_slides", count=left_out)
        if noted := sum(any(map(str.isalpha, words)) for words in notes):
            yield finding("speaker_notes", count=noted)
        if remarks:
            yield finding("comments", count=remarks)
        if objects:
            yield finding("embedded_files", count=objects)
        if edits:
            yield finding("earlier_version", count=edits)
        yield from beside(store)


def _records(content: bytes, at: int, end: int, around: int, count: list[int]) -> Iterator[tuple[int, int, int, int]]:
    """Kind, the kind of the outermost one around it, begin and end of each record, outer ones first."""
    while at + 8 <= end:
        count[0] += 1
        if count[0] > MOST_RECORDS:
            raise TooMuch("records")
        head, kind, size = struct.unpack_from("<HHI", content, at)
        if at + 8 + size > end:
            raise ValueError("a record that ends outside of the one around it")
        yield kind, around, at + 8, at + 8 + size
        if head & 0x0F == 0x0F:
            yield from _records(content, at + 8, at + 8 + size, around or kind, count)
        at += 8 + size


# Excel: MS-XLS 2.4 (records), of which xlrd does not tell

_SHEET, _KEPT_VALUE, _LOG = 0x0085, 0x005A, "Revision Log"


def beside_xls(content: bytes) -> Iterator[Finding]:
    """Of an old workbook what is not in its sheets: values of linked workbooks, sheets of programs, logs."""
    if not is_ole(content):
        return  # of before Excel 5: one stream, without any of this
    with opened(content) as store:
        records = stream(store, "Workbook", "Book")
        values = programs = at = 0
        while at + 4 <= len(records):
            kind, size = struct.unpack_from("<HH", records, at)
            values += kind == _KEPT_VALUE
            programs += kind == _SHEET and size >= 6 and records[at + 9] in (1, 6)
            at += 4 + size
        if values:
            yield finding("external_values", count=values)
        if programs:
            yield finding("macros", count=programs)
        if store.exists(_LOG):
            yield finding("tracked_changes", count=1)
        yield from beside(store)
