"""One request's clock: add a row to its ledger, take one back, or have it run under another law."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import clock_decisions
from ..forms import moderation_ledger as decide
from ..models import NotAllowed
from ..selectors import moderation_ledger
from .access import staff_only


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def request_clock(request: HttpRequest, number: int) -> HttpResponse:
    """The ledger and what can be decided about it; each button is one Decision, with words for the public."""
    page = moderation_ledger.load(number)
    if page is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    shown = _forms(page, request.POST if do else None, do)
    if do in shown and shown[do].is_valid():
        try:
            said = _decide(do, number, shown[do].cleaned_data, {"actor": request.user, "now": timezone.now()})
        except NotAllowed as error:
            shown[do].add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect("moderation:request_clock", number=number)
    context = {"page": page, "forms": shown, "tried": shown.get(do), "section": "moderation"}
    bad = do in shown and bool(shown[do].errors)
    return render(request, "moderation/ledger.html", context, status=422 if bad else 200)


def _forms(page: moderation_ledger.ClockPage, posted, do: str) -> dict[str, forms.Form]:
    kinds: dict[str, type[forms.Form]] = {
        "receipt": decide.ReceiptForm,
        "last_day": decide.LastDayForm,
        "law": decide.LawForm,
        "take_back": decide.TakeBackForm,
    }
    if page.is_school:
        kinds["school"] = decide.SchoolForm
    more = {"take_back": {"rows": page.standing}, "law": {"initial": {"regime": page.foi_request.regime}}}
    return {
        name: form(posted if name == do else None, prefix=name, **more.get(name, {})) for name, form in kinds.items()
    }


def _decide(do: str, number: int, words: dict, by: dict) -> str:
    """Act on one button; gives back what has happened, in words. Raises NotAllowed."""
    about = {"foi_request_id": number, "public_wording": words["public_wording"], **by}
    deeds: dict[str, Callable[[], object]] = {
        "receipt": lambda: clock_decisions.note_receipt_by_evidence(on=words["on"], **about),
        "last_day": lambda: clock_decisions.set_last_day(until=words["until"], **about),
        "law": lambda: clock_decisions.change_law(regime=words["regime"], **about),
        "school": lambda: clock_decisions.note_school_closed(
            first=words["first"], last=words["last"], are_all=words["are_all"], **about
        ),
        "take_back": lambda: clock_decisions.take_back_row(
            event_id=words["row"], public_wording=words["public_wording"], **by
        ),
    }
    deeds[do]()
    if do == "last_day" and (waits := moderation_ledger.load(number).day_that_waits):
        day = date_format(waits, "j F Y")
        return _("%(day)s is set. It counts once the fee is paid; until then no last day runs.") % {"day": day}
    return {
        "receipt": _("The request counts from this day now."),
        "last_day": _("The last day is set, for this request alone."),
        "law": _("The request runs under this law now, and its dates are counted anew."),
        "school": _("These days do not count now."),
        "take_back": _("The row is taken back, and the dates are counted without it."),
    }[do]
