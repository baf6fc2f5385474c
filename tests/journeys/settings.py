"""Settings of the site that a browser visits: as in production, but for the times and a queue of its own."""

from tests.settings import *  # noqa: F403

# Other tests leave ids of rows that are gone in the common queue.
CELERY_TASK_DEFAULT_QUEUE = "journeys"
CELERY_BEAT_SCHEDULE = {
    **CELERY_BEAT_SCHEDULE,  # noqa: F405
    "send waiting mail": {"task": "requests_app.send_waiting_mail", "schedule": 2.0},
    "place waiting mail": {"task": "requests_app.place_waiting_mail", "schedule": 2.0},
    "digests": {"task": "requests_app.send_digests", "schedule": 2.0},
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MIDDLEWARE = ["tests.journeys.templates_seen.NameTemplates", *MIDDLEWARE]  # noqa: F405
# The pages of caught mail are looked at too. The engines are the test's own.
EMBEDDED = True
