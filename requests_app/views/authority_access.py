"""How somebody becomes an officer: an invitation taken up, or access asked for."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import officers
from ..actions.links import token_hash
from ..forms.authority_access import AskForm
from ..models import Authority, Invitation, NotAllowed
from .access import public_page
from .throttle import wait


@public_page
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Which authority somebody works for: a search by any of its words."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = Authority.objects.matching(query).order_by("sort_name")[:20] if query else []
    return render(request, "authority/ask.html", {"query": query, "found": found})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for access. The link goes to the address that we already write to, not to the one that is given here."""
    authority = get_object_or_404(Authority, slug=slug)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if slow_down := wait(request, "ask_for_access", most=10, minutes=60):
                raise NotAllowed(slow_down)
            if not form.cleaned_data["website"]:
                officers.ask_for_access(
                    authority_id=authority.pk,
                    email=form.cleaned_data["email"],
                    name=form.cleaned_data["name"],
                    now=timezone.now(),
                )
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            return render(request, "authority/asked.html", {"authority": authority})
    status = 422 if form.errors else 200
    return render(request, "authority/ask_for.html", {"authority": authority, "form": form}, status=status)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what the invitation is for; POST, signed in, takes it up, once."""
    found = Invitation.objects.select_related("authority").filter(token_hash=token_hash(token)).first()
    problem = officers.problem_with(found, timezone.now())
    if request.method == "POST" and not problem:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            officer = officers.redeem_invitation(token=token, user=request.user, now=timezone.now())
        except NotAllowed as error:
            problem = str(error)
        else:
            messages.success(request, _("You can now answer for %(authority)s.") % {"authority": officer.authority})
            return redirect("authority:authority_inbox", slug=officer.authority.slug)
    status = 410 if problem else 200
    if found is None and (slow_down := wait(request, "link", most=30, minutes=10)):
        problem, status = slow_down, 429
    context = {"invitation": found, "problem": problem}
    response = render(request, "authority/invitation.html", context, status=status)
    return private(response)


def private(response: HttpResponse, *, referrer: str = "strict-origin") -> HttpResponse:
    """Of a page whose address is a secret: not kept, not indexed, and never named to the next page.

    ``strict-origin`` and not ``no-referrer``: under that one browsers send "Origin: null" with the form, and
    the check against forged forms must refuse it.
    """
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = referrer
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
