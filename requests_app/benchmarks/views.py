"""What a request page is compared with: the same bytes and headers from memory, and the page made anew."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from ..models import FOIRequest
from ..responses import document
from ..selectors.page_copies import Copy, find_copy
from ..views.public_request import fresh

_kept: list[Copy] = []


def constant(request: HttpRequest) -> HttpResponse:
    """The stored page of one request, read once in a process; no query after that."""
    if not _kept:
        slug = FOIRequest.objects.order_by("pk").values_list("slug", flat=True)[0]
        copy = find_copy(slug, today=localdate())
        if copy is None:
            return HttpResponse("Fetch the first request's page before this one.", status=503)
        _kept.append(copy)
    return document(request, _kept[0].etag, _kept[0].zipped)


def anew(request: HttpRequest, slug: str) -> HttpResponse:
    """A request's page as it is made where no copy is found: read, printed, packed and kept."""
    return fresh(request, slug)
