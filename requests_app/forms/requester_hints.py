"""What a writer may want to know about a letter before it is public. Hints only: none of them stops it."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .requester_letter import blanks_left

LONG = 1500
VERY_LONG = 4000
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_PHONE = re.compile(r"(?<![\w/.-])(?:\+44\s?(?:\(0\)\s?)?|0)(?:\d[\s().-]{0,2}){9,10}(?!\w)")
_POSTCODE = re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE)
_INSURANCE = re.compile(
    r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?(?:\d\s?){6}[A-D]\b", re.IGNORECASE
)
_LINK = re.compile(r"\S+://\S+|www\.\S+")


@dataclass(frozen=True)
class Hint:
    """``code`` for tests and styling, ``text`` for people. ``personal``: it may tell the public who you are."""

    code: str
    text: str
    personal: bool = False


def hints_for(title: str, body: str) -> list[Hint]:
    """All hints for a letter, those about the writer's own details first."""
    return [*personal_details(f"{title}\n{body}"), *_style(title, body)]


def personal_details(text: str) -> list[Hint]:
    """Hints about e-mail, phone, postcode and National Insurance number in the text."""
    found = []
    if _INSURANCE.search(text):
        found.append(
            Hint(
                "insurance",
                _("This looks like a National Insurance number. Never publish yours: take it out."),
                True,
            )
        )
    if _EMAIL.search(text):
        found.append(
            Hint(
                "email",
                _("There is an e-mail address in your letter. You do not need it: answers come here by themselves."),
                True,
            )
        )
    if _PHONE.search(text):
        found.append(
            Hint("phone", _("There is a phone number in your letter. Leave it out: everybody could ring it."), True)
        )
    if _POSTCODE.search(text):
        found.append(
            Hint(
                "postcode",
                _("There is a postcode in your letter. If it is yours, leave it out. The law does not ask for it."),
                True,
            )
        )
    return found


def _style(title: str, body: str) -> list[Hint]:
    found = []
    blanks = blanks_left(f"{title}\n{body}")
    if blanks:
        found.append(
            Hint(
                "blanks",
                ngettext(
                    "There is still a blank to fill in: %(blanks)s",
                    "There are still %(count)d blanks to fill in: %(blanks)s",
                    len(blanks),
                )
                % {"count": len(blanks), "blanks": ", ".join(blanks[:5])},
            )
        )
    letters = [c for c in _LINK.sub("", body) if c.isalpha()]
    if len(letters) >= 40:
        capitals = sum(c.isupper() for c in letters) / len(letters)
        if capitals > 0.6:
            found.append(Hint("capitals", _("Much of it is in CAPITALS, which is hard to read.")))
        elif capitals < 0.003:
            found.append(Hint("no_capitals", _("There are no capital letters. It is easier to read with some.")))
    if len(body) > VERY_LONG:
        found.append(
            Hint("very_long", _("This is very long. Short letters with a few clear questions are answered more often."))
        )
    elif len(body) > LONG:
        found.append(Hint("long", _("This is getting long. Could part of it be a second letter?")))
    return found


@dataclass(frozen=True)
class PrivateMatter:
    """What the letter seems to be about (``home``, ``health``, ``records``), and the words that say so."""

    kind: str
    words: str


_KIN = r"(?:mother|father|mum|dad|son|daughter|child|wife|husband|partner)['’]s"
_MY = rf"(?:my|our)(?:\s+(?:own|late|elderly))?(?:\s+{_KIN})?"
_OF_ME = r"(?:about|on|of|concerning|regarding|relating\s+to),?\s+(?:me|myself)\b"
_PRIVATE = (
    (
        "health",
        rf"\b{_MY}\s+(?:medical|health|hospital|gp|patient|nursing|care|mental\s+health|dental)\s+(?:\w+\s+)?"
        rf"(?:records?|notes?|files?|history|results?|care|appointments?|treatment)\b"
        rf"|\b{_MY}\s+(?:operation|diagnosis|treatment|prescription|surgery|test\s+results?|scan|gp|referral)\b",
    ),
    (
        "home",
        rf"\b(?:in|at|of|to|for|about|repair|fix|mend|inspect)\s+{_MY}\s+(?:flat|home|house|property|tenancy|bathroom|"
        rf"kitchen|bedroom|ceiling|roof|boiler|windows?|walls?)\b"
        rf"|\b{_MY}\s+(?:flat|home|house|bathroom|kitchen|bedroom|ceiling|boiler|roof|landlord|tenancy|repairs?)\s+"
        rf"(?:is|are|has|have|was|were|needs?|leaks?|keeps?|record|file|case|claim|application)\b"
        rf"|\b{_MY}\s+(?:repairs?|damp|mould)\b",
    ),
    (
        "records",
        rf"\b{_MY}\s+(?:\w+\s+){{0,2}}(?:records?|files?|data|case|claim|complaint|application|benefits?|account|"
        rf"assessment|visa|passport|pension|employment|personnel|council\s+tax|tax|reference\s+number|fine|arrest)\b"
        rf"(?!\s+(?:for\s+information|under\s+the))"
        rf"|\b(?:information|data|everything|anything|records?|documents?|files?|emails?|e-mails?|letters?|notes?)\b"
        rf"[^.?!\n]{{0,60}}\b(?:you\s+)?(?:hold|have|keep|held|store|recorded)?\s*{_OF_ME}"
        rf"|\bsubject\s+access\s+request\b|\bpersonal\s+(?:data|information)\s+(?:you\s+hold\s+)?{_OF_ME}",
    ),
)
_PRIVATE_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PRIVATE)


def private_matter(title: str, body: str) -> PrivateMatter | None:
    """What in a letter seems to be about the writer's own home, health or file; None where nothing does.

    It reads words, not meaning: it may be wrong both ways, which is why nobody is refused for it.
    """
    text = re.sub(r"\s+", " ", f"{title}. {body}")[:20_000]
    for kind, pattern in _PRIVATE_PATTERNS:
        if match := pattern.search(text):
            return PrivateMatter(kind, match[0].strip())
    return None
