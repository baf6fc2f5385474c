"""What an authority calls the matter: its reference number, picked out of a letter's subject and words."""

import re

from ..publishing.hinted import Hinted
from .parse import ParsedEmail

_I = re.IGNORECASE
_LONGEST = 40
# A value: pieces of letters and digits joined by / - . _ or, after a short prefix in capitals, by a blank.
_PIECE = r"[A-Za-z0-9]+(?:[/_.:\-–#]{1,2}[A-Za-z0-9]+)*"
_VALUE = rf"(?=(?:(?-i:[A-Z]{{1,5}}) )?[^\s\d]{{0,20}}\d)((?:(?-i:[A-Z]{{1,5}}) )?#?{_PIECE})"
_NUMBER = r"(?:\s{0,2}(?:number|no|num|id|code|rhif)\b\.?)?"
_SEPARATOR = r"\s{0,3}(?:(?:is|yw|:|=|#|–|-|\|)\s{0,3}){0,2}"
# Not part of a word, nor of a link's address.
_FREE = r"(?<![\w/?&=.-])"
_OURS = Hinted(
    rf"{_FREE}(?:our\s{{0,2}}(?:ref(?:erence)?|case|file)|ein\s{{0,2}}cyf(?:eirnod)?)\b\.?{_NUMBER}"
    rf"(?:\s{{0,2}}\(?(?:foi|eir)\)?)?{_SEPARATOR}{_VALUE}",
    hints="ref case file cyf",
)
_LABELLED = Hinted(
    # "With reference to your …" names none, "with reference number 4711" does.
    rf"{_FREE}(?:(?<!with )(?<!in )|(?=ref(?:erence)?\s{{1,2}}(?:number|no|num)\b))"
    rf"(?:ref(?:erence)?|cyfeirnod|cyf)\b\.?{_NUMBER}"
    rf"(?:\s(?:of|for)\s(?:this|your|the)\s\w+)?{_SEPARATOR}{_VALUE}",
    hints="ref cyf",
)
_CASE = re.compile(
    rf"{_FREE}(?:case|request|enquiry|query|incident|ticket|complaint|sr|log|tracking"
    rf"|job)\b{_NUMBER}{_SEPARATOR}{_VALUE}",
    _I,
)
# "Your request (#54321) has been received"; "it was logged as INC0012345". What stands before is looked for last:
# a pattern that begins with one sign or with capitals is found several times faster.
_IN_BRACKETS = re.compile(
    r"\("
    + "|".join(
        rf"(?<={word} \()" for word in "case request enquiry query incident ticket email e-mail complaint".split()
    ).join(("(?:", ")"))
    + r"#?([A-Z]{0,8}[-/]?\d[\w/.-]{2,30})\)"
)
_GIVEN = re.compile(
    r"([A-Z]"
    + "|".join(
        rf"(?<={word} .)"
        for word in (
            *(f"{verb} {by}" for verb in ("logged", "recorded", "registered", "known") for by in ("as", "under")),
            *("quote", "Quote", "quoting"),
        )
    ).join(("(?:", ")"))
    + r"[A-Z]{1,9}[-/#_:]?\d[\dA-Za-z]*(?:[-/._][A-Za-z0-9]+)*)(?![\w@])"
)
# "FOI no 1234/11", "FOI application 567", "FOI: 11/234".
_OF_KIND = re.compile(
    rf"(?<![\w/])(?:FOIA?|EIR)\s{{0,2}}(?:(?:req(?:uest)?|app(?:lication)?|enquiry)\b\.?)?{_NUMBER}"
    r"\s{0,2}(?:[:#–-]\s{0,2}){0,2}(\d[\dA-Za-z]*(?:[-/._][A-Za-z0-9]+)*)(?![\w@])",
    _I,
)
_BARE = re.compile(
    r"(?<![\w/])((?:FOI|FOIA|FOISA|EIR|EIRS|RFI|IR|F|IC|CAS|FS"
    r"|SR)[-/ #_.]{0,2}\d[\dA-Za-z]*(?:[-/._]\d*[A-Za-z0-9]+)*)(?![\w@])"
)
# In a subject in brackets, "[CASE-2026-00123]", or in front of everything, "ENQ0001234: …".
_MARKED = re.compile(
    r"[\[(]\s{0,2}((?-i:[A-Z]{2,10})[-/ #_:]{0,2}\d[\dA-Za-z]*(?:[-/._]\d*[A-Za-z0-9]+)*)\s{0,2}[\])]"
    r"|[\[(]#(\d{4,12})[\])]"
    r"|^(?:\s{0,2}(?:re|fwd?)\s{0,2}:){0,3}\s{0,2}((?-i:[A-Z]{2,10})[-/#_]?\d[\dA-Za-z]*"
    r"(?:[-/._][A-Za-z0-9]+)*)\s{0,2}[:|–-]",
    _I,
)
# A mark of letters and figures anywhere in a subject: "ATI/2011/00123", "INC0012345 has been opened".
_SHAPED = re.compile(
    r"(?<![\w/@.&=-])(?!(?:ISO|IEC|BS|EN|COVID|PAS|HTTPS?|UPRN|USRN)\b|(?:ISO|BS|EN|PAS)\d)"
    r"((?:FOI|EIR|RFI)[-/]\d{2,}|CRM:\d{5,}|[A-Z]{2,8}(?:[-/_]?\d{5,}|[-/_]?\d{1,8}(?:[-/_.]\d{2,}[A-Z]?){1,3}|(?:[-/][A-Z]{1,5}){1,2}[-/]\d{2,})"
    r"(?:[-/][A-Z\d]{1,6}){0,2})(?![\w/@])"
)
_DATE = re.compile(r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?:T.*)?")
_YOURS = re.compile(
    r"\b(?:your|eich)\s{0,2}(?:ref(?:erence)?|cyf)\b(?:\s{0,2}(?:number"
    r"|no)\b\.?)?\s{0,2}[:=]\s{0,3}\S+(?:[ /-]\d\S*)?",
    _I,
)
# Without "Our ref" beside it, "Your reference number: 55667" is what a case system gives.
_FORMAL_YOURS = re.compile(r"\b(?:your|eich)\s{0,2}(?:ref|cyf)\b\.?\s{0,2}[:=]\s{0,3}\S+(?:[ /-]\d\S*)?", _I)
_PLACES = re.compile(
    r"(?:section|act|regulation|january|february|march|april|may|june|july|august|september|october|november"
    r"|december)",
    _I,
)


def authority_reference(letter: ParsedEmail, words: str) -> str:
    """The authority's own reference as it writes it, without its label; "" where it gives none.

    Words that only repeat our letter are not searched, and "Your ref" is ours, but where a case system writes out
    "Your reference number". "Our ref" goes before any other
    label, and a label before a bare "FOI/2026/1234".
    """
    theirs = _FORMAL_YOURS if not _OURS.search(words) else _YOURS
    words = theirs.sub(" ", words)
    subject = _YOURS.sub(" ", letter.subject)
    for pattern, text in (
        (_OURS, words),
        (_OURS, subject),
        (_LABELLED, subject),
        (_LABELLED, words),
        (_BARE, subject),
        (_MARKED, subject),
        (_CASE, subject),
        (_OF_KIND, subject),
        (_SHAPED, subject),
        (_CASE, words),
        (_IN_BRACKETS, words),
        (_GIVEN, words),
        (_BARE, words),
    ):
        for match in pattern.finditer(text):
            if text.startswith("@", match.end()):
                continue  # the first half of an e-mail address, which no mask would find in it
            value = (match[1] or match[match.lastindex]).strip(" .:,;-–#")
            if _is_reference(value, digits=_DIGITS[pattern]):
                return value
    return ""


# How many digits it takes: a bare "F 12" or "case 3" is no reference.
_DIGITS = {_OURS: 1, _LABELLED: 2, _CASE: 4, _OF_KIND: 3, _SHAPED: 2, _IN_BRACKETS: 3, _GIVEN: 3, _BARE: 3, _MARKED: 3}
# "2010/11" and "2010-2011" are years of accounts.
_YEARS = re.compile(r"(?:[A-Z]{1,5} )?(?:(?:19|20)(\d\d)(?:[-/–](?:19|20)?(\d\d))?)")


def _is_reference(value: str, *, digits: int) -> bool:
    """At least three characters with so many digits, and no date, year, road or telephone number."""
    if not 3 <= len(value) <= _LONGEST or sum(char.isdigit() for char in value) < digits:
        return False
    if _DATE.fullmatch(value) or _PLACES.match(value) or re.fullmatch(r"0\d{9,10}", value):
        return False
    if digits > 2 and re.fullmatch(r"[ABM]\d{1,4}", value):
        return False
    years = _YEARS.fullmatch(value)
    if years and (years[2] is None or int(years[2]) == (int(years[1]) + 1) % 100):
        return False
    return not re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", value, _I)
