"""What a letter was: one question, in the words of somebody who has just read it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..law.regimes import ESTIMATE, MOVES_DUE
from ..models import Description, Outcome
from .days import day_field
from .more_time import offered

CHOICES = (
    (Outcome.SUCCESSFUL, _("An answer with all I asked for")),
    (Outcome.PARTIALLY_SUCCESSFUL, _("An answer with part of it: some was left out or refused")),
    (Outcome.REFUSED, _("A refusal: they have it, or may have it, and do not give it")),
    (Outcome.NOT_HELD, _("They say that they do not hold the information")),
    (Description.ACKNOWLEDGEMENT, _("Only an acknowledgement: they got my letter and will answer later")),
    (Description.CLARIFICATION, _("A question back: they need something from me before they can answer")),
    (Description.FEES_NOTICE, _("They want a fee before they answer")),
    (Description.MORE_TIME, _("They say they need more time")),
    (Description.MORE_TIME_OTHER, _("They say they need more time, for another reason or without giving one")),
    (Description.OTHER, _("Something else, such as a transfer")),
)
# The grounds on which a law gives more time, as a letter names them.
GROUNDS = {
    ESTIMATE: _("They say they need more time, to weigh whether the public interest is for or against giving it"),
    MOVES_DUE: _("They say they need more time, because the request is complex and large"),
}
NO_GROUND = _("They say they need more time")


class DescribeForm(forms.Form):
    """One choice; an answer is told by what came of it. ``regime``: whose ground for more time is asked about."""

    what = forms.ChoiceField(
        label=_("What was this letter?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what the letter was."),
            "invalid_choice": _("Choose one of these answers."),
        },
    )

    until = day_field(
        _("If they need more time: until when?"),
        help_text=_("Only if their letter names a day by which they expect to answer."),
    )

    def __init__(self, *args, regime: str, **options) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = offered(CHOICES, regime=regime, grounds=GROUNDS, no_ground=NO_GROUND)

    def said(self) -> tuple[str, str | None]:
        """``described_as`` and ``outcome``, the latter None unless it was an answer."""
        what = self.cleaned_data["what"]
        if what in Outcome.values:
            return Description.ANSWER, what
        return what, None
