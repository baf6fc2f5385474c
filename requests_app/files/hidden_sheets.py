"""What a workbook holds beside what it shows: xlsx and xlsm, and the old xls."""

import re
import zipfile
from collections.abc import Iterator

import xlrd

from .bounds import TooMuch
from .findings import Finding, finding
from .hidden_formats import Formats, formats_of
from .hidden_ole import beside_xls
from .hidden_words import embedded, shapes_switched_off
from .xml_walk import Attributes, main_part, members_under, relations, walk_member

MOST_CELLS = 5_000_000
TRUE = ("1", "true", "on")
# Points of a row and letters of a column of which nothing is seen any more.
LOWEST, NARROWEST = 1.0, 0.3
_COLUMN = re.compile(r"[A-Z]{1,3}")
_LITERAL = re.compile(r'\s*(?:"[^"]*\w|\{)')
_QUERIES = b"<DataMashup"
# Where old Excel keeps the source data of its pivot tables, as the name stands in the file's directory.
_XLS_PIVOT = "_SX_DB_CUR".encode("utf-16-le")


def letters(index: int) -> str:
    """A column's letters; 1 is A."""
    out = ""
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def index_of(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


class Sheet:
    """Reads one sheet as it streams by: is anything in it, and in which hidden rows, columns and cells."""

    def __init__(self, formats: Formats) -> None:
        self.hidden_spans: list[tuple[int, int]] = []
        self.rows, self.columns, self.cells, self.scenarios = 0, set(), 0, 0
        self._formats, self._format = formats, ""
        self._blank = self._white = 0
        self._is_coloured = False
        self._row_is_hidden = self._row_counted = False
        self._column = 0

    @property
    def unseen(self) -> int:
        """Cells that show nothing of what is in them. White ones on white, unless the sheet has colours of its own."""
        return self._blank + (0 if self._is_coloured else self._white)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self.cells += 1
            if self.cells > MOST_CELLS:
                raise TooMuch("cells")
            self._format = attributes.get("s", "0")
            if self.hidden_spans:
                match = _COLUMN.match(attributes.get("r", ""))
                self._column = index_of(match[0]) if match else self._column + 1
        elif name in ("v", "t"):
            self._holds_something()
        elif name == "row":
            self._row_is_hidden = attributes.get("hidden") in TRUE or _is_nothing(attributes.get("ht"), LOWEST)
            self._row_counted, self._column = False, 0
        elif name == "col" and (attributes.get("hidden") in TRUE or _is_nothing(attributes.get("width"), NARROWEST)):
            self.hidden_spans.append((int(attributes.get("min", 0)), int(attributes.get("max", 0))))
        elif name == "sheetFormatPr" and _is_nothing(attributes.get("defaultColWidth"), NARROWEST):
            self.hidden_spans.append((1, 1 << 14))
        elif name in ("tablePart", "conditionalFormatting", "picture"):
            self._is_coloured = True
        elif name == "scenario":
            self.scenarios += 1

    def _holds_something(self) -> None:
        if self._row_is_hidden and not self._row_counted:
            self.rows, self._row_counted = self.rows + 1, True
        for first, last in self.hidden_spans:
            if first <= self._column <= last:
                self.columns.add(self._column)
        self._blank += self._format in self._formats.blank
        self._white += self._format in self._formats.white


def _is_nothing(said: str | None, least: float) -> bool:
    """Whether a height or width is so small that nobody sees what is in it."""
    return said is not None and float(said) < least


def in_xlsx(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Findings of a workbook in the format of 2007 and later."""
    book = main_part(archive, "xl/workbook.xml")
    sheets: list[tuple[str, str, str]] = []
    names: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), attributes.get("id", "")))
        elif name == "definedName":
            names.append("")

    def text(words: str) -> None:
        if names:
            names[-1] += words

    if not walk_member(archive, book, start, None, text):
        raise zipfile.BadZipFile("no workbook")
    paths = relations(archive, book)
    formats = formats_of(archive)
    hidden, empty, rows, columns, unseen = [], [], {}, {}, {}
    # A name can stand for words that are in no cell.
    kept = sum(bool(_LITERAL.match(words)) for words in names)
    kept += shapes_switched_off(archive, *members_under(archive, "xl/drawings/drawing"))
    for name, state, key in sheets:
        kind, path = paths.get(key, ("", ""))
        sheet = Sheet(formats)
        walk_member(archive, path, sheet.start)
        kept += sheet.scenarios
        if state != "visible":
            (hidden if sheet.cells or kind != "worksheet" else empty).append(name)
            continue
        if sheet.rows:
            rows[name] = sheet.rows
        if sheet.columns:
            columns[name] = [letters(index) for index in sorted(sheet.columns)]
        if sheet.unseen:
            unseen[name] = sheet.unseen
    yield from about_sheets(hidden, empty, rows, columns)
    if unseen or kept:
        yield finding("hidden_text", unseen, sum(unseen.values()) + kept)
    yield from _beside_sheets(archive)
    yield from embedded(archive, "xl/embeddings/", "xl/activeX/")


def about_sheets(hidden: list, empty: list, rows: dict[str, int], columns: dict[str, list[str]]) -> Iterator[Finding]:
    if hidden:
        yield finding("hidden_sheets", hidden)
    if empty:
        yield finding("empty_hidden_sheets", empty)
    if rows:
        yield finding("hidden_rows", rows, sum(rows.values()))
    if columns:
        named = [f"{sheet}: {', '.join(some[:20])}" for sheet, some in columns.items()]
        yield finding("hidden_columns", named, sum(map(len, columns.values())))


def _beside_sheets(archive: zipfile.ZipFile) -> Iterator[Finding]:
    pivots = [name for name in members_under(archive, "xl/pivotCache/", "xl/slicerCaches/") if name.endswith(".xml")]
    kept = sum(_count(archive, name, ("s", "n", "d", "b")) > 0 for name in pivots)
    if kept:
        yield finding("pivot_cache", count=kept)
    if any(members_under(archive, "xl/model/")) or has_queries(archive):
        yield finding("data_model", count=1)
    links = [name for name in members_under(archive, "xl/externalLinks/") if name.endswith(".xml")]
    with_values = [name for name in links if _count(archive, name, ("v",))]
    if with_values:
        yield finding("external_values", count=len(with_values))
    if len(links) > len(with_values):
        yield finding("external_links", count=len(links) - len(with_values))
    notes = [
        name
        for name in members_under(archive, "xl/comments", "xl/threadedComments")
        if _count(archive, name, ("comment", "threadedComment"))
    ]
    if notes:
        yield finding("comments", count=sum(_count(archive, name, ("comment", "threadedComment")) for name in notes))
    if logs := sum(1 for name in members_under(archive, "xl/revisions/revisionLog")):
        yield finding("tracked_changes", count=logs)


def has_queries(archive: zipfile.ZipFile) -> bool:
    """Whether queries are kept in it, with the tables that somebody typed into them (Power Query)."""
    parts = [name for name in members_under(archive, "customXml/item") if name.endswith(".xml")]
    return any(_QUERIES in archive.read(name)[:4096].replace(b"\x00", b"") for name in parts)


def _count(archive: zipfile.ZipFile, path: str, elements: tuple[str, ...]) -> int:
    total = 0

    def start(name: str, _attributes: Attributes) -> None:
        nonlocal total
        total += name in elements

    walk_member(archive, path, start)
    return total


def in_xls(content: bytes) -> Iterator[Finding]:
    """Findings of a workbook in the format before 2007. Raises what xlrd raises."""
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True)
    hidden, empty, rows, columns = [], [], {}, {}
    for sheet in book.sheets():
        if sheet.visibility:
            (hidden if sheet.nrows else empty).append(sheet.name)
            continue
        off = [row for row, info in sheet.rowinfo_map.items() if _is_low(info) and row < sheet.nrows]
        off = [row for row in off if any(value != "" for value in sheet.row_values(row))]
        if off:
            rows[sheet.name] = len(off)
        out = {column for column, info in sheet.colinfo_map.items() if info.hidden or info.width < NARROWEST * 256}
        used = {at for row in range(sheet.nrows) for at, value in enumerate(sheet.row_values(row)) if value != ""}
        if out & used:
            columns[sheet.name] = [letters(column + 1) for column in sorted(out & used)]
    yield from about_sheets(hidden, empty, rows, columns)
    if _XLS_PIVOT in content:
        yield finding("pivot_cache", count=1)
    notes = sum(len(sheet.cell_note_map) for sheet in book.sheets())
    if notes:
        yield finding("comments", count=notes)
    yield from beside_xls(content)


def _is_low(row: xlrd.sheet.Rowinfo) -> bool:
    """Heights are in twentieths of a point; None where the row has that of all others."""
    return bool(row.hidden) or (row.height is not None and row.height < LOWEST * 20)
