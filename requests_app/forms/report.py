"""A report: anybody may say that something should not be public."""

from django import forms
from django.utils.translation import gettext_lazy as _

REASONS = [
    ("personal", _("It shows personal information about somebody")),
    ("defamatory", _("It says something untrue that harms somebody")),
    ("abusive", _("It is abusive or threatening")),
    ("not_a_request", _("It is not a request for information")),
    ("vexatious", _("It misuses the law or this site")),
    ("spam", _("It is spam or advertising")),
    ("copyright", _("It infringes copyright")),
    ("other", _("Something else")),
]


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=_("Tell us more"),
        max_length=5000,
        help_text=_("Which words or which file, and why. Only our staff read this."),
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 6}),
        error_messages={"required": _("Say which words or which file you mean, and why.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We confirm your report there and write what was decided. It is not shown to anybody."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give your e-mail address, so that we can answer."),
            "invalid": _("Give a whole e-mail address, such as name@mail.example."),
        },
    )
    # People never see this field; programs fill it in.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, with_email: bool, **options) -> None:
        super().__init__(*args, **options)
        if not with_email:
            del self.fields["email"]
