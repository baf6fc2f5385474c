"""The link in the first mail: confirm the address and send the letter, or say "this was not me". And "sent"."""

from allauth.account import app_settings
from allauth.account.internal.flows.email_verification import verify_email_and_resume
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import accounts, drafting, publishing
from ..forms.requester_compose import LetterForm
from ..models import FOIRequest, NotAllowed
from ..models.private import Draft
from ..permissions import visible_to
from ..selectors import requester_compose as selector
from ..selectors.clock_words import BY_LAW, kind_of
from ..selectors.requester_requests import when_due
from .access import public_page
from .requester_compose import steps


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows whose address and which letter; POST confirms and sends, or forgets both.

    The link works on any device. It signs in only the browser in which the account was made.
    """
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        return _used_or_expired(request, key)
    address = confirmation.email_address
    draft = selector.waiting_for(address.user_id)
    refused = None
    if request.method == "POST":
        if request.POST.get("action") == "not_me":
            accounts.disown(email_address_id=address.pk)
            return render(request, "requester/not_me.html", {"had_letter": draft is not None})
        if draft is None or request.POST.get("shown") == draft.saved_at.isoformat():
            return _confirmed(request, confirmation, draft)
        refused = _("The letter has changed since this page was opened. Read it once more before you send it.")
    context = {
        "address": address,
        "person": address.user,
        "draft": draft,
        "published": publishing.rendered(draft.body.strip(), foi_request=None, incoming=False) if draft else None,
        "is_ready": draft is not None and _is_ready(draft),
        "refused": refused,
    }
    return render(request, "requester/confirm.html", context)


def _is_ready(draft: Draft) -> bool:
    return LetterForm({"title": draft.title, "body": draft.body}).is_valid()


def _confirmed(request: HttpRequest, confirmation: EmailConfirmationHMAC, draft: Draft | None) -> HttpResponse:
    address, _signed_in = verify_email_and_resume(request, confirmation)
    if address is None:
        return render(request, "requester/link_used.html", {"slug": None, "is_taken": True}, status=409)
    refused = None
    if draft is not None:
        try:
            if not _is_ready(draft):
                raise NotAllowed(_("The letter is not finished yet. Sign in to finish and send it."))
            message = drafting.send_draft(draft_id=draft.pk, now=timezone.now())
        except NotAllowed as error:
            refused = str(error)
        else:
            return _without_cookie(redirect("requester:sent", message.foi_request.slug), request)
    elif request.user.is_authenticated:
        return _without_cookie(redirect("requester:requests"), request)
    return _without_cookie(render(request, "requester/confirmed.html", {"refused": refused}), request)


def _without_cookie(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and drafting.COOKIE in request.COOKIES:
        response.delete_cookie(drafting.COOKIE, samesite="Lax")
    return response


def _used_or_expired(request: HttpRequest, key: str) -> HttpResponse:
    """The link is spent: say whether its letter went out, so that nobody thinks it lost."""
    slug = None
    was_confirmed = False
    try:
        number = signing.loads(key, salt=app_settings.SALT)
    except signing.BadSignature:
        pass
    else:
        address = EmailAddress.objects.filter(pk=number, verified=True).first()
        was_confirmed = address is not None
        slug = selector.gone_out_for(address.user_id) if address else None
    context = {"slug": slug, "was_confirmed": was_confirmed}
    return render(request, "requester/link_used.html", context, status=200 if was_confirmed else 404)


@require_safe
@public_page
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Sent", not "lost": what happens now, and where the page is."""
    found = FOIRequest.objects.filter(visible_to(request.user), is_imported=False).select_related("authority")
    foi_request = get_object_or_404(found, slug=slug)
    return render(
        request,
        "requester/sent.html",
        {
            "foi_request": foi_request,
            "due": when_due(foi_request),
            "is_own": request.user.is_authenticated and foi_request.requester_id == request.user.pk,
            "has_reminders": kind_of(foi_request.regime) == BY_LAW,
            "steps": steps("sent"),
            "take_back_minutes": settings.TAKE_BACK_MINUTES,
        },
    )
