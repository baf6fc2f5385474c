"""The header in which a mail server tells what it checked: ``Authentication-Results``. RFC 8601, section 2.2.

PURE. Read from the bytes: a decoded encoded-word could say what the server never wrote.
"""

import re
from dataclasses import dataclass, field

# A head is no longer than this; what stands behind is not a server's of ours.
MOST_BYTES = 1 << 18
_FIELD = re.compile(rb"(?P<name>[!-9;-~]{1,200})[ \t]*:(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True)
class Result:
    """One method's result, both in small letters. ``properties``: (``header.d``, value), first ones first."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)

    def domain(self, name: str) -> str:
        """The domain that a property names, by itself or behind an address's @; "" without one."""
        value = self.properties.get(name, "").strip("<>")
        return value.rpartition("@")[2].rstrip(".").lower()


def results(head: bytes, *, server: str, hops: int) -> list[Result]:
    """What ``server`` found, of all its headers that stand at the top of the letter.

    Those below more than ``hops`` Received headers came with the letter: anybody can write such a line.
    """
    found: list[Result] = []
    passed = 0
    for name, value in _fields(head):
        if name == b"received":
            passed += 1
            if passed > hops:
                break
        elif name == b"authentication-results":
            found += _read(value.decode("latin-1"), server)
    return found


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Each header as (name in small letters, value with its folds taken out), in order, down to the blank line."""
    fields: list[list[bytes]] = []
    for line in re.split(rb"\r?\n", head[:MOST_BYTES]):
        if not line.strip():
            if fields:
                break
        elif line[:1] in b" \t" and fields:
            fields[-1].append(line)
        else:
            fields.append([line])
    whole = (_FIELD.fullmatch(b" ".join(lines)) for lines in fields)
    return [(match["name"].lower(), match["value"]) for match in whole if match]


def _read(value: str, server: str) -> list[Result]:
    segments = _segments(value)
    name, *version = segments[0] if segments and segments[0] else [""]
    if name.lower() != server.lower() or version not in ([], ["1"]):
        return []
    read = (_result(words) for words in segments[1:] if words)
    return [one for one in read if one is not None]


def _result(words: list[str]) -> Result | None:
    """``dkim=pass (good) header.d=council.example``: the method first; None for "none" and what cannot be read."""
    pairs = [(key.lower(), said) for key, equals, said in (word.partition("=") for word in words) if equals]
    if not pairs or "=" not in words[0]:
        return None
    (method, result), *others = pairs
    properties: dict[str, str] = {}
    for key, said in others:
        properties.setdefault(key, said)
    return Result(method.partition("/")[0].strip(), result.lower(), properties)


def _segments(value: str) -> list[list[str]]:
    """The value cut at its semicolons into words, without comments; quoted words lose their quotes, not their spaces.

    White space and comments may stand around an equals sign; there they separate nothing.
    """
    segments: list[list[str]] = [[]]
    word: str | None = None
    joins = gap = False  # the last thing was an equals sign; white space or a comment stands before what follows
    depth, at = 0, 0
    while at < len(value):
        char = value[at]
        if depth or char in "( \t\r\n":
            gap = True
            depth += (char == "(") - (depth > 0 and char == ")")
            at += 2 if depth and char == "\\" else 1
            continue
        if word is not None and (char == ";" or (gap and not joins and char != "=")):
            segments[-1].append(word)
            word = None
        said = char
        if char == ";":
            segments.append([])
        else:
            if char == '"':
                said, at = _quoted(value, at)
            word = (word or "") + said
        joins, gap = char == "=", False
        at += 1
    segments[-1] += [word] if word is not None else []
    return segments


def _quoted(value: str, at: int) -> tuple[str, int]:
    """The words between the quotes that open at ``at``, and where they close."""
    said = []
    at += 1
    while at < len(value) and value[at] != '"':
        at += value[at] == "\\"
        said.append(value[at : at + 1])
        at += 1
    return "".join(said), at
