"""A long pattern, tried only on a text that has one of the words without which it cannot match."""

import re
from collections.abc import Iterator

# The dot of "İ", which folding sets apart, and "ı": the library takes both for an i.
_DOTLESS = {0x307: None, 0x131: "i"}


class Hinted:
    """``search`` and ``finditer`` of a pattern that ignores case, and at once no for a text without any of ``hints``.

    An alternation of many phrases is tried at every letter of a text; that takes longer than all else together. Each
    match must contain one of ``hints``, in small letters (tests/publishing/test_hinted.py takes the patterns apart to
    see that it does).
    """

    def __init__(self, pattern: str, hints: str) -> None:
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self.hints = tuple(hints.split())

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.may_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text) if self.may_match(text) else iter(())

    def may_match(self, text: str) -> bool:
        """Whether any hint is in it, as ``re.IGNORECASE`` sees letters."""
        plain = text.casefold().translate(_DOTLESS)
        return any(hint in plain for hint in self.hints)
