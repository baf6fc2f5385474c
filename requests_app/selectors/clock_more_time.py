"""Word that more time is needed, for a reason that no law knows: told as what it is, beside a date that stays."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from ..law.clock import EXTENDED, RUNNING, Standing
from ..models import Description
from .clock_words import BY_LAW, filled, kind_of

SENTENCES = {
    True: gettext_lazy("%(authority)s wrote on %(wrote)s that it needs more time. The date by law stays as it is."),
    False: gettext_lazy("%(authority)s wrote on %(wrote)s that it needs more time."),
}


def last_word_of_it(letters: Iterable[Mapping]) -> date | None:
    """The day of the last letter that was described so; None where there is none."""
    days = [localtime(one["at"]).date() for one in letters if one["described_as"] == Description.MORE_TIME_OTHER]
    return max(days, default=None)


def more_time_words(
    letters: Iterable[Mapping], *, regime: str, state: str | None, standing: Standing, authority: str
) -> SafeString | None:
    """The sentence that follows the one about the deadline, in bold days; None where no count runs that it is about.

    A letter from before the count began anew says nothing about it, and an extension that stands speaks for itself.
    """
    wrote = last_word_of_it(letters)
    if wrote is None or state not in RUNNING or state == EXTENDED:
        return None
    if standing.counts_from is None or wrote < standing.counts_from:
        return None
    return filled(SENTENCES[kind_of(regime) == BY_LAW], authority=authority, wrote=wrote)
