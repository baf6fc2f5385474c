"""What only the authority claims of the clock: in words, for the requester who may not agree, and once they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from ..law.clock import CLARIFICATION_REQUESTED, EXTENSION_CLAIMED, FEES_NOTICE, SCHOOL_CLOSED, Standing
from ..law.regimes import MOVES_DUE, REGIMES
from ..models import ClockEvent, FOIRequest
from .clock_beside import expected_sooner
from .clock_words import filled
from .counts import law

CLAIMED = {
    CLARIFICATION_REQUESTED: gettext_lazy(
        "%(authority)s says that on %(on)s it asked for detail without which it cannot find the information "
        "(%(law)s), so that the time limit starts again with your reply."
    ),
    FEES_NOTICE: gettext_lazy(
        "%(authority)s says that on %(on)s it asked for a fee (%(law)s), so that the time limit stops until you have "
        "paid."
    ),
    EXTENSION_CLAIMED: gettext_lazy("%(authority)s says that on %(on)s it told you that it needs more time (%(law)s)."),
    EXTENSION_CLAIMED + ", until": gettext_lazy(
        "%(authority)s says that on %(on)s it told you that it needs more time, until %(until)s (%(law)s)."
    ),
    SCHOOL_CLOSED + ", until": gettext_lazy(
        "%(authority)s says that it is closed from %(on)s to %(until)s, so that these days do not count."
    ),
}
# What is needed for it in law.
NEEDED = {
    CLARIFICATION_REQUESTED: gettext_lazy(
        "Only a question without which they cannot find what you asked for stops the time. Asking why you want it, or "
        "whether less would do, does not."
    ),
    FEES_NOTICE: gettext_lazy(
        "Only a letter that asks you to pay a fee before they answer stops the time, from its day until you have paid. "
        "A letter that refuses because the work would cost too much does not. Most authorities charge nothing."
    ),
    EXTENSION_CLAIMED: gettext_lazy(
        "More time may be taken only to weigh whether the public interest allows a reason to refuse, and the letter "
        "must say so and name a day. Being busy, or waiting for somebody else, is no such reason. The day by which "
        "they must write to you stays the same."
    ),
    EXTENSION_CLAIMED + ", moves": gettext_lazy(
        "More time may be taken only where what you asked for is both complex and a great deal, and only if they say "
        "so within 20 working days. Being busy, or waiting for somebody else, is no such reason."
    ),
    SCHOOL_CLOSED: gettext_lazy(
        "Only days without any session are left out: holidays, half-terms, training days. Term dates are usually "
        "published by the school or by its council."
    ),
}
# What rests on the authority's word alone.
DOUBTED = {
    CLARIFICATION_REQUESTED: gettext_lazy(
        "That its question stops the time limit rests on the authority’s word alone."
    ),
    FEES_NOTICE: gettext_lazy("That a fee stops the time limit rests on the authority’s word alone."),
    EXTENSION_CLAIMED: gettext_lazy("That it may take more time rests on the authority’s word alone."),
    SCHOOL_CLOSED: gettext_lazy("On which days it is closed rests on the school’s word alone."),
}
DISPUTED = {
    CLARIFICATION_REQUESTED: gettext_lazy("%(name)s does not agree that the question stopped the time limit."),
    FEES_NOTICE: gettext_lazy("%(name)s does not agree that a fee stopped the time limit."),
    EXTENSION_CLAIMED: gettext_lazy("%(name)s does not agree that more time may be taken."),
    SCHOOL_CLOSED: gettext_lazy("%(name)s does not agree with a closure that the school names."),
}
DISPUTED_OWN = {
    CLARIFICATION_REQUESTED: gettext_lazy("You do not agree that the question stopped the time limit."),
    FEES_NOTICE: gettext_lazy("You do not agree that a fee stopped the time limit."),
    EXTENSION_CLAIMED: gettext_lazy("You do not agree that more time may be taken."),
    SCHOOL_CLOSED: gettext_lazy("You do not agree with a closure that the school names."),
}
# The dates with the claim and without it, as far as there are any.
WITHOUT = gettext_lazy("Counted without it, the last day is %(due)s.")
WITHOUT_ALL = gettext_lazy("Counted without all of this, the last day is %(due)s.")
BOTH = gettext_lazy("Counted with it, the last day is %(with)s; without it, %(due)s.")
EITHER = gettext_lazy("The last day is %(due)s, with it and without it.")
EXPECTED = gettext_lazy("With it, an answer is expected by %(until)s; the last day by law is %(due)s all the same.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that only the authority claims, in words, and what is needed for it in law.

    ``is_disputed``: the requester has said that they do not agree, and nobody has settled it yet.
    """

    number: int
    words: SafeString
    needed: str
    is_disputed: bool


def claims_on(foi_request: FOIRequest) -> tuple[Claim, ...]:
    """What the requester may not agree with now, and then what they do not agree with. One query."""
    open_to_doubt = foi_request.clock.get("open_to_doubt")
    if not open_to_doubt and "disputed" not in foi_request.clock:
        return ()
    open_ones = {open_to_doubt, *(number for number, _kind in foi_request.clock.get("doubted_too", ()))}
    disputed = Q(objection__isnull=False, objection__settled_at=None)
    rows = ClockEvent.objects.filter(disputed | Q(pk__in=open_ones), foi_request=foi_request, taken_back_by=None)
    claims = [_claim(row, foi_request, is_disputed=row.pk not in open_ones) for row in rows.order_by("on", "pk")]
    return tuple(sorted(claims, key=lambda claim: claim.is_disputed))


def _claim(row: ClockEvent, foi_request: FOIRequest, *, is_disputed: bool) -> Claim:
    key = f"{row.kind}, until" if row.until and f"{row.kind}, until" in CLAIMED else row.kind
    place = law(foi_request.regime, TOPICS[row.kind])
    named = {"authority": foi_request.authority.name, "on": row.on, "until": row.until}
    words = filled(CLAIMED[key], **named, law=place.words if place else "")
    return Claim(row.pk, words, needed_for(row.kind, foi_request.regime), is_disputed)


TOPICS = {
    CLARIFICATION_REQUESTED: "clarification",
    FEES_NOTICE: "fee",
    EXTENSION_CLAIMED: "extension",
    SCHOOL_CLOSED: "due",
}


def needed_for(kind: str, regime: str) -> str:
    """What the law asks of such a claim, for the requester and for our staff; empty for another kind of row."""
    rules = REGIMES.get(regime)
    moves = kind == EXTENSION_CLAIMED and rules is not None and rules.extension == MOVES_DUE
    return str(NEEDED.get(f"{kind}, moves" if moves else kind, ""))


def doubted_words(clock: Mapping, standing: Standing) -> str:
    """What rests on the authority's word alone and may not be agreed with; empty where nothing does.

    An estimate within the time limit takes no more time that one could disagree with.
    """
    if "open_to_doubt" not in clock:
        return ""
    something = gettext_lazy("Something here rests on the authority’s word alone.")
    kinds = [*reversed([kind for _number, kind in clock.get("doubted_too", ())]), clock.get("doubted")]
    if expected_sooner(standing):
        kinds = [kind for kind in kinds if kind != EXTENSION_CLAIMED]
    return " ".join(str(DOUBTED.get(kind, something)) for kind in dict.fromkeys(kinds))


def disputed_words(clock: Mapping, *, name: str, is_own: bool) -> SafeString | None:
    """What the page adds while the requester does not agree: that, and the dates with and without; else None."""
    dispute = clock.get("disputed")
    if not dispute:
        return None
    table = DISPUTED_OWN if is_own else DISPUTED
    others = dispute.get("others", [])
    words = " ".join(str(table[kind]) for kind in dict.fromkeys([dispute["kind"], *others]))
    days = {key: date.fromisoformat(dispute[key]) for key in ("due", "with", "until") if dispute.get(key)}
    if told := str(WITHOUT_ALL) if others and days.get("due") else compared(days):
        words = f"{words} {told}"
    return filled(words, name=name, **days)


def compared(days: Mapping[str, date | None]) -> str:
    """The sentence about a claim's dates: ``due`` is counted without it, ``with`` with it, ``until`` expected with it.

    Empty where no last day follows without it either.
    """
    if not days.get("due"):
        return ""
    if days.get("until") and days.get("with") == days["due"]:
        return str(EXPECTED)
    if days.get("with") == days["due"]:
        return str(EITHER)
    return str(BOTH if days.get("with") else WITHOUT)
