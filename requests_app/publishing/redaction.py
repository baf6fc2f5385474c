"""Mask what must not be public: e-mail addresses, mobile numbers, National Insurance numbers, and by rule.

Everything here takes time linear in the length of the text: letters come from strangers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .rules import Rule, RuleRefused, apply_rules, check_rule

__all__ = ["LABELS", "MaskLabels", "Rule", "RuleRefused", "apply_rules", "check_rule", "mask"]


@dataclass(frozen=True)
class MaskLabels:
    """What is printed in place of what was masked."""

    email: str = "[email address]"
    mobile: str = "[mobile number]"
    insurance: str = "[National Insurance number]"


LABELS = MaskLabels()

# The at sign as people and programs write it: plain, full width, in a URL, in HTML, spelled out.
_AT = re.compile(
    r"(?<=[\w!#$%&'*+=^`{|}~\".-])(?:[@＠](?=[\w\[\s])|%40"
    r"|&#0{0,5}64;|&#x0{0,5}40;|&commat;|[ \t]?[\[({][ \t]?at[ \t]?[\])}][ \t]?)",
    re.IGNORECASE,
)
_LOCAL_PUNCTUATION = frozenset(".!#$%&'*+=^_`{|}~-")
_LOCAL_NOT_FIRST = ".'`*{|"
_DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62}(?:\.(?=\w)|[ \t]?[\[({][ \t]?dot[ \t]?[\])}][ \t]?)?){0,40}")
_DOMAIN_ADDRESS = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f.:]{3,45}\]")
_LINE_BREAK = re.compile(r"[ \t]{0,3}\r?\n(?:[ \t]{0,3}>){0,10}[ \t]{0,3}")
_QUOTED_LOCAL_LIMIT = 80
_TWICE = "{0}<{0}>"

# Digits may be apart by blanks, dashes, dots or brackets, or one line break of a wrapped letter.
_GAP = r"(?:[ \u00a0\u2000-\u200b\u202f().\-\u2010-\u2015]{0,3}|\r?\n(?:[ \t]?>){0,5}[ \t]{0,2})"
_MOBILE = re.compile(
    rf"(?<![\w+])(?<!\d\.)(?:\(?(?:\+ ?44|00 ?44|44)\)?{_GAP}(?:\(?0\)?{_GAP})?|\(?0)7(?:{_GAP}\d){{9}}(?!\d)"
)
_MOST_GROUPS = 5  # "07 70 09 …" in pairs is a row of figures; nobody writes a number in more pieces than this
_LABELLED_MOBILE = re.compile(
    r"(?<!\w)(mob(?:ile)?|cell(?:phone)?|symudol)\b"
    r"(?P<between>(?:[ \t]{0,3}(?:/[ \t]?)?(?:tel|telephone|phone|number|no|fax)\b\.?){0,3}"
    r"[ \t]{0,5}[:.\-–=]?[ \t]{0,5})"
    rf"(?:\+{_GAP}[1-9](?:{_GAP}\d){{6,13}}|00{_GAP}[1-9](?:{_GAP}\d){{6,13}}|7(?:{_GAP}\d){{9}})(?!\d)",
    re.IGNORECASE,
)
_BLANK = r"[ \t\u00a0.-]{0,2}"
_INSURANCE = re.compile(
    rf"(?<![A-Za-z0-9])[A-Z]{_BLANK}[A-Z]{_BLANK}\d\d{_BLANK}\d\d{_BLANK}\d\d{_BLANK}[A-D](?![A-Za-z0-9])"
    rf"|(?<![A-Za-z0-9])[a-z]{{2}}{_BLANK}\d\d{_BLANK}\d\d{_BLANK}\d\d{_BLANK}[a-d](?![A-Za-z0-9])"
)
_LABELLED_INSURANCE = re.compile(
    r"(?<!\w)((?:national[ \t]{1,3}insurance|NINO|NI)(?:[ \t]{1,3}(?:number|no\.?))?[ \t]{0,3}(?:is|:)?[ \t]{0,3})"
    rf"[A-Z]{{2}}{_BLANK}\d\d{_BLANK}\d\d{_BLANK}\d\d(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def mask(text: str, labels: MaskLabels = LABELS) -> str:
    """The text with every e-mail address, mobile and National Insurance number replaced by a label.

    Landlines stay: an office's number is how the public reaches it. Our own addresses are masked like any
    other, since whoever knows one could write into a request.
    """
    text = _mask_emails(text, labels.email)
    text = _LABELLED_MOBILE.sub(lambda m: f"{m[1]}{m['between']}{labels.mobile}", text)
    text = _mask_mobiles(text, labels.mobile)
    text = _LABELLED_INSURANCE.sub(lambda m: m[1] + labels.insurance, text)
    return _INSURANCE.sub(lambda _: labels.insurance, text)


def _mask_mobiles(text: str, label: str) -> str:
    pieces: list[str] = []
    done = position = 0
    while match := _MOBILE.search(text, position):
        groups = [group for group in re.split(r"\D+", match[0]) if group not in ("", "0", "00", "44", "0044")]
        if len(groups) > _MOST_GROUPS or match[0].count("\n") > 1:
            position = match.start() + 1
            continue
        pieces += [text[done : match.start()], label]
        done = position = match.end()
    return "".join(pieces) + text[done:]


def _mask_emails(text: str, label: str) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in _email_spans(text):
        pieces += [text[done:start], label]
        done = end
    pieces.append(text[done:])
    # Outlook writes an address twice, the second as its link.
    return "".join(pieces).replace(_TWICE.format(label), label)


def _email_spans(text: str) -> Iterable[tuple[int, int]]:
    """Where addresses stand. Each character is looked at a fixed number of times."""
    floor = 0
    for at in _AT.finditer(text):
        if at.start() < floor:
            continue
        start = _local_start(text, at.start(), floor)
        end = _domain_end(text, at.end(), strict=len(at[0]) > 1 and at[0][0] not in "%&")
        if start < at.start() and end:
            if text[max(0, start - 7) : start].lower() == "mailto:":
                start = max(floor, start - 7)
            yield start, end
            floor = end
        else:
            floor = max(floor, at.end())


def _local_start(text: str, at: int, floor: int) -> int:
    """Index where the part before the at sign begins; ``at`` itself when there is none."""
    if at > floor and text[at - 1] == '"':
        opening = text.rfind('"', max(floor, at - _QUOTED_LOCAL_LIMIT), at - 1)
        if opening >= 0 and "\n" not in text[opening:at]:
            return opening
    start = at
    while start > floor and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_PUNCTUATION):
        start -= 1
    first = start
    while first < at and text[first] in _LOCAL_NOT_FIRST:
        first += 1
    return first if first < at else start


def _domain_end(text: str, begin: int, *, strict: bool) -> int:
    """Index after the part behind the at sign, or 0 when it is not a mail domain.

    ``strict`` asks for a dot, since "(at)" is also an ordinary word in brackets.
    """
    literal = _DOMAIN_ADDRESS.match(text, begin)
    if literal:
        return literal.end()
    broken = _LINE_BREAK.match(text, begin)
    match = _DOMAIN.match(text, broken.end() if broken else begin)
    if not match:
        return 0
    labels = re.split(r"\.|[ \t]?[\[({][ \t]?dot[ \t]?[\])}][ \t]?", match[0].rstrip("-"), flags=re.IGNORECASE)
    if len(labels) == 1:
        named = len(labels[0]) > 1 and any(c.isalpha() for c in labels[0])
        return match.end() if named and not strict and not broken else 0
    is_number = len(labels) == 4 and all(label.isdigit() for label in labels)
    return match.end() if is_number or any(c.isalpha() for c in labels[-1]) else 0
