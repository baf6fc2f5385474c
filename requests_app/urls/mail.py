"""Where a mail provider brings letters and events. Only with a secret: what comes in here is believed."""

from anymail.urls import urlpatterns as providers
from django.conf import settings
from django.urls import URLPattern, include, path

from ..views.mail_webhooks import AmazonSESLetters, PostalLetters, SparkPostLetters, guarded

_INSTEAD = {
    "amazon_ses_inbound_webhook": AmazonSESLetters.as_view(),
    "sparkpost_inbound_webhook": SparkPostLetters.as_view(),
    "postal_inbound_webhook": PostalLetters.as_view(),
}
urlpatterns = []
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    theirs = [
        URLPattern(one.pattern, guarded(_INSTEAD.get(one.name, one.callback)), name=one.name) for one in providers
    ]
    urlpatterns.append(path("anymail/", include((theirs, "anymail"))))
