"""Take in the public list of all authorities, and keep it in step with later issues of that list."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from ..models import Authority, AuthorityAddress, AuthorityState
from .authority_tags import meaning_of
from .publication import touch_where

# Heading in the file, without regard to case, and what it is here.
COLUMNS = {
    "internal id": "source",
    "id": "source",
    "name": "name",
    "short name": "short_name",
    "url name": "slug",
    "tags": "tags",
    "home page": "home_page",
    "publication scheme": "publication_scheme",
    "disclosure log": "disclosure_log",
    "notes": "notes",
    "request email": "request_email",
    "request e-mail": "request_email",
    "topics": "topics",
}
NEEDED = ("name", "slug", "tags")
LINKS = ("home_page", "publication_scheme", "disclosure_log")
_is_url = URLValidator(schemes=["http", "https"])


class ListRefused(ValueError):
    """The file as a whole cannot be read as a list of authorities; the text says what is missing."""


@dataclass(frozen=True)
class Row:
    """One authority as the file has it. ``problems`` stop it; ``unmapped`` imports it closed to requests."""

    number: int
    fields: dict[str, str]
    tags: list[str]
    topics: list[str]
    standing: str
    is_school: bool
    state: str
    unmapped: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """What an import did, or would do."""

    made: int = 0
    changed: int = 0
    same: int = 0
    errors: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def read_list(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of the file, numbered as a spreadsheet shows them (the heading is row 1). Raises ListRefused."""
    reader = csv.DictReader(lines)
    headings = {heading: COLUMNS.get((heading or "").strip().lower()) for heading in reader.fieldnames or []}
    missing = [name for name in NEEDED if name not in headings.values()]
    if missing:
        raise ListRefused(
            "The first row must name the columns of the all-authorities list; missing: "
            + ", ".join(next(heading for heading, ours in COLUMNS.items() if ours == name) for name in missing)
            + "."
        )
    for values in reader:
        fields = {ours: (values.get(heading) or "").strip() for heading, ours in headings.items() if ours is not None}
        yield _row(reader.line_num, fields)


def _row(number: int, fields: dict[str, str]) -> Row:
    tags = fields.get("tags", "").replace(";", " ").split()
    standing, is_school, state, unmapped = meaning_of(tags)
    email = fields.get("request_email", "")
    problems = []
    if not fields["name"]:
        problems.append("the name is empty")
    if len(fields["name"]) > 300:
        problems.append("the name is longer than 300 characters")
    if not slugify(fields["slug"].replace("_", "-")):
        problems.append("the URL name is empty")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            problems.append("the request e-mail is not an e-mail address")
    for link in LINKS:
        try:
            if fields.get(link):
                _is_url(fields[link])
        except ValidationError:
            problems.append(f"{link.replace('_', ' ')} is not a web address")
    if unmapped or not email:
        state = state or AuthorityState.NO_ADDRESS
    return Row(
        number=number,
        fields=fields,
        tags=tags,
        topics=[topic.strip() for topic in fields.get("topics", "").split(",") if topic.strip()],
        standing=standing,
        is_school=is_school,
        state=state or AuthorityState.OPEN,
        unmapped=unmapped,
        problems=problems,
    )


def take_in(row: Row, tally: Tally, *, now: datetime, dry_run: bool) -> None:
    """Make or update one authority, counting in ``tally``; running it again changes nothing.

    A request address that staff have corrected here is kept: the file only fills in what is missing.
    """
    where = f"Row {row.number} ({row.fields.get('name') or 'no name'})"
    if row.problems:
        tally.errors.append(f"{where}: {'; '.join(row.problems)}.")
        return
    if row.unmapped:
        tally.closed.append(f"{where}: cannot tell its standing from {row.unmapped}; closed to requests.")
    with transaction.atomic():
        authority, fields = _target(row)
        changes = {name: value for name, value in fields.items() if getattr(authority, name) != value}
        email = row.fields.get("request_email", "").lower()
        lacks_address = bool(email) and not (
            authority.pk and authority.addresses.filter(is_request_address=True).exists()
        )
        if authority.pk is None:
            tally.made += 1
        elif changes or lacks_address:
            tally.changed += 1
        else:
            tally.same += 1
        if dry_run:
            return
        if authority.pk is None or changes:
            is_renamed = authority.pk is not None and "name" in changes
            for name, value in changes.items():
                setattr(authority, name, value)
            authority.changed_at = now
            authority.save()
            if is_renamed:  # its name stands on the page of each of its requests
                touch_where(Q(authority=authority))
        if lacks_address:
            AuthorityAddress.objects.update_or_create(
                authority=authority, email=email, defaults={"is_request_address": True, "publishes": True}
            )


def _target(row: Row) -> tuple[Authority, dict]:
    slug = slugify(row.fields["slug"].replace("_", "-"))[:200]
    source_id = row.fields.get("source") or row.fields["slug"]
    authority = (
        Authority.objects.filter(source_id=source_id).first()
        or Authority.objects.filter(slug=slug, source_id=None).first()
        or Authority(slug=slug)
    )
    state = row.state
    if state == AuthorityState.NO_ADDRESS and not row.unmapped and authority.pk and authority.state == "open":
        state = authority.state  # an address known here is not forgotten because the list has none
    fields = {
        "source_id": source_id,
        "name": row.fields["name"],
        "short_name": row.fields.get("short_name", "")[:100],
        "standing": row.standing,
        "is_school": row.is_school,
        "state": state,
        "tags": row.tags,
        "notes": row.fields.get("notes", ""),
        **{link: row.fields.get(link, "") for link in LINKS},
    }
    if row.topics:
        fields["topics"] = row.topics
    return authority, fields
