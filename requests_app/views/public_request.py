"""The request page and everything read beside it: why this date, event history, similar requests."""

from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now

from ..actions.copies import keep_copy
from ..actions.following import mark_seen
from ..actions.slugs import slug_hash
from ..exports.thread import RequestPage
from ..models import FOIRequest, RetiredSlug
from ..permissions import visible_to
from ..responses import document
from ..selectors.event_history import event_history
from ..selectors.outcome_words import outcome_words
from ..selectors.page_copies import release
from ..selectors.quiet_words import letters_taken
from ..selectors.request_page import load
from ..selectors.request_similar import similar_to
from ..selectors.statements import snapshot
from ..selectors.why_this_date import why_this_date
from ..templatetags.kept import REQUEST_PAGE, request_page
from .access import public_page


@public_page
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The request page. Readers without a session get the same page, which is kept for the next one."""
    if getattr(request, "keep_copy", False):
        return fresh(request, slug)
    opened_at = now()
    page = load(slug, user=request.user, today=localdate())
    if page is None:
        return missing(request, slug)
    response = render(request, REQUEST_PAGE, _context(page))
    if page.is_following and request.method == "GET":
        mark_seen(user=request.user, foi_request_id=page.number, now=opened_at)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def fresh(request: HttpRequest, slug: str) -> HttpResponse:
    """The page for anybody, made anew and kept under the version that it was read at."""
    page = load(slug, user=AnonymousUser(), today=localdate())
    if page is None:
        return missing(request, slug)
    html = request_page(page).encode()
    etag, zipped = keep_copy(page, html, release=release())
    return document(request, etag, zipped)


def _context(page: RequestPage, **more) -> dict:
    return {"page": page, "canonical_url": settings.SITE_URL + page.url, "section": "requests", **more}


def missing(request: HttpRequest, slug: str) -> HttpResponse:
    """No such request for this reader: moved (301), gone (410), or else 404."""
    retired = RetiredSlug.objects.filter(slug_hash=slug_hash(slug)).values("is_gone", "foi_request_id").first()
    if retired and retired["is_gone"]:
        return render(request, "public/request_gone.html", status=410)
    number = retired["foi_request_id"] if retired else int(slug) if slug.isdecimal() and len(slug) < 18 else None
    if number is not None:
        now = FOIRequest.objects.filter(visible_to(request.user), pk=number).values_list("slug", flat=True).first()
        if now and now != slug:
            return _to(now, request, slug)
    raise Http404


def _to(now: str, request: HttpRequest, slug: str) -> HttpResponsePermanentRedirect:
    """The same page of the same request, under the address it has now."""
    # As it was asked for: in a file's name "%" and "#" stay written out, else the address would end at them.
    rest = request.get_full_path().removeprefix(f"/request/{slug}")
    return redirect(f"/request/{now}{rest}", permanent=True)


def load_or_missing(request: HttpRequest, slug: str, *, texts: bool = False) -> RequestPage | HttpResponse:
    """The request for this reader, read in one snapshot; or the answer that says that there is none."""
    with snapshot():
        page = load(slug, user=request.user, today=localdate(), texts=texts)
    return page if page is not None else missing(request, slug)


@public_page
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Why this date: the ledger with its effects, and every day counted or skipped, as a calendar and as text."""
    page = load_or_missing(request, slug)
    if isinstance(page, HttpResponse):
        return page
    why = why_this_date(page, today=localdate())
    plain_clock = page.clock and replace(page.clock, why_url="")  # it would lead to this page
    return _shown(request, "public/deadline.html", _context(page, why=why, plain_clock=plain_clock))


@public_page
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Event history: who did what, when."""
    page = load_or_missing(request, slug)
    if isinstance(page, HttpResponse):
        return page
    taken = letters_taken(page, today=localdate())
    context = _context(page, events=event_history(page), said=_said(page), letters_taken=taken)
    return _shown(request, "public/details.html", context)


def _said(page: RequestPage) -> dict[str, str]:
    return {side: outcome_words(getattr(page.outcomes, side)) for side in ("requester", "authority", "imported")}


@public_page
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """Up to fifty requests with words of this one's title."""
    page = load_or_missing(request, slug)
    if isinstance(page, HttpResponse):
        return page
    found = similar_to(page.number, page.title_words, today=localdate(), many=True)
    return _shown(request, "public/similar.html", _context(page, found=found))


@public_page
def unsuitable(request: HttpRequest) -> HttpResponse:
    """What "personal information" and "vexatious" mean in the law, and what they do not."""
    return _shown(request, "public/request_unsuitable.html", {"section": "help"})


def _shown(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    response = render(request, template, context)
    response.headers["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    return response
