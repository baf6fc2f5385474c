"""A day, as every form asks for it."""

from django import forms
from django.utils.translation import gettext_lazy as _


def day_field(label: str, *, required: bool = False, help_text: str = "", missing: str = "") -> forms.DateField:
    """One day, typed or picked: 2026-11-02. ``missing``: what is said where a required one is not given."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short"}),
        error_messages={"invalid": _("Give a day such as 2026-11-02."), "required": missing or _("Give the day.")},
    )
