"""The stored copy of a page: exact after every commit, never for the wrong reader, safe to lose."""

import gzip
import os
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from requests_app.actions.concealment import hide
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.actions.publication import touch
from requests_app.middleware import _found
from requests_app.models import FOIRequest, PageCopy
from requests_app.selectors import paths
from tests.editing import edit_and_read
from tests.factories import make_annotation, make_letter, make_request, make_staff, make_user

# Longer in a measurement: FOITRACKER_STALE_SECONDS=30.
SECONDS = float(os.environ.get("FOITRACKER_STALE_SECONDS") or 4)
EDITORS = READERS = 4


def get(foi_request: FOIRequest, **headers):
    return Client().get(paths.foi_request(foi_request.slug), headers=headers)


@pytest.mark.django_db
def test_given_the_same_page_again_then_304_and_after_a_change_200():
    foi_request = make_request()
    etag = get(foi_request).headers["ETag"]
    assert get(foi_request, if_none_match=etag).status_code == 304
    assert get(foi_request, if_none_match=f'"other", {etag}').status_code == 304
    touch(foi_request)
    make_annotation(foi_request)
    changed = get(foi_request, if_none_match=etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


@pytest.mark.django_db
def test_given_a_reader_without_gzip_then_plain_bytes_of_the_same_page():
    foi_request = make_request()
    packed = [get(foi_request, accept_encoding="gzip") for _time in range(2)]
    plain = [get(foi_request), get(foi_request, accept_encoding="gzip;q=0, identity")]
    assert all(answer.headers["Content-Encoding"] == "gzip" for answer in packed)
    assert all("Content-Encoding" not in answer.headers for answer in plain)
    assert {gzip.decompress(answer.content) for answer in packed} == {answer.content for answer in plain}
    assert "Accept-Encoding" in packed[1].headers["Vary"]


@pytest.mark.django_db
def test_given_a_session_or_a_waiting_message_then_the_copy_is_neither_served_nor_made():
    foi_request = make_request()
    for cookie in ("sessionid", "messages"):
        client = Client()
        client.cookies[cookie] = "anything"
        client.get(paths.foi_request(foi_request.slug))
    assert not PageCopy.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "stale", [{"version": 0}, {"release": "another"}, {"day": timezone.localdate() - timedelta(days=1)}]
)
def test_given_a_copy_of_another_version_release_or_day_then_it_is_not_served(stale):
    seed_bank_holidays()
    foi_request = make_request()
    get(foi_request)
    PageCopy.objects.update(body=gzip.compress(b"STALE"), **stale)
    assert get(foi_request).content != b"STALE"


@pytest.mark.django_db
def test_given_a_running_clock_then_the_copy_is_for_one_day_and_a_finished_request_keeps_its_own():
    seed_bank_holidays()
    running = make_request("Running water")
    answered = make_request("Finished bread", responded_on=timezone.localdate())
    get(running)
    get(answered)
    assert running.page_copy.day == timezone.localdate()
    assert answered.page_copy.day is None


@pytest.mark.django_db
def test_given_a_similar_request_that_is_hidden_then_its_title_leaves_other_copies_at_once():
    shown = make_request("Zeppelin mooring fees")
    other = make_request("Zeppelin accidents")
    assert other.title in get(shown).content.decode()
    assert other.title in get(shown).content.decode()
    hide(
        thing=other,
        reason_code="court",
        public_wording="By order of a court.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
    )
    assert other.title not in get(shown).content.decode()


@pytest.mark.django_db
def test_given_a_pooler_that_keeps_nothing_prepared_then_the_same_page_comes(monkeypatch):
    foi_request = make_request("Zeppelin mooring 100 % fees")
    make_request("Zeppelin accidents")
    prepared = get(foi_request).content
    PageCopy.objects.all().delete()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert get(foi_request).content == prepared
    assert get(foi_request).content == prepared


@pytest.mark.django_db
def test_given_a_foreign_host_then_no_copy_for_it():
    foi_request = make_request()
    get(foi_request)
    assert Client(HTTP_HOST="evil.example").get(paths.foi_request(foi_request.slug)).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_given_a_connection_that_broke_meanwhile_then_the_next_reader_gets_the_page():
    foi_request = make_request()
    get(foi_request)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        broken = cursor.fetchone()[0]

    def cut():
        with connection.cursor() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [broken])
        connection.close()

    thread = threading.Thread(target=cut)
    thread.start()
    thread.join()
    assert _found(foi_request.slug) is not None


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.django_db(transaction=True)
def test_given_processes_that_edit_and_read_at_once_then_no_read_shows_what_was_before_a_commit():
    foi_request = make_request("A much edited page", requester=make_user())
    letter = make_letter(foi_request)

    seen = edit_and_read(
        slug=foi_request.slug,
        letter=letter.pk,
        database=connection.settings_dict["NAME"],
        seconds=SECONDS,
        editors=EDITORS,
        readers=READERS,
    )

    print(f"{seen.edits} edits, {seen.undone} undone; {seen.reads} reads, {seen.from_copy} of a copy")
    assert seen.errors == []
    assert seen.edits - seen.undone > 3 and seen.undone > 0
    assert seen.reads > 10 and 0 < seen.from_copy < seen.reads
    assert seen.stale == [] and seen.ghosts == []
