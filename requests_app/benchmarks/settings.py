"""The product's own settings, with the two views that a measurement needs beside its routes, and queues of its own."""

import os

from foitracker.settings import *  # noqa: F403

ROOT_URLCONF = "requests_app.benchmarks.urls"
if os.environ.get("BENCH_QUEUE"):
    # The site's own workers must not be told of letters in a database that is not theirs, nor these of anything else.
    CELERY_TASK_DEFAULT_QUEUE = os.environ["BENCH_QUEUE"]
    BENCH_PLACING = f"{CELERY_TASK_DEFAULT_QUEUE}-placing"
    CELERY_TASK_ROUTES = {"requests_app.place_inbound_email": {"queue": BENCH_PLACING}}
