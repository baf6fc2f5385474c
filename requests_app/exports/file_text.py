"""The words of one file for one reader, as plain data: a page prints them, and programs get them as JSON."""

import json
from dataclasses import asdict, dataclass

SCHEMA = "foitracker-file-text/1"


@dataclass(frozen=True, slots=True)
class FilePart:
    """A page, sheet or file of an archive, masked. ``number`` is 0 and ``picture`` empty for what has none.

    ``is_picture``: the page shows something and has no words to search. ``rows``: of a table each cell with the
    head of its column, which is empty where there is none; else empty.
    """

    number: int
    name: str
    text: str
    is_picture: bool
    picture: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class FileText:
    """``parts`` are those of this page of the text; ``leaf`` of ``leaves`` such pages, counted from 1."""

    number: int
    name: str
    kind: str
    size: int
    pages: int | None
    url: str
    text_url: str
    request_url: str
    request_title: str
    is_cut: bool
    parts: tuple[FilePart, ...]
    leaf: int = 1
    leaves: int = 1


def as_json(text: FileText, *, site: str) -> bytes:
    """All of it in UTF-8, ending with a line break. ``site`` is the site's address, without a slash at its end."""
    parts = [
        {name: value for name, value in asdict(part).items() if name in ("number", "name", "text", "is_picture")}
        | {"picture": site + part.picture if part.picture else None}
        for part in text.parts
    ]
    said = {
        "schema": SCHEMA,
        "number": text.number,
        "name": text.name,
        "url": site + text.url,
        "request_url": site + text.request_url,
        "pages": text.pages,
        "is_cut": text.is_cut,
        "parts": parts,
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
