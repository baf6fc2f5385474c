"""The words of a file, for reading and for search: in parts, as a page or a sheet is one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from .bounds import DEEPEST, MOST_CHARACTERS, MOST_PARTS


@dataclass(frozen=True, slots=True)
class Part:
    """A page, sheet, slide or file of an archive; ``name`` is a sheet's or file's own, else empty.

    ``number`` counts pages from 1, 0 for what has no number. ``is_picture``: a page that shows something and has
    no words, such as a scan.
    """

    text: str
    name: str = ""
    number: int = 0
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """``is_cut``: there was more than is kept. ``pages`` is None for what has none."""

    parts: tuple[Part, ...]
    is_cut: bool = False
    pages: int | None = None


def kept(parts: Iterable[Part], *, pages: int | None = None) -> Words:
    """The parts as far as they fit; reading stops there."""
    out: list[Part] = []
    room = MOST_CHARACTERS
    for part in parts:
        if room <= 0 or len(out) >= MOST_PARTS:
            return Words(tuple(out), is_cut=True, pages=pages)
        text = part.text.replace("\x00", "").strip("\r\n")
        out.append(Part(text[:room], part.name, part.number, part.is_picture))
        room -= len(text)
    return Words(tuple(out), is_cut=room < 0, pages=pages)


def pack(words: Words) -> dict:
    """As JSON; `unpack` gives it back."""
    return {"parts": [asdict(part) for part in words.parts], "is_cut": words.is_cut, "pages": words.pages}


def unpack(row: dict) -> Words:
    return Words(tuple(Part(**part) for part in row["parts"]), is_cut=row["is_cut"], pages=row["pages"])


Reader = Callable[[bytes], Words]


def can_read(extension: str) -> bool:
    """Whether files of this kind have words that can be taken out."""
    return extension in _READERS


def read(content: bytes, extension: str, *, depth: int = 0) -> Words:
    """The words of a file of this kind; none for a kind that has none. Raises whatever its format's library raises."""
    reader = _READERS.get(extension)
    if reader is None:
        return Words(())
    return _members(content, extension, depth) if extension in ("zip", "eml") else reader(content)


def _members(content: bytes, extension: str, depth: int) -> Words:
    from . import words_nested

    if depth >= DEEPEST:
        return Words(())
    each = words_nested.in_zip if extension == "zip" else words_nested.in_eml
    return kept(each(content, lambda inner, kind: read(inner, kind, depth=depth + 1)))


def _lazy(module: str, function: str) -> Reader:
    """A reader whose library is loaded when it is used."""

    def reader(content: bytes) -> Words:
        from importlib import import_module

        return getattr(import_module(f".{module}", __package__), function)(content)

    return reader


_READERS: dict[str, Reader] = {
    "pdf": _lazy("words_pdf", "in_pdf"),
    "docx": _lazy("words_office", "in_docx"),
    "docm": _lazy("words_office", "in_docx"),
    "pptx": _lazy("words_office", "in_pptx"),
    "odt": _lazy("words_office", "in_odf"),
    "odp": _lazy("words_office", "in_odf"),
    "rtf": _lazy("words_office", "in_rtf"),
    "xlsx": _lazy("words_xlsx", "in_xlsx"),
    "xlsm": _lazy("words_xlsx", "in_xlsx"),
    "xls": _lazy("words_tables", "in_xls"),
    "ods": _lazy("words_tables", "in_ods"),
    "csv": _lazy("words_tables", "in_csv"),
    "txt": _lazy("words_office", "in_text"),
    "json": _lazy("words_office", "in_text"),
    "xml": _lazy("words_office", "in_text"),
    "ics": _lazy("words_office", "in_text"),
    "vcf": _lazy("words_office", "in_text"),
    "html": _lazy("words_office", "in_html"),
    "zip": _lazy("words_nested", "in_zip"),
    "eml": _lazy("words_nested", "in_eml"),
}
TABLES = ("xlsx", "xlsm", "xls", "ods", "csv")


def lines_of_tables(words: Words) -> Iterator[list[str]]:
    """The rows of each sheet, their cells parted by tabs."""
    return (part.text.split("\n") for part in words.parts)
