"""The routes, by audience. Public paths follow the field's custom so that links carry over."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("account/", include("allauth.account.urls"))]
for audience in ("public", "requester", "authority", "moderation", "mail"):
    if find_spec(f"requests_app.urls.{audience}"):
        urlpatterns.append(path("", include(f"requests_app.urls.{audience}")))
if settings.EMBEDDED and find_spec("requests_app.urls.dev"):
    urlpatterns.append(path("dev/", include("requests_app.urls.dev")))
# allauth shows this page when somebody signs up or in too often.
handler429 = "requests_app.views.requester_account.too_many"
