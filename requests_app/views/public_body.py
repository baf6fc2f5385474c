"""Authorities: the list, one authority with its requests, and the whole list as CSV."""

import csv
import string
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..actions.following import mark_seen
from ..exports.listing import cell
from ..models import Authority
from ..selectors.public_bodies import CSV_COLUMNS, all_rows, authorities_page, is_subject, takes_requests
from .access import public_page
from .public_list import export_list, show_list


@public_page
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """``/body/``: by name, by first letter, or those that a search finds."""
    asked = {name: value.replace("\x00", "").strip() for name, value in request.GET.items()}
    words, letter = asked.get("q", "")[:200], asked.get("letter", "")[:1]
    bodies, following = authorities_page(query=words, letter=letter, after=asked.get("after", "")[:400])
    kept = {name: value for name, value in (("q", words), ("letter", letter)) if value}
    return render(
        request,
        "public/authorities.html",
        {
            "bodies": bodies,
            "words": words,
            "letter": letter,
            "letters": string.ascii_uppercase,
            "older_url": "/body/?" + urlencode({**kept, "after": following}) if following else "",
            "newer_url": "/body/?" + urlencode(kept) if request.GET.get("after") else "",
            "section": "authorities",
        },
    )


@public_page
@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """``/body/<slug>``: what it is, whether it must answer, and its requests."""
    authority = get_object_or_404(Authority.objects.select_related("successor"), slug=slug)
    context = {
        "authority": authority,
        "takes_requests": takes_requests(authority),
        "is_subject": is_subject(authority),
        "is_following": mark_seen(user=request.user, now=timezone.now(), authority_id=authority.pk),
        "section": "authorities",
    }
    return show_list(request, template="public/body.html", context=context, authority_id=authority.pk)


@public_page
@require_safe
def body_as(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The authority's requests as JSON, CSV or Atom."""
    authority = get_object_or_404(Authority, slug=slug)
    title = _("Requests to %(authority)s") % {"authority": authority.name}
    return export_list(request, kind, title=title, page=f"/body/{slug}", authority_id=authority.pk)


@public_page
@require_safe
def about_body(request: HttpRequest, slug: str) -> JsonResponse:
    """What is known of one authority, without any e-mail address."""
    authority = get_object_or_404(Authority.objects.select_related("successor"), slug=slug)
    return JsonResponse(
        {
            "number": authority.pk,
            "name": authority.name,
            "short_name": authority.short_name,
            "url_name": authority.slug,
            "standing": authority.standing,
            "is_school": authority.is_school,
            "state": authority.state,
            "successor": authority.successor.slug if authority.successor else None,
            "tags": authority.tags,
            "home_page": authority.home_page,
        }
    )


class _Line:
    """A file for ``csv.writer`` that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


@public_page
@require_safe
def all_authorities_csv(request: HttpRequest) -> StreamingHttpResponse:
    """``/body/all-authorities.csv``, streamed: memory does not grow with the list."""
    writer = csv.writer(_Line())
    cells = ([cell(value) for value in row] for row in all_rows())
    lines = (writer.writerow(row) for row in [list(CSV_COLUMNS)])
    response = StreamingHttpResponse(
        (line for part in (lines, (writer.writerow(row) for row in cells)) for line in part),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="all-authorities.csv"'
    return response
