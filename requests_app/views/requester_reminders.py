"""Which reminders come: a person's own choice, an officer's for the authority, and the one-click way out."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ..actions import reminder_switches
from ..models import Authority, Officer, ReminderKind
from .access import officer_only, public_page, signed_in


@signed_in(writes=False)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The boxes of "My account", as they were sent."""
    reminder_switches.choose(request.POST.getlist("kind"), user=request.user, now=timezone.now())
    messages.success(request, _("Saved. You get the reminders that you have chosen."))
    return redirect("requester:account")


@officer_only(writes=True)
@require_POST
def choose_for_authority(request: HttpRequest, slug: str) -> HttpResponse:
    """The boxes of an authority's inbox, as they were sent."""
    own = Officer.objects.serving().filter(user=request.user).values("authority")
    authority = get_object_or_404(Authority, slug=slug, pk__in=own)
    reminder_switches.choose(request.POST.getlist("kind"), authority=authority, now=timezone.now())
    messages.success(request, _("Saved. The authority gets the reminders that you have chosen."))
    return redirect("authority:authority_inbox", slug=slug)


@csrf_exempt  # The token in the address is the proof; mail programs send no cookie. It can only end mail. RFC 8058.
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button (scanners open links); POST ends the kinds of letters that the token came with."""
    meant = reminder_switches.meant_by(token)
    if meant is None:
        raise Http404
    if request.method == "POST":
        reminder_switches.stop(meant, now=timezone.now())
    context = {
        "kinds": [ReminderKind(kind).label for kind in meant.kinds],
        "follows": bool(meant.rhythms),
        "for_authority": meant.authority_id is not None,
        "done": request.method == "POST",
    }
    response = render(request, "requester/stop_reminders.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
