"""How our mail fares: the outbox now, and the addresses at which it fails, worst first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from requests_app.actions import delivery, receipt, undelivered
from requests_app.mail import compose
from requests_app.models import OutboundEmail
from requests_app.selectors import moderation_mail
from requests_app.templatetags.foi import breakable
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    person = factories.make_staff()
    client.force_login(person)
    return person


def sent(authority) -> OutboundEmail:
    foi_request = factories.make_request(authority=authority, received=False)
    row = compose.post_letter(foi_request.messages.get(), not_before=timezone.now())
    delivery.deliver(row.pk)
    return row


def bounced(authority) -> OutboundEmail:
    row = sent(authority)
    undelivered.note_bounce(outbound_id=row.pk, reason="550 5.1.1 gone", now=timezone.now())
    return row


def page_of(client, path: str = "/moderation/mail/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("<wbr>", "").split())


def test_given_addresses_that_fail_then_the_worst_comes_first_and_well_ones_are_not_named(client, staff):
    well, bad, worst = (factories.make_authority(name) for name in ("Well", "Bad", "Worst"))
    sent(well)
    bounced(bad)
    for _time in range(3):
        bounced(worst)

    shown = page_of(client)

    assert shown.index(worst.addresses.get().email) < shown.index(bad.addresses.get().email)
    assert well.addresses.get().email not in shown
    assert "Mail is stuck" not in shown


def test_given_a_mail_server_that_is_away_then_the_page_says_since_when_and_when_the_next_try_is(client, staff):
    now = timezone.now()
    foi_request = factories.make_request(received=False)
    row = compose.post_letter(foi_request.messages.get())
    assert not moderation_mail.waiting(now=now).is_stuck and moderation_mail.waiting(now=now).resting in (0, 1)
    OutboundEmail.objects.filter(pk=row.pk).update(
        created_at=now - timedelta(hours=2),
        not_before=now + timedelta(minutes=4),
        attempts=9,
        last_error="ConnectionRefusedError: refused",
    )

    told = moderation_mail.waiting(now=now)

    assert (told.retried, told.is_stuck, told.oldest) == (1, True, now - timedelta(hours=2))
    assert told.next_try == now + timedelta(minutes=4)
    shown = page_of(client)
    assert "Mail is stuck" in shown and "ConnectionRefusedError" in shown
    assert foi_request.authority.addresses.get().email in shown


def test_given_workers_that_are_away_then_letters_whose_turn_has_come_tell_of_it():
    now = timezone.now()
    foi_request = factories.make_request(received=False)
    compose.post_letter(foi_request.messages.get(), not_before=now)

    assert not moderation_mail.waiting(now=now + timedelta(minutes=14)).is_stuck
    assert moderation_mail.waiting(now=now + timedelta(minutes=16)).is_stuck


def test_given_every_sort_of_evidence_then_the_authoritys_page_tells_each(client, staff):
    authority = factories.make_authority()
    for evidence in ("provider", "dsn", "dsn"):
        row = sent(authority)
        receipt.note_delivered(
            outbound_id=row.pk, evidence=evidence, at=timezone.now(), server=f"mx.{evidence}.example"
        )
    bounced(authority)

    shown = page_of(client, f"/moderation/authorities/{authority.slug}/")

    (told,) = moderation_mail.health_of([authority.addresses.get().email], now=timezone.now())
    assert (told.sent, told.accepted, told.by_provider, told.by_report, told.failed) == (4, 4, 1, 2, 1)
    assert told.last_delivered is not None
    assert "our mail provider: 1" in shown and "a report: 2" in shown
    assert "mx.provider.example" in shown and "550 5.1.1 gone" in shown


@pytest.mark.parametrize("count", [1, 15])
def test_given_few_or_many_addresses_then_the_queries_are_as_many(django_assert_num_queries, count):
    for _number in range(count):
        bounced(factories.make_authority())

    with django_assert_num_queries(5):
        page = moderation_mail.load(now=timezone.now())

    assert len(page.rows) == count


def test_given_many_rows_then_what_the_pages_ask_is_found_by_indexes():
    bounced(factories.make_authority(email="foi@council.example"))
    columns = [field.column for field in OutboundEmail._meta.fields if field.column != "id"]
    ours = {"rfc_message_id": "'<' || n || '@x>'", "bounce_token": "'t' || n", "to_address": "'a' || n % 2000 || '@x'"}
    ours |= {"bounced_at": "NULL", "bounce_reason": "''"}
    values = ", ".join(ours.get(column, column) for column in columns)
    table = OutboundEmail._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}, generate_series(1, 20000) n"
            f" WHERE {table}.to_user_id IS NULL"
        )
        cursor.execute(f"ANALYZE {table}")
    now = timezone.now()

    assert "mail_to_authorities" in moderation_mail._recent(now).filter(to_address__in=["a7@x"]).explain()
    failed = moderation_mail._recent(now).filter(moderation_mail.TROUBLED).values("to_address")
    assert "mail_that_failed" in failed.explain()
    waits = OutboundEmail.objects.filter(moderation_mail.WAITING).order_by()
    assert "outbox_waiting" in waits.explain()


def test_given_a_long_address_then_it_breaks_between_its_parts_and_is_escaped():
    assert breakable("foi.team@a-b.council.example") == "foi<wbr>.team@<wbr>a-b<wbr>.council<wbr>.example"
    assert "<b>" not in breakable('"<b>"@council.example')
