"""Why this date: the ledger with the effect of each row, and every count, for every law and stage."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from requests_app.actions import deadlines, holidays
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.law.holidays import BankHoliday
from requests_app.models import Basis, ClockEvent, ClockNote, ClockObjection, Evidence, FOIRequest
from requests_app.selectors import paths
from tests.factories import make_authority, make_letter, make_request, make_staff, make_user
from tests.views.test_public_request import lines_of

pytestmark = pytest.mark.django_db
SENT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def asked(*events: tuple, regime: str = "foia", **fields) -> FOIRequest:
    """A request of 3 March 2025 with (kind, day[, until]) in its ledger, said by its requester."""
    foi_request = make_request(sent_at=SENT, received=False)
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime=regime)
    foi_request.refresh_from_db()
    deadlines.note_receipt(foi_request=foi_request, on=SENT.date(), basis=Basis.DELIVERY, evidence=Evidence.DSN)
    for kind, day, *until in events:
        deadlines.note(
            foi_request=foi_request,
            kind=kind,
            on=on(day),
            until=on(until[0]) if until else None,
            basis=Basis.REQUESTER,
            evidence=Evidence.FORM,
        )
    if fields:
        FOIRequest.objects.filter(pk=foi_request.pk).update(**fields)
    return foi_request


def lines(client, foi_request) -> list[str]:
    return lines_of(client.get(paths.foi_request(foi_request.slug) + "/deadline"))


def text(client, foi_request) -> str:
    return "\n".join(lines(client, foi_request))


def test_given_a_receipt_then_its_effect_its_evidence_and_its_law_are_told(client):
    page = text(client, asked())
    assert "The request was received. Day one is the next working day." in page
    assert "Last day to answer: Tuesday 1 April 2025." in page
    assert "Known from: delivery record; a delivery report came back." in page
    html = client.get(paths.foi_request(FOIRequest.objects.get().slug) + "/deadline").content.decode()
    assert "https://www.legislation.gov.uk/ukpga/2000/36/section/10" in html
    assert "List of bank holidays: shipped-2026-11." in page
    assert "not legal advice" in page


def test_given_a_question_and_its_reply_then_both_counts_are_shown(client):
    foi_request = asked(("clarification_requested", "03-10"))
    stopped = text(client, foi_request)
    assert "The time limit is not running: the authority has asked a question" in stopped
    assert "No last day now; it was Tuesday 1 April 2025." in stopped
    assert "The count that was cut off" in stopped and "The count that began again" not in stopped
    deadlines.note(foi_request=foi_request, kind="clarification_supplied", on=on("03-24"), basis=Basis.DELIVERY)
    FOIRequest.objects.update(status="awaiting_response")
    page = text(client, foi_request)
    assert "was cut off on Monday 10 March 2025, when the authority asked a question. Its last day would" in page
    assert "The count that began again" in page
    assert "Last day to answer: Wednesday 23 April 2025." in page
    assert "Wednesday 23 April 2025: working day 20 – due by the end of this day" in page.replace("\n", " ")


def test_given_a_fee_that_was_paid_then_the_days_between_are_told_apart(client):
    page = lines(client, asked(("fees_notice", "03-10"), ("fee_paid", "03-12")))
    stopped = [line for line in page if "not counted, the clock was stopped for a fee" in line]
    assert len(stopped) == 3
    assert stopped[0].startswith("Monday 10 March 2025")


@pytest.mark.parametrize(
    ("regime", "last"),
    [("foia", "Tuesday 1 April 2025"), ("eir", "Thursday 1 May 2025"), ("eir-scotland", "Tuesday 29 April 2025")],
)
def test_given_an_extension_then_the_date_moves_only_where_the_law_lets_it(client, regime, last):
    page = text(client, asked(("extension_claimed", "03-20"), regime=regime)).replace("\n", " ")
    assert f"{last}: working day {20 if regime == 'foia' else 40} – due by the end of this day" in page


def test_given_a_school_whose_terms_are_unknown_then_both_limits_are_marked(client):
    page = text(client, asked(regime="foia-school")).replace("\n", " ")
    assert "working day 20 – due by the end of this day" in page
    assert "working day 60 – due at the latest by the end of this day" in page


def test_given_scotland_then_its_own_holidays_are_named_as_the_rule(client):
    page = text(client, asked(regime="foisa"))
    assert "a bank holiday in Scotland are not working days" in page


def test_given_a_review_then_it_has_a_count_of_its_own(client):
    page = text(client, asked(("responded", "03-20"), ("ir_requested", "03-24"), status="internal_review"))
    assert "The count of the review" in page
    assert "the review was asked for; counting starts on the next working day" in page


def test_given_a_row_that_was_taken_back_then_it_is_struck_and_says_by_whom(client):
    foi_request = asked(("clarification_requested", "03-10"))
    row = ClockEvent.objects.get(kind="clarification_requested")
    deadlines.take_back(event=row, basis=Basis.STAFF)
    answer = client.get(paths.foi_request(foi_request.slug) + "/deadline")
    assert "<s>The authority asked a question</s>" in answer.content.decode()
    assert "(our staff). It does not count." in text(client, foi_request)
    assert "Its last day would" not in text(client, foi_request)


def test_given_a_date_set_by_staff_then_its_note_is_read(client):
    foi_request = asked(("due_overridden", "03-05", "05-01"))
    ClockNote.objects.create(
        clock_event=ClockEvent.objects.get(kind="due_overridden"), words="Transferred public record: thirty days."
    )
    page = text(client, foi_request)
    assert "Note by our staff: Transferred public record: thirty days." in page
    assert "Last day to answer: Thursday 1 May 2025, instead of Tuesday 1 April 2025." in page


def test_given_an_objection_then_both_dates_are_said_until_it_is_settled(client):
    foi_request = asked(("clarification_requested", "03-10"), ("clarification_supplied", "03-24"))
    row = ClockEvent.objects.get(kind="clarification_requested")
    objection = ClockObjection.objects.create(clock_event=row, by=foi_request.requester)
    said = "With it, the last day to answer is Wednesday 23 April 2025; without it, Tuesday 1 April 2025."
    assert said in text(client, foi_request)
    objection.settled_at = timezone.now()
    objection.save()
    assert "does not agree" not in text(client, foi_request)


def test_given_a_letter_as_evidence_then_its_row_leads_to_it_only_where_the_reader_has_it(client):
    foi_request = asked()
    letter = make_letter(foi_request)
    deadlines.note(foi_request=foi_request, kind="responded", on=on("03-20"), basis=Basis.REQUESTER, message=letter)
    html = client.get(paths.foi_request(foi_request.slug) + "/deadline").content.decode()
    assert f'href="{paths.foi_request(foi_request.slug)}#{letter.anchor}"' in html


def test_given_a_holiday_proclaimed_after_closing_then_the_closed_date_stands_and_the_days_agree(client):
    foi_request = asked(("responded", "03-20"), status="answered")
    day = BankHoliday(on=on("03-25"), name="Late proclaimed", parts=frozenset({"scotland"}))
    holidays.add(day=day, source="Gazette", reason="Proclaimed.", actor=make_staff(), now=timezone.now())
    page = text(client, foi_request)
    assert "List of bank holidays: shipped-2026-11." in page
    assert "Late proclaimed" not in page
    assert "Tuesday 1 April 2025: working day 20" in page


def test_given_a_withdrawn_request_then_the_page_says_that_no_limit_runs(client):
    page = text(client, asked(status="withdrawn"))
    assert "The request was withdrawn, so no time limit runs." in page
    assert "The count" not in page


def test_given_a_body_that_no_law_binds_then_no_law_is_named(client):
    foi_request = make_request(sent_at=SENT, authority=make_authority(standing="none"))
    answer = client.get(paths.foi_request(foi_request.slug) + "/deadline").content.decode()
    assert "legislation.gov.uk" not in answer
    assert "No law sets a time" in answer


@pytest.mark.parametrize("rows", [0, 12])
def test_given_a_long_ledger_then_the_queries_are_as_many_as_for_a_short_one(client, django_assert_num_queries, rows):
    foi_request = asked(*[("extension_claimed", f"03-{day:02}") for day in range(4, 4 + rows)])
    make_letter(foi_request)
    path = paths.foi_request(foi_request.slug) + "/deadline"
    client.get(path)
    # The request and all that it holds, similar ones, the ledger, the holidays, what our staff decided.
    with django_assert_num_queries(5):
        client.get(path)


def test_given_a_hidden_request_then_its_ledger_is_for_its_parties(client):
    foi_request = asked(prominence="parties", concealed_reason="court", concealed_wording="x")
    path = paths.foi_request(foi_request.slug) + "/deadline"
    assert client.get(path).status_code == 404
    client.force_login(make_user())
    assert client.get(path).status_code == 404
    client.force_login(foi_request.requester)
    assert client.get(path).status_code == 200
