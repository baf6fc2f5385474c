"""Which exemptions a letter cites: sections of the Acts and regulations about information, and of no other law.

Grounds that are no exemption but refuse as well, cost and vexatiousness, are among them: FOIA 2000 ss.12 and 14,
FOISA 2002 ss.12 and 14.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .exemptions import exemptions

_I = re.IGNORECASE
_NUMBER = r"\d{1,2}(?:[A-Z](?![a-z]))?(?:\s?\(\s?(?:\d{1,2}[A-Z]?|[a-z]{1,4})\s?\))*"
_SECTION = r"(?:sections?|sect?s?\.?|ss?\.?|§{1,2}|exemptions?|adran(?:nau)?)"
_REGULATION = r"(?:regulations?|regs?\.?|rr?(?=\d|\.\s?\d)\.?|exceptions?|eirs?|rheoliad(?:au)?)"
_WITH = r"(?:(?:when |as |and )?read |taken |together |in conjunction )?with|by virtue of|by way of|by reference to|via"
_JOINS = rf"\s{{0,2}}(?:,|;|/|&|–|-|\b(?:and/or|and|or|to|ac|neu|{_WITH})\b){{1,2}}\s{{0,2}}(?:and\s|or\s)?"
# "Exemptions applied: 43(2)", "Section: 40(2)", "section no. 40(2)".
_APPLIED = (
    r"(?:\(s\))?(?:\s(?:applied|used|cited|engaged|claimed|relied (?:up)?on))?\s{0,2}(?:[:.]\s{0,2}|no\.?\s|number\s)?"
)
# Without a label: "exempt under 43(2)", "under 40(2) of the Act". A number without brackets may be anything there.
_BARE = (
    r"(?:(?:exempt(?:ed|ion)?|with(?:held|hold)|refused?|redact(?:ed)?|engaged)\s(?:from\s(?:disclosure|release)\s)?"
    r"(?:under|by|per|pursuant to)\s(?=\d{1,2}\()|(?:under|by|in|at)\s(?=\d{1,2}(?:\(\w{1,4}\))+ of (?:the )?(?:Act"
    r"|FOI)))"
)
_CITATION = re.compile(
    rf"(?<![\w.])(?:(?:(?P<section>{_SECTION})|(?P<regulation>{_REGULATION})){_APPLIED}(?:(?:at|in|under)\s)?"
    rf"|(?P<bare>{_BARE}))"
    rf"(?P<first>{_NUMBER})(?![\w%])",
    _I,
)
_NEXT = re.compile(
    rf"(?P<gloss>\s\([^()]{{3,80}}\))?(?P<join>{_JOINS})(?P<head>{_SECTION}\s{{0,2}}|{_REGULATION}\s{{0,2}})?"
    rf"(?P<number>{_NUMBER}|\(\s?(?:\d{{1,2}}[A-Z]?|[a-z]{{1,4}})\s?\)(?:\s?\(\s?[0-9a-zA-Z]{{1,4}}\s?\))*)(?![\w%£])",
    _I,
)
# A number that goes on a list of sections, and does not begin a clause: "under section 40, 31 records were removed".
_ENDS_LIST = re.compile(r"\s{0,2}(?:[,.;:)&]|$|(?:of|and|or|are|is|foia|foisa|eir|apply|applies|have|has|to)\b)", _I)
_PLURAL = re.compile(r"(?:sections|ss|exemptions|regulations|regs|exceptions|adrannau|rheoliadau)\b", _I)
_OURS = re.compile(
    r"(?:uk\s)?(?:the\s)?(?:freedom of information|foi\b|foia|foisa|foi\s?\(s\)|eirs?\b|eisrs?\b|ei\s?\(s\)\s?r"
    r"|environmental information|act\b|same\b"
    r"|above\b|said\b|2000 act|2002 act|2004 regulations|regulations\b|legislation|dd?eddf|rhyddid)",
    _I,
)
_TITLE = (
    r"(?:[A-Z][\w'’()&-]*,?\s+(?:(?:and|of|the|for|in|to|etc\.?|with|on)\s+)*){1,12}"
    r"(?:Acts?|Regulations|Order|Rules|Code|Bill)\b"
)
_OF = re.compile(
    r"\s{0,2}[,–-]?\s{0,2}(?:\([^()]{0,120}\)\s{0,2}){0,2}(?:of|o)\s+(?:(?:the|our|your|this|that|its"
    r"|a)\s+)?(?P<name>.{1,200})",
    _I | re.DOTALL,
)
_ACT_FOLLOWS = re.compile(
    rf"\s{{0,2}}[,(–-]?\s{{0,2}}(?:(?:under|in|from|within|by)\s+)?(?:[Tt]he\s+)?(?P<name>{_TITLE})", re.DOTALL
)
_ACT_BEFORE = re.compile(
    rf"(?P<name>{_TITLE})(?:\s+\d{{4}})?(?:\s*\([^()]{{1,60}}\))*\s*[,:;–-]?\s*(?:\(|under\s|at\s|in\s|by\s"
    r"|and\s)?(?:virtue of\s|its\s)?$",
    re.DOTALL,
)
# "Section 21 notices", "section 38 agreements": of other Acts, known by what they make.
_MAKES = re.compile(
    r"\s{1,2}(?:notices?|orders?|agreements?|enquir\w+|inquir\w+|investigations?|assessments?|payments?|consents?"
    r"|offences?|licen[cs]\w+"
    r"|arrests?|stops?|search\w*|detention\w*|evictions?|grants?|officers?|patients?|children"
    r"|possession)\b(?! (?:of|for) refusal)",
    _I,
)
_SCOTTISH = re.compile(r"\(Scotland\) (?:Act|Regulations)|\bFOISA\b|\bEISRs?\b|\bEI\(S\)Rs?\b")
_ROMAN = re.compile(r"\((?:i{1,3}|iv|vi{0,3}|ix|x)\)")
_GROUNDS = ("12", "14")
_EIR = re.compile(r"12\((?:3|4\)\([a-e]|5\)\([a-g])\).*|12\(9\)|13(?:\(.*)?")
_EIR_SCOTLAND = re.compile(r"10\((?:4\)\([a-e]|5\)\([a-g])\).*|11(?:\(.*)?")


@dataclass(frozen=True)
class Cited:
    """One citation: ``law`` is foia, foisa, eir or eir-scotland; ``place`` is as in "40(2)" or "12(5)(e)"."""

    law: str
    place: str


def citations_in(text: str) -> tuple[Cited, ...]:
    """The exemptions that a text cites, each once, in the order of the text.

    Give it a letter's own words without what it quotes. Where an Act is not named it is the one that a letter about
    a request for information is about; one that names another Act is left out.
    """
    text = " ".join(text.replace("\u00a0", " ").split())
    scottish = bool(_SCOTTISH.search(text))
    found = (_cited(kind, place, scottish) for kind, place in _places(text))
    return tuple(dict.fromkeys(cited for cited in found if cited))


def exemptions_cited(text: str) -> list[str]:
    """The places alone: ["40(2)", "12(5)(e)"]."""
    return list(dict.fromkeys(cited.place for cited in citations_in(text)))


def _cited(kind: str, place: str, scottish: bool) -> Cited | None:
    number = re.match(r"\d+[A-Z]?", place)[0]
    if kind == "regulation":
        if _EIR.fullmatch(place):
            return Cited("eir", place)
        return Cited("eir-scotland", place) if scottish and _EIR_SCOTLAND.fullmatch(place) else None
    if number in _GROUNDS:
        return Cited("foisa" if scottish else "foia", place)
    if scottish:
        return Cited("foisa", place) if number.isdigit() and 25 <= int(number) <= 41 else None
    return Cited("foia", place) if number in exemptions() else None


def _places(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while match := _CITATION.search(text, at):
        first = _tidy(match["first"])
        is_section = match["section"] or (match["bare"] and not _EIR.fullmatch(first))
        kind = "section" if is_section else "regulation"
        run = [(kind, first)]
        many = bool(_PLURAL.match(match["section"] or match["regulation"] or ""))
        at = match.end()
        while (more := _NEXT.match(text, at)) and _goes_on(text, more, many):
            if more["head"]:
                kind = "regulation" if re.match(_REGULATION, more["head"], _I) else "section"
            run.append((kind, _joined(run[-1][1], _tidy(more["number"]))))
            at = more.end()
        if not _of_another_act(text, match.start(), at):
            yield from run


def _goes_on(text: str, more: re.Match, many: bool) -> bool:
    through = bool(re.search(_WITH, more["join"], _I))
    if more["head"]:
        return not through and not more["gloss"]  # it is a citation of its own, and may be of another Act
    if "(" in more["number"]:
        return True
    if through or more["gloss"] or (re.search(r"[–-]", more["join"]) and not many):
        return False
    return many or bool(_ENDS_LIST.match(text, more.end()))


def _joined(before: str, number: str) -> str:
    """ "(3A)" after "40(2)" is 40(3A), and "(f)" after "12(5)(e)" is 12(5)(f)."""
    if not number.startswith("("):
        return number
    base = re.match(r"\d+[A-Z]?", before)[0]
    kept = re.findall(r"\(\w+\)", before)
    while kept and _level(kept[-1]) >= _level(number):
        kept.pop()
    return base + "".join(kept) + number


def _level(bracket: str) -> int:
    """(1) is a subsection, (a) a paragraph, (ii) a sub-paragraph."""
    if bracket[1].isdigit():
        return 1
    return 3 if _ROMAN.match(bracket) else 2


def _tidy(number: str) -> str:
    number = number.replace(" ", "")
    head = re.match(r"\d*[A-Za-z]?", number)[0]
    return head.upper() + re.sub(r"\((\d+)([A-Za-z]?)\)", lambda m: f"({m[1]}{m[2].upper()})", number[len(head) :])


def _of_another_act(text: str, start: int, end: int) -> bool:
    after = text[end : end + 260]
    if _MAKES.match(after):
        return True
    if named := _OF.match(after):
        return not _OURS.match(named["name"])
    if named := _ACT_FOLLOWS.match(after):
        return not _is_ours(named["name"])
    before = _ACT_BEFORE.search(text[max(0, start - 160) : start])
    return before is not None and not _is_ours(before["name"])


def _is_ours(title: str) -> bool:
    return bool(re.search(r"Freedom of Information|Environmental Information|\bFOIS?A?\b|\bEIR", title, _I)) or bool(
        re.fullmatch(r"(?:The |Under the |The said )?(?:Act|Regulations)", title)
    )
