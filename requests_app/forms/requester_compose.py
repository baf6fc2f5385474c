"""Forms of the writing side. They check shape only; what was typed is never lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .requester_letter import asks_something, name_at_end, one_line, tidy, title_says_something

TITLE_MAX = 200
BODY_MAX = 100_000
NO_TITLE = _("Give your letter a title that says what it is about, in at least three letters.")
NOTHING_WRITTEN = _("Write what you would like to know, under “Dear …”.")
NOTHING_SAID = _("Write what you would like to say, under “Dear …”.")
NO_NAME = _("Write your name under “Yours faithfully”, on a line of its own.")
TEXTAREA = {"class": "textarea", "rows": 18, "spellcheck": "true"}


class SearchForm(forms.Form):
    """The words somebody looks for an authority with."""

    q = forms.CharField(required=False, max_length=200)

    def words(self) -> str:
        """The words, cleaned; an unreadable query is the same as none."""
        return self.cleaned_data["q"].replace("\x00", "").strip() if self.is_valid() else ""


class DraftForm(forms.Form):
    """A letter as far as it is written: anything can be saved."""

    title = forms.CharField(required=False, strip=True)
    body = forms.CharField(required=False, strip=False)

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])[:TITLE_MAX]

    def clean_body(self) -> str:
        return tidy(self.cleaned_data["body"])[:BODY_MAX]


class LetterForm(forms.Form):
    """A first letter that is to go out. Only three things stop it."""

    title = forms.CharField(
        label=_("Title"),
        error_messages={"required": NO_TITLE},
        help_text=_("A few words by which others find it, such as “Spending on road repairs in 2025”."),
        widget=forms.TextInput(attrs={"class": "input", "maxlength": TITLE_MAX, "autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("Your letter"),
        strip=False,
        error_messages={"required": NOTHING_WRITTEN},
        help_text=_("Say what you would like to know, in your own words, and end with your name. No reason is needed."),
        widget=forms.Textarea(attrs=TEXTAREA),
    )

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not title_says_something(title):
            raise forms.ValidationError(NO_TITLE)
        if len(title) > TITLE_MAX:
            raise forms.ValidationError(_("This title is longer than a page can show. Cut it to 200 characters."))
        return title

    def clean_body(self) -> str:
        body = tidy(self.cleaned_data["body"]).strip()
        if not asks_something(body):
            raise forms.ValidationError(NOTHING_WRITTEN)
        if len(body) > BODY_MAX:
            raise forms.ValidationError(_("This is longer than a letter can be. Cut it to 100,000 characters."))
        if not name_at_end(body):
            raise forms.ValidationError(NO_NAME)
        return body


class FollowUpForm(forms.Form):
    """A further letter on a request."""

    body = forms.CharField(
        label=_("Your letter"),
        strip=False,
        error_messages={"required": NOTHING_SAID},
        widget=forms.Textarea(attrs={**TEXTAREA, "rows": 14}),
    )

    def clean_body(self) -> str:
        body = tidy(self.cleaned_data["body"]).strip()
        if not asks_something(body):
            raise forms.ValidationError(NOTHING_SAID)
        if len(body) > BODY_MAX:
            raise forms.ValidationError(_("This is longer than a letter can be. Cut it to 100,000 characters."))
        if not name_at_end(body):
            raise forms.ValidationError(NO_NAME)
        return body


class KnowsItIsPublicForm(forms.Form):
    """The one sentence that lets a letter about oneself go on."""

    knows = forms.BooleanField(
        label=_("I understand that my letter, the answer and my name will be public, for everybody and for good."),
        error_messages={"required": _("Tick this sentence to go on, or change your letter.")},
    )


class AnnotationForm(forms.Form):
    """A public remark beside the letters."""

    body = forms.CharField(
        label=_("Your annotation"),
        strip=True,
        error_messages={"required": _("Write your annotation first.")},
        widget=forms.Textarea(attrs={**TEXTAREA, "rows": 8}),
    )

    def clean_body(self) -> str:
        body = tidy(self.cleaned_data["body"]).strip()
        if len(body) > 10_000:
            raise forms.ValidationError(_("This is too long for an annotation. Cut it to 10,000 characters."))
        return body
