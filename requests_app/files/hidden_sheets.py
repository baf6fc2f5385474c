"""What a workbook holds beside what it shows: xlsx and xlsm, the old xls, and ods."""

import re
import zipfile
from collections.abc import Iterator

import xlrd

from .bounds import TooMuch
from .findings import Finding, finding
from .xml_walk import Attributes, main_part, members_under, relations, walk_member

MOST_CELLS = 5_000_000
TRUE = ("1", "true", "on")
_COLUMN = re.compile(r"[A-Z]{1,3}")
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
    """Reads one sheet as it streams by: is anything in it, and in which hidden rows and columns."""

    def __init__(self) -> None:
        self.hidden_spans: list[tuple[int, int]] = []
        self.rows, self.columns, self.cells = 0, set(), 0
        self._row_is_hidden = self._row_counted = False
        self._column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self.cells += 1
            if self.cells > MOST_CELLS:
                raise TooMuch("cells")
            if self.hidden_spans:
                match = _COLUMN.match(attributes.get("r", ""))
                self._column = index_of(match[0]) if match else self._column + 1
        elif name in ("v", "t"):
            self._holds_something()
        elif name == "row":
            self._row_is_hidden = attributes.get("hidden") in TRUE or attributes.get("ht") == "0"
            self._row_counted, self._column = False, 0
        elif name == "col" and (attributes.get("hidden") in TRUE or attributes.get("width") == "0"):
            self.hidden_spans.append((int(attributes.get("min", 0)), int(attributes.get("max", 0))))

    def _holds_something(self) -> None:
        if self._row_is_hidden and not self._row_counted:
            self.rows, self._row_counted = self.rows + 1, True
        for first, last in self.hidden_spans:
            if first <= self._column <= last:
                self.columns.add(self._column)


def in_xlsx(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Findings of a workbook in the format of 2007 and later."""
    book = main_part(archive, "xl/workbook.xml")
    sheets: list[tuple[str, str, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), attributes.get("id", "")))

    if not walk_member(archive, book, start):
        raise zipfile.BadZipFile("no workbook")
    paths = relations(archive, book)
    hidden, empty, rows, columns = [], [], {}, {}
    for name, state, key in sheets:
        kind, path = paths.get(key, ("", ""))
        sheet = Sheet()
        walk_member(archive, path, sheet.start)
        if state != "visible":
            (hidden if sheet.cells or kind != "worksheet" else empty).append(name)
            continue
        if sheet.rows:
            rows[name] = sheet.rows
        if sheet.columns:
            columns[name] = [letters(index) for index in sorted(sheet.columns)]
    yield from _about_sheets(hidden, empty, rows, columns)
    yield from _beside_sheets(archive)


def _about_sheets(hidden: list, empty: list, rows: dict[str, int], columns: dict[str, list[str]]) -> Iterator[Finding]:
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
    pivots = [name for name in members_under(archive, "xl/pivotCache/") if name.endswith(".xml")]
    kept = sum(_count(archive, name, ("s", "n", "d", "b")) > 0 for name in pivots)
    if kept:
        yield finding("pivot_cache", count=kept)
    if any(members_under(archive, "xl/model/")):
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
        off = [row for row, info in sheet.rowinfo_map.items() if info.hidden and row < sheet.nrows]
        off = [row for row in off if any(value != "" for value in sheet.row_values(row))]
        if off:
            rows[sheet.name] = len(off)
        out = {column for column, info in sheet.colinfo_map.items() if info.hidden}
        used = {at for row in range(sheet.nrows) for at, value in enumerate(sheet.row_values(row)) if value != ""}
        if out & used:
            columns[sheet.name] = [letters(column + 1) for column in sorted(out & used)]
    yield from _about_sheets(hidden, empty, rows, columns)
    if _XLS_PIVOT in content:
        yield finding("pivot_cache", count=1)
    notes = sum(len(sheet.cell_note_map) for sheet in book.sheets())
    if notes:
        yield finding("comments", count=notes)


def in_ods(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Findings of an OpenDocument spreadsheet."""
    unseen: set[str] = set()
    hidden, rows, columns = [], {}, {}
    style = table = ""
    is_hidden = row_is_hidden = row_counted = False
    spans: list[bool] = []
    column = repeat = notes = tracked = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal style, table, is_hidden, row_is_hidden, row_counted, column, repeat, notes, tracked
        if name == "style" and attributes.get("family") == "table":
            style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            unseen.add(style)
        elif name == "table":
            table, spans[:] = attributes.get("name", ""), []
            is_hidden = attributes.get("style-name") in unseen
            if is_hidden:
                hidden.append(table)
        elif name == "table-column":
            off = attributes.get("visibility") in ("collapse", "filter")
            spans.extend([off] * min(int(attributes.get("number-columns-repeated", 1)), 1024))
        elif name == "table-row":
            row_is_hidden = attributes.get("visibility") in ("collapse", "filter")
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

    if not walk_member(archive, "content.xml", start):
        raise zipfile.BadZipFile("no content")
    named = {sheet: [letters(one + 1) for one in sorted(some)] for sheet, some in columns.items()}
    yield from _about_sheets(hidden, [], rows, named)
    if notes:
        yield finding("comments", count=notes)
    if tracked:
        yield finding("tracked_changes", count=tracked)
