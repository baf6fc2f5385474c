"""The words of files inside archives and e-mails, each under its way to it."""

import io
import zipfile
from collections.abc import Callable, Iterator

from ..mail.parse import parse
from ..publishing.files import recognise
from .bounds import open_zip
from .words import Part, Words

Inner = Callable[[bytes, str], Words]
# A member larger than this is named only.
LARGEST_MEMBER = 50 * 1024 * 1024


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of an archive, in its order. Folders and what is too large are left out."""
    with open_zip(content) as archive:
        for one in archive.infolist():
            if not one.is_dir() and one.file_size <= LARGEST_MEMBER:
                yield one.filename, archive.read(one)


def too_large(content: bytes) -> list[str]:
    """The names of those that `members` leaves out for their size."""
    with open_zip(content) as archive:
        return [one.filename for one in archive.infolist() if not one.is_dir() and one.file_size > LARGEST_MEMBER]


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [one.filename for one in archive.infolist() if not one.is_dir()]


def in_zip(content: bytes, inner: Inner) -> Iterator[Part]:
    """A list of what is in it, then the words of each member that has some."""
    yield Part("\n".join(names(content)))
    for name, held in members(content):
        yield from _inside(name, "", held, inner)


def in_eml(content: bytes, inner: Inner) -> Iterator[Part]:
    """An e-mail's head and words, then those of its files."""
    letter = parse(content)
    head = [letter.from_name or letter.from_address, letter.subject, letter.date.isoformat(" ") if letter.date else ""]
    yield Part("\n".join([*filter(None, head), "", letter.text]).strip())
    for file in letter.attachments:
        yield from _inside(file.name, file.content_type, file.content, inner)


def _inside(name: str, declared: str, content: bytes, inner: Inner) -> Iterator[Part]:
    try:
        words = inner(content, recognise(name, declared, content).extension)
    except Exception:  # one that cannot be read leaves the others readable
        yield Part("", name=name)
        return
    for part in words.parts:
        if part.text or part.is_picture:
            yield Part(part.text, f"{name} › {part.name}" if part.name else name, part.number, part.is_picture)
