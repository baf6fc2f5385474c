"""What a list is asked for, read from its address. A value that cannot be read is refused in words."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ..selectors.public_list import FILTERS, Wanted
from .days import day_field

LONDON = ZoneInfo("Europe/London")


def _moment(text: str) -> datetime:
    """A moment in UTC, since the database does not know every offset that Python reads; a plus may come as a space."""
    at = datetime.fromisoformat(text.replace(" ", "+"))
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)


class KeyField(forms.CharField):
    """A moment and a number, as ``2026-11-02T09:40:00+00:00,123``: where a page begins. None when empty."""

    def clean(self, value: str) -> tuple[datetime, int] | None:
        text = super().clean(value)
        if not text:
            return None
        moment, _comma, number = text.rpartition(",")
        try:
            return _moment(moment), int(number) % 2**62
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("This address is not complete. Begin again at the first page.")) from None


class MomentField(forms.CharField):
    """A day or a moment in ISO form; a day begins at midnight in London. None when empty."""

    def clean(self, value: str) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return _moment(text)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Give a day such as 2026-11-02, or a moment in ISO form.")) from None


class WordsField(forms.CharField):
    """Words to look for; characters that no text can have are dropped."""

    def clean(self, value: str) -> str:
        return super().clean(value.replace("\x00", "") if value else value)


class ListForm(forms.Form):
    """Every wish is optional. What has no field on a page says its error for the page as a whole."""

    q = WordsField(
        label=_("Words"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Look for fewer words: no more than 200 letters.")},
    )
    state = forms.ChoiceField(
        required=False,
        choices=list(FILTERS.items()),
        error_messages={"invalid_choice": _("There is no such filter. Choose one that is shown.")},
    )
    sent_from = day_field(_("Sent from"))
    sent_until = day_field(_("Sent until"))
    before = KeyField(required=False, max_length=60)
    changed_since = MomentField(required=False, max_length=40)
    changed_after = KeyField(required=False, max_length=60)

    def clean(self) -> dict:
        said = super().clean()
        if said.get("sent_from") and said.get("sent_until") and said["sent_from"] > said["sent_until"]:
            self.add_error("sent_until", _("This is before the first day. Give a later one."))
        for name in ("state", "before", "changed_since", "changed_after"):
            for error in self.errors.pop(name, ()):
                self.add_error(None, error)
        return said

    def wanted(self, **fixed) -> Wanted:
        """The checked wishes; ``fixed`` adds an authority or a person."""
        said = self.cleaned_data
        return Wanted(
            words=said["q"],
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
