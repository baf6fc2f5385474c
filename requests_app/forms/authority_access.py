"""A stranger's wish to answer for an authority."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .requester_letter import one_line


class AskForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        help_text=_("As it will stand beside your answers, for example R. Shah."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give your name.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address at work"),
        help_text=_("The invitation comes here, once your authority and our staff have said yes."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give your e-mail address."),
            "invalid": _("Give a whole e-mail address, such as name@council.example."),
        },
    )
    # People never see this field; programs fill it in.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])
