"""Keep the rendered page of a request for the next reader."""

import gzip
import hashlib

from django.db import connection

from ..exports.thread import RequestPage
from ..models import PageCopy
from ..prepared import Prepared

_KEEP = Prepared(
    f"""
    INSERT INTO {PageCopy._meta.db_table}
           (foi_request_id, version, day, release, etag, body, beside, beside_versions)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (foi_request_id) DO UPDATE
       SET version = EXCLUDED.version, day = EXCLUDED.day, release = EXCLUDED.release, etag = EXCLUDED.etag,
           body = EXCLUDED.body, beside = EXCLUDED.beside, beside_versions = EXCLUDED.beside_versions
""",  # noqa: S608 - only a table name of our own model is filled in
    *("bigint", "integer", "date", "text", "text", "bytea", "bigint[]", "bigint"),
)
# A higher level takes half as long again for a tenth fewer bytes.
LEVEL = 3


def keep_copy(page: RequestPage, html: bytes, *, release: str) -> tuple[str, bytes]:
    """Store the anonymous page of a request under the version it was read at. Returns its ETag and it, gzipped.

    What ``page`` shows of the request was read with its version, and what it shows of each similar one with that
    one's. Where one has moved on meanwhile, the row is stored all the same and never served: readers join it to
    the versions of their own moment. One statement.
    """
    etag = f'W/"{hashlib.sha256(html).hexdigest()[:32]}"'
    zipped = gzip.compress(html, LEVEL, mtime=0)
    beside = [other.number for other in page.similar]
    versions = sum(other.version for other in page.similar)
    with connection.cursor() as cursor:
        _KEEP.execute(cursor, page.number, page.version, page.day, release, etag, zipped, beside, versions)
    return etag, zipped
