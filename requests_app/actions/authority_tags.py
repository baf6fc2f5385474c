"""What an authority's tags in the public all-authorities list mean here: one table, read top to bottom.

A tag ``name:value`` is looked up by its name. What no row knows decides nothing; a body for which no row
decides the standing is FOIA, the law of most.
"""

from dataclasses import dataclass

from ..models import AuthorityState, Standing


@dataclass(frozen=True)
class Meaning:
    """None where the tag says nothing about it."""

    standing: str | None = None
    is_school: bool | None = None
    state: str | None = None


MEANINGS: dict[str, Meaning] = {
    "not_apply": Meaning(standing=Standing.NONE),
    "foi_no": Meaning(standing=Standing.NONE),
    "eir_only": Meaning(standing=Standing.EIR),
    "defunct": Meaning(state=AuthorityState.CLOSED),
    "scotland": Meaning(standing=Standing.FOISA),
    "scottish_council": Meaning(standing=Standing.FOISA),
    "school": Meaning(is_school=True),
    "academy_trust": Meaning(is_school=True),
}
# Two tags that together say what neither says alone.
TOGETHER: dict[frozenset[str], Meaning] = {
    frozenset({"eir_only", "scotland"}): Meaning(standing=Standing.EIR_SCOTLAND),
}
# Tags that change what a body may be asked, and that no table can decide: such a body is imported closed.
UNDECIDED = frozenset({"foi_unclear", "partially_subject", "foi_partial", "royal_household"})


def meaning_of(tags: list[str]) -> tuple[str, bool, str | None, str]:
    """(standing, school flag, state or None, why it cannot be mapped or ""): what these tags say together.

    A tag that takes a body out of the law wins over one that names which law.
    """
    names = {tag.split(":", 1)[0].strip().lower() for tag in tags}
    found = [MEANINGS[name] for name in sorted(names & MEANINGS.keys())]
    standings = {meaning.standing for meaning in found if meaning.standing}
    for together, meaning in TOGETHER.items():
        if together <= names:
            standings = {meaning.standing} | (standings & {Standing.NONE})
    problem = ", ".join(sorted(names & UNDECIDED))
    if Standing.NONE in standings:
        standings = {Standing.NONE}
    if len(standings) > 1:
        problem = problem or ", ".join(sorted(names & MEANINGS.keys()))
    standing = next(iter(standings)) if len(standings) == 1 else Standing.FOIA
    state = next((meaning.state for meaning in found if meaning.state), None)
    return standing, any(meaning.is_school for meaning in found), state, problem
