"""Where a request stands: events folded into dates and a state on a day."""

from dataclasses import asdict
from datetime import date

import pytest

from requests_app.law.clock import EVENT_KINDS, Event, Standing, fold
from requests_app.law.days import ClockRefused
from requests_app.law.holidays import HolidayTable, shipped_table
from requests_app.law.regimes import REGIMES

SENT = date(2025, 3, 3)
DUE = date(2025, 4, 1)
FORTY = date(2025, 5, 1)


def standing(*events: Event, regime="foia", today=None, holidays=None) -> Standing:
    return fold(regime, events, holidays=holidays or shipped_table(), today=today)


def received(on: date = SENT) -> Event:
    return Event("received", on)


def test_given_a_receipt_when_folded_then_every_date_of_the_act_follows():
    assert standing(received()) == Standing(
        received_on=SENT,
        due=DUE,
        due_if_receipt_rolls=DUE,
        very_overdue=FORTY,
        regulator_from=date(2025, 4, 2),
    )


def test_given_the_regime_itself_when_folded_then_it_is_as_good_as_its_code():
    assert standing(received(), regime=REGIMES["foia"]) == standing(received())


@pytest.mark.parametrize(
    ("today", "state", "clock_day"),
    [
        (date(2025, 3, 2), "not-received", None),
        (SENT, "waiting", 0),
        (date(2025, 3, 4), "waiting", 1),
        (date(2025, 3, 9), "waiting", 4),  # a Sunday keeps Friday's number
        (date(2025, 3, 17), "waiting", 9),  # St Patrick's Day
        (DUE, "waiting", 20),
        (date(2025, 4, 2), "overdue", 21),
        (FORTY, "overdue", 40),
        (date(2025, 5, 2), "very-overdue", 41),
    ],
)
def test_given_a_receipt_when_days_pass_then_the_state_moves_after_each_limit(today, state, clock_day):
    found = standing(received(), today=today)

    assert (found.state, found.clock_day) == (state, clock_day)


def test_given_no_today_when_folded_then_only_what_no_day_can_change_is_said():
    assert standing(received()).state is None
    assert standing(received()).clock_day is None
    assert standing().state == "not-received"
    assert standing(received(), Event("responded", DUE)).state == "answered"


def test_given_nothing_received_when_folded_then_there_are_no_dates():
    assert standing(today=SENT) == Standing(state="not-received")


def test_given_a_bounce_when_folded_then_the_receipt_is_void():
    found = standing(received(), Event("undelivered", date(2025, 3, 4)), today=DUE)

    assert found == Standing(state="not-received")


def test_given_a_bounce_and_a_resend_when_folded_then_the_resend_starts_the_clock():
    again = date(2025, 3, 6)

    found = standing(received(), Event("undelivered", date(2025, 3, 4)), received(again), today=DUE)

    assert (found.received_on, found.due) == (again, date(2025, 4, 4))


def test_given_bounce_and_resend_on_one_day_when_folded_then_the_order_given_is_kept():
    found = standing(received(), Event("undelivered", SENT), received())

    assert found.received_on == SENT


def test_given_events_out_of_order_when_folded_then_their_days_order_them():
    found = standing(received(date(2025, 3, 6)), Event("undelivered", date(2025, 3, 4)), received())

    assert found.received_on == date(2025, 3, 6)


def test_given_a_second_receipt_when_folded_then_it_starts_the_clock():
    assert standing(received(), received(date(2025, 3, 6))).received_on == date(2025, 3, 6)


@pytest.mark.parametrize("kind", ["received", "undelivered"])
def test_given_an_answer_when_a_receipt_or_bounce_comes_later_then_nothing_changes(kind):
    answered = standing(received(), Event("responded", DUE))

    assert standing(received(), Event("responded", DUE), Event(kind, date(2025, 4, 9))) == answered


def test_given_an_answer_noted_before_the_receipt_of_that_day_when_folded_then_the_receipt_counts():
    found = standing(Event("responded", SENT), received(), today=DUE)

    assert (found.received_on, found.responded_on, found.due, found.state) == (SENT, SENT, DUE, "answered")


def test_given_an_answer_when_folded_then_the_review_window_opens_and_the_regulators_closes():
    found = standing(received(date(2025, 10, 1)), Event("responded", date(2025, 10, 20)), today=date(2026, 1, 1))

    assert found == Standing(
        received_on=date(2025, 10, 1),
        responded_on=date(2025, 10, 20),
        due=date(2025, 10, 29),
        due_if_receipt_rolls=date(2025, 10, 29),
        very_overdue=date(2025, 11, 26),
        review_request_by=date(2025, 12, 16),
        state="answered",
    )


def test_given_two_answers_when_folded_then_the_first_stops_the_clock_and_the_last_opens_the_window():
    first, last = date(2025, 3, 20), date(2025, 4, 10)

    found = standing(received(), Event("responded", first), Event("responded", last))

    assert found.responded_on == first
    assert (
        found.review_request_by
        == standing(received(), Event("responded", last)).review_request_by
        != standing(received(), Event("responded", first)).review_request_by
    )


@pytest.mark.parametrize(("today", "state"), [(date(2025, 4, 9), "overdue"), (date(2025, 4, 10), "answered")])
def test_given_a_day_before_the_answer_when_folded_then_it_does_not_know_the_answer_yet(today, state):
    assert standing(received(), Event("responded", date(2025, 4, 10)), today=today).state == state


def test_given_an_answer_to_what_was_never_received_when_folded_then_only_the_review_can_be_dated():
    found = standing(Event("responded", SENT), today=DUE)

    assert found == Standing(responded_on=SENT, review_request_by=date(2025, 5, 1), state="answered")


@pytest.mark.parametrize(
    ("on", "due", "rolled"),
    [
        (date(2025, 9, 12), date(2025, 10, 10), date(2025, 10, 10)),  # Friday
        (date(2025, 9, 13), date(2025, 10, 10), date(2025, 10, 13)),  # Saturday
        (date(2014, 12, 1), date(2014, 12, 31), date(2015, 1, 5)),  # St Andrew's Day
        (date(2022, 9, 19), date(2022, 10, 17), date(2022, 10, 18)),  # the day of a state funeral
    ],
)
def test_given_receipt_on_a_day_off_when_folded_then_the_grace_is_one_working_day(on, due, rolled):
    found = standing(received(on))

    assert (found.due, found.due_if_receipt_rolls) == (due, rolled)


# ---- bodies that no law binds, and what is not known ----


def test_given_a_body_not_subject_when_folded_then_there_is_a_hope_and_no_law():
    assert standing(received(), regime="none", today=date(2025, 5, 2)) == Standing(
        received_on=SENT, due=DUE, due_if_receipt_rolls=DUE, state="waiting"
    )
    assert standing(received(), Event("responded", DUE), regime="none").review_request_by is None


def test_given_an_unknown_regime_when_folded_then_it_lists_the_known():
    with pytest.raises(ClockRefused) as refused:
        standing(regime="gdpr")

    assert str(refused.value) == (
        "“gdpr” is not a regime. Use one of: foia, foia-school, eir, foisa, eir-scotland, none."
    )


def test_given_an_unknown_event_when_made_then_it_lists_the_known():
    with pytest.raises(ClockRefused) as refused:
        Event("chased", SENT)

    assert str(refused.value) == f"“chased” is not an event. Use one of: {', '.join(EVENT_KINDS)}."


# ---- the ends of the table ----

BEYOND = (
    "Bank holidays are known from Monday 1 January 2007 to Sunday 31 December 2028, so this date cannot be "
    "counted. Add the missing bank holidays and try again."
)


@pytest.mark.parametrize(
    "on", [date(2006, 12, 31), date(2028, 11, 29), date(2028, 12, 1), date(2028, 12, 31), date(2029, 6, 1), date.max]
)
def test_given_a_count_that_leaves_the_table_when_folded_then_it_refuses(on):
    with pytest.raises(ClockRefused) as refused:
        standing(received(on))

    assert str(refused.value) == BEYOND


def test_given_an_empty_table_when_folded_then_it_refuses_and_says_so():
    with pytest.raises(ClockRefused) as refused:
        standing(received(), holidays=HolidayTable(frozenset(), ends_on=date(2028, 12, 31)))

    assert str(refused.value) == (
        "The table of bank holidays is empty, so no date can be counted. Load the bank holidays first."
    )


def test_given_the_last_date_that_can_be_counted_when_folded_then_later_limits_are_left_out():
    found = standing(received(date(2028, 11, 28)), today=date(2028, 12, 31))

    assert found.due == date(2028, 12, 29)
    assert found.very_overdue is None
    assert (found.state, found.clock_day) == ("overdue", 20)


def test_given_a_today_beyond_the_table_when_folded_then_the_day_has_no_number():
    found = standing(received(date(2028, 11, 28)), today=date(2029, 1, 1))

    assert (found.state, found.clock_day) == ("overdue", None)


def test_given_an_answer_near_the_end_of_the_table_when_folded_then_the_window_is_left_out():
    assert standing(received(), Event("responded", date(2029, 2, 1))).review_request_by is None
    assert standing(received(), Event("responded", date(2028, 12, 1))).review_request_by is None


def test_given_the_table_of_regimes_when_read_then_each_laws_terms_are_the_statutes():
    terms = {
        code: (
            regime.calendar,
            regime.days,
            regime.outer_days,
            regime.regulator,
            regime.review_days,
            regime.review_max_days,
            regime.review_compulsory,
            regime.by_law,
        )
        for code, regime in REGIMES.items()
    }

    assert terms == {
        "foia": ("any_part", 20, 40, "ico", 20, 40, False, True),
        "foia-school": ("any_part", 20, 60, "ico", 20, 40, False, True),
        "eir": ("any_part", 20, 40, "ico", 40, 40, False, True),
        "foisa": ("scotland", 20, 20, "scottish-commissioner", 20, 20, True, True),
        "eir-scotland": ("scotland", 20, 40, "scottish-commissioner", 20, 20, True, True),
        "none": ("any_part", 20, None, None, None, None, False, False),
    }
    assert all(asdict(regime)["title"] for code, regime in REGIMES.items() if code != "none")
