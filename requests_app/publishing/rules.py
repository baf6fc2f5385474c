"""Redaction rules that staff write: plain words, or a pattern. Each look at a text ends in time, whatever it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import regex

from . import shadow

LONGEST_PATTERN = 500
# Seconds that one rule may take for one text. An ordinary pattern needs a thousandth of it for a long letter.
LONGEST_LOOK = 1.0
_PROBE = 0.25
# What a pattern is tried on before it is taken: long runs on which repeats within repeats do not come to an end.
_PROBES = ("a" * 3000 + "!", "1" * 3000 + "x", " " * 3000 + "x", "ab 12 " * 600 + "!", "a.b-c_d@" * 400 + "\n")


@dataclass(frozen=True)
class Rule:
    """Replace ``pattern`` by ``replacement`` wherever it stands, whatever its letter case.

    A plain pattern also matches across a line break. The replacement is always literal. ``number`` tells staff
    which rule failed; None for one that is not kept yet.
    """

    pattern: str
    is_regex: bool = False
    replacement: str = "[redacted]"
    number: int | None = None


class RuleRefused(ValueError):
    """A rule that cannot be used; the message says what to change."""


class RuleFailed(RuleRefused):
    """``rule`` did not come to its end in time on a text, which therefore must not be published."""

    def __init__(self, rule: Rule) -> None:
        super().__init__("The pattern takes too long: write it more simply.")
        self.rule = rule


def check_rule(rule: Rule) -> None:
    """Raises RuleRefused when a rule is empty, too long, not a pattern, matches nothing, or takes too long."""
    compiled = _compiled(rule.pattern, rule.is_regex)
    if rule.is_regex:
        for probe in _PROBES:
            _spans(compiled, probe, rule, _PROBE)
    if _finds(compiled, rule.replacement, rule):
        raise RuleRefused("What is put in its place matches the rule itself: choose other words.")


def apply_rules(text: str, rules: Iterable[Rule]) -> str:
    """The text after each rule in turn.

    Raises RuleRefused rather than leave out a rule and publish too much; RuleFailed where one takes too long.
    """
    for rule in rules:
        pieces: list[str] = []
        done = 0
        for start, end in matches(text, rule):
            pieces += [text[done:start], rule.replacement]
            done = end
        text = "".join(pieces) + text[done:] if pieces else text
    return text


def matches(text: str, rule: Rule) -> list[tuple[int, int]]:
    """Where the rule would change the text, in order and not empty. Raises as apply_rules() does.

    Signs that nobody sees, full-width letters and encoded ones hide nothing from a rule.
    """
    seen = shadow.cast(text)
    return [seen.span(*span) for span in _spans(_compiled(rule.pattern, rule.is_regex), seen.text, rule, LONGEST_LOOK)]


def leaves_any(text: str, rules: Iterable[Rule]) -> list[Rule]:
    """The rules whose pattern is still found in a text that should be free of it. Raises as apply_rules() does."""
    seen = shadow.cast(text).text
    return [rule for rule in rules if _finds(_compiled(rule.pattern, rule.is_regex), seen, rule)]


def _spans(compiled, text: str, rule: Rule, seconds: float) -> list[tuple[int, int]]:
    try:
        return [m.span() for m in compiled.finditer(text, timeout=seconds) if m.end() > m.start()]
    except TimeoutError:
        raise RuleFailed(rule) from None


def _finds(compiled, text: str, rule: Rule) -> bool:
    try:
        match = compiled.search(text, timeout=LONGEST_LOOK)
    except TimeoutError:
        raise RuleFailed(rule) from None
    return match is not None and match.end() > match.start()


@lru_cache(maxsize=512)
def _compiled(pattern: str, is_regex: bool):
    if not pattern.strip():
        raise RuleRefused("The rule is empty: write what should be hidden.")
    if len(pattern) > LONGEST_PATTERN:
        raise RuleRefused(f"The rule is longer than {LONGEST_PATTERN} characters: use several shorter ones.")
    flags = regex.IGNORECASE | regex.VERSION1 | regex.FULLCASE
    if not is_regex:
        words = [regex.escape(word) for word in shadow.cast(pattern).text.split()]
        if not words:
            raise RuleRefused("The rule is empty: write what should be hidden.")
        return regex.compile(r"[\s>]{1,20}".join(words), flags)
    try:
        compiled = regex.compile(pattern, flags)
        found_in_nothing = compiled.match("", timeout=_PROBE)
    except (regex.error, OverflowError, RecursionError, MemoryError, TimeoutError, ValueError) as error:
        raise RuleRefused(f"The pattern cannot be read: {error}. Check brackets and backslashes.") from error
    if found_in_nothing:
        raise RuleRefused("The pattern matches nothing at all, and so everywhere: ask for at least one character.")
    if _finds_only_places(pattern):
        raise RuleRefused("The pattern finds places and no characters in them: write what should be hidden too.")
    return compiled


def _finds_only_places(pattern: str) -> bool:
    r"""Whether it can match nothing but the place between two characters, as ``\b`` and ``(?=Bloggs)`` do.

    False where only the richer syntax of ``regex`` can read it.
    """
    try:
        return re._parser.parse(pattern).getwidth()[1] == 0
    except (re.error, OverflowError, RecursionError, ValueError):
        return False
