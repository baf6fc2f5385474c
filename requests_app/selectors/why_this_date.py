"""Why a request is due on its day: its ledger with the effect of every row, and every count day by day."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..exports.count_shown import CountShown, EventShown, Law
from ..exports.thread import RequestPage
from ..law.clock import EXTENSION_CLAIMED, SCHOOL_CLOSED, Standing, fold
from ..law.clock import Event as LawEvent
from ..law.days import ClockRefused
from ..law.explain import steps
from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..models import OPEN, Basis, ClockEvent, Event, Evidence, Status
from .calculator import calculator_url
from .clock_words import day_in_words, why_no_date
from .counts import EVENT_TITLES, counts_shown, event_shown, law, which_days
from .event_history import law_title
from .holidays import Known, known_holidays

TAKEN_BACK = "taken_back"
# Decisions of our staff about the clock that add no row to the ledger and take none back.
DECIDED = ("law_changed", "clock_confirmed")


@dataclass(frozen=True, slots=True)
class Decided:
    """What our staff decided that made no row of the ledger; ``words``: why, as they wrote it for everybody."""

    on: date
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class WhyThisDate:
    """The explanation.

    ``reason``: why no date is shown; empty where one is. ``events`` are all rows of the ledger in order of day, those
    that were taken back among them. ``rule`` says which days count, ``law`` where that stands. ``table`` is the
    version of the list of bank holidays; ``differs``: that this list no longer gives the date that is shown.
    ``calculator_url`` opens the calculator with the same events; empty where it cannot say them. ``decisions``: what
    our staff decided beside the ledger.
    """

    reason: str
    events: tuple[EventShown, ...]
    counts: tuple[CountShown, ...]
    rule: str
    law: Law | None
    table: str
    differs: str = ""
    calculator_url: str = ""
    decisions: tuple[Decided, ...] = ()


def why_this_date(page: RequestPage, *, today: date) -> WhyThisDate:
    """The explanation of the page's date, or of why there is none. Three queries, however long the ledger is."""
    rows = list(
        ClockEvent.objects.filter(foi_request=page.number)
        .exclude(kind=TAKEN_BACK)
        .annotate(counted_with=F("foi_request__holiday_version"))
        .select_related("note", "objection", "taken_back_by__note")
        .order_by("on", "pk")
    )
    standing_rows = [row for row in rows if not _undoing(row)]
    reason = _reason(page)
    known = _counted_with(page, standing_rows)
    if page.regime not in REGIMES:
        return WhyThisDate(reason, tuple(_shown(row, page) for row in rows), (), "", None, "", decisions=_decided(page))
    done = _steps(page.regime, standing_rows, known.table)
    events = tuple(_shown(row, page, done.get(row.pk)) for row in rows)
    counts = ()
    if page.status != Status.WITHDRAWN:
        counts = _counts(page.regime, standing_rows, known.table, today)
    return WhyThisDate(
        reason=reason,
        events=_with_objections(page.regime, rows, events, known.table),
        counts=counts,
        rule=which_days(page.regime),
        law=law(page.regime, "due"),
        table=known.version,
        differs=_differs(page, counts),
        calculator_url=calculator_url(page.regime, _events(standing_rows)),
        decisions=_decided(page),
    )


def _decided(page: RequestPage) -> tuple[Decided, ...]:
    """Another law, and a row that our staff let stand; what else they decide is a row with its own words. One query."""
    found = Event.objects.filter(foi_request=page.number, kind__in=DECIDED, decision__isnull=False)
    rows = found.order_by("at", "pk").values_list("kind", "at", "data", "decision__note__public_wording")
    return tuple(Decided(localtime(at).date(), _what(kind, data), words or "") for kind, at, data, words in rows)


def _what(kind: str, data: dict) -> str:
    if kind == "law_changed":
        laws = {"before": law_title(data.get("law_from", "")), "after": law_title(data.get("law_to", ""))}
        return _("The request runs under another law, counted from the same receipt: %(after)s, not %(before)s.") % laws
    row = EVENT_TITLES.get(data.get("row_kind"), data.get("row_kind", ""))
    return _("A row of the ledger stands: %(row)s.") % {"row": row}


def _reason(page: RequestPage) -> str:
    facts = page.clock
    if page.status == Status.WITHDRAWN:
        return _("The request was withdrawn, so no time limit runs.")
    if facts and facts.due_on:
        return ""
    return why_no_date(regime=page.regime, state=facts and facts.state, is_received=bool(facts and facts.received_on))


def _events(rows: list[ClockEvent]) -> list[LawEvent]:
    return [
        LawEvent(row.kind, row.on, row.until, row.evidence == Evidence.TERMS if row.kind == SCHOOL_CLOSED else None)
        for row in rows
    ]


def _undoing(row: ClockEvent) -> ClockEvent | None:
    """The row that took this one back."""
    return getattr(row, "taken_back_by", None)


def _counted_with(page: RequestPage, rows: list[ClockEvent]) -> Known:
    """The list of bank holidays that explains the request: the newest, or that with which a closed one was counted."""
    known = known_holidays()
    version = "" if page.status in OPEN or not rows else rows[0].counted_with
    return known.as_of(version) if version else known


def _folded(regime: str, rows: list[ClockEvent], table: HolidayTable) -> Standing:
    try:
        return fold(regime, _events(rows), holidays=table, today=None)
    except ClockRefused:
        return Standing()


def _steps(regime: str, rows: list[ClockEvent], table: HolidayTable) -> dict[int, EventShown]:
    """What each row did, by its number; nothing where the list of bank holidays ends too early."""
    try:
        done = steps(regime, _events(rows), holidays=table)
    except ClockRefused:
        return {}
    return {row.pk: event_shown(regime, step, until=row.until) for row, step in zip(rows, done, strict=True)}


def _counts(regime: str, rows: list[ClockEvent], table: HolidayTable, today: date) -> tuple[CountShown, ...]:
    try:
        return counts_shown(regime, _events(rows), holidays=table, today=today)
    except ClockRefused:
        return ()


def _shown(row: ClockEvent, page: RequestPage, step: EventShown | None = None) -> EventShown:
    """The row with its source; one that was taken back says so instead of what it did."""
    plain = EventShown(on=row.on, kind=row.kind, title=str(EVENT_TITLES.get(row.kind, row.kind)), until=row.until)
    note = getattr(row, "note", None)
    letters = {letter.number: letter.anchor for letter in page.letters}
    anchor = letters.get(row.message_id)
    return replace(
        step or plain,
        source=_source(row),
        letter_url=f"{page.url}#{anchor}" if anchor else "",
        note=note.words if note else "",
        undone=_undone(row),
    )


def _source(row: ClockEvent) -> str:
    """Who said so, and on what evidence."""
    said = Basis(row.basis).label if row.basis in Basis.values else row.basis
    if row.evidence not in Evidence.values:
        return _("Known from: %(who)s.") % {"who": said}
    return _("Known from: %(who)s; %(evidence)s.") % {"who": said, "evidence": Evidence(row.evidence).label}


def _undone(row: ClockEvent) -> str:
    undoing = _undoing(row)
    if undoing is None:
        return ""
    who = Basis(undoing.basis).label if undoing.basis in Basis.values else undoing.basis
    day = day_in_words(localtime(undoing.recorded_at).date())
    said = _("Taken back on %(day)s (%(who)s). It does not count.") % {"day": day, "who": who}
    note = getattr(undoing, "note", None)
    return f"{said} {note.words}" if note else said


def _with_objections(
    regime: str, rows: list[ClockEvent], events: tuple[EventShown, ...], table: HolidayTable
) -> tuple[EventShown, ...]:
    """Rows that the requester does not agree with say both dates, while nobody has settled it."""
    standing = [row for row in rows if not _undoing(row)]
    told = []
    for row, event in zip(rows, events, strict=True):
        objection = getattr(row, "objection", None)
        if objection and objection.settled_at is None and row in standing:
            without = _folded(regime, [other for other in standing if other.pk != row.pk], table)
            told.append(replace(event, objection=_objection(row, _folded(regime, standing, table), without)))
        else:
            told.append(event)
    return tuple(told)


def _objection(row: ClockEvent, with_claim: Standing, without_claim: Standing) -> str:
    with_it, without = with_claim.due, without_claim.due
    expected = with_claim.extension_due if row.kind == EXTENSION_CLAIMED else None
    named = {
        "with": with_it and day_in_words(with_it),
        "without": without and day_in_words(without),
        "expected": expected and day_in_words(expected),
    }
    if with_it and with_it == without:
        words = _("The requester does not agree with this. The last day to answer is %(with)s, with it and without it.")
        if expected and expected != with_it:
            words = _(
                "The requester does not agree with this. With it, an answer is expected by %(expected)s; the last day "
                "to answer by law is %(with)s all the same."
            )
        return words % named
    if with_it and without:
        words = _(
            "The requester does not agree with this. With it, the last day to answer is %(with)s; without it, "
            "%(without)s."
        )
    elif without:
        words = _(
            "The requester does not agree with this. With it, no time limit runs now; without it, the last day to "
            "answer is %(without)s."
        )
    else:
        words = _("The requester does not agree with this.")
    return words % named


def _differs(page: RequestPage, counts: tuple[CountShown, ...]) -> str:
    """Where the list of bank holidays has changed since a closed request was counted."""
    shown = page.clock and page.clock.due_on
    running = [count for count in counts if not count.is_cut and count.begins != "review"]
    if not shown or not running or running[-1].due in (None, shown):
        return ""
    return _(
        "The date shown for this request, %(day)s, was counted with an earlier list of bank holidays, and a closed "
        "request keeps its date. The days below are counted with today’s list."
    ) % {"day": day_in_words(shown)}
