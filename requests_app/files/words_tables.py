"""The words of tables: one part for each sheet that is shown, a line for each row, tabs between its cells."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from .bounds import MOST_CHARACTERS, open_zip
from .words import Part, Words, kept
from .words_office import decoded
from .xml_walk import Attributes, walk_member

MOST_COLUMNS = 500
# Rows without anything in them that are passed over before a sheet counts as ended.
MOST_EMPTY = 10_000


def in_xls(content: bytes) -> Words:
    import xlrd

    book = xlrd.open_workbook(file_contents=content, on_demand=True, ragged_rows=True)
    shown = (sheet for sheet in book.sheets() if not sheet.visibility)
    return kept(Part(_lines(_xls_rows(sheet, book.datemode)), name=sheet.name) for sheet in shown)


def _xls_rows(sheet, datemode: int) -> Iterator[list]:
    import xlrd

    for row in range(sheet.nrows):
        values = []
        for cell in sheet.row(row)[:MOST_COLUMNS]:
            value = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    value = xlrd.xldate_as_datetime(value, datemode)
                except (ValueError, OverflowError, xlrd.XLDateError):
                    value = cell.value
            values.append(value)
        yield values


def in_csv(content: bytes) -> Words:
    text = decoded(content)
    try:
        dialect = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    csv.field_size_limit(MOST_CHARACTERS)
    return kept([Part(_lines(csv.reader(io.StringIO(text, newline=""), dialect)))])


def _lines(rows: Iterable[Iterable]) -> str:
    """The rows as lines, as many as are kept; rows at the end with nothing in them are left out."""
    out: list[str] = []
    size = empty = 0
    for row in rows:
        line = "\t".join(map(_said, row)).rstrip("\t")
        if not line:
            empty += 1
            if empty > MOST_EMPTY:
                break
            continue
        out += [""] * min(empty, 3)
        empty = 0
        out.append(line)
        size += len(line) + 1
        if size > MOST_CHARACTERS:
            break
    return "\n".join(out)


def _said(value: object) -> str:
    """A cell as a sheet would show it without its formats."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return " ".join(str(value).split())


def in_ods(content: bytes) -> Words:
    parts: list[Part] = []
    unseen: set[str] = set()
    rows: list[list[str]] = []
    cell: list[str] = []
    style = table = ""
    shown, repeats, row_repeats, notes, size = True, 1, 1, 0, 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal style, table, shown, repeats, row_repeats, notes
        if name == "style" and attributes.get("family") == "table":
            style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            unseen.add(style)
        elif name == "table":
            table, shown = attributes.get("name", ""), attributes.get("style-name") not in unseen
            rows.clear()
        elif name == "table-row":
            rows.append([])
            row_repeats = int(attributes.get("number-rows-repeated", 1))
        elif name in ("table-cell", "covered-table-cell"):
            cell.clear()
            repeats = int(attributes.get("number-columns-repeated", 1))
        elif name == "annotation":
            notes += 1

    def end(name: str) -> None:
        nonlocal notes, size
        if name == "annotation":
            notes -= 1
        elif name in ("table-cell", "covered-table-cell") and rows:
            said = " ".join("".join(cell).split())
            rows[-1].extend([said] * min(repeats, MOST_COLUMNS - len(rows[-1]) if said else 50))
            size += len(said)
        elif name == "table-row" and rows and any(rows[-1]):
            rows.extend([rows[-1]] * min(row_repeats - 1, 1_000))
        elif name == "p":
            cell.append(" ")
        elif name == "table" and shown:
            parts.append(Part(_lines(rows), name=table))

    def text(words: str) -> None:
        if not notes and size <= MOST_CHARACTERS:
            cell.append(words)

    with open_zip(content) as archive:
        if not walk_member(archive, "content.xml", start, end, text):
            raise zipfile.BadZipFile("no content")
    return kept(parts)
