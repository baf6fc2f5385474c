"""What a spam filter that we trust said of a letter, in a header of its own."""

import re
from dataclasses import dataclass

from .parse import ParsedEmail

_SCORE = re.compile(
    r"(?:\bscore\s{0,2}[=:]\s{0,2}|^\s{0,3}|[;\[]\s{0,2})(-?\d{1,4}(?:\.\d{1,4})?)(?![\d.]*[A-Za-z])", re.IGNORECASE
)
_YES = re.compile(r"^\s{0,3}(?:yes|true|spam)\b", re.IGNORECASE)


@dataclass(frozen=True)
class SpamFilter:
    """The header that the filter writes, from which score on a letter is spam, and the name that it signs with.

    ``host``: as in "Authentication-Results: mx.site.example; …". What another server wrote about its own letters,
    or a sender about theirs, has no weight here.
    """

    header: str
    host: str
    threshold: float

    def verdict(self, letter: ParsedEmail) -> str:
        """Why it is spam, in English for staff; "" where it is not, or where the trusted filter did not see it."""
        if not self.header or not self.host or not self._saw(letter):
            return ""
        for value in _values(letter, self.header):
            if _YES.match(value):
                return f"{self.header}: {value[:60]}"
            score = _SCORE.search(value)
            if score and float(score[1]) >= self.threshold:
                return f"{self.header}: {score[1]}"
        return ""

    def _saw(self, letter: ParsedEmail) -> bool:
        """Whether the trusted server signed: the first of each of these headers is the one written last."""
        named = re.compile(rf"(?<![\w.-]){re.escape(self.host)}(?![\w.-])", re.IGNORECASE)
        names = (self.header, "authentication-results", "x-spam-checker-version")
        return any(named.search(values[0]) for name in names if (values := _values(letter, name)))


def _values(letter: ParsedEmail, name: str) -> list[str]:
    return [value for key, value in letter.headers if key == name.lower()]
