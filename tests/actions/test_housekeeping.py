"""The sweeps and what is tidied, through the tasks that beat calls."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from requests_app import tasks
from requests_app.actions import housekeeping
from requests_app.mail import compose
from requests_app.models import LinkKind, OneTimeLink, OutboundEmail, OutboundState
from requests_app.models.private import Draft
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_task_that_beat_calls_exists():
    import foitracker.celery

    foitracker.celery.app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert wanted <= set(foitracker.celery.app.tasks)
    assert {"requests_app.send_mail", "requests_app.place_inbound_email"} <= set(foitracker.celery.app.tasks)


def test_given_waiting_mail_when_the_sweep_runs_twice_then_each_letter_leaves_once(mailoutbox):
    foi_request = factories.make_request(received=False)
    row = compose.post_letter(foi_request.messages.get())

    tasks.send_waiting_mail()
    tasks.send_waiting_mail()
    tasks.send_mail(row.pk)

    assert OutboundEmail.objects.get(pk=row.pk).state == OutboundState.SENT
    assert len(mailoutbox) == 1


def test_given_old_things_when_tidied_then_only_what_is_over_goes():
    now = timezone.now()
    expired = Draft.objects.create(cookie_hash="x", expires_at=now - timedelta(minutes=1))
    kept = Draft.objects.create(user=factories.make_user())
    for days in (1, 200):
        OneTimeLink.objects.create(kind=LinkKind.TAKE_DOWN, token_hash=str(days), expires_at=now - timedelta(days=days))

    tasks.tidy()

    assert list(Draft.objects.all()) == [kept] and expired.pk != kept.pk
    assert [link.token_hash for link in OneTimeLink.objects.all()] == ["1"]


@pytest.mark.django_db(transaction=True)
def test_given_a_sweep_that_runs_when_another_begins_then_it_leaves_at_once():
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('tidy', 0))")

    with housekeeping.one_at_a_time("tidy") as first:
        assert first is False
    with other.cursor() as cursor:  # closing alone takes the server a moment
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()

    with housekeeping.one_at_a_time("tidy") as first:
        assert first is True
