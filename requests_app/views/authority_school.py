"""A school's officer says on which days the school is closed: they do not count towards the twenty."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import clock_decisions
from ..forms.authority_school import SchoolDaysForm
from ..law.regimes import REGIMES
from ..models import NotAllowed
from ..selectors import authority_case
from .access import officer_only


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def school_days(request: HttpRequest, number: int) -> HttpResponse:
    """Two days, both included. Only for a request under the law for schools."""
    page = authority_case.load(number, user=request.user, today=timezone.localdate())
    rules = REGIMES.get(page.foi_request.regime) if page else None
    if rules is None or not rules.school:
        raise Http404
    form = SchoolDaysForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            clock_decisions.school_says_closed(foi_request_id=number, officer=page.officer, **form.cleaned_data)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted. These days do not count, and the page says by whose word."))
            return redirect("authority:case", number=number)
    context = {"page": page, "form": form, "section": "inbox"}
    return render(request, "authority/school_days.html", context, status=422 if form.errors else 200)
