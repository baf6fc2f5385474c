"""Keep the rendered page of a request for the next reader."""

import gzip
import hashlib

from django.db import connection

from ..exports.thread import RequestPage
from ..models import PageCopy

_KEEP = f"""
    INSERT INTO {PageCopy._meta.db_table}
           (foi_request_id, version, day, release, etag, body, beside, beside_versions)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (foi_request_id) DO UPDATE
       SET version = EXCLUDED.version, day = EXCLUDED.day, release = EXCLUDED.release, etag = EXCLUDED.etag,
           body = EXCLUDED.body, beside = EXCLUDED.beside, beside_versions = EXCLUDED.beside_versions
"""  # noqa: S608 - only a table name of our own model is filled in
LEVEL = 5


def keep_copy(page: RequestPage, html: bytes, *, release: str) -> tuple[str, bytes]:
    """Store the anonymous page of a request under the version it was read at. Returns its ETag and it, gzipped.

    ``page`` and ``html`` are of one snapshot. Where the request has moved on meanwhile, the row is stored all
    the same and never served: readers join it to the version of their own moment. One statement.
    """
    etag = f'W/"{hashlib.sha256(html).hexdigest()[:32]}"'
    zipped = gzip.compress(html, LEVEL, mtime=0)
    beside = [other.number for other in page.similar]
    versions = sum(other.version for other in page.similar)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [page.number, page.version, page.day, release, etag, zipped, beside, versions])
    return etag, zipped
