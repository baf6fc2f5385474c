"""The holding pen, one letter at a time: what is held, in the order it came, with the requests it may belong to."""

from dataclasses import dataclass

from ..mail.guessing import SIGNS
from ..models import Case, CaseKind, FOIRequest, InboundEmail
from .moderation_words import held_reason


@dataclass(frozen=True, slots=True)
class HeldGuess:
    """A request that the letter may belong to; ``key`` files it there, ``signs`` say in words why it is named."""

    key: int
    foi_request: FOIRequest
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldPage:
    """One held letter, ``place`` of ``total`` from 1; ``before`` and ``after`` are cases' numbers, None at an end."""

    case: Case
    letter_row: InboundEmail
    reason: str
    guesses: tuple[HeldGuess, ...]
    place: int
    total: int
    before: int | None
    after: int | None


def load(number: int | None) -> HeldPage | None:
    """The held letter of this case; without a number, or where it is settled, the one that came next after it.

    None when nothing is held. At most six queries, however many wait.
    """
    waiting = Case.objects.open().filter(kind=CaseKind.HELD_LETTER, thing_type="inbound_email")
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not numbers:
        return None
    at = next((place for place, one in enumerate(numbers) if number is not None and one >= number), 0)
    case = Case.objects.select_related("foi_request__authority", "owner").get(pk=numbers[at])
    row = InboundEmail.objects.filter(pk=case.thing_id).first()
    if row is None:
        return None
    return HeldPage(
        case=case,
        letter_row=row,
        reason=held_reason(row.reason, case.details.get("failed", ())),
        guesses=guesses_of(case),
        place=at + 1,
        total=len(numbers),
        before=numbers[at - 1] if at else None,
        after=numbers[at + 1] if at + 1 < len(numbers) else None,
    )


def guesses_of(case: Case) -> tuple[HeldGuess, ...]:
    """The requests that a held letter may belong to, likeliest first; one query."""
    numbers = [number for number in case.details.get("guesses", []) if isinstance(number, int)]
    if case.foi_request_id and case.foi_request_id not in numbers:
        numbers.insert(0, case.foi_request_id)
    found = FOIRequest.objects.select_related("authority").in_bulk(numbers)
    signs = case.details.get("signs", {})
    there = [number for number in numbers if number in found]
    return tuple(
        HeldGuess(key, found[number], tuple(str(SIGNS[sign]) for sign in signs.get(str(number), ()) if sign in SIGNS))
        for key, number in enumerate(there, 1)
    )
