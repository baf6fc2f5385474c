"""The law against a second counter, which is only worth something if it is right itself and owes the law nothing."""

import ast
import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from requests_app.law.holidays import shipped_table
from requests_app.law.wire import KEYS, answer_line
from tests.law import second_counter
from tests.law.random_events import REGIMES, random_lists
from tests.law.second_counter import DATES, KINDS, answer

HERE = Path(__file__).parent
# Each planted fault is tried against this; a list in thirty finds it as surely, and in a second.
LISTS = 300 if "MUTANT_UNDER_TEST" in os.environ else 10_000


def rows() -> list[dict[str, str]]:
    with (HERE / "vectors.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def asked(row: dict[str, str]) -> dict:
    events = {"regime": row["regime"], "events": json.loads(row["events_json"])}
    return events | {"today": row["today"]} if row["today"] else events


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_given_a_vector_when_counted_day_by_day_then_every_column_agrees(row):
    found = answer(asked(row))

    if row["expected_due"] == "ERROR":
        assert set(found) == {"error"}
        return
    expected = {key: row[f"expected_{key}"] or None for key in DATES}
    expected["due"] = None if row["expected_due"] == "NONE" else row["expected_due"]
    assert {key: found[key] for key in DATES} == expected
    assert found["flags"] == row["expected_flags"].split()
    assert not row["expected_state"] or found["state"] == row["expected_state"]


def test_given_the_second_counter_and_its_lists_when_read_then_they_import_nothing_of_the_product():
    for name in ("second_counter.py", "random_events.py"):
        tree = ast.parse((HERE / name).read_text(encoding="utf-8"))
        imported = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        }

        assert imported <= {"calendar", "collections.abc", "csv", "datetime", "pathlib", "random", "zoneinfo"}


@pytest.mark.parametrize(
    "question",
    [
        {"regime": "gdpr", "events": []},
        {"regime": "foia", "events": [{"t": "chased", "at": "2025-03-03"}]},
        {"regime": "foia", "events": [{"t": "received", "at": "2025-02-29"}]},
        {"regime": "foia", "events": [{"t": "received"}]},
        {"regime": "foia-school", "events": [{"t": "school_closed", "from": "2025-03-03", "to": "2025-03-02"}]},
        {"regime": "foia", "events": [{"t": "received", "at": "2028-11-29"}]},
        {"regime": "foia", "events": [{"t": "received", "at": "2006-12-31"}]},
    ],
)
def test_given_what_cannot_be_counted_when_asked_then_it_is_refused(question):
    assert set(answer(question)) == {"error"}


def test_given_the_random_lists_when_made_twice_then_they_are_the_same():
    assert list(random_lists(50, seed=1)) == list(random_lists(50, seed=1)) != list(random_lists(50, seed=2))


def test_given_many_random_lists_when_counted_then_every_rule_is_met_often_and_refusals_are_few():
    lists = list(random_lists(3_000, seed=7))
    found = [answer(question) for question in lists]
    answered = [dates for dates in found if "error" not in dates]

    assert 0.01 < 1 - len(answered) / len(found) < 0.2
    assert {question["regime"] for question in lists} >= set(REGIMES)
    assert {event["t"] for question in lists for event in question["events"]} >= KINDS
    for key in DATES:
        assert sum(dates[key] is not None for dates in answered) > 100, key
    states = Counter(dates["state"] for dates in answered)
    assert set(states) == {
        None,
        "not-received",
        "waiting",
        "extended",
        "overdue",
        "very-overdue",
        "paused-clarification",
        "paused-fee",
        "lapsed",
        "answered",
    }
    assert min(states.values()) > 20
    flags = Counter(flag for dates in answered for flag in dates["flags"])
    assert min(flags[flag] for flag in ("clarification-late", "extension-late", "no-extension-in-foisa")) > 50


def test_given_the_shipped_file_when_read_by_the_counter_then_both_calendars_differ_as_the_acts_do():
    day = second_counter.date

    assert day(2011, 7, 12) not in second_counter.UK_WORKED
    assert day(2011, 7, 12) in second_counter.SCOTLAND_WORKED
    assert day(2011, 1, 4) in second_counter.SCOTLAND_WORKED  # announced, never proclaimed
    assert day(2025, 8, 4) not in second_counter.UK_WORKED | second_counter.SCOTLAND_WORKED


def test_given_ten_thousand_random_lists_when_both_count_then_every_key_agrees_and_both_refuse_the_same():
    refused = 0
    for question in random_lists(LISTS, seed=2011_07_15):
        expected, found = answer(question), answer_line(json.dumps(question), holidays=shipped_table())
        if "error" in expected:
            refused += 1
            assert set(found) == {"error"}, (question, expected, found)
        else:
            assert tuple(found) == KEYS
            assert found == expected, (question, {key: (found[key], expected[key]) for key in KEYS})

    assert LISTS / 100 < refused < LISTS / 5
