"""Look for canaries in bytes as a browser, a feed reader or a person would read them; knows nothing of our masks."""

import html
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.fuzz.canaries import Canary

# What no mask may depend on: between the parts of a number people put any of these.
_BETWEEN = re.compile(r"[\s\u00a0\u2000-\u200f().\-\u2010-\u2015/]+")
_APART = re.compile(r"[\s\u00a0\u2000-\u200f|*>]+")
_LONG_WORD = re.compile(r"[a-z]{14,}")
_NUMBER = re.compile(r"(?:0|44)(?=(7[3-9][0-9]{8}))")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_UNSEEN = re.compile(r"<[^>]*>")
# Between these is a gap that is more than a line's break.
_BLOCK = re.compile(r"</?(?:p|div|li|td|tr|table|pre|blockquote|details|summary|h\d)\b[^>]*>")
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
LEAKS = ("address", "mobile")


@dataclass(frozen=True)
class Sight:
    """``what``: "address" or "mobile", whole; "apart": with written tags, empty lines or, an address, blanks in it;
    "rest": a piece of an address.

    The last two are no leaks by themselves: a mutation may have cut the address in pieces before we had it.
    """

    number: int
    what: str
    excerpt: str = field(default="", compare=False)


class Watch:
    """For the canaries of some letters."""

    def __init__(self, birds: Iterable[tuple[int, Canary]]) -> None:
        self._words = {bird.word: (number, bird) for number, bird in birds}
        self._mobiles = {bird.mobile[1:]: number for number, bird in self._words.values()}

    def seen(self, shown: bytes, *, markup: str = "") -> set[Sight]:
        """``markup``: "page" or "feed" where tags in it are ones; elsewhere they are signs like others."""
        text, plain = _readings(shown)
        texts = {text, plain} | ({_bare(text, markup)} if markup else set())
        found = {sight for each in texts for sight in (*self._addresses(each), *self._numbers(each))}
        closed = _APART.sub("", _UNSEEN.sub("", plain))
        known = {sight.number for sight in found if sight.what == "address"}
        for word, (number, bird) in self._words.items():
            if number not in known and word in closed and bird.address in closed:
                found.add(Sight(number, "apart", closed[max(0, closed.find(word) - 60) : closed.find(word) + 80]))
        return found

    def _addresses(self, text: str) -> Iterator[Sight]:
        for match in _LONG_WORD.finditer(text):
            token = match[0]
            for at in range(len(token) - 13):
                number, bird = self._words.get(token[at : at + 14], (0, None))
                if bird is not None:
                    around = " ".join(text[max(0, match.start() + at - 60) : match.start() + at + 60].split())
                    yield Sight(number, "address" if bird.address in text else "rest", around)

    def _numbers(self, text: str) -> Iterator[Sight]:
        # Without the 0 or the country's code, as when a mutation ate it, it is no telephone number any more.
        together = _BETWEEN.sub(lambda between: "" if between[0].count("\n") < 2 else " ", text)
        for what, closed in (("mobile", together), ("apart", together.replace(" ", ""))):
            for match in _NUMBER.finditer(closed):
                if match[1] in self._mobiles:
                    yield Sight(self._mobiles[match[1]], what, closed[max(0, match.start() - 60) : match.end() + 40])


def _readings(shown: bytes) -> tuple[str, str]:
    """The text as it stands, and with what stands for other signs put in their place."""
    text = plain = shown.decode("utf-8", "replace").lower()
    if "\\u00" in plain:
        plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), plain)
    if "&" in plain:
        plain = html.unescape(html.unescape(plain))
    if "%" in plain:
        plain = urllib.parse.unquote(urllib.parse.unquote(plain))
    return text, _HIDDEN.sub("", plain.lower())


def _bare(text: str, markup: str) -> str:
    """As a browser shows it: without tags. In a feed the page is written out as text."""
    page = _BLOCK.sub("\n\n", html.unescape(text) if markup == "feed" else text)
    return _HIDDEN.sub("", html.unescape(_UNSEEN.sub("", page)).lower())
