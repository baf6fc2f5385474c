"""Whether a complaint to the regulator makes sense now, what to do first, and the words of it, prefilled with facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import Letter, NextStep, RequestPage
from ..law.advice import complaint_from, review_asked_late
from ..law.citations import citation
from ..law.clock import Standing
from ..law.regimes import REGIMES, Regime
from ..models import Description, Direction, MessageKind, Status
from .advice_words import regulator
from .clock_words import day_in_words

NOW, EARLY, LATE, NONE = "now", "early", "late", "none"
AGAIN = (MessageKind.FOLLOW_UP, MessageKind.INTERNAL_REVIEW)
HEADINGS = {
    NOW: gettext_lazy("You can complain now"),
    EARLY: gettext_lazy("It is too early to complain"),
    LATE: gettext_lazy("The time to complain has ended"),
    NONE: gettext_lazy("There is nothing to complain about here"),
}
WORDS = {
    "no-law": gettext_lazy(
        "No freedom of information law that we know binds %(authority)s, so no regulator decides about its answers."
    ),
    "withdrawn": gettext_lazy("You withdrew this request, so there is nothing to decide about."),
    "undescribed": gettext_lazy(
        "%(authority)s has written to you. Say first whether that was its answer: what you can complain about, and "
        "from when, depends on it."
    ),
    "not-received": gettext_lazy("We do not know yet that your request has arrived. Its time starts when it has."),
    "asked": gettext_lazy(
        "%(authority)s has asked you a question. Its time does not run until you have replied, so nothing is late."
    ),
    "fee": gettext_lazy("%(authority)s has asked for a fee. Its time does not run until you have paid."),
    "lapsed": gettext_lazy("The time to pay the fee has ended, so nobody owes you an answer. You can ask again."),
    "running": gettext_lazy("The answer is not late yet. It is normally due promptly, and by %(due)s."),
    "running-from": gettext_lazy(
        "The time that %(authority)s may take has not run out. A complaint makes sense from %(from)s."
    ),
    "silence": gettext_lazy(
        "No answer has come, and one was normally due promptly and by %(due)s. You do not need an internal review "
        "first."
    ),
    "silence-review-first": gettext_lazy(
        "No answer has come. Under this law you must ask %(authority)s for a review before you can complain, even if "
        "you had no answer at all."
    ),
    "review-by": gettext_lazy("Ask for the review by %(review_by)s."),
    "review-by-over": gettext_lazy(
        "The time to ask for a review ended on %(review_by)s. %(authority)s may decline it."
    ),
    "answered": gettext_lazy(
        "%(authority)s has answered. If you are unhappy with the answer, ask it first to look at it again: "
        "%(regulator)s may refuse a complaint when that was not tried."
    ),
    "answered-review-first": gettext_lazy(
        "%(authority)s has answered. If you are unhappy with the answer, this law makes you ask for a review first."
    ),
    "review-runs": gettext_lazy(
        "You asked for a review. It should be answered by %(review_due)s. If no answer comes, a complaint makes sense "
        "from %(from)s."
    ),
    "review-runs-undated": gettext_lazy("You asked for a review. Wait for its answer."),
    "review-asked-late": gettext_lazy(
        "You asked for it after the last day to do so, %(review_by)s, so %(authority)s may decline it."
    ),
    "review-unanswered": gettext_lazy("You asked for a review, and the longest time for answering it has passed."),
    "review-answered": gettext_lazy("The review was answered on %(reviewed)s. You can complain about what it decided."),
    "by-six-weeks": gettext_lazy("%(regulator)s asks you to complain within six weeks, by %(by)s."),
    "by-six-months": gettext_lazy("By law you have six months, until %(by)s."),
    "over-six-weeks": gettext_lazy(
        "%(regulator)s asks for complaints within six weeks; that ended on %(by)s. It may still take yours if you say "
        "why it comes late."
    ),
    "over-six-months": gettext_lazy(
        "By law you had six months, until %(by)s. %(regulator)s may take a late application; say why it comes late."
    ),
}


@dataclass(frozen=True, slots=True)
class Regulator:
    """Who decides about complaints, by its name inside a sentence, and where to complain."""

    name: str
    url: str

    @property
    def at_start(self) -> str:
        """The name at the start of a sentence."""
        return self.name[:1].upper() + self.name[1:]


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to complain: ``verdict`` is now, early, late or none. ``first``: what to do before, if anything.

    ``wrote_again``: the requester's further letters, but for ``replies`` to questions; ``reminders``: those of them
    that left after the answer was due, which is what the regulator asks to see.
    """

    verdict: str
    code: str
    heading: str
    why: tuple[str, ...]
    first: NextStep | None
    wrote_again: tuple[Letter, ...]
    reminders: tuple[Letter, ...]
    replies: tuple[Letter, ...] = ()


def regulator_of(regime: str) -> Regulator | None:
    """Who decides about complaints under this law; None where no law binds, or we do not know it."""
    rules = REGIMES.get(regime)
    if rules is None or rules.regulator is None:
        return None
    return Regulator(*regulator(regime))


def advice(page: RequestPage, standing: Standing, *, today: date) -> Advice:
    """What to say to the requester about complaining now. No query."""
    replies = tuple(_replies(page))
    again = tuple(one for one in page.letters if one.kind in AGAIN and _went_out(one) and one not in replies)
    due = standing.due or standing.earlier_due
    reminders = tuple(letter for letter in again if due and letter.on.date() > due)
    decides = regulator_of(page.regime)
    verdict, codes, first = _weighed(page, standing, today, has_reminded=bool(reminders))
    named = {
        "authority": page.authority.name,
        "regulator": decides.at_start if decides else "",
        "due": due,
        "from": complaint_from(standing),
        "by": standing.regulator_by,
        "review_by": standing.review_request_by,
        "review_due": standing.review_due,
        "reviewed": standing.review_outcome_on,
    }
    words = {name: day_in_words(value) if isinstance(value, date) else value for name, value in named.items()}
    why = tuple(str(WORDS[code]) % words for code in codes)
    return Advice(verdict, codes[0], str(HEADINGS[verdict]), why, first, again, reminders, replies)


def _replies(page: RequestPage) -> Iterator[Letter]:
    """The requester's letters that replied to a question back: of each question the next one. FOIA 2000 s.1(3)."""
    asked = False
    for letter in page.letters:
        if letter.direction == Direction.INCOMING:
            asked = asked or letter.described_as == Description.CLARIFICATION
        elif asked and letter.kind == MessageKind.FOLLOW_UP and _went_out(letter):
            asked = False
            yield letter


def _went_out(letter: Letter) -> bool:
    """Whether nothing is known that kept the requester's letter from the authority."""
    return letter.delivery is None or letter.delivery.state not in ("cancelled", "failed", "bounced")


def _weighed(
    page: RequestPage, standing: Standing, today: date, *, has_reminded: bool
) -> tuple[str, list[str], NextStep | None]:
    rules = REGIMES.get(page.regime)
    state = page.clock.state if page.clock else None
    if rules is None or rules.regulator is None:
        return NONE, ["no-law"], None
    if page.status == Status.WITHDRAWN:
        return NONE, ["withdrawn"], None
    if page.to_describe:
        where = reverse("requester:describe", args=[page.slug, page.to_describe[0]])
        return EARLY, ["undescribed"], NextStep("", _("Say what the letter was"), where)
    if standing.review_outcome_on or standing.review_on or page.status == Status.INTERNAL_REVIEW:
        return _after_review(rules, standing, today)
    if standing.responded_on or page.status == Status.ANSWERED:
        code = "answered-review-first" if rules.review_compulsory else "answered"
        return EARLY, [code, *_review_window(standing, today)], _ask_for_review(page)
    return _in_silence(page, rules, standing, state, today, has_reminded=has_reminded)


def _after_review(rules: Regime, standing: Standing, today: date) -> tuple[str, list[str], None]:
    starts, ends = standing.regulator_from, standing.regulator_by
    late = ["review-asked-late"] if review_asked_late(standing) else []
    if standing.review_outcome_on:
        code = "review-answered"
    elif starts is None:
        return EARLY, ["review-runs-undated", *late], None
    elif today < starts:
        return EARLY, ["review-runs", *late], None
    else:
        code = "review-unanswered"
    codes = [code] if standing.review_outcome_on else [code, *late]
    if ends is None:
        return NOW, codes, None
    span = "six-months" if rules.complaint_months else "six-weeks"
    return (NOW, [*codes, f"by-{span}"], None) if today <= ends else (LATE, [*codes, f"over-{span}"], None)


def _in_silence(
    page: RequestPage, rules: Regime, standing: Standing, state: str | None, today: date, *, has_reminded: bool
) -> tuple[str, list[str], NextStep | None]:
    follow_up = reverse("requester:follow_up", args=[page.slug])
    if state == "lapsed":
        return EARLY, ["lapsed"], None
    if state == "paused-clarification":
        return EARLY, ["asked"], NextStep("", _("Reply to the question"), follow_up)
    if state == "paused-fee":
        where = reverse("requester:fee_paid", args=[page.slug])
        return EARLY, ["fee"], NextStep("", _("I have paid the fee"), where)
    if standing.due is None or state is None:
        return EARLY, ["not-received"], None
    if today <= standing.due:
        return EARLY, ["running"], None
    if rules.review_compulsory:
        return EARLY, ["silence-review-first", *_review_window(standing, today)], _ask_for_review(page)
    remind = None if has_reminded else NextStep("", _("Send a polite reminder"), follow_up)
    starts = complaint_from(standing)
    if starts is None or today < starts:
        return EARLY, ["running-from" if starts else "running"], remind
    return NOW, ["silence"], remind


def _review_window(standing: Standing, today: date) -> list[str]:
    if standing.review_request_by is None:
        return []
    return ["review-by" if today <= standing.review_request_by else "review-by-over"]


def _ask_for_review(page: RequestPage) -> NextStep:
    where = reverse("requester:follow_up", args=[page.slug]) + "?kind=internal_review"
    return NextStep("", _("Ask for an internal review"), where)


# ---- the letter ----


def letter_words(page: RequestPage, standing: Standing, said: Advice, *, today: date) -> str:
    """A complaint to copy: the facts and the days, and the places in square brackets that only the person can fill.

    Empty where no regulator decides.
    """
    decides = regulator_of(page.regime)
    if decides is None:
        return ""
    law = citation(page.regime, "regulator")
    lines = [
        _("To: %(regulator)s") % {"regulator": decides.name},
        "",
        _("Complaint about %(authority)s") % {"authority": page.authority.name},
        "",
        _("I complain under the %(law)s.") % {"law": law.words},
        "",
        *(f"- {line}" for line in _facts(page, standing, said, today)),
        "",
        _asked(page, standing),
        "",
        _("I enclose a chronology, the count of the days, and the letters with their files."),
        "",
        page.requester,
        _("[The address at which they can write to you]"),
    ]
    return "\n".join(lines)


def _facts(page: RequestPage, standing: Standing, said: Advice, today: date) -> list[str]:
    due_law = citation(page.regime, "due")
    facts = [
        _("My request: “%(title)s”, number %(number)d, %(url)s")
        % {"title": page.title, "number": page.number, "url": settings.SITE_URL + page.url}
    ]
    told = sorted(_happened(page, standing, said), key=_by_day)
    facts += [words % {"day": day_in_words(on), "law": due_law.words} for on, words in told]
    if standing.review_on and standing.review_outcome_on is None:
        facts.append(_("The review had not been answered by %(day)s.") % {"day": day_in_words(today)})
    elif standing.responded_on is None and not page.to_describe and standing.review_outcome_on is None:
        facts.append(_("No answer had come by %(day)s.") % {"day": day_in_words(today)})
    return facts


def _happened(page: RequestPage, standing: Standing, said: Advice) -> Iterator[tuple[date, str]]:
    """What the two sides did, and when an answer was due: each once, as (London day, sentence with a place for it)."""
    if page.sent_at:
        yield localtime(page.sent_at).date(), _("Sent on %(day)s.")
    if standing.received_on:
        yield standing.received_on, _("Received on %(day)s.")
    reviews = [letter for letter in page.letters if letter.kind == MessageKind.INTERNAL_REVIEW and _went_out(letter)]
    if standing.review_on and not reviews:
        yield standing.review_on, _("I asked for an internal review on %(day)s.")
    for letter in page.letters:
        if letter in reviews:
            yield letter.on.date(), _("I asked for an internal review on %(day)s.")
        elif letter in said.replies:
            yield letter.on.date(), _("I replied to the authority’s question on %(day)s.")
        elif letter in said.wrote_again:
            yield letter.on.date(), _("I wrote again on %(day)s.")
        elif letter.number in page.to_describe:
            yield letter.on.date(), _("The authority wrote on %(day)s.")
    if standing.responded_on:
        yield standing.responded_on, _("The authority answered on %(day)s.")
    if standing.review_outcome_on and standing.review_outcome_on != standing.responded_on:
        yield standing.review_outcome_on, _("The review was answered on %(day)s.")
    if standing.due:  # at the end of its day
        yield standing.due, _("An answer was due promptly and by %(day)s (%(law)s).")


def _by_day(happened: tuple[date, str]) -> date:
    return happened[0]


def _asked(page: RequestPage, standing: Standing) -> str:
    if standing.responded_on or standing.review_outcome_on:
        return _(
            "I ask you to decide whether the request was dealt with as the law requires. [Say which part of the answer "
            "is wrong, and why.]"
        )
    return _("I ask you to decide whether the request was dealt with as the law requires, and to have it answered.")
