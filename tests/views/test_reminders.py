"""Reminders in the browser: choosing them, stopping them from a letter, and looking after them."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from requests_app.actions import reminder_switches, reminders
from requests_app.actions.reconciling import account
from requests_app.models import FOIRequest, Heartbeat, OutboundEmail, Reminder, ReminderOptOut
from tests.factories import make_authority, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
MONDAY = date(2011, 7, 18)
MORNING = datetime(2011, 7, 18, 9, tzinfo=ZoneInfo("Europe/London"))
MINUTE = timedelta(minutes=1)


class TestChoosing:
    def test_a_person_unticks_a_kind_and_ticks_it_again(self, client):
        person = make_user()
        client.force_login(person)
        page = client.get("/my/account/").content.decode()
        assert page.count('name="kind"') == page.count("checked") == len(reminder_switches.choices_for(person))

        wanted = [kind for kind in reminder_switches.choices_for(person) if kind != "was_this_the_answer"]
        client.post("/my/account/reminders/", {"kind": wanted})

        assert list(ReminderOptOut.objects.values_list("user", "kind")) == [(person.pk, "was_this_the_answer")]
        page = client.get("/my/account/").content.decode()
        assert page.count('name="kind"') == page.count("checked") + 1

    def test_an_officer_chooses_for_the_authority_what_may_be_chosen(self, client):
        officer = make_officer()
        client.force_login(officer.user)
        page = client.get(f"/inbox/{officer.authority.slug}/").content.decode()
        assert 'value="due_soon"' in page and 'value="overdue"' not in page

        client.post(f"/inbox/{officer.authority.slug}/reminders/", {"kind": ["date_moved"]})

        kinds = set(ReminderOptOut.objects.filter(authority=officer.authority).values_list("kind", flat=True))
        assert kinds == {"due_soon", "review_due_soon"}

    def test_another_authoritys_officer_chooses_nothing(self, client):
        client.force_login(make_officer().user)
        assert client.post(f"/inbox/{make_authority().slug}/reminders/", {}).status_code == 404
        assert not ReminderOptOut.objects.exists()


class TestStopping:
    @pytest.fixture
    def address(self):
        make_request()
        reminders.sweep(now=MORNING)
        row = OutboundEmail.objects.get(template="overdue_requester")
        return "/" + row.headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]

    def test_looking_stops_nothing_and_pressing_stops_the_letters_kind(self, address):
        program = Client(enforce_csrf_checks=True)

        looked = program.get(address)
        assert looked.status_code == 200 and "An answer is late" in looked.content.decode().replace("an a", "An a")
        assert not ReminderOptOut.objects.exists()
        assert looked["Referrer-Policy"] == "no-referrer"

        pressed = program.post(address, {"List-Unsubscribe": "One-Click"})
        assert pressed.status_code == 200
        assert ReminderOptOut.objects.get().kind == "overdue"
        assert program.post(address).status_code == 200

    def test_a_token_that_was_changed_is_not_found(self, address):
        for wrong in (address[:-3] + "abc", "/unsubscribe/mail/x", "/unsubscribe/mail/x:y:z"):
            assert Client().get(wrong).status_code == Client().post(wrong).status_code == 404


class TestHealth:
    def test_a_beat_that_was_seen_lately_is_well(self, client):
        reminders.note_beat(now=timezone.now() - MINUTE)
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            said = answer.json()
            assert answer.status_code == 200 and said["beat"]["late"] is False, path
            assert 60 <= said["beat"]["seen_seconds_ago"] < 90

    @pytest.mark.parametrize("seen", [None, timedelta(minutes=16)])
    def test_a_beat_that_was_not_seen_is_said_to_be_late_and_pages_are_still_served(self, client, seen):
        if seen:
            reminders.note_beat(now=timezone.now() - seen)
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            assert answer.status_code == 200 and answer.json()["beat"]["late"] is True

    def test_without_a_database_the_process_lives_but_cannot_serve(self, client, monkeypatch):
        def away(**_given):
            raise OperationalError("gone")

        monkeypatch.setattr("requests_app.views.health.last_seen", away)
        monkeypatch.setattr("requests_app.views.health.connection.close", lambda: None)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503

    def test_the_latest_moment_stays(self):
        now = timezone.now()
        reminders.note_beat(now=now - MINUTE)
        reminders.note_beat(now=now)
        assert Heartbeat.objects.get(name="beat").at == now


class TestClockPage:
    def test_staff_see_each_day_with_its_reasons_and_that_beat_is_missing(self, client, django_assert_num_queries):
        suspended = make_request()
        make_request()
        today = timezone.localdate()
        reminder_switches.choose([], user=suspended.requester, now=timezone.now())
        reminders.sweep(now=MORNING)
        Reminder.objects.update(planned_on=today)
        client.force_login(make_staff())

        with django_assert_num_queries(7):  # four for who looks; reminders, heartbeats, the scanner
            page = " ".join(client.get("/moderation/clock/").content.decode().split())

        assert "not seen for 15 minutes" in page
        assert '<td data-label="Planned">4</td> <td data-label="Sent">3</td>' in page
        assert '<td data-label="Skipped">1 <span class="soft small">(not wanted: 1)</span></td>' in page

        reminders.note_beat(now=timezone.now())
        reminders.seen(Heartbeat.SWEEP, now=timezone.now())
        assert "not seen for 15 minutes" not in client.get("/moderation/clock/").content.decode()


class TestReconciling:
    def reconcile(self, day: date = MONDAY) -> tuple[int, dict]:
        out = StringIO()
        try:
            call_command("reconcile_reminders", day=day.isoformat(), stdout=out)
        except SystemExit as left:
            return left.code, json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    def test_a_day_that_adds_up(self):
        make_request()
        reminders.sweep(now=MORNING)

        code, said = self.reconcile()

        assert code == 0 and said["adds_up"] is True
        assert (said["planned"], said["sent"], said["missing_total"]) == (2, 2, 0)

    def test_a_request_that_was_forgotten_is_named(self):
        foi_request = make_request()
        FOIRequest.objects.update(next_notice_on=None)
        reminders.sweep(now=MORNING)

        code, said = self.reconcile()

        assert code == 1
        assert [foi_request.pk, "overdue", 0, "requester", "2011-07-15"] in said["missing"]

    def test_a_letter_that_is_not_in_the_outbox_is_missed(self):
        make_request()
        reminders.sweep(now=MORNING)
        OutboundEmail.objects.filter(template="overdue_requester").delete()

        assert account(MONDAY, now=MORNING + timedelta(days=1)).without_letter == 1
        assert not account(MONDAY, now=MORNING + timedelta(days=1)).adds_up

    def test_what_still_waits_is_named_and_adds_up(self):
        person = make_user()
        make_request(requester=person)
        reminders.sweep(now=MORNING)
        make_request(requester=person)
        reminders.sweep(now=MORNING)

        code, said = self.reconcile()

        assert code == 0 and said["waiting_total"] == 1 and len(said["waiting"]) == 1

    def test_a_day_off_asks_for_nothing(self):
        make_request()
        assert self.reconcile(date(2011, 7, 17))[0] == 0

    @pytest.mark.parametrize("day", ["tomorrow", "2999-01-01"])
    def test_a_day_that_is_none_or_has_not_come_is_refused(self, day):
        with pytest.raises(CommandError):
            call_command("reconcile_reminders", day=day)
