"""Authorities, for staff: the address requests go to, and the people who answer in the inbox."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import moderation, officers
from ..forms import moderation_decide as decide
from ..models import Authority, NotAllowed
from ..selectors import mail_health
from .access import staff_only


@staff_only
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """``?q=``: any words of the name."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = list(Authority.objects.matching(query).order_by("sort_name")[:50]) if query else []
    context = {"query": query, "found": found, "section": "moderation"}
    return render(request, "moderation/authorities.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def authority(request: HttpRequest, slug: str) -> HttpResponse:
    """One authority: invite an officer, end a role, change the request address."""
    row = get_object_or_404(Authority, slug=slug)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    address = row.addresses.filter(is_request_address=True).first()
    kinds = {"invite": decide.InviteForm, "address": decide.AddressForm}
    shown = {name: form(request.POST if name == do else None, prefix=name) for name, form in kinds.items()}
    by = {"actor": request.user, "now": timezone.now()}
    said = ""
    if do in shown and shown[do].is_valid():
        deed = officers.invite if do == "invite" else moderation.set_request_address
        try:
            deed(authority_id=row.pk, **shown[do].cleaned_data, **by)
        except NotAllowed as error:
            shown[do].add_error(None, str(error))
        else:
            said = _("The invitation is on its way.") if do == "invite" else _("The address is saved.")
    elif do.startswith("end-") and do[4:].isdecimal():
        officer = get_object_or_404(row.officers.serving(), pk=do[4:])
        officers.end_role(officer_id=officer.pk, **by)
        said = _("The role has ended.")
    if said:
        messages.success(request, said)
        return redirect("moderation:authority", slug=slug)
    addresses = list(row.addresses.order_by("-is_request_address", "email"))
    emails = [one.email for one in addresses]
    context = {
        "authority": row,
        "address": address,
        "addresses": addresses,
        "health": mail_health.health_of(emails, now=by["now"]),
        "latest": mail_health.latest_to(emails, now=by["now"]),
        "officers": row.officers.serving().select_related("user").order_by("started_at"),
        "invitations": row.invitations.filter(redeemed_at=None, declined_at=None).order_by("-created_at")[:50],
        "forms": shown,
        "tried": shown.get(do),
        "section": "moderation",
    }
    bad = do in shown and bool(shown[do].errors)
    return render(request, "moderation/authority.html", context, status=422 if bad else 200)
