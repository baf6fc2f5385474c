"""A great many requests for an empty database, written by the database itself: the clock's and reminders' load.

Each has two letters, three rows of the ledger and a follower. Three in ten are open, each with a question that was
replied to; one in a hundred is open and was due on the working day before ``TODAY``. The dates are those that the
law folds from the same rows.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Field, Model

from ..law.clock import Event, Standing, fold
from ..law.days import LONDON
from ..law.holidays import HolidayTable, shipped_table
from ..law.wire import pack
from ..models import Authority, AuthorityAddress, ClockEvent, FOIRequest, Follow, Message, User

# A Tuesday; nothing is due on the day before.
TODAY = date(2026, 11, 24)
CHUNK = 50_000
REQUESTS_A_PERSON, REQUESTS_AN_AUTHORITY = 10, 500
INDEXES_LEFT_OUT = ("letters_by_word", "request_titles")
LETTER = (
    "Dear Sir or Madam,\n\nPlease send me the dates and the results of every inspection of the place named above since "
    "2018, and the total that was spent on repairs in each year. If this would cost more than the limit, please tell "
    "me what you could send within it. I would like the answer by e-mail.\n\nYours faithfully,\n\nA. Person"
)


def fill(
    count: int, *, notice_day: Callable[[str, Standing], date | None], say: Callable[[int], None] = lambda done: None
) -> None:
    """``count`` requests; ``say`` hears how many are written. Takes about half a minute for each 100,000.

    ``notice_day``: when the next reminder of a history (open, late or closed) with these dates may go.
    """
    table = shipped_table()
    with connection.cursor() as cursor:
        definitions = _drop_indexes(cursor)
        people, bodies = max(2, count // REQUESTS_A_PERSON), max(2, count // REQUESTS_AN_AUTHORITY)
        _parties(people, bodies)
        _days(cursor, table, notice_day)
        for first in range(1, count + 1, CHUNK):
            with transaction.atomic():
                _requests(first, min(count, first + CHUNK - 1), people=people, bodies=bodies)
            say(min(count, first + CHUNK - 1))
        for definition in definitions:
            cursor.execute(definition)
        for model in (User, Authority, AuthorityAddress, FOIRequest, Message, ClockEvent, Follow):
            name = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {name}))",  # noqa: S608
                [name],
            )
        cursor.execute("VACUUM ANALYZE")


def _drop_indexes(cursor) -> list[str]:
    """Indexes that are made faster in one go; gives back how to make them."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(INDEXES_LEFT_OUT)])
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _parties(people: int, bodies: int) -> None:
    _insert(
        User,
        f"generate_series(1, {people}) AS n",
        id="n",
        email="'person' || n || '@people.example'",
        public_name="'Person Number ' || n",
        password="''",  # noqa: S106 - nobody signs in
    )
    _insert(
        Authority,
        f"generate_series(1, {bodies}) AS n",
        id="n",
        name="'Exampleton Council ' || n",
        sort_name="'exampleton council ' || n",
        slug="'exampleton-' || n",
        search_words="' exampleton council ' || n",
    )
    _insert(
        AuthorityAddress,
        f"generate_series(1, {bodies}) AS n",
        id="n",
        authority_id="n",
        email="'foi' || n || '@council.example'",
        is_request_address="true",
    )


# Which history a request has, by its number: three in ten open, of which one in thirty was due yesterday.
KIND = "CASE WHEN n %% 100 = 0 THEN 'late' WHEN n %% 100 < 30 THEN 'open' ELSE 'closed' END"


def _days(cursor, table: HolidayTable, notice_day: Callable[[str, Standing], date | None]) -> None:
    """A table with every history that occurs: the days of its three events, and the dates that follow from them."""
    cursor.execute(
        "CREATE TEMPORARY TABLE histories (kind text, variant integer, first date, second date, third date,"
        " clock jsonb, due date, grace date, outer_day date, responded date, notice date)"
    )
    for kind, variant, events in _histories(table):
        standing = fold("foia", events, holidays=table, today=None)
        cursor.execute(
            "INSERT INTO histories VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                kind,
                variant,
                *(event.on for event in events),
                json.dumps(pack(standing)),
                standing.due,
                standing.due_if_receipt_rolls,
                standing.very_overdue,
                standing.responded_on,
                notice_day(kind, standing),
            ],
        )


def _histories(table: HolidayTable) -> list[tuple[str, int, list[Event]]]:
    days = table.working_days("any_part")
    recent = days.spanned(TODAY - timedelta(days=40), TODAY - timedelta(days=1))[-9:]
    late = next(on for on in days.spanned(TODAY - timedelta(days=60), TODAY) if days.nth_after(on, 21) == TODAY)
    return [
        *(("open", variant, _asked_and_replied(on)) for variant, on in enumerate(recent)),
        ("late", 0, _asked_and_replied(late)),
        *(
            (
                "closed",
                variant,
                [
                    Event("received", on),
                    Event("extension_claimed", on + timedelta(days=10)),
                    Event("responded", on + timedelta(days=12)),
                ],
            )
            for variant, on in enumerate(date(2026, 1, 5) + timedelta(days=7 * week) for week in range(20))
        ),
    ]


def _asked_and_replied(replied_on: date) -> list[Event]:
    return [
        Event("received", replied_on - timedelta(days=10)),
        Event("clarification_requested", replied_on - timedelta(days=4)),
        Event("clarification_supplied", replied_on),
    ]


def _requests(first: int, last: int, *, people: int, bodies: int) -> None:
    history = _with_history(first, last)
    sent = "(first + time '09:00') AT TIME ZONE 'Europe/London'"
    _insert(
        FOIRequest,
        history,
        id="n",
        title="'Inspections of place ' || n",
        slug="'inspections-of-place-' || n",
        authority_id=f"1 + n %% {bodies}",
        requester_id=f"1 + (n / 100 * 7 + n) %% {people}",
        regime="'foia'",
        status="CASE numbered.kind WHEN 'closed' THEN 'answered' ELSE 'awaiting_response' END",
        created_at=sent,
        sent_at=sent,
        last_activity_at=sent,
        changed_at=sent,
        received_on="first",
        due_on="due",
        grace_on="grace",
        outer_on="outer_day",
        responded_on="responded",
        clock="clock",
        next_notice_on="notice",
        reply_token="md5('bench' || n)",  # noqa: S106 - an SQL expression
    )
    within = f"WHERE id BETWEEN {first} AND {last}"
    numbered = f"(SELECT id, sent_at, clock FROM requests_app_foirequest {within}) AS request"  # noqa: S608 - numbers
    for number, (direction, kind) in enumerate((("outgoing", "request"), ("incoming", "response"))):
        answer = "CASE WHEN clock ? 'responded_on' THEN 'answer' ELSE 'clarification' END"
        _insert(
            Message,
            numbered,
            id=f"request.id * 2 + {number}",
            foi_request_id="request.id",
            direction=f"'{direction}'",
            kind=f"'{kind}'",
            door="'mail'",
            author_name="'A. Person'",
            body="%(letter)s",
            published_text="%(letter)s",
            published_html="%(letter)s",
            at=f"sent_at + interval '{number * 6} days'",
            described_as=answer if number else "''",
        )
    _ledger(first, last)
    _insert(
        Follow,
        numbered,
        id="request.id",
        user_id=f"1 + (request.id + 1) %% {people}",
        foi_request_id="request.id",
        unsubscribe_token="md5('follow' || request.id)",  # noqa: S106 - an SQL expression
    )


def _with_history(first: int, last: int) -> str:
    """The numbers of a chunk, each with its kind and one of that kind's histories."""
    return (
        f"(SELECT n, {KIND} AS kind FROM generate_series({first}, {last}) AS n) AS numbered"  # noqa: S608 - our own
        " JOIN LATERAL (SELECT count(*) AS variants FROM histories"
        " WHERE histories.kind = numbered.kind) AS sizes ON true"
        " JOIN histories ON histories.kind = numbered.kind AND histories.variant = (n / 100) %% sizes.variants"
    )


def _ledger(first: int, last: int) -> None:
    """The three rows of each request, from the same days as its clock."""
    rows = (
        f"{_with_history(first, last)}"
        " CROSS JOIN LATERAL (VALUES (0, 'received', first),"
        " (1, CASE numbered.kind WHEN 'closed' THEN 'extension_claimed' ELSE 'clarification_requested' END, second),"
        " (2, CASE numbered.kind WHEN 'closed' THEN 'responded' ELSE 'clarification_supplied' END, third))"
        " AS event (place, kind, day)"
    )
    _insert(
        ClockEvent,
        rows,
        id="n * 3 + place",
        foi_request_id="n",
        kind="event.kind",
        on="day",
        basis="'delivery'",
        message_id="n * 2",
    )


def _insert(model: type[Model], source: str, **columns: str) -> None:
    """INSERT … SELECT of these SQL expressions; every other column gets the default of its field."""
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    named = {field.column: columns.get(field.column) for field in fields}
    given = {f"default_{column}": _default(model, column) for column, said in named.items() if said is None}
    expressions = [said if said is not None else f"%(default_{column})s" for column, said in named.items()]
    types = {field.column: field.db_type(connection) for field in fields}
    casts = [
        f"({expression})::{types[column].split(' GENERATED')[0]}"
        for column, expression in zip(named, expressions, strict=True)
    ]
    quoted = ", ".join(f'"{column}"' for column in named)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({quoted}) SELECT {', '.join(casts)} FROM {source}",  # noqa: S608
            given | {"letter": LETTER},
        )


def _default(model: type[Model], column: str) -> object:
    field: Field = next(field for field in model._meta.concrete_fields if field.column == column)
    value = field.get_default()
    if value is None and not field.null:
        value = ""
    return field.get_db_prep_save(value, connection)


def at_nine(day: date) -> datetime:
    """Nine o'clock in London on this day."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=LONDON)
