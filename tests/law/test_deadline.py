"""`manage.py deadline` as people run it: a process of its own, with an empty environment."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]


def deadline(*arguments: str, said: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "deadline", *arguments],
        input=said,
        capture_output=True,
        cwd=HERE,
        env={},
        timeout=60,
        check=False,
    )


def test_given_lines_good_and_bad_when_read_then_each_gets_one_object_and_none_stops_the_rest():
    good = b'{"regime": "foia", "events": [{"t": "received", "at": "2011-06-16"}], "today": "2011-07-16"}'

    ran = deadline("--jsonl", said=b"\n".join([good, b"{", b"", b"\xff\xfe", b"[]", good]))

    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert [answer.get("due") for answer in answers] == ["2011-07-15", None, None, None, "2011-07-15"]
    assert [answer.get("state") for answer in answers] == ["overdue", None, None, None, "overdue"]
    assert [set(answer) == {"error"} for answer in answers] == [False, True, True, True, False]


def test_given_only_lines_that_are_refused_when_read_then_each_answer_says_so_and_the_command_is_done():
    before_receipt = (
        b'{"regime": "foia", "events": [{"t": "received", "at": "2026-10-01"}, '
        b'{"t": "due_overridden", "at": "2026-10-05", "until": "2026-09-01"}]}'
    )

    ran = deadline("--jsonl", said=b"\n".join([before_receipt, b"[]"]))

    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0
    assert [set(answer) for answer in answers] == [{"error"}, {"error"}]
    assert "received only on Thursday 1 October 2026" in answers[0]["error"]


def test_given_a_day_when_asked_by_a_person_then_the_date_and_every_day_are_explained():
    ran = deadline("2011-06-16", "--today", "2011-07-16")

    lines = ran.stdout.decode().splitlines()
    assert ran.returncode == 0
    assert lines[:5] == [
        "Received: Thursday 16 June 2011",
        "By law a response is normally due promptly and by: Friday 15 July 2011",
        "Every normal time has run out after: Monday 15 August 2011",
        "A complaint to the regulator makes sense from: Saturday 16 July 2011",
        "On Saturday 16 July 2011: overdue",
    ]
    assert len(lines) == 6 + 30
    assert "Tuesday 12 July 2011: not counted, bank holiday in Northern Ireland: Battle of the Boyne." in lines
    assert lines[-1] == "Friday 15 July 2011: working day 20."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--regime=none"], "No law sets a time; one may hope for an answer by: "),
        (["--regime=foia-school"], "In term time a response is normally due promptly and by: "),
        (
            ["--regime=foia-school", "--event=school_closed=2025-03-10..2025-03-14"],
            "By law a response is normally due ",
        ),
    ],
)
def test_given_no_law_or_a_school_when_asked_by_a_person_then_no_day_is_called_the_laws_that_is_not(arguments, words):
    ran = deadline("2025-03-03", *arguments)

    said = ran.stdout.decode()
    assert ran.returncode == 0 and words in said
    assert ("By law" in said) == words.startswith("By law")


def test_given_events_and_a_law_when_asked_by_a_person_then_each_event_is_explained_with_its_law():
    ran = deadline("2025-03-03", "--regime=eir", "--event=extension_claimed=2025-03-28..2025-04-24")

    words = ran.stdout.decode()
    assert ran.returncode == 0
    assert "By law a response is normally due promptly and by: Thursday 24 April 2025" in words
    assert (
        "The last day is now Thursday 24 April 2025. Environmental Information Regulations 2004 regulation 7." in words
    )
    assert words.rstrip().endswith("Thursday 24 April 2025: working day 35.")


def test_given_a_stopped_clock_when_asked_by_a_person_then_no_day_is_counted():
    ran = deadline("2025-03-03", "--event=fees_notice=2025-03-10", "--today=2025-06-10")

    words = ran.stdout.decode()
    assert "Last day to pay the fee: Monday 9 June 2025" in words and "On Tuesday 10 June 2025: lapsed" in words
    assert "working day 1" not in words


def test_given_what_cannot_be_counted_when_asked_then_it_says_why_and_fails_without_a_traceback():
    for arguments, words in [
        (["2030-01-01"], "Bank holidays are known from"),
        (["2025-03-03", "--event", "fees_notice"], "Write it like fees_notice=2025-03-10"),
        (["2025-03-03", "--event", "chased=2025-03-04"], "is not an event. Use one of"),
        (["2025-03-03", "--regime", "gdpr"], "is not a regime. Use one of"),
        (["soon"], "is not a day. Write it like 2011-06-16"),
        ([], "Give the day of receipt"),
        (
            ["2026-10-01", "--event", "due_overridden=2026-10-05..2026-09-01"],
            "cannot be set to Tuesday 1 September 2026: the request was received only on Thursday 1 October 2026",
        ),
        (["9999-12-31", "--jsonl"], "With --jsonl each line says its own law"),
        (["--jsonl", "--today", "2026-10-01"], "With --jsonl each line says its own law"),
        (["--jsonl", "--regime", "foia"], "With --jsonl each line says its own law"),
    ]:
        ran = deadline(*arguments)

        assert ran.returncode == 1
        assert words in ran.stderr.decode()
        assert "Traceback" not in ran.stderr.decode()
