"""What a requester wrote under their own letters: a home's address and telephone numbers, to be masked in the thread.

An account knows an e-mail address only. People put the rest under their name, as they would on paper, and the
authority's answer repeats it above the salutation.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SIGN_OFF = re.compile(
    r"^[ \t]*(?:yours[ \t]+(?:faithfully|sincerely|truly)|(?:with[ \t]+)?(?:kind(?:est)?|best|many|warm(?:est)?)[ \t]+"
    r"(?:regards|wishes|thanks)|regards|sincerely|thanks|thank[ \t]+you|yn[ \t]+gywir)[ \t]*[,.!]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
# The form of every UK postcode, with or without its blank.
_POSTCODE = re.compile(r"(?<![^\W_])([A-Z]{1,2}\d[A-Z\d]?)[ \t]{0,2}(\d[ABD-HJLNP-UW-Z]{2})(?![^\W_])", re.IGNORECASE)
_HOUSE = re.compile(
    r"(?:flat|unit|apartment|apt|no\.?)?[ \t]{0,2}\d{1,4}[A-Za-z]?(?:[/-]\d{1,4})?,?[ \t]+[^\W\d_][\w'’.\- ]{3,60}",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<![\w+])(?:\+ ?44|0044|0)[ \t().-]{0,3}\d(?:[ \t().\-]{0,2}\d){7,10}(?!\d)")
# A block under a name is not longer than this; a thread has not more of them to look for.
_LINES, _LONGEST, _MOST = 12, 1_000, 20
_BLANKS = re.compile(r"[\s,]+")


@dataclass(frozen=True)
class OwnDetails:
    """``addresses`` are house-and-street lines and postcodes, ``telephones`` numbers, all as they were written."""

    addresses: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.addresses or self.telephones)


def own_details(letters: Iterable[str]) -> OwnDetails:
    """What stands under the sign-off of these letters, all by one person. A street only where a postcode is too."""
    addresses: dict[str, None] = {}
    telephones: dict[str, None] = {}
    for letter in letters:
        block = _under_name(letter)
        telephones |= dict.fromkeys(match[0] for match in _TELEPHONE.finditer(block))
        postcodes = [" ".join(match.groups()).upper() for match in _POSTCODE.finditer(block)]
        if postcodes:
            parts = (part.strip() for line in block.split("\n") for part in _before_postcode(line).split(","))
            addresses |= dict.fromkeys(part for part in parts if _HOUSE.fullmatch(part))
            addresses |= dict.fromkeys(postcodes)
    return OwnDetails(tuple(addresses)[:_MOST], tuple(telephones)[:_MOST])


def address_spans(text: str, own: OwnDetails) -> Iterator[tuple[int, int]]:
    """Where the addresses stand, however they are spaced, in capitals or not, and broken over lines."""
    for address in own.addresses:
        pieces = [re.escape(piece) for piece in _BLANKS.split(address) if piece]
        apart = r"[\s>,]{0,10}" if _POSTCODE.fullmatch(address) else r"[\s>,]{1,10}"
        yield from (match.span() for match in _whole(apart.join(pieces)).finditer(text))


def telephone_spans(text: str, own: OwnDetails) -> Iterator[tuple[int, int]]:
    """Where the numbers stand, with or without the country's code and in any grouping."""
    for telephone in own.telephones:
        digits = re.sub(r"\D", "", telephone)
        national = re.sub(r"^(?:0044|44)?0?", "", digits)
        grouped = r"[\s().\-]{0,3}".join(national)
        yield from (
            match.span() for match in re.finditer(rf"(?<![\w+])(?:\+ ?44|0044|0)[\s().0-]{{0,4}}{grouped}(?!\d)", text)
        )


def _under_name(letter: str) -> str:
    """The lines behind the last sign-off, without the first: that is the name."""
    ends = [match.end() for match in _SIGN_OFF.finditer(letter)]
    if not ends:
        return ""
    lines = [line for line in letter[ends[-1] :].split("\n") if line.strip() and not line.lstrip().startswith(">")]
    return "\n".join(lines[1:_LINES])[:_LONGEST]


def _before_postcode(line: str) -> str:
    match = _POSTCODE.search(line)
    return line[: match.start()] if match else line


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){pattern}(?![^\W_])", re.IGNORECASE)
