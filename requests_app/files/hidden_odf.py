"""What an OpenDocument file holds beside what it shows: texts, spreadsheets, presentations."""

import re
import zipfile
from collections.abc import Iterator

from .findings import Finding, finding
from .hidden_sheets import LOWEST, about_sheets, letters
from .xml_walk import Attributes, members_under, walk_member

# How rows and columns are switched off.
OFF = ("collapse", "filter")
_CHART = b"opendocument.chart"
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt|pc|px)?$")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}


def _points(length: str) -> float | None:
    """A length in points; None where it is none."""
    match = _LENGTH.match(length)
    return float(match[1]) * _POINTS.get(match[2] or "", 1.0) if match else None


def _is_nothing(length: str | None) -> bool:
    points = _points(length) if length else None
    return points is not None and points < LOWEST


class _Styles:
    """The styles by which something is not shown, of every family; they stand before what they are about."""

    def __init__(self) -> None:
        self.unseen: set[tuple[str, str]] = set()
        self._style = ("", "")

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "style":
            self._style = attributes.get("family", ""), attributes.get("name", "")
        elif (
            (name == "text-properties" and attributes.get("display") == "none")
            or (name == "table-properties" and attributes.get("display") == "false")
            or (name == "drawing-page-properties" and attributes.get("visibility") == "hidden")
            or (name == "table-row-properties" and _is_nothing(attributes.get("row-height")))
            or (name == "table-column-properties" and _is_nothing(attributes.get("column-width")))
        ):
            self.unseen.add(self._style)

    def hides(self, family: str, attributes: Attributes) -> bool:
        return (family, attributes.get("style-name", "")) in self.unseen


class _Words:
    """Reads a text or a presentation as it streams by."""

    def __init__(self) -> None:
        self.styles = _Styles()
        self.counts = {"changed-region": 0, "annotation": 0, "hidden-text": 0, "hidden-paragraph": 0}
        self.unseen, self.noted, self.pages = 0, 0, []
        self._open: list[bool] = []
        self._in_note_words = False
        self._page = 0

    def start(self, name: str, attributes: Attributes) -> None:
        self.styles.start(name, attributes)
        if name in self.counts:
            self.counts[name] += 1
        unseen = name == "section" and attributes.get("display") in ("none", "condition")
        if name in ("span", "p", "h"):
            unseen = self.styles.hides("text" if name == "span" else "paragraph", attributes)
        elif name == "page":
            self._page += 1
            if self.styles.hides("drawing-page", attributes):
                self.pages.append(str(self._page))
        elif name == "notes":
            self._in_note_words = True
        self._open.append(unseen)

    def end(self, name: str) -> None:
        if self._open:
            self._open.pop()
        if name == "notes":
            self._in_note_words = False

    def text(self, words: str) -> None:
        if not any(map(str.isalnum, words)):
            return
        self.unseen += any(self._open)
        if self._in_note_words and any(map(str.isalpha, words)) and not words.strip().startswith("<"):
            self.noted, self._in_note_words = self.noted + 1, False


def in_words(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Findings of a text (odt) or a presentation (odp)."""
    words = _Words()
    # Heads and feet of pages stand with the styles.
    walk_member(archive, "styles.xml", words.start, words.end, words.text)
    words.pages, words.noted, words._page = [], 0, 0  # models of slides are none
    if not walk_member(archive, "content.xml", words.start, words.end, words.text):
        raise zipfile.BadZipFile("no content")
    if words.counts["changed-region"]:
        yield finding("tracked_changes", count=words.counts["changed-region"])
    if words.counts["annotation"]:
        yield finding("comments", count=words.counts["annotation"])
    if unseen := words.unseen + words.counts["hidden-text"] + words.counts["hidden-paragraph"]:
        yield finding("hidden_text", count=unseen)
    if words.pages:
        yield finding("hidden_slides", words.pages)
    if words.noted:
        yield finding("speaker_notes", count=words.noted)


def beside(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Whole documents inside, unless they are charts, whose numbers are drawn; and versions that were kept."""
    inner = sorted({name.partition("/")[0] for name in members_under(archive, "Object ")})
    files = [name for name in inner if not _is_chart(archive, name)]
    if files:
        yield finding("embedded_files", files)
    if versions := sum(1 for _name in members_under(archive, "Versions/")):
        yield finding("earlier_version", count=versions)


def _is_chart(archive: zipfile.ZipFile, name: str) -> bool:
    manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
    place = manifest.find(f'full-path="{name}/"'.encode())
    entry = manifest[manifest.rfind(b"<", 0, place) : manifest.find(b">", place)] if place >= 0 else b""
    return _CHART in entry


def in_sheets(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Findings of an OpenDocument spreadsheet."""
    styles = _Styles()
    hidden, rows, columns = [], {}, {}
    table = ""
    is_hidden = row_is_hidden = row_counted = False
    spans: list[bool] = []
    column = repeat = notes = tracked = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal table, is_hidden, row_is_hidden, row_counted, column, repeat, notes, tracked
        styles.start(name, attributes)
        if name == "table":
            table, spans[:] = attributes.get("name", ""), []
            is_hidden = styles.hides("table", attributes)
            if is_hidden:
                hidden.append(table)
        elif name == "table-column":
            off = attributes.get("visibility") in OFF or styles.hides("table-column", attributes)
            spans.extend([off] * min(int(attributes.get("number-columns-repeated", 1)), 1024))
        elif name == "table-row":
            row_is_hidden = attributes.get("visibility") in OFF or styles.hides("table-row", attributes)
            row_counted, column, repeat = False, 0, 0
        elif name in ("table-cell", "covered-table-cell"):
            column, repeat = column + repeat, int(attributes.get("number-columns-repeated", 1))
        elif name == "p" and not is_hidden:
            if row_is_hidden and not row_counted:
                rows[table], row_counted = rows.get(table, 0) + 1, True
            if column < len(spans) and spans[column]:
                columns.setdefault(table, set()).add(column)
        elif name == "annotation":
            notes += 1
        elif name == "tracked-changes":
            tracked += 1

    walk_member(archive, "styles.xml", styles.start)
    if not walk_member(archive, "content.xml", start):
        raise zipfile.BadZipFile("no content")
    named = {sheet: [letters(one + 1) for one in sorted(some)] for sheet, some in columns.items()}
    yield from about_sheets(hidden, [], rows, named)
    if notes:
        yield finding("comments", count=notes)
    if tracked:
        yield finding("tracked_changes", count=tracked)
