"""The words of documents and presentations, and of files that are text themselves."""

import re
import zipfile
from collections.abc import Iterator

from charset_normalizer import from_bytes

from .bounds import MOST_CHARACTERS, open_zip
from .hidden_words import CHANGES
from .words import Part, Words, kept
from .xml_walk import Attributes, walk_member

_GUESSED_FROM = 256 * 1024
_BODY = re.compile(r"word/(document\d?)\.xml$")
_BESIDE = re.compile(r"word/(footnotes|endnotes)\.xml$")


def decoded(content: bytes) -> str:
    """Text in whatever coding it is: its mark, else UTF-8, else the likeliest, else Western European."""
    content = content[: MOST_CHARACTERS * 4]
    for mark, coding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(coding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content[:_GUESSED_FROM], cp_exclusion=["utf_7"]).best()
        return content.decode(best.encoding if best else "cp1252", "replace")


def in_text(content: bytes) -> Words:
    from ..mail.decoding import decode_words_in

    return kept([Part(decode_words_in(decoded(content)))])


def in_html(content: bytes) -> Words:
    from ..mail.html_text import html_to_text

    return kept([Part(html_to_text(decoded(content)))])


def in_rtf(content: bytes) -> Words:
    from striprtf.striprtf import rtf_to_text

    return kept([Part(rtf_to_text(content.decode("latin-1"), encoding="cp1252", errors="replace"))])


class _Lines:
    """Collects words into lines: paragraphs one below another, the cells of a row beside each other."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._row: list[list[str]] = []

    def add(self, words: str) -> None:
        self._line.append(words)

    def end_paragraph(self) -> None:
        line = "".join(self._line)
        self._line.clear()
        if self._row:
            self._row[-1].append(line)
        else:
            self.lines.append(line)

    def begin_cell(self) -> None:
        self._row.append([])

    def end_row(self) -> None:
        self.lines.append("\t".join(" ".join(filter(None, cell)) for cell in self._row))
        self._row.clear()

    @property
    def text(self) -> str:
        if self._line:
            self.end_paragraph()
        return "\n".join(self.lines)


def in_docx(content: bytes) -> Words:
    """Words as they print: what was inserted counts, what was deleted or is hidden does not."""
    with open_zip(content) as archive:
        names = [name for name in archive.namelist() if _BODY.match(name)]
        names += [name for name in archive.namelist() if _BESIDE.match(name)]
        if not names:
            raise zipfile.BadZipFile("no document")
        return kept([Part("\n\n".join(filter(str.strip, (_docx_part(archive, name) for name in names))))])


def _docx_part(archive: zipfile.ZipFile, part: str) -> str:
    lines = _Lines()
    gone = deep = 0
    in_text = unseen = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal gone, deep, in_text, unseen
        if name in CHANGES:
            gone += name in ("del", "moveFrom")
        elif name == "r":
            unseen = False
        elif name == "vanish":
            unseen = attributes.get("val", "1") not in ("0", "false", "off")
        elif name == "t":
            in_text = True
        elif name == "tab" and not deep:
            lines.add("\t")
        elif name in ("br", "cr"):
            lines.add("\n")
        elif name == "tabs":
            deep += 1  # the stops of a paragraph, which are called tabs too
        elif name == "tc":
            lines.begin_cell()

    def end(name: str) -> None:
        nonlocal gone, deep, in_text, unseen
        if name in ("del", "moveFrom"):
            gone -= 1
        elif name == "t":
            in_text = False
        elif name == "r":
            unseen = False
        elif name == "tabs":
            deep -= 1
        elif name == "p":
            lines.end_paragraph()
        elif name == "tr":
            lines.end_row()

    def text(words: str) -> None:
        if in_text and not gone and not unseen:
            lines.add(words)

    walk_member(archive, part, start, end, text)
    return lines.text


def in_pptx(content: bytes) -> Words:
    """Each slide that is shown, by its number."""
    with open_zip(content) as archive:
        numbers = (re.match(r"ppt/slides/slide(\d+)\.xml$", name) for name in archive.namelist())
        slides = sorted(int(match[1]) for match in numbers if match)
        if not slides:
            raise zipfile.BadZipFile("no slides")
        return kept(list(_slides(archive, slides)), pages=len(slides))


def _slides(archive: zipfile.ZipFile, numbers: list[int]) -> Iterator[Part]:
    for number in numbers:
        slide = _Slide()
        walk_member(archive, f"ppt/slides/slide{number}.xml", slide.start, slide.end, slide.text)
        if slide.is_shown:
            yield Part(slide.lines.text, number=number)


class _Slide:
    """Reads one slide as it streams by."""

    def __init__(self) -> None:
        self.lines = _Lines()
        self.is_shown, self._in_text = True, False

    def start(self, name: str, attributes: Attributes) -> None:
        self._in_text = name == "t"
        if name == "sld" and attributes.get("show") in ("0", "false"):
            self.is_shown = False

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "p":
            self.lines.end_paragraph()

    def text(self, words: str) -> None:
        if self._in_text:
            self.lines.add(words)


def in_odf(content: bytes) -> Words:
    """OpenDocument text and presentations, without what was deleted and without remarks at the margin."""
    lines = _Lines()
    gone = 0
    in_words = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal gone, in_words
        gone += name in ("tracked-changes", "annotation")
        if name in ("p", "h"):
            in_words += 1
        elif name == "tab":
            lines.add("\t")
        elif name == "s":
            lines.add(" " * min(int(attributes.get("c", 1)), 40))
        elif name == "line-break":
            lines.add("\n")
        elif name == "table-cell":
            lines.begin_cell()

    def end(name: str) -> None:
        nonlocal gone, in_words
        gone -= name in ("tracked-changes", "annotation")
        if name in ("p", "h"):
            in_words -= 1
            if not gone:
                lines.end_paragraph()
        elif name == "table-row":
            lines.end_row()

    def text(words: str) -> None:
        if in_words and not gone:
            lines.add(words)

    with open_zip(content) as archive:
        if not walk_member(archive, "content.xml", start, end, text):
            raise zipfile.BadZipFile("no content")
    return kept([Part(lines.text)])
