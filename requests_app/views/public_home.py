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
    return render(request, "public/home.html", {"page": public_home.load(today=timezone.localdate())})


@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone: pages that only do something, and people's pages."""
    lines = [
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /admin/",
        "Disallow: /inbox/",
        "Disallow: /link/",
        "Disallow: /moderation/",
        "Disallow: /my/",
        "Disallow: /new",
        "Disallow: /user/",
        "Disallow: /search",
        "Disallow: /request/*/report",
        "Disallow: /request/*/annotate",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
