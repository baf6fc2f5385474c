"""Requests like this one, by the rarest words of a title. Bounded: a common word never reads the whole table."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from ..models import FOIRequest, Prominence

# Words looked for, and candidates ranked.
WORDS = 4
CANDIDATES = 200
# A word that more titles than this hold says nothing about likeness.
TOO_COMMON = 0.05
_LEXEMES = """
    SELECT word.lexeme
      FROM unnest(tsvector_to_array(to_tsvector('english', %s))) AS word (lexeme)
      LEFT JOIN (
           SELECT common.lexeme, common.share
             FROM pg_stats,
                  unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (lexeme, share)
            WHERE schemaname = current_schema() AND tablename = %s AND attname = 'title_vector'
           ) AS known USING (lexeme)
     WHERE coalesce(known.share, 0) <= %s AND length(word.lexeme) > 2
     ORDER BY coalesce(known.share, 0), length(word.lexeme) DESC, word.lexeme
     LIMIT %s
"""


@dataclass(frozen=True)
class SimilarRequest:
    """A public request with a title that shares words."""

    slug: str
    title: str
    authority: str
    status: str
    sent_at: datetime | None


def similar_requests(title: str, *, limit: int = 5, not_number: int | None = None) -> tuple[SimilarRequest, ...]:
    """Public requests whose titles share the rarest words of ``title``, best first. Two queries, both bounded.

    How rare a word is comes from the statistics that the database keeps anyway.
    """
    lexemes = _rarest(title)
    if not lexemes:
        return ()
    query = SearchQuery(" | ".join(_quoted(lexeme) for lexeme in lexemes), config="simple", search_type="raw")
    found = FOIRequest.objects.filter(
        title_vector=query, prominence=Prominence.PUBLIC, title_prominence=Prominence.PUBLIC
    )
    if not_number:
        found = found.exclude(pk=not_number)
    candidates = found.order_by().values("pk")[:CANDIDATES]
    rows = (
        FOIRequest.objects.filter(pk__in=candidates)
        .annotate(likeness=SearchRank(F("title_vector"), query))
        .order_by("-likeness", "-pk")
        .values_list("slug", "title", "authority__name", "status", "sent_at")[:limit]
    )
    return tuple(SimilarRequest(*row) for row in rows)


def _rarest(title: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [title[:200].replace("\x00", ""), FOIRequest._meta.db_table, TOO_COMMON, WORDS])
        return [row[0] for row in cursor.fetchall()]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
