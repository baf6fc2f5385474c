"""Whether the clock's reminders went: a page for our staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..selectors import moderation_clock
from .access import staff_only


@staff_only
@require_safe
def clock(request: HttpRequest) -> HttpResponse:
    page = moderation_clock.load(today=timezone.localdate(), now=timezone.now())
    return render(request, "moderation/clock.html", {"page": page, "section": "moderation"})
