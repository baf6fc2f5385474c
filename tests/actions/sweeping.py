"""A process that sweeps reminders as a worker does, and stands still in the middle so that something can happen.

    STOP_IN=planning,authority,requester TOLD=folder python -m tests.actions.sweeping

Inside an open transaction of each part that STOP_IN names it writes the file ``<part>.here`` and waits for
``<part>.done``. A sweep that fails is followed by the next, as by beat; how each went is a line of JSON in ``sweeps``.
"""

import json
import os
import time
from pathlib import Path

import django

django.setup()

from django.db import DatabaseError, InterfaceError, connection  # noqa: E402 - models are ready only now

from requests_app.actions import notice_plan, notice_post, reminders  # noqa: E402
from requests_app.benchmarks.clock_content import TODAY, at_nine  # noqa: E402

PATIENCE = 120
FOLDER = Path(os.environ["TOLD"])
to_stop_in = set(os.environ["STOP_IN"].split(","))
# The second batch of a part is its middle: one is committed, others are to come.
seen: dict[str, int] = {}


def stand_still(part: str) -> None:
    seen[part] = seen.get(part, 0) + 1
    if part in to_stop_in and seen[part] == 2 and connection.in_atomic_block:
        to_stop_in.discard(part)
        (FOLDER / f"{part}.here").touch()
        until = time.monotonic() + PATIENCE
        while not (FOLDER / f"{part}.done").exists() and time.monotonic() < until:
            time.sleep(0.02)


def tell(said: dict) -> None:
    with (FOLDER / "sweeps").open("a") as told:
        print(json.dumps(said), file=told)


def insert(*given, **named):
    """Reminders are planned, and not committed yet."""
    new = _insert(*given, **named)
    stand_still("planning")
    return new


def save(audience, outcome, morning):
    """Letters are written, and not committed yet."""
    _save(audience, outcome, morning)
    stand_still(str(audience))


_insert, _save = notice_plan.insert, notice_post._save
notice_plan.insert, notice_post._save = insert, save
notice_plan.BATCH = notice_post.BATCH = 10

if __name__ == "__main__":
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            said = dict(reminders.sweep(now=at_nine(TODAY)))
        except (DatabaseError, InterfaceError) as error:
            tell({"cut": str(error)})
            connection.close()
            time.sleep(0.5)
        else:
            tell(said)
            break
