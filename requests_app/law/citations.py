"""Where each rule stands in the law, by regime and topic, and where to read it."""

from dataclasses import dataclass

LEGISLATION = "https://www.legislation.gov.uk"


@dataclass(frozen=True)
class Citation:
    """A place in an Act, in regulations or in a code; ``url`` is the official text."""

    words: str
    url: str


def _sections(act: str, path: str, **places: str) -> dict[str, Citation]:
    """One citation a topic: the words of the place, and after a ``|`` its page under the Act's address."""
    found = {}
    for topic, place in places.items():
        words, _, page = place.partition("|")
        found[topic] = Citation(f"{act} {words}", f"{LEGISLATION}/{path}/{page}")
    return found


CODE_OF_PRACTICE = Citation(
    "Freedom of Information Code of Practice 2018, part 5 (section 45 of the Act)",
    "https://www.gov.uk/government/publications/freedom-of-information-code-of-practice",
)

_FOIA = _sections(
    "Freedom of Information Act 2000",
    "ukpga/2000/36",
    due="section 10(1) and 10(6)|section/10",
    clarification="section 1(3) and 10(6)|section/1",
    fee="sections 9 and 10(2)|section/9",
    extension="sections 10(3) and 17(2)|section/17",
    regulator="section 50|section/50",
) | {"review": CODE_OF_PRACTICE}

CITATIONS: dict[str, dict[str, Citation]] = {
    "foia": _FOIA,
    "foia-school": _FOIA
    | _sections(
        "Freedom of Information (Time for Compliance with Request) Regulations 2004",
        "uksi/2004/3364",
        due="regulation 3|regulation/3",
    ),
    "eir": _sections(
        "Environmental Information Regulations 2004",
        "uksi/2004/3391",
        due="regulation 5(2)|regulation/5",
        clarification="regulation 9|regulation/9",
        fee="regulation 8|regulation/8",
        extension="regulation 7|regulation/7",
        review="regulation 11|regulation/11",
        regulator="regulation 18|regulation/18",
    ),
    "foisa": _sections(
        "Freedom of Information (Scotland) Act 2002",
        "asp/2002/13",
        due="sections 10(1) and 73|section/10",
        clarification="sections 1(3) and 10(1)|section/1",
        fee="section 9|section/9",
        extension="section 10|section/10",
        review="sections 20 and 21|section/20",
        regulator="section 47|section/47",
    ),
    "eir-scotland": _sections(
        "Environmental Information (Scotland) Regulations 2004",
        "ssi/2004/520",
        due="regulation 5(2)|regulation/5",
        clarification="regulation 9|regulation/9",
        fee="regulation 8|regulation/8",
        extension="regulation 7|regulation/7",
        review="regulation 16|regulation/16",
        regulator="regulation 17|regulation/17",
    ),
    "none": {},
}


def citation(regime: str, topic: str) -> Citation | None:
    """The place of the law for one topic: due, clarification, fee, extension, review or regulator."""
    return CITATIONS.get(regime, {}).get(topic)
