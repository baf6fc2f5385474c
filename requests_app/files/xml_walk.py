"""Walk through XML as it streams by: no tree, no entities of its own, nothing fetched."""

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import IO
from xml.parsers import expat

from .bounds import TooMuch, member

_CHUNK = 256 * 1024
Attributes = dict[str, str]


def walk(
    source: IO[bytes],
    on_start: Callable[[str, Attributes], None],
    on_end: Callable[[str], None] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element and text. Names come without their prefix, attributes too.

    Raises ExpatError for what is no XML, TooMuch for a document with entities of its own.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_declared) -> None:
        raise TooMuch("declares entities")

    def start(name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = _local(name)
        if any(":" in key for key in attributes):
            attributes = {_local(key): value for key, value in attributes.items()}
        on_start(name, attributes)

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    if on_end is not None:
        parser.EndElementHandler = lambda name: on_end(_local(name))
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def walk_member(archive: zipfile.ZipFile, name: str, *handlers) -> bool:
    """`walk` through a member; False where there is none."""
    source = member(archive, name)
    if source is None:
        return False
    with closing(source):
        walk(source, *handlers)
    return True


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What an office part points to: id → (last word of the type, path in the archive); nothing outside of it."""
    folder, _slash, name = part.rpartition("/")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path.lstrip("/"))

    walk_member(archive, f"{folder}/_rels/{name}.rels".lstrip("/"), start)
    return found


def main_part(archive: zipfile.ZipFile, otherwise: str) -> str:
    """The path of the document itself in an office file."""
    parts = (path for kind, path in relations(archive, "").values() if kind == "officeDocument")
    return next(parts, otherwise)


def members_under(archive: zipfile.ZipFile, *folders: str) -> Iterator[str]:
    """Names of files below these folders."""
    return (name for name in archive.namelist() if name.startswith(folders) and not name.endswith("/"))
