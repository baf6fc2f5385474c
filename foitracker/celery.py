"""The workers' entrance. Rows are the queue; Celery is a nudge, and beat finds what a crash dropped."""

import os
import resource
import sys

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foitracker.settings")

from foitracker import startup

startup.require()
app = Celery("foitracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery would close the database's connection around every task, and each new one plans its statements again. It stays
# for as long as Django's own settings say; keep_connection() asks them, as Django does around a request.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize
app.autodiscover_tasks(["requests_app"])


@worker_process_init.connect
def limit_memory(**_signal: object) -> None:
    """A letter that needs more than this fails and ends as a case, instead of taking the machine with it."""
    from django.conf import settings

    most = settings.WORKER_MEMORY_MIB * 1024 * 1024
    if most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@task_prerun.connect
@task_postrun.connect
def keep_connection(**_signal: object) -> None:
    """Close the database's connection where it broke, or is older than CONN_MAX_AGE."""
    from django.db import close_old_connections

    close_old_connections()
