"""Requests like this one, by the rarest words of a title. Bounded: a common word never reads the whole table."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Q

from ..models import FOIRequest, Prominence

# Words looked for, and candidates ranked.
WORDS = 4
CANDIDATES = 100
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
    shown = FOIRequest.objects.filter(prominence=Prominence.PUBLIC, title_prominence=Prominence.PUBLIC)
    if not_number:
        shown = shown.exclude(pk=not_number)
    # Those with all words, with the two rarest, with any: each piece is cut, so that many hits cost no more.
    any_word = _query(lexemes, " | ")
    pieces = (_query(lexemes, " & "), _query(lexemes[:2], " & "), any_word)
    candidates = Q(pk__in=())
    for piece in pieces:
        candidates |= Q(pk__in=shown.filter(title_vector=piece).order_by().values("pk")[:CANDIDATES])
    rows = (
        FOIRequest.objects.filter(candidates)
        .annotate(likeness=SearchRank(F("title_vector"), any_word))
        .order_by("-likeness", "-pk")
        .values_list("slug", "title", "authority__name", "status", "sent_at")[:limit]
    )
    return tuple(SimilarRequest(*row) for row in rows)


def _rarest(title: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [title[:200].replace("\x00", ""), FOIRequest._meta.db_table, TOO_COMMON, WORDS])
        return [row[0] for row in cursor.fetchall()]


def _query(lexemes: list[str], joined: str) -> SearchQuery:
    return SearchQuery(joined.join(_quoted(lexeme) for lexeme in lexemes), config="simple", search_type="raw")


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
