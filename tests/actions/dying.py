"""A worker that is killed at a named point: ``python -m tests.actions.dying POINT send_mail|place_inbound_email ID``.

The leases that it leaves behind are short, so that a test need not wait for them.
"""

import os
import signal
import sys
from datetime import timedelta


def main(point: str, task: str, number: str) -> None:
    import django

    django.setup()

    from requests_app import tasks
    from requests_app.actions import delivery, placing

    def reached(here: str) -> None:
        if here == point:
            os.kill(os.getpid(), signal.SIGKILL)

    delivery.reached = placing.reached = reached
    delivery.LEASE = placing.FIRST_PAUSE = timedelta(seconds=1)
    getattr(tasks, task)(int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
