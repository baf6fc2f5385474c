"""What each event did to the date, in a sentence with its place in the law."""

from datetime import date

import pytest

from requests_app.law.citations import CITATIONS, citation
from requests_app.law.clock import EVENT_KINDS, Event
from requests_app.law.explain import STEP_WORDS, explain, sentence, step_sentence, steps
from requests_app.law.holidays import shipped_table
from requests_app.law.regimes import REGIMES


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


RECEIVED = Event("received", on("03-03"))


def told(*events: Event, regime: str = "foia") -> list[tuple[str, str]]:
    return [(step.code, step_sentence(step)) for step in steps(regime, events, holidays=shipped_table())]


def test_given_a_whole_history_when_told_then_each_event_says_what_it_did():
    found = steps(
        "foia",
        [
            RECEIVED,
            Event("clarification_requested", on("03-10")),
            Event("clarification_supplied", on("03-24")),
            Event("fees_notice", on("03-26")),
            Event("fee_paid", on("03-28")),
            Event("extension_claimed", on("04-25"), on("05-20")),
            Event("responded", on("05-19")),
            Event("ir_requested", on("05-20")),
            Event("ir_outcome", on("06-10")),
        ],
        holidays=shipped_table(),
    )

    assert [(step.code, step.moved, step.due) for step in found] == [
        ("received", True, on("04-01")),
        ("clarification_requested", True, None),
        ("clarification_supplied", True, on("04-23")),
        ("fees_notice", True, None),
        ("fee_paid", True, on("04-28")),
        ("extension_claimed-estimate", False, on("04-28")),
        ("responded", False, on("04-28")),
        ("ir_requested", False, on("04-28")),
        ("ir_outcome", False, on("04-28")),
    ]
    assert step_sentence(found[3]).endswith("which can be done until Wednesday 25 June 2025.")
    assert "from Wednesday 26 March 2025 to this day" in step_sentence(found[4])
    assert "expects to reply by Tuesday 20 May 2025" in step_sentence(found[5])
    assert [step.topic for step in found] == [
        "due", "clarification", "clarification", "fee", "fee", "extension", "due", "review", "review",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([Event("received", on("03-05"))], "received-again"),
        ([Event("responded", on("03-04")), Event("received", on("03-05"))], "no-effect"),
        ([Event("clarification_supplied", on("03-05"))], "clarification_supplied-unasked"),
        ([Event("clarification_requested", on("04-02"))], "clarification_requested-late"),
        ([Event("clarification_requested", on("03-05")), Event("clarification_requested", on("03-06"))], "no-effect"),
        ([Event("fees_notice", on("03-05")), Event("fees_notice", on("03-06"))], "no-effect"),
        ([Event("fees_notice", on("04-01"))], "fees_notice"),
        ([Event("fees_notice", on("04-02"))], "fees_notice-late"),
        ([Event("clarification_requested", on("03-05")), Event("fees_notice", on("04-02"))], "fees_notice"),
        (
            [
                Event("clarification_requested", on("04-02")),
                Event("clarification_supplied", on("04-03")),
                Event("fees_notice", on("04-04")),
            ],
            "fees_notice",
        ),
        ([Event("fee_paid", on("03-06"))], "no-effect"),
        ([Event("fees_notice", on("03-05")), Event("fee_paid", on("06-06"))], "fee_paid-late"),
        ([Event("extension_claimed", on("04-02"))], "extension_claimed-late"),
        ([Event("extension_claimed", on("03-20"), until=on("04-02"))], "extension_claimed-estimate"),
        ([Event("extension_claimed", on("03-20"), until=on("04-01"))], "extension_claimed-early"),
        ([Event("extension_claimed", on("03-20"), until=on("03-27"))], "extension_claimed-early"),
        ([Event("undelivered", on("03-04"))], "undelivered"),
        ([Event("due_overridden", on("03-04"), on("05-01"))], "due_overridden"),
    ],
)
def test_given_a_special_case_when_told_then_it_has_its_own_sentence(events, code):
    assert told(RECEIVED, *events)[-1][0] == code


@pytest.mark.parametrize(
    ("regime", "old_due"), [("foia", "Tuesday 1 April 2025"), ("foia-school", "Monday 2 June 2025")]
)
def test_given_a_fee_after_the_date_when_told_then_that_the_date_was_missed_stands(regime, old_due):
    words = told(RECEIVED, Event("fees_notice", on("06-03")), regime=regime)[-1][1]

    assert words == (
        f"The authority asked for a fee, after its earlier date of {old_due} had passed. The clock stops from this day "
        "until it is paid, which can be done until Tuesday 2 September 2025; that the earlier date was missed stands."
    )
    in_time = told(RECEIVED, Event("fees_notice", on("04-02")), regime="foia-school")[-1]
    assert in_time[0] == "fees_notice"


def test_given_other_laws_when_an_extension_is_claimed_then_it_moves_the_date_or_does_not_exist():
    claimed = Event("extension_claimed", on("03-28"))

    assert told(RECEIVED, claimed, regime="eir")[-1] == (
        "extension_claimed-moves",
        "The authority extended its time because the request is complex and large. "
        "The last day is now Thursday 1 May 2025.",
    )
    assert told(RECEIVED, claimed, regime="foisa")[-1][0] == "extension_claimed-none"


@pytest.mark.parametrize("stop", ["clarification_requested", "fees_notice"])
def test_given_a_clock_that_is_stopped_when_more_time_is_claimed_then_no_day_is_made_up_and_none_is_lost(stop):
    stopped, claimed = Event(stop, on("03-10")), Event("extension_claimed", on("03-11"))
    none_follows = (
        "extension_claimed-stopped",
        "The authority said it needs more time. No time limit runs now, so no last day follows from it yet.",
    )

    laws = ["foia", "eir"] if stop == "clarification_requested" else ["foia"]
    assert [told(RECEIVED, stopped, claimed, regime=law)[-1] for law in laws] == [none_follows] * len(laws)
    named = Event("extension_claimed", on("03-11"), on("05-20"))
    assert "expects to reply by Tuesday 20 May 2025." in told(RECEIVED, stopped, named)[-1][1]


def test_given_a_day_beyond_the_table_when_told_then_the_sentence_still_stands():
    asked = Event("ir_requested", date(2028, 12, 20))

    words = told(Event("received", date(2028, 11, 1)), Event("responded", date(2028, 11, 3)), asked)[-1][1]

    assert words == "A review was asked for. It should be answered by a day that cannot be counted yet."


def test_every_sentence_can_be_filled_and_every_event_has_one():
    assert {code.partition("-")[0] for code in STEP_WORDS} >= {kind.partition("-")[0] for kind in EVENT_KINDS}


def test_every_law_says_where_each_of_its_rules_stands():
    topics = {"due", "clarification", "fee", "extension", "review", "regulator"}
    for code, regime in REGIMES.items():
        assert set(CITATIONS[code]) == (topics if regime.by_law else set())
    assert citation("foia", "due").words == "Freedom of Information Act 2000 section 10(1) and 10(6)"
    assert citation("foia", "due").url == "https://www.legislation.gov.uk/ukpga/2000/36/section/10"
    assert citation("eir", "fee").url == "https://www.legislation.gov.uk/uksi/2004/3391/regulation/8"
    assert citation("none", "due") is None
    assert citation("unheard of", "due") is None


def test_given_days_left_out_when_explained_then_each_says_why():
    days = explain(
        on("03-03"),
        on("03-13"),
        holidays=shipped_table(),
        skips=[(on("03-05"), on("03-06"))],
        closures=[(on("03-07"), on("03-10"))],
    )

    assert [(day.on.day, day.kind, day.number) for day in days] == [
        (3, "received", None), (4, "counted", 1), (5, "fee", None), (6, "fee", None), (7, "school", None),
        (8, "weekend", None), (9, "weekend", None), (10, "school", None), (11, "counted", 2),
        (12, "counted", 3), (13, "counted", 4),
    ]  # fmt: skip
    assert sentence(days[2]) == "Wednesday 5 March 2025: not counted, the clock was stopped for a fee."
    assert sentence(days[4]) == "Friday 7 March 2025: not counted, the school is closed."
