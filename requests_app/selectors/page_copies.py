"""The stored copy of a public page: found only while it shows exactly what the page would show now."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from ..models import FOIRequest, PageCopy, Prominence
from ..prepared import Prepared

# One statement joins the copy to the request's version, so that hiding and vanishing are one commit. The sum
# covers the similar requests that the page names: versions only go up, so an equal sum means nothing changed.
_FIND = Prepared(
    f"""
    SELECT copy.etag, copy.body
      FROM {FOIRequest._meta.db_table} AS shown
      JOIN {PageCopy._meta.db_table} AS copy ON copy.foi_request_id = shown.id AND copy.version = shown.version
     WHERE shown.slug = $1 AND shown.prominence = '{Prominence.PUBLIC.value}' AND copy.release = $2
       AND (copy.day IS NULL OR copy.day = $3)
       AND copy.beside_versions = (
           SELECT coalesce(sum(other.version), 0) FROM {FOIRequest._meta.db_table} AS other
            WHERE other.id = ANY (copy.beside))
""",  # noqa: S608 - only names of our own models are filled in
    "text",
    "text",
    "date",
)
_SOURCES = ("requests_app", "foitracker", "templates", "static")
_SUFFIXES = {".py", ".html", ".txt", ".css", ".js", ".svg", ".mo"}
_SHOWN_SETTINGS = (
    "SITE_NAME",
    "SITE_URL",
    "OPERATOR_NAME",
    "OPERATOR_ADDRESS",
    "CONTACT_EMAIL",
    "LANGUAGE_CODE",
    "STATIC_URL",
    "EMBEDDED",
)


class Copy(NamedTuple):
    etag: str
    zipped: bytes


def find_copy(slug: str, *, today: date) -> Copy | None:
    """The page of this request as anybody may see it on ``today``, gzipped; None where it has to be made. One query."""
    with connection.cursor() as cursor:
        _FIND.execute(cursor, slug, release(), today)
        row = cursor.fetchone()
    return Copy(row[0], bytes(row[1])) if row else None


@cache
def release() -> str:
    """What this process's code, templates, styles and settings print: another release makes other pages."""
    seen = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                seen.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0" + path.read_bytes())
    for name in _SHOWN_SETTINGS:
        seen.update(f"{name}={getattr(settings, name)}\0".encode())
    return seen.hexdigest()[:40]
