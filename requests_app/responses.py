"""Public documents over HTTP: an ETag that is checked, gzip where it is understood, and never a stale copy."""

import gzip
import hashlib
import re

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

HTML = "text/html; charset=utf-8"
_REFUSES_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


def document(request: HttpRequest, etag: str, zipped: bytes, content_type: str = HTML) -> HttpResponse:
    """A gzipped document for anybody, or 304 where the reader has it already.

    ``no-cache`` lets it be kept but not shown without asking: a thing hidden now is hidden at the next look.
    """
    if _has(request, etag):
        response = HttpResponseNotModified()
    elif _takes_gzip(request):
        response = HttpResponse(zipped, content_type=content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(zipped), content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response


def plain(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """The same for a document that is made anew each time; private for readers who are signed in."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponseNotModified() if _has(request, etag) else HttpResponse(body, content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    response.headers["Vary"] = "Cookie"
    return response


def _has(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names this document; compared weakly, as RFC 9110 13.1.2 asks."""
    said = request.META.get("HTTP_IF_NONE_MATCH")
    if not said:
        return False
    given = {tag.strip().removeprefix("W/") for tag in said.split(",")}
    return "*" in given or etag.removeprefix("W/") in given


def _takes_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").lower()
    return "gzip" in accepted and not _REFUSES_GZIP.search(accepted)
