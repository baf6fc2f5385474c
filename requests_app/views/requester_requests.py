"""My requests: unsent letters, what waits, what is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from ..selectors.requester_requests import my_requests as load
from .access import signed_in


@require_safe
@signed_in
def my_requests(request: HttpRequest) -> HttpResponse:
    """The person's own requests by what they wait for; finished ones in pages, ``?before=``."""
    before = request.GET.get("before", "")
    page = load(request.user, today=localdate(), before=before)
    return render(request, "requester/requests.html", {"page": page, "before": before, "section": "my-requests"})
