"""What to do next, law by law and stage by stage: the rules' table."""

from datetime import date, timedelta

import pytest

from requests_app.law.advice import Situation, advice, complaint_from, review_asked_late
from requests_app.law.clock import Event, fold
from requests_app.law.holidays import shipped_table

SCOTTISH, OTHERS = ("foisa", "eir-scotland"), ("foia", "foia-school", "eir")
RECEIVED = Event("received", date(2025, 3, 3))


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def said(*events: Event, regime: str = "foia", today: date, **more) -> tuple[str, date | None] | None:
    standing = fold(regime, [RECEIVED, *events], holidays=shipped_table(), today=today)
    found = advice(Situation(regime=regime, standing=standing, state=standing.state, today=today, **more))
    return found and (found.code, found.by)


@pytest.mark.parametrize("regime", [*SCOTTISH, *OTHERS])
def test_given_time_that_runs_then_nothing_is_to_be_done_to_the_last_day_of_it(regime):
    due = on("03-31") if regime in SCOTTISH else on("04-01")
    assert said(regime=regime, today=due, waits=True) is None
    assert said(regime=regime, today=due + timedelta(days=1), waits=True) is not None


@pytest.mark.parametrize("regime", ["foia", "eir"])
def test_given_silence_outside_scotland_then_a_reminder_comes_before_the_regulator(regime):
    assert said(regime=regime, today=on("04-02"), waits=True) == ("remind", None)
    assert said(regime=regime, today=on("04-02"), waits=True, reminded_on=on("04-02")) == ("complain", None)
    assert said(regime=regime, today=on("05-02"), waits=True) == ("complain", None)


def test_given_a_school_then_nothing_is_called_late_before_its_last_day():
    last = on("06-02")
    assert said(regime="foia-school", today=on("04-02"), waits=True) == ("remind-school", last)
    assert said(regime="foia-school", today=on("05-20"), waits=True, reminded_on=on("04-02")) == ("reminded", last)
    assert said(regime="foia-school", today=last + timedelta(days=1), waits=True) == ("complain", None)
    closed = Event("school_closed", on("03-24"), on("03-26"))
    assert said(closed, regime="foia-school", today=on("04-07"), waits=True) == ("remind", None)


@pytest.mark.parametrize("regime", SCOTTISH)
def test_given_silence_in_scotland_then_a_review_is_asked_for_with_its_last_day(regime):
    code, by = said(regime=regime, today=on("04-02"), waits=True)
    assert code == "review-silence"
    assert said(regime=regime, today=by, waits=True) == ("review-silence", by)
    assert said(regime=regime, today=by + timedelta(days=1), waits=True) == ("review-late", by)
    assert said(regime=regime, today=on("04-02"), waits=True, reminded_on=on("04-01")) == (code, by)


def test_given_a_question_or_a_fee_then_that_comes_first():
    asked, fee = Event("clarification_requested", on("03-10")), Event("fees_notice", on("03-10"))
    assert said(asked, today=on("03-11"), waits=True) == ("reply", None)
    assert said(fee, today=on("03-11"), waits=True) == ("pay", on("06-09"))
    assert said(fee, today=on("06-10"), waits=True) == ("new-request", None)


def test_given_more_time_then_nothing_until_it_is_over():
    claimed = Event("extension_claimed", on("03-20"), on("04-22"))
    assert said(claimed, today=on("04-22"), waits=True) is None
    assert said(claimed, today=on("04-23"), waits=True) == ("remind", None)


@pytest.mark.parametrize("regime", [*SCOTTISH, *OTHERS])
def test_given_an_unhappy_answer_then_a_review_until_its_last_day_and_nothing_after(regime):
    answered = Event("responded", on("03-20"))
    code, by = said(answered, regime=regime, today=on("03-21"), unhappy=True)
    assert code == "review"
    assert said(answered, regime=regime, today=by, unhappy=True) == ("review", by)
    assert said(answered, regime=regime, today=by + timedelta(days=1), unhappy=True) is None
    assert said(answered, regime=regime, today=on("03-21")) is None


def test_given_a_review_then_it_is_waited_for_and_after_its_longest_time_it_is_the_regulators():
    events = Event("responded", on("03-20")), Event("ir_requested", on("03-24"))
    running = {"in_review": True, "unhappy": True}
    assert said(*events, today=on("04-01"), **running) == ("review-runs", on("04-23"))
    assert said(*events, today=on("04-24"), **running) == ("review-runs", on("05-22"))
    assert said(*events, today=on("05-23"), **running) == ("complain-review", None)
    code, by = said(*events, regime="foisa", today=on("05-24"), **running)
    assert (code, by) == ("complain-review", on("10-22"))
    assert said(*events, regime="foisa", today=by + timedelta(days=1), **running) is None


def test_given_a_review_that_was_answered_then_the_regulator_until_the_last_day():
    events = Event("responded", on("03-20")), Event("ir_requested", on("03-24")), Event("ir_outcome", on("04-10"))
    assert said(*events, today=on("04-11"), unhappy=True) == ("complain-outcome", on("05-22"))
    assert said(*events, today=on("05-23"), unhappy=True) is None
    assert said(*events, regime="foisa", today=on("05-23"), unhappy=True) == ("complain-outcome", on("10-10"))
    assert said(*events, today=on("04-11")) is None


def test_given_a_body_that_no_law_binds_then_only_a_question_is_to_be_answered():
    assert said(regime="none", today=on("06-02"), waits=True) is None
    assert said(Event("responded", on("03-20")), regime="none", today=on("03-21"), unhappy=True) is None
    assert said(Event("clarification_requested", on("03-10")), regime="none", today=on("03-11"), waits=True) == (
        "reply",
        None,
    )


def test_given_an_estimate_years_away_then_a_complaint_makes_sense_after_forty_working_days():
    claimed = Event("extension_claimed", date(2025, 3, 28), date(2027, 3, 28))
    standing = fold("foia", [Event("received", date(2025, 3, 3)), claimed], holidays=shipped_table(), today=None)

    assert complaint_from(standing) == date(2025, 5, 2) < standing.regulator_from
    for today, code in ((date(2025, 5, 1), None), (date(2025, 5, 2), "complain")):
        now = Situation("foia", standing, "extended", today, waits=True)
        found = advice(now)
        assert (found and found.code) == code


def late_review(*events: Event, regime: str = "foisa") -> bool:
    return review_asked_late(fold(regime, [RECEIVED, *events], holidays=shipped_table(), today=on("12-01")))


def test_a_review_is_late_only_after_the_last_day_to_ask_for_it():
    answered = Event("responded", on("03-20"))
    last = fold("foisa", [RECEIVED, answered], holidays=shipped_table(), today=on("12-01")).review_request_by

    assert late_review(answered, Event("ir_requested", last)) is False
    assert late_review(answered, Event("ir_requested", last + timedelta(days=1))) is True
    assert late_review(answered) is False
    assert late_review() is False
