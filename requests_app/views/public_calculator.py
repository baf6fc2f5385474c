"""The deadline calculator: for anybody, without an account; the query string is the whole state."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..exports import as_calculation
from ..forms.public_calculator import CalculatorForm
from ..law.days import ClockRefused
from ..selectors.calculator import Calculated, calculate, calculator_url
from ..selectors.clock_words import day_in_words
from ..selectors.counts import which_days
from ..selectors.holidays import Known, known_holidays
from .access import public_page


@public_page
@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """The form, and under its own address the result with every day that was counted."""
    known = known_holidays()
    form = _form(request, known)
    found = refused = None
    if form.is_bound and form.is_valid():
        found, refused = _calculated(form, known)
    wrong = form.is_bound and found is None
    context = {
        "form": form,
        "shows_errors": wrong,
        "is_filled": bool(request.GET),
        "refused": refused,
        "found": found,
        "rule": which_days(found.result.regime) if found else "",
        "query": found.result.url.partition("?")[2] if found else "",
        "canonical_url": settings.SITE_URL + reverse("public:calculator"),
        "section": "calculator",
    }
    response = render(request, "public/calculator.html", context, status=422 if wrong else 200)
    response.headers["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    return response


@public_page
@require_safe
def calculator_as(request: HttpRequest, kind: str) -> HttpResponse:
    """The same result as JSON or text, for programs of other sites too; what is wrong likewise, with status 422."""
    known = known_holidays()
    form = _form(request, known)
    found, refused = (None, None)
    if form.is_bound and form.is_valid():
        found, refused = _calculated(form, known)
    if found is None and kind == "json":
        response = HttpResponse(json.dumps({"errors": _errors(form, refused)}), "application/json", status=422)
    elif found is None:
        lines = [": ".join(filter(None, error.values())) for error in _errors(form, refused)]
        response = HttpResponse("\n".join(lines) + "\n", "text/plain; charset=utf-8", status=422)
    elif kind == "json":
        response = HttpResponse(as_calculation.as_json(found.result), "application/json")
    else:
        response = HttpResponse(as_calculation.as_text(found.result), "text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _form(request: HttpRequest, known: Known) -> CalculatorForm:
    table = known.table
    return CalculatorForm(request.GET, covered=(table.first_on, table.ends_on) if table.days else None)


def _calculated(form: CalculatorForm, known: Known) -> tuple[Calculated | None, str]:
    """The result, or None and why it cannot be counted."""
    regime, today = form.cleaned_data["regime"], form.cleaned_data["today"]
    try:
        url = calculator_url(regime, form.events, today=today)
        return calculate(regime, form.events, known=known, today=today or localdate(), url=url), ""
    except ClockRefused:
        if not known.table.days:
            return None, _("The list of bank holidays is empty, so no date can be counted.")
        words = _("This cannot be counted: bank holidays are known from %(first)s to %(last)s, and a date lies beyond.")
        first, last = day_in_words(known.table.first_on), day_in_words(known.table.ends_on)
        return None, words % {"first": first, "last": last}


def _errors(form: CalculatorForm, refused: str | None) -> list[dict[str, str]]:
    if not form.is_bound:
        return [{"field": "received", "error": _("Give regime and received, such as ?regime=foia&received=2025-03-03")}]
    found = [
        {"field": place.removeprefix("id_").removesuffix("_0"), "error": error}
        for place, _label, error in form.all_errors
    ]
    return found + ([{"field": "", "error": refused}] if refused else [])
