"""Deadlines for people's own calendars: one request's file, and secret addresses for a whole set."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions.calendar_feeds import end_feed, find_feed, make_feed
from ..exports.as_ics import CalendarDay, as_ics
from ..models import Authority, CalendarFeed, Officer
from ..responses import plain
from ..selectors.calendar import authority_days, own_days, request_days
from .access import officer_only, public_page, signed_in
from .public_request import missing

TYPE = "text/calendar; charset=utf-8"


@public_page
@require_safe
def one_request(request: HttpRequest, slug: str) -> HttpResponse:
    """The days of one request as a file; empty of days while no date runs."""
    days = request_days(slug, request.user)
    if days is None:
        return missing(request, slug)
    response = plain(request, _file(days, settings.SITE_NAME), TYPE)
    return _named(response, f"deadline-{slug[:60]}")


@public_page
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the owner of a secret address may see now. Reads no session and sets no cookie: the address is the proof."""
    found = find_feed(token)
    if found is None:
        raise Http404
    if found.authority is None:
        body = _file(
            own_days(found.user, today=localdate()), _("My requests on %(site)s") % {"site": settings.SITE_NAME}
        )
    else:
        if not Officer.objects.serving().filter(user=found.user, authority=found.authority).exists():
            raise Http404
        body = _file(authority_days(found.authority, found.user), found.authority.name)
    response = HttpResponse(body, content_type=TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return _named(response, "requests")


def _file(days: list[CalendarDay], name: str) -> bytes:
    return as_ics(days, name=name, site=urlsplit(settings.SITE_URL).hostname or "")


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=False)
def my_calendar(request: HttpRequest) -> HttpResponse:
    """One's own secret address: POST makes it, or a new one in its place, or ends it."""
    return _manage(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_only(writes=False)
def authority_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for the open requests to an authority that one works for."""
    own = Officer.objects.serving().filter(user=request.user).values("authority")
    return _manage(request, get_object_or_404(Authority, slug=slug, pk__in=own))


def _manage(request: HttpRequest, authority: Authority | None) -> HttpResponse:
    address = ""
    number = authority and authority.pk
    if request.method == "POST" and request.POST.get("do") == "end":
        end_feed(user=request.user, authority_id=number)
    elif request.method == "POST":
        token = make_feed(user=request.user, authority_id=number, now=timezone.now())
        address = settings.SITE_URL + reverse("public:calendar_feed", args=[token])
    context = {
        "authority": authority,
        "feed": CalendarFeed.objects.filter(user=request.user, authority=number).first(),
        "address": address,
        "here": request.path,
        "section": "inbox" if authority else "my-requests",
    }
    response = render(request, "requester/calendar.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response
