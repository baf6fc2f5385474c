"""Letters of one thread told apart in a line each: the day, the time, and how they begin."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..exports.thread import Letter

MOST_WORDS = 60
# What every letter begins with says nothing of it.
_GREETING = re.compile(r"^\s*(?:dear|annwyl|good (?:morning|afternoon)|hello|hi)\b[^\n]{0,80}?[,\n]\s*", re.IGNORECASE)
_BLOCK_ENDS = re.compile(r"</p>|<br ?/?>|</div>|</li>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedLetter:
    """``name``: unlike that of every other letter it is listed with."""

    number: int
    name: str


def named_apart(letters: Iterable[Letter]) -> tuple[NamedLetter, ...]:
    """A name for each, in their order; where all is alike a count tells them apart. No query."""
    seen: Counter[str] = Counter()
    named = []
    for letter in letters:
        name = _name(letter)
        seen[name] += 1
        if seen[name] > 1:
            name = _("%(name)s (number %(count)d)") % {"name": name, "count": seen[name]}
        named.append(NamedLetter(letter.number, name))
    return tuple(named)


def _name(letter: Letter) -> str:
    when = {"day": date_format(letter.on, "j F Y"), "time": date_format(letter.on, "H:i")}
    said = _("Letter of %(day)s at %(time)s") % when
    begins = first_words(letter.html)
    return f"{said}: {begins}" if begins else said


def first_words(html: str) -> str:
    """How a published letter goes on after its greeting, in at most 60 characters; "" for one that is withheld."""
    text = unescape(strip_tags(_BLOCK_ENDS.sub("\n", html[:4000]))).strip()
    return Truncator(" ".join(_GREETING.sub("", text).split())).chars(MOST_WORDS, truncate="…")
