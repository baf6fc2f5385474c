"""People, for staff: found by name, address or number; what was decided about them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from ..models import Decision, FOIRequest, Officer, Sanction, User

SHOWN = 50


@dataclass(frozen=True)
class PersonPage:
    person: User
    sanction: Sanction | None
    decisions: tuple[Decision, ...]
    requests: tuple[FOIRequest, ...]
    asked: int
    open_requests: int
    roles: tuple[Officer, ...]
    annotations: int


def find(words: str) -> list[User]:
    """At most 50 people whose name or address holds every word, or whose number it is; newest first. One query."""
    words = words.replace("\x00", "").strip()[:200]
    if not words:
        return []
    if words.isdecimal() and len(words) < 18:
        found = Q(pk=int(words))
    else:
        found = Q()
        for word in words.split()[:6]:
            found &= Q(public_name__icontains=word) | Q(email__icontains=word) | Q(claim_email__icontains=word)
    suspended = Sanction.objects.active().filter(user=OuterRef("pk"))
    people = User.objects.filter(found).annotate(is_suspended=Exists(suspended), asked=Count("foi_requests"))
    return list(people.order_by("-pk")[:SHOWN])


def load(number: int) -> PersonPage | None:
    """One person with decisions, requests and roles; None where there is none. Eight queries."""
    person = User.objects.filter(pk=number).first()
    if person is None:
        return None
    own = FOIRequest.objects.filter(requester=person)
    return PersonPage(
        person=person,
        sanction=Sanction.objects.active().filter(user=person).first(),
        decisions=tuple(
            Decision.objects.filter(thing_type="user", thing_id=person.pk)
            .select_related("actor", "note")
            .order_by("-at", "-pk")[:SHOWN]
        ),
        requests=tuple(own.select_related("authority").order_by("-pk")[:SHOWN]),
        asked=own.count(),
        open_requests=own.open().count(),
        roles=tuple(Officer.objects.serving().filter(user=person).select_related("authority")),
        annotations=person.annotations.count(),
    )
