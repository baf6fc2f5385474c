"""An authority's open requests, by deadline: what the inbox shows. Officers only; nothing here is public."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..exports.thread import Pill
from ..law.clock import EXTENDED, LAPSED, PAUSED_FEE, STOPPED
from ..law.days import working_days_between
from ..law.holidays import HolidayTable
from ..law.regimes import REGIMES
from ..models import Authority, FOIRequest, Officer, Prominence, Status, User
from ..models.private import OfficerDraft
from ..permissions import answerable_by, visible_to
from .clock_words import COUNTING, clock_state, standing_of, state_in_a_word
from .outcome_words import PILLS

SOON = 5  # working days: "due this week"
CHART_DAYS = 30
FILTERS = {
    "all": gettext_lazy("All open"),
    "late": gettext_lazy("Past the date"),
    "soon": gettext_lazy("Due within 5 working days"),
    "describe": gettext_lazy("Say what you sent"),
    "stopped": gettext_lazy("Waiting for the requester"),
    "review": gettext_lazy("Internal reviews"),
    "draft": gettext_lazy("With your draft"),
}
TONES = {"late": "late", "soon": "care"}


@dataclass(frozen=True, slots=True)
class Row:
    """One open request. ``days_left``: working days to the due day, below zero when it has passed, None without one."""

    number: int
    title: str
    url: str
    requester: str
    sent_on: date | None
    due_on: date | None
    days_left: int | None
    time_left: Pill
    where: str
    filters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chip:
    """A counter that filters."""

    label: str
    url: str
    count: int
    current: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many fall due on one day. ``height`` of 40; the chart's words say the same."""

    on: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    days_with: tuple[Bar, ...]
    until: date
    width: int


@dataclass(frozen=True, slots=True)
class InboxPage:
    authority: Authority
    chips: tuple[Chip, ...]
    rows: tuple[Row, ...]
    total: int
    late: int
    soon: int
    shown: str
    chart: Chart | None


def authorities_of(user: User) -> list[Authority]:
    """The authorities that this person answers for, by name; one query."""
    roles = Officer.objects.serving().filter(user=user.pk)
    return list(Authority.objects.filter(pk__in=roles.values("authority")).order_by("sort_name"))


def load(authority: Authority, *, user: User, today: date, holidays: HolidayTable, shown: str = "all") -> InboxPage:
    """The open requests of ``authority`` that ``user`` may answer, soonest date first. Two queries, however many."""
    drafts = set(
        OfficerDraft.objects.filter(officer__user=user, officer__authority=authority).values_list(
            "foi_request_id", flat=True
        )
    )
    found = (
        FOIRequest.objects.open()
        .filter(visible_to(user) & answerable_by(user), authority=authority, is_imported=False)
        .exclude(prominence=Prominence.NOBODY)
        .select_related("requester")
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )
    rows = [_row(foi_request, today, holidays, has_draft=foi_request.pk in drafts) for foi_request in found]
    rows.sort(key=_order)
    counts = Counter(name for row in rows for name in row.filters)
    shown = shown if shown in FILTERS else "all"
    return InboxPage(
        authority=authority,
        chips=_chips(authority, counts, shown),
        rows=tuple(row for row in rows if shown in row.filters),
        total=len(rows),
        late=counts["late"],
        soon=counts["soon"],
        shown=shown,
        chart=_chart(rows, today),
    )


def _order(row: Row) -> tuple:
    """The date first; then what has none; what waits for the requester last."""
    return ("stopped" in row.filters, row.days_left is None, row.due_on or date.max, row.number)


def _row(foi_request: FOIRequest, today: date, holidays: HolidayTable, *, has_draft: bool) -> Row:
    state = clock_state(regime=foi_request.regime, status=foi_request.status, clock=foi_request.clock, today=today)
    running = state in COUNTING and foi_request.status == Status.AWAITING_RESPONSE
    last_day = _last_day(foi_request, state, today) if running else None
    days_left = _days_left(foi_request.regime, last_day, today, holidays) if last_day else None
    to_describe = foi_request.letters_to_describe_since is not None
    names = {"all"}
    if to_describe:
        names.add("describe")
    elif days_left is not None and days_left < 0:
        names.add("late")
    elif days_left is not None and days_left <= SOON:
        names.add("soon")
    if foi_request.status == Status.AWAITING_CLARIFICATION or state in STOPPED:
        names.add("stopped")
    if foi_request.status == Status.INTERNAL_REVIEW:
        names.add("review")
    if has_draft:
        names.add("draft")
    return Row(
        number=foi_request.pk,
        title=_title(foi_request),
        url=reverse("authority:case", args=[foi_request.pk]),
        requester=foi_request.requester.public_name,
        sent_on=foi_request.received_on or (localdate(foi_request.sent_at) if foi_request.sent_at else None),
        due_on=last_day,
        days_left=days_left,
        time_left=time_left(
            days_left, status=foi_request.status, state=state, is_late=bool(days_left is not None and days_left < 0)
        ),
        where=_where(foi_request, state, today, has_draft=has_draft),
        filters=frozenset(names),
    )


def _title(foi_request: FOIRequest) -> str:
    """The parties still see a title that is hidden from the public; one hidden from all is replaced by its wording."""
    if foi_request.title_prominence == Prominence.NOBODY:
        return foi_request.title_concealed_wording
    return foi_request.title


def _last_day(foi_request: FOIRequest, state: str | None, today: date) -> date | None:
    """The day that the officer has to keep now: after the ordinary one that of an extension, or a school's last."""
    standing = standing_of(foi_request.clock)
    if today > foi_request.due_on:
        if state == EXTENDED:
            return standing.extension_due
        if standing.due_latest and not standing.terms_known:
            return standing.due_latest
    return foi_request.due_on


def _days_left(regime: str, last_day: date, today: date, holidays: HolidayTable) -> int:
    off = holidays.calendar(REGIMES[regime].calendar)
    if today <= last_day:
        return working_days_between(today, last_day, bank_holidays=off)
    return min(-1, -working_days_between(last_day, today, bank_holidays=off))


def time_left(days_left: int | None, *, status: str, state: str | None, is_late: bool) -> Pill:
    """The time an officer has, as a word and an icon."""
    if days_left is None:
        if status == Status.AWAITING_CLARIFICATION or state in STOPPED:
            return Pill(_("Waiting for the requester"), "paused", "neutral")
        if status == Status.INTERNAL_REVIEW:
            return Pill(_("Internal review"), "clock", "waiting")
        return Pill(_("No date yet") if state == "not-received" else _("No date counted"), "clock", "neutral")
    if is_late:
        late = -days_left
        words = ngettext("%(count)d working day late", "%(count)d working days late", late) % {"count": late}
        return Pill(words, "alert", "late")
    if days_left == 0:
        return Pill(_("Due today"), "clock", "care")
    words = ngettext("%(count)d working day", "%(count)d working days", days_left) % {"count": days_left}
    return Pill(words, "clock", "care" if days_left <= 2 else "waiting")


def _where(foi_request: FOIRequest, state: str | None, today: date, *, has_draft: bool) -> str:
    parts = []
    if foi_request.letters_to_describe_since:
        day = date_format(foi_request.letters_to_describe_since, "j F")
        parts.append(_("You wrote on %(day)s: say what it was") % {"day": day})
    elif foi_request.status == Status.AWAITING_CLARIFICATION:
        parts.append(_("Your question is with the requester"))
    elif state == PAUSED_FEE:
        parts.append(_("Your fees notice is with the requester"))
    elif state == LAPSED:
        parts.append(_("The time to pay the fee has ended"))
    elif foi_request.status == Status.INTERNAL_REVIEW:
        parts.append(_("The requester asked for a review"))
    elif foi_request.received_on is None:
        parts.append(_("Sent; delivery not confirmed yet"))
    elif state_in_a_word(state, foi_request.clock, today) == "may-be-late":
        parts.append(str(PILLS["may-be-late"][0]))  # as the public page says it
    if foi_request.prominence != Prominence.PUBLIC:
        parts.append(_("Hidden from the public"))
    if has_draft:
        parts.append(_("Your draft is saved"))
    return " · ".join(parts) or _("To be answered")


def _chips(authority: Authority, counts: Counter, shown: str) -> tuple[Chip, ...]:
    base = reverse("authority:authority_inbox", args=[authority.slug])
    return tuple(
        Chip(
            label=str(label),
            url=base if name == "all" else f"{base}?show={name}",
            count=counts[name],
            current=name == shown,
            tone="" if name == shown else TONES.get(name, ""),
        )
        for name, label in FILTERS.items()
        if counts[name] or name in ("all", shown)
    )


def _chart(rows: list[Row], today: date) -> Chart | None:
    """How many answers fall due on each of the next 30 days; None where none does."""
    until = today + timedelta(days=CHART_DAYS)
    due = Counter(row.due_on for row in rows if row.due_on and today <= row.due_on <= until)
    if not due:
        return None
    most = max(due.values())
    bars = []
    for number in range(CHART_DAYS + 1):
        on = today + timedelta(days=number)
        height = round(40 * due[on] / most) if due[on] else 1
        bars.append(Bar(on=on, count=due[on], x=number * 20, y=40 - height, height=height))
    return Chart(
        bars=tuple(bars), days_with=tuple(bar for bar in bars if bar.count), until=until, width=CHART_DAYS * 20 + 14
    )
