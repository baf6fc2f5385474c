"""Words that stand in letters we know, whatever their wrapping and indentation, and who those letters went between."""

import re
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from typing import Self

_WORD = re.compile(r"[^\W_]+")
_SHINGLE = 4
_MARKS = " \t\u00a0>|*"


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def count_words(text: str) -> int:
    return len(words_of(text))


def without_marks(line: str) -> str:
    """The line without the indentation and marks of a quotation."""
    return line.lstrip(_MARKS)


class Known:
    """Letters that we know, as the runs of four words in them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[tuple[str, ...]] = set()
        self._lines: set[tuple[str, ...]] = set()
        self._sizes: list[int] = []
        self._add(texts)

    def _add(self, texts: Iterable[str]) -> None:
        for text in texts:
            words = words_of(text)
            self._sizes.append(len(words))
            self._runs.update(tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))
            self._lines.update(tuple(words_of(line)) for line in text.split("\n"))
        self._lines.discard(())

    def with_more(self, texts: Iterable[str]) -> Self:
        """The same letters and more, as another object; itself where there are no more."""
        more = tuple(texts)
        if not more:
            return self
        both = type(self)(())
        both._runs, both._lines, both._sizes = set(self._runs), set(self._lines), list(self._sizes)
        both._add(more)
        return both

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def half(self) -> int:
        """Half the words of the shortest letter, at least twelve."""
        return max(12, min(self._sizes, default=0) // 2)

    def repeated(self, lines: Sequence[str]) -> list[bool]:
        """For each line whether it repeats a known letter, whatever the wrapping: runs of four words, also over lines.

        Three of four words have to stand in such a run; of fewer than four words all, or they are a known line.
        """
        if not self:
            return [False] * len(lines)
        by_line = [words_of(line) for line in lines]
        words = [word for line in by_line for word in line]
        covered = bytearray(len(words))
        runs = zip(*(words[start:] for start in range(_SHINGLE)), strict=False)
        for i, run in enumerate(runs):
            if run in self._runs:
                covered[i : i + _SHINGLE] = b"\1" * _SHINGLE
        told, known, at = [len(line) for line in by_line], [], 0
        for count in told:
            known.append(sum(covered[at : at + count]))
            at += count
        return [
            bool(told[n])
            and (known[n] * 4 >= told[n] * 3 if told[n] >= _SHINGLE else known[n] == told[n] or self._is_line(line))
            for n, line in enumerate(lines)
        ]

    def _is_line(self, line: str) -> bool:
        return tuple(words_of(line)) in self._lines


class Parties:
    """Whether a repeated letter's header names the person whom the letter in hand is written to."""

    def __init__(self, us: Iterable[str]) -> None:
        self._us = {" ".join(name.split()).casefold() for name in us if name and name.strip()}

    def is_us(self, said: str) -> bool:
        said = " ".join(said.split()).casefold()
        return any(re.search(rf"(?<![\w@.]){re.escape(name)}(?![\w@])", said) for name in self._us)

    def learned(self, senders: Iterable[str]) -> Self:
        """With the names that stand beside our addresses in these headers; itself where there are none."""
        names = {self.name_in(sender) for sender in senders if self.is_us(sender)} - {""}
        return type(self)({*self._us, *names}) if names - self._us else self

    def are_others(self, sender: str, to: str) -> bool:
        """Both sides are named, and neither is us: a letter that we never had. False where we are not known by name."""
        if not self._us or not sender or not to or self.is_us(sender) or self.is_us(to):
            return False
        # Without a name of ours only addresses can tell, and a header prints them or not.
        return any("@" not in name for name in self._us) or ("@" in sender and "@" in to)

    @staticmethod
    def name_in(sender: str) -> str:
        """The name of "Liz R <foi@x.example>" or "Liz R [mailto:foi@x.example]", in lower case; "" without one."""
        bare = re.sub(r"[\[<(].*$", "", sender).strip(" \"',")
        return (bare or parseaddr(sender)[0]).casefold()
