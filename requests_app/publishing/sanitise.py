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


def clean(html: str) -> str:
    """The HTML with everything that is not on the list shown as text instead."""
    html = _ENTITY.sub(lambda match: _STAND_INS[match[0]], _STAND_IN.sub("", html))
    html = bleach.clean(html, tags=_TAGS, attributes=_allowed, protocols={"http", "https"}, strip_comments=True)
    return _STAND_IN.sub(lambda match: _BACK[match[0]], html)


def _allowed(tag: str, name: str, value: str) -> bool:
    return (
        (tag == "a" and name == "href")
        or (tag == "a" and name == "rel" and value == _REL)
        or (tag == "details" and name == "class" and value == "quoted")
    )
