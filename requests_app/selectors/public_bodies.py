"""Authorities as the public sees them: the list, and one with what it is asked."""

from dataclasses import dataclass

from ..models import Authority, AuthorityState, Standing
from . import paths

PAGE = 100
# What the standing means for whoever writes; one sentence each, in ``authority_words``.


@dataclass(frozen=True)
class Body:
    """One authority in a list."""

    number: int
    name: str
    short_name: str
    url: str
    standing: str
    state: str


def authorities_page(*, query: str = "", letter: str = "", after: str = "") -> tuple[list[Body], str]:
    """Authorities by name, and the key after which the next page begins (empty on the last). One query.

    ``letter``: only names that begin with it ("the" is passed over); ``after``: a key given before.
    """
    found = Authority.objects.matching(query) if query else Authority.objects.all()
    if letter:
        found = found.filter(sort_name__startswith=letter.casefold())
    if after:
        found = found.filter(sort_name__gt=after)
    rows = list(
        found.order_by("sort_name", "pk").values_list(
            "pk", "name", "short_name", "slug", "standing", "state", "sort_name"
        )[: PAGE + 1]
    )
    bodies = [
        Body(number, name, short, paths.authority(slug), standing, state)
        for number, name, short, slug, standing, state, _sort in rows[:PAGE]
    ]
    return bodies, rows[PAGE - 1][6] if len(rows) > PAGE else ""


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
