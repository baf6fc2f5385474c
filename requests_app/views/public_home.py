"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..selectors import public_home
from .access import public_page


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = public_home.load(today=timezone.localdate(now), now=now)
    return render(request, "public/home.html", {"page": page, "section": "home"})


@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone: pages that only do something.

    People's pages are not among them: they say "noindex" themselves, which only a crawler that reads them learns.
    """
    lines = [
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /admin/",
        "Disallow: /calendar/",
        "Disallow: /inbox/",
        "Disallow: /link/",
        "Disallow: /moderation/",
        "Disallow: /my/",
        "Disallow: /new",
        "Disallow: /search",
        "Disallow: /unsubscribe/",
        "Disallow: /request/*/follow",
        "Disallow: /request/*/report",
        "Disallow: /request/*/annotate",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
