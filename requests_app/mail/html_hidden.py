"""What an HTML letter holds and does not show: by its own style, by an attribute, or by a rule in its style sheet."""

import re
from collections.abc import Iterator
from itertools import islice

# Not "font-size: 0" alone and not "mso-hide": templates write the first around words to which they give a size
# again, the second at buttons that only Outlook draws in another way.
_HIDES = (
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden"
    r"|(?<![-\w])opacity\s{0,3}:\s{0,3}0(?:\.0+)?(?:\s|;|!|$)"
    r"|(?<![-\w])max-height\s{0,3}:\s{0,3}0(?:px|pt)?\s{0,3}(?:;|!|$)"
)
# Words that foretell a letter in a list of letters, for whoever prints white on white.
_WHITE_ON_WHITE = (
    r"|\A(?=.{0,400}?(?<![-\w])color\s{0,3}:\s{0,3}(?:#fff(?:fff)?\b|white\b|transparent\b))"
    r".{0,400}?font-size\s{0,3}:\s{0,3}[01](?:px|pt)?\s{0,3}(?:;|!|$)"
)
_HIDDEN = re.compile(_HIDES + _WHITE_ON_WHITE, re.IGNORECASE | re.DOTALL)
_OPENS = re.compile(r"<style\b[^<>]{0,2000}>", re.IGNORECASE)
_CLOSES = re.compile(r"</style", re.IGNORECASE)
_LARGEST_SHEET = 100_000
_MOST_SHEETS = 50
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_MOST_RULES = 2_000


def is_hidden(given: dict[str, str], names: frozenset[str]) -> bool:
    """Whether an element with these attributes is not shown. ``names`` are :func:`hidden_names` of its letter."""
    if not given:
        return False
    if "hidden" in given or ("style" in given and _HIDDEN.search(given["style"])):
        return True
    if not names:
        return False
    classes = {f".{name}" for name in given.get("class", "").lower().split()}
    return not names.isdisjoint(classes | {"#" + given.get("id", "").lower()})


def hidden_names(html: str) -> frozenset[str]:
    """Classes (".preheader") and ids ("#extra") that the letter's style sheets hide always.

    Rules for screens of some width or for printing are left out: they hide one of two versions, and both would go.
    """
    found: set[str] = set()
    for sheet in _sheets(html[:500_000]):
        for rule in islice(_RULE.finditer(_without_conditions(sheet)), _MOST_RULES):
            if _HIDDEN.search(rule[2]):
                names = (one.strip().lower() for one in rule[1].split(","))
                found.update(name for name in names if re.fullmatch(r"(?:[a-z]{1,10})?[.#][\w-]{1,80}", name))
    return frozenset(name[name.index(name.lstrip("abcdefghijklmnopqrstuvwxyz")[0]) :] for name in found)


def _sheets(html: str) -> Iterator[str]:
    at = 0
    for _ in range(_MOST_SHEETS):
        opens = _OPENS.search(html, at)
        closes = opens and _CLOSES.search(html, opens.end())
        if not opens or not closes:
            return
        yield html[opens.end() : closes.start()][:_LARGEST_SHEET]
        at = closes.end()


def _without_conditions(sheet: str) -> str:
    """The sheet without comments and without blocks such as "@media print { … }", braces counted."""
    kept: list[str] = []
    depth = 0
    inside: int | None = None
    for piece in re.split(r"(/\*|\*/|[{}])", sheet):
        if piece == "{":
            if inside is None and kept and kept[-1].lstrip().startswith("@"):
                kept.pop()
                inside = depth
            depth += 1
        if inside is None:
            kept.append(piece)
        if piece == "}":
            depth -= 1
            if inside is not None and depth <= inside:
                inside = None
    return re.sub(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/", "", "".join(kept))
