"""A redaction rule: whose texts, which words, what stands in their place, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import RuleScope
from .moderation_decide import AGAINST, CHOOSE, REASON_MISSING, WORDS


class RuleForm(forms.Form):
    """A new rule. ``clean`` asks for the request, person or authority that a narrower scope needs."""

    scope = forms.ChoiceField(
        label=_("Where it is true"),
        choices=RuleScope.choices,
        initial=RuleScope.REQUEST,
        error_messages={"required": _("Choose where it is true."), "invalid_choice": _("Choose one of the list.")},
    )
    target = forms.CharField(
        label=_("Which request, person or authority"),
        required=False,
        max_length=300,
        help_text=_("Its number, or the address of its page. Leave it empty for the whole site."),
    )
    pattern = forms.CharField(
        label=_("Words to take out"),
        max_length=500,
        strip=True,
        help_text=_("Capital letters make no difference, and the words are found across the end of a line too."),
        error_messages={"required": _("Write the words that are to be taken out.")},
    )
    is_regex = forms.BooleanField(
        label=_("It is a pattern (a regular expression)"),
        required=False,
        help_text=_("For example “case \\d{4,6}”. A pattern that would take too long is not taken."),
    )
    replacement = forms.CharField(
        label=_("What the public reads in its place"),
        max_length=100,
        initial=_("[redacted]"),
        error_messages={"required": _("Say what the public reads in its place, such as “[redacted]”.")},
    )
    reason_code = forms.ChoiceField(label=_("Reason"), choices=CHOOSE + AGAINST, error_messages=REASON_MISSING)
    staff_note = forms.CharField(
        label=_("Note for our staff"), required=False, max_length=1000, widget=forms.Textarea(attrs=WORDS)
    )

    def clean(self) -> dict:
        said = super().clean()
        if said.get("scope") not in (None, RuleScope.SITE) and not said.get("target", "").strip():
            self.add_error("target", _("Say which request, person or authority it is about."))
        return said


class TakeBackForm(forms.Form):
    reason_code = forms.ChoiceField(
        label=_("Reason"),
        choices=[*CHOOSE, *AGAINST, ("restored", _("Nothing wrong found"))],
        error_messages=REASON_MISSING,
    )
    staff_note = forms.CharField(
        label=_("Note for our staff"), required=False, max_length=1000, widget=forms.Textarea(attrs=WORDS)
    )
