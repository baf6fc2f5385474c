"""The cells of a workbook of 2007 and later, as they stream by: sheets of a million rows take seconds, not minutes."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta

from .bounds import MOST_CHARACTERS, open_zip
from .hidden_sheets import MOST_CELLS, index_of
from .words import Part, Words, kept
from .xml_walk import Attributes, main_part, relations, walk_member

MOST_COLUMNS = 500
# Characters of the workbook's table of texts that are held; a cell beyond them shows nothing.
MOST_SHARED = 20_000_000
_COLUMN = re.compile(r"[A-Z]{1,3}")
# Formats of days and times that a workbook need not write down.
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# How long the calendar is in which days are numbers.
_LAST_DAY = 2_958_466


class _Enough(Exception):
    """As many characters as are kept have been read."""


def in_xlsx(content: bytes) -> Words:
    """One part for each sheet that is shown: a line for each row that has something in it, tabs between its cells."""
    with open_zip(content) as archive:
        return kept(_sheets(archive))


def _sheets(archive: zipfile.ZipFile) -> Iterator[Part]:
    book = main_part(archive, "xl/workbook.xml")
    sheets: list[tuple[str, str]] = []
    epoch = datetime(1899, 12, 30)

    def start(name: str, attributes: Attributes) -> None:
        nonlocal epoch
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            sheets.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            epoch = datetime(1904, 1, 1)

    if not walk_member(archive, book, start):
        raise zipfile.BadZipFile("no workbook")
    paths = relations(archive, book)
    by_kind = dict(paths.values())
    texts = _shared(archive, by_kind.get("sharedStrings", ""))
    dates = _date_styles(archive, by_kind.get("styles", ""))
    for title, key in sheets:
        kind, path = paths.get(key, ("", ""))
        if kind != "worksheet":
            continue
        sheet = _Sheet(texts, dates, epoch)
        try:
            walk_member(archive, path, sheet.start, sheet.end, sheet.text)
        except _Enough:
            # One character more than is kept, so that the part says that it is cut.
            sheet.lines.append("")
        yield Part("\n".join(sheet.lines), name=title)


def _shared(archive: zipfile.ZipFile, path: str) -> list[str]:
    """The texts that cells point to, without how they are read aloud in Japanese."""
    texts: list[str] = []
    pieces: list[str] = []
    size = silent = 0
    reading = False

    def start(name: str, _attributes: Attributes) -> None:
        nonlocal reading, silent
        if name == "si":
            pieces.clear()
        silent += name == "rPh"
        reading = name == "t" and not silent

    def end(name: str) -> None:
        nonlocal reading, silent, size
        reading = False
        silent -= name == "rPh"
        if name == "si":
            text = "".join(pieces) if size < MOST_SHARED else ""
            texts.append(text)
            size += len(text)

    walk_member(archive, path, start, end, lambda words: pieces.append(words) if reading else None)
    return texts


def _date_styles(archive: zipfile.ZipFile, path: str) -> set[int]:
    """Numbers of the styles under which a number is a day or a time."""
    formats: dict[int, bool] = {}
    styles: list[int] = []
    within = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within
        if name == "numFmt":
            code = _QUOTED.sub("", attributes.get("formatCode", "")).lower()
            formats[int(attributes.get("numFmtId", -1))] = bool(re.search(r"[dmyhs]", code))
        elif name == "cellXfs":
            within = True
        elif name == "xf" and within:
            styles.append(int(attributes.get("numFmtId", 0)))

    def end(name: str) -> None:
        nonlocal within
        within = within and name != "cellXfs"

    walk_member(archive, path, start, end)
    return {at for at, number in enumerate(styles) if formats.get(number, number in _DATE_FORMATS)}


class _Sheet:
    """Collects the rows of one sheet as lines."""

    def __init__(self, texts: list[str], dates: set[int], epoch: datetime) -> None:
        self.lines: list[str] = []
        self._texts, self._dates, self._epoch = texts, dates, epoch
        self._row: list[str] = []
        self._kind = self._style = ""
        self._value: list[str] = []
        self._column = self._size = self._cells = 0
        self._reading = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            match = _COLUMN.match(attributes.get("r", ""))
            self._column = index_of(match[0]) if match else self._column + 1
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._value.clear()
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise _Enough
        elif name in ("v", "t"):
            self._reading = True
        elif name == "row":
            self._row, self._column = [], 0

    def text(self, words: str) -> None:
        if self._reading:
            self._value.append(words)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._reading = False
        elif name == "c":
            if self._value and self._column <= MOST_COLUMNS:
                self._row += [""] * (self._column - 1 - len(self._row))
                self._row.append(self._said("".join(self._value)))
        elif name == "row" and self._row:
            line = "\t".join(self._row).rstrip("\t")
            if line:
                self.lines.append(line)
                self._size += len(line) + 1
                if self._size > MOST_CHARACTERS:
                    raise _Enough

    def _said(self, value: str) -> str:
        """The cell as a sheet would show it without its formats."""
        if self._kind == "s":
            at = int(value) if value.isdecimal() else -1
            value = self._texts[at] if 0 <= at < len(self._texts) else ""
        elif self._kind == "b":
            return {"1": "True", "0": "False"}.get(value, value)
        elif self._kind in ("", "n"):
            return self._number(value)
        return " ".join(value.split())

    def _number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if self._style.isdecimal() and int(self._style) in self._dates and 0 <= number < _LAST_DAY:
            moment = self._epoch + timedelta(days=number)
            moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
            return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return repr(round(number, 10))
