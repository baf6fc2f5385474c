"""By which day an authority may say that it expects to answer: what is possible, in words."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..law.days import ONE_DAY
from ..law.regimes import ESTIMATE, MOVES_DUE, REGIMES
from ..law.wire import unpack
from ..models import Description, FOIRequest, NotAllowed

# An estimate of the authority's beyond this is a slip of the pen.
LONGEST_ESTIMATE = timedelta(days=731)
MORE_TIME = (Description.MORE_TIME, Description.MORE_TIME_OTHER)


def refuse_estimate(until: date | None, *, on: date) -> None:
    """Raises NotAllowed where the estimate lies before its letter, or beyond what anybody may mean.

    Whoever describes a letter tells what it says, be that within the law's limits or not.
    """
    if until is None:
        return
    if until < on:
        raise NotAllowed(
            _("The letter is of %(day)s, and the day you gave is before it. Give a later day.") % _days(on)
        )
    if until > on + LONGEST_ESTIMATE:
        raise NotAllowed(
            _("The letter is of %(day)s, and the day you gave is more than two years later. Check the year.")
            % _days(on)
        )


def refuse_own_estimate(*, foi_request: FOIRequest, described_as: str, until: date | None, today: date) -> None:
    """Raises NotAllowed, with the days that are possible, for what an officer is about to write.

    More time on the law's own ground ends after the usual last day; where the law lets it move that day, with the
    fortieth working day (EIR 2004 reg 7(1)); else with two years, and the regulator's forty are named.
    """
    if until is None or described_as not in MORE_TIME:
        return
    standing, rules = unpack(foi_request.clock), REGIMES.get(foi_request.regime)
    extension = rules.extension if rules and described_as == Description.MORE_TIME else None
    first, last, outer = today, today + LONGEST_ESTIMATE, standing.very_overdue
    if extension and standing.due and not standing.extension_on:
        first = max(first, standing.due + ONE_DAY)
    if extension == MOVES_DUE and outer:
        last = outer
    if first <= until <= last:
        return
    if first > last:
        raise NotAllowed(
            _("The regulations allow at most 40 working days in all, and these ended on %(last)s. Leave the day empty.")
            % _days(first, last)
        )
    said = _("Give a day from %(first)s to %(last)s.") % _days(first, last)
    if extension == MOVES_DUE:
        said = _("%(range)s The regulations allow at most 40 working days in all.") % {"range": said}
    elif extension == ESTIMATE and outer and not rules.school:
        said = _("%(range)s The regulator expects this to take no more than 40 working days in all, to %(outer)s.") % {
            "range": said,
            "outer": date_format(outer, "j F Y"),
        }
    raise NotAllowed(said)


def _days(first: date, last: date | None = None) -> dict[str, str]:
    words = date_format(first, "j F Y")
    return {"day": words, "first": words, "last": date_format(last, "j F Y") if last else ""}
