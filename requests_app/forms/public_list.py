"""What a list is asked for, read from its address. A value that cannot be read is refused in words."""

from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ..selectors.public_list import FILTERS, Wanted

LONDON = ZoneInfo("Europe/London")


class KeyField(forms.CharField):
    """A moment and a number, as ``2026-11-02T09:40:00+00:00,123``: where a page begins. None when empty."""

    def clean(self, value: str) -> tuple[datetime, int] | None:
        text = super().clean(value)
        if not text:
            return None
        moment, _comma, number = text.rpartition(",")
        try:
            at = datetime.fromisoformat(moment.replace(" ", "+"))
            return (at if at.tzinfo else at.replace(tzinfo=LONDON)), int(number) % 2**62
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("This address is not complete. Begin again at the first page.")) from None


class MomentField(forms.CharField):
    """A day or a moment in ISO form; a day begins at midnight in London. None when empty."""

    def clean(self, value: str) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text.replace(" ", "+"))
        except ValueError:
            raise forms.ValidationError(_("Give a day such as 2026-11-02, or a moment in ISO form.")) from None
        return at if at.tzinfo else at.replace(tzinfo=LONDON)


class ListForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=200, strip=True)
    state = forms.ChoiceField(required=False, choices=list(FILTERS.items()))
    sent_from = forms.DateField(
        label=_("Sent from"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input--short"})
    )
    sent_until = forms.DateField(
        label=_("Sent until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input--short"})
    )
    before = KeyField(required=False, max_length=60)
    changed_since = MomentField(required=False, max_length=40)
    changed_after = KeyField(required=False, max_length=60)

    def wanted(self, **fixed) -> Wanted:
        """The checked wishes; ``fixed`` adds an authority or a person."""
        said = self.cleaned_data
        return Wanted(
            words=said["q"].replace("\x00", ""),
            state=said["state"],
            sent_from=said["sent_from"],
            sent_until=said["sent_until"],
            before=said["before"],
            changed_since=said["changed_since"],
            changed_after=said["changed_after"],
            **fixed,
        )

    def address(self, path: str, **changes: object) -> str:
        """The same list at ``path`` with other wishes; a key is a pair of moment and number."""
        said = {**self.cleaned_data, "before": None, "changed_after": None, **changes}
        parts = {name: _written(value) for name, value in said.items() if value}
        return f"{path}?{urlencode(parts)}" if parts else path


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0].isoformat()},{value[1]}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
