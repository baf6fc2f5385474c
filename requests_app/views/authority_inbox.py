"""The inbox: an authority's open requests by deadline."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from ..actions.deadlines import holiday_table
from ..actions.reminder_switches import choices_for
from ..models import Authority, Officer
from ..selectors import authority_inbox as inbox_page
from ..selectors.reminder_choices import choices
from .access import officer_only, public_page


@public_page
def inbox(request: HttpRequest) -> HttpResponse:
    """The one authority of an officer, a choice of several, or for everybody else how to get in."""
    authorities = inbox_page.authorities_of(request.user) if request.user.is_authenticated else []
    if len(authorities) == 1:
        return redirect("authority:authority_inbox", slug=authorities[0].slug)
    template = "authority/choose.html" if authorities else "authority/welcome.html"
    response = render(request, template, {"authorities": authorities, "section": "inbox"})
    response["Cache-Control"] = "private, no-store"
    return response


@officer_only
def authority_inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Open requests of one authority, time left first; ``?show=`` is one of the counters."""
    own = Officer.objects.serving().filter(user=request.user).values("authority")
    authority = get_object_or_404(Authority, slug=slug, pk__in=own)
    page = inbox_page.load(
        authority,
        user=request.user,
        today=timezone.localdate(),
        holidays=holiday_table(),
        shown=request.GET.get("show", "all"),
    )
    boxes = choices(choices_for(None), authority=authority)
    return render(request, "authority/inbox.html", {"page": page, "choices": boxes, "section": "inbox"})
