"""What staff decide about one request's clock: its shape. Each has words for the public."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..law.regimes import REGIMES
from .days import day_field
from .moderation_decide import ClockWordsForm

LAWS = [("", _("Choose a law")), *((code, rules.title or _("No such law")) for code, rules in REGIMES.items())]


class LastDayForm(ClockWordsForm):
    until = day_field(_("Last day to answer"), required=True)
    field_order = ["until", "public_wording"]


class LawForm(ClockWordsForm):
    regime = forms.ChoiceField(
        label=_("The request runs under"),
        choices=LAWS,
        error_messages={"required": _("Choose a law."), "invalid_choice": _("Choose one of the laws.")},
    )
    field_order = ["regime", "public_wording"]


class SchoolForm(ClockWordsForm):
    first = day_field(_("First day without school"), required=True)
    last = day_field(_("Last day without school"), required=True)
    are_all = forms.BooleanField(
        label=_("With those noted already, these are all the days without school in the time that is counted"),
        required=False,
        help_text=_("Only then does the page give one firm date. Else it says that holidays may move it."),
    )
    field_order = ["first", "last", "are_all", "public_wording"]


class ReceiptForm(ClockWordsForm):
    on = day_field(_("Day on which the authority received it"), required=True)
    field_order = ["on", "public_wording"]


class TakeBackForm(ClockWordsForm):
    """``rows``: number and words of every row that stands."""

    row = forms.TypedChoiceField(
        label=_("Row to take back"),
        coerce=int,
        error_messages={"required": _("Choose a row."), "invalid_choice": _("Choose one of the rows.")},
    )
    field_order = ["row", "public_wording"]

    def __init__(self, *args, rows: list[tuple[int, str]] = (), **options) -> None:
        super().__init__(*args, **options)
        self.fields["row"].choices = [("", _("Choose a row")), *rows]
