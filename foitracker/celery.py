"""The workers' entrance. Rows are the queue; Celery is a nudge, and beat finds what a crash dropped."""

import os
import resource

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foitracker.settings")

from foitracker import startup

startup.require()
app = Celery("foitracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["requests_app"])


@worker_process_init.connect
def limit_memory(**_signal: object) -> None:
    """A letter that needs more than this fails and ends as a case, instead of taking the machine with it."""
    from django.conf import settings

    most = settings.WORKER_MEMORY_MIB * 1024 * 1024
    if most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
