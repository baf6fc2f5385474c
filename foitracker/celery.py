"""The workers' entrance. Rows are the queue; Celery is a nudge, and beat finds what a crash dropped."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foitracker.settings")

from foitracker import startup

startup.require()
app = Celery("foitracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["requests_app"])
