"""Whether paragraphs of an HTML letter have space between them: Outlook's have none, and blank ones stand between."""

import re

_MARGIN = re.compile(r"(?<![-\w])margin(-top|-bottom)?\s{0,3}:\s{0,3}([^;{}\"]{1,80})", re.IGNORECASE)
_WORD_RULE = re.compile(r"p\.MsoNormal[^{}]{0,300}\{([^{}]{0,500})\}", re.IGNORECASE)
_EVERY_RULE = re.compile(r"(?:[>},]|--|\*/)\s{0,20}p\s{0,3}\{([^{}]{0,500})\}", re.IGNORECASE)
_BLANK = re.compile(
    r"<p\b[^<>]{0,500}>(?:\s|&nbsp;|&#160;|\xa0|<br\s{0,3}/?>|</?(?:o:p|span|font|b|i|u)\b[^<>]{0,300}>)*+(?:</p>|(?=<p\b))",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"-?(\d{0,5}(?:\.\d{1,6})?)(?:px|pt|cm|in|mm|em|rem|%)?$", re.IGNORECASE)
# In whatever unit: Word writes ".0001pt" for none.
_NONE = 0.01


def is_tight(style: str) -> bool | None:
    """Whether a style leaves no space above and below; None where it says nothing of both."""
    top = bottom = None
    for match in _MARGIN.finditer(style):
        sides = match[2].replace("!important", "").split()
        side = (match[1] or "").lower()
        if not sides:
            continue
        if side != "-bottom":
            top = _is_none(sides[0])
        if side != "-top":
            bottom = _is_none(sides[2] if len(sides) > 2 and not side else sides[0])
    return None if top is None or bottom is None else top and bottom


def spaces_by_blanks(html: str) -> bool:
    """Whether the letter has blank paragraphs. Without one, lines without space between them would run together."""
    return bool(_BLANK.search(html[:200_000]))


def tight_kinds(html: str) -> tuple[bool, bool]:
    """Whether the letter's style sheets leave no space at (all paragraphs, those of Word).

    Outlook on the web writes the first, Word the second unless somebody asks for space.
    """
    begin = html[:200_000]
    return tuple(bool(rule and is_tight(rule[1])) for rule in (_EVERY_RULE.search(begin), _WORD_RULE.search(begin)))


def _is_none(length: str) -> bool:
    match = _LENGTH.match(length)
    return bool(match and match[1].strip(".")) and float(match[1]) < _NONE
