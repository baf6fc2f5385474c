"""A hint is a word without which a pattern cannot match: the patterns are taken apart to see that it is so."""

import re
from re import _constants as codes
from re import _parser as parser

import pytest

from requests_app.mail import cues, portals, recalls, references
from requests_app.publishing import quote_words
from requests_app.publishing.hinted import Hinted

MODULES = (cues, portals, recalls, references, quote_words)
HINTED = {
    f"{module.__name__.rsplit('.', 1)[1]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Hinted)
}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def always_has(tree, hints: tuple[str, ...]) -> bool:
    """Whether each text that this part of a pattern matches has one of the hints in it."""
    run = ""
    for operation, argument in [*tree, (None, None)]:
        if operation is codes.LITERAL:
            run += chr(argument).casefold()
            continue
        if any(hint in run for hint in hints):
            return True
        before, run = [(codes.LITERAL, ord(letter)) for letter in run], ""
        if operation is codes.SUBPATTERN and always_has(argument[3], hints):
            return True
        if operation is codes.BRANCH and all(always_has([*before, *branch], hints) for branch in argument[1]):
            return True
        if operation in REPEATS and argument[0] >= 1 and always_has(argument[2], hints):
            return True
    return False


@pytest.mark.parametrize("name", HINTED)
def test_whatever_a_hinted_pattern_matches_has_a_hint(name):
    pattern = HINTED[name].pattern

    assert always_has(parser.parse(pattern.pattern, pattern.flags), HINTED[name].hints)


@pytest.mark.parametrize("name", HINTED)
def test_without_its_hints_a_pattern_would_be_found_out(name):
    pattern = HINTED[name].pattern

    assert not always_has(parser.parse(pattern.pattern, pattern.flags), HINTED[name].hints[1:])


def test_a_text_without_hints_is_not_searched_and_one_with_them_is_searched_as_ever():
    hinted = Hinted(r"\b(?:out of office|on leave)\b", hints="office leave")

    assert hinted.search("We hold no records.") is None
    assert hinted.search("A leaflet is on the office wall.") is None
    assert hinted.search("I am Out Of OFFICE until Monday")[0] == "Out Of OFFICE"
    assert [match[0] for match in hinted.finditer("on leave; ON LEAVE")] == ["on leave", "ON LEAVE"]
    assert list(hinted.finditer("We hold no records.")) == []


@pytest.mark.parametrize("text", ["K\u0130nd", "k\u0131nd", "KIND"])
def test_what_the_library_takes_for_the_same_letter_hides_no_hint(text):
    assert Hinted("kind", "kind").search(text)


@pytest.mark.parametrize("text", ["out of o\ufb03ce", "\u017figned in"], ids=["ligature", "long s"])
def test_letters_that_fold_to_several_are_folded_for_hints_too(text):
    hinted = Hinted(re.escape(text.casefold()), hints="ice signed")

    assert hinted.may_match(text)
