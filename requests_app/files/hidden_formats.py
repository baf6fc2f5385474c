"""Cells of a workbook that are there and not seen by their format: white on white, and numbers shown as nothing."""

import re
import zipfile

from .xml_walk import Attributes, walk_member

# A format in which no part shows anything, neither of numbers nor of words.
_SHOWS_NOTHING = re.compile(r"\s*;\s*;\s*;\s*")
_WHITES = frozenset(("FFFFFFFF", "00FFFFFF", "FFFFFF"))
# Of the old palette, and of a theme, where the first colour is that of the paper.
_WHITE_INDEXES, _PAPER = frozenset(("1", "9")), "0"


def shows_nothing(number_format: str) -> bool:
    return bool(_SHOWS_NOTHING.fullmatch(number_format))


class Formats:
    """Which of a workbook's cell formats show nothing: for numbers, and as white on white."""

    def __init__(self) -> None:
        self.blank: set[str] = set()
        self.white: set[str] = set()
        self._numbers: set[str] = set()
        self._fonts: list[bool] = []
        self._fills: list[bool] = []
        self._within = ""
        self._count = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("fonts", "fills", "cellXfs", "cellStyleXfs", "dxfs", "borders", "cellStyles"):
            self._within = name
        elif name == "numFmt" and shows_nothing(attributes.get("formatCode", "")):
            self._numbers.add(attributes.get("numFmtId", ""))
        elif self._within == "fonts" and name == "font":
            self._fonts.append(False)
        elif self._within == "fonts" and name == "color" and self._fonts:
            self._fonts[-1] = is_white(attributes)
        elif self._within == "fills" and name == "fill":
            self._fills.append(True)
        elif self._within == "fills" and name == "gradientFill" and self._fills:
            self._fills[-1] = False
        elif self._within == "fills" and name == "patternFill" and self._fills:
            self._fills[-1] = attributes.get("patternType", "none") in ("none", "solid")
        elif self._within == "fills" and name == "fgColor" and self._fills:
            self._fills[-1] = self._fills[-1] and is_white(attributes)
        elif self._within == "cellXfs" and name == "xf":
            self._format(attributes)

    def _format(self, attributes: Attributes) -> None:
        number, self._count = str(self._count), self._count + 1
        if attributes.get("numFmtId", "") in self._numbers:
            self.blank.add(number)
        if _at(self._fonts, attributes.get("fontId"), False) and _at(self._fills, attributes.get("fillId"), True):
            self.white.add(number)


def is_white(attributes: Attributes) -> bool:
    """Whether a colour, as it stands in the file, is that of the paper."""
    if "theme" in attributes:
        # A tint makes another colour of it.
        return attributes["theme"] == _PAPER and float(attributes.get("tint", 0)) > -0.05
    return attributes.get("rgb", "").upper() in _WHITES or attributes.get("indexed") in _WHITE_INDEXES


def _at(known: list[bool], number: str | None, otherwise: bool) -> bool:
    at = int(number or 0)
    return known[at] if 0 <= at < len(known) else otherwise


def formats_of(archive: zipfile.ZipFile, part: str = "xl/styles.xml") -> Formats:
    found = Formats()
    walk_member(archive, part, found.start)
    return found
