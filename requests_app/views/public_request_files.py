"""A request in other forms: JSON, Atom, plain text, one zip; and its files, never shown inline."""

import tempfile

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect

from ..exports.as_atom import as_atom
from ..exports.as_json import as_json
from ..exports.as_text import as_text
from ..exports.as_zip import write_zip
from ..exports.thread import RequestPage
from ..models import Attachment
from ..permissions import visible_files
from ..responses import plain
from .access import public_page
from .public_request import load_or_missing, missing

# A browser would run these, or guess what they are: they go out as bytes to be saved.
ACTIVE = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/javascript")
# Nothing in a file may run or load, even if somebody opens it from its address.
FILE_POLICY = "sandbox; default-src 'none'"
# A zip up to this size is made in memory, a larger one on disk.
IN_MEMORY = 4 * 1024 * 1024


@public_page
def as_json_view(request: HttpRequest, slug: str) -> HttpResponse:
    return _written(request, slug, "application/json", lambda page: as_json(page, site=settings.SITE_URL))


@public_page
def as_atom_view(request: HttpRequest, slug: str) -> HttpResponse:
    return _written(
        request,
        slug,
        "application/atom+xml; charset=utf-8",
        lambda page: as_atom(page, site=settings.SITE_URL, site_name=settings.SITE_NAME),
    )


@public_page
def as_text_view(request: HttpRequest, slug: str) -> HttpResponse:
    return _written(request, slug, "text/plain; charset=utf-8", lambda page: as_text(page, site=settings.SITE_URL))


def _written(request: HttpRequest, slug: str, content_type: str, write) -> HttpResponse:
    page = load_or_missing(request, slug, texts=True)
    return plain(request, write(page), content_type) if isinstance(page, RequestPage) else page


@public_page
def as_zip_view(request: HttpRequest, slug: str) -> HttpResponse:
    """The thread and every file that this reader may have, in one zip."""
    page = load_or_missing(request, slug, texts=True)
    if not isinstance(page, RequestPage):
        return page
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
    write_zip(page, out, site=settings.SITE_URL, open_file=default_storage.open)
    out.seek(0)
    response = FileResponse(out, as_attachment=True, filename=f"{page.slug}.zip", content_type="application/zip")
    return guarded(response, request)


@public_page
def file(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponse:
    """One file, to be saved. The name in the address is decoration; the number counts."""
    attachment = (
        Attachment.objects.filter(visible_files(request.user), pk=number)
        .select_related("message__foi_request")
        .only("name", "content_type", "sha256", "content", "message__foi_request__slug")
        .first()
    )
    if attachment is None:
        raise Http404
    now = attachment.message.foi_request.slug
    if now != slug:
        return missing(request, slug)
    if _is_for_files_host(request, number):
        return redirect(settings.FILES_URL + request.get_full_path())
    etag = f'"{attachment.sha256}"'
    if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
        response = HttpResponseNotModified()
    else:
        kind = attachment.content_type.partition(";")[0].strip().lower()
        response = FileResponse(
            attachment.content.open("rb"),
            as_attachment=True,
            filename=attachment.name,
            content_type="application/octet-stream" if kind in ACTIVE or not kind else kind,
        )
    response.headers["ETag"] = etag
    return guarded(response, request)


def _is_for_files_host(request: HttpRequest, number: int) -> bool:
    """Whether there is a host for files and anybody may have this one: who is signed in is known here only."""
    if not settings.FILES_HOST or request.get_host() == settings.FILES_HOST:
        return False
    return Attachment.objects.filter(visible_files(AnonymousUser()), pk=number).exists()


def guarded(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Headers under which a file can do no harm, and is asked for again each time."""
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    response.headers["Vary"] = "Cookie"
    return response
