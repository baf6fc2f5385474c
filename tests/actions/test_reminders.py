"""One reminder for one date, to whom it concerns; and the cases in which nobody is reminded."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from requests_app.actions import notice_plan, notice_post, reminders
from requests_app.actions.cases import open_case
from requests_app.actions.mail_decisions import retry_job
from requests_app.actions.notice_schedule import LATE
from requests_app.models import (
    BankHoliday,
    Case,
    CaseKind,
    DailyMail,
    Decision,
    Event,
    FOIRequest,
    InboundEmail,
    NotAllowed,
    OutboundEmail,
    Reminder,
    Sanction,
    Status,
)
from tests import factories
from tests.engines import environment
from tests.running import BASE

# Received on 16 June 2011: normally due by Friday 15 July.
DUE = date(2011, 7, 15)
MONDAY_AFTER = date(2011, 7, 18)
LONDON = ZoneInfo("Europe/London")


def sweep(on: date = MONDAY_AFTER, hour: int = 9):
    return reminders.sweep(now=datetime(on.year, on.month, on.day, hour, tzinfo=LONDON))


def _remind(on: date = MONDAY_AFTER) -> int:
    """Of how many requests both sides, or one, were told that morning that they are late."""
    late = Reminder.objects.filter(state="sent", kind__in=LATE)
    before = set(late.values_list("pk", flat=True))
    sweep(on)
    return late.exclude(pk__in=before).values("foi_request").distinct().count()


def letters(template: str) -> list[OutboundEmail]:
    return list(OutboundEmail.objects.filter(template=template).order_by("pk"))


@pytest.mark.django_db
class TestWhoIsReminded:
    def test_given_a_late_answer_when_the_morning_comes_then_both_sides_get_one_letter(self):
        foi_request = factories.make_request()
        version = foi_request.version

        assert _remind(DUE) == 0
        assert _remind() == 1
        assert _remind() == 0
        assert _remind(MONDAY_AFTER + timedelta(days=7)) == 0

        sent = {row.template: row for row in OutboundEmail.objects.exclude(template="due_soon_authority")}
        assert set(sent) == {"overdue_requester", "overdue_authority"}
        requester = " ".join(sent["overdue_requester"].body.split())
        assert "should normally have responded promptly and by Friday 15 July 2011" in requester
        assert f"/request/{foi_request.slug}/follow-up" in requester
        assert "I sent this request on Thursday 16 June 2011." in requester
        authority = " ".join(sent["overdue_authority"].body.split())
        assert authority.startswith(
            "Automatic message from FOI Tracker, a public website. Not a new request; not from a court or regulator."
        )
        assert "Received: Thursday 16 June 2011" in authority
        assert f"/inbox/request/{foi_request.pk}/" in authority and f"{foi_request.slug}/deadline" in authority
        assert "normally due promptly and by Friday 15 July 2011" in authority
        for words in (requester, authority):
            assert not {"illegal", "breach", "ignored", "broke", "statutory"} & set(words.lower().split())
        late = Reminder.objects.filter(kind="overdue")
        assert sorted(late.values_list("audience", "for_on")) == [("authority", DUE), ("requester", DUE)]
        said = Event.objects.filter(foi_request=foi_request, kind="reminded")
        assert sorted(said.values_list("data__audience", flat=True)) == ["authority", "requester"]
        foi_request.refresh_from_db()
        assert foi_request.version > version

    def test_given_receipt_on_a_sunday_when_only_the_stricter_day_is_over_then_nobody_is_reminded(self):
        sunday = datetime(2011, 6, 19, 12, tzinfo=LONDON)
        foi_request = factories.make_request(sent_at=sunday)
        assert foi_request.grace_on > foi_request.due_on

        assert _remind(foi_request.grace_on) == 0
        assert _remind(foi_request.grace_on + timedelta(days=1)) == 1

    @pytest.mark.parametrize("hour", [13, 18, 23])
    def test_given_the_sweep_runs_again_after_the_morning_then_reminders_wait_for_the_next(self, hour):
        factories.make_request()

        assert sweep(hour=hour)["sent"] == 0
        assert not OutboundEmail.objects.exists()
        assert sweep(MONDAY_AFTER + timedelta(days=1), hour=8)["sent"] == 2

    def test_given_days_on_which_nothing_ran_when_it_runs_again_then_they_heal(self):
        factories.make_request()

        assert _remind(DUE + timedelta(days=200)) == 1
        assert len(letters("long_overdue_requester")) == len(letters("long_overdue_authority")) == 1
        assert OutboundEmail.objects.count() == 2

    @pytest.mark.parametrize(
        "fields",
        [
            {"letters_to_describe_since": DUE},
            {"responded_on": DUE},
            {"is_imported": True},
            {"importing": True},
            {"regime": "none"},
            {"status": Status.ANSWERED},
            {"status": Status.WITHDRAWN},
            {"status": Status.AWAITING_CLARIFICATION},
            {"due_on": None},
        ],
        ids=str,
    )
    def test_given_something_else_is_the_matter_when_the_day_is_over_then_nobody_is_reminded(self, fields):
        factories.make_request(**fields)

        assert _remind() == 0
        assert not OutboundEmail.objects.filter(template__contains="overdue").exists()

    @pytest.mark.parametrize("state", ["held", "received"])
    def test_given_a_letter_that_nobody_has_read_yet_when_the_day_is_over_then_nobody_is_reminded(self, state):
        foi_request = factories.make_request()
        InboundEmail.objects.create(
            door="test", recipient="x", digest="d", size=1, state=state, foi_request=foi_request
        )

        assert _remind() == 0

    def test_given_only_an_automatic_reply_that_is_held_when_the_day_is_over_then_both_are_reminded(self):
        foi_request = factories.make_request()
        InboundEmail.objects.create(
            door="test",
            recipient="x",
            digest="d",
            size=1,
            state="held",
            reason="unknown_automatic",
            foi_request=foi_request,
        )

        assert _remind() == 1

    def test_given_a_suspended_requester_when_the_day_is_over_then_nobody_is_reminded(self):
        foi_request = factories.make_request()
        decision = Decision.objects.create(
            kind="suspend",
            actor=factories.make_staff(),
            reason_code="abusive",
            thing_type="user",
            thing_id=foi_request.requester_id,
        )
        Sanction.objects.create(
            user=foi_request.requester, reason_code="abusive", public_wording="Abuse.", started_by=decision
        )

        assert _remind() == 0

    def test_given_an_address_that_returns_mail_when_the_day_is_over_then_only_the_requester_is_told(self, client):
        foi_request = factories.make_request()
        foi_request.authority.addresses.update(undeliverable_since=timezone.now())

        assert _remind() == 1
        assert OutboundEmail.objects.get().template == "overdue_requester"
        page = client.get(f"/request/{foi_request.slug}/details").content.decode()
        assert "The requester was reminded that the answer is late" in page
        assert "The authority was reminded" not in page and "Both sides" not in page
        assert Reminder.objects.get(audience="authority").reason == "bounced"


@pytest.mark.django_db
class TestManyAndBroken:
    def test_given_many_when_reminded_then_batches_cost_few_queries(self, django_assert_max_num_queries):
        for _number in range(12):
            factories.make_request()

        with django_assert_max_num_queries(60):
            assert _remind() == 12
        assert OutboundEmail.objects.count() == 24

    def test_given_more_than_a_batch_when_reminded_then_all_are(self, monkeypatch):
        monkeypatch.setattr(notice_plan, "BATCH", 2)
        monkeypatch.setattr(notice_post, "BATCH", 2)
        for _number in range(5):
            factories.make_request()

        assert _remind() == 5

    def test_given_one_letter_that_breaks_when_reminded_then_the_others_go_and_it_becomes_a_case(self, monkeypatch):
        good, bad, last = (factories.make_request() for _number in range(3))
        real = notice_post.part_of_request

        def part(row, extras):
            if row["foi_request_id"] == bad.pk:
                raise ValueError("broken")
            return real(row, extras)

        monkeypatch.setattr(notice_post, "part_of_request", part)

        assert _remind() == 2

        assert set(Reminder.objects.filter(state="sent").values_list("foi_request", flat=True)) == {good.pk, last.pk}
        assert set(Reminder.objects.filter(state="failed").values_list("foi_request", flat=True)) == {bad.pk}
        case = Case.objects.get(kind=CaseKind.FAILED_JOB)
        assert case.thing_id == bad.pk

        monkeypatch.setattr(notice_post, "part_of_request", real)
        tuesday = MONDAY_AFTER + timedelta(days=1)
        assert _remind(tuesday) == 0
        now, staff = datetime(2011, 7, 19, 15, tzinfo=LONDON), factories.make_staff()
        retry_job(case_id=case.pk, actor=staff, now=now)

        case.refresh_from_db()
        assert case.closed_at == now
        assert _remind(tuesday + timedelta(days=1)) == 1
        assert Reminder.objects.filter(foi_request=bad, state="sent").count() == 2
        again = open_case(CaseKind.FAILED_JOB, "foi_request", good.pk)
        FOIRequest.objects.update(next_notice_on=None)
        with pytest.raises(NotAllowed, match="has run since"):
            retry_job(case_id=again.pk, actor=staff, now=now)

    def test_given_a_request_whose_dates_cannot_be_read_when_planned_then_the_others_go_and_it_becomes_a_case(self):
        bad, good = factories.make_request(), factories.make_request()
        FOIRequest.objects.filter(pk=bad.pk).update(clock={"due": "no day"})

        assert _remind() == 1
        assert _remind(MONDAY_AFTER + timedelta(days=1)) == 0

        assert {row.foi_request_id for row in Reminder.objects.all()} == {good.pk}
        assert Case.objects.get(kind=CaseKind.FAILED_JOB).thing_id == bad.pk

    def test_given_the_outbox_refuses_one_letter_when_posted_then_only_that_one_fails(self):
        good, bad = factories.make_request(), factories.make_request()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE requests_app_outboundemail ADD CONSTRAINT poison CHECK (to_address <> %s)",
                [bad.requester.email],
            )

        assert _remind() == 2

        assert Reminder.objects.get(state="failed").audience == "requester"
        assert Reminder.objects.filter(state="sent").count() == 3
        assert Case.objects.get(kind=CaseKind.FAILED_JOB).thing_id == bad.pk
        assert OutboundEmail.objects.filter(to_user=good.requester).count() == 1

    @pytest.mark.parametrize(
        ("table", "whose", "sent"),
        [("reminder", "NEW.foi_request_id = %s", 2), ("outboundemail", "NEW.to_user_id = %s", 3)],
        ids=["planning", "posting"],
    )
    def test_given_a_row_that_deadlocks_every_time_then_the_others_go_and_it_becomes_a_case(self, table, whose, sent):
        good, bad = factories.make_request(), factories.make_request()
        number = bad.pk if table == "reminder" else bad.requester_id
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER deadlocks BEFORE INSERT ON requests_app_{table} FOR EACH ROW"
                f" WHEN ({whose % number}) EXECUTE FUNCTION deadlock()"
            )

        sweep()

        assert Reminder.objects.filter(state="sent").count() == sent
        assert Reminder.objects.filter(foi_request=good, state="sent").count() == 2
        assert Case.objects.get(kind=CaseKind.FAILED_JOB).thing_id == bad.pk

    @pytest.mark.parametrize(
        ("moment", "may"),
        [
            (datetime(2011, 7, 18, 7, 0, 2, tzinfo=LONDON), False),
            (datetime(2011, 7, 18, 7, 0, 3, tzinfo=LONDON), True),
            (datetime(2011, 7, 18, 12, 0, 2, tzinfo=LONDON), True),
            (datetime(2011, 7, 18, 12, 0, 3, tzinfo=LONDON), False),
            (datetime(2011, 7, 18, 23, 0, tzinfo=LONDON), False),
            (datetime(2011, 7, 16, 9, 0, tzinfo=LONDON), False),
            (datetime(2011, 7, 12, 9, 0, tzinfo=LONDON), False),
        ],
    )
    def test_given_a_moment_then_reminders_go_on_working_mornings_only(self, moment, may):
        assert BankHoliday.objects.filter(on=date(2011, 7, 12)).exists()
        assert reminders.may_go(moment) is may


@pytest.mark.django_db(transaction=True)
def test_given_a_reminder_that_another_process_posts_when_its_request_is_planned_then_nobody_waits():
    foi_request = factories.make_request()
    notice_plan.plan(on=MONDAY_AFTER, now=timezone.now())
    FOIRequest.objects.filter(pk=foi_request.pk).update(next_notice_on=MONDAY_AFTER)
    posting = connection.copy()
    try:
        posting.set_autocommit(False)
        with posting.cursor() as cursor, connection.cursor() as own:
            cursor.execute("SELECT id FROM requests_app_reminder WHERE state = 'planned' FOR UPDATE")
            own.execute("SET lock_timeout = '500ms'")

            assert notice_plan.plan(on=MONDAY_AFTER, now=timezone.now()) == 0

            own.execute("RESET lock_timeout")
        assert Reminder.objects.planned().count() == 2 and not Case.objects.exists()
    finally:
        posting.rollback()
        posting.close()


@pytest.mark.django_db(transaction=True)
def test_given_four_processes_at_once_when_reminding_then_each_side_is_reminded_once():
    authority = factories.make_authority()
    for number in range(30):
        factories.make_request(authority=authority if number % 3 else None)
    script = (
        "import django; django.setup(); from datetime import datetime, UTC; "
        "from requests_app.actions import reminders, notice_plan, notice_post; "
        "notice_plan.BATCH = notice_post.BATCH = 7; "
        "print(reminders.sweep(now=datetime(2011, 7, 18, 9, tzinfo=UTC))['sent'])"
    )

    runs = [
        subprocess.Popen([sys.executable, "-c", script], cwd=BASE, env=environment(), stdout=subprocess.PIPE, text=True)
        for _process in range(4)
    ]
    counts = [int(run.communicate(timeout=90)[0].split()[-1]) for run in runs]
    counts.append(sweep()["sent"])

    assert sum(counts) == 60
    assert Reminder.objects.filter(state="sent").count() == 60
    assert OutboundEmail.objects.filter(template="overdue_requester").count() == 30
    assert OutboundEmail.objects.filter(to_user=None).count() == 11
    assert DailyMail.objects.count() == 41
    assert Event.objects.filter(kind="reminded").count() == 60
