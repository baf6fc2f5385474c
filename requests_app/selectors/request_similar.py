"""Requests with words of this one's title: its rarest three, so that "council" finds little and "damp" finds damp."""

import time
from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from ..exports.thread import Outcomes, Similar
from ..models import FOIRequest, Prominence, Side
from ..permissions import visible_to
from . import paths
from .clock_words import RUNNING, clock_state, state_in_a_word
from .outcome_words import pill
from .request_rows import word_of
from .statements import Statement

WORDS_ASKED = 3
SHOWN = 5
MOST = 50
# However common a title's words are, no more than this many titles are ranked.
CANDIDATES = 100
STATISTICS_LIFE = 3600.0
_common: tuple[float, dict[str, float]] | None = None


class Lexemes(SearchQuery):
    """Words of a search vector as ``tsquery`` is written: read once, where ``to_tsquery`` parses for each row."""

    template = "(%(expressions)s)::tsquery"


def _matching(number, user, words):
    query = Lexemes(words)
    found = FOIRequest.objects.filter(visible_to(user), title_vector=query, title_prominence=Prominence.PUBLIC)
    candidates = found.exclude(pk=number).order_by().values("pk")[:CANDIDATES]
    return (
        FOIRequest.objects.filter(pk__in=candidates)
        .annotate(rank=SearchRank(F("title_vector"), query))
        .order_by("-rank", "-pk")
        .values(
            "id",
            "version",
            "title",
            "slug",
            "status",
            "regime",
            "clock",
            "letters_to_describe_since",
            "last_activity_at",
            "authority__name",
            requester_word=word_of(Side.REQUESTER),
            authority_word=word_of(Side.AUTHORITY),
            imported_word=word_of(Side.IMPORTED),
        )
    )


_FEW = Statement(lambda number, user, words: _matching(number, user, words)[:SHOWN], words="tsquery")
_MANY = Statement(lambda number, user, words: _matching(number, user, words)[:MOST], words="tsquery")


def similar_to(number: int, lexemes: Iterable[str], *, today: date, many: bool = False) -> tuple[Similar, ...]:
    """Public requests whose titles share the rarest of these words, best first: 5, or with ``many`` 50.

    Always as anybody may see them, whoever asks. ``lexemes`` are words of a search vector. One query,
    none without words; once an hour in each process another for the table's statistics.
    """
    common = _common_words()
    rarest = sorted(set(lexemes), key=lambda word: (common.get(word, 0.0), word))[:WORDS_ASKED]
    if not rarest:
        return ()
    query = " | ".join("'{}'".format(word.replace("\\", "\\\\").replace("'", "''")) for word in rarest)
    rows = (_MANY if many else _FEW).rows(number, AnonymousUser(), query)
    return tuple(_similar(row, today) for row in rows)


def _similar(row: dict, today: date) -> Similar:
    outcomes = Outcomes(row["requester_word"], row["authority_word"], row["imported_word"])
    state = clock_state(regime=row["regime"], status=row["status"], clock=row["clock"], today=today)
    return Similar(
        number=row["id"],
        version=row["version"],
        title=row["title"],
        url=paths.foi_request(row["slug"]),
        authority=row["authority__name"],
        on=row["last_activity_at"],
        pill=pill(
            status=row["status"],
            outcome=outcomes.best,
            clock_state=state_in_a_word(state, row["clock"], today),
            is_undescribed=row["letters_to_describe_since"] is not None,
        ),
        is_running=state in RUNNING,
    )


def _common_words() -> dict[str, float]:
    """The commonest words of titles with the share of titles that have them, as the planner knows them."""
    global _common
    if _common and time.monotonic() - _common[0] < STATISTICS_LIFE:
        return _common[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats "
            "WHERE schemaname = current_schema() AND tablename = %s AND attname = 'title_vector'",
            [FOIRequest._meta.db_table],
        )
        row = cursor.fetchone()
    words, shares = row if row and row[0] else ([], [])
    _common = (time.monotonic(), dict(zip(words, shares, strict=False)))
    return _common[1]
