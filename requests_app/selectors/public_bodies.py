"""Authorities as the public sees them: the list, and one with what it is asked."""

from dataclasses import dataclass

from django.db.models import Q

from ..models import Authority, AuthorityState, Standing
from . import paths

PAGE = 100


@dataclass(frozen=True)
class Body:
    """One authority in a list."""

    number: int
    name: str
    short_name: str
    url: str
    standing: str
    state: str


def authorities_page(*, query: str = "", letter: str = "", after: str = "", size: int = PAGE) -> tuple[list[Body], str]:
    """Authorities by name, and the key after which the next page begins (empty on the last). One query.

    ``letter``: only names that begin with it ("the" is passed over); ``after``: a key given before; one that
    was not is passed over. The key is name and number, since many schools have the same name.
    """
    found = Authority.objects.matching(query) if query else Authority.objects.all()
    if letter:
        found = found.filter(sort_name__startswith=letter.casefold())
    name, _comma, number = after.rpartition(",")
    if number.isdecimal() and len(number) < 19:
        found = found.filter(Q(sort_name__gt=name) | Q(sort_name=name, pk__gt=int(number)))
    rows = list(
        found.order_by("sort_name", "pk").values_list(
            "pk", "name", "short_name", "slug", "standing", "state", "sort_name"
        )[: size + 1]
    )
    bodies = [
        Body(number, name, short, paths.authority(slug), standing, state)
        for number, name, short, slug, standing, state, _sort in rows[:size]
    ]
    return bodies, f"{rows[size - 1][6]},{bodies[-1].number}" if len(rows) > size else ""


def takes_requests(authority: Authority) -> bool:
    """Whether a letter can be written to it here."""
    return authority.state == AuthorityState.OPEN


def is_subject(authority: Authority) -> bool:
    return authority.standing != Standing.NONE


CSV_COLUMNS = (
    "number",
    "name",
    "short_name",
    "url_name",
    "standing",
    "is_school",
    "state",
    "tags",
    "topics",
    "home_page",
    "publication_scheme",
    "disclosure_log",
    "notes",
    "created",
    "changed",
)


def all_rows():
    """Every authority as a tuple of ``CSV_COLUMNS``, in order of name; never an e-mail address."""
    for a in Authority.objects.order_by("sort_name", "pk").iterator(chunk_size=2000):
        yield (
            a.pk,
            a.name,
            a.short_name,
            a.slug,
            a.standing,
            int(a.is_school),
            a.state,
            " ".join(a.tags),
            ", ".join(a.topics),
            a.home_page,
            a.publication_scheme,
            a.disclosure_log,
            a.notes,
            a.created_at.isoformat(),
            a.changed_at.isoformat(),
        )
