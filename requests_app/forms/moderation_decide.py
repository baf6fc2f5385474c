"""Decisions: a reason from the list and words for the public, where the public will read them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..mail.shared_domains import WHY_NOT, why_not
from ..models import ReasonCode

CHOOSE = [("", _("Choose a reason"))]
# Reasons for taking something away; "nothing wrong found" and "in the ordinary way" are not among them.
AGAINST = [(code, label) for code, label in ReasonCode.choices if code not in ("restored", "handled")]
REASON_MISSING = {"required": _("Choose a reason."), "invalid_choice": _("Choose a reason from the list.")}
WORDS = {"class": "textarea", "rows": 3}


class HideForm(forms.Form):
    """Hide one thing of a request."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=CHOOSE + AGAINST, error_messages=REASON_MISSING)
    public_wording = forms.CharField(
        label=_("What the public reads in its place"),
        max_length=1000,
        help_text=_("For example: Hidden because it shows personal information about somebody."),
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write what the public will read in place of what you hide.")},
    )
    from_all = forms.BooleanField(
        label=_("Hide it from the requester and the authority too"),
        required=False,
        help_text=_("Without this the two parties still see it and can answer."),
    )


class ShowForm(forms.Form):
    """Show something again."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=ReasonCode.choices, initial=ReasonCode.RESTORED, error_messages=REASON_MISSING
    )


class SuspendForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=CHOOSE + AGAINST, error_messages=REASON_MISSING)
    public_wording = forms.CharField(
        label=_("Why, in words the person and the public may read"),
        max_length=1000,
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write why: the person reads these words, and everybody else may.")},
    )
    for_misuse = forms.BooleanField(
        label=_("For misuse: show “(Account suspended)” beside the name"),
        required=False,
        initial=True,
        help_text=_("Leave it out where the person asked for it, or has done nothing wrong."),
    )
    staff_note = forms.CharField(
        label=_("Note for our staff"),
        required=False,
        max_length=1000,
        help_text=_("For example when to look at it again. It ends only when somebody restores the account."),
        widget=forms.Textarea(attrs=WORDS),
    )


class RestoreForm(forms.Form):
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=ReasonCode.choices, initial=ReasonCode.RESTORED, error_messages=REASON_MISSING
    )
    public_wording = forms.CharField(
        label=_("Words to the person"), required=False, max_length=1000, widget=forms.Textarea(attrs=WORDS)
    )


class RenameForm(forms.Form):
    new_name = forms.CharField(
        label=_("New public name"),
        max_length=100,
        help_text=_("Letters that were sent keep the name they were sent under."),
        error_messages={"required": _("Give the new name.")},
    )
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=CHOOSE + ReasonCode.choices, error_messages=REASON_MISSING
    )


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Give the person’s name.")})
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={
            "required": _("Give an e-mail address."),
            "invalid": _("Give a whole e-mail address, such as name@council.example."),
        },
    )


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address for requests"),
        error_messages={
            "required": _("Give an e-mail address."),
            "invalid": _("Give a whole e-mail address, such as foi@council.example."),
        },
    )


class DomainForm(forms.Form):
    """Open a whole domain; looked at before it counts."""

    domain = forms.CharField(
        label=_("Domain"),
        max_length=253,
        help_text=_("What stands behind the @, such as council.example. Names below it are others."),
        error_messages={"required": _("Give the domain, such as council.example.")},
    )
    asked_by = forms.CharField(
        label=_("Who asked for it"),
        max_length=500,
        help_text=_("Who leads the work there, when and how they asked. Only our staff read it."),
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
        error_messages={"required": _("Say who at the authority asked for it.")},
    )

    def clean_domain(self) -> str:
        domain = self.cleaned_data["domain"].strip().lower().removeprefix("@")
        if refused := why_not(domain):
            raise forms.ValidationError(WHY_NOT[refused])
        return domain


class ReplyForm(forms.Form):
    """An answer to somebody who wrote or reported."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=20_000,
        help_text=_("It leaves as an e-mail in the site’s name."),
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 8}),
        error_messages={"required": _("Write your answer.")},
    )


class LeaveForm(forms.Form):
    """Leave what was reported as it is."""

    answer = forms.CharField(
        label=_("Why the page stays as it is, to the reporter"),
        max_length=5000,
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write to the reporter why the page stays as it is.")},
    )


class FileForm(forms.Form):
    """Which request a held letter belongs to."""

    foi_request = forms.CharField(
        label=_("Number or address of the request"),
        max_length=300,
        help_text=_("For example 214, or the address of its page."),
        error_messages={"required": _("Say which request it belongs to.")},
    )


class NoteForm(forms.Form):
    """A reason and a note for staff: putting a letter away, saying no, closing a case."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=CHOOSE + ReasonCode.choices, error_messages=REASON_MISSING
    )
    staff_note = forms.CharField(
        label=_("Note for our staff"), required=False, max_length=1000, widget=forms.Textarea(attrs=WORDS)
    )


class ClockWordsForm(forms.Form):
    """Why a row of the clock stands or goes, for everybody to read."""

    public_wording = forms.CharField(
        label=_("Why, for everybody to read"),
        max_length=1000,
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write why: both sides and the public read it.")},
    )


class WithdrawForm(forms.Form):
    """Files an authority took down stay down for good."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=CHOOSE + AGAINST, error_messages=REASON_MISSING)
    public_wording = forms.CharField(
        label=_("What the public reads in place of the files"),
        max_length=1000,
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write what the public will read in place of the files.")},
    )


class ReleaseFileForm(forms.Form):
    """A file is public with what was found in it."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=CHOOSE + ReasonCode.choices, error_messages=REASON_MISSING
    )
    staff_note = forms.CharField(
        label=_("Why it may be public, for our staff"),
        max_length=1000,
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write why it may be public: somebody may ask later.")},
    )


class ReplaceFileForm(forms.Form):
    """Another file in the place of one that is held."""

    file = forms.FileField(
        label=_("The clean file"),
        help_text=_("It is checked like any other before it is public."),
        error_messages={"required": _("Choose the file."), "empty": _("The new file is empty. Choose another one.")},
    )
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=CHOOSE + AGAINST, error_messages=REASON_MISSING, initial="personal"
    )


class WithdrawFileForm(WithdrawForm):
    """A file that is held stays hidden for good."""

    public_wording = forms.CharField(
        label=_("What the public reads in place of the file"),
        max_length=1000,
        widget=forms.Textarea(attrs=WORDS),
        error_messages={"required": _("Write what the public will read in place of the file.")},
    )
