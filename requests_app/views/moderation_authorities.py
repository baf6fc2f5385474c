"""Authorities, for staff: the address requests go to, and the people who answer in the inbox."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import domains, moderation, officers
from ..forms import moderation_decide as decide
from ..models import Authority, NotAllowed
from ..selectors import moderation_mail
from ..selectors.moderation_domains import dry_run
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
    """One authority: invite an officer, end a role, change the request address, open and close a domain."""
    row = get_object_or_404(Authority, slug=slug)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    address = row.addresses.filter(is_request_address=True).first()
    kinds = {"invite": decide.InviteForm, "address": decide.AddressForm}
    shown = {name: form(request.POST if name == do else None, prefix=name) for name, form in kinds.items()}
    shown["domain"] = decide.DomainForm(request.POST if do in ("domain", "open") else None, prefix="domain")
    by = {"actor": request.user, "now": timezone.now()}
    said = ""
    looked = None
    if do in ("domain", "open") and shown["domain"].is_valid():
        said, looked = _open_domain(row, shown["domain"], do == "open", by)
    elif do in kinds and shown[do].is_valid():
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
    elif do.startswith("close-") and do[6:].isdecimal():
        domain = get_object_or_404(row.domains, pk=do[6:])
        domains.close_domain(domain_id=domain.pk, **by)
        said = _("The domain is closed: only exact addresses publish again.")
    if said:
        messages.success(request, said)
        return redirect("moderation:authority", slug=slug)
    addresses = list(row.addresses.order_by("-is_request_address", "email"))
    emails = [one.email for one in addresses]
    tried = shown.get("domain" if do == "open" else do)
    context = {
        "authority": row,
        "address": address,
        "addresses": addresses,
        "health": moderation_mail.health_of(emails, now=by["now"]),
        "latest": moderation_mail.latest_to(emails, now=by["now"]),
        "officers": row.officers.serving().select_related("user").order_by("started_at"),
        "invitations": row.invitations.filter(redeemed_at=None, declined_at=None).order_by("-created_at")[:50],
        "domains": row.domains.select_related("opened_by__actor", "opened_by__note").order_by("-opened_at"),
        "looked": looked,
        "forms": shown,
        "tried": tried,
        "section": "moderation",
    }
    bad = tried is not None and bool(tried.errors)
    return render(request, "moderation/authority.html", context, status=422 if bad else 200)


def _open_domain(row: Authority, form: decide.DomainForm, confirmed: bool, by: dict) -> tuple[str, object]:
    """Open the domain that the form names, or show first what that would do: (what is said after it, the dry run)."""
    asked = form.cleaned_data
    if not confirmed:
        return "", dry_run(row, asked["domain"])
    try:
        domains.open_domain(authority_id=row.pk, **asked, **by)
    except NotAllowed as error:
        form.add_error(None, str(error))
        return "", None
    return _("The domain is open. Letters that were held from it are looked at anew."), None
