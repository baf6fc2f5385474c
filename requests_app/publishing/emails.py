"""Where e-mail addresses stand in a text that shadow.cast() has made plain. Linear in the length of the text."""

import re
from collections.abc import Iterable, Iterator

_DOT_WORD = r"[ \t]?[\[({<#*][ \t]?(?:dot|\.)[ \t]?[\])}>#*][ \t]?"
# What two cells of a table, two points of a list or a cautious writer put beside the sign.
_BESIDE = r"[ \t]{0,3}(?:[|\\'][ \t]{0,3})"
# Or on both sides of it, or of the word: "jo *at* x.example", "jo_@_x.example".
_SIGNS = r"[*_`~:=•–—…-]{1,3}"
# The at sign as people and programs write it: plain, apart, in brackets, spelled out.
_AT = re.compile(
    r"(?<=[@\w!#$%&'*+=^`{|}~\".\])>-])(?:"
    rf"@{_BESIDE}(?=\w)|{_BESIDE}@[ \t]{{0,3}}(?:{_BESIDE})?(?=\w)|@[ \t]{{0,3}}\r?\n[ \t]{{0,9}}[-•*][ \t](?=\w)"
    r"|@[ \t]{1,3}(?=\w)|@(?=[\w\[\s<])|[ \t]{1,3}@[ \t]{0,3}(?=[\w\[])"
    rf"|[ \t]{{0,3}}{_SIGNS}[ \t]?@[ \t]?{_SIGNS}[ \t]{{0,3}}(?=\w)|[ \t]{{1,3}}@(?=[ \t]{{0,3}}\r?\n)"
    r"|[ \t]{0,3}\r?\n(?:[ \t]{0,3}>){0,10}[ \t]{0,3}@(?=\w)"
    r"|[ \t]?[\[({<][ \t]?(?:at|@)[ \t]?[\])}>][ \t]?|[ \t]{1,3}at[ \t]{1,3}(?=\w)|_at_(?=\w)|#at#|\*at\*"
    r"|[ \t]{1,3}([*#~|_-])at\1[ \t]{1,3}(?=\w)"
    r"|(?-i:(?<=[a-z0-9])AT(?=[a-z0-9-]{1,40}DOT[a-z])))",
    re.IGNORECASE,
)
# What is in every one of them, quick to find; the signs in front are walked back over.
_SEEDS = (
    re.compile("@"),
    re.compile(r"[aA][tT](?<=[ \t\[({<_#*~|-]..)(?=[ \t\])}>_#*~|-])"),
    re.compile(r"AT(?<=[a-z0-9]..)(?=[a-z0-9])"),
)
_IN_FRONT = frozenset(" \t\r\n>[({<|\\'_#*`~:=•–—…-")
_FARTHEST_IN_FRONT = 60
_LOCAL_PUNCTUATION = frozenset("@.!#$%&'*+=^_`{|}~-")
_LOCAL_NOT_FIRST = ".'`*{|"
_DOMAIN = re.compile(rf"[^\W_](?:[\w-]{{0,62}}(?:\.(?=\w)|{_DOT_WORD})?){{0,40}}", re.IGNORECASE)
_SPOKEN_DOMAIN = re.compile(
    r"[^\W_][\w-]{0,62}(?:[ \t]{1,2}dot[ \t]{1,2}[^\W_][\w-]{0,62}|\.[^\W_][\w-]{0,62}){1,8}", re.IGNORECASE
)
# "leak . example": a blank before a dot, and a well-known end.
_SPACED_DOMAIN = re.compile(
    r"[^\W_][\w-]{0,62}(?:[ \t]{1,2}\.[ \t]{0,2}[a-z][a-z0-9-]{0,40}){0,4}[ \t]{1,2}\.[ \t]{0,2}"
    r"(?:com|org|net|uk|gov|edu|info|biz|eu|ie|io|co|me|scot|wales|cymru|london|example)(?![\w@])"
)
_GLUED_DOMAIN = re.compile(r"[a-z0-9-]{1,40}(?:DOT[a-z0-9-]{2,40}){1,4}(?![^\W_])")
# "deaths_at_home.xlsx" is the name of a file.
_FILE_ENDS = frozenset(
    "pdf doc docx docm xls xlsx xlsm xlsb csv htm html aspx php jsp txt rtf odt ods odp zip ppt pptx jpg jpeg png gif"
    " tif tiff xml json msg eml mp3 mp4 wav mov".split()
)
_DOMAIN_ADDRESS = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f.:]{3,45}\]")
_LINE_BREAK = re.compile(r"[ \t]{0,3}\r?\n(?:[ \t]{0,3}>){0,10}[ \t]{0,3}")
_AFTER_BREAK = re.compile(r"[ \t]{0,3}\r?\n(?:[ \t]{0,3}>){0,10}[ \t]{0,3}(?=\w)")
_BREAK_BEFORE = re.compile(r"\w[-_+][ \t]{0,3}\r?\n(?:[ \t]{0,3}>){0,10}[ \t]{0,3}\Z")
_DOT_BEFORE = re.compile(rf"\w{_DOT_WORD}\Z|\w[ \t]{{1,2}}dot[ \t]{{1,2}}\Z", re.IGNORECASE)
_LABEL_BREAKS = re.compile(r"\.|[ \t]{1,2}dot[ \t]{1,2}|" + _DOT_WORD, re.IGNORECASE)
_QUOTED_LOCAL_LIMIT = 80
_NAME_LIKE = re.compile(r"[^\W\d_]+[._][^\W\d_]{2,}\Z")
_SPOKEN_LIMIT = 6  # how many words or dots before a spelled-out "at" may belong to it


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand, in order. Each character is looked at a fixed number of times."""
    floor = 0
    for at in _at_signs(text):
        if at.start() < floor:
            continue
        start = _local_start(text, at.start(), floor)
        end = _end(text, start, at)
        if start < at.start() and end:
            start = _spoken_start(text, start, floor) if len(at[0]) > 1 else start
            if text[max(0, start - 7) : start].lower() == "mailto:":
                start = max(floor, start - 7)
            yield start, end
            floor = end
        else:
            floor = max(floor, at.end())


def _at_signs(text: str) -> Iterator[re.Match[str]]:
    """The matches of _AT in order, none within another."""
    done = 0
    for seed in sorted(match.start() for pattern in _SEEDS for match in pattern.finditer(text)):
        start = seed
        while start > max(done, seed - _FARTHEST_IN_FRONT) and text[start - 1] in _IN_FRONT:
            start -= 1
        found = next(filter(None, (_AT.match(text, place) for place in range(max(start, done), seed + 1))), None)
        if found:
            yield found
            done = found.end()


def known_spans(text: str, known: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where whole addresses that are known stand, also as they would be said: "jo at mail example"."""
    for address in known:
        local, at, domain = address.strip().rpartition("@")
        if not (local and at and domain):
            continue
        dot = r"[\s\[({]{0,3}(?:\.|dot)?[\s\])}]{0,3}"
        parts = (dot.join(re.escape(piece) for piece in side.split(".")) for side in (local, domain))
        pattern = r"[\s\[({<]{0,3}(?:@|at)[\s\])}>]{0,3}".join(parts)
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
            yield match.span()


def _end(text: str, start: int, at: re.Match[str]) -> int:
    said = at[0].strip()
    if said == "@":
        begin = at.end()
        end = _domain_end(text, begin, strict=at[0] != "@", broken="\n" in at[0])
        # Behind a blank stood the first half of another address: "3 @ jo@x.example".
        return 0 if at[0] != "@" and text.startswith("@", end) else end
    if at[0] == "AT":
        glued = _GLUED_DOMAIN.match(text, at.end())
        return glued.end() if glued else 0
    if said.lower() == "_at_":
        end = _domain_end(text, at.end(), strict=True)
        return 0 if text[at.end() : end].rpartition(".")[2].lower() in _FILE_ENDS else end
    if said.lower() != "at":
        return _domain_end(text, at.end(), strict=True)
    # "policy at council.example" is English; "jo.bloggs at council.example" and "jo at council dot example" are not.
    spoken = _SPOKEN_DOMAIN.match(text, at.end())
    if not spoken or spoken[0].lower().startswith("www."):
        return 0
    last = _LABEL_BREAKS.split(spoken[0])[-1]
    written = " " in spoken[0] or "\t" in spoken[0]
    local = text[start : at.start()]
    named = (
        (said == "AT" and not local.isupper())
        or bool(_NAME_LIKE.search(local))
        or bool(_DOT_BEFORE.search(text[max(0, start - 12) : start]))
    )
    return spoken.end() if len(last) > 1 and last.isalpha() and (written or named) else 0


def _local_start(text: str, at: int, floor: int) -> int:
    """Index where the part before the at sign begins; ``at`` itself when there is none."""
    if at > floor and text[at - 1] == '"':
        opening = text.rfind('"', max(floor, at - _QUOTED_LOCAL_LIMIT), at - 1)
        if opening >= 0 and "\n" not in text[opening:at]:
            return opening
    start = _word_start(text, at, floor)
    if broken := _BREAK_BEFORE.search(text, max(floor, start - 40), start):
        start = _word_start(text, broken.start() + 1, floor)
    first = start
    while first < at and text[first] in _LOCAL_NOT_FIRST:
        first += 1
    return first if first < at else start


def _word_start(text: str, at: int, floor: int) -> int:
    start = at
    while start > floor and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_PUNCTUATION):
        start -= 1
    return start


def _spoken_start(text: str, start: int, floor: int) -> int:
    """The start moved back over "jo [dot] " and "jo dot " before it."""
    for _ in range(_SPOKEN_LIMIT):
        dot = _DOT_BEFORE.search(text, max(floor, start - 12), start)
        if not dot:
            break
        start = _word_start(text, dot.start() + 1, floor)
    return start


def _domain_end(text: str, begin: int, *, strict: bool, broken: bool = False) -> int:
    """Index after the part behind the at sign, or 0 when it is not a mail domain.

    ``strict`` asks for a dot, since "(at)" is also an ordinary word in brackets, and " @ " stands before prices.
    """
    literal = _DOMAIN_ADDRESS.match(text, begin)
    if literal:
        return literal.end()
    after = _LINE_BREAK.match(text, begin)
    match = _DOMAIN.match(text, after.end() if after else begin)
    if not match:
        return 0
    end = match.end()
    labels = _LABEL_BREAKS.split(match[0].rstrip("-"))
    if len(labels) == 1 and not after and (spaced := _SPACED_DOMAIN.match(text, begin)):
        return spaced.end()
    if match[0].endswith("-") or (len(labels) == 1 and text[end : end + 1] == "."):
        # A mail program broke the line behind a hyphen or the first dot.
        on = _AFTER_BREAK.match(text, end + (not match[0].endswith("-")))
        rest = _DOMAIN.match(text, on.end()) if on else None
        if rest and (match[0].endswith("-") or rest[0][0].islower()):
            end = rest.end()
            labels = [*labels, *_LABEL_BREAKS.split(rest[0].rstrip("-"))]
    if len(labels) == 1:
        named = len(labels[0]) > 1 and any(c.isalpha() for c in labels[0])
        return end if named and not strict and not (after or broken) else 0
    is_number = len(labels) == 4 and all(label.isdigit() for label in labels)
    if strict and not is_number:
        return end if len(labels[-1]) > 1 and (labels[-1][:2].isalpha() or labels[-1].lower().startswith("xn--")) else 0
    return end if is_number or any(c.isalpha() for label in labels for c in label) else 0
