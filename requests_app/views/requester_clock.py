"""What the requester says of the clock: the fee is paid; I do not agree with what the authority claims."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ..actions import fees, objections
from ..forms.requester_clock import FeePaidForm
from ..law.wire import unpack
from ..models import Direction, FOIRequest, NotAllowed
from ..permissions import visible_letters
from ..selectors.clock_doubts import claims_on
from .access import signed_in
from .requester_further import own_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def fee_paid(request: HttpRequest, slug: str) -> HttpResponse:
    """The day on which the fee was paid. POST lets the clock go on; later it corrects the day, or takes it back."""
    foi_request = own_or_404(request, slug)
    said_before = fees.own_payment(foi_request)
    if request.method == "POST" and "not-paid" in request.POST:
        return _not_paid(request, foi_request)
    initial = {"on": said_before.on if said_before else timezone.localdate()}
    form = FeePaidForm(request.POST if request.method == "POST" else None, initial=initial)
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
            messages.success(request, str(_THANKS[_now_stands(foi_request)]))
            return redirect("public:request", foi_request.slug)
    standing = unpack(foi_request.clock)
    from_them = visible_letters(request.user) & Q(direction=Direction.INCOMING, is_automatic=False)
    context = {
        "foi_request": foi_request,
        "form": form,
        "is_open": standing.fee_on is not None,
        "is_asked": standing.asked_on is not None,
        "fee_by": standing.fee_by,
        "said_before": said_before if standing.fee_on is None else None,
        "letters": foi_request.messages.filter(from_them).order_by("-at", "-pk"),
        "section": "my-requests",
    }
    return render(request, "requester/fee_paid.html", context, status=422 if form.errors else 200)


_THANKS = {
    "runs": gettext_lazy("Thank you. The clock runs again, and the page says by when."),
    "asked": gettext_lazy("Thank you. The fee is paid; the clock stands still until you have replied to the question."),
    "": gettext_lazy("Thank you. The page says so now."),
}


def _now_stands(foi_request: FOIRequest) -> str:
    """What the clock does now that the fee is paid."""
    foi_request.refresh_from_db(fields=["clock"])
    standing = unpack(foi_request.clock)
    if standing.asked_on:
        return "asked"
    return "runs" if standing.due and not standing.responded_on else ""


def _not_paid(request: HttpRequest, foi_request: FOIRequest) -> HttpResponse:
    try:
        fees.say_not_paid(foi_request_id=foi_request.pk, actor=request.user)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. The fee is open again."))
    return redirect("public:request", foi_request.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def do_not_agree(request: HttpRequest, slug: str) -> HttpResponse:
    """What only the authority claims, and what follows from it.

    POST says that the requester does not agree, or takes that back.
    """
    foi_request = own_or_404(request, slug)
    claims = claims_on(foi_request)
    if request.method == "POST":
        number = request.POST.get("claim", "")
        event_id = int(number) if number.isdecimal() and len(number) < 19 else 0
        agrees = "agree" in request.POST
        say = objections.agree_after_all if agrees else objections.do_not_agree
        try:
            say(foi_request_id=foi_request.pk, event_id=event_id, actor=request.user)
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            taken_back = _("Taken back. The page does not say any more that you do not agree.")
            said = _("Said. The page says now that you do not agree, and our staff look at it.")
            messages.success(request, taken_back if agrees else said)
        return redirect("public:request", foi_request.slug)
    if not claims and foi_request.is_imported:
        raise Http404
    context = {
        "foi_request": foi_request,
        "claims": claims,
        "can_disagree": any(not claim.is_disputed for claim in claims),
        "section": "my-requests",
    }
    return render(request, "requester/do_not_agree.html", context)
