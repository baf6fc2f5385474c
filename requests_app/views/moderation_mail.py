"""How our mail fares, for staff: what waits to leave, and the addresses at which it fails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..selectors import moderation_mail
from .access import staff_only


@staff_only
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """The outbox now, and the addresses of authorities, worst first."""
    context = {"page": moderation_mail.load(now=timezone.now()), "section": "moderation"}
    return render(request, "moderation/mail.html", context)
