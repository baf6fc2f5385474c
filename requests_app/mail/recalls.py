"""Outlook's recall: "Bloggs, Jo would like to recall the message, …", made by the mail program and not typed."""

import re

from ..publishing.hinted import Hinted
from .kinds import Kind, Sort
from .parse import ParsedEmail

_SAYS = Hinted(
    r"^.{0,30}?\S.{0,200}?(?:\bwould like to recall the message|\bhoffai adalw['’]r neges|\b(?:souhaite"
    r"|voudrait) rappeler le message"
    r"|\bmöchte die nachricht|\bchce (?:odwołać|wycofać) wiadomość|\bwil het bericht\b|\bdesea recuperar el mensaje)"
    r"(?:\s{0,2},)?\s{1,3}[\"“„«'].{1,400}?[\"”“»'](?P<more>.*)$",
    hints="recall rappeler nachricht wiadomość bericht recuperar adalw",
)
_FIRST_PERSON = re.compile(r"^(?:\W*)(?:i|we)\b|\b(?:i|we) would like to recall", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^(?:recall|adalw|rappel(?:er)?|rückruf|zurückrufen|odwołanie|wycofanie|terugroepen|recuperar)\s{0,2}:",
    re.IGNORECASE,
)
_CLASSES = ("content-class", "x-message-class", "x-ms-exchange-organization-messageclass", "x-mapi-message-class")
# What a mail system appends; more than this, and somebody wrote a letter.
_MORE_WORDS = 250


def by_recall(letter: ParsedEmail, words: str) -> Kind | None:
    """Automatic and a recall, by its message class or by the words that the program writes."""
    for name in _CLASSES:
        value = (letter.header(name) or "").lower()
        if "outlook.recall" in value or "recallmessage" in value:
            return Kind(Sort.AUTOMATIC, why=f"{name} says recall", recall=True)
    said = None if _FIRST_PERSON.search(words[:200]) else _SAYS.search(words)
    if said is None or len(said["more"].split()) > _MORE_WORDS:
        return None
    if _SUBJECT.match(letter.subject) or len(said["more"].split()) < 60:
        return Kind(Sort.AUTOMATIC, why="a mail program recalls a message", recall=True)
    return None
