"""The day on which the authority received a fee, as its officer says."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .days import day_field


class FeeReceivedForm(forms.Form):
    on = day_field(
        _("On which day was the fee paid?"),
        required=True,
        help_text=_("The day on which the money reached you."),
        missing=_("Give the day on which the fee was paid."),
    )
