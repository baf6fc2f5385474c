"""Add a bank holiday, or withdraw one."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..law.holidays import LONGEST_NAME, PARTS, BankHoliday
from .moderation_decide import WORDS

FIRST, YEARS_AHEAD = date(2007, 1, 1), 10
PART_CHOICES = tuple(zip(PARTS, (_("England and Wales"), _("Scotland"), _("Northern Ireland")), strict=True))


class AddForm(forms.Form):
    """A day off, where it is one, who proclaimed it, and why it is added."""

    on = forms.DateField(
        label=_("Date"),
        help_text=_("For example 2027-06-14."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Give the date."),
            "invalid": _("Give the date as year, month and day, such as 2027-06-14."),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        error_messages={
            "required": _("Give the name that people will read."),
            "max_length": _("Shorten the name to %(limit_value)d letters: it is printed beside the day."),
        },
    )
    parts = forms.MultipleChoiceField(
        label=_("Where it is a bank holiday"),
        choices=PART_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part of the United Kingdom.")},
    )
    source = forms.CharField(
        label=_("Where it was proclaimed"),
        max_length=300,
        help_text=_("For example the number of the notice in the Gazette."),
        error_messages={"required": _("Say where it was proclaimed.")},
    )
    reason = forms.CharField(
        label=_("Why you add it"),
        max_length=1000,
        help_text=_("Only our staff read this."),
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write why you add it.")},
    )
    # The list that the dry run was made with; a list that has changed since needs another dry run.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if not FIRST <= on <= date(timezone.localdate().year + YEARS_AHEAD, 12, 31):
            raise forms.ValidationError(_("This day is too far away. Check the year."))
        return on

    @property
    def day(self) -> BankHoliday:
        said = self.cleaned_data
        return BankHoliday(on=said["on"], name=" ".join(said["name"].split()), parts=frozenset(said["parts"]))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you withdraw it"),
        max_length=1000,
        help_text=_("Only our staff read this."),
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write why you withdraw it.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
