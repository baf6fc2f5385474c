"""Split a letter into what it says and what it merely repeats, keeping both in place.

Where it is in doubt whether words are a quotation, they stay visible: an answer folded away is worse than a
quotation left open. What we ourselves sent settles most doubts, and who the repeated letter went between the rest:
a chain of the authority's own, which nobody outside has seen, is content.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import quote_words
from .known_words import Known, Parties, count_words, without_marks
from .quote_marks import ATTRIBUTION, DISCLAIMER, GROUPWISE, SCORE, SIGN_OFF, Mark, is_trailer, marks_in

# Fewer words than this before a quotation, and the letter may be a covering note for an answer below it.
_FEW_WORDS = 25
_QUOTE_LINE = re.compile(r" {0,2}>")
# ">> 214 <<" sets an answer off.
_SET_OFF = re.compile(r"<<\s*$")
_COMPARISON = re.compile(r" {0,2}>=? ?[£$€]?\d[\d,]*+(?:\.\d+)?(?![.)\d])")
# Under "Original Message" a mail program may print only some of a letter's header.
_HEADER_LINE = re.compile(r"[ >|]{0,6}(From|Sent|Date|Received|To|Cc|Subject|Re): ")
# Marked by ">" and unknown to us: so many words, and it may be an answer or a chain that nobody else has.
_UNKNOWN_WORDS = 8
# Repeated without any mark: so many words of ours in one run of paragraphs, or half of a letter of ours.
_RUN_WORDS = 40
_SIGNATURE_LINES = 12


@dataclass(frozen=True)
class Segment:
    """Some lines of a letter. Joined by line breaks, the segments are the letter again."""

    text: str
    quoted: bool


def split(
    text: str,
    sent_texts: Iterable[str] = (),
    *,
    thread_texts: Iterable[str] = (),
    us: Iterable[str] = (),
) -> tuple[Segment, ...]:
    """The letter in order, cut where quotation begins and ends; visible blank lines stay with what they follow.

    ``sent_texts`` are our own letters of the thread as they went out, footer included; ``thread_texts`` what the
    other side wrote before, which it may repeat too. ``us``: names and addresses by which the person goes to whom
    this letter is written. A block under a header such as "Original Message" is folded as far as it repeats any of
    these; one that does not is folded only when it went between the two sides, or, where nothing tells, when the
    letter has said something of its own before and does not point below.
    """
    lines = text.split("\n")
    sent = tuple(sent_texts)
    known = Known(sent)
    bare = [without_marks(line) for line in lines]
    is_ours = known.repeated(bare)
    half = known.half
    with_theirs = known.with_more(thread_texts)
    is_known = is_ours if with_theirs is known else with_theirs.repeated(bare)
    parties = Parties(us)
    quoted = [bool(_QUOTE_LINE.match(line)) and not (GROUPWISE.match(line) or _SET_OFF.search(line)) for line in lines]
    _leave_comparisons(lines, quoted)
    _fold_attributions(lines, quoted)
    if with_theirs:
        _leave_unknown(lines, quoted, is_known)
    _fold_tails(lines, quoted, is_known, parties)
    _fold_known_runs(lines, quoted, is_ours, half)
    _fold_disclaimers(lines, quoted)
    _fold_signature(lines, quoted)
    _close_gaps(lines, quoted)
    if not any(line.strip() and not fold for line, fold in zip(lines, quoted, strict=True)) and not any(is_ours):
        quoted = [False] * len(lines)
    return tuple(_segments(lines, quoted))


def visible(segments: Iterable[Segment]) -> str:
    """What the letter says itself: its segments without the quotations."""
    text = "\n".join(segment.text for segment in segments if not segment.quoted)
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text).strip("\n")


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


def _leave_unknown(lines: Sequence[str], quoted: list[bool], is_known: Sequence[bool]) -> None:
    """Paragraphs marked as quoted that repeat nothing we know stay visible, where it is known what was sent.

    Somebody typed an answer among our marked words, or quotes a letter that nobody outside has seen.
    """
    for start, stop in _paragraphs_of(lines, quoted):
        is_header = any(ATTRIBUTION.length(lines, i) or _HEADER_LINE.match(lines[i]) for i in range(start, stop))
        if is_header or sum(map(count_words, lines[start:stop])) < _UNKNOWN_WORDS:
            continue
        if not any(is_known[start:stop]):
            quoted[start:stop] = [False] * (stop - start)


def _paragraphs_of(lines: Sequence[str], quoted: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Runs of quoted lines that have words beside their marks."""
    start = None
    for i in range(len(lines) + 1):
        inside = i < len(lines) and quoted[i] and bool(without_marks(lines[i]).strip())
        if inside and start is None:
            start = i
        elif not inside and start is not None:
            yield start, i
            start = None


def _fold_tails(lines: Sequence[str], quoted: list[bool], is_known: Sequence[bool], parties: Parties) -> None:
    marks = [mark for mark in marks_in(lines) if not quoted[mark.start]]
    if not marks:
        return
    parties = parties.learned(mark.sender for mark in marks)
    own = "\n".join(line for line, fold in zip(lines[: marks[0].start], quoted, strict=False) if not fold)
    points_below = bool(quote_words.REFERS_BELOW.search(own))
    # "Our answer is attached" is short, and says that it is not below.
    says_enough = count_words(own) >= _FEW_WORDS or bool(quote_words.REFERS_TO_FILES.search(own))
    ends = [mark.start for mark in marks[1:]] + [len(lines)]
    for mark, end in zip(marks, ends, strict=True):
        end = next((i for i in range(mark.body, end) if is_trailer(lines, i)), end)
        if any(is_known[i] for i in range(mark.body, end) if len(lines[i]) > 20):
            quoted[mark.start : mark.body] = [True] * (mark.body - mark.start)
            _fold_known_paragraphs(lines, quoted, is_known, mark, end)
            continue
        if points_below or mark.forwarded or parties.are_others(mark.sender, mark.to):
            continue
        end = _answer_below(lines, mark, end)
        if (says_enough or parties.is_us(mark.sender)) and not _is_answered_within(lines, mark.body, end):
            quoted[mark.start : end] = [True] * (end - mark.start)


def _answer_below(lines: Sequence[str], mark: Mark, end: int) -> int:
    """Where an answer begins below the repeated letter: addressed to somebody, after the other one's signature."""
    name = Parties.name_in(mark.sender)
    signed = False
    for i in range(mark.body, end):
        if name and without_marks(lines[i]).strip(" ,.-").casefold() == name:
            signed = True
        elif signed and quote_words.SALUTATION.match(lines[i]):
            return i
    return end


def _is_answered_within(lines: Sequence[str], start: int, stop: int) -> bool:
    return any(quote_words.ANSWER_MARK.match(lines[i]) for i in range(start, stop))


def _fold_known_paragraphs(
    lines: Sequence[str], quoted: list[bool], is_known: Sequence[bool], mark: Mark, end: int
) -> None:
    """Within a block that repeats our letter: fold lines that are ours, leave answers put between and under them."""
    for start, stop in _paragraphs(lines, mark.body, end):
        is_header = start == mark.body and all(_HEADER_LINE.match(line) for line in lines[start:stop])
        if is_header or all(SCORE.match(line) for line in lines[start:stop]):
            quoted[start:stop] = [True] * (stop - start)
        else:
            any_known = any(is_known[start:stop])
            quoted[start:stop] = [is_known[i] or (any_known and not count_words(lines[i])) for i in range(start, stop)]


def _fold_known_runs(lines: Sequence[str], quoted: list[bool], is_ours: Sequence[bool], half: int) -> None:
    """Fold what repeats our letter without any mark, at any indentation and wrapping; a question cited alone stays."""
    start = None
    for i in range(len(lines) + 1):
        inside = (
            i < len(lines)
            and not quoted[i]
            and (is_ours[i] or (start is not None and not without_marks(lines[i]).strip()))
        )
        if inside and start is None:
            start = i
        elif not inside and start is not None:
            _fold_run(lines, quoted, half, start, i)
            start = None


def _fold_run(lines: Sequence[str], quoted: list[bool], half: int, start: int, stop: int) -> None:
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    paragraphs = 1 + sum(not without_marks(line).strip() for line in lines[start:stop])
    if paragraphs > 1 and sum(map(count_words, lines[start:stop])) >= min(_RUN_WORDS, half):
        quoted[start:stop] = [True] * (stop - start)


def _fold_disclaimers(lines: Sequence[str], quoted: list[bool]) -> None:
    """After the sign-off, fold what mail systems append: virus notices and words about intended recipients.

    A letter without a sign-off has them at its very end, or below a line drawn across.
    """
    begin = next((i for i, line in enumerate(lines) if not quoted[i] and SIGN_OFF.match(line)), None)
    if begin is None:
        begin = next((i for i, line in enumerate(lines) if not quoted[i] and SCORE.match(line)), len(lines))
    paragraphs = list(_paragraphs(lines, 0, len(lines)))
    folded = set()
    at_end = True
    for n, (start, stop) in reversed(list(enumerate(paragraphs))):
        if not at_end and start <= begin:
            continue
        words = " ".join(line.strip() for line in lines[start:stop] if not SCORE.match(line))
        says_so = bool(DISCLAIMER.search(words[:5000])) and not is_trailer(lines, start)
        if says_so and n > 0 and (start > begin or (at_end and _opens_as_notice(words))):
            folded.add(n)
        at_end = at_end and (says_so or quoted[start] or is_trailer(lines, start))
    for n, (start, stop) in enumerate(paragraphs):
        only_score = all(SCORE.match(line) for line in lines[start:stop])
        if n in folded or (only_score and {n - 1, n + 1} & folded):
            quoted[start:stop] = [True] * (stop - start)


_NOTICE = re.compile(
    r"\W{0,6}(?:disclaimer|confidential|legal notice|important notice|notice|this (?:e-?mail|message|communication"
    r"|transmission|footnote)"
    r"|the (?:information|contents|original) (?:contained )?(?:in|of)|if you (?:are not|have received|received)"
    r"|please consider|e-?mails? )",
    re.IGNORECASE,
)


def _opens_as_notice(words: str) -> bool:
    return bool(_NOTICE.match(words))


def _fold_signature(lines: Sequence[str], quoted: list[bool]) -> None:
    """Fold a signature under the line "-- " (RFC 3676, 4.3) that ends the letter's own words, if it is no more."""
    begin = next(
        (i for i in reversed(range(len(lines))) if not quoted[i] and quote_words.SIGNATURE.fullmatch(lines[i])), None
    )
    if begin is None or not any(line.strip() and not fold for line, fold in zip(lines[:begin], quoted, strict=False)):
        return
    stop = next((i for i in range(begin, len(lines)) if quoted[i] or is_trailer(lines, i)), len(lines))
    told = [line for line in lines[begin + 1 : stop] if line.strip()]
    if 0 < len(told) <= _SIGNATURE_LINES and all(
        len(line) < 100 and not line.rstrip().endswith((":", "?")) for line in told
    ):
        quoted[begin:stop] = [True] * (stop - begin)


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
