"""The shape of a letter: salutation, what is asked, sign-off, name. And the only three things that stop one."""

import re
import unicodedata

from django.utils.translation import gettext as _

_CLOSING = re.compile(
    r"^[ \t]*(?:(?:yours|sincerely)\b[^\n]{0,30}|(?:with\s+)?(?:kind|best|warm)?\s*regards|best wishes"
    r"|many thanks|thanks|thank you|cheers|yn gywir|cofion)[ \t.,!]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SALUTATION = re.compile(r"^\s*dear\b[^\n]{0,320}\n?", re.IGNORECASE)
_BLANK = re.compile(r"\[[^\[\]\n]{1,120}\]|_{3,}")
_EMPTY_TITLES = frozenset(
    {
        "foi",
        "foia",
        "foi request",
        "foi requests",
        "foia request",
        "freedom of information",
        "freedom of information request",
        "freedom of information requests",
        "freedom of information act request",
        "eir request",
    }
)
NAME_MAX = 80
# Embeddings, overrides and isolates: they would turn the words that a page puts after a name or title.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def blank_letter(authority_name: str, *, name: str = "", body: str = "") -> str:
    """A letter with salutation and sign-off filled in, and room between them."""
    return _("Dear %(authority)s,\n\n%(body)s\n\nYours faithfully,\n\n%(name)s") % {
        "authority": authority_name,
        "body": body,
        "name": name,
    }


def tidy(text: str) -> str:
    """Line breaks as the database keeps them, and no character that it cannot keep."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def one_line(text: str) -> str:
    """A title or a name: single blanks, no control characters, no mark that turns the direction of what follows."""
    spaced = " ".join(text.split())
    return " ".join("".join(c for c in spaced if not _is_control(c)).split())


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in _DIRECTIONS


def name_at_end(body: str) -> str:
    """The name under the letter: its last line, where that reads like a name; else an empty string."""
    rest = _SALUTATION.sub("", body.strip(), count=1)
    lines = [line.strip() for line in rest.splitlines() if line.strip()]
    if len(lines) < 2:  # one line cannot be both the question and the name
        return ""
    last = lines[-1]
    if _CLOSING.match(last) or _SALUTATION.match(last) or _BLANK.search(last):
        return ""
    reads_like_a_name = (
        len(last) <= NAME_MAX
        and len(last.split()) <= 8
        and not last.endswith(("?", ":", ";"))
        and not (last.endswith(".") and len(last.split()) > 4)
        and any(c.isalpha() for c in last)
    )
    return last if reads_like_a_name else ""


def asks_something(body: str) -> bool:
    """Whether anything is written beside salutation, closing words and name."""
    rest = _SALUTATION.sub("", body.strip(), count=1)
    closings = list(_CLOSING.finditer(rest))
    if closings:
        rest = rest[: closings[-1].start()]
    return sum(c.isalnum() for c in rest) >= 3


def blanks_left(text: str) -> list[str]:
    """The blanks of a starter letter that are not filled in yet, each once."""
    return list(dict.fromkeys(match[0] for match in _BLANK.finditer(text)))


def title_says_something(title: str) -> bool:
    """Whether the title has three letters or figures and is more than "FOI request"."""
    words = " ".join(re.findall(r"\w+", title.casefold()))
    return sum(c.isalnum() for c in words) >= 3 and words not in _EMPTY_TITLES
