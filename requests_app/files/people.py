"""Rows of a table that look like rows about people: a name beside an address, number or date of birth."""

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d/.-])(?:\+44[ (]{0,2}0?\)?|0)\d(?:[ -]?\d){8,9}(?![\d/.-])")
_INSURANCE = re.compile(r"\b[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_DATE = re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)\b")
_NAME = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sir|Dame|Cllr)\.? )?[A-Z][a-z'’-]+(?:,? [A-Z][a-z'’.-]*){1,3}")
_TITLED = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx)\.? [A-Z]")
# A name among these is of a place or a body.
_NO_PERSON = re.compile(
    r"\b(?:road|street|lane|avenue|close|court|drive|way|house|park|square|school|academy|college|university|council|"
    r"hospital|surgery|church|ltd|limited|plc|llp|services|trust|group|company|centre|association|club|society|care|"
    r"hotel|farm|station|bridge|library|hall|county|north|south|east|west|upper|lower|great|little|green)\b",
    re.IGNORECASE,
)
_NAME_HEAD = re.compile(r"\b(?:surname|forenames?|first ?name|last ?name|full ?name|name)\b", re.IGNORECASE)
_OTHER_HEAD = re.compile(
    r"\b(?:company|business|school|supplier|organi[sz]ation|road|street|site|trading|property|authority|file|ward|"
    r"building|premises|provider|contractor|department|product|project)\b",
    re.IGNORECASE,
)
_BIRTH_HEAD = re.compile(r"\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born)\b", re.IGNORECASE)
# Rows in which a head may stand.
_HEADS_WITHIN = 10


def personal_rows(lines: Iterable[str]) -> int:
    """How many rows look like rows about a person. ``lines``: rows of one table, their cells parted by tabs."""
    names: set[int] = set()
    births: set[int] = set()
    found = 0
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("\t")]
        if number < _HEADS_WITHIN and not (names or births):
            names = {at for at, cell in enumerate(cells) if _is_head(cell, _NAME_HEAD) and not _OTHER_HEAD.search(cell)}
            births = {at for at, cell in enumerate(cells) if _is_head(cell, _BIRTH_HEAD)}
            if names or births:
                continue
        found += _is_personal(cells, names, births)
    return found


def _is_head(cell: str, words: re.Pattern[str]) -> bool:
    return len(cell) < 40 and bool(words.search(cell)) and not any(one.isdigit() for one in cell)


def _is_personal(cells: list[str], names: set[int], births: set[int]) -> bool:
    line = " ".join(cells)
    if _INSURANCE.search(line):
        return True
    named = any(at < len(cells) and any(map(str.isalpha, cells[at])) for at in names)
    looks_named = named or any(
        len(cell) < 60 and _NAME.fullmatch(cell) and not _NO_PERSON.search(cell) for cell in cells
    )
    if not looks_named:
        return False
    if any(at < len(cells) and _DATE.search(cells[at]) for at in births):
        return True
    if _EMAIL.search(line) or _PHONE.search(line):
        return True
    # Lists of firms and places have postcodes too: there a column or a title must say that it is a person's.
    return bool((named or any(map(_TITLED.match, cells))) and _POSTCODE.search(line))
