"""A message to the people who run the site."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give a name, so that we can address you.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We answer there. It is not shown to anybody."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give your e-mail address, so that we can answer."),
            "invalid": _("Give a whole e-mail address, such as name@mail.example."),
        },
    )
    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=200,
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    text = forms.CharField(
        label=_("Your message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 9}),
        error_messages={"required": _("Write your message.")},
    )
    knows = forms.BooleanField(
        label=_("I understand that this site is not a public authority and cannot answer for one."),
        error_messages={"required": _("Tick this first. For information from an authority, make a request instead.")},
    )
    # People never see this field; programs fill it in.
    website = forms.CharField(required=False, widget=forms.HiddenInput)
