"""How fast the clock's sweeps are at a size: nothing due, reminders, counting anew after a new bank holiday.

Everything happens in a database of its own, made beside the site's and dropped again. Each step runs in a process
of its own, so that its memory is its own too.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .pages import environment, manage, python, scratch_database

STEPS = ("nothing_due", "reminders", "insert_select", "recompute")
MODULE = "requests_app.benchmarks.clock_steps"


def run(*, count: int, say: Callable[[str], None] = lambda words: None) -> dict[str, object]:
    """Measure at ``count`` requests, and give what ``manage.py bench clock`` prints for it.

    Raises BenchFailed. Needs about 6 GB of disk and fifteen minutes for a million.
    """
    with tempfile.TemporaryDirectory(prefix="foitracker-bench-") as name, scratch_database() as url:
        env = environment(url, Path(name), 8000) | {"DJANGO_SETTINGS_MODULE": "foitracker.settings"}
        manage(env, "migrate", "--verbosity", "0")
        say(f"Writing {count:,} requests into a database of their own …")
        _step(env, "fill", str(count), say=say)
        found: dict[str, float] = {}
        peaks = []
        for step in STEPS:
            began = time.monotonic()
            seen = _step(env, step, say=say)
            peaks.append(seen.pop("peak_mb"))
            found |= seen
            say(f"{step}: {time.monotonic() - began:.1f} s: {json.dumps(seen)}")
    return {
        "requests": count,
        "nothing_due_s": round(found["nothing_due_s"], 4),
        "reminders_per_s": round(found["reminders_per_s"], 1),
        "recompute_per_s": round(found["recompute_per_s"], 1),
        "digest_s": round(found["digest_s"], 2),
        "insert_select_per_s": round(found["insert_select_per_s"], 1),
        "peak_mb": round(max(peaks), 1),
        "ratio": round(found["reminders_per_s"] / found["insert_select_per_s"], 3),
        "queries": found["queries"],
        "reminders": found["reminders"],
        "letters": found["letters"],
        "rows": found["rows"],
        "recomputed": found["recomputed"],
    }


def _step(env: dict[str, str], *words: str, say: Callable[[str], None]) -> dict:
    """One step in a process of its own; its last line is JSON, what it says on the way goes to ``say``."""
    *told, last = python(env, "-m", MODULE, *words).splitlines()
    for line in told:
        say(line)
    return json.loads(last)
