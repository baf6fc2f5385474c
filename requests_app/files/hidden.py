"""What a file hides, whatever kind it is of: the question that is asked before it becomes public."""

import zipfile
from collections.abc import Iterator

from . import findings
from .bounds import DEEPEST, Locked, TooMuch, open_zip
from .findings import Finding, finding, inside
from .words import TABLES, lines_of_tables, read

_WORKBOOKS = ("xlsx", "xlsm")
_DOCUMENTS = ("docx", "docm")
_PHOTOS = ("jpg", "png", "tif", "webp")
# Archives and signatures around other files that are not taken apart.
_SEALED = ("7z", "rar", "gz", "dat")
# Kinds that hide nothing which could be looked for: text is what it is, and sound cannot be read.
_PLAIN = ("txt", "json", "ics", "vcf", "asc", "p7s", "mp3", "wav", "mp4", "mov", "gif", "bmp", "svg", "xml", "html")


def find(content: bytes, extension: str, *, personal_rows: int, depth: int = 0) -> list[Finding]:
    """Everything that a file of this kind holds beside what it shows, in the order of its parts.

    ``personal_rows``: so many rows that look like rows about people are a finding too; 0 counts none. Never raises
    for a file that cannot be read: that is a finding of its own, and holds it.
    """
    if not content:
        return []
    try:
        found = list(_of(content, extension, personal_rows, depth))
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
    if extension in _WORKBOOKS + _DOCUMENTS + ("pptx", "odt", "ods", "odp"):
        yield from _office(content, extension)
    elif extension == "xls":
        from .hidden_sheets import in_xls

        yield from in_xls(content)
    elif extension == "pdf":
        from .hidden_pdf import in_pdf

        yield from in_pdf(content)
    elif extension in _PHOTOS:
        from .hidden_photos import in_picture

        yield from in_picture(content)
    elif extension in ("zip", "eml", "msg"):
        yield from _members(content, extension, personal_rows, depth)
    elif extension == "exe":
        yield finding("program")
    elif extension in _SEALED:
        yield finding("sealed")
    elif extension not in _PLAIN and extension != "csv":
        yield finding("not_looked_into")


def _office(content: bytes, extension: str) -> Iterator[Finding]:
    from . import hidden_sheets, hidden_words
    from .hidden_photos import in_media

    with open_zip(content) as archive:
        if extension in _WORKBOOKS:
            yield from hidden_sheets.in_xlsx(archive)
        elif extension == "ods":
            yield from hidden_sheets.in_ods(archive)
        elif extension in _DOCUMENTS:
            yield from hidden_words.in_docx(archive)
        elif extension == "pptx":
            yield from hidden_words.in_pptx(archive)
        else:
            yield from hidden_words.in_odt(archive)
        yield from hidden_words.macros(archive)
        yield from in_media(archive)
        yield from hidden_words.authors(archive)


def _members(content: bytes, extension: str, personal_rows: int, depth: int) -> Iterator[Finding]:
    from ..mail.parse import parse
    from ..publishing.files import recognise
    from . import words_nested

    if depth + 1 >= DEEPEST:
        yield finding("too_much")
        return
    if extension == "zip":
        each = ((name, "", held) for name, held in words_nested.members(content))
        for name in words_nested.too_large(content):
            yield from inside(name, [finding("too_much")])
    elif extension == "msg":
        each = _of_outlook(content)
    else:
        each = ((file.name, file.content_type, file.content) for file in parse(content).attachments)
    for name, declared, held in each:
        kind = recognise(name, declared, held).extension
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
