"""What is said beside the state of the clock: a fee that is open too, a day that was missed, whose word it all is."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy

from ..law.clock import EXTENDED, LAPSED, PAUSED_CLARIFICATION, PAUSED_FEE, STOPPED, Standing
from ..law.clock import RUNNING as COUNTING

DATE_MISSED = gettext_lazy("An answer was normally due promptly and by %(old_due)s, before that.")
MORE_TIME_AHEAD = gettext_lazy("%(authority)s has said that it may need more time, until %(extension_due)s.")
EXPECTED_SOONER = gettext_lazy(
    "%(authority)s has said that it expects to answer by %(extension_due)s, which is before that day."
)
ALSO_A_FEE = gettext_lazy("It has asked for a fee too, which %(name)s can pay until %(fee_by)s.")
ALSO_A_FEE_OWN = gettext_lazy("It has asked for a fee too, which you can pay until %(fee_by)s.")
OWN_WORD_FEE = gettext_lazy("That the fee stops the time limit is its own word.")
OWN_WORD_DAYS = gettext_lazy("On which days it is closed is the school’s own word.")
OWN_WORD_TIME = gettext_lazy("That it may take more time is its own word.")


def besides(state: str | None, standing: Standing, extra: Mapping, *, is_own: bool) -> Iterator[str]:
    """The sentences that follow the one about the state. ``extra`` is ``FOIRequest.clock``."""
    if state == PAUSED_CLARIFICATION and standing.fee_on and standing.fee_by:
        yield ALSO_A_FEE_OWN if is_own else ALSO_A_FEE
    if standing.fee_on and extra.get("claimed_fee") and state in STOPPED:
        yield OWN_WORD_FEE
    if state in (PAUSED_FEE, LAPSED) and standing.earlier_due:
        yield DATE_MISSED
    claims_time = bool(standing.extension_on) and (state == EXTENDED or not adds_no_time(standing))
    if state == "waiting" and claims_time:
        yield MORE_TIME_AHEAD
    elif state == "waiting" and expected_sooner(standing):
        yield EXPECTED_SOONER
    if state in COUNTING and extra.get("claimed_days"):
        yield OWN_WORD_DAYS
    if state in ("waiting", EXTENDED) and claims_time and extra.get("claimed_time"):
        yield OWN_WORD_TIME


def adds_no_time(standing: Standing) -> bool:
    """Whether the authority expects to answer within the time limit, for all that it says of more time."""
    return bool(standing.extension_due and standing.due and standing.extension_due <= standing.due)


def expected_sooner(standing: Standing) -> bool:
    """Whether it expects to answer before the last day."""
    return adds_no_time(standing) and standing.extension_due < standing.due
