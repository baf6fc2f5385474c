"""Help: plain pages about asking, answering, privacy and what to do when unhappy."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..actions.accounts import UNCONFIRMED_FOR
from ..actions.drafting import KEPT
from ..actions.retention import DAYS_OF_MAIL_KEPT, LETTERS_TO_PEOPLE_KEPT, MESSAGES_KEPT
from .access import public_page

# Path, title, and one line that says what is on the page.
PAGES: dict[str, tuple] = {
    "making-requests": (_("Making requests"), _("Who can ask for what, how to write it, and what happens then.")),
    "the-clock": (_("How the clock counts"), _("Which days count, which do not, and where the dates come from.")),
    "unhappy": (_("Unhappy with an answer"), _("No answer, a refusal or too little: what to do next, and by when.")),
    "unsuitable": (_("Unsuitable requests"), _("What “personal information” and “vexatious” mean in the law.")),
    "privacy": (_("Your privacy"), _("What everybody sees, what nobody sees, and how long we keep it.")),
    "house-rules": (_("House rules"), _("What belongs here, and what we hide.")),
    "officers": (_("For officers"), _("How to answer, what is published, and how to have a mistake taken down.")),
    "data": (_("Data and feeds"), _("Every request as JSON, a feed, plain text or a zip file.")),
}


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    pages = [(f"/help/{path}", title, line) for path, (title, line) in PAGES.items()]
    return render(request, "public/help/index.html", {"pages": pages, "section": "help"})


def _limits() -> dict[str, int]:
    """What one person may do in a day, as the settings have it."""
    return {
        "requests": settings.REQUESTS_PER_DAY,
        "follow_ups": settings.FOLLOW_UPS_PER_DAY,
        "annotations": settings.ANNOTATIONS_PER_DAY,
    }


def _kept() -> dict[str, int]:
    """For how many days things are kept, from the code that drops them."""
    return {
        "draft": KEPT.days,
        "unconfirmed": UNCONFIRMED_FOR.days,
        "letters": LETTERS_TO_PEOPLE_KEPT.days,
        "days_of_mail": DAYS_OF_MAIL_KEPT.days,
        "messages": MESSAGES_KEPT.days // 365,
        "session": settings.SESSION_COOKIE_AGE // 86_400,
    }


@public_page
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in PAGES or name == "unsuitable":  # that page has a route of its own, above this one
        raise Http404
    title, line = PAGES[name]
    words = {"title": title, "line": line, "section": "help", "limits": _limits(), "kept": _kept()}
    return render(request, f"public/help/{name}.html", words)
