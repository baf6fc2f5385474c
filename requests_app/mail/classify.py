"""What sort of letter came: a person's reply, a machine's answer, or a letter of ours that came back."""

from dataclasses import replace

from . import cues
from .automation import by_automation
from .bounces import by_failed_header, by_prose, by_report
from .kinds import Bounce, Kind, Sort
from .parse import ParsedEmail
from .portals import is_behind_portal
from .recalls import by_recall
from .references import authority_reference
from .spam import SpamFilter

__all__ = ["Bounce", "Kind", "Sort", "SpamFilter", "classify"]


def classify(letter: ParsedEmail, *, spam_filter: SpamFilter | None = None) -> Kind:
    """The sort of a letter. Doubt makes it a reply: a person reads replies, and nobody reads the others.

    Spam is only marked: the filter's word moves a letter to a person, and never away from one.
    """
    came_back = by_report(letter) or by_failed_header(letter) or by_prose(letter)
    if came_back:
        return came_back
    spam = spam_filter.verdict(letter) if spam_filter else ""
    words = cues.own_words(letter)
    recalled = by_recall(letter, words)
    if recalled:
        return replace(recalled, spam=spam)
    reference = authority_reference(letter, words)
    if is_behind_portal(letter, words):
        return Kind(Sort.REPLY, why="says where the answer can be fetched", portal=True, spam=spam, reference=reference)
    kind = by_automation(letter, words) or Kind(Sort.REPLY, why="nothing says that a machine wrote it")
    return replace(kind, spam=spam, reference=reference)
