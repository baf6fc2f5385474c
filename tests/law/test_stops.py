"""What stops, restarts, extends or overrides the clock, and what follows an answer."""

from datetime import date

import pytest

from requests_app.law.clock import Event, Standing, fold, refuse_day_set_before_receipt, state_on
from requests_app.law.days import ClockRefused
from requests_app.law.holidays import shipped_table

SENT = date(2025, 3, 3)
DUE = date(2025, 4, 1)


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def standing(*events: Event, regime: str = "foia", today: date | None = None) -> Standing:
    return fold(regime, [Event("received", SENT), *events], holidays=shipped_table(), today=today)


# ---- a question back ----

ASKED = Event("clarification_requested", on("03-10"))
SUPPLIED = Event("clarification_supplied", on("03-24"))


def test_given_a_question_when_folded_then_nothing_runs_until_the_reply():
    found = standing(ASKED, today=DUE)

    assert found == Standing(received_on=SENT, state="paused-clarification")
    assert (found.asked_on, found.clock_day, found.counts_from) == (ASKED.on, None, SENT)
    assert standing(ASKED).state == "paused-clarification"


def test_given_a_reply_when_folded_then_the_count_begins_anew_in_full():
    found = standing(ASKED, SUPPLIED, today=on("03-25"))

    assert (found.received_on, found.counts_from, found.due) == (SENT, SUPPLIED.on, on("04-23"))
    assert (found.state, found.clock_day, found.asked_on) == ("waiting", 1, None)


def test_given_detail_that_nobody_asked_for_when_folded_then_nothing_changes():
    assert standing(SUPPLIED) == standing()


@pytest.mark.parametrize(
    ("receipt", "asked"),
    [
        (date(2006, 12, 16), date(2007, 2, 28)),  # the count began before the first known day
        (date(2028, 12, 8), date(2029, 1, 12)),  # it was asked after the last
    ],
)
def test_given_a_question_when_nobody_can_know_whether_it_was_late_then_it_is_refused(receipt, asked):
    events = [Event("received", receipt), Event("clarification_requested", asked)]

    with pytest.raises(ClockRefused):
        fold("foia", events, holidays=shipped_table(), today=None)


def test_given_a_fee_open_since_a_known_day_when_a_question_comes_beyond_the_table_then_it_is_known_to_be_in_time():
    events = [
        Event("received", date(2028, 12, 8)),
        Event("fees_notice", date(2028, 12, 12)),
        Event("clarification_requested", date(2029, 1, 12)),
    ]

    assert fold("foia", events, holidays=shipped_table(), today=None).flags == ()


def test_given_a_second_question_before_the_reply_when_folded_then_the_first_day_stands():
    assert standing(ASKED, Event("clarification_requested", on("03-12"))).asked_on == ASKED.on


def test_given_a_question_on_the_due_day_when_folded_then_it_is_in_time_and_the_day_after_it_is_late():
    assert standing(Event("clarification_requested", DUE)).flags == ()

    late = standing(Event("clarification_requested", on("04-02")), Event("clarification_supplied", on("04-03")))

    assert (late.flags, late.earlier_due, late.due) == (("clarification-late",), DUE, on("05-06"))


def test_given_two_late_questions_when_folded_then_the_first_missed_date_is_kept_and_the_flag_stands_once():
    found = standing(
        Event("clarification_requested", on("04-02")),
        Event("clarification_supplied", on("04-03")),
        Event("clarification_requested", on("05-20")),
    )

    assert (found.flags, found.earlier_due) == (("clarification-late",), DUE)


def test_given_a_question_before_receipt_or_after_the_answer_when_folded_then_it_has_no_effect():
    assert standing(Event("clarification_requested", on("03-01"))).asked_on is None
    answered = Event("responded", on("03-20"))
    assert standing(answered, Event("clarification_requested", on("03-21"))) == standing(answered)


def test_given_an_answer_instead_of_the_reply_when_folded_then_it_is_answered_with_no_date():
    found = standing(ASKED, Event("responded", on("03-20")))

    assert (found.state, found.due, found.review_request_by) == ("answered", None, on("05-20"))


def test_given_a_bounce_after_a_question_when_folded_then_the_resend_begins_without_it():
    found = standing(ASKED, Event("undelivered", on("03-11")), Event("received", on("03-12")))

    assert (found.asked_on, found.counts_from) == (None, on("03-12"))


# ---- fees ----

NOTICE = Event("fees_notice", on("03-10"))


def test_given_a_fees_notice_when_folded_then_the_clock_stops_and_lapses_after_the_last_day_to_pay():
    assert standing(NOTICE) == Standing(received_on=SENT, fee_by=on("06-09"))
    assert standing(NOTICE, today=on("06-09")).state == "paused-fee"
    assert standing(NOTICE, today=on("06-10")).state == "lapsed"


def test_given_a_payment_when_folded_then_both_days_and_those_between_do_not_count():
    found = standing(NOTICE, Event("fee_paid", on("03-20")), today=on("03-21"))

    assert (found.due, found.very_overdue, found.fee_by) == (on("04-11"), on("05-14"), None)
    assert (found.skips, found.clock_day) == (((NOTICE.on, on("03-20")),), 5)


def test_given_a_payment_after_its_last_day_when_folded_then_the_request_stays_lapsed():
    found = standing(NOTICE, Event("fee_paid", on("06-10")), today=on("06-11"))

    assert (found.state, found.due, found.fee_by) == ("lapsed", None, on("06-09"))
    assert standing(NOTICE, Event("fee_paid", on("06-09"))).due is not None


def test_given_a_payment_without_notice_or_a_second_notice_when_folded_then_nothing_changes():
    assert standing(Event("fee_paid", on("03-20"))) == standing()
    assert standing(NOTICE, Event("fees_notice", on("03-12"))).fee_on == NOTICE.on


@pytest.mark.parametrize("regime", ["eir", "eir-scotland"])
def test_given_environmental_information_when_a_fee_is_asked_then_sixty_working_days_are_left(regime):
    last = {"eir": on("06-09"), "eir-scotland": on("06-05")}[regime]

    assert standing(NOTICE, regime=regime).fee_by == last


def test_given_a_question_and_a_fee_when_both_are_open_then_the_question_is_said_and_both_must_end():
    found = standing(NOTICE, Event("clarification_requested", on("03-11")), today=on("03-12"))

    assert found.state == "paused-clarification"
    replied = standing(
        NOTICE, Event("clarification_requested", on("03-11")), Event("clarification_supplied", on("03-13"))
    )
    assert (replied.due, replied.fee_on) == (None, NOTICE.on)


# ---- extensions ----

CLAIMED = Event("extension_claimed", on("03-28"), on("04-15"))


def test_given_an_extension_when_folded_then_the_date_stays_and_the_estimate_is_kept():
    found = standing(CLAIMED)

    assert (found.due, found.extension_due, found.regulator_from) == (DUE, on("04-15"), on("04-16"))
    assert found.extension_on == CLAIMED.on


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("04-01", "waiting"),
        ("04-02", "extended"),
        ("04-15", "extended"),
        ("04-16", "overdue"),
        ("05-01", "overdue"),
        ("05-02", "very-overdue"),
    ],
)
def test_given_an_extension_when_days_pass_then_it_speaks_after_the_date_and_until_its_estimate(today, state):
    assert standing(CLAIMED, today=on(today)).state == state


def test_given_an_extension_without_estimate_when_folded_then_forty_days_are_the_expectation():
    assert standing(Event("extension_claimed", on("03-28"))).extension_due == on("05-01")


def test_given_an_extension_claimed_late_when_folded_then_it_has_no_effect_but_a_flag():
    found = standing(Event("extension_claimed", on("04-02")))

    assert (found.flags, found.extension_due, found.extension_on) == (("extension-late",), None, None)
    assert standing(Event("extension_claimed", DUE)).extension_on == DUE


@pytest.mark.parametrize(
    ("until", "due"), [(None, "05-01"), ("04-10", "04-10"), ("06-30", "05-01"), ("03-29", "04-01")]
)
def test_given_environmental_information_when_extended_then_the_date_moves_within_forty_days(until, due):
    found = standing(Event("extension_claimed", on("03-28"), until and on(until)), regime="eir", today=on("03-31"))

    assert found.due == found.extension_due == on(due)
    assert (found.due_if_receipt_rolls, found.state) == (DUE, "extended")


@pytest.mark.parametrize("regime", ["foisa"])
def test_given_a_law_without_extension_when_one_is_claimed_then_only_a_flag_says_so(regime):
    found = standing(CLAIMED, regime=regime)

    assert (found.flags, found.extension_due, found.due) == (("no-extension-in-foisa",), None, on("03-31"))


def test_given_a_body_that_no_law_binds_when_it_claims_an_extension_then_nothing_changes():
    assert standing(CLAIMED, regime="none") == standing(regime="none")


def test_given_a_claim_while_the_clock_is_stopped_or_after_the_answer_when_folded_then_it_is_judged_by_what_stands():
    assert standing(ASKED, Event("extension_claimed", on("05-28"))).flags == ()
    answered = Event("responded", on("03-20"))
    assert standing(answered, CLAIMED) == standing(answered)


def test_given_a_restart_when_folded_then_the_earlier_extension_and_override_are_gone():
    found = standing(
        Event("extension_claimed", on("03-05")), Event("due_overridden", on("03-06"), on("07-01")), ASKED, SUPPLIED
    )

    assert (found.extension_due, found.due) == (None, on("04-23"))


# ---- schools ----


def test_given_a_school_whose_terms_are_unknown_when_extended_after_twenty_days_then_it_may_be_in_time():
    late = Event("extension_claimed", on("04-10"))

    assert standing(late, regime="foia-school").flags == ()
    closed = Event("school_closed", on("02-01"), on("02-02"))
    assert standing(closed, late, regime="foia-school").flags == ("extension-late",)


def test_given_a_school_that_is_closed_when_counted_then_only_open_days_have_numbers():
    closed = Event("school_closed", on("03-05"), on("03-09"))

    found = standing(closed, regime="foia-school", today=on("03-11"))

    assert (found.clock_day, found.closures) == (3, ((closed.on, closed.until),))
    assert standing(closed, regime="foia", today=on("03-11")).clock_day == 6


def test_given_a_school_near_the_end_of_the_table_when_folded_then_the_limit_that_is_known_decides():
    closed = Event("school_closed", date(2028, 9, 20), date(2028, 12, 31))
    received = Event("received", date(2028, 9, 15))

    found = fold("foia-school", [received, closed], holidays=shipped_table(), today=None)

    assert found.due == found.due_latest == date(2028, 12, 11)


def test_given_a_closure_that_cannot_be_when_made_then_it_says_why():
    with pytest.raises(ClockRefused, match="the last day is before the first"):
        Event("school_closed", on("03-09"), on("03-05"))
    with pytest.raises(ClockRefused, match="needs its last day"):
        Event("due_overridden", on("03-09"))


# ---- a day set by staff ----


def test_given_a_day_set_for_one_request_when_folded_then_it_is_due_then():
    found = standing(Event("due_overridden", on("03-06"), on("04-14")), today=on("04-14"))

    assert (found.due, found.due_if_receipt_rolls, found.very_overdue) == (on("04-14"), on("04-14"), on("05-01"))
    assert found.state == "waiting"
    later = standing(Event("due_overridden", on("03-06"), on("05-20")))
    assert (later.due, later.very_overdue) == (on("05-20"), on("05-20"))


# ---- reviews and complaints ----


def test_given_a_review_when_folded_then_its_limits_and_the_complaints_follow():
    answered, asked = Event("responded", on("03-20")), Event("ir_requested", on("04-02"))

    found = standing(answered, asked)

    assert (found.review_due, found.review_max, found.regulator_from) == (on("05-02"), on("06-03"), on("06-04"))
    assert (found.regulator_by, found.review_on) == (None, asked.on)


def test_given_a_review_that_was_answered_when_folded_then_six_weeks_are_left():
    answered, asked, outcome = (
        Event("responded", on("03-20")),
        Event("ir_requested", on("04-02")),
        Event("ir_outcome", on("04-30")),
    )

    found = standing(answered, asked, outcome)

    assert (found.regulator_from, found.regulator_by, found.review_outcome_on) == (
        on("04-30"),
        on("06-11"),
        on("04-30"),
    )
    again = standing(answered, asked, outcome, Event("ir_requested", on("05-12")))
    assert (again.review_on, again.review_outcome_on, again.regulator_by) == (on("05-12"), None, None)
    assert standing(answered, asked, Event("ir_requested", on("04-09"))).review_on == asked.on
    assert standing(answered, outcome) == standing(answered)


def test_given_silence_when_a_review_is_asked_for_then_only_scotland_needs_it_before_a_complaint():
    asked = Event("ir_requested", on("04-08"))

    assert standing(asked).regulator_from == on("04-02")
    scottish = standing(asked, regime="foisa")
    assert (scottish.review_due, scottish.regulator_from, scottish.regulator_by) == (
        on("05-08"),
        on("05-09"),
        on("11-08"),
    )
    assert standing(regime="foisa").regulator_from is None


@pytest.mark.parametrize(
    ("regime", "answered", "last_day"),
    [
        ("foisa", "03-20", "05-29"),  # early: from the end of the time allowed
        ("foisa", "04-13", "06-11"),  # late: from the answer
        ("eir-scotland", "03-20", "05-19"),
        ("eir", "03-20", "05-20"),
        ("eir", None, "06-02"),
        ("foia", None, None),
    ],
)
def test_given_an_answer_or_none_when_folded_then_a_review_can_be_asked_for_from_the_day_that_the_law_names(
    regime, answered, last_day
):
    events = [Event("responded", on(answered))] if answered else []

    assert standing(*events, regime=regime).review_request_by == (last_day and on(last_day))


# ---- the state, without counting ----


@pytest.mark.parametrize(
    "events",
    [
        (),
        (ASKED,),
        (NOTICE,),
        (CLAIMED,),
        (Event("responded", on("03-20")),),
    ],
)
@pytest.mark.parametrize("regime", ["foia", "eir", "foisa", "none"])
def test_given_dates_that_were_kept_when_asked_on_any_day_then_the_state_is_the_folds(events, regime):
    kept = standing(*events, regime=regime)

    for day in ("03-28", "04-01", "04-02", "04-20", "05-02", "06-09", "06-10"):
        assert state_on(regime, kept, today=on(day)) == standing(*events, regime=regime, today=on(day)).state


# ---- a school whose closures are not said to be all ----

CLOSED = Event("school_closed", on("04-07"), on("04-11"), says_all=False)
IN_FULL = Event("school_closed", on("04-07"), on("04-11"), says_all=True)
LAST = on("06-02")


def test_given_some_closed_days_that_are_not_said_to_be_all_then_no_date_of_a_school_is_a_firm_one():
    found = standing(CLOSED, regime="foia-school", today=on("04-28"))

    assert (found.due, found.due_latest, found.terms_known) == (DUE, LAST, False)
    assert found.regulator_from == on("06-03")
    assert standing(IN_FULL, regime="foia-school").terms_known
    assert standing(IN_FULL, regime="foia-school").regulator_from == on("04-02")
    assert standing(Event("school_closed", on("04-07"), on("04-11")), regime="foia-school").terms_known


@pytest.mark.parametrize(("closure", "late"), [(CLOSED, False), (IN_FULL, True)])
def test_given_a_claim_after_the_twentieth_day_then_it_is_late_only_where_all_closed_days_are_known(closure, late):
    claimed = standing(closure, Event("extension_claimed", on("04-15")), regime="foia-school")
    asked = standing(closure, Event("clarification_requested", on("04-15")), regime="foia-school")

    assert (claimed.flags == ("extension-late",)) == late == (claimed.extension_on is None)
    assert (asked.flags == ("clarification-late",)) == late == (asked.earlier_due is not None)


def test_given_days_of_another_time_said_in_full_then_they_say_nothing_about_this_one():
    before = Event("school_closed", on("02-17"), on("02-21"), says_all=True)
    assert not standing(before, regime="foia-school").terms_known
    assert standing(before, IN_FULL, regime="foia-school").terms_known


def test_a_last_day_before_the_latest_receipt_is_refused_in_words():
    received = [Event("received", date(2025, 3, 3)), Event("received", date(2025, 3, 10))]

    refuse_day_set_before_receipt([*received, Event("due_overridden", date(2025, 3, 3), date(2025, 3, 10))])
    refuse_day_set_before_receipt([Event("due_overridden", date(2025, 3, 3), date(2025, 3, 5))])
    with pytest.raises(ClockRefused) as refused:
        refuse_day_set_before_receipt([*received, Event("due_overridden", date(2025, 3, 3), date(2025, 3, 9))])
    assert str(refused.value) == (
        "The last day cannot be set to Sunday 9 March 2025: the request was received only on Monday 10 March 2025."
    )
