"""What the frame of a page needs to know about the person who is signed in."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from ..models import Officer, Sanction, User


@dataclass(frozen=True)
class Visitor:
    """Which parts of the menu are of use to a person, and whether a suspension is in force."""

    is_officer: bool
    is_suspended: bool


def visitor(user: User) -> Visitor:
    """The menu of a signed-in person. One query."""
    serving = Officer.objects.serving().filter(user=OuterRef("pk"))
    suspended = Sanction.objects.active().filter(user=OuterRef("pk"))
    found = User.objects.filter(pk=user.pk).values_list(Exists(serving), Exists(suspended)).first()
    return Visitor(*(found or (False, False)))
