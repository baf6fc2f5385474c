"""What a file hides, whatever kind it is of: the question that is asked before it becomes public."""

import io
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module

from . import findings
from .bounds import DEEPEST, Locked, TooMuch, open_zip
from .findings import Finding, finding, inside
from .words import TABLES, lines_of_tables, read

_WORKBOOKS = ("xlsx", "xlsm")
_DOCUMENTS = ("docx", "docm")
_OFFICE = (*_WORKBOOKS, *_DOCUMENTS, "pptx", "odt", "ods", "odp")
_PICTURES = ("jpg", "png", "tif", "webp", "gif", "bmp", "heic", "avif")
_LETTERS = ("zip", "eml", "msg")
# Archives around other files that are not taken apart, and what Outlook packs where it could not be.
_SEALED = ("7z", "rar", "gz", "dat")
# Kinds that show all that is in them: whoever opens one reads or hears it. Their tables are still counted.
_PLAIN = ("txt", "csv", "json", "mp3", "wav")
# Kinds that hide something in one way only, or are read whole, by what looks into them.
_READERS = {
    "xls": ("hidden_sheets", "in_xls"),
    "doc": ("hidden_ole", "in_doc"),
    "ppt": ("hidden_ole", "in_ppt"),
    "pdf": ("hidden_pdf", "in_pdf"),
    "rtf": ("hidden_marks", "in_rtf"),
    "html": ("hidden_marks", "in_page"),
    "svg": ("hidden_marks", "in_page"),
    "xml": ("hidden_marks", "in_xml"),
    "vcf": ("hidden_marks", "in_card"),
    "ics": ("hidden_marks", "in_card"),
    "p7s": ("hidden_marks", "in_card"),
    "asc": ("hidden_marks", "in_card"),
    "mp4": ("recordings", "in_recording"),
    "mov": ("recordings", "in_recording"),
    "m4a": ("recordings", "in_recording"),
    "3gp": ("recordings", "in_recording"),
}


def find(content: bytes, extension: str, *, personal_rows: int, depth: int = 0) -> list[Finding]:
    """Everything that a file of this kind holds beside what it shows, in the order of its parts.

    ``extension`` is that of a kind which the content bears out (`FileKind.proven`); "" and every kind that nothing here
    looks into hold the file. ``personal_rows``: so many rows that look like rows about people are a finding too; 0
    counts none. Never raises for a file that cannot be read: that is a finding of its own, and holds it.
    """
    if not content:
        return []
    try:
        found = list(_of(content, extension, personal_rows, depth))
        if extension and extension not in (*_OFFICE, *_LETTERS) and zipfile.is_zipfile(io.BytesIO(content)):
            found.append(finding("embedded_files", count=1))  # put behind the end of a file of another kind
    except Locked:
        return [finding("locked")]
    except TooMuch:
        return [finding("too_much")]
    except MemoryError:
        raise
    except Exception as error:
        return [finding("locked" if _asks_password(error) else "unreadable")]
    if personal_rows and extension in TABLES:
        found += _people(content, extension, personal_rows)
    return found


def _of(content: bytes, extension: str, personal_rows: int, depth: int) -> Iterator[Finding]:
    if extension in _OFFICE:
        yield from _office(content, extension)
    elif extension in _READERS:
        yield from _reader(extension)(content)
    elif extension in _PICTURES:
        from .hidden_photos import in_picture

        yield from in_picture(content, extension)
    elif extension in _LETTERS:
        yield from _members(content, extension, personal_rows, depth)
    elif extension == "exe":
        yield finding("program")
    elif extension in _SEALED:
        yield finding("sealed")
    elif extension not in _PLAIN:
        yield from _unknown(content)


def _reader(extension: str) -> Callable[[bytes], Iterator[Finding]]:
    """Its library is loaded when it is used."""
    module, function = _READERS[extension]
    return getattr(import_module(f".{module}", __package__), function)


def _unknown(content: bytes) -> Iterator[Finding]:
    """A kind of which nothing here knows what it can hide: databases, mailboxes, drawings of rooms, anything."""
    from .hidden_ole import is_ole, opened

    if is_ole(content):
        opened(content).close()  # an office file with a password looks like this from outside
    yield finding("not_looked_into")


def _office(content: bytes, extension: str) -> Iterator[Finding]:
    from . import hidden_odf, hidden_sheets, hidden_words
    from .hidden_photos import in_media

    with open_zip(content) as archive:
        if extension in _WORKBOOKS:
            yield from hidden_sheets.in_xlsx(archive)
        elif extension in _DOCUMENTS:
            yield from hidden_words.in_docx(archive)
        elif extension == "pptx":
            yield from hidden_words.in_pptx(archive)
        else:
            in_odf = hidden_odf.in_sheets if extension == "ods" else hidden_odf.in_words
            yield from in_odf(archive)
            yield from hidden_odf.beside(archive)
        yield from hidden_words.macros(archive)
        yield from in_media(archive)
        yield from hidden_words.authors(archive)
        yield from hidden_words.beside(archive)


def _members(content: bytes, extension: str, personal_rows: int, depth: int) -> Iterator[Finding]:
    from ..mail.parse import parse
    from ..publishing.files import recognise
    from . import words_nested

    if depth + 1 >= DEEPEST:
        yield finding("too_much")
        return
    if extension != "zip":
        # Whoever wrote it and whoever got it stand in it with their addresses, and bytes are not masked.
        yield finding("addresses")
    if extension == "zip":
        each = ((name, "", held) for name, held in words_nested.members(content))
        for name in words_nested.too_large(content):
            yield from inside(name, [finding("too_much")])
    elif extension == "msg":
        each = _of_outlook(content)
    else:
        each = ((file.name, file.content_type, file.content) for file in parse(content).attachments)
    for name, declared, held in each:
        kind = recognise(name, declared, held).proven
        yield from inside(name, find(held, kind, personal_rows=personal_rows, depth=depth + 1))


def _of_outlook(content: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Name, declared type and content of each file in a saved message, and in the messages in it."""
    from ..mail.outlook import read_msg

    read = read_msg(content)
    waiting = [read.value]
    while waiting:
        letter = waiting.pop(0)
        yield from ((file["name"], file["type"], read.blobs[file["blob"]]) for file in letter["files"])
        waiting += letter["letters"]


def _people(content: bytes, extension: str, most: int) -> list[Finding]:
    from .people import personal_rows

    try:
        rows = sum(map(personal_rows, lines_of_tables(read(content, extension))))
    except Exception:
        return [finding("unreadable")]
    return [finding("personal_rows", count=rows)] if rows > most else []


def _asks_password(error: Exception) -> bool:
    said = str(error).lower()
    return "encrypted" in said or "password" in said or (isinstance(error, zipfile.BadZipFile) and "encrypt" in said)


def can_hide(extension: str) -> bool:
    """Whether a file of this kind waits for a person where looking into it came to no end."""
    return extension not in _PLAIN


__all__ = ["can_hide", "find", "findings"]
