"""What is read as one statement is what its querysets read one by one, in the same types and under the same rules."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from requests_app.models import FOIRequest, Message, Release
from requests_app.selectors.request_page import THREAD
from tests.factories import SENT_AT, make_annotation, make_file, make_letter, make_request

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def one_by_one(foi_request: FOIRequest) -> tuple[dict, dict]:
    head = THREAD.head(NOBODY, foi_request.slug).get()
    return head, {name: list(build(foi_request.pk, NOBODY)) for name, build in THREAD.parts.items()}


def in_any_form(head: dict) -> dict:
    """With the columns of JSON read, which a plain cursor gives as text."""
    return {
        name: json.loads(value) if name in ("clock", "holidays") and isinstance(value, str) else value
        for name, value in head.items()
    }


def types_of(parts: dict) -> dict:
    return {name: [[type(value) for value in row.values()] for row in rows] for name, rows in parts.items()}


def test_given_a_thread_when_read_at_once_then_the_same_rows_and_types_as_one_by_one():
    foi_request = make_request('Quotes " and \\ and % and \u2028')
    odd = datetime(2011, 10, 30, 1, 30, 0, 120, tzinfo=UTC)
    answer = make_letter(foi_request, body="Ünïcode \t \\n \"quoted\" 'text' <b>", at=odd)
    make_file(answer, 'a "b" \\ c.txt')
    make_file(answer, "checked.pdf", release=Release.CHECKING, checking_until=date(2011, 7, 1))
    make_letter(foi_request, at=SENT_AT + timedelta(days=1))
    make_annotation(foi_request)

    head, parts = THREAD.read(foi_request.slug, NOBODY)
    wanted_head, wanted = one_by_one(foi_request)

    assert in_any_form(head) == in_any_form(wanted_head)
    assert parts == wanted
    assert [len(rows) for rows in parts.values()] == [3, 2, 1]
    for name, rows in parts.items():
        assert [list(map(type, row.values())) for row in rows] == [
            list(map(type, row.values())) for row in wanted[name]
        ]


def test_given_a_hidden_letter_then_its_text_is_in_neither_and_a_hidden_request_is_not_found():
    foi_request = make_request()
    letter = make_letter(foi_request, body="A secret word")
    Message.objects.filter(pk=letter.pk).update(
        prominence="nobody", concealed_reason="personal", concealed_wording="Hidden."
    )
    assert "secret" not in str(THREAD.read(foi_request.slug, NOBODY))
    assert THREAD.read(foi_request.slug, NOBODY)[1] == one_by_one(foi_request)[1]

    FOIRequest.objects.filter(pk=foi_request.pk).update(
        prominence="nobody", concealed_reason="personal", concealed_wording="Hidden."
    )

    assert THREAD.read(foi_request.slug, NOBODY) is None
    assert THREAD.read("no-such-request", NOBODY) is None


def test_given_a_letter_alone_then_what_there_is_none_of_is_an_empty_list():
    _head, parts = THREAD.read(make_request().slug, NOBODY)

    assert (len(parts["letters"]), parts["files"], parts["annotations"]) == (1, [], [])
