"""Find links to pages in plain text, and what to print for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

SHOWN_CHARACTERS = 40
_LONGEST = 2083
# Not inside a word, a path or an address; "[1]http://…" and "blocked::https://…" are inside none of these.
_LINK = re.compile(r"(?<![\w/@.%=&-])(?:https?://(?=[^\s/])|www\.(?=\w))[^\s<>\"\[\]\\^`{|}\x00-\x1f]+", re.IGNORECASE)
_TRAILING = ".,;:!?'*_~)’”»…"
_WRAPPED = re.compile(r"https?://[\w.-]{1,80}\.safelinks\.protection\.outlook\.com/[^\s<>\"\[\]]+", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """``text[start:end]`` is a link to ``href``, printed as ``shown``."""

    start: int
    end: int
    href: str
    shown: str


def find(text: str) -> Iterator[Link]:
    """The links of a text in order. A full stop or bracket that ends the sentence is not part of one."""
    for match in _LINK.finditer(text):
        if match.end() - match.start() > _LONGEST:
            continue
        url = _without_trailing(match[0])
        href = url if "://" in url[:8] else f"http://{url}"
        if _is_host(href):
            yield Link(match.start(), match.start() + len(url), href, shorten(url))


def shorten(url: str) -> str:
    """The first forty characters and "...", or the whole where it is no longer than that."""
    return url if len(url) <= SHOWN_CHARACTERS else url[:SHOWN_CHARACTERS] + "..."


def unwrap(text: str) -> str:
    """The text with Outlook's "safe links" replaced by what they lead to.

    The wrapper carries the recipient's address, which is ours and secret, and a reader cannot see the target.
    """
    return _WRAPPED.sub(lambda match: _target(match[0]) or match[0], text)


def _target(wrapped: str) -> str | None:
    if len(wrapped) > 4 * _LONGEST:
        return None
    try:
        target = parse_qs(urlsplit(wrapped.replace("&amp;", "&")).query, max_num_fields=20).get("url", [""])[0]
    except ValueError:
        return None
    fits = target.lower().startswith(("http://", "https://")) and not re.search(r"\s|[<>\"]", target)
    return target if fits else None


def _without_trailing(url: str) -> str:
    opened, closed = url.count("("), url.count(")")
    end = len(url)
    while end and url[end - 1] in _TRAILING:
        if url[end - 1] == ")":
            if closed <= opened:
                break
            closed -= 1
        end -= 1
    return url[:end]


def _is_host(href: str) -> bool:
    try:
        host = urlsplit(href).hostname
    except ValueError:
        return False
    return bool(host) and any(c.isalnum() for c in host)
