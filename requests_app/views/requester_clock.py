"""What the requester says of the clock: the fee is paid; I do not agree with what the authority claims."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import fees, objections
from ..forms.requester_clock import FeePaidForm
from ..law.wire import unpack
from ..models import NotAllowed
from ..selectors.clock_doubts import claim_on
from .access import signed_in
from .requester_further import own_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def fee_paid(request: HttpRequest, slug: str) -> HttpResponse:
    """The day on which the fee was paid. POST lets the clock go on."""
    foi_request = own_or_404(request, slug)
    form = FeePaidForm(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            fees.say_paid(
                foi_request_id=foi_request.pk,
                on=form.cleaned_data["on"],
                actor=request.user,
                today=timezone.localdate(),
            )
        except NotAllowed as error:
            form.add_error("on", str(error))
        else:
            messages.success(request, _("Thank you. The clock runs again, and the page says by when."))
            return redirect("public:request", foi_request.slug)
    standing = unpack(foi_request.clock)
    context = {
        "foi_request": foi_request,
        "form": form,
        "is_open": standing.fee_on is not None,
        "fee_by": standing.fee_by,
        "section": "my-requests",
    }
    return render(request, "requester/fee_paid.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def do_not_agree(request: HttpRequest, slug: str) -> HttpResponse:
    """What only the authority claims, and what follows from it. POST says that the requester does not agree."""
    foi_request = own_or_404(request, slug)
    claim = claim_on(foi_request)
    if request.method == "POST":
        number = request.POST.get("claim", "")
        try:
            objections.do_not_agree(
                foi_request_id=foi_request.pk,
                event_id=int(number) if number.isdecimal() and len(number) < 19 else 0,
                actor=request.user,
            )
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Said. The page shows both dates now, and our staff look at it."))
        return redirect("public:request", foi_request.slug)
    if claim is None and foi_request.is_imported:
        raise Http404
    context = {"foi_request": foi_request, "claim": claim, "section": "my-requests"}
    return render(request, "requester/do_not_agree.html", context)
