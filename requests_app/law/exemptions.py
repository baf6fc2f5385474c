"""The exemptions of FOIA 2000 part II: section, title, absolute or qualified, and what each is tested by."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parent / "data" / "exemptions_foia.csv"


@dataclass(frozen=True)
class Exemption:
    """One section. ``strength`` and ``test`` keep the statute's splits in words, as in section 40.

    ``foisa`` is the section of the Scottish Act with the same purpose; None where it has none.
    """

    section: str
    title: str
    strength: str
    test: str
    foisa: str | None
    note: str

    @property
    def is_absolute(self) -> bool:
        """No public interest test in any of its parts."""
        return self.strength == "absolute"

    @property
    def may_be_qualified(self) -> bool:
        """At least one of its parts is open to the public interest test, s.2(2)(b)."""
        return "qualified" in self.strength


@cache
def exemptions() -> dict[str, Exemption]:
    """Every section by its number, "21" to "44", in the statute's order."""
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        return {
            row["section"]: Exemption(
                section=row["section"],
                title=row["short_title"],
                strength=row["absolute_or_qualified"],
                test=row["test"],
                foisa=None if row["foisa_counterpart"] in ("none", "n/a") else row["foisa_counterpart"],
                note=row["note"],
            )
            for row in csv.DictReader(lines)
        }


def exemption_for(section: str) -> Exemption | None:
    """The exemption that a cited section belongs to: "40(2)", "s.40(2)" and "section 40" are all 40."""
    number = re.search(r"(?<![\d(])\d+[A-Za-z]?(?![\w])", section)
    return exemptions().get(number.group().upper()) if number else None


def extension_is_open(sections: list[str]) -> bool:
    """Whether more time for the public interest, s.10(3), can rest on these sections at all.

    Only a qualified exemption is weighed against the public interest. Unknown sections support nothing.
    """
    found = (exemption_for(section) for section in sections)
    return any(exemption.may_be_qualified for exemption in found if exemption)
