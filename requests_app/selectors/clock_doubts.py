"""What only the authority claims of the clock: in words, for the requester who may not agree, and once they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from ..law.clock import CLARIFICATION_REQUESTED, EXTENSION_CLAIMED, FEES_NOTICE
from ..models import ClockEvent, FOIRequest
from .clock_words import filled

CLAIMED = {
    CLARIFICATION_REQUESTED: gettext_lazy(
        "%(authority)s says that on %(on)s it asked for detail without which it cannot find the information "
        "(section 1(3) of the Act), so that the time limit starts again with your reply."
    ),
    FEES_NOTICE: gettext_lazy(
        "%(authority)s says that on %(on)s it asked for a fee, so that the time limit stops until you have paid."
    ),
    EXTENSION_CLAIMED: gettext_lazy("%(authority)s says that on %(on)s it told you that it needs more time."),
}
DISPUTED = {
    CLARIFICATION_REQUESTED: gettext_lazy(
        "%(name)s does not agree that the question stopped the time limit. Counted without it, the last day is %(due)s."
    ),
    FEES_NOTICE: gettext_lazy(
        "%(name)s does not agree that a fee stopped the time limit. Counted without it, the last day is %(due)s."
    ),
    EXTENSION_CLAIMED: gettext_lazy(
        "%(name)s does not agree that more time was taken. Counted without it, the last day is %(due)s."
    ),
}
DISPUTED_OWN = {
    CLARIFICATION_REQUESTED: gettext_lazy(
        "You do not agree that the question stopped the time limit. Counted without it, the last day is %(due)s."
    ),
    FEES_NOTICE: gettext_lazy(
        "You do not agree that a fee stopped the time limit. Counted without it, the last day is %(due)s."
    ),
    EXTENSION_CLAIMED: gettext_lazy(
        "You do not agree that more time was taken. Counted without it, the last day is %(due)s."
    ),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that only the authority claims. ``without`` is the last day counted without it, ``due`` with it."""

    number: int
    words: SafeString


def claim_on(foi_request: FOIRequest) -> Claim | None:
    """What the requester may not agree with now; None where nothing rests on the authority's word alone. One query."""
    number = foi_request.clock.get("open_to_doubt")
    row = ClockEvent.objects.filter(pk=number, foi_request=foi_request).first() if number else None
    if row is None:
        return None
    return Claim(row.pk, filled(CLAIMED[row.kind], authority=foi_request.authority.name, on=row.on))


def disputed_words(clock: Mapping, *, name: str, is_own: bool) -> SafeString | None:
    """What the page adds while the requester does not agree: the date that counts without the claim; else None."""
    dispute = clock.get("disputed")
    if not dispute or not dispute.get("due"):
        return None
    words = (DISPUTED_OWN if is_own else DISPUTED)[dispute["kind"]]
    return filled(words, name=name, due=date.fromisoformat(dispute["due"]))
