"""The list of cases."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..models import FOIRequest
from ..selectors import moderation_queue
from .access import staff_only


@staff_only
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, urgent first; ``?kind=`` and ``?owner=`` filter, ``?number=`` goes to a request's page."""
    number = request.GET.get("number", "").replace("\0", "").strip().rpartition("/")[2]
    missing = False
    if number:
        found = FOIRequest.objects.filter(pk=number) if number.isdecimal() and len(number) < 18 else None
        found = found if found is not None else FOIRequest.objects.filter(slug=number[:120])
        if pk := found.values_list("pk", flat=True).first():
            return redirect("moderation:request", number=pk)
        missing = True
    page = moderation_queue.load(
        user=request.user, kind=request.GET.get("kind", ""), owner=request.GET.get("owner", "")
    )
    return render(request, "moderation/queue.html", {"page": page, "missing": missing, "section": "moderation"})
