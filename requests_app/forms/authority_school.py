"""Days on which a school is closed, as its officer says."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .days import day_field


class SchoolDaysForm(forms.Form):
    first = day_field(_("First day without school"), required=True)
    last = day_field(_("Last day without school"), required=True)
    are_all = forms.BooleanField(
        label=_("With those noted already, these are all the days without school in the time that is counted"),
        required=False,
        help_text=_("Only then does the page give one firm date. Else it says that holidays may move it."),
    )
