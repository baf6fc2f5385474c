"""Counts one after another: cut off, begun anew, stopped for a fee, and that of a review."""

from datetime import date

import pytest

from requests_app.law.clock import Event, fold
from requests_app.law.days import ClockRefused
from requests_app.law.holidays import shipped_table
from requests_app.law.stretches import stretches


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


RECEIVED = Event("received", on("03-03"))
ASKED, REPLIED = Event("clarification_requested", on("03-10")), Event("clarification_supplied", on("03-24"))


def found(*events: Event, regime: str = "foia"):
    return stretches(regime, events, holidays=shipped_table())


def test_given_a_plain_request_then_one_count_to_its_last_day():
    (one,) = found(RECEIVED)
    assert (one.begins, one.start, one.due, one.cut, one.latest) == ("received", on("03-03"), on("04-01"), "", None)
    assert (one.days[0].kind, one.days[-1].on, one.days[-1].number) == ("received", on("04-01"), 20)


def test_given_a_question_then_its_count_ends_there_and_the_reply_begins_another():
    first, second = found(RECEIVED, ASKED, REPLIED)
    assert (first.cut, first.cut_on, first.due) == ("question", on("03-10"), on("04-01"))
    assert (first.days[-1].on, first.days[-1].number) == (on("03-10"), 5)
    assert (second.begins, second.start, second.due, second.cut) == ("reply", on("03-24"), on("04-23"), "")
    assert second.days[-1].number == 20
    assert len(found(RECEIVED, ASKED)) == 1


def test_given_a_question_after_the_last_day_then_its_count_is_shown_whole():
    first, _second = found(RECEIVED, Event("clarification_requested", on("04-09")), Event(REPLIED.kind, on("04-11")))
    assert (first.cut_on, first.due, first.days[-1].on) == (on("04-09"), on("04-01"), on("04-01"))


def test_given_an_open_fee_then_the_days_end_where_it_stopped_and_paid_they_go_on():
    notice = Event("fees_notice", on("03-10"))
    (stopped,) = found(RECEIVED, notice)
    assert (stopped.due, stopped.stopped_on) == (None, on("03-10"))
    assert [day.kind for day in stopped.days[-2:]] == ["weekend", "fee"]
    (paid,) = found(RECEIVED, notice, Event("fee_paid", on("03-12")))
    assert [day.on for day in paid.days if day.kind == "fee"] == [on("03-10"), on("03-11"), on("03-12")]
    assert (paid.due, paid.stopped_on, paid.days[-1].number) == (on("04-04"), None, 20)


def test_given_a_question_while_a_fee_is_open_then_nothing_after_the_notice_is_counted():
    first = found(RECEIVED, Event("fees_notice", on("03-05")), ASKED)[0]
    assert (first.due, first.cut_on, first.days[-1].on) == (None, on("03-10"), on("03-10"))
    assert max(day.number for day in first.days if day.number) == 1


def test_given_a_letter_that_came_back_then_the_next_receipt_begins_anew():
    first, second = found(RECEIVED, Event("undelivered", on("03-05")), Event("received", on("03-10")))
    assert (first.cut, first.cut_on, first.days[-1].on) == ("undelivered", on("03-05"), on("03-05"))
    assert (second.begins, second.start) == ("received", on("03-10"))
    moved, _later = found(RECEIVED, Event("received", on("03-10")))
    assert (moved.cut, moved.cut_on) == ("anew", on("03-10"))


def test_given_a_school_then_the_days_go_to_the_sixtieth_only_while_its_terms_are_unknown():
    (unknown,) = found(RECEIVED, regime="foia-school")
    assert (unknown.due, unknown.days[-1].on, unknown.days[-1].number) == (on("04-01"), unknown.latest, 60)
    (known,) = found(RECEIVED, Event("school_closed", on("03-17"), on("03-21")), regime="foia-school")
    assert (known.latest, known.days[-1].on, known.due) == (None, known.due, on("04-07"))
    assert sum(day.kind == "school" for day in known.days) == 4  # 17 March is St Patrick's Day


def test_given_an_extension_then_only_a_law_that_moves_the_date_counts_on():
    claim = Event("extension_claimed", on("03-20"))
    assert found(RECEIVED, claim)[0].due == on("04-01")
    (moved,) = found(RECEIVED, claim, regime="eir")
    assert moved.days[-1].number == 40


def test_given_a_review_then_it_has_a_count_of_its_own():
    answered, asked = Event("responded", on("03-20")), Event("ir_requested", on("03-24"))
    _first, review = found(RECEIVED, answered, asked)
    assert (review.begins, review.start) == ("review", on("03-24"))
    assert [day.number for day in review.days if day.on in (review.due, review.latest)] == [20, 40]
    assert found(RECEIVED, answered, asked, regime="foisa")[-1].latest is None


@pytest.mark.parametrize("regime", ["foia", "foia-school", "eir", "foisa", "eir-scotland", "none"])
def test_given_any_law_then_the_last_count_ends_on_the_date_of_the_fold(regime):
    events = [RECEIVED, ASKED, REPLIED, Event("extension_claimed", on("04-01"))]
    last = found(*events, regime=regime)[-1]
    assert last.due == fold(regime, events, holidays=shipped_table(), today=None).due


def test_given_no_receipt_then_no_count_and_beyond_the_table_a_refusal():
    assert found(ASKED) == ()
    with pytest.raises(ClockRefused):
        found(Event("received", date(2028, 12, 20)))
