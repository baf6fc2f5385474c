"""What the requester can do next in words, and where it is done: one table for the page and the list of one's own."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..law import advice as codes
from ..law.advice import Advice
from ..law.clock import Standing
from ..law.regimes import REGIMES, SCOTTISH_COMMISSIONER
from .clock_words import day_in_words

REVIEW_QUERY = "?kind=internal_review"
# Code, and for Scotland with ", scotland" after it → what may be said. A day in words is filled in.
TEXTS = {
    codes.REPLY: gettext_lazy("%(authority)s has asked you a question. It waits for your reply."),
    codes.PAY: gettext_lazy(
        "%(authority)s has asked for a fee. The clock is stopped; you can pay until %(by)s. Tell us here when you have "
        "paid."
    ),
    codes.NEW_REQUEST: gettext_lazy("The time to pay the fee has ended. You can make a new request."),
    codes.REMIND: gettext_lazy(
        "No answer has come by the day it was normally due. A short, polite reminder often helps."
    ),
    codes.REMIND_SCHOOL: gettext_lazy(
        "The answer may be late, depending on school holidays; it must come by %(by)s. You can ask when to expect it."
    ),
    codes.REVIEW_SILENCE: gettext_lazy(
        "No answer has come in time. You can ask %(authority)s for a review until %(by)s, and must before you go to "
        "%(regulator)s. Your letter has to say why you ask."
    ),
    codes.REVIEW_LATE: gettext_lazy(
        "No answer has come. The time to ask for a review ended on %(by)s; %(authority)s may still agree to one, and "
        "it comes before %(regulator)s."
    ),
    codes.COMPLAIN: gettext_lazy(
        "You can complain to %(regulator)s; you do not need an internal review first. They ask to see that you tried "
        "to resolve it."
    ),
    codes.REVIEW: gettext_lazy(
        "If you think the answer is wrong or too little, you can ask %(authority)s to look at it again. Ask by %(by)s; "
        "later the authority may decline."
    ),
    codes.REVIEW + ", scotland": gettext_lazy(
        "If you think the answer is wrong or too little, you can ask %(authority)s for a review. Ask by %(by)s; later "
        "the authority may decline. Your letter has to say why you ask."
    ),
    codes.COMPLAIN_REVIEW: gettext_lazy(
        "The longest time for answering your request for review has ended. You can complain to %(regulator)s."
    ),
    codes.COMPLAIN_REVIEW + ", scotland": gettext_lazy(
        "The time for answering your request for review has ended. You can apply to %(regulator)s until %(by)s."
    ),
    codes.COMPLAIN_OUTCOME: gettext_lazy(
        "If you are still unhappy after the review, %(regulator)s asks you to complain within six weeks, by %(by)s."
    ),
    codes.COMPLAIN_OUTCOME + ", scotland": gettext_lazy(
        "If you are still unhappy after the review, you can apply to %(regulator)s within six months, by %(by)s."
    ),
}
TRIED = gettext_lazy("If you have not sent a reminder yet, send one first.")
# On the page's button, and in the list of one's own requests.
LABELS = {
    codes.REPLY: (gettext_lazy("Reply to the question"), gettext_lazy("Answer their question")),
    codes.PAY: (gettext_lazy("I have paid"), gettext_lazy("Say that you have paid")),
    codes.NEW_REQUEST: (gettext_lazy("Make a new request"), gettext_lazy("Make a new request")),
    codes.REMIND: (gettext_lazy("Send a polite reminder"), gettext_lazy("Remind them")),
    codes.REMIND_SCHOOL: (gettext_lazy("Ask when to expect it"), gettext_lazy("Ask when to expect it")),
    codes.REVIEW_SILENCE: (gettext_lazy("Ask for a review"), gettext_lazy("Ask for a review")),
    codes.REVIEW_LATE: (gettext_lazy("Ask for a review"), gettext_lazy("Ask for a review")),
    codes.REVIEW: (gettext_lazy("Ask for an internal review"), gettext_lazy("See what you can do now")),
    codes.COMPLAIN: (gettext_lazy("How to complain"), gettext_lazy("See how to complain")),
    codes.COMPLAIN_REVIEW: (gettext_lazy("How to complain"), gettext_lazy("See how to complain")),
    codes.COMPLAIN_OUTCOME: (gettext_lazy("How to complain"), gettext_lazy("See how to complain")),
}
# These wait for the requester, whatever else happens.
THEIRS = frozenset({codes.REPLY, codes.PAY})


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """One thing to do: what it is, the words of the page's button, those of a list, and where it is done."""

    code: str
    text: str
    label: str
    short: str
    url: str
    by: date | None

    @property
    def is_theirs(self) -> bool:
        return self.code in THEIRS


def is_scottish(regime: str) -> bool:
    """Whether the Scottish Information Commissioner is the regulator."""
    rules = REGIMES.get(regime)
    return rules is not None and rules.regulator == SCOTTISH_COMMISSIONER


def regulator(regime: str) -> tuple[str, str]:
    """The regulator's name as it stands in a sentence, and where to complain, from the settings."""
    if is_scottish(regime):
        return settings.SCOTTISH_COMMISSIONER_NAME, settings.SCOTTISH_COMMISSIONER_URL
    return settings.REGULATOR_NAME, settings.REGULATOR_URL


def advice_shown(
    found: Advice | None, *, regime: str, slug: str, authority: str, authority_slug: str, has_tried: bool = True
) -> AdviceShown | None:
    """The advice in words; None where there is none, or where nothing is to be done but to wait.

    ``has_tried``: a reminder was sent; where not, the advice to complain says to do that first.
    """
    if found is None or found.code not in LABELS:
        return None
    keys = (f"{found.code}, scotland", found.code) if is_scottish(regime) else (found.code,)
    words = next(TEXTS[key] for key in keys if key in TEXTS)
    text = str(words) % {
        "authority": authority,
        "regulator": regulator(regime)[0],
        "by": day_in_words(found.by) if found.by else _("a day that cannot be counted yet"),
    }
    if found.code == codes.COMPLAIN and not has_tried:
        text = f"{text} {TRIED}"
    label, short = LABELS[found.code]
    return AdviceShown(found.code, text, str(label), str(short), _url(found.code, slug, authority_slug), found.by)


def review_terms(regime: str, standing: Standing) -> tuple[str, ...]:
    """What one should know before asking for a review: until when, how long it takes, what it has to say."""
    rules = REGIMES.get(regime)
    if rules is None or rules.review_days is None:
        return ()
    said = []
    if standing.review_request_by:
        words = _("Ask by %(day)s; later the authority may decline.")
        said.append(words % {"day": day_in_words(standing.review_request_by)})
    if rules.review_max_days != rules.review_days:
        normal = {"days": rules.review_days, "most": rules.review_max_days}
        said.append(_("It normally takes %(days)d working days, and up to %(most)d if it is difficult.") % normal)
    else:
        said.append(_("By law it must be answered within %(days)d working days.") % {"days": rules.review_days})
    if is_scottish(regime):
        said.append(_("Your letter has to say why you ask for it."))
    return tuple(said)


def _url(code: str, slug: str, authority_slug: str) -> str:
    follow_up = reverse("requester:follow_up", args=[slug])
    if code in (codes.REVIEW, codes.REVIEW_SILENCE, codes.REVIEW_LATE):
        return follow_up + REVIEW_QUERY
    if code in (codes.COMPLAIN, codes.COMPLAIN_REVIEW, codes.COMPLAIN_OUTCOME):
        return _first_of(("requester:complaint", [slug]), ("public:help_page", ["unhappy"]))
    if code == codes.PAY:
        return _first_of(("requester:fee_paid", [slug]), ("requester:follow_up", [slug]))
    if code == codes.NEW_REQUEST:
        return reverse("requester:write", args=[authority_slug])
    return follow_up


def _first_of(*routes: tuple[str, list[str]]) -> str:
    """The first of these routes that the site has."""
    for name, args in routes:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    raise NoReverseMatch(routes[-1][0])
