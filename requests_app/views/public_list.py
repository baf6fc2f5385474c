"""Lists of requests and the search, as pages and as JSON, CSV and Atom."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ..exports import listing as forms_of
from ..forms.public_list import ListForm
from ..selectors.public_list import FILTERS, listing, requests_page
from .access import public_page

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}


@dataclass(frozen=True)
class Chip:
    url: str
    label: str
    current: bool
    count: int | None = None
    tone: str = ""


@public_page
@require_safe
def all_requests(request: HttpRequest) -> HttpResponse:
    """``/list``: every request, filtered by state and day, newest activity first."""
    return show_list(request, template="public/list.html", context={"section": "requests"})


@public_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """``/search``: the same over published words; without words it only asks for some."""
    return show_list(request, template="public/search.html", context={"section": "requests"}, needs_words=True)


def show_list(
    request: HttpRequest, *, template: str, context: dict, needs_words: bool = False, **fixed
) -> HttpResponse:
    """A page of a list; ``fixed`` narrows it to an authority or a person. Used by their pages too."""
    form = ListForm(request.GET)
    if not form.is_valid():
        return render(request, template, {**context, "form": form, "rows": [], "chips": ()}, status=400)
    rows, more = [], False
    if form.cleaned_data["q"] or not needs_words:
        rows, more = requests_page(form.wanted(**fixed), today=timezone.localdate())
    path = request.path
    older = form.address(path, before=(rows[-1].last_activity_at, rows[-1].number)) if more else ""
    chips = [
        Chip(form.address(path, state=state), str(label), current=form.cleaned_data["state"] == state)
        for state, label in FILTERS.items()
    ]
    return render(
        request,
        template,
        {
            **context,
            "form": form,
            "rows": rows,
            "chips": chips,
            "older_url": older,
            "newer_url": form.address(path) if form.cleaned_data["before"] else "",
            "feeds": {kind: form.address(f"{path.rstrip('/')}.{kind}") for kind in TYPES},
            "words": form.cleaned_data["q"],
        },
    )


@public_page
@require_safe
def all_requests_as(request: HttpRequest, kind: str) -> HttpResponse:
    return export_list(request, kind, title=_("Freedom of information requests"), page="/list")


@public_page
@require_safe
def search_as(request: HttpRequest, kind: str) -> HttpResponse:
    if not request.GET.get("q", "").strip():
        return HttpResponse(
            gettext_lazy("Say what to look for: add ?q= and some words."), status=400, content_type="text/plain"
        )
    return export_list(request, kind, title=_("Search"), page="/search")


def export_list(request: HttpRequest, kind: str, *, title: str, page: str, **fixed) -> HttpResponse:
    """The list in one of ``TYPES``; a wish that cannot be read is answered in words, as text."""
    form = ListForm(request.GET)
    if not form.is_valid():
        words = "\n".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items())
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    found = listing(
        form.wanted(**fixed),
        title=title,
        url=form.address(page),
        next_url=lambda name, key: form.address(f"{page}.{kind}", **{name: key}),
        today=timezone.localdate(),
    )
    site = settings.SITE_URL
    if kind == "json":
        body = forms_of.as_json(found, site=site)
    elif kind == "csv":
        body = forms_of.as_csv(found, site=site)
    else:
        body = forms_of.as_atom(found, site=site, updated=timezone.now())
    response = HttpResponse(body, content_type=TYPES[kind])
    if kind == "csv":
        response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    response["Cache-Control"] = "no-cache"
    return response


@public_page
@require_safe
def old_list_tab(request: HttpRequest, tab: str) -> HttpResponse:
    """The field's old addresses ``/list/successful`` and the like."""
    state = {"successful": "successful", "unsuccessful": "refused", "awaiting": "waiting"}.get(tab, "")
    return HttpResponseRedirect(f"/list?state={state}" if state else "/list")
