"""The last gate before a page: only the few tags that our own rendering writes get through."""

import re

import bleach

_TAGS = frozenset({"p", "br", "a", "details", "summary", "div"})
_REL = "nofollow ugc noopener"
# bleach takes 0.2 ms for each entity: a letter of a million "<" would hold a worker for minutes. Escaped signs
# travel through it as letters of the private use area and come out as the same entities, never as signs.
_STAND_INS = {"&lt;": "\ue5a1", "&gt;": "\ue5a2", "&amp;": "\ue5a3", "&quot;": "\ue5a4", "&#x27;": "\ue5a5"}
_BACK = {stand_in: entity for entity, stand_in in _STAND_INS.items()}
_ENTITY = re.compile("|".join(_STAND_INS))
_STAND_IN = re.compile("[\ue5a1-\ue5a5]")
# What our own rendering writes, and nothing else: text with its signs escaped, and these tags to the letter.
_WORDS = r"[^<>&\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue5a1-\ue5a5]+|&(?:lt|gt|amp|quot|#x27);"
_TOKEN = re.compile(
    rf'(?P<words>{_WORDS})|(?P<line><br>)|(?P<link><a href="https?://(?:[^"<>&\s\\]|&amp;)+" rel="{_REL}">)'
    r'|<(?P<open>p|div|summary|details class="quoted")>|</(?P<close>p|div|summary|details|a)>'
)
# Which of them may stand in which, so that each is closed where it was opened.
_WITHIN = {
    "": {"words", "p", "div", "details", "line", "a"},
    "p": {"words", "line", "a"},
    "a": {"words"},
    "details": {"words", "summary", "p", "div", "details"},
    "summary": {"words"},
    "div": {"words", "p", "details", "line", "a"},
}


def clean(html: str) -> str:
    """The HTML with everything that is not on the list shown as text instead."""
    if _is_ours(html):
        return html
    html = _ENTITY.sub(lambda match: _STAND_INS[match[0]], _STAND_IN.sub("", html))
    html = bleach.clean(html, tags=_TAGS, attributes=_allowed, protocols={"http", "https"}, strip_comments=True)
    return _STAND_IN.sub(lambda match: _BACK[match[0]], html)


def _is_ours(html: str) -> bool:
    """Whether this is letter by letter what our rendering writes: then bleach would give it back as it is."""
    open_ones, at = [""], 0
    while at < len(html):
        token = _TOKEN.match(html, at)
        if token is None:
            return False
        at = token.end()
        if closing := token["close"]:
            if open_ones.pop() != closing:
                return False
            continue
        kind = "a" if token["link"] else (token["open"] or token.lastgroup).split()[0]
        if kind not in _WITHIN[open_ones[-1]]:
            return False
        if kind not in ("words", "line"):
            open_ones.append(kind)
    return open_ones == [""]


def _allowed(tag: str, name: str, value: str) -> bool:
    return (
        (tag == "a" and name == "href")
        or (tag == "a" and name == "rel" and value == _REL)
        or (tag == "details" and name == "class" and value == "quoted")
    )
