"""Redaction rules that staff write: plain words, or a pattern kept within limits that always end in time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as sre
from re import _parser

_LONGEST_PATTERN = 500
# How far one open repeat (* + {2,}) may reach, by the number of repeats in the pattern: the product bounds the work.
_REACH = {0: 1, 1: 300, 2: 60}
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_GROUP_REFERENCES = {sre.GROUPREF, sre.GROUPREF_EXISTS}
_QUANTIFIER = re.compile(r"\{(\d*),(\d*)\}")


@dataclass(frozen=True)
class Rule:
    """Replace ``pattern`` by ``replacement`` wherever it stands, whatever its letter case.

    A plain pattern also matches across a line break. The replacement is always literal.
    """

    pattern: str
    is_regex: bool = False
    replacement: str = "[redacted]"


class RuleRefused(ValueError):
    """A rule that cannot be used; the message says what to change."""


def check_rule(rule: Rule) -> None:
    """Raises RuleRefused when a rule is empty, too long, not a pattern, or could take too long."""
    _compiled(rule.pattern, rule.is_regex)


def apply_rules(text: str, rules: Iterable[Rule]) -> str:
    """The text after each rule in turn. Raises RuleRefused rather than leave out a rule and publish too much."""
    for rule in rules:
        replacement = rule.replacement
        text = _compiled(rule.pattern, rule.is_regex).sub(lambda _, r=replacement: r, text)
    return text


@lru_cache(maxsize=512)
def _compiled(pattern: str, is_regex: bool) -> re.Pattern[str]:
    if not pattern.strip():
        raise RuleRefused("The rule is empty: write what should be hidden.")
    if len(pattern) > _LONGEST_PATTERN:
        raise RuleRefused(f"The rule is longer than {_LONGEST_PATTERN} characters: use several shorter ones.")
    if not is_regex:
        words = [re.escape(word) for word in pattern.split()]
        return re.compile(r"[\s>]{1,20}".join(words), re.IGNORECASE)
    return _compile_within_limits(pattern)


def _compile_within_limits(pattern: str) -> re.Pattern[str]:
    try:
        tree = _parser.parse(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise RuleRefused(f"The pattern cannot be read: {error}. Check brackets and backslashes.") from error
    repeats = _count_repeats(tree, inside=False)
    if repeats not in _REACH:
        raise RuleRefused("The pattern has more than two repeats (* + ? {}): split it into several rules.")
    limited = _limit(pattern, _REACH[repeats])
    try:
        compiled = re.compile(limited, re.IGNORECASE)
    except (re.error, OverflowError) as error:
        raise RuleRefused(f"The pattern cannot be used: {error}. Write it more simply.") from error
    if compiled.match(""):
        raise RuleRefused("The pattern matches nothing at all, and so everywhere: ask for at least one character.")
    return compiled


def _count_repeats(tree, *, inside: bool) -> int:
    """How many repeats of varying length there are. Raises RuleRefused for one inside another.

    A repeat in a repeat, a reference to a group and alternatives under a repeat are what makes time explode.
    """
    count = 0
    for operation, argument in tree:
        if operation in _GROUP_REFERENCES or operation in (sre.ASSERT, sre.ASSERT_NOT):
            raise RuleRefused("The pattern refers back or looks around: write out what should be hidden.")
        if operation in _REPEATS:
            low, high, body = argument
            varies = low != high
            if inside and varies:
                raise RuleRefused("The pattern has a repeat inside a repeat: take one of them out.")
            if not varies and high > 100:
                raise RuleRefused("The pattern repeats something more than 100 times: ask for less.")
            count += varies and high > 1
            count += _count_repeats(body, inside=inside or high > 1)
        elif operation is sre.BRANCH:
            count += sum(_count_repeats(branch, inside=inside) for branch in argument[1])
        elif operation is sre.SUBPATTERN:
            count += _count_repeats(argument[-1], inside=inside)
        elif operation is sre.ATOMIC_GROUP:
            count += _count_repeats(argument, inside=inside)
    return count


def _limit(pattern: str, reach: int) -> str:
    """The pattern with every open repeat bounded, outside of character classes and escapes."""
    out: list[str] = []
    position = 0
    in_class = False
    class_start = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            out.append(pattern[position : position + 2])
            position += 2
            continue
        if in_class:
            # "]" directly after "[" or "[^" is a member of the class.
            if character == "]" and pattern[class_start:position] not in ("", "^"):
                in_class = False
        elif character == "[":
            in_class, class_start = True, position + 1
        elif character in "*+" and not (out and out[-1].startswith("{") and character == "+"):
            character = f"{{{int(character == '+')},{reach}}}"
        elif character == "{" and (bounds := _QUANTIFIER.match(pattern, position)):
            low = min(int(bounds[1] or 0), reach)
            high = min(int(bounds[2] or reach), reach)
            character = f"{{{low},{max(low, high)}}}"
            position = bounds.end() - 1
        out.append(character)
        position += 1
    return "".join(out)
