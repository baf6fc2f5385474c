"""Help: plain pages about asking, answering, privacy and what to do when unhappy."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ..law.regimes import REGIMES
from .access import public_page

# Path, title, and one line that says what is on the page.
PAGES = {
    "making-requests": (_("Making requests"), _("Who can ask for what, how to write it, and what happens then.")),
    "the-clock": (_("How the clock counts"), _("Which days count, which do not, and where the dates come from.")),
    "unhappy": (_("Unhappy with an answer"), _("No answer, a refusal or too little: what to do next, and by when.")),
    "privacy": (_("Your privacy"), _("What everybody sees, what nobody sees, and how long we keep it.")),
    "house-rules": (_("House rules"), _("What belongs here, and what we hide.")),
    "officers": (_("For officers"), _("How to answer, what is published, and how to have a mistake taken down.")),
    "data": (_("Data and feeds"), _("Every request as JSON, a feed, plain text or a zip file.")),
}


@public_page
def index(request: HttpRequest) -> HttpResponse:
    pages = [(path, title, line) for path, (title, line) in PAGES.items()]
    return render(request, "public/help/index.html", {"pages": pages, "section": "help"})


@public_page
def page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in PAGES:
        raise Http404
    title, line = PAGES[name]
    words = {"title": title, "line": line, "name": name, "section": "help", "laws": list(REGIMES.values())}
    return render(request, f"public/help/{name}.html", words)
