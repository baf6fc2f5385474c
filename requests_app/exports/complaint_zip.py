"""The bundle for a complaint as a zip: the PDF, every letter as text, every file, and a list with their SHA-256.

The same bundle gives the same bytes. It is written piece by piece, so that a large file costs no memory.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from .as_zip import EARLIEST, MISSING, PACKED_ALREADY
from .complaint import Bundle, Enclosed, Enclosure

PIECE = 256 * 1024
PDF = "bundle.pdf"


class _Pieces:
    """Takes what a zip writes, and gives it out again in pieces; it cannot be wound back."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._kept.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._kept = b"".join(self._kept), []
        return taken


def zip_pieces(bundle: Bundle, *, pdf: bytes, open_file: Callable[[str], BinaryIO]) -> Iterator[bytes]:
    """The zip, piece by piece. ``open_file`` takes a path in the file store.

    A file that cannot be read there is named in a note in its place, so that the zip is whole all the same.
    """
    out = _Pieces()
    with zipfile.ZipFile(out, "w") as archive:
        texts = {f"{letter.folder}/letter.txt": letter_text(letter) for letter in bundle.letters}
        archive.writestr(_entry("README.txt", bundle.changed_at), readme(bundle, pdf=pdf, texts=texts))
        archive.writestr(_entry(PDF, bundle.changed_at, stored=True), pdf)
        yield out.take()
        for letter in bundle.letters:
            path = f"{letter.folder}/letter.txt"
            archive.writestr(_entry(path, letter.at), texts[path])
            for file in letter.files:
                if not file.path:
                    continue
                try:
                    yield from _file(archive, out, file, letter, open_file)
                except OSError:
                    note = f"{bundle.words.missing % {'name': file.name}}\n"
                    archive.writestr(_entry(f"{file.path}{MISSING}", letter.at), note)
            yield out.take()
    yield out.take()


def _file(
    archive: zipfile.ZipFile, out: _Pieces, file: Enclosed, letter: Enclosure, open_file: Callable[[str], BinaryIO]
) -> Iterator[bytes]:
    """One file of a letter, copied in pieces. Raises OSError where the file store does not have it, or not all of it.

    The size is not announced: the file store may have grown or shrunk it, and the zip must say so.
    """
    packed = file.content_type.startswith(PACKED_ALREADY)
    with open_file(file.stored_at) as source:
        piece = source.read(PIECE)  # before its entry begins: a file store may only now find out that it is gone
        with archive.open(_entry(file.path, letter.at, stored=packed), "w", force_zip64=True) as target:
            while piece:
                target.write(piece)
                yield out.take()
                piece = source.read(PIECE)


def letter_text(letter: Enclosure) -> bytes:
    """A letter as a text file: its heading, its files, and its words exactly as published."""
    files = [file.line for file in letter.files]
    words = letter.withheld or letter.text.rstrip()
    return ("\n".join([letter.heading, *letter.lines, *files, "", words]) + "\n").encode()


def readme(bundle: Bundle, *, pdf: bytes, texts: dict[str, bytes]) -> bytes:
    """What is in the zip, with the SHA-256 of each entry as ``sha256sum --check`` reads it."""
    sums = [f"{hashlib.sha256(pdf).hexdigest()}  {PDF}"]
    for letter in bundle.letters:
        path = f"{letter.folder}/letter.txt"
        sums.append(f"{hashlib.sha256(texts[path]).hexdigest()}  {path}")
        sums += [f"{file.sha256}  {file.path}" for file in letter.files if file.path]
    facts = [f"{fact.label}: {fact.value}" for fact in bundle.facts]
    head = [f"{bundle.words.bundle}: {bundle.title}", bundle.subtitle, "", *facts, "", *bundle.notes, ""]
    return ("\n".join([*head, bundle.words.readme, "", *sums]) + "\n").encode()


def _entry(name: str, at: datetime, *, stored: bool = False) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=max(at.timetuple()[:6], EARLIEST))
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
