"""Letters of one kind by the thousand: a template is rendered once with blanks, and the blanks are filled.

What a template decides on are ``flags``, a few values of which each combination is rendered once; what it only prints
are ``values``. No filter may touch a value: it is not there yet.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from ..site_facts import site_facts

# No text in the database can hold it.
_MARK = "\x00"
_BLANK = re.compile(f"{_MARK}([a-z_]+){_MARK}")
Flags = tuple[tuple[str, bool | str], ...]


def fill(template: str, part: str, *, flags: Mapping[str, bool | str], values: Mapping[str, str]) -> str:
    """``templates/mail/<template>/<part>.txt`` as plain text, in the site's language, with the facts of the site."""
    pieces = _pieces(template, part, tuple(flags.items()), tuple(values), tuple(site_facts().items()))
    return "".join(values[piece] if blank else piece for blank, piece in pieces)


@lru_cache(maxsize=512)
def _pieces(
    template: str, part: str, flags: Flags, names: tuple[str, ...], facts: tuple[tuple[str, object], ...]
) -> tuple[tuple[bool, str], ...]:
    """The template's text and the names of its blanks, in turn; whether each is a blank."""
    blanks = {name: f"{_MARK}{name}{_MARK}" for name in names}
    context = Context({**dict(facts), **blanks, "foi_request": {"title": blanks.get("title", "")}, **dict(flags)})
    context.autoescape = False
    with translation.override(settings.LANGUAGE_CODE):
        text = engines["django"].engine.get_template(f"mail/{template}/{part}.txt").render(context)
    return tuple((number % 2 == 1, piece) for number, piece in enumerate(_BLANK.split(text)))
