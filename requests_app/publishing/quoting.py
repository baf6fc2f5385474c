"""Split a letter into what it says and what it merely repeats, keeping both in place.

Where it is in doubt whether words are a quotation, they stay visible: an answer folded away is worse than a
quotation left open. ``sent_texts``, what we ourselves sent, settles most doubts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .quote_marks import (
    ATTRIBUTION,
    DISCLAIMER,
    GROUPWISE,
    SCORE,
    SIGN_OFF,
    Mark,
    is_trailer,
    marks_in,
)

# Fewer words than this before a quotation, and the letter may be a covering note for an answer below it.
_FEW_WORDS = 25
_REFERS_BELOW = re.compile(r"\b(below|forward(?:ed|ing)?|isod)\b", re.IGNORECASE)
_QUOTE_LINE = re.compile(r" {0,2}>")
_COMPARISON = re.compile(r" {0,2}>=? ?[£$€]?\d[\d,]*+(?:\.\d+)?(?![.)\d])")
# Under "Original Message" a mail program may print only some of a letter's header.
_HEADER_LINE = re.compile(r"(From|Sent|Date|Received|To|Cc|Subject|Re): ")
_WORD = re.compile(r"[^\W_]+")
_SHINGLE = 4


@dataclass(frozen=True)
class Segment:
    """Some lines of a letter. Joined by line breaks, the segments are the letter again."""

    text: str
    quoted: bool


def split(text: str, sent_texts: Iterable[str] = ()) -> tuple[Segment, ...]:
    """The letter in order, cut where quotation begins and ends; visible blank lines stay with what they follow.

    ``sent_texts`` are our own letters of the thread as they went out, footer included. A block under a header
    such as "Original Message" is folded as far as it repeats them; one that does not is folded only when the
    letter has said something of its own before and does not point below.
    """
    lines = text.split("\n")
    ours = _Ours(sent_texts)
    quoted = [bool(_QUOTE_LINE.match(line)) and not GROUPWISE.match(line) for line in lines]
    _leave_comparisons(lines, quoted)
    _fold_attributions(lines, quoted)
    _fold_tails(lines, quoted, ours)
    _fold_disclaimers(lines, quoted)
    _close_gaps(lines, quoted)
    if not any(line.strip() and not fold for line, fold in zip(lines, quoted, strict=True)) and not any(
        ours.has(_unquoted(line)) for line in lines
    ):
        quoted = [False] * len(lines)
    return tuple(_segments(lines, quoted))


def visible(segments: Iterable[Segment]) -> str:
    """What the letter says itself: its segments without the quotations."""
    text = "\n".join(segment.text for segment in segments if not segment.quoted)
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text).strip("\n")


class _Ours:
    """Whether a line's words stand in what we sent, whatever its wrapping: compared in runs of four words."""

    def __init__(self, sent_texts: Iterable[str]) -> None:
        self.runs: set[tuple[str, ...]] = set()
        self.lines: set[tuple[str, ...]] = set()
        for text in sent_texts:
            words = _words(text)
            self.runs.update(tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))
            self.lines.update(tuple(_words(line)) for line in text.split("\n"))
        self.lines.discard(())

    def has(self, line: str) -> bool:
        words = _words(line)
        if len(words) < _SHINGLE:
            return tuple(words) in self.lines
        runs = [tuple(words[i : i + _SHINGLE]) in self.runs for i in range(len(words) - _SHINGLE + 1)]
        return sum(runs) * 4 >= len(runs) * 3


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _unquoted(line: str) -> str:
    return line.lstrip(" >")


def _leave_comparisons(lines: Sequence[str], quoted: list[bool]) -> None:
    """A lone line such as "> 50 households" is arithmetic, not quotation."""
    for i, line in enumerate(lines):
        if quoted[i] and _COMPARISON.match(line):
            before = i > 0 and quoted[i - 1]
            after = i + 1 < len(lines) and bool(_QUOTE_LINE.match(lines[i + 1]))
            quoted[i] = before or after


def _fold_attributions(lines: Sequence[str], quoted: list[bool]) -> None:
    """ "On … wrote:" belongs to the quoted lines that follow it."""
    for i, line in enumerate(lines):
        length = 0 if quoted[i] else ATTRIBUTION.length(lines, i)
        if length and line.strip():
            after = next((j for j in range(i + length, min(i + length + 3, len(lines))) if lines[j].strip()), None)
            if after is not None and quoted[after]:
                quoted[i : i + length] = [True] * length


def _fold_tails(lines: Sequence[str], quoted: list[bool], ours: _Ours) -> None:
    marks = [mark for mark in marks_in(lines) if not quoted[mark.start]]
    if not marks:
        return
    own = "\n".join(line for line, fold in zip(lines[: marks[0].start], quoted, strict=False) if not fold)
    says_enough = len(_words(own)) >= _FEW_WORDS and not _REFERS_BELOW.search(own)
    ends = [mark.start for mark in marks[1:]] + [len(lines)]
    for mark, end in zip(marks, ends, strict=True):
        end = next((i for i in range(mark.body, end) if is_trailer(lines, i)), end)
        if any(ours.has(_unquoted(lines[i])) for i in range(mark.body, end) if len(lines[i]) > 20):
            quoted[mark.start : mark.body] = [True] * (mark.body - mark.start)
            _fold_our_paragraphs(lines, quoted, ours, mark, end)
        elif says_enough and not mark.forwarded:
            quoted[mark.start : end] = [True] * (end - mark.start)


def _fold_our_paragraphs(lines: Sequence[str], quoted: list[bool], ours: _Ours, mark: Mark, end: int) -> None:
    """Within a block that repeats our letter: fold paragraphs that are ours, leave answers put between them."""
    for start, stop in _paragraphs(lines, mark.body, end):
        known = sum(ours.has(_unquoted(line)) for line in lines[start:stop])
        is_header = start == mark.body and all(_HEADER_LINE.match(line) for line in lines[start:stop])
        if is_header or known * 2 >= stop - start:
            quoted[start:stop] = [True] * (stop - start)


def _fold_disclaimers(lines: Sequence[str], quoted: list[bool]) -> None:
    """After the sign-off, fold what mail systems append: virus notices and words about intended recipients."""
    begin = next((i for i, line in enumerate(lines) if not quoted[i] and SIGN_OFF.match(line)), None)
    if begin is None:
        begin = next((i for i, line in enumerate(lines) if not quoted[i] and SCORE.match(line)), len(lines))
    paragraphs = list(_paragraphs(lines, begin, len(lines)))
    folded = set()
    for n, (start, stop) in enumerate(paragraphs):
        words = " ".join(line.strip() for line in lines[start:stop])
        if start > begin and DISCLAIMER.search(words[:5000]) and not is_trailer(lines, start):
            folded.add(n)
    for n, (start, stop) in enumerate(paragraphs):
        only_score = all(SCORE.match(line) for line in lines[start:stop])
        if n in folded or (only_score and {n - 1, n + 1} & folded):
            quoted[start:stop] = [True] * (stop - start)


def _paragraphs(lines: Sequence[str], begin: int, end: int) -> Iterable[tuple[int, int]]:
    start = begin
    for i in range(begin, end + 1):
        if i == end or not lines[i].strip():
            if i > start:
                yield start, i
            start = i + 1


def _close_gaps(lines: Sequence[str], quoted: list[bool]) -> None:
    """Blank lines between two quoted lines are quoted; other blank lines are not."""
    last = None
    for i, line in enumerate(lines):
        if line.strip():
            if quoted[i] and last is not None and quoted[last]:
                quoted[last:i] = [True] * (i - last)
            last = i
        else:
            quoted[i] = False


def _segments(lines: Sequence[str], quoted: Sequence[bool]) -> Iterable[Segment]:
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or quoted[i] != quoted[start]:
            yield Segment("\n".join(lines[start:i]), quoted[start])
            start = i
