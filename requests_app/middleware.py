"""Headers of every page, and (above sessions) the anonymous copy of a page."""

import re
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.timezone import localdate

from .responses import document
from .selectors.page_copies import Copy, find_copy

GetResponse = Callable[[HttpRequest], HttpResponse]
FILE = re.compile(r"/request/[-a-zA-Z0-9_]+/file/[0-9]+/[^/]+")
REQUEST_PAGE = re.compile(r"/request/([-a-zA-Z0-9_]+)")


class FilesHost:
    """On the host that is there for files nothing else is served, and nobody is signed in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.FILES_HOST or request.get_host() != settings.FILES_HOST:
            return self.get_response(request)
        if not FILE.fullmatch(request.path_info) or request.method not in ("GET", "HEAD"):
            return HttpResponseNotFound("Not found\n", content_type="text/plain")
        request.COOKIES.clear()
        return self.get_response(request)


class SecurityHeaders:
    """A strict policy on every response: nothing inline, nobody else's host, no frames."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class AnonymousCopies:
    """Serve the stored copy of a request's page to readers without a session; one query, no cookie.

    Where there is none, the view makes the page for anybody and keeps it (``request.keep_copy``).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = _copied_page(request)
        if slug is None:
            return self.get_response(request)
        request.get_host()  # the answer to a foreign host is an error, here as below
        copy = _found(slug)
        if copy is not None:
            return document(request, copy.etag, copy.zipped)
        request.keep_copy = True
        return self.get_response(request)


def _copied_page(request: HttpRequest) -> str | None:
    """The slug, where a reader without a session asks for a request's page. A message that waits counts as one."""
    match = REQUEST_PAGE.fullmatch(request.path_info)
    if match is None or request.method not in ("GET", "HEAD"):
        return None
    if settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES:
        return None
    return match[1]


def _found(slug: str) -> Copy | None:
    """The copy. A connection that broke while nobody looked (a restart of the database) is replaced once."""
    today = localdate()
    try:
        return find_copy(slug, today=today)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return find_copy(slug, today=today)
