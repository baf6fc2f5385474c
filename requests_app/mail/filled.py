"""Letters of one kind by the thousand: a template is rendered once with blanks, and the blanks are filled.

What a template decides on are ``flags``, a few values of which each combination is rendered once; what it only prints
are ``values``. No filter may touch a value: it is not there yet. A name with dots is what the template calls by it:
"message.anchor".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from ..site_facts import site_facts

# No text in the database can hold it.
_MARK = "\x00"
_BLANK = re.compile(f"{_MARK}([a-z_.]+){_MARK}")
Flags = tuple[tuple[str, bool | int | str], ...]


@dataclass(frozen=True)
class Filling:
    """What is put into the blanks of one letter. A value that is not there is none: ``{% if %}`` says no to it."""

    values: Mapping[str, str]
    flags: Mapping[str, bool | int | str] = field(default_factory=dict)

    def letter(self, template: str) -> tuple[str, str]:
        """Subject and body of ``templates/mail/<template>/``."""
        return self.part(f"{template}/subject"), self.part(f"{template}/body")

    def part(self, path: str) -> str:
        """``templates/mail/<path>.txt``"""
        return fill_file(path, flags=self.flags, values=self.values)


def fill(template: str, part: str, *, flags: Mapping[str, bool | int | str], values: Mapping[str, str]) -> str:
    """``templates/mail/<template>/<part>.txt`` as plain text, in the site's language, with the facts of the site."""
    return fill_file(f"{template}/{part}", flags=flags, values=values)


def fill_file(path: str, *, flags: Mapping[str, bool | int | str], values: Mapping[str, str]) -> str:
    """The same for ``templates/mail/<path>.txt``."""
    pieces = _pieces(path, tuple(flags.items()), tuple(values), tuple(site_facts().items()))
    return "".join(values[piece] if blank else piece for blank, piece in pieces)


@lru_cache(maxsize=512)
def _pieces(
    path: str, flags: Flags, names: tuple[str, ...], facts: tuple[tuple[str, object], ...]
) -> tuple[tuple[bool, str], ...]:
    """The template's text and the names of its blanks, in turn; whether each is a blank."""
    blanks = {name: f"{_MARK}{name}{_MARK}" for name in names}
    words = _nested({"foi_request.title": blanks.get("title", ""), **dict(facts), **blanks, **dict(flags)})
    with translation.override(settings.LANGUAGE_CODE):
        # Plain text: escaping for HTML would print "&amp;" to people.
        text = engines["django"].engine.get_template(f"mail/{path}.txt").render(Context(words, autoescape=False))
    return tuple((number % 2 == 1, piece) for number, piece in enumerate(_BLANK.split(text)))


def _nested(words: Mapping[str, object]) -> dict[str, object]:
    """Names with dots as dictionaries in each other."""
    found: dict[str, object] = {}
    for name, value in words.items():
        *outer, last = name.split(".")
        at = found
        for step in outer:
            at = at.setdefault(step, {})
        at[last] = value
    return found
