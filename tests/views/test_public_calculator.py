"""The deadline calculator: without an account, without script, and with nothing written."""

import json
import re
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from requests_app.actions import holidays
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.law.clock import Event
from requests_app.law.holidays import BankHoliday
from requests_app.models import BankHoliday as Row
from requests_app.selectors.calculator import calculator_url
from tests.factories import make_staff
from tests.views.test_public_request import lines_of

pytestmark = pytest.mark.django_db
PAGE = "/deadline-calculator"


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def asked(client, path=PAGE, *, regime="foia", received="2025-03-03", events=(), today="2025-03-20"):
    """What the page answers; ``events`` are (kind, day[, until])."""
    query = [("regime", regime), ("received", received)]
    for kind, on, *until in events:
        query += [("event", kind), ("on", on), ("until", until[0] if until else "")]
    return client.get(path, [*query, ("today", today)])


def text(answer) -> str:
    return "\n".join(lines_of(answer))


def result(client, **said) -> dict:
    return json.loads(asked(client, f"{PAGE}.json", **said).content)


def test_given_nothing_then_the_empty_form_is_for_everybody_and_may_be_found(client):
    answer = client.get(PAGE)
    html = answer.content.decode()
    assert (answer.status_code, answer.cookies) == (200, {})
    assert "noindex" not in html
    assert '<link rel="canonical" href="http://localhost:8000/deadline-calculator">' in html.replace("8160", "8000")
    assert "No date yet" not in html


def test_given_a_received_day_then_the_date_its_days_and_its_law(client):
    answer = asked(client, received="2011-06-16", today="2011-06-20")
    page = text(answer)
    assert "Due by the end of Friday 15 July 2011" in page
    assert "By law The authority" not in page
    assert "By law the authority should normally respond promptly and by Friday 15 July 2011." in page.replace(
        "\n", " "
    )
    assert "Tuesday 12 July 2011: not counted, bank holiday in Northern Ireland:" in page
    assert "noindex" in answer.content.decode()
    assert "legislation.gov.uk/ukpga/2000/36/section/10" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "due", "state"),
    [
        ({}, "2025-04-01", "waiting"),
        ({"regime": "foisa"}, "2025-03-31", "waiting"),
        ({"regime": "eir", "events": [("extension_claimed", "2025-03-20")]}, "2025-05-01", "extended"),
        ({"events": [("clarification_requested", "2025-03-10")]}, None, "paused-clarification"),
        ({"events": [("fees_notice", "2025-03-10"), ("fee_paid", "2025-03-12")]}, "2025-04-04", "waiting"),
        ({"events": [("fees_notice", "2025-03-10")], "today": "2025-09-01"}, None, "lapsed"),
        (
            {"regime": "foia-school", "events": [("school_closed", "2025-03-17", "2025-03-21")]},
            "2025-04-07",
            "waiting",
        ),
        ({"today": "2025-04-02"}, "2025-04-01", "overdue"),
        ({"events": [("responded", "2025-03-19")]}, "2025-04-01", "answered"),
    ],
)
def test_given_events_then_json_says_what_follows(client, said, due, state):
    found = result(client, **said)
    assert (found["due"], found["state"]) == (due, state)
    assert found["dates"]["due"] == due
    assert found["sentence"][0].isupper() and "<" not in found["sentence"]


def test_given_a_review_then_its_sentence_and_its_count(client):
    events = [("responded", "2025-03-19"), ("ir_requested", "2025-03-24")]
    found = result(client, events=events, today="2025-04-01")
    assert found["sentence"].startswith("The authority was asked for a review on Monday 24 March 2025.")
    assert [count["begins"] for count in found["counts"]] == ["received", "review"]
    assert found["counts"][1]["days"][-1]["number"] == 40


def test_given_the_json_then_other_sites_programs_may_read_it_and_no_cookie_is_set(client):
    answer = asked(client, f"{PAGE}.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.cookies == {}
    found = json.loads(answer.content)
    assert found["counts"][0]["days"][0]["on"] == "2025-03-03"
    assert found["events"][0]["law"]["url"] == "https://www.legislation.gov.uk/ukpga/2000/36/section/10"
    assert found["bank_holidays"]["version"] == "shipped-2026-11"


def test_given_the_text_then_it_says_all_that_the_page_says(client):
    said = asked(client, f"{PAGE}.txt", events=[("clarification_requested", "2025-03-10")]).content.decode()
    assert "Freedom of Information Act 2000" in said.splitlines()[0]
    assert "Monday 10 March 2025: The authority asked a question" in said
    assert "No last day now; it was Tuesday 1 April 2025." in said
    assert "Monday 17 March 2025" not in said
    assert "this is not legal advice" in said


def test_given_no_other_day_then_it_stands_as_of_today(client):
    assert result(client, today="")["today"] == localdate().isoformat()


def test_given_its_own_address_then_the_same_comes_again(client):
    said = {
        "regime": "foia-school",
        "events": [("school_closed", "2025-03-17", "2025-03-21"), ("responded", "2025-03-25")],
    }
    first = result(client, **said)
    again = client.get(f"{PAGE}.json", parse_qsl(urlsplit(first["url"]).query, keep_blank_values=True))
    assert json.loads(again.content) == first


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"received": "soon"}, "received", "Give a day of the calendar"),
        ({"received": ""}, "received", "Give the day on which the request was received."),
        ({"received": "1999-03-03"}, "received", "Bank holidays are known from"),
        ({"received": "2028-12-20"}, "", "This cannot be counted"),
        ({"regime": "gdpr"}, "regime", "Choose one of the laws"),
        ({"events": [("", "2025-03-10")]}, "row1_event", "Say what happened"),
        ({"events": [("responded", "")]}, "row1_on", "Give the day on which this happened."),
        ({"events": [("responded", "2025-03-02")]}, "row1_on", "before the day of receipt, Monday 3 March 2025"),
        ({"events": [("school_closed", "2025-03-10", "2025-03-12")]}, "row1_event", "Only the law for schools"),
        ({"regime": "foia-school", "events": [("school_closed", "2025-03-10")]}, "row1_until", "Give the last day"),
        (
            {"regime": "foia-school", "events": [("school_closed", "2025-03-10", "2025-03-01")]},
            "row1_until",
            "before the first day",
        ),
        ({"events": [("extension_claimed", "2025-03-10", "2025-03-01")]}, "row1_until", "before the day on which more"),
        ({"events": [("made_up", "2025-03-10")]}, "row1_event", "Choose one of the list."),
        ({"today": "tomorrow"}, "today", "Give a day of the calendar"),
    ],
)
def test_given_a_mistake_then_it_is_told_beside_its_field_and_nothing_typed_is_lost(client, said, field, words):
    page = asked(client, **said)
    html = page.content.decode()
    assert page.status_code == 422
    assert words in html
    for typed in [
        said.get("received"),
        said.get("today"),
        *(cell for row in said.get("events", ()) for cell in row[1:]),
    ]:
        assert not typed or f'value="{typed}"' in html
    assert re.search(rf'href="#(id_)?{field}(_0)?"', html) or not field
    errors = json.loads(asked(client, f"{PAGE}.json", **said).content)["errors"]
    assert [error["field"] for error in errors] == [field]
    assert words in errors[0]["error"]


def test_given_days_as_people_write_them_then_they_are_understood(client):
    assert (
        result(client, received="03/03/2025")["due"] == result(client, received="3 March 2025")["due"] == "2025-04-01"
    )


def test_given_more_events_wanted_then_there_is_room_and_nothing_is_called_wrong(client):
    answer = client.get(PAGE, {"regime": "eir", "received": "", "event": "responded", "on": "2025-03-10", "more": "1"})
    html = answer.content.decode()
    assert (answer.status_code, html.count('name="on"')) == (200, 4)
    assert "No date yet" not in html and "aria-invalid" not in html
    assert 'value="eir"' in re.search(r"<input[^>]*checked[^>]*>", html)[0]


def test_given_a_reply_without_a_question_then_it_says_that_nothing_changes(client):
    assert "More detail was sent that nobody had asked for." in text(
        asked(client, events=[("clarification_supplied", "2025-03-10")])
    )


def test_given_a_new_bank_holiday_then_the_next_answer_counts_it(client):
    assert result(client)["due"] == "2025-04-01"
    day = BankHoliday(on=date(2025, 3, 25), name="Proclaimed late", parts=frozenset({"scotland"}))
    said = {"reason": "Proclaimed.", "actor": make_staff(), "now": timezone.now()}
    added = holidays.add(day=day, source="Gazette", **said)
    found = result(client)
    assert (found["due"], found["bank_holidays"]["version"]) == ("2025-04-02", added.name)
    holidays.withdraw(on=day.on, **said)
    assert result(client)["due"] == "2025-04-01"


def test_given_no_bank_holidays_at_all_then_no_date_is_guessed(client):
    Row.objects.all().delete()
    page = asked(client)
    assert page.status_code == 422
    assert "The list of bank holidays is empty" in page.content.decode()


@pytest.mark.parametrize("events", [0, 20])
def test_given_many_events_then_one_query_and_nothing_written(client, django_assert_num_queries, events):
    said = [
        ("clarification_requested" if n % 2 else "clarification_supplied", f"2025-03-{n + 4:02}") for n in range(events)
    ]
    with django_assert_num_queries(1):
        assert asked(client, events=said).status_code == 200


def test_given_events_that_its_form_cannot_say_then_there_is_no_address():
    received = Event("received", date(2025, 3, 3))
    assert calculator_url("foia", [received]).endswith("/deadline-calculator?regime=foia&received=2025-03-03")
    assert calculator_url("foia", [received, Event("due_overridden", date(2025, 3, 4), date(2025, 5, 1))]) == ""
    assert calculator_url("none", [received]) == ""
    assert calculator_url("foia", []) == ""


def test_given_a_payment_that_is_still_to_come_then_the_sentence_is_of_today_and_the_last_day_to_pay(client):
    events = [("fees_notice", "2025-03-10"), ("fee_paid", "2025-05-20")]

    said = text(asked(client, events=events))

    assert "can pay until" in said and "None" not in said
    assert "The time limit is not running" in said


def test_given_an_answer_that_is_still_to_come_then_nothing_but_its_own_line_tells_of_it(client):
    events = [("responded", "2025-03-25")]

    answer = asked(client, events=events)
    found = result(client, events=events)

    assert "Last day to ask for a review" not in text(answer)
    assert "Still to come: The authority answered. Nothing here counts it yet." in text(answer)
    assert (found["state"], found["due"]) == ("waiting", "2025-04-01")
    assert found["dates"]["review_request_by"] is None
    assert [event["still_to_come"] for event in found["events"]] == [False, True]


def test_given_a_payment_that_is_still_to_come_then_one_day_is_told_and_the_other_is_a_link(client):
    events = [("fees_notice", "2025-03-10"), ("fee_paid", "2025-03-25")]

    found = result(client, events=events)
    page = asked(client, events=events).content.decode()
    later = re.search(r'href="([^"]*)">See how it would stand on Tuesday 25 March 2025', page)[1].replace("&amp;", "&")
    then = json.loads(client.get(f"{PAGE}.json", parse_qsl(urlsplit(later).query, keep_blank_values=True)).content)

    assert (found["state"], found["due"], found["dates"]["fee_by"]) == ("paused-fee", None, "2025-06-09")
    assert (then["state"], then["due"], then["today"]) == ("waiting", "2025-04-16", "2025-03-25")
    assert "Due by the end of" not in page


def test_given_a_request_that_arrives_tomorrow_then_its_date_is_told_all_the_same(client):
    found = result(client, received="2025-03-21")
    assert (found["received"], found["due"]) == ("2025-03-21", "2025-04-22")


def test_given_a_review_asked_for_after_its_last_day_then_nothing_says_that_it_must_be_answered(client):
    events = [("responded", "2026-06-20"), ("ir_requested", "2026-11-02")]
    said = {"regime": "foisa", "received": "2026-06-01", "today": "2026-11-20", "events": events}

    page = text(asked(client, **said))

    assert "By law it must answer" not in page and "It must be answered by" not in page
    assert "If it takes it on, an answer should come by Tuesday 1 December 2026." in page
    assert "The review was asked for too late" in page
    assert "The last day to ask for one was" in page and "so it may decline." in page
    assert "A review was asked for, after the last day for it, Wednesday 26 August 2026." in page
    assert "If the authority takes the review on, it should be answered by" in page


def test_given_the_outcome_of_a_review_then_no_day_for_it_is_told_any_more(client):
    events = [("responded", "2025-03-19"), ("ir_requested", "2025-03-24"), ("ir_outcome", "2025-04-10")]
    said = {"events": events, "today": "2025-04-11"}

    page, found = text(asked(client, **said)), result(client, **said)

    assert "review should be answered by" not in page and "The review is due at the latest by" not in page
    assert (found["dates"]["review_due"], found["dates"]["review_max"]) == (None, None)
    assert found["dates"]["regulator_by"] == "2025-05-22"


def test_given_a_mistake_then_the_text_says_it_as_text(client):
    answer = asked(client, f"{PAGE}.txt", received="soon")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith("received: Give a day of the calendar")


def test_given_more_rows_wanted_then_the_page_opens_at_the_first_new_one(client):
    asked_for = {"regime": "foia", "received": "2025-03-03", "event": "responded", "on": "2025-03-10", "more": "1"}

    html = client.get(PAGE, asked_for).content.decode()

    assert 'formaction="/deadline-calculator#more"' in html
    row = re.search(r'id="more"[^>]*aria-label="([^"]*)"', html)[1]
    assert (row, html.count('id="more"')) == ("Event 2", 1)
    assert 'id="more"' not in client.get(PAGE).content.decode()
