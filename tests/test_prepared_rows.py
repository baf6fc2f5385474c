"""Rows and writes that are compiled once are the same as the ORM's."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.models import Event, FOIRequest, InboundEmail, Message
from requests_app.prepared_rows import Given, PreparedInsert, PreparedRows, PreparedUpdate
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["prepared", "behind a pooler"])
def pooled(request, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", request.param)
    return request.param


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_with_what_is_joined_and_annotated_are_those_of_the_queryset(pooled):
    foi_request = factories.make_request("Roads, 100% of them, for $1")
    whole = FOIRequest.objects.select_related("authority", "requester").annotate(letters=Count("messages"))
    rows = PreparedRows(lambda: whole.filter(pk=Given("number", "bigint"), title=Given("title", "text")))

    with CaptureQueriesContext(connection) as queries:
        (found,) = rows(number=foi_request.pk, title=foi_request.title)
        found.authority, found.requester, found.clock  # noqa: B018
    expected = whole.get(pk=foi_request.pk)

    assert len(queries) == 1
    assert values_of(found) == values_of(expected) and found.letters == expected.letters == 1
    assert values_of(found.authority) == values_of(expected.authority)
    assert values_of(found.requester) == values_of(expected.requester)
    assert rows.first(number=foi_request.pk, title="another") is None
    assert not found._state.adding


def test_values_lists_are_tuples_and_only_defers(pooled):
    foi_request = factories.make_request("Roads", body="Dear Council")
    mine = Message.objects.filter(foi_request_id=Given("number", "bigint"))

    assert PreparedRows(lambda: mine.values_list("body", "foi_request__title"))(number=foi_request.pk) == [
        (foi_request.messages.get().body, "Roads")
    ]
    (bare,) = PreparedRows(lambda: mine.only("foi_request", "subject"))(number=foi_request.pk)
    assert bare.get_deferred_fields() >= {"body", "published_text"}


@pytest.mark.django_db(transaction=True)
def test_a_lock_asks_for_a_transaction():
    locked = PreparedRows(lambda: FOIRequest.objects.filter(pk=Given("number", "bigint")).select_for_update())

    with pytest.raises(TransactionManagementError):
        locked(number=1)
    with transaction.atomic():
        assert locked(number=1) == []


def test_an_insert_is_a_saved_row(pooled):
    foi_request = factories.make_request()
    data = {"day": "2026-02-03", "n": [1, None]}

    made = PreparedInsert(Event)(Event(foi_request=foi_request, kind="sent", data=data))

    assert values_of(Event.objects.get(pk=made.pk)) == values_of(made)
    assert not made._state.adding and made == Event.objects.get(pk=made.pk)


def test_an_update_saves_its_fields_and_no_other(pooled):
    foi_request = factories.make_request("Roads")
    version, moment = foi_request.version, timezone.now() + timedelta(days=1)
    foi_request.title, foi_request.changed_at, foi_request.slug = "Rails", moment, "not-saved"

    PreparedUpdate(FOIRequest, "title", "changed_at", also="version = version + 1")(foi_request)

    kept = FOIRequest.objects.get(pk=foi_request.pk)
    assert (kept.title, kept.changed_at, kept.version) == ("Rails", moment, version + 1)
    assert kept.slug != "not-saved"


def test_an_insert_refuses_what_only_the_database_can_work_out():
    with pytest.raises(TypeError, match="received_at"):
        PreparedInsert(InboundEmail)(
            InboundEmail(door="test", recipient="a@b.example", digest="0", size=1, received_at=Now())
        )


def test_an_update_of_a_row_that_is_gone_is_an_error(pooled):
    with pytest.raises(DatabaseError, match="999"):
        PreparedUpdate(FOIRequest, "title")(FOIRequest(pk=999, title="Rails"))
