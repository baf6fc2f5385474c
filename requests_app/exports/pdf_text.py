"""Text made ready for paper: what the font can show, in lines that fit, and in the order in which the eye reads it.

Pure functions of text. Letters come from anybody, so anything may be in them: nothing here may fail or run long.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

# Stands where the font has no picture of a character.
BOX = "\N{WHITE SQUARE}"
TAB = "    "
_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


class Printable:
    """What becomes of each character under one font; learnt as characters come along.

    Controls vanish, and with them the marks of direction, with which a text can be made to read otherwise than it is
    written. A character that the font has no picture of becomes an empty square.
    """

    def __init__(self, has: Callable[[int], bool]) -> None:
        self._has = has
        self._table: dict[int, str | int] = {ord("\n"): "\n", ord("\t"): TAB}
        self._learnt = _Learnt(self._become)
        self._learnt.update(self._table)

    def _become(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cf") or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
            return ""
        if kind == "Zs":
            return " "
        return char if kind != "Cs" and self._has(code) else BOX

    def __call__(self, text: str) -> str:
        """The text as it is printed; line breaks of every kind are ``\\n``."""
        whole = unicodedata.normalize("NFC", text) if not text.isascii() else text
        return _BREAKS.sub("\n", whole).translate(self._learnt)


class _Learnt(dict):
    def __init__(self, become: Callable[[int], str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, code: int) -> str:
        found = self[code] = self._become(code)
        return found


def wrapped(paragraph: str, width: float, width_of: Callable[[str], float]) -> Iterator[str]:
    """The lines of one paragraph, none wider than ``width``; a word that is too long for a line is cut."""
    if width_of(paragraph) <= width:
        yield paragraph.rstrip()
        return
    space = width_of(" ")
    line: list[str] = []
    used = 0.0
    for whole in paragraph.rstrip().split(" "):
        long = width_of(whole)
        if line and used + space + long > width:
            yield " ".join(line)
            line, used = [], 0.0
        word = whole
        if long > width:
            *full, word = _pieces(whole, width, width_of)
            yield from full
            long = width_of(word)
        used += long + (space if line else 0.0)
        line.append(word)
    yield " ".join(line)


def _pieces(word: str, width: float, width_of: Callable[[str], float]) -> list[str]:
    """A word cut so that each piece fits, or is one character. Takes as long as the word, not longer."""
    found: list[str] = []
    start, used = 0, 0.0
    for place, char in enumerate(word):
        wide = width_of(char)
        if used + wide > width and place > start:
            found.append(word[start:place])
            start, used = place, 0.0
        used += wide
    return [*found, word[start:]]


# ---- direction ----

_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def is_from_right(paragraph: str) -> bool:
    """Whether the first letter with a direction is Hebrew, Arabic or another that runs from right to left."""
    if not _RIGHT.search(paragraph):
        return False
    for char in paragraph:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def as_seen(line: str, *, from_right: bool) -> str:
    """The characters of one line from left to right as the eye sees them, for a canvas that knows no direction.

    The part of Unicode's rules (UAX 9) that text without marks of direction needs: numbers, neutral characters, and
    brackets that turn. Arabic letters are not joined.
    """
    if not _RIGHT.search(line):
        return line
    clusters = _clusters(line)
    levels = _levels([unicodedata.bidirectional(cluster[0]) for cluster in clusters], from_right)
    seen = [
        cluster.translate(_MIRRORED) if level % 2 else cluster for cluster, level in zip(clusters, levels, strict=True)
    ]
    for level in range(max(levels), 0, -1):
        place = 0
        while place < len(levels):
            end = place
            while end < len(levels) and levels[end] >= level:
                end += 1
            if end > place:
                seen[place:end] = seen[place:end][::-1]
                levels[place:end] = levels[place:end][::-1]
            place = max(end, place + 1)
    return "".join(seen)


def _clusters(line: str) -> list[str]:
    """Characters with the marks that sit on them."""
    found: list[str] = []
    for char in line:
        if found and unicodedata.combining(char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _levels(kinds: list[str], from_right: bool) -> list[int]:
    """The depth of each character: even runs from the left, odd from the right."""
    base = 1 if from_right else 0
    strong = "R" if from_right else "L"
    sides: list[str | None] = []  # L, R, N for a number that stands among letters from the right, None for neutral
    arabic = False
    for place, kind in enumerate(kinds):
        after_this = kinds[place + 1] if place + 1 < len(kinds) else ""
        if kind in ("L", "R", "AL"):
            strong = "L" if kind == "L" else "R"
            arabic = kind == "AL"
            sides.append(strong)
        elif kind in ("EN", "AN"):
            sides.append("N" if strong == "R" else "L")
        elif kind in ("ES", "CS") and sides and sides[-1] == "N" and after_this in ("EN", "AN"):
            sides.append("N")
        elif kind == "ET" and strong == "R" and not arabic and (sides[-1:] == ["N"] or after_this == "EN"):
            sides.append("N")  # a sign of per cent or of money belongs to its number
        else:
            sides.append(None)
    deep = {"L": 0 if base == 0 else 2, "R": 1, "N": 2}
    levels = [deep[side] if side else base for side in sides]
    before = "R" if from_right else "L"
    place = 0
    while place < len(sides):
        if sides[place] is not None:
            before = "L" if sides[place] == "L" else "R"
            place += 1
            continue
        end = place
        while end < len(sides) and sides[end] is None:
            end += 1
        after = ("R" if from_right else "L") if end == len(sides) else "L" if sides[end] == "L" else "R"
        if before == after:
            levels[place:end] = [deep[before]] * (end - place)
        place = end
    return levels
