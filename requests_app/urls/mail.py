"""Where a mail provider brings letters and events. Only with a secret: what comes in here is believed."""

from django.conf import settings
from django.urls import include, path

urlpatterns = []
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("anymail/", include("anymail.urls")))
