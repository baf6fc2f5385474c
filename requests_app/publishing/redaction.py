"""Mask what must not be public: e-mail addresses, mobile numbers, National Insurance numbers, and by rule.

Everything here takes time linear in the length of the text: letters come from strangers.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import shadow
from .emails import known_spans, spans
from .own_details import OwnDetails, address_spans, telephone_spans
from .rules import Rule, RuleRefused, apply_rules, check_rule

__all__ = ["LABELS", "MaskLabels", "Rule", "RuleRefused", "apply_rules", "check_rule", "mask"]


@dataclass(frozen=True)
class MaskLabels:
    """What is printed in place of what was masked."""

    email: str = "[email address]"
    mobile: str = "[mobile number]"
    insurance: str = "[National Insurance number]"
    address: str = "[address]"
    telephone: str = "[telephone number]"


LABELS = MaskLabels()
_TWICE = "{0}<{0}>"

# Digits may be apart by blanks, dashes, dots, brackets, underscores or the lines between the cells of a table, or by
# one line break of a wrapped letter.
_GAP = (
    r"(?:[ \t\u00a0\u2000-\u200a\u202f()._/|~*\-\u2010-\u2015\u2212\u00b7\u2022]{0,3}"
    r"|[ \t]{0,2}\r?\n(?:[ \t]?>){0,5}[ \t]{0,2})"
)
# Behind a label nobody lists figures or tells the time.
_LOOSE_GAP = _GAP.replace("()._/", "(),:._/")
_AREA_44 = rf"\(?(?:\+ ?\(?44|0{{1,2}} ?\(?44|44)\)?{_GAP}(?:\(?0\)?{_GAP})?\(?"
# Not in a longer number or word; letters directly before are looked at by themselves.
_MOBILE = re.compile(rf"(?<![\d+£$€])(?:{_AREA_44}|\(?0\)?)7(?:{_GAP}\d){{9}}(?!\d)")
# What every mobile, foreign or National Insurance number has, for one quick look.
_HAS_NUMBER = re.compile(rf"\d(?:{_LOOSE_GAP}\d){{5}}")
_SOFT_BREAK = re.compile(r"=\r?\n")
_MOST_GROUPS = 5  # "07 70 09 …" in pairs is a row of figures; nobody writes a number in more pieces than this
# With the letters O and l for the figures: "O77OO 9OO l23".
_LOOKALIKE = re.compile(rf"(?:[0Oo](?<![^\W_].)|\+ ?44{_GAP}(?:\(?[0Oo]\)?{_GAP})?)7(?:{_GAP}[\dOolI]){{9}}(?![^\W_])")
_DATE = re.compile(r"0?7[ ./_\-\u2010-\u2015]{1,2}\d{1,2}[ ./_\-\u2010-\u2015]{1,2}(?:19|20)\d\d(?!\d)")
_SAYS_CALL = r"mob(?:ile)?s?|cell(?:phone)?|symudol|tel(?:ephone)?|ph(?:one)?|text|txt|sms|call|ring|whats ?app|signal"
_CALL_BEFORE = re.compile(rf"(?<![^\W_])(?:{_SAYS_CALL})[\W_]{{0,12}}\Z", re.IGNORECASE)
_LABEL_BEFORE = re.compile(rf"(?<![^\W_])(?:{_SAYS_CALL}|m|t|contact|number|num|no)\Z", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"[^\W\d_]{1,12}\Z")
_REFERENCES = frozenset(("ref", "reference", "foi", "foia", "eir", "case", "id", "ir", "rfi", "sar"))
_IN_ADDRESS = re.compile(r"(?:https?://|www\.)\S{0,2000}\Z", re.IGNORECASE)
_CALLS = re.compile(
    r"(?:wa\.me|whatsapp[^\s/]{0,40}|tel|sms|call|phone|mob\w{0,10}|number|msisdn)\W{0,12}\Z", re.IGNORECASE
)
# Figure by figure with one sign between all, as in no table: between its figures stand blanks.
_SPELLED_MOBILE = re.compile(
    r"(?<![\w+])(?<!\d[-._\u2010-\u2015])(?:0|\+44)([-._\u2010-\u2015])7(?:\1\d){9}(?!\d)(?!\1\d)"
)
_LABELLED_MOBILE = re.compile(
    r"(?<![^\W_])(?:mob(?:ile)?|cell(?:phone)?|symudol|whatsapp)(?![^\W\d_])"
    r"(?P<between>(?:[ \t]{0,3}(?:/[ \t]?)?(?:tel|telephone|phone|number|no|fax)\b\.?){0,3}"
    r"[ \t]{0,5}(?:is\b)?[:.\-–=_]?[ \t]{0,5})"
    rf"(?:\+{_LOOSE_GAP}[1-9](?:{_LOOSE_GAP}\d){{6,13}}|00{_LOOSE_GAP}[1-9](?:{_LOOSE_GAP}\d){{6,13}}|(?:0{_LOOSE_GAP})?7(?:{_LOOSE_GAP}\d){{9}})(?!\d)",
    re.IGNORECASE,
)
# A telephone without its nought is a mobile: other numbers are not said so.
_WITHOUT_NOUGHT = re.compile(
    r"(?<![^\W_])(?:[mt][ \t]?:|(?:tel|telephone|phone)\b[.:]?)[ \t]{0,5}"
    r"(?P<number>7\d{3}[ \t-]?\d{3}[ \t-]?\d{3})(?!\d)",
    re.IGNORECASE,
)
_BLANK = r"(?:[ \t\u00a0\u2000-\u200a\u202f._/\-\u2010-\u2015]{0,3}|[ \t]?\r?\n(?:[ \t]?>){0,5}[ \t]?)"
# First letter not D F I Q U V, second not D F I O Q U V, and the pairs that are never given out (gov.uk, NIM39110).
# QQ stands for any in examples, and people put their own number's digits behind it.
_PREFIX = r"(?:(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z]{0}[A-CEGHJ-NPR-TW-Z]|Q{0}Q)"
_UPPER = _PREFIX.format(_BLANK)
_GLUED = _PREFIX.format("")
_LOWER = _PREFIX.lower().format("")
_NOT_IN_WORD = r"(?<![^\W_])"
_SIX = rf"(?:\d\d{_BLANK}\d\d{_BLANK}\d\d|\d{{3}}{_BLANK}\d{{3}})"
_INSURANCE = re.compile(
    rf"{_NOT_IN_WORD}{_UPPER}{_BLANK}{_SIX}"
    rf"(?:{_BLANK}[B-D]|A|{_BLANK}A(?! [a-z]))(?![^\W_])"
    rf"|{_NOT_IN_WORD}{_LOWER}{_BLANK}{_SIX}(?:{_BLANK}[b-d]|a|{_BLANK}a(?! [a-z]))(?![^\W_])"
    rf"|{_NOT_IN_WORD}(?i:{_GLUED}\d{{6}}[A-D])(?![^\W_])"
)
_LABELLED_INSURANCE = re.compile(
    r"(?<![^\W_])(?:national[\s_]{1,3}insurance|nat\.?[ _]?ins\.?|NINO|N\.?I\.?)"
    r"(?:[\s_]{1,3}(?:number|num|no\.?|code|ref(?:erence)?))?[ \t_]{0,3}(?:is\b|was\b)?[:#=_]?\s{0,3}"
    + rf"(?P<number>[A-Z]{_BLANK}[A-Z]{_BLANK}{_SIX}(?:{_BLANK}[A-D])?)(?![^\W_])".replace("._/", ",:._/"),
    re.IGNORECASE,
)


def mask(text: str, labels: MaskLabels = LABELS, *, known: Iterable[str] = (), own: OwnDetails | None = None) -> str:
    """The text with every e-mail address, mobile and National Insurance number replaced by a label.

    ``known`` are whole addresses of the person concerned, found in more spellings than a stranger's could be.
    ``own`` is what that person wrote under their letters. Other landlines stay: an office's number is how the public
    reaches it. Our own addresses are masked like any
    other, since whoever knows one could write into a request.
    """
    masked = _Masked(text)
    masked.replace(labels.email, lambda plain: [*spans(plain), *known_spans(plain, known)])
    # Outlook writes an address twice, the second as its link.
    masked.say_once(labels.email)
    if own:
        masked.replace(labels.address, lambda plain: address_spans(plain, own))
    has_number = masked.has(_HAS_NUMBER)
    if has_number:
        masked.replace(labels.mobile, _labelled_mobiles)
        masked.replace(labels.mobile, _mobiles)
        # In its shadow a soft line break glues a number to the code in front.
        if _SOFT_BREAK.search(masked.text):
            masked.replace(labels.mobile, _mobiles, as_written=True)
    masked.replace(labels.mobile, _lookalikes)
    if own:
        masked.replace(labels.telephone, lambda plain: telephone_spans(plain, own))
    if has_number:
        masked.replace(labels.insurance, _labelled_insurance)
        masked.replace(labels.insurance, lambda plain: (match.span() for match in _INSURANCE.finditer(plain)))
    return masked.text


class _Masked:
    """A text on its way, with its shadow, which is cast anew only where something was replaced."""

    def __init__(self, text: str) -> None:
        # Known before the codes that tell of it are masked.
        self._quoted = shadow.is_left_quoted(text)
        self._set(text)

    def _set(self, text: str) -> None:
        self.text = text
        self._shadow = shadow.cast(text, quoted=self._quoted)

    def replace(
        self, label: str, find: Callable[[str], Iterable[tuple[int, int]]], *, as_written: bool = False
    ) -> None:
        """``find`` gives spans of the text's shadow, or of itself; of two that overlap the wider reach goes."""
        text, seen = self.text, shadow.Shadow(self.text) if as_written else self._shadow
        pieces: list[str] = []
        done = 0
        for start, end in _merged(find(seen.text)):
            start, end = seen.span(start, end)
            pieces += [text[done:start], label]
            done = end
        if pieces:
            self._set("".join(pieces) + text[done:])

    def has(self, pattern: re.Pattern[str]) -> bool:
        return bool(pattern.search(self._shadow.text))

    def say_once(self, label: str) -> None:
        twice = _TWICE.format(label)
        if twice in self.text:
            self._set(self.text.replace(twice, label))


def _merged(found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for start, end in sorted(found):
        if last is not None and start < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _labelled_mobiles(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABELLED_MOBILE.finditer(text):
        yield match.end("between"), match.end()
    for match in _WITHOUT_NOUGHT.finditer(text):
        yield match.span("number")
    for match in _SPELLED_MOBILE.finditer(text):
        yield match.span()


def _lookalikes(text: str) -> Iterator[tuple[int, int]]:
    for match in _LOOKALIKE.finditer(text):
        if sum(map(str.isdigit, match[0])) >= 6 and re.search("[OolI]", match[0]) and match[0].count("\n") < 2:
            yield match.span()


def _labelled_insurance(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABELLED_INSURANCE.finditer(text):
        yield match.span("number")


def _mobiles(text: str) -> Iterator[tuple[int, int]]:
    position = done = 0
    while match := _MOBILE.search(text, position):
        if _is_mobile(text, match, begins=done):
            yield match.span()
            position = done = match.end()
        else:
            position = match.start() + 1


def _is_mobile(text: str, match: re.Match[str], *, begins: int) -> bool:
    """Whether what has the digits of a mobile number is one: not a date, a sum, a row of figures or a reference.

    ``begins``: where the number before it ended; what stands before that counts for nothing.
    """
    start = match.start()
    before = text[max(begins, start - 60) : start]
    labelled = bool(_CALL_BEFORE.search(before[-40:]))
    groups = [group for group in re.split(r"\D+", match[0]) if group not in ("", "0", "00", "44", "044", "0044")]
    if ("/" in match[0] or "|" in match[0]) and len(groups[0]) < 4 and not labelled:
        return False  # "07/2011/12345", or cells of a table
    if match[0].count("\n") > 1 or (len(groups) > _MOST_GROUPS and not labelled):
        return False
    if before.rstrip(" ")[-1:] in ("£", "$", "€") or (_DATE.match(match[0].lstrip("(")) and not labelled):
        return False
    glued = _WORD_BEFORE.search(before)
    called = glued and _CALL_BEFORE.search(before[: glued.start()])
    if glued and not called and not match[0].startswith("+") and not _LABEL_BEFORE.search(before[-40:]):
        word = glued[0]
        if word.isascii() and (word[0].isupper() or word in _REFERENCES):
            return False  # "FOI07…": a reference; small letters are only words that lost their blank
    if re.search(r"\d[-\u2010-\u2015./:]\Z", before) and re.match(r"07\D", match[0]):
        return False  # the middle of "2023-07-12 …", "12/07 …" or "10:07 …"
    if re.search(r"\d[./]\Z", before) and len(groups) == 1:
        return False  # a decimal, or a reference such as "2011/07…"
    if match[0].startswith("44"):
        # A bare 44 is also how long numbers in the addresses of pages begin.
        long_before = text[max(0, start - 2100) : start]
        return not _IN_ADDRESS.search(long_before) or bool(_CALLS.search(before))
    return True
