"""What a document or presentation holds beside what it shows: docx, pptx, odt; and who wrote an office file."""

import re
import zipfile
from collections.abc import Iterator

from .findings import Finding, finding
from .xml_walk import Attributes, members_under, walk_member

CHANGES = ("ins", "del", "moveFrom", "moveTo")
_WORDS_OF_DOCX = re.compile(r"word/(document\d?|header\d*|footer\d*|footnotes|endnotes)\.xml$")


def in_docx(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Changes that were tracked and neither accepted nor rejected, comments, hidden text, embedded files."""
    parts = [name for name in archive.namelist() if _WORDS_OF_DOCX.match(name)]
    if not parts:
        raise zipfile.BadZipFile("no document")
    changes, unseen, by = 0, 0, []
    for part in parts:
        changes_here, unseen_here = _changes(archive, part, by)
        changes, unseen = changes + changes_here, unseen + unseen_here
    if changes:
        yield finding("tracked_changes", dict.fromkeys(by), changes)
    yield from _comments(archive, "word/comments", "comment", "author")
    if unseen:
        yield finding("hidden_text", count=unseen)
    yield from _embedded(archive, "word/embeddings/")


def _changes(archive: zipfile.ZipFile, part: str, by: list[str]) -> tuple[int, int]:
    """How many changes with words in them and how many runs of hidden text a part has; adds the changes' authors."""
    changes = unseen = 0
    within: list[str] = []
    vanishes = in_run = waits = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal changes, unseen, vanishes, in_run, waits
        if name in CHANGES and "id" in attributes:
            within.append(attributes.get("author", ""))
            waits = True
        elif name == "r":
            in_run, vanishes = True, False
        elif name in ("vanish", "webHidden") and in_run:
            # webHidden hides in a browser's view only, as in every table of contents.
            vanishes = name == "vanish" and attributes.get("val", "1") not in ("0", "false", "off")
        elif name in ("t", "delText"):
            if within and waits:
                changes, waits = changes + 1, False
                by.append(within[-1])
            unseen += vanishes

    def end(name: str) -> None:
        nonlocal in_run, vanishes
        if name in CHANGES and within:
            within.pop()
        elif name == "r":
            in_run = vanishes = False

    walk_member(archive, part, start, end)
    return changes, unseen


def _comments(archive: zipfile.ZipFile, folder: str, element: str, author: str) -> Iterator[Finding]:
    by: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == element:
            by.append(attributes.get(author, ""))

    for name in members_under(archive, folder):
        if name.endswith(".xml"):
            walk_member(archive, name, start)
    if by:
        yield finding("comments", dict.fromkeys(filter(None, by)), len(by))


def _embedded(archive: zipfile.ZipFile, folder: str) -> Iterator[Finding]:
    """Whole files inside, such as the workbook behind a chart."""
    if names := [name.rpartition("/")[2] for name in members_under(archive, folder)]:
        yield finding("embedded_files", names)


def in_pptx(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Slides that are left out of the show, notes of the speaker, comments, embedded files."""
    slides = [name for name in archive.namelist() if re.match(r"ppt/slides/slide\d+\.xml$", name)]
    if not slides:
        raise zipfile.BadZipFile("no slides")
    off, noted = [], []
    for name in slides:
        number = re.search(r"\d+", name.rpartition("/")[2])[0]
        if _attribute(archive, name, "sld", "show") in ("0", "false"):
            off.append(number)
    for name in archive.namelist():
        match = re.match(r"ppt/notesSlides/notesSlide(\d+)\.xml$", name)
        if match and len(_text(archive, name)) > len(match[1]):  # the slide's number is a field of its own
            noted.append(match[1])
    if off:
        yield finding("hidden_slides", sorted(off, key=int))
    if noted:
        yield finding("speaker_notes", sorted(noted, key=int))
    yield from _comments(archive, "ppt/comments/", "cm", "authorId")
    yield from _embedded(archive, "ppt/embeddings/")


def _attribute(archive: zipfile.ZipFile, part: str, element: str, attribute: str) -> str:
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == element and attribute in attributes:
            found.append(attributes[attribute])

    walk_member(archive, part, start)
    return found[0] if found else ""


def _text(archive: zipfile.ZipFile, part: str) -> str:
    pieces: list[str] = []
    walk_member(archive, part, lambda *_: None, None, pieces.append)
    return "".join(pieces).strip()


def in_odt(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """The same of an OpenDocument text or presentation."""
    counts = {"changed-region": 0, "annotation": 0, "hidden-text": 0, "hidden-paragraph": 0}

    def start(name: str, _attributes: Attributes) -> None:
        if name in counts:
            counts[name] += 1

    if not walk_member(archive, "content.xml", start):
        raise zipfile.BadZipFile("no content")
    if counts["changed-region"]:
        yield finding("tracked_changes", count=counts["changed-region"])
    if counts["annotation"]:
        yield finding("comments", count=counts["annotation"])
    if unseen := counts["hidden-text"] + counts["hidden-paragraph"]:
        yield finding("hidden_text", count=unseen)


def authors(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Who wrote an office file and who saved it last, as its properties say."""
    names: list[str] = []
    kept: list[str] = []

    def start(name: str, _attributes: Attributes) -> None:
        kept[:] = [""] if name in ("creator", "lastModifiedBy", "initial-creator") else []

    def end(_name: str) -> None:
        names.extend(filter(str.strip, kept))
        kept.clear()

    def text(words: str) -> None:
        if kept:
            kept[0] += words

    for part in ("docProps/core.xml", "meta.xml"):
        walk_member(archive, part, start, end, text)
    if names:
        yield finding("author", dict.fromkeys(names))


def macros(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Programs inside an office file."""
    programs = [name for name in archive.namelist() if name.lower().endswith("vbaproject.bin")]
    programs += members_under(archive, "xl/macrosheets/", "Basic/")
    if any(not name.endswith((".xlb", "script-lc.xml")) for name in programs):
        yield finding("macros", count=1)
