"""One reminder for one deadline, to both sides; and the cases in which nobody is reminded."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from requests_app.actions import reminders
from requests_app.models import (
    BankHoliday,
    Case,
    CaseKind,
    Decision,
    Event,
    InboundEmail,
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


def _remind(on: date = MONDAY_AFTER) -> int:
    return reminders.remind(on=on, now=datetime(on.year, on.month, on.day, 9, tzinfo=LONDON))


@pytest.mark.django_db
class TestWhoIsReminded:
    def test_given_a_late_answer_when_the_morning_comes_then_both_sides_get_one_letter(self):
        foi_request = factories.make_request()
        version = foi_request.version

        assert _remind(DUE) == 0
        assert _remind() == 1
        assert _remind() == 0
        assert _remind(MONDAY_AFTER + timedelta(days=30)) == 0

        letters = {row.template: row for row in OutboundEmail.objects.all()}
        assert set(letters) == {"overdue_requester", "overdue_authority"}
        requester = " ".join(letters["overdue_requester"].body.split())
        assert "should normally have responded promptly and by Friday 15 July 2011" in requester
        assert f"/request/{foi_request.slug}/follow-up" in requester
        assert "I sent this request on Thursday 16 June 2011." in requester
        authority = " ".join(letters["overdue_authority"].body.split())
        assert authority.startswith("This is an automatic message from FOI Tracker, a public website. It is not a new")
        assert "normally due promptly and by Friday 15 July 2011" in authority
        for words in (requester, authority):
            assert not {"illegal", "breach", "ignored", "broke"} & set(words.lower().split())
        assert Reminder.objects.get().for_on == DUE
        assert Event.objects.filter(foi_request=foi_request, kind="reminded").count() == 1
        foi_request.refresh_from_db()
        assert foi_request.version > version

    def test_given_receipt_on_a_sunday_when_only_the_stricter_day_is_over_then_nobody_is_reminded(self):
        sunday = datetime(2011, 6, 19, 12, tzinfo=LONDON)
        foi_request = factories.make_request(sent_at=sunday)
        assert foi_request.grace_on > foi_request.due_on

        assert _remind(foi_request.grace_on) == 0
        assert _remind(foi_request.grace_on + timedelta(days=1)) == 1

    def test_given_days_on_which_nothing_ran_when_it_runs_again_then_they_heal(self):
        factories.make_request()

        assert _remind(DUE + timedelta(days=200)) == 1

    @pytest.mark.parametrize(
        "fields",
        [
            {"letters_to_describe_since": DUE},
            {"responded_on": DUE},
            {"is_imported": True},
            {"importing": True},
            {"regime": "none"},
            {"regime": "foisa"},
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
        assert not OutboundEmail.objects.exists()

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

    def test_given_an_address_that_returns_mail_when_the_day_is_over_then_only_the_requester_is_told(self):
        foi_request = factories.make_request()
        foi_request.authority.addresses.update(undeliverable_since=timezone.now())

        assert _remind() == 1
        assert OutboundEmail.objects.get().template == "overdue_requester"


@pytest.mark.django_db
class TestManyAndBroken:
    def test_given_many_when_reminded_then_batches_cost_few_queries(self, django_assert_max_num_queries):
        for _number in range(12):
            factories.make_request()

        with django_assert_max_num_queries(25):
            assert _remind() == 12
        assert OutboundEmail.objects.count() == 24

    def test_given_more_than_a_batch_when_reminded_then_all_are(self, monkeypatch):
        monkeypatch.setattr(reminders, "BATCH", 2)
        for _number in range(5):
            factories.make_request()

        assert _remind() == 5

    def test_given_one_request_that_breaks_when_reminded_then_the_others_go_and_it_becomes_a_case(self, monkeypatch):
        good, bad, last = (factories.make_request() for _number in range(3))
        real = reminders._letters

        def letters(foi_request, *rest):
            if foi_request.pk == bad.pk:
                raise ValueError("broken")
            return real(foi_request, *rest)

        monkeypatch.setattr(reminders, "_letters", letters)

        assert _remind() == 2

        assert set(Reminder.objects.values_list("foi_request", flat=True)) == {good.pk, last.pk}
        assert Case.objects.get(kind=CaseKind.FAILED_JOB).thing_id == bad.pk

    @pytest.mark.parametrize(
        ("moment", "may"),
        [
            (datetime(2011, 7, 18, 7, 59, tzinfo=LONDON), False),
            (datetime(2011, 7, 18, 8, 0, tzinfo=LONDON), True),
            (datetime(2011, 7, 16, 9, 0, tzinfo=LONDON), False),
            (datetime(2011, 7, 12, 9, 0, tzinfo=LONDON), False),
        ],
    )
    def test_given_a_moment_then_reminders_go_on_working_mornings_only(self, moment, may):
        assert BankHoliday.objects.filter(on=date(2011, 7, 12)).exists()
        assert reminders.may_go(moment) is may


@pytest.mark.django_db(transaction=True)
def test_given_two_processes_at_once_when_reminding_then_each_request_is_reminded_once():
    for _number in range(30):
        factories.make_request()
    script = (
        "import django; django.setup(); from datetime import date; from requests_app.actions import reminders; "
        "reminders.BATCH = 7; print(reminders.remind(on=date(2011, 7, 18)))"
    )

    runs = [
        subprocess.Popen([sys.executable, "-c", script], cwd=BASE, env=environment(), stdout=subprocess.PIPE, text=True)
        for _process in range(2)
    ]
    counts = [int(run.communicate(timeout=90)[0].split()[-1]) for run in runs]

    late = _remind()
    assert sum(counts) + late == 30
    assert Reminder.objects.count() == 30
    assert OutboundEmail.objects.count() == 60
