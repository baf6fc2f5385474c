"""Counts and events in words: what "why this date" and the calculator show of `law.stretches` and `law.explain`."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.count_shown import Cell, CountShown, DateShown, EventShown, Law
from ..law import clock
from ..law.advice import complaint_from, review_asked_late
from ..law.citations import citation
from ..law.clock import Event, Standing
from ..law.explain import STEP_WORDS, Day, Step
from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..law.stretches import ANEW, QUESTION, REPLY, REVIEW, Stretch, stretches
from ..law.wire import KEYS
from .clock_beside import adds_no_time
from .clock_words import day_in_words, day_sentence

# What happened, as a heading in the ledger and as a choice in the calculator.
EVENT_TITLES = {
    clock.RECEIVED: gettext_lazy("The request was received"),
    clock.UNDELIVERED: gettext_lazy("The letter came back undelivered"),
    clock.CLARIFICATION_REQUESTED: gettext_lazy("The authority asked a question"),
    clock.CLARIFICATION_SUPPLIED: gettext_lazy("The question was replied to"),
    clock.FEES_NOTICE: gettext_lazy("The authority asked for a fee"),
    clock.FEE_PAID: gettext_lazy("The fee was paid"),
    clock.EXTENSION_CLAIMED: gettext_lazy("The authority said it needs more time"),
    clock.RESPONDED: gettext_lazy("The authority answered"),
    clock.REVIEW_REQUESTED: gettext_lazy("A review was asked for"),
    clock.REVIEW_OUTCOME: gettext_lazy("The review was answered"),
    clock.SCHOOL_CLOSED: gettext_lazy("The school was closed"),
    clock.DUE_OVERRIDDEN: gettext_lazy("The last day was set for this request alone"),
}
DATE_WORDS = {
    "due": gettext_lazy("An answer is normally due promptly and by"),
    "due_latest": gettext_lazy("At the latest, whatever the school’s holidays"),
    "extension_due": gettext_lazy("With the extra time claimed, an answer is expected by"),
    "very_overdue": gettext_lazy("Every normal time has run out after"),
    "fee_by": gettext_lazy("Last day to pay the fee"),
    "review_request_by": gettext_lazy("Last day to ask for a review"),
    "review_due": gettext_lazy("The review should be answered by"),
    "review_max": gettext_lazy("The review is due at the latest by"),
    "regulator_from": gettext_lazy("A complaint to the regulator makes sense from"),
    "regulator_by": gettext_lazy("Last day to complain to the regulator"),
}
# Of a review that was asked for after its last day: nobody has to answer it.
REVIEW_TAKEN_ON = gettext_lazy("If the authority takes the review on, it should be answered by")
DATE_TOPICS = {
    "extension_due": "extension",
    "fee_by": "fee",
    "review_request_by": "review",
    "review_due": "review",
    "review_max": "review",
    "regulator_from": "regulator",
    "regulator_by": "regulator",
}
# How the law counts, in a sentence; by calendar.
WHICH_DAYS = {
    "any_part": gettext_lazy(
        "The day of receipt is not counted. Saturdays, Sundays and days that are a bank holiday in any part of the "
        "United Kingdom are not working days."
    ),
    "scotland": gettext_lazy(
        "The day of receipt is not counted. Saturdays, Sundays and days that are a bank holiday in Scotland are not "
        "working days; bank holidays of other parts of the United Kingdom are."
    ),
}
SCHOOL_DAYS = gettext_lazy(
    "For schools only days on which the school is open count towards the twenty; the answer is due at the latest on "
    "the sixtieth working day, holidays of the school included."
)


def law(regime: str, topic: str) -> Law | None:
    """The place in the law for one topic; None for a body that no law binds."""
    place = citation(regime, topic)
    return Law(place.words, place.url) if place else None


def which_days(regime: str) -> str:
    """Which days count under this law."""
    rules = REGIMES[regime]
    said = str(WHICH_DAYS[rules.calendar])
    return f"{said} {SCHOOL_DAYS}" if rules.school else said


# ---- counts ----


def counts_shown(
    regime: str, events: Iterable[Event], *, holidays: HolidayTable, today: date
) -> tuple[CountShown, ...]:
    """Every count of a request with its calendar. Raises ClockRefused as `law.clock.fold` does."""
    events = list(events)
    answered = {event.on for event in events if event.kind == clock.RESPONDED}
    return tuple(_count(regime, stretch, today, answered) for stretch in stretches(regime, events, holidays=holidays))


def _count(regime: str, stretch: Stretch, today: date, answered: set[date]) -> CountShown:
    return CountShown(
        begins=stretch.begins,
        title=_title(stretch),
        lead=_lead(regime, stretch),
        due=stretch.due,
        latest=stretch.latest,
        is_cut=bool(stretch.cut),
        days=tuple(_cell(stretch, day, today, answered) for day in stretch.days),
    )


def _title(stretch: Stretch) -> str:
    if stretch.begins == REVIEW:
        return _("The count of the review")
    if stretch.cut:
        return _("The count that was cut off")
    return _("The count that began again") if stretch.begins == REPLY else _("The count")


def _lead(regime: str, stretch: Stretch) -> str:
    named = {
        "start": day_in_words(stretch.start),
        "due": stretch.due and day_in_words(stretch.due),
        "latest": stretch.latest and day_in_words(stretch.latest),
        "cut": stretch.cut_on and day_in_words(stretch.cut_on),
        "stopped": stretch.stopped_on and day_in_words(stretch.stopped_on),
    }
    return str(_lead_words(regime, stretch)) % named


def _lead_words(regime: str, stretch: Stretch) -> str:
    if stretch.begins == REVIEW:
        if stretch.asked_late:
            return _(
                "The review was asked for on %(start)s, after the last day for it, so the authority may decline. If it "
                "takes it on, an answer should come by %(due)s."
            )
        if stretch.latest:
            return _(
                "The review was asked for on %(start)s. It should normally be answered by %(due)s, in exceptional "
                "cases by %(latest)s."
            )
        return _("The review was asked for on %(start)s. It must be answered by %(due)s.")
    if stretch.cut == QUESTION:
        if stretch.due is None:
            return _("It began on %(start)s and was cut off on %(cut)s, when the authority asked a question.")
        if stretch.cut_on > (stretch.latest or stretch.due):
            return _("It began on %(start)s. The authority asked a question on %(cut)s, after its last day, %(due)s.")
        return _(
            "It began on %(start)s and was cut off on %(cut)s, when the authority asked a question. Its last day would "
            "have been %(due)s."
        )
    if stretch.cut == ANEW:
        return _("It began on %(start)s. On %(cut)s the request was received at another address, and counts from then.")
    if stretch.cut:
        return _("It began on %(start)s. On %(cut)s the letter came back undelivered.")
    if stretch.stopped_on:
        return _("It began on %(start)s and stopped on %(stopped)s, when the authority asked for a fee.")
    if stretch.latest:
        return _(
            "From %(start)s to %(due)s in term time; at the latest to %(latest)s, since days on which the school is "
            "closed do not count towards the twenty."
        )
    if not REGIMES[regime].by_law:
        return _("From %(start)s to %(due)s. No law sets a time; this is when we would hope for an answer.")
    return _("From %(start)s, which is not counted, to the end of %(due)s.")


def _cell(stretch: Stretch, day: Day, today: date, answered: set[date]) -> Cell:
    is_review = stretch.begins == REVIEW
    is_due = day.on in (stretch.due, stretch.latest)
    is_cut = stretch.cut_on == day.on
    return Cell(
        on=day.on,
        kind=day.kind,
        number=day.number,
        short=_short(stretch, day, is_due=is_due),
        words=_day_words(stretch, day),
        ends=_ends(stretch, day.on, is_cut=is_cut, is_answered=not is_review and day.on in answered),
        is_due=is_due,
        is_today=day.on == today,
    )


def _short(stretch: Stretch, day: Day, *, is_due: bool) -> str:
    """What stands in the day's square."""
    if stretch.cut_on == day.on and stretch.cut == QUESTION:
        return _("asked")
    if day.kind == "counted":
        if not is_due:
            return str(day.number)
        return _("%(number)d · due") % {"number": day.number}
    if is_due:
        return _("due")
    return {
        "received": _("day 0"),
        "holiday": _("holiday"),
        "fee": _("fee"),
        "school": _("closed"),
    }.get(day.kind, "–")


def _day_words(stretch: Stretch, day: Day) -> str:
    if day.kind == "received" and stretch.begins == REPLY:
        return _("the reply to the question arrived; counting starts again on the next working day")
    if day.kind == "received" and stretch.begins == REVIEW:
        return _("the review was asked for; counting starts on the next working day")
    return day_sentence(day)


def _ends(stretch: Stretch, on: date, *, is_cut: bool, is_answered: bool) -> str:
    said = []
    if is_answered:
        said.append(_("the authority answered"))
    if is_cut:
        words = {QUESTION: _("the authority asked a question"), ANEW: _("received at another address")}
        said.append(words.get(stretch.cut, _("the letter came back")))
    elif on == stretch.latest:
        said.append(_("due at the latest by the end of this day"))
    elif on == stretch.due:
        said.append(_("due by the end of this day"))
    return "; ".join(said)


# ---- events ----


def step_words(step: Step) -> str:
    """What one event did, in one sentence."""
    return words_of_step(step.code, step.dates)


def words_of_step(code: str, dates: dict[str, date]) -> str:
    """The sentence with this code, its days filled in; empty for a code that is none of a step's."""
    return str(_(STEP_WORDS[code])) % _Days(dates) if code in STEP_WORDS else ""


class _Days(dict):
    """Days in words, for a sentence; one that lies beyond the list of bank holidays is told so."""

    def __init__(self, dates: dict[str, date]) -> None:
        super().__init__({name: day_in_words(on) for name, on in dates.items()})

    def __missing__(self, name: str) -> str:
        return _("a day that cannot be counted yet")


def event_shown(regime: str, step: Step, *, until: date | None = None, **more: str) -> EventShown:
    """A step as a row of the ledger. A body that no law binds has no effects to tell of."""
    by_law = REGIMES[regime].by_law
    return EventShown(
        on=step.on,
        kind=step.kind,
        title=str(EVENT_TITLES[step.kind]),
        effect=step_words(step) if by_law else "",
        change=change_words(step.due_before, step.due) if by_law else "",
        law=law(regime, step.topic),
        until=until,
        due_before=step.due_before,
        due=step.due,
        **more,
    )


def event_to_come(regime: str, event: Event) -> EventShown:
    """An event that lies after the day of which the rest tells. It has done nothing yet."""
    return EventShown(
        on=event.on,
        kind=event.kind,
        title=str(EVENT_TITLES[event.kind]),
        effect=_("Still to come: %(what)s. Nothing here counts it yet.") % {"what": EVENT_TITLES[event.kind]},
        until=event.until,
        is_to_come=True,
    )


def change_words(before: date | None, after: date | None) -> str:
    """How the last day to answer changed; empty where it did not."""
    if before == after:
        return ""
    if after is None:
        return _("No last day now; it was %(before)s.") % {"before": day_in_words(before)}
    if before is None:
        return _("Last day to answer: %(after)s.") % {"after": day_in_words(after)}
    return _("Last day to answer: %(after)s, instead of %(before)s.") % {
        "after": day_in_words(after),
        "before": day_in_words(before),
    }


def dates_that_follow(standing: Standing) -> dict[str, date | None]:
    """The dates of the law's contract that still say something: a review that was answered is due no more."""
    found = {name: getattr(standing, name) for name in KEYS if name not in ("flags", "state")}
    found["regulator_from"] = complaint_from(standing)
    if standing.review_outcome_on:
        found |= {"review_due": None, "review_max": None}
    if standing.responded_on:
        found["very_overdue"] = None
    return found


def dates_shown(regime: str, standing: Standing) -> tuple[DateShown, ...]:
    """Every date that follows, in the order of a request's life."""
    dates = dates_that_follow(standing)
    found = []
    for name, words in DATE_WORDS.items():
        on = dates[name]
        if on is None or (name == "review_max" and on == standing.review_due):
            continue
        if name == "extension_due" and adds_no_time(standing):
            continue
        if name == "review_due" and review_asked_late(standing):
            words = REVIEW_TAKEN_ON
        found.append(DateShown(name, str(words), on, law(regime, DATE_TOPICS.get(name, "due"))))
    return tuple(found)
