"""The measurement of the clock's sweeps: its rows are real, and each step does what it times."""

import json
from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.slow
def test_given_a_small_size_then_every_figure_is_measured_on_rows_that_the_law_would_write():
    out = StringIO()

    call_command("bench", "clock", "--sizes", "1000", stdout=out, stderr=StringIO())

    (line,) = out.getvalue().splitlines()
    found = json.loads(line)
    assert set(found) >= {
        "requests",
        "nothing_due_s",
        "reminders_per_s",
        "recompute_per_s",
        "digest_s",
        "insert_select_per_s",
        "peak_mb",
        "queries",
    }
    # One in a hundred is late, and both sides hear of it; three in ten are open, and each is counted anew.
    assert (found["requests"], found["reminders"], found["recomputed"]) == (1000, 20, 300)
    assert min(found["reminders_per_s"], found["recompute_per_s"], found["insert_select_per_s"]) > 0
