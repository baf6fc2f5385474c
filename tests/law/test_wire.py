"""The clock as lines of JSON: any line in, one object out, never an exception."""

import json
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.law.clock import Event, Standing, fold
from requests_app.law.holidays import shipped_table
from requests_app.law.wire import KEYS, answer_line, as_dict, event_from, pack, unpack

RECEIVED = {"t": "received", "at": "2011-06-16"}


def ask(**asked) -> dict:
    return answer_line(json.dumps(asked), holidays=shipped_table())


def test_given_a_receipt_when_asked_then_exactly_the_published_keys_come_back():
    assert ask(regime="foia", events=[RECEIVED]) == {
        "due": "2011-07-15",
        "due_if_receipt_rolls": "2011-07-15",
        "due_latest": None,
        "very_overdue": "2011-08-15",
        "extension_due": None,
        "fee_by": None,
        "review_request_by": None,
        "review_due": None,
        "review_max": None,
        "regulator_from": "2011-07-16",
        "regulator_by": None,
        "flags": [],
        "state": None,
    }


def test_given_a_line_of_bytes_when_asked_then_it_is_read_like_text():
    line = json.dumps({"regime": "foia", "events": [RECEIVED]}).encode()

    assert answer_line(line, holidays=shipped_table()) == ask(regime="foia", events=[RECEIVED])


@pytest.mark.parametrize(
    ("today", "state"),
    [("2011-07-15", "waiting"), ("2011-07-15T23:30:00Z", "overdue"), (None, None)],
)
def test_given_a_today_when_asked_then_the_state_is_of_that_day_in_london(today, state):
    assert ask(regime="foia", events=[RECEIVED], today=today)["state"] == state


def test_given_an_answer_and_flags_when_written_then_days_are_text_and_flags_a_list():
    written = as_dict(Standing(due=date(2025, 1, 2), flags=("extension-late",), state="answered"))

    assert tuple(written) == KEYS
    assert (written["due"], written["flags"], written["state"]) == (
        "2025-01-02",
        ["extension-late"],
        "answered",
    )


def test_given_a_school_that_is_closed_when_asked_then_its_days_are_read_from_and_to():
    events = [{"t": "received", "at": "2025-07-16"}, {"t": "school_closed", "from": "2025-07-23", "to": "2025-09-02"}]

    found = ask(regime="foia-school", events=events, today="2025-09-25")

    assert (found["due"], found["due_latest"], found["state"]) == ("2025-09-24", "2025-10-10", "overdue")
    assert set(ask(regime="foia-school", events=[RECEIVED, {"t": "school_closed", "from": "2011-07-23"}])) == {"error"}


def test_given_a_day_that_was_set_when_packed_then_it_is_told_from_one_that_was_counted():
    received = Event("received", date(2025, 3, 3))
    day_set = Event("due_overridden", date(2025, 3, 4), date(2025, 4, 30))

    set_so = pack(fold("foia", [received, day_set], holidays=shipped_table(), today=None))
    counted = pack(fold("foia", [received], holidays=shipped_table(), today=None))

    assert (set_so["due"], set_so["override"]) == ("2025-04-30", "2025-04-30")
    assert "override" not in counted and unpack(set_so).override == date(2025, 4, 30)


def test_given_any_standing_when_packed_then_unpacking_gives_it_back():
    events = [
        Event("received", date(2025, 3, 3)),
        Event("fees_notice", date(2025, 3, 10)),
        Event("fee_paid", date(2025, 3, 20)),
        Event("school_closed", date(2025, 4, 5), date(2025, 4, 21)),
        Event("extension_claimed", date(2026, 1, 5)),
        Event("responded", date(2025, 5, 1)),
        Event("ir_requested", date(2025, 5, 2)),
    ]
    found = fold("foia-school", events, holidays=shipped_table(), today=None)

    packed = json.loads(json.dumps(pack(found)))

    assert asdict(unpack(packed)) == asdict(found) | {"state": None}
    assert packed["skips"] == [["2025-03-10", "2025-03-20"]]
    assert unpack({}) == Standing()


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ({"t": "received", "at": "2011-06-15T23:30:00Z"}, Event("received", date(2011, 6, 16))),
        (
            {"t": "extension_claimed", "at": "2011-07-01", "until": "2011-08-01"},
            Event("extension_claimed", date(2011, 7, 1), until=date(2011, 8, 1)),
        ),
        (
            {"t": "school_closed", "from": "2011-07-23", "to": "2011-09-02"},
            Event("school_closed", date(2011, 7, 23), until=date(2011, 9, 2)),
        ),
    ],
)
def test_given_an_event_in_json_when_read_then_its_days_are_kept(said, event):
    assert event_from(said) == event


OBJECT = 'Each line must be an object with "regime" and "events".'
EVENTS = '"events" is missing. Give a list, such as [{"t": "received", "at": "2011-06-16"}].'
EVENT = 'Each event must be an object with "t" and "at".'
JSON = "This line is not JSON. Write one object on each line."


def missing(key: str) -> str:
    return f'"{key}" is missing, or is not text in quotation marks.'


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", JSON),
        (b"\xff\xfe\xff", JSON),
        ("[" * 100_000, JSON),
        ("[]", OBJECT),
        ("null", OBJECT),
        ("{}", EVENTS),
        ('{"events": {}, "regime": "foia"}', EVENTS),
        ('{"events": []}', missing("regime")),
        ('{"events": [], "regime": 1}', missing("regime")),
        ('{"events": [], "regime": "foia", "today": 20110616}', missing("today")),
        ('{"events": [1], "regime": "foia"}', EVENT),
        ('{"events": [{"at": "2011-06-16"}], "regime": "foia"}', missing("t")),
        ('{"events": [{"t": "received"}], "regime": "foia"}', missing("at")),
        ('{"events": [{"t": "received", "at": null}], "regime": "foia"}', missing("at")),
        (
            '{"events": [{"t": "extension_claimed", "at": "2011-07-01", "until": 1}], "regime": "foia"}',
            missing("until"),
        ),
        ('{"events": [{"t": "school_closed", "at": "2011-06-16"}], "regime": "foia"}', missing("from")),
        ('{"events": [{"t": "school_closed", "from": "2011-06-16", "to": 1}], "regime": "foia"}', missing("to")),
        (
            '{"events": [{"t": "received", "at": "soon"}], "regime": "foia"}',
            "“soon” is not a day. Write it like 2011-06-16 or 2011-06-16T10:12:00Z.",
        ),
    ],
)  # fmt: skip
def test_given_a_line_that_cannot_be_answered_when_asked_then_the_error_says_what_to_change(line, error):
    assert answer_line(line, holidays=shipped_table()) == {"error": error}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2011-06-16"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["t", "at", "regime", "events", "today", "from", "to", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(asked=json_values)
def test_given_any_json_when_asked_then_there_is_an_answer_that_is_json(asked):
    found = answer_line(json.dumps(asked), holidays=shipped_table())

    assert set(found) in ({"error"}, set(KEYS))
    assert json.dumps(found)


@given(line=st.binary(max_size=60) | st.text(max_size=60))
def test_given_any_bytes_when_asked_then_there_is_an_answer(line):
    assert set(answer_line(line, holidays=shipped_table())) == {"error"}
