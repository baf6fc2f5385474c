"""What a document or presentation holds beside what it shows: docx and pptx; and who wrote an office file."""

import contextlib
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from .findings import Finding, finding
from .xml_walk import Attributes, members_under, walk_member

CHANGES = ("ins", "del", "moveFrom", "moveTo")
FORMER = ("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tcPrChange", "trPrChange", "tblPrExChange")
_DRAWN = re.compile(r"(?:word/(?:document|header\d*|footer\d*)|ppt/slides/slide\d+|xl/drawings/drawing\d+)\.xml$")
_DETAILS = re.compile(r"docProps/custom\.xml$|customXml/item\d+\.xml$")
_WORDS_OF_DOCX = re.compile(r"word/(document\d?|header\d*|footer\d*|footnotes|endnotes)\.xml$")


def in_docx(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Changes that were tracked and neither accepted nor rejected, comments, hidden text, embedded files."""
    parts = [name for name in archive.namelist() if _WORDS_OF_DOCX.match(name)]
    if not parts:
        raise zipfile.BadZipFile("no document")
    styles = _Styles(archive)
    read = [_Part(styles) for _part in parts]
    for part, one in zip(parts, read, strict=True):
        walk_member(archive, part, one.start, one.end)
    if changes := sum(one.changes for one in read):
        by = [name for one in read for name in one.by]
        yield finding("tracked_changes", dict.fromkeys(by), changes)
    yield from _comments(archive, "word/comments", "comment", "author")
    if unseen := sum(one.unseen for one in read) + shapes_switched_off(archive, *parts):
        yield finding("hidden_text", count=unseen)
    yield from embedded(archive, "word/embeddings/", "word/afchunk", "word/activeX/")


class _Styles:
    """Which styles hide what is written in them, by themselves or by the style that they are based on."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.hides: dict[str, bool] = {}
        self._based_on: dict[str, str] = {}
        self._style = ""
        walk_member(archive, "word/styles.xml", self._start)

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "style":
            self._style = attributes.get("styleId", "")
        elif name == "basedOn":
            self._based_on[self._style] = attributes.get("val", "")
        elif name == "vanish" and self._style:
            self.hides[self._style] = _is_on(attributes)

    def hide(self, style: str) -> bool:
        for _step in range(20):
            if style in self.hides:
                return self.hides[style]
            style = self._based_on.get(style, "")
        return False


def _is_on(attributes: Attributes) -> bool:
    return attributes.get("val", "1") not in ("0", "false", "off")


# Half points: letters so small are dots.
TINIEST = 3


class _Part:
    """Reads a part as it streams by: changes with words in them and whose they are, and words that are not seen.

    White words count where nothing around them has a ground of its own: no table, box, shading or picture behind.
    """

    def __init__(self, styles: _Styles) -> None:
        self.by: list[str] = []
        self.changes = self._unseen = self._white = 0
        self._styles = styles
        self._within: list[str] = []
        self._waits = self._in_run = self._paragraph_hides = self._behind = False
        self._vanishes: bool | None = None
        self._is_white = self._is_tiny = False
        self._grounds = self._before = 0
        self._shaded = False

    @property
    def unseen(self) -> int:
        return self._unseen + (0 if self._behind else self._white)

    def start(self, name: str, attributes: Attributes) -> None:
        if name in CHANGES and "id" in attributes:
            self._within.append(attributes.get("author", ""))
            self._waits = True
        elif name in FORMER:
            self._before += 1  # how it was before a change of its format
        elif name in ("tbl", "txbxContent"):
            self._grounds += 1
        elif name == "p":
            self._paragraph_hides = self._shaded = False
        elif name == "r":
            self._in_run, self._vanishes, self._is_white, self._is_tiny = True, None, False, False
        elif name == "anchor" and attributes.get("behindDoc") in ("1", "true"):
            self._behind = True
        elif name in ("t", "delText"):
            self._words()
        elif not self._before:
            self._format(name, attributes)

    def _format(self, name: str, attributes: Attributes) -> None:
        said = attributes.get("val", "")
        if name == "pStyle":
            self._paragraph_hides = self._styles.hide(said)
        elif name == "shd" and attributes.get("fill", "auto").upper() not in ("AUTO", "FFFFFF"):
            self._shaded = True
        elif name == "background" and attributes.get("color", "auto").upper() not in ("AUTO", "FFFFFF"):
            self._behind = True
        elif not self._in_run:
            return  # the mark at the end of a paragraph
        elif name == "vanish":
            # Its kin webHidden hides in a browser's view only, as in every table of contents.
            self._vanishes = _is_on(attributes)
        elif name == "rStyle" and self._vanishes is None and self._styles.hide(said):
            self._vanishes = True
        elif name == "color":
            self._is_white = said.upper() == "FFFFFF"
        elif name in ("highlight", "fill", "glow", "textOutline"):
            self._shaded = True
        elif name == "sz":
            self._is_tiny = said.isdecimal() and int(said) <= TINIEST

    def _words(self) -> None:
        if self._within and self._waits:
            self.changes, self._waits = self.changes + 1, False
            self.by.append(self._within[-1])
        self._unseen += self._paragraph_hides if self._vanishes is None else self._vanishes
        self._unseen += self._is_tiny
        self._white += self._is_white and not self._grounds and not self._shaded

    def end(self, name: str) -> None:
        if name in CHANGES and self._within:
            self._within.pop()
        elif name in FORMER:
            self._before -= 1
        elif name in ("tbl", "txbxContent"):
            self._grounds -= 1
        elif name == "r":
            self._in_run, self._vanishes, self._is_white, self._is_tiny = False, None, False, False


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


# Files that a document is made of never end like this.
_WHOLE = (".doc", ".docx", ".docm", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ppt", ".pptx", ".pdf", ".csv", ".txt", ".rtf")
_WHOLE += (".zip", ".7z", ".rar", ".msg", ".eml", ".htm", ".html", ".mht", ".mdb", ".accdb", ".ods", ".odt", ".exe")


def embedded(archive: zipfile.ZipFile, *folders: str) -> Iterator[Finding]:
    """Whole files inside, such as the workbook behind a chart, or what somebody put beside the parts."""
    names = [name for name in archive.namelist() if name.startswith(folders) or name.lower().endswith(_WHOLE)]
    files = [name.rpartition("/")[2] for name in names if not name.endswith(("/", ".rels"))]
    if files:
        yield finding("embedded_files", files)


def shapes_switched_off(archive: zipfile.ZipFile, *parts: str) -> int:
    """Boxes with words in them that are not shown, as Excel and PowerPoint let their users switch them off."""
    return sum(_switched_off(archive, part) for part in parts)


def _switched_off(archive: zipfile.ZipFile, part: str) -> int:
    open_shapes: list[bool] = []
    found = 0

    def start(name: str, attributes: Attributes) -> None:
        if name in ("sp", "grpSp", "wsp", "pic", "graphicFrame"):
            open_shapes.append(False)
        elif name in ("cNvPr", "docPr") and attributes.get("hidden") in ("1", "true") and open_shapes:
            open_shapes[-1] = True

    def end(name: str) -> None:
        if name in ("sp", "grpSp", "wsp", "pic", "graphicFrame") and open_shapes:
            open_shapes.pop()

    def text(words: str) -> None:
        nonlocal found
        found += any(open_shapes) and any(map(str.isalnum, words))

    walk_member(archive, part, start, end, text)
    return found


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
    if unseen := shapes_switched_off(archive, *slides):
        yield finding("hidden_text", count=unseen)
    yield from embedded(archive, "ppt/embeddings/", "ppt/activeX/")


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


def beside(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """What is told and holds nothing: pictures of which a part is cut off and kept, and details in the properties."""
    cropped = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal cropped
        cropped += name == "srcRect" and any(attributes.get(side, "0") not in ("0", "") for side in "ltrb")

    for part in archive.namelist():
        if _DRAWN.match(part):
            walk_member(archive, part, start)
    if cropped:
        yield finding("cropped_pictures", count=cropped)
    kept = 0
    for part in filter(_DETAILS.match, archive.namelist()):
        with contextlib.suppress(expat.ExpatError):  # what is kept there need not be any of the office's own
            kept += bool(_text(archive, part))
    if kept:
        yield finding("properties", count=kept)


def macros(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Programs inside an office file."""
    programs = [name for name in archive.namelist() if name.lower().endswith("vbaproject.bin")]
    programs += members_under(archive, "xl/macrosheets/", "Basic/")
    if any(not name.endswith((".xlb", "script-lc.xml")) for name in programs):
        yield finding("macros", count=1)
