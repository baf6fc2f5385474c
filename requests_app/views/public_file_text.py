"""What a file says, to be read here: its words as a page and as JSON, and pictures of its pages."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render

from ..exports.file_text import FileText, as_json
from ..models import FilePage
from ..permissions import visible_texts
from ..responses import plain
from ..selectors import file_text
from .access import public_page
from .public_request import missing
from .public_request_files import guarded


@public_page
def text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The words, a readable amount at a time (``?leaf=2``)."""
    asked = request.GET.get("leaf", "1")
    shown = _load(request, slug, number, leaf=int(asked) if asked.isdecimal() and len(asked) < 6 else 1)
    if isinstance(shown, HttpResponse):
        return shown
    response = render(request, "public/file_text.html", {"text": shown, "section": "requests"})
    response.headers["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    return response


@public_page
def text_as_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = _load(request, slug, number, leaf=None)
    if isinstance(shown, HttpResponse):
        return shown
    return plain(request, as_json(shown, site=settings.SITE_URL), "application/json")


@public_page
def page_picture(request: HttpRequest, slug: str, number: int, page: int) -> HttpResponse:
    """A picture that we made of one page; the only thing from a file that a browser may show by itself."""
    found = FilePage.objects.filter(visible_texts(request.user), attachment=number, number=page).first()
    if found is None or file_text.slug_of(number, user=request.user) != slug:
        raise Http404
    etag = f'"{found.content.name.rpartition("/")[2]}"'
    if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
        response = HttpResponseNotModified()
    else:
        response = FileResponse(found.content.open("rb"), content_type="image/jpeg")
    response.headers["ETag"] = etag
    return guarded(response, request)


def _load(request: HttpRequest, slug: str, number: int, *, leaf: int | None) -> FileText | HttpResponse:
    """The text, or the answer that says that there is none. A request's former address leads on to its present one."""
    shown = file_text.load(number, user=request.user, leaf=leaf)
    if shown is None:
        if file_text.slug_of(number, user=request.user) != slug:
            return missing(request, slug)
        raise Http404
    if shown.request_url.partition("#")[0] != f"/request/{slug}":
        return missing(request, slug)
    return shown
