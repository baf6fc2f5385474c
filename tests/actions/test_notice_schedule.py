"""On which days each reminder may go: pure, so every row of the table of reminders is tried here."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from requests_app.actions.notice_schedule import Facts, due, first_day, next_day, schedule, working_regimes
from requests_app.law.clock import Event, fold
from requests_app.law.holidays import shipped_table
from requests_app.models import ReminderKind, Status

TABLE = shipped_table()
DAY = timedelta(days=1)
# A Thursday. Working day 20 is Friday 15 July: Tuesday the 12th is a bank holiday in Northern Ireland.
RECEIVED = date(2011, 6, 16)
DUE = date(2011, 7, 15)
OUTER = date(2011, 8, 15)


def facts(*events: tuple, regime: str = "foia", status: str = Status.AWAITING_RESPONSE, **more) -> Facts:
    """A request received on 16 June 2011 to which this happened."""
    all_of_them = [Event("received", RECEIVED), *(Event(*event) for event in events)]
    return Facts(regime, status, fold(regime, all_of_them, holidays=TABLE, today=None), **more)


def on(day: date, known: Facts) -> set[tuple[str, int, str]]:
    """Kind, step and side of all that may go on a day."""
    return {(str(n.kind), n.step, n.audience[:1]) for n in due(schedule(known, table=TABLE), on=day)}


def days(known: Facts, kind: str, audience: str = "r") -> list[tuple[int, date, date | None, date]]:
    """Step, first and last day, and the date it is about, of one kind for one side."""
    found = [n for n in schedule(known, table=TABLE) if n.kind == kind and n.audience.startswith(audience)]
    return [(n.step, n.from_day, n.until_day, n.for_on) for n in found]


class TestAnswer:
    def test_before_the_date_only_the_authority_hears_five_and_one_working_days_ahead(self):
        # Working days back from Friday the 15th: 14, 13, (12 is off) 11, 8, 7.
        assert days(facts(), "due_soon", "a") == [
            (5, date(2011, 7, 7), date(2011, 7, 13), DUE),
            (1, date(2011, 7, 14), DUE, DUE),
        ]
        assert days(facts(), "due_soon", "r") == []

    def test_after_the_date_both_hear_on_the_next_working_morning_until_the_longest_time_is_over(self):
        after = facts()
        assert after.standing.very_overdue == date(2011, 8, 15)
        for side in "ra":
            assert days(after, "overdue", side) == [(0, date(2011, 7, 18), OUTER, DUE)]
            assert days(after, "long_overdue", side) == [(0, OUTER + DAY, None, DUE)]

    @pytest.mark.parametrize("day", [date(2011, 8, 16), date(2012, 1, 9), date(2019, 1, 1)])
    def test_days_on_which_nothing_ran_heal_with_one_message_for_each_side(self, day):
        assert on(day, facts()) == {("long_overdue", 0, "r"), ("long_overdue", 0, "a")}

    def test_no_day_has_two_messages_about_the_same_answer_for_one_side(self):
        for number in range(400):
            kinds = [(n.audience) for n in due(schedule(facts(), table=TABLE), on=RECEIVED + number * DAY)]
            assert len(kinds) == len(set(kinds)), RECEIVED + number * DAY

    def test_receipt_on_a_sunday_waits_for_the_later_reading(self):
        sunday = date(2011, 6, 19)
        at = fold("foia", [Event("received", sunday)], holidays=TABLE, today=None)
        known = Facts("foia", Status.AWAITING_RESPONSE, at)
        assert at.due_if_receipt_rolls > at.due
        late = days(known, "overdue")[0][1]
        assert late > at.due_if_receipt_rolls and TABLE.working_days("any_part").has(late)

    def test_a_school_is_late_only_after_its_longest_time(self):
        known = facts(regime="foia-school")
        latest = known.standing.due_latest
        assert latest > known.standing.due
        assert days(known, "overdue") == [(0, latest + DAY, None, known.standing.due)]
        assert days(known, "long_overdue") == []

    def test_a_school_whose_holidays_are_known_is_late_after_its_own_date(self):
        known = facts(("school_closed", date(2011, 7, 1), date(2011, 7, 8)), regime="foia-school")
        assert days(known, "overdue")[0][1] == TABLE.working_days("any_part").nth_after(known.standing.due, 1)

    def test_where_there_is_no_longer_time_one_message_is_all(self):
        known = facts(regime="foisa")
        assert days(known, "overdue")[0][2] is None
        assert days(known, "long_overdue") == []

    def test_scottish_mornings_follow_the_scottish_calendar(self):
        # Easter Monday 2011 is a working day there: due on the Thursday before Good Friday, late on Easter Monday.
        at = fold("foisa", [Event("received", date(2011, 3, 24))], holidays=TABLE, today=None)
        assert at.due == date(2011, 4, 21)
        assert days(Facts("foisa", Status.AWAITING_RESPONSE, at), "overdue")[0][1] == date(2011, 4, 25)
        england = fold("foia", [Event("received", date(2011, 3, 24))], holidays=TABLE, today=None)
        assert days(Facts("foia", Status.AWAITING_RESPONSE, england), "overdue")[0][1] == date(2011, 4, 26)

    @pytest.mark.parametrize(
        "change",
        [
            {"to_describe_since": DUE - DAY},
            {"letter_waits": True},
        ],
        ids=str,
    )
    def test_while_a_letter_may_be_the_answer_nobody_is_called_late(self, change):
        kinds = {kind for kind, _step, _side in on(date(2011, 7, 18), replace(facts(), **change))}
        assert not kinds & {"overdue", "long_overdue", "extension_ended"}

    @pytest.mark.parametrize("status", [Status.ANSWERED, Status.WITHDRAWN, Status.AWAITING_CLARIFICATION])
    def test_what_is_not_waited_for_is_not_late(self, status):
        assert on(date(2011, 7, 18), replace(facts(), status=status)) == set()

    @pytest.mark.parametrize(
        "event", [("responded", DUE), ("clarification_requested", DUE), ("fees_notice", DUE)], ids=str
    )
    def test_a_clock_that_has_stopped_reminds_of_no_date(self, event):
        kinds = {n.kind for n in schedule(facts(event), table=TABLE)}
        assert not kinds & {"due_soon", "overdue", "long_overdue"}

    def test_what_came_from_elsewhere_or_was_withdrawn_or_binds_nobody_is_silent(self):
        assert schedule(facts(silent=True), table=TABLE) == []
        assert schedule(replace(facts(), status=Status.WITHDRAWN, to_describe_since=DUE), table=TABLE) == []
        assert schedule(facts(regime="none"), table=TABLE) == []
        assert schedule(replace(facts(), regime="some other law"), table=TABLE) == []


class TestExtension:
    def test_an_extension_says_until_when_to_wait_and_its_end_is_told_of_instead(self):
        until = date(2011, 8, 3)
        known = facts(("extension_claimed", date(2011, 7, 14), until))
        assert known.standing.due == DUE
        assert on(date(2011, 7, 18), known) == set()
        for side in "ra":
            assert days(known, "extension_ended", side) == [(0, until + DAY, OUTER, until)]
            assert days(known, "long_overdue", side) == [(0, OUTER + DAY, None, DUE)]
        assert [step for step, *_rest in days(known, "due_soon", "a")] == [5, 1]
        assert days(known, "due_soon", "a")[1][2] == until
        assert days(known, "overdue") == []

    def test_an_extension_to_the_longest_time_is_told_of_once(self):
        known = facts(("extension_claimed", date(2011, 7, 14)))
        assert days(known, "extension_ended") == [(0, OUTER + DAY, None, OUTER)]
        assert days(known, "long_overdue") == []

    def test_where_the_law_lets_it_move_the_date_the_new_one_counts(self):
        known = facts(("extension_claimed", date(2011, 7, 14)), regime="eir")
        assert known.standing.due == OUTER
        assert days(known, "extension_ended") == [(0, OUTER + DAY, None, OUTER)]
        assert days(known, "due_soon", "a")[1][2] == OUTER

    def test_a_late_extension_changes_nothing(self):
        known = facts(("extension_claimed", date(2011, 7, 18)))
        assert days(known, "overdue") and not days(known, "extension_ended")

    def test_an_extension_whose_end_nobody_can_count_calls_nothing_late(self):
        known = facts(("extension_claimed", date(2011, 7, 14)))
        known = replace(known, standing=replace(known.standing, extension_due=None))
        assert schedule(known, table=TABLE) == []


class TestRequester:
    def test_a_question_is_recalled_after_three_and_ten_days(self):
        asked = date(2011, 7, 1)
        known = facts(("clarification_requested", asked), status=Status.AWAITING_CLARIFICATION)
        assert days(known, "clarification_waiting") == [
            (3, date(2011, 7, 4), date(2011, 7, 10), asked),
            (10, date(2011, 7, 11), None, asked),
        ]

    def test_a_question_of_a_body_that_no_law_binds_is_recalled_too(self):
        known = facts(
            ("clarification_requested", date(2011, 7, 1)), regime="none", status=Status.AWAITING_CLARIFICATION
        )
        assert [step for step, *_rest in days(known, "clarification_waiting")] == [3, 10]
        assert {n.kind for n in schedule(known, table=TABLE)} == {"clarification_waiting"}

    def test_a_question_that_was_replied_to_waits_no_more(self):
        known = facts(("clarification_requested", date(2011, 7, 1)))
        assert days(known, "clarification_waiting") == []

    def test_a_fee_is_recalled_fourteen_and_three_days_before_on_a_working_morning(self):
        known = facts(("fees_notice", date(2011, 7, 1)))
        last = known.standing.fee_by
        assert last == date(2011, 9, 30)
        assert days(known, "fee_lapsing") == [
            (14, date(2011, 9, 16), date(2011, 9, 26), last),
            (3, date(2011, 9, 27), last, last),
        ]

    def test_a_morning_before_the_end_moves_back_where_it_is_no_working_day(self):
        # Three days before Easter Monday are all days off.
        known = facts(("fees_notice", date(2011, 6, 20)))
        known = replace(known, standing=replace(known.standing, fee_by=date(2011, 4, 25)))
        assert days(known, "fee_lapsing")[1][1] == date(2011, 4, 21)

    def test_a_letter_is_asked_about_once_five_days_after_it_came(self):
        since = date(2011, 7, 4)
        assert days(facts(to_describe_since=since), "was_this_the_answer") == [(0, date(2011, 7, 9), None, since)]

    def test_the_time_to_ask_for_a_review_ends_unless_the_answer_was_enough(self):
        answered = facts(("responded", date(2011, 7, 1)), status=Status.ANSWERED)
        by = answered.standing.review_request_by
        assert by == date(2011, 8, 31)
        assert days(answered, "review_window") == [(0, date(2011, 8, 23), by, by)]
        assert days(replace(answered, satisfied=True), "review_window") == []
        assert days(replace(answered, status=Status.AWAITING_RESPONSE), "review_window") == []

    def test_where_a_review_comes_first_silence_has_such_a_time_too(self):
        assert days(facts(regime="foisa"), "review_window") != []
        assert days(facts(regime="eir"), "review_window") == []

    def test_a_review_is_recalled_to_the_authority_and_late_in_two_steps_where_there_is_a_longest_time(self):
        asked = date(2011, 7, 20)
        known = facts(("responded", date(2011, 7, 1)), ("ir_requested", asked), status=Status.INTERNAL_REVIEW)
        normal, longest = known.standing.review_due, known.standing.review_max
        assert [step for step, *_rest in days(known, "review_due_soon", "a")] == [5, 1]
        assert days(known, "review_due_soon", "r") == []
        morning = TABLE.working_days("any_part").nth_after
        for side in "ra":
            assert days(known, "review_overdue", side) == [
                (0, morning(normal, 1), morning(longest, 1) - DAY, normal),
                (1, morning(longest, 1), None, normal),
            ]
        assert days(known, "review_window") == []
        waits = replace(known, to_describe_since=normal)
        assert days(waits, "review_overdue") == []

    def test_a_review_of_the_regulations_is_late_once(self):
        known = facts(
            ("responded", date(2011, 7, 1)), ("ir_requested", date(2011, 7, 20)), regime="eir",
            status=Status.INTERNAL_REVIEW,
        )  # fmt: skip
        assert [step for step, *_rest in days(known, "review_overdue")] == [1]

    def test_a_review_with_its_outcome_is_over_and_the_regulators_time_runs(self):
        known = facts(
            ("responded", date(2011, 7, 1)), ("ir_requested", date(2011, 7, 20)), ("ir_outcome", date(2011, 8, 1)),
            status=Status.ANSWERED,
        )  # fmt: skip
        assert days(known, "review_overdue") == []
        by = known.standing.regulator_by
        assert by == date(2011, 9, 12)
        assert days(known, "regulator_window") == [(0, date(2011, 9, 5), by, by)]
        assert days(replace(known, satisfied=True), "regulator_window") == []


class TestDays:
    def test_the_first_day_is_the_earliest_of_all(self):
        assert first_day(facts(), table=TABLE) == date(2011, 7, 7)
        assert first_day(facts(silent=True), table=TABLE) is None

    def test_the_next_day_is_the_first_one_after(self):
        notices = schedule(facts(), table=TABLE)
        assert next_day(notices, after=date(2011, 7, 7)) == date(2011, 7, 14)
        assert next_day(notices, after=date(2011, 8, 16)) is None

    def test_on_a_day_off_somewhere_only_the_others_laws_remind(self):
        assert working_regimes(date(2011, 7, 18), TABLE) is None
        assert working_regimes(date(2011, 7, 16), TABLE) == []
        assert working_regimes(date(2011, 4, 25), TABLE) == ["foisa", "eir-scotland"]

    def test_beyond_the_table_plain_days_are_counted_so_that_nothing_is_forgotten(self):
        last = date(2028, 12, 29)
        known = replace(facts(), standing=replace(facts().standing, due=last, due_if_receipt_rolls=None))
        known = replace(known, standing=replace(known.standing, very_overdue=date(2029, 2, 1)))
        assert days(known, "overdue")[0][1] == date(2028, 12, 30)
        assert days(known, "long_overdue")[0][1] == date(2029, 2, 2)

    def test_every_kind_but_those_of_other_planners_is_scheduled_by_something(self):
        known = [
            facts(),
            facts(("extension_claimed", date(2011, 7, 14))),
            facts(("clarification_requested", date(2011, 7, 1)), status=Status.AWAITING_CLARIFICATION),
            facts(("fees_notice", date(2011, 7, 1)), to_describe_since=DUE),
            facts(("responded", date(2011, 7, 1)), status=Status.ANSWERED),
            facts(
                ("responded", date(2011, 7, 1)), ("ir_requested", date(2011, 7, 20)), status=Status.INTERNAL_REVIEW
            ),
            facts(
                ("responded", date(2011, 7, 1)), ("ir_requested", date(2011, 7, 20)), ("ir_outcome", date(2011, 8, 1)),
                status=Status.ANSWERED,
            ),
        ]  # fmt: skip
        scheduled = {str(n.kind) for each in known for n in schedule(each, table=TABLE)}
        assert set(ReminderKind.values) - scheduled == {"not_sent_yet", "date_moved", "overdue_corrected"}
