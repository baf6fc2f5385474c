"""The site's routes, a constant page, and request pages that are made anew each time."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("bench/constant", views.constant),
    path("bench/anew/<slug:slug>", views.anew),
    path("", include("foitracker.urls")),
]
