"""Every vector of every regime: two independent counts each, many with a printed chart behind them."""

import csv
import json
import os
from pathlib import Path

import pytest

from requests_app.law.holidays import shipped_table
from requests_app.law.wire import KEYS, answer_line

OURS = Path(__file__).parent / "vectors.csv"
THEIRS = Path(os.environ.get("FOITRACKER_SHARED", "/nonexistent")) / "law" / "clock_vectors.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def assert_agrees(row: dict[str, str]) -> None:
    asked = {"regime": row["regime"], "events": json.loads(row["events_json"])}
    if row["today"]:
        asked["today"] = row["today"]

    found = answer_line(json.dumps(asked), holidays=shipped_table())

    if row["expected_due"] == "ERROR":
        assert set(found) == {"error"}
        return
    stated = {key: row[f"expected_{key}"] for key in KEYS if row[f"expected_{key}"]}
    assert stated, "a vector that states nothing proves nothing"
    assert {key: _as_written(found[key]) for key in stated} == stated


def _as_written(value: object) -> str:
    """A date, a state, or codes between spaces; a stopped clock has no date."""
    return "NONE" if value is None else " ".join(value) if isinstance(value, list) else value


@pytest.mark.parametrize("row", rows(OURS), ids=lambda row: row["id"])
def test_given_a_vector_when_its_events_are_folded_then_every_stated_date_agrees(row):
    assert_agrees(row)


@pytest.mark.skipif(not THEIRS.is_file(), reason="the optional folder of reference vectors is not here")
def test_given_the_reference_vectors_when_folded_then_every_row_agrees():
    found = rows(THEIRS)

    assert len(found) >= len(rows(OURS))
    for row in found:
        assert_agrees(row)
