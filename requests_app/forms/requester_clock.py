"""What the requester says of the clock itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .days import day_field


class FeePaidForm(forms.Form):
    """The day on which the fee was paid."""

    on = day_field(
        _("On which day did you pay?"),
        required=True,
        help_text=_("If you know the day on which the money reached them, give that one."),
        missing=_("Give the day on which you paid."),
    )
