"""Staff look after the bank holidays: what would move is shown first, then it moves, and people read why."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from requests_app.actions import cases, holidays, recount_preview, recounting
from requests_app.actions.deadlines import note
from requests_app.law.holidays import BankHoliday as LawHoliday
from requests_app.models import BankHoliday, CaseKind, Decision, FOIRequest, HolidayVersion, Status
from tests.factories import make_request, make_staff

pytestmark = pytest.mark.django_db
LIST = "/moderation/bank-holidays/"
NOW = datetime(2011, 7, 1, 9, tzinfo=UTC)
DAY = {
    "on": "2011-07-14",
    "name": "A day  of thanks",
    "parts": ["scotland", "northern_ireland"],
    "source": "Gazette 1",
    "reason": "Proclaimed on 1 July.",
}


@pytest.fixture
def staff(client):
    staff = make_staff("Sam Staff")
    client.force_login(staff)
    return staff


def words(response) -> str:
    return " ".join(response.content.decode().split())


def add(client, **fields):
    return client.post(LIST, DAY | {"do": "add", "seen": holidays.latest_version()} | fields)


def test_given_a_year_when_opened_then_its_days_their_parts_and_what_is_missing_are_listed(client, staff):
    said = words(client.get(LIST, {"year": "2026"}))

    assert "The list is complete from 2007 to 2028." in said
    assert "Monday 15 June 2026" in said and "World Cup" in said
    assert "14 bank holidays" in said
    assert "is not complete" not in said
    holidays.add(
        day=LawHoliday(on=date(2029, 1, 1), parts=frozenset({"scotland"}), name="New Year’s Day"),
        source="x", reason="y", actor=staff, now=NOW,
    )  # fmt: skip
    said = words(client.get(LIST, {"year": "2029"}))
    assert "2029 is not complete" in said and "Christmas Day and Boxing Day (Scotland)" in said
    assert "The list is complete from 2007 to 2028." in said


@pytest.mark.parametrize("year", ["", "abc", "99999999999", "1066", "²"])
def test_given_a_year_that_there_is_not_when_opened_then_this_year_is_shown(client, staff, year):
    assert f"<h2>{timezone.localdate().year}</h2>" in words(client.get(LIST, {"year": year}))


@pytest.mark.parametrize("changes", [0, 30])
def test_given_few_or_many_changes_when_opened_then_the_queries_are_the_same(
    client, staff, django_assert_num_queries, changes
):
    for number in range(changes):
        day = LawHoliday(on=date(2026, 2, 2 + number % 5), parts=frozenset({"scotland"}), name="Thanks")
        if number % 10 < 5:
            holidays.add(day=day, source="x", reason="y", actor=staff, now=NOW)
        else:
            holidays.withdraw(on=day.on, reason="y", actor=staff, now=NOW)
    client.get(LIST)

    # Session, person, suspension; version; years, days, versions; whether the reader has an inbox.
    with django_assert_num_queries(8):
        client.get(LIST, {"year": "2026"})


def test_given_a_new_day_when_asked_then_what_would_move_is_shown_and_nothing_is_written(client, staff):
    moving = make_request("Lamp posts by street")
    make_request("Later", sent_at=datetime(2011, 9, 1, tzinfo=UTC))
    closed = make_request("Closed")
    FOIRequest.objects.filter(pk=closed.pk).update(status=Status.ANSWERED)

    said = words(client.post(LIST, DAY | {"do": "preview"}))

    assert "1 open request would have another date." in said
    assert "A day of thanks · Scotland, Northern Ireland · Gazette 1" in said
    assert "Lamp posts by street" in said and "15 July 2011" in said and "18 July 2011" in said
    assert "Later" not in said
    assert HolidayVersion.objects.count() == 1
    moving.refresh_from_db()
    assert moving.due_on == date(2011, 7, 15)


def test_given_the_dry_run_when_it_is_confirmed_then_the_day_stands_with_a_decision(client, staff):
    response = add(client)

    assert response.url == f"{LIST}?year=2011"
    row = BankHoliday.objects.standing().get(on=date(2011, 7, 14))
    assert (row.name, row.scotland, row.northern_ireland, row.england_wales) == ("A day of thanks", True, True, False)
    decision = Decision.objects.get()
    assert (decision.kind, decision.actor, decision.note.staff_note) == ("add_holiday", staff, "Proclaimed on 1 July.")
    said = words(client.get(response.url))
    assert "Open requests are being counted anew" in said and "It begins within a minute" in said
    assert "Proclaimed on 1 July." in said and "Sam Staff" in said


def test_given_a_dry_run_of_an_older_list_when_confirmed_then_a_new_dry_run_is_shown(client, staff):
    seen = holidays.latest_version()
    add(client, on="2011-07-13")

    response = add(client, seen=seen)

    assert response.status_code == 200
    assert "Add it</button>" in words(response)
    assert not BankHoliday.objects.filter(on=date(2011, 7, 14)).exists()
    assert f'value="{holidays.latest_version()}"' in words(response)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"on": ""}, "Give the date."),
        ({"on": "14/7"}, "such as 2027-06-14"),
        ({"on": "2111-07-14"}, "too far away"),
        ({"on": "2011-07-16"}, "Saturday or Sunday"),
        ({"name": ""}, "Give the name"),
        ({"name": "x" * 101}, "Shorten the name to 100 letters"),
        ({"parts": []}, "at least one part"),
        ({"parts": ["france"]}, "Select a valid choice"),
        ({"source": ""}, "Say where it was proclaimed."),
        ({"reason": ""}, "Write why you add it."),
        ({"on": "2011-07-12", "parts": ["northern_ireland"]}, "there already"),
    ],
)
def test_given_a_mistake_in_the_form_then_it_is_said_and_nothing_is_written(client, staff, fields, said):
    response = add(client, **fields)

    assert response.status_code == 422
    assert said in words(response)
    assert HolidayVersion.objects.count() == 1


def test_given_a_day_when_it_is_withdrawn_then_what_moves_is_shown_first_and_it_stays_in_the_history(client, staff):
    foi_request = make_request("Lamp posts by street")
    add(client)
    recounting.recount_open(today=NOW.date(), now=NOW)
    row = BankHoliday.objects.standing().get(on=date(2011, 7, 14))
    page = reverse("moderation:withdraw_bank_holiday", args=[row.pk])

    said = words(client.get(page))
    assert "1 open request would have another date." in said
    assert "18 July 2011" in said and "15 July 2011" in said
    assert client.post(page, {"do": "withdraw", "reason": ""}).status_code == 422
    stale = client.post(page, {"do": "withdraw", "reason": "A mistake.", "seen": "shipped-2026-11"})
    assert stale.status_code == 200 and "This is what would move now" in words(stale)
    done = client.post(page, {"do": "withdraw", "reason": "A mistake.", "seen": holidays.latest_version()})

    assert done.url == f"{LIST}?year=2011"
    said = words(client.get(done.url))
    assert "Withdrawn" in said and "Thursday 14 July 2011, A day of thanks" in said
    recounting.recount_open(today=NOW.date(), now=NOW)
    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 7, 15)


def test_given_a_day_that_is_known_there_when_a_dry_run_is_asked_then_it_says_so_and_offers_nothing(client, staff):
    response = client.post(LIST, DAY | {"on": "2026-12-25", "parts": ["england_wales"], "do": "preview"})

    assert response.status_code == 422
    assert "This day is a bank holiday there already." in words(response)
    assert "Add it" not in words(response)


def test_given_a_day_that_one_part_has_when_another_is_added_then_the_dry_run_names_both(client, staff):
    said = words(client.post(LIST, DAY | {"on": "2011-07-12", "do": "preview"}))

    assert "It is a bank holiday already in: Northern Ireland." in said
    (known,) = BankHoliday.objects.standing().filter(on=date(2011, 7, 12))
    assert f"{escape(known.name)} · Scotland · Gazette 1" in said


@pytest.mark.parametrize("regime", ["foia", "eir-scotland"])
def test_given_a_review_that_runs_over_the_day_when_asked_then_its_dates_are_in_the_dry_run(client, staff, regime):
    foi_request = make_request("Lamp posts by street")
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime=regime, status=Status.INTERNAL_REVIEW)
    foi_request.refresh_from_db()
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 9, 1), basis="delivery")
    due, before = foi_request.due_on, foi_request.clock["review_due"]

    said = words(client.post(LIST, DAY | {"on": "2011-09-14", "parts": ["scotland"], "do": "preview"}))
    add(client, on="2011-09-14", parts=["scotland"])
    recounting.recount_open(today=NOW.date(), now=NOW)

    assert "1 open request would have another date." in said
    foi_request.refresh_from_db()
    assert foi_request.due_on == due and foi_request.clock["review_due"] > before
    dates = [date.fromisoformat(on) for on in (before, foi_request.clock["review_due"])]
    assert re.search("Review due<.*{:%-d %B %Y}.*{:%-d %B %Y}".format(*dates), said)


def test_given_a_fee_that_is_open_when_its_last_day_would_move_then_it_is_in_the_dry_run(client, staff):
    foi_request = make_request("Lamp posts by street")
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime="eir")
    foi_request.refresh_from_db()
    note(foi_request=foi_request, kind="fees_notice", on=date(2011, 6, 20), basis="staff")
    before = foi_request.clock["fee_by"]

    said = words(client.post(LIST, DAY | {"do": "preview"}))
    add(client)
    recounting.recount_open(today=NOW.date(), now=NOW)

    foi_request.refresh_from_db()
    days = [date.fromisoformat(on) for on in (before, foi_request.clock["fee_by"])]
    assert days[0] < days[1]
    assert re.search("Fee can be paid until<.*{:%-d %B %Y}.*{:%-d %B %Y}".format(*days), said)


def test_given_a_day_that_was_withdrawn_when_opened_again_then_it_says_when_by_whom_and_why(client, staff):
    add(client)
    row = BankHoliday.objects.standing().get(on=date(2011, 7, 14))
    holidays.withdraw(on=row.on, reason="Proclaimed for 2012.", actor=staff, now=NOW)
    client.force_login(make_staff("Second Moderator"))
    page = reverse("moderation:withdraw_bank_holiday", args=[row.pk])

    shown, tried = client.get(page), client.post(page, {"do": "withdraw", "reason": "A mistake.", "seen": ""})

    assert (shown.status_code, tried.status_code) == (200, 409)
    decision = Decision.objects.get(kind="withdraw_holiday")
    for said in map(words, (shown, tried)):
        assert "Thursday 14 July 2011 was withdrawn" in said and "1 July 2011" in said
        assert f"Sam Staff, decision {decision.pk}: bank holiday withdrawn" in said and "Proclaimed for 2012." in said
        assert "Withdraw it and move them" not in said


def test_given_a_day_that_was_widened_when_its_old_row_is_opened_then_the_one_that_stands_is_linked(client, staff):
    old = BankHoliday.objects.standing().get(on=date(2011, 7, 12))
    add(client, on="2011-07-12")
    new = BankHoliday.objects.standing().get(on=date(2011, 7, 12))

    said = words(client.get(reverse("moderation:withdraw_bank_holiday", args=[old.pk])))

    assert reverse("moderation:withdraw_bank_holiday", args=[new.pk]) in said
    assert client.get(reverse("moderation:withdraw_bank_holiday", args=[10**6])).status_code == 404


def test_given_a_day_that_its_year_needs_when_withdrawn_then_it_is_refused(client, staff):
    row = BankHoliday.objects.get(on=date(2026, 12, 25))
    page = reverse("moderation:withdraw_bank_holiday", args=[row.pk])
    shown = client.get(page)

    assert shown.status_code == 200
    assert "Without this day 2026 would lack Christmas Day and Boxing Day" in words(shown)
    assert "Withdraw it and move them" not in words(shown)
    response = client.post(page, {"do": "withdraw", "reason": "A mistake.", "seen": holidays.latest_version()})

    assert response.status_code == 422
    assert "2026 would lack Christmas Day and Boxing Day" in words(response)


def test_given_more_requests_than_a_page_may_fold_then_the_number_is_an_estimate(client, staff, monkeypatch):
    monkeypatch.setattr(recount_preview, "PREVIEWED", 2)
    monkeypatch.setattr(recount_preview, "BATCH", 2)
    for _number in range(5):
        make_request()

    assert "About 5 open requests" in words(client.post(LIST, DAY | {"do": "preview"}))


def test_given_a_count_under_way_when_opened_then_it_says_how_far_it_is(client, staff, monkeypatch):
    monkeypatch.setattr(recounting, "BATCH", 1)
    for _number in range(3):
        make_request()
    add(client)
    said = []
    recounting.recount_open(today=NOW.date(), now=NOW, stop=lambda: bool(said), say=said.append)

    assert "1 of 3 looked at, 1 changed." in words(client.get(LIST))
    recounting.recount_open(today=NOW.date(), now=NOW)
    assert "being counted anew" not in words(client.get(LIST))


# ---- what people read ----


def test_given_a_date_that_moved_when_the_page_is_read_then_it_says_why_and_a_closed_one_stays_as_it_was(client, staff):
    opened, closed = make_request("Open"), make_request("Closed")
    FOIRequest.objects.filter(pk=closed.pk).update(status=Status.ANSWERED)
    before = words(client.get(f"/request/{closed.slug}/deadline"))
    add(client)
    recounting.recount_open(today=NOW.date(), now=NOW)

    history = words(client.get(f"/request/{opened.slug}/details"))
    assert (
        "from 15 July 2011 to 18 July 2011, because Thursday 14 July 2011 is a bank holiday in Scotland and Northern "
        "Ireland: A day of thanks" in history
    )
    assert "Monday 18 July 2011" in words(client.get(f"/request/{opened.slug}"))
    why = words(client.get(f"/request/{opened.slug}/deadline"))
    assert "bank holiday in Scotland and Northern Ireland: A day of thanks" in why
    assert "Monday 18 July 2011" in why
    after = words(client.get(f"/request/{closed.slug}/deadline"))
    assert "A day of thanks" not in after
    assert before.count("working day 20") == after.count("working day 20") == 1

    holidays.withdraw(on=date(2011, 7, 14), reason="Not met.", actor=staff, now=NOW)
    recounting.recount_open(today=NOW.date(), now=NOW)
    history = words(client.get(f"/request/{opened.slug}/details"))
    assert "from 18 July 2011 to 15 July 2011, because Thursday 14 July 2011 is not a bank holiday after all" in history


@pytest.mark.parametrize("moves", [1, 3])
def test_given_dates_that_moved_when_the_history_is_read_then_it_costs_one_query_more(
    client, staff, django_assert_num_queries, moves
):
    foi_request = make_request()
    for day in ("2011-07-14", "2011-07-13", "2011-07-11")[:moves]:
        add(client, on=day)
        recounting.recount_open(today=NOW.date(), now=NOW)
    page = f"/request/{foi_request.slug}/details"
    client.get(page)

    with django_assert_num_queries(QUERIES_OF_HISTORY + 1):
        client.get(page)


QUERIES_OF_HISTORY = 14


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"why": "ends", "days": ["2028-12-31"]}, "is complete only to Sunday 31 December 2028"),
        ({"why": "unreachable", "days": []}, "could not be fetched"),
        ({"why": "contradicts", "days": ["2026-08-03"]}, "Monday 3 August 2026"),
    ],
)
def test_given_a_case_about_the_list_when_opened_then_it_says_what_is_the_matter_and_can_be_closed(
    client, staff, details, said
):
    case = cases.open_case(CaseKind.BANK_HOLIDAYS, "bank_holiday_list", 1, details=details, now=NOW)

    assert said in words(client.get(f"/moderation/case/{case.pk}/"))
    assert "bank holidays" in words(client.get("/moderation/"))
    client.post(f"/moderation/case/{case.pk}/", {"do": "close", "close-reason_code": "handled"})
    case.refresh_from_db()
    assert case.closed_at
