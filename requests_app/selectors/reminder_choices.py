"""Which kinds of reminders a person or an authority has chosen, for the boxes of a form."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Authority, ReminderKind, ReminderOptOut, User


@dataclass(frozen=True, slots=True)
class Choice:
    kind: str
    label: str
    wanted: bool


def choices(
    kinds: Iterable[ReminderKind], *, user: User | None = None, authority: Authority | None = None
) -> list[Choice]:
    """Each of the kinds, and whether it comes. One query."""
    off = set(ReminderOptOut.objects.filter(user=user, authority=authority).values_list("kind", flat=True))
    return [Choice(str(kind), str(kind.label), kind not in off) for kind in kinds]
