"""What is forgotten after its time, and what is not."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from requests_app.actions.contact import write_to_us
from requests_app.actions.housekeeping import tidy
from requests_app.actions.reports import report
from requests_app.actions.retention import DAYS_OF_MAIL_KEPT, LETTERS_TO_PEOPLE_KEPT, MESSAGES_KEPT
from requests_app.mail import compose
from requests_app.models import Case, DailyMail, OutboundEmail, OutboundState, Report, SiteMessage
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sent(row: OutboundEmail, ago: timedelta) -> OutboundEmail:
    OutboundEmail.objects.filter(pk=row.pk).update(state=OutboundState.SENT, created_at=timezone.now() - ago)
    return row


def test_given_old_copies_of_our_letters_then_those_to_people_go_and_the_record_stays():
    foi_request, user = make_request(), make_user()
    words = {"items": [{"title": "T", "events": []}], "settings_url": "x"}
    old = LETTERS_TO_PEOPLE_KEPT + DAY
    gone = sent(compose.post("follow_at_once", to=user, context=words), old)
    recent = sent(compose.post("follow_at_once", to=user, context=words), LETTERS_TO_PEOPLE_KEPT - DAY)
    record = sent(compose.post_letter(foi_request.messages.get()), old)
    unsent = compose.post("follow_at_once", to=user, context=words)
    OutboundEmail.objects.filter(pk=unsent.pk).update(created_at=timezone.now() - old)

    tidy(now=timezone.now())
    tidy(now=timezone.now())

    kept = set(OutboundEmail.objects.values_list("pk", flat=True))
    assert kept == {recent.pk, record.pk, unsent.pk} and gone.pk not in kept


def test_given_a_reminder_of_several_requests_to_an_authority_then_it_is_the_record_and_stays():
    row = sent(compose.post("follow_at_once", to="foi@council.example", context={"items": []}), DAY * 1000)
    OutboundEmail.objects.filter(pk=row.pk).update(template="daily_authority")

    tidy(now=timezone.now())

    assert OutboundEmail.objects.filter(pk=row.pk).exists()


def test_given_days_of_mail_then_those_of_a_month_ago_go():
    now, user = timezone.now(), make_user()
    for ago in (DAYS_OF_MAIL_KEPT + DAY, DAYS_OF_MAIL_KEPT - DAY, 0 * DAY):
        DailyMail.objects.create(user=user, day=(now - ago).date(), at=now - ago)

    tidy(now=now)

    assert DailyMail.objects.count() == 2


@pytest.mark.parametrize("settled", [True, False])
def test_given_old_messages_to_us_then_they_are_blank_once_they_are_settled(settled):
    then = timezone.now() - MESSAGES_KEPT - DAY
    write_to_us(name="Jo", email="jo@people.example", subject="S", text="Words", sender=make_user(), now=then)
    foi_request = make_request()
    report(
        foi_request_id=foi_request.pk,
        reason="personal",
        text="Why",
        reporter=None,
        reporter_email="al@people.example",
        now=then,
    )
    Report.objects.update(created_at=then)
    if settled:
        Case.objects.update(closed_at=timezone.now())

    tidy(now=timezone.now())

    message, row = SiteMessage.objects.get(), Report.objects.get()
    assert (message.email, message.name, message.text, message.sender) == ("", "", "", None) or not settled
    assert (row.reporter_email == "") is (message.email == "") is settled


def test_given_counts_of_tries_that_are_over_then_no_trace_of_the_connection_stays():
    cache.set("tries:over", 1, 0.001)
    cache.set("tries:running", 1, 3600)

    tidy(now=timezone.now() + timedelta(seconds=5))

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entries WHERE cache_key LIKE %s", ["%tries:%"])
        assert [key.rpartition(":")[2] for (key,) in cursor.fetchall()] == ["running"]
