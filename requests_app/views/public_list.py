"""Lists of requests and the search, as pages and as JSON, CSV and Atom."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..exports import listing as forms_of
from ..forms.public_list import ListForm
from ..responses import plain
from ..selectors.public_bodies import Body, authorities_page
from ..selectors.public_list import FILTERS, listing, requests_page
from .access import public_page

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}


FEW = 4
BODIES = 3


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
    path = request.path
    if not form.is_valid():
        words = form.cleaned_data.get("q", "")
        return render(
            request,
            template,
            {**context, "form": form, "rows": [], "chips": (), "words": words, "list_url": path},
            status=400,
        )
    rows, more = [], False
    if form.cleaned_data["q"] or not needs_words:
        rows, more = requests_page(form.wanted(**fixed), today=timezone.localdate())
    older = form.address(path, before=(rows[-1].last_activity_at, rows[-1].number)) if more else ""
    chips = [
        Chip(form.address(path, state=state), str(label), current=form.cleaned_data["state"] == state)
        for state, label in FILTERS.items()
    ]
    said = form.cleaned_data
    is_narrowed = bool(said["state"] or said["before"] or said["sent_from"] or said["sent_until"])
    return render(
        request,
        template,
        {
            **context,
            "form": form,
            "rows": rows,
            # Where everything can be seen at one look, filters only stand in the way.
            "chips": chips if is_narrowed or len(rows) > FEW or not fixed else (),
            "bodies": _authorities(said["q"]) if needs_words and said["q"] and not is_narrowed else (),
            "list_url": path,
            "older_url": older,
            "newer_url": form.address(path) if form.cleaned_data["before"] else "",
            "feeds": {kind: form.address(f"{path.rstrip('/')}.{kind}") for kind in TYPES},
            "words": form.cleaned_data["q"],
        },
    )


def _authorities(words: str) -> list[Body]:
    """The authorities that a search may mean: those whose name or subject has all of the words."""
    return authorities_page(query=words, size=BODIES)[0]


@public_page
@require_safe
def all_requests_as(request: HttpRequest, kind: str) -> HttpResponse:
    return export_list(request, kind, title=_("Freedom of information requests"), page="/list")


@public_page
@require_safe
def search_as(request: HttpRequest, kind: str) -> HttpResponse:
    if not request.GET.get("q", "").strip():
        words = _("Say what to look for: add ?q= and some words.")
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return export_list(request, kind, title=_("Search"), page="/search")


def export_list(request: HttpRequest, kind: str, *, title: str, page: str, **fixed) -> HttpResponse:
    """The list in one of ``TYPES``; a wish that cannot be read is answered in words, as text."""
    form = ListForm(request.GET)
    if not form.is_valid():
        words = "\n".join(
            " ".join(errors) if name == NON_FIELD_ERRORS else f"{name}: {' '.join(errors)}"
            for name, errors in form.errors.items()
        )
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
    response = plain(request, body if isinstance(body, bytes) else body.encode(), TYPES[kind])
    if kind == "csv":
        response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return response


@public_page
@require_safe
def old_list_tab(request: HttpRequest, tab: str) -> HttpResponse:
    """The field's old addresses ``/list/successful`` and the like."""
    state = {"successful": "successful", "unsuccessful": "refused", "awaiting": "waiting"}.get(tab)
    if state is None and tab not in ("all", "recent"):
        raise Http404
    return HttpResponseRedirect(f"/list?state={state}" if state else "/list")
