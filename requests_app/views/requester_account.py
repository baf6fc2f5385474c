"""My account: the name, the address, the password. And the page for "too often"."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import accounts
from ..actions.reminder_switches import choices_for
from ..forms.requester_account import NameForm
from ..selectors.reminder_choices import choices
from .access import signed_in

# The longest window of the limits on signing in and up.
LONGEST_LIMIT = timedelta(minutes=5)


@require_safe
@signed_in(writes=False)
def account(request: HttpRequest) -> HttpResponse:
    """What we know of the person, and where to change it."""
    boxes = choices(choices_for(request.user), user=request.user)
    return render(request, "requester/account.html", {"person": request.user, "choices": boxes, "section": "account"})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def name(request: HttpRequest) -> HttpResponse:
    """Ask the name, once, of somebody who has none yet; then back to where they came from."""
    way_on = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(way_on, {request.get_host()}, require_https=request.is_secure()):
        way_on = "requester:account"
    if request.user.public_name:
        return redirect(way_on)
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accounts.set_name(user_id=request.user.pk, name=form.cleaned_data["public_name"])
        messages.success(request, _("Your name is set."))
        return redirect(way_on)
    return render(request, "requester/name.html", {"form": form})


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too often in a short time: says when it ends."""
    until = timezone.localtime(timezone.now() + LONGEST_LIMIT)
    response = render(request, "429.html", {"until": until}, status=429)
    response["Retry-After"] = str(int(LONGEST_LIMIT.total_seconds()))
    return response
