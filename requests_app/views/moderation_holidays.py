"""The list of bank holidays: look at a year, add a day or withdraw one, after a dry run that says what moves."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import holidays, recount_preview
from ..forms.moderation_holidays import AddForm, WithdrawForm
from ..law.holidays import BankHoliday, HolidayTable
from ..models import NotAllowed
from ..selectors import bank_holidays as selector
from .access import staff_only


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def bank_holidays(request: HttpRequest) -> HttpResponse:
    """``?year=`` shows a year. A new day is first shown with all that it would move, then added."""
    year = request.GET.get("year", "")
    version, table = holidays.current_table()
    page = selector.load(
        table, year=int(year) if year.isdecimal() and len(year) < 5 else None, today=timezone.localdate()
    )
    form = AddForm(request.POST if request.method == "POST" else None)
    context = {"page": page, "form": form, "section": "moderation"}
    if request.method == "POST" and form.is_valid():
        day, said = form.day, form.cleaned_data
        try:
            holidays.refuse_change(day, source=said["source"], reason=said["reason"])
            holidays.refuse_known(day)
            if request.POST.get("do") == "add" and said["seen"] == version:
                holidays.add(
                    day=day, source=said["source"], reason=said["reason"], actor=request.user, now=timezone.now()
                )
                messages.success(request, _("The day is added. Open requests are being counted anew."))
                return redirect(f"{reverse('moderation:bank_holidays')}?year={day.on.year}")
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            context |= _where(form, day) | {"day": day, "confirm": _confirm(form, version)}
            context |= _dry_run(holidays.table_with(day), day.on)
            return render(request, "moderation/bank_holiday_add.html", context)
    return render(request, "moderation/bank_holidays.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """One day that stands: what would move without it, and the button that withdraws it.

    A day that its year needs is shown without the button; of one that was withdrawn before, when and by whom.
    """
    row = selector.one(number)
    if row is None:
        raise Http404
    context = {"row": row, "section": "moderation"}
    if row.is_withdrawn:
        return render(
            request,
            "moderation/bank_holiday_withdrawn.html",
            context | {"went": selector.went(number)},
            status=409 if request.method == "POST" else 200,
        )
    try:
        holidays.refuse_incomplete(row.on)
    except NotAllowed as error:
        status = 422 if request.method == "POST" else 200
        return render(request, "moderation/bank_holiday_withdraw.html", context | {"needed": str(error)}, status=status)
    version = holidays.latest_version()
    form = WithdrawForm(request.POST or None, initial={"seen": version})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] == version:
            try:
                holidays.withdraw(on=row.on, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now())
            except NotAllowed as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The day is withdrawn. Open requests are being counted anew."))
                return redirect(f"{reverse('moderation:bank_holidays')}?year={row.on.year}")
        else:
            form = _confirm(form, version)
            messages.info(request, _("The list has changed meanwhile. This is what would move now."))
    context |= {"form": form, **_dry_run(holidays.table_without(row.on), row.on)}
    return render(request, "moderation/bank_holiday_withdraw.html", context, status=422 if form.errors else 200)


def _where(form: AddForm, day: BankHoliday) -> dict[str, object]:
    """The parts that the day would be added for, and those that have it already, by name."""
    known = holidays.known_parts(day.on)
    labels = form.fields["parts"].choices
    return {
        "where": [label for part, label in labels if part in day.parts - known],
        "known_in": [label for part, label in labels if part in known],
        "name": holidays.joined(day).name,
    }


def _confirm(form: forms.Form, version: str) -> forms.Form:
    """The same words again, with the version of the list that the dry run was made with."""
    said = form.data.copy()
    said["seen"] = version
    again = type(form)(said)
    again.is_valid()
    return again


def _dry_run(table: HolidayTable, on: date) -> dict[str, object]:
    found = recount_preview.preview(table, on=on)
    return {"preview": found, "sample": selector.sample(found.sample)}
