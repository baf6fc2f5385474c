"""The app of real workers and beats that live at the moment written in the file CLOCK, and sweep every second.

    CLOCK=… DIE_AT=planned celery --app tests.actions.at_work worker …

At the step of the sweep that DIE_AT names the whole of the worker is killed with -9; without it each batch, of ten,
takes a little longer than it would.
"""

import os
import signal
import time
from datetime import datetime
from pathlib import Path

import django

from foitracker.celery import app

django.setup()

from requests_app import tasks  # noqa: E402 - models are ready only now
from requests_app.actions import notice_plan, notice_post  # noqa: E402

__all__ = ["app"]
app.conf.beat_schedule = {
    "reminders": {"task": "requests_app.send_due_reminders", "schedule": 1.0},
    "beat": {"task": "requests_app.beat_was_here", "schedule": 1.0},
}


class Clock:
    """In place of django.utils.timezone, as far as the tasks use it."""

    @staticmethod
    def now() -> datetime:
        return datetime.fromisoformat(Path(os.environ["CLOCK"]).read_text())


def reached(point: str) -> None:
    if point == os.environ.get("DIE_AT"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    if point == "posted":
        time.sleep(0.1)


tasks.timezone = Clock
notice_plan.BATCH = notice_post.BATCH = 10
notice_post.reached = reached
