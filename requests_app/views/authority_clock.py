"""What an officer says of the clock itself: days without school, a fee that was paid. Shown before it counts."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import officer_clock
from ..actions.trials import tried
from ..forms.authority_fee import FeeReceivedForm
from ..forms.authority_school import SchoolDaysForm
from ..law.regimes import REGIMES
from ..models import NotAllowed
from ..selectors import authority_case, authority_clock
from .access import officer_only

TAKE_BACK = "take_back-"


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def school_days(request: HttpRequest, number: int) -> HttpResponse:
    """Days without school, both ends included, and those noted before. Only for a request under the law for schools."""
    page = _page(request, number)
    rules = REGIMES.get(page.foi_request.regime)
    if rules is None or not rules.school:
        raise Http404
    form = SchoolDaysForm(request.POST if request.method == "POST" else None)
    return _say(
        request,
        page,
        form,
        "authority/school_days.html",
        lambda: officer_clock.school_says_closed(foi_request_id=number, officer=page.officer, **form.cleaned_data),
        done=_("Noted. These days do not count, and the page says by whose word."),
        closures=authority_clock.closures(page.foi_request),
    )


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def fee_received(request: HttpRequest, number: int) -> HttpResponse:
    """The day on which a fee that is open was paid; or that it was not, after all."""
    page = _page(request, number)
    today = timezone.localdate()
    form = FeeReceivedForm(request.POST if request.method == "POST" else None, initial={"on": today})
    about = {"foi_request_id": number, "officer": page.officer, "today": today}
    return _say(
        request,
        page,
        form,
        "authority/fee_received.html",
        lambda: officer_clock.fee_received(on=form.cleaned_data["on"], **about),
        done=_("Noted. The page says by whose word the fee was paid, and what that did to the date."),
        is_open="fee_on" in page.foi_request.clock and page.foi_request.responded_on is None,
        payment=authority_clock.payment(page.foi_request),
    )


def _page(request: HttpRequest, number: int) -> authority_case.CasePage:
    page = authority_case.load(number, user=request.user, today=timezone.localdate())
    if page is None:
        raise Http404
    return page


def _say(
    request: HttpRequest,
    page: authority_case.CasePage,
    form: forms.Form,
    template: str,
    deed: Callable[[], object],
    *,
    done: str,
    **context: object,
) -> HttpResponse:
    """First what the page would say then, by trying the deed; saved only where the button says so."""
    number, do = page.foi_request.pk, request.POST.get("do", "")
    if request.method == "POST" and do.startswith(TAKE_BACK):
        return _take_back(request, page, do.removeprefix(TAKE_BACK))
    change = None
    if request.method == "POST" and form.is_valid() and do != "edit":
        try:
            if do == "save":
                deed()
                messages.success(request, done)
                return redirect("authority:case", number=number)
            then = tried(deed, foi_request_id=number)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            about = {"name": page.thread.requester, "today": timezone.localdate()}
            change = authority_clock.change(page.foi_request, then, **about)
    context |= {"page": page, "form": form, "change": change, "section": "inbox"}
    return render(request, template, context, status=422 if form.errors else 200)


def _take_back(request: HttpRequest, page: authority_case.CasePage, event: str) -> HttpResponse:
    number = int(event) if event.isdecimal() and len(event) < 19 else 0
    try:
        officer_clock.take_back_own(foi_request_id=page.foi_request.pk, officer=page.officer, event_id=number)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. It stays in the history, struck out, and the date is counted anew."))
    return redirect(request.path)
