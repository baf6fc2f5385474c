"""The forms of signing up and in: our words and no placeholders, which vanish as soon as somebody types."""

import re

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..publishing.redaction import mask
from .requester_letter import one_line

_LINKISH = re.compile(r"@|://|\bwww\.|\.(?:com|org|net|uk|info)\b", re.IGNORECASE)
NAME_HELP = _(
    "The authority and everybody else will see it. “A. Okafor” or “Ms Okafor” is enough; a first name alone is not, "
    "because the law asks for a real name."
)
PASSWORD_HELP = _("At least 10 characters. Three words that do not belong together are good.")


def clean_public_name(value: str) -> str:
    """A name as an authority must be able to see it. Raises ValidationError with what to write instead."""
    name = one_line(value)
    words = [word for word in name.split() if any(c.isalpha() for c in word)]
    if _LINKISH.search(name) or mask(name) != name:
        raise forms.ValidationError(_("Write a name here, not an e-mail or web address or a number."))
    if len(words) < 2 or sum(c.isalpha() for c in words[-1]) < 2:
        raise forms.ValidationError(
            _("Add your surname: “A. Okafor” or “Ms Okafor” is enough. An organisation's full name is fine too.")
        )
    return name


class PublicNameField(forms.CharField):
    """A public name of at least two words; see `clean_public_name`."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{
                "label": _("Your name"),
                "max_length": 100,
                "help_text": NAME_HELP,
                "widget": forms.TextInput(attrs={"autocomplete": "name"}),
                "error_messages": {"required": _("Write the name that your letters go out under.")},
                **kwargs,
            }
        )

    def clean(self, value: str) -> str:
        return clean_public_name(super().clean(value))


class NameForm(forms.Form):
    """The name, asked once, of somebody who has an account without one."""

    public_name = PublicNameField()


class _Plain:
    """Our labels and help on one of allauth's forms."""

    words: dict[str, dict] = {}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            for attribute, words in self.words.get(name, {}).items():
                setattr(field, attribute, words)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NOT_AN_ADDRESS


NOT_AN_ADDRESS = _("Write your whole e-mail address, such as name@people.example, and check it for slips.")
EMAIL = {"label": _("E-mail address"), "help_text": ""}


class SignupForm(_Plain, allauth_forms.SignupForm):
    """An account: name, address, perhaps a password, and the rules accepted."""

    field_order = ["public_name", "email", "password1", "terms"]
    words = {
        "email": {
            "label": _("E-mail address"),
            "help_text": _("Never shown to anybody. We write when an answer comes."),
        },
        "password1": {
            "label": _("Password"),
            "help_text": _("At least 10 characters. Or leave it empty: we then mail you a code when you sign in."),
        },
    }
    public_name = PublicNameField()
    terms = forms.BooleanField(
        label=_("I accept the house rules, and that my letters and name are public."),
        error_messages={"required": _("Tick this to go on. Everything sent through this site is public.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        if request is not None and not self.is_bound:
            self.fields["public_name"].initial = request.session.get("signup_name", "")

    def try_save(self, request: HttpRequest) -> tuple:
        """As allauth does it, but in the same time whether the address has an account or not."""
        if self.account_already_exists and (password := self.cleaned_data.get("password1")):
            make_password(password)
        return super().try_save(request)


class LoginForm(_Plain, allauth_forms.LoginForm):
    words = {"login": EMAIL, "password": {"label": _("Password"), "help_text": ""}}


class RequestLoginCodeForm(_Plain, allauth_forms.RequestLoginCodeForm):
    words = {"email": EMAIL}


class ConfirmLoginCodeForm(_Plain, allauth_forms.ConfirmLoginCodeForm):
    words = {"code": {"label": _("Code from the e-mail"), "help_text": ""}}


class ResetPasswordForm(_Plain, allauth_forms.ResetPasswordForm):
    words = {"email": EMAIL}


class ResetPasswordKeyForm(_Plain, allauth_forms.ResetPasswordKeyForm):
    words = {
        "password1": {"label": _("New password"), "help_text": PASSWORD_HELP},
        "password2": {"label": _("New password again"), "help_text": ""},
    }


class ChangePasswordForm(_Plain, allauth_forms.ChangePasswordForm):
    words = {
        "oldpassword": {"label": _("Password you use now"), "help_text": ""},
        "password1": {"label": _("New password"), "help_text": PASSWORD_HELP},
        "password2": {"label": _("New password again"), "help_text": ""},
    }


class SetPasswordForm(_Plain, allauth_forms.SetPasswordForm):
    words = {
        "password1": {"label": _("Password"), "help_text": PASSWORD_HELP},
        "password2": {"label": _("Password again"), "help_text": ""},
    }


class ChangeEmailForm(_Plain, allauth_forms.ChangeEmailForm):
    words = {
        "email": {
            "label": _("New e-mail address"),
            "help_text": _("We send a link there. Until you follow it, nothing changes."),
        }
    }


class ReauthenticateForm(_Plain, allauth_forms.ReauthenticateForm):
    words = {"password": {"label": _("Password"), "help_text": ""}}
