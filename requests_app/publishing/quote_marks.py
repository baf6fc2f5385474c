"""The marks by which mail programs announce a quotation: where it begins, and between whom the letter went."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import enclosed
from . import quote_words as words

GROUPWISE, SCORE, SIGN_OFF, DISCLAIMER = words.GROUPWISE, words.SCORE, words.SIGN_OFF, words.DISCLAIMER
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Mark:
    """Lines ``start`` to ``body`` (exclusive) announce that the lines from ``body`` on repeat another letter.

    ``sender`` and ``to`` are what the mark says of its parties, "" where it says nothing.
    """

    start: int
    body: int
    forwarded: bool = False
    sender: str = ""
    to: str = ""


class _Attribution:
    """ "On 4 July 2011, Liz R wrote:" in any of the languages, also wrapped over up to four lines."""

    def length(self, lines: Sequence[str], at: int) -> int:
        """How many lines the attribution takes, 0 when there is none here."""
        if words.ATTRIBUTION_SHORT.match(lines[at]) and at + 1 < len(lines):
            after = lines[at + 1] if lines[at + 1].strip() else lines[min(at + 2, len(lines) - 1)]
            if after.startswith((">", " >")):
                return 1
        if not words.ATTRIBUTION_BEGINS.match(lines[at]):
            return self._by_shape(lines, at)
        for i in range(at, min(at + 4, len(lines))):
            if not lines[i].strip():
                return 0
            if words.ATTRIBUTION_ENDS.search(lines[i][-200:]):
                return i - at + 1 if any(_HAS_DIGIT.search(lines[j]) for j in range(at, i + 1)) else 0
        return self._by_shape(lines, at)

    @staticmethod
    def _by_shape(lines: Sequence[str], at: int) -> int:
        """One line or two right above quoted ones, in a language that we do not know."""
        for length in (1, 2):
            if not _stands_above_quotation(lines, at + length):
                continue
            if length == 2 and (words.ATTRIBUTION_SHAPE.match(lines[at + 1]) or (at > 0 and lines[at - 1].strip())):
                return 0
            return length if words.ATTRIBUTION_SHAPE.match(" ".join(lines[at : at + length])) else 0
        return 0


def _stands_above_quotation(lines: Sequence[str], below: int) -> bool:
    """Whether the line, or the one under a blank line, is a quoted one."""
    return any(line[:1] == ">" for line in lines[below : below + (2 if below < len(lines) and not lines[below] else 1)])


ATTRIBUTION = _Attribution()


def marks_in(lines: Sequence[str]) -> Iterator[Mark]:
    """Each announcement in order. Lines quoted by ">" may be among them; the caller knows which."""
    at = 0
    while at < len(lines):
        mark = _mark_at(lines, at)
        if mark:
            yield mark
        at = mark.body if mark else at + 1


def is_trailer(lines: Sequence[str], at: int) -> bool:
    """Whether the list of a letter's own links, the network's notice or an enclosed letter begins on this line."""
    if words.GSI.match(lines[at]) or enclosed.begins(lines[at]):
        return True
    return bool(words.REFERENCES.match(lines[at])) and any(
        words.VISIBLE_LINKS.match(line) for line in lines[at + 1 : at + 4] if line.strip()
    )


def _mark_at(lines: Sequence[str], at: int) -> Mark | None:
    line = lines[at]
    if not line or line.isspace():
        return None
    forwarded = bool(words.FORWARDED.match(line))
    if forwarded or words.ORIGINAL.match(line) or words.COPY.match(line):
        start = _next_line(lines, at + 1)
        header = _header_block(lines, start, is_announced=True)
        return Mark(at, header.body if header else at + 1, forwarded, *(header.parties if header else ("", "")))
    if GROUPWISE.match(line) or words.ATTRIBUTION_DASHED.match(line):
        return Mark(at, at + 1, sender=line)
    if SCORE.match(line) and (header := _header_block(lines, _next_line(lines, at + 1))):
        return Mark(at, header.body, False, *header.parties)
    if header := _header_block(lines, at) or _lotus_block(lines, at):
        return Mark(at, header.body, False, *header.parties)
    if length := ATTRIBUTION.length(lines, at):
        said = " ".join(lines[at : at + length])
        # Without time or address it may be a person who cites a letter that nobody knows.
        return Mark(at, at + length, sender=said) if words.PRECISE.search(said) else None
    return None


def _next_line(lines: Sequence[str], at: int) -> int:
    """Index of the next line with words, up to three below."""
    start = at
    while start < min(at + 3, len(lines)) and not lines[start].strip():
        start += 1
    return start


@dataclass(frozen=True)
class _Header:
    body: int
    sender: str
    to: str

    @property
    def parties(self) -> tuple[str, str]:
        return self.sender, self.to


def _header_block(lines: Sequence[str], at: int, *, is_announced: bool = False) -> _Header | None:
    """A block of From, Sent, To and Subject lines; From is the first, unless a line above announced the block.

    A field may be wrapped: up to four lines that are no field may follow it. Two fields besides the sender
    are asked for, since a letter may well begin a line with "From:".
    """
    first = _field(lines, at)
    if first is None or not (first[0] == "from" or (is_announced and first[0] in ("sent", "to", "subject"))):
        return None
    said: dict[str, str] = dict([first])
    end, i = at, at + 1
    while i < min(at + 24, end + 6, len(lines)):
        if field := _field(lines, i):
            said.setdefault(field[0], field[1])
            end = i
        elif not lines[i].strip() and _field(lines, i + 1) is None:
            break
        i += 1
    if "from" not in said or len({"sent", "to", "subject"} & set(said)) < 2:
        return None
    return _Header(end + 1, said["from"], said.get("to", ""))


def _field(lines: Sequence[str], at: int) -> tuple[str, str] | None:
    """(what a field means, its value) of a line, the value from the next line where the field stands alone."""
    match = words.FIELD.match(lines[at]) if at < len(lines) else None
    if match is None:
        return None
    value = (match[2] or "").strip()
    if not value and at + 1 < len(lines) and not words.FIELD.match(lines[at + 1]):
        value = lines[at + 1].strip()
    return words.MEANING.get(match[1].lower(), "other"), value


def _lotus_block(lines: Sequence[str], at: int) -> _Header | None:
    """Lotus Notes: a name, a date and time, then "To", "cc" and "Subject" alone on their lines with values after."""
    dated = next((i for i in range(at, min(at + 4, len(lines))) if words.LOTUS_DATE.match(lines[i])), None)
    if dated is None or not all(line.strip() for line in lines[at:dated]):
        return None
    seen: dict[str, int] = {}
    for i in range(at + 1, min(at + 24, len(lines))):
        label = words.LOTUS_LABEL.match(lines[i])
        if label:
            seen.setdefault(label[1], i)
        if "Subject" in seen:
            break
    if not {"To", "Subject"} <= set(seen) or seen["To"] - at > 10:
        return None
    value_of = {name: _lotus_value(lines, i) for name, i in seen.items()}
    return _Header(value_of["Subject"][1], lines[at].strip(), value_of["To"][0])


def _lotus_value(lines: Sequence[str], at: int) -> tuple[str, int]:
    """(value, index after it): beside the label, or on the next line with words."""
    beside = re.sub(r"^\s*(?:To|cc|bcc|Subject|Please respond to|Fax to)\s*", "", lines[at]).strip()
    if beside:
        return beside, at + 1
    following = _next_line(lines, at + 1)
    if following < len(lines) and not words.LOTUS_LABEL.match(lines[following]):
        return lines[following].strip(), following + 1
    return "", at + 1
