"""Requests like this one, by the rarest words of a title. Bounded: a common word never reads the whole table."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from ..models import FOIRequest, Prominence

# Words looked for, and candidates ranked.
WORDS = 4
CANDIDATES = 100
# A word that more titles than this hold says nothing by itself.
TOO_COMMON = 0.05
_LEXEMES = """
    SELECT word.lexeme, coalesce(known.share, 0)
      FROM unnest(tsvector_to_array(to_tsvector('english', %s))) AS word (lexeme)
      LEFT JOIN (
           SELECT common.lexeme, common.share
             FROM pg_stats,
                  unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (lexeme, share)
            WHERE schemaname = current_schema() AND tablename = %s AND attname = 'title_vector'
           ) AS known USING (lexeme)
     WHERE length(word.lexeme) > 2
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
    words = _rarest(title)
    lexemes = [lexeme for lexeme, _share in words]
    telling = [lexeme for lexeme, share in words if share <= TOO_COMMON]
    if not telling and len(lexemes) < 2:
        return ()
    shown = FOIRequest.objects.filter(prominence=Prominence.PUBLIC, title_prominence=Prominence.PUBLIC)
    if not_number:
        shown = shown.exclude(pk=not_number)
    # Those with all words, with the two rarest, with any that tells: each piece is cut, so that many hits cost no more.
    queries = [_query(lexemes, " & ")]
    if len(lexemes) > 2:
        queries.append(_query(lexemes[:2], " & "))
    if telling:
        queries.append(_query(telling, " | "))
    first, *others = (shown.filter(title_vector=query).order_by().values("pk")[:CANDIDATES] for query in queries)
    rows = (
        FOIRequest.objects.filter(pk__in=first.union(*others))  # an OR would read the whole table
        .annotate(likeness=SearchRank(F("title_vector"), _query(lexemes, " | ")))
        .order_by("-likeness", "-pk")
        .values_list("slug", "title", "authority__name", "status", "sent_at")[:limit]
    )
    return tuple(SimilarRequest(*row) for row in rows)


def _rarest(title: str) -> list[tuple[str, float]]:
    """The title's rarest words, and the share of all titles that hold each as far as the database knows."""
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [title[:200].replace("\x00", ""), FOIRequest._meta.db_table, WORDS])
        return cursor.fetchall()


def _query(lexemes: list[str], joined: str) -> SearchQuery:
    return SearchQuery(joined.join(_quoted(lexeme) for lexeme in lexemes), config="simple", search_type="raw")


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
