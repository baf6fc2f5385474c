"""The app of a real worker that is killed with -9 at the point of its work that DIE_AT names.

    DIE_AT=after_claim celery --app tests.actions.dying worker …

The whole of it goes at once, the process that fetches tasks and those that do them.
"""

import os
import signal

import django

from foitracker.celery import app

django.setup()

from requests_app.actions import delivery, placing  # noqa: E402 - models are ready only now

__all__ = ["app"]


def reached(point: str) -> None:
    if point == os.environ["DIE_AT"]:
        os.killpg(os.getpgrp(), signal.SIGKILL)


delivery.reached = placing.reached = reached
