"""The deadline calculator: events of anybody's request in, dates and their explanation out. Writes nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..exports.clock_picture import ClockPicture, clock_picture
from ..exports.count_shown import Calculation
from ..law import clock
from ..law.advice import review_asked_late
from ..law.clock import Event, Standing, fold
from ..law.explain import explain, steps
from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..models import Status
from .clock_words import day_in_words, sentence, state_in_a_word
from .counts import counts_shown, dates_shown, dates_that_follow, event_shown, event_to_come
from .holidays import Known

SENTENCE_START = re.compile(r"(^|\. )([a-z])")
DRAWN_AFTER_DUE = timedelta(days=14)
# What the calculator's form can say; a request with other events has no link to it.
SAYABLE = frozenset(clock.EVENT_KINDS) - {clock.UNDELIVERED, clock.DUE_OVERRIDDEN}
# Of these also what is still to come: the whole question is about the one, and the other is known beforehand.
ALWAYS_COUNTED = frozenset({clock.RECEIVED, clock.SCHOOL_CLOSED})


@dataclass(frozen=True)
class Calculated:
    """The result, its headline, its sentence as safe HTML with days in bold, and its picture where there is one."""

    result: Calculation
    headline: str
    sentence: SafeString
    picture: ClockPicture | None

    # What components/clock.html asks of a clock.
    why_url = ""


def calculate(regime: str, events: Iterable[Event], *, known: Known, today: date, url: str) -> Calculated:
    """Where a request of these events stands on ``today``. Raises ClockRefused beyond the list of bank holidays.

    What is still to come on ``today`` is told as such and counts for nothing, so that every date, state and sentence
    is that of one day; see ``ALWAYS_COUNTED``.
    """
    in_order = sorted(events, key=lambda event: event.on)
    table = known.table
    come = [event for event in in_order if event.kind in ALWAYS_COUNTED or event.on <= today]
    to_come = [event for event in in_order if event.kind not in ALWAYS_COUNTED and event.on > today]
    standing = fold(regime, come, holidays=table, today=today)
    done = zip(come, steps(regime, come, holidays=table), strict=True)
    shown = [event_shown(regime, step, until=event.until) for event, step in done]
    shown += [event_to_come(regime, event) for event in to_come]
    said = _sentence(regime, standing, today)
    result = Calculation(
        regime=regime,
        title=REGIMES[regime].title,
        received_on=min(event.on for event in in_order if event.kind == clock.RECEIVED),
        today=today,
        state=standing.state,
        sentence=unescape(strip_tags(said)),
        due=standing.due,
        url=url,
        version=known.version,
        covered=(table.first_on, table.ends_on),
        dates=dates_shown(regime, standing),
        events=tuple(sorted(shown, key=lambda event: event.on)),
        counts=counts_shown(regime, come, holidays=table, today=today),
        flags=standing.flags,
        all_dates=dates_that_follow(standing),
        last_on=to_come[-1].on if to_come else None,
        url_of_last=calculator_url(regime, in_order, today=to_come[-1].on) if to_come else "",
    )
    return Calculated(result, _headline(standing, today), said, _picture(regime, standing, table, today))


def _in_review(standing: Standing, today: date) -> bool:
    return bool(standing.review_on and standing.review_on <= today and not standing.review_outcome_on)


def _headline(standing: Standing, today: date) -> str:
    """The date that matters now, in few words."""
    if _in_review(standing, today) and standing.review_due:
        if review_asked_late(standing):
            return _("The review was asked for too late")
        return _("The review is due by the end of %(day)s") % {"day": day_in_words(standing.review_due)}
    if standing.state == clock.LAPSED:
        return _("No time limit runs any more")
    if standing.due is None:
        return _("The time limit is not running")
    if standing.responded_on and standing.responded_on <= today:
        return _("An answer was due by the end of %(day)s") % {"day": day_in_words(standing.due)}
    return _("Due by the end of %(day)s") % {"day": day_in_words(standing.due)}


def _sentence(regime: str, standing: Standing, today: date) -> SafeString:
    """The one sentence of the stage, about an authority and a requester without names."""
    said = sentence(
        regime=regime,
        state=standing.state,
        status=Status.INTERNAL_REVIEW if _in_review(standing, today) else Status.AWAITING_RESPONSE,
        clock=standing,
        authority=_("the authority"),
        name=_("the requester"),
        is_own=False,
        sent_at=None,
        wrote_on=None,
        is_imported=False,
        today=today,
    )
    if said is None:
        words = _("The authority answered on %(day)s.") if standing.responded_on else _("No time limit runs yet.")
        return mark_safe(words % {"day": day_in_words(standing.responded_on or today)})  # noqa: S308 - ours
    return mark_safe(SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), said))  # noqa: S308 - as it was


def _picture(regime: str, standing: Standing, table: HolidayTable, today: date) -> ClockPicture | None:
    """The clock, where a count runs or ended; none that would call late what may not be called so."""
    if standing.due is None or today < standing.counts_from or standing.due <= standing.counts_from:
        return None
    unsure = state_in_a_word(standing.state, standing, today) == "may-be-late"
    if unsure or (standing.state == clock.EXTENDED and today > standing.due):
        return None
    until = min(max(today, standing.due), standing.due + DRAWN_AFTER_DUE, table.ends_on)
    days = explain(
        standing.counts_from,
        until,
        holidays=table,
        regime=regime,
        skips=standing.skips,
        closures=standing.closures,
    )
    if not any(day.kind == "counted" for day in days):
        return None
    return clock_picture(
        days, today, due_on=standing.due, answered_on=standing.responded_on, received_on=standing.received_on
    )


def calculator_url(regime: str, events: Iterable[Event], *, today: date | None = None) -> str:
    """The calculator's address for these events, such as people share; empty where its form cannot say them."""
    events = list(events)
    received = [event.on for event in events if event.kind == clock.RECEIVED]
    if regime not in REGIMES or not REGIMES[regime].by_law or len(received) != 1:
        return ""
    if any(event.kind not in SAYABLE or event.on < received[0] for event in events):
        return ""
    said: list[tuple[str, str]] = [("regime", regime), ("received", received[0].isoformat())]
    for event in sorted(events, key=lambda event: event.on):
        if event.kind != clock.RECEIVED:
            said += [("event", event.kind), ("on", event.on.isoformat())]
            said += [("until", event.until.isoformat() if event.until else "")]
    if today:
        said.append(("today", today.isoformat()))
    return f"{settings.SITE_URL}{reverse('public:calculator')}?{urlencode(said)}"
