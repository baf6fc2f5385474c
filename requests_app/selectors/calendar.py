"""The days of requests for people's own calendars: only those that run, and only what the reader may see."""

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.as_ics import CalendarDay
from ..law.clock import Standing
from ..law.regimes import REGIMES
from ..models import OPEN, Authority, FOIRequest, Side, Status, User
from ..permissions import answerable_by, requested_by, visible_to
from . import paths
from .clock_beside import adds_no_time
from .clock_words import standing_of
from .next_step import UNHAPPY
from .request_rows import shown_title, word_of

MOST = 1000
# Answered requests whose windows may still be open; the longest is six months after a review.
LOOKED_BACK = timedelta(days=400)
SUMMARIES = {
    "due": gettext_lazy("Answer normally due: %(title)s"),
    "due, hoped": gettext_lazy("Answer hoped for: %(title)s"),
    "due, school": gettext_lazy("Answer normally due in term time: %(title)s"),
    "due_latest": gettext_lazy("Answer due at the latest: %(title)s"),
    "extension_due": gettext_lazy("Answer expected, more time was claimed: %(title)s"),
    "fee_by": gettext_lazy("Last day to pay the fee: %(title)s"),
    "review_due": gettext_lazy("Review should be answered: %(title)s"),
    "review_max": gettext_lazy("Review due at the latest: %(title)s"),
    "review_request_by": gettext_lazy("Last day to ask for a review: %(title)s"),
    "regulator_by": gettext_lazy("Last day to complain to the regulator: %(title)s"),
}
FOR_BOTH = {
    Status.AWAITING_RESPONSE: ("due", "due_latest", "extension_due"),
    Status.INTERNAL_REVIEW: ("review_due", "review_max"),
}
FOR_REQUESTER = {
    Status.AWAITING_RESPONSE: ("fee_by",),
    Status.INTERNAL_REVIEW: ("regulator_by",),
    Status.ANSWERED: ("review_request_by", "regulator_by"),
}
COLUMNS = ("id", "version", "slug", "regime", "status", "clock", "changed_at", "is_imported")


def request_days(slug: str, user: User) -> list[CalendarDay] | None:
    """The days of one request, those of its requester too where they are the reader; None where it is not seen."""
    found = FOIRequest.objects.filter(visible_to(user), slug=slug).order_by()
    row = found.values(*COLUMNS, "requester_id", own_word=word_of(Side.REQUESTER), **shown_title(user)).first()
    if row is None:
        return None
    return list(_days(row, is_own=user.is_authenticated and row["requester_id"] == user.pk))


def own_days(user: User, *, today: date) -> list[CalendarDay]:
    """The days of a person's own requests: open ones, and answered ones with a window that is open. One query."""
    windows = Q(status=Status.ANSWERED, responded_on__gte=today - LOOKED_BACK)
    mine = requested_by(user) & visible_to(user) & (Q(status__in=OPEN) | windows)
    return _all(FOIRequest.objects.filter(mine, is_imported=False), user, is_own=True)


def authority_days(authority: Authority, user: User) -> list[CalendarDay]:
    """The days of an authority's open requests, as one of its officers may see them. One query.

    Nothing for somebody who does not work there (any more).
    """
    theirs = answerable_by(user) & visible_to(user)
    rows = FOIRequest.objects.filter(theirs, authority=authority, status__in=OPEN, is_imported=False)
    return _all(rows, user, is_own=False)


def _all(rows, user: User, *, is_own: bool) -> list[CalendarDay]:
    extra = {"own_word": word_of(Side.REQUESTER)} if is_own else {}
    found = rows.order_by("-pk").values(*COLUMNS, **extra, **shown_title(user))[:MOST]
    return [day for row in found for day in _days(row, is_own=is_own)]


def _days(row: dict, *, is_own: bool) -> Iterable[CalendarDay]:
    standing = standing_of(row["clock"])
    title = row["shown_title"] or row["title_note"] or _("A request whose title is hidden")
    for name in _names(row, is_own=is_own):
        on = getattr(standing, name)
        if on is None or _is_said_already(name, standing):
            continue
        yield CalendarDay(
            uid=f"request-{row['id']}-{name.replace('_', '-')}@{urlsplit(settings.SITE_URL).hostname}",
            sequence=row["version"],
            on=on,
            title=str(SUMMARIES[_key(name, row["regime"], standing)]) % {"title": title},
            url=settings.SITE_URL + paths.foi_request(row["slug"]),
            changed_at=row["changed_at"],
        )


def _names(row: dict, *, is_own: bool) -> tuple[str, ...]:
    """Which dates there are at this stage. A stopped clock has no due date, since its fold has none."""
    if row["is_imported"] or row["regime"] not in REGIMES:
        return ()
    names = FOR_BOTH.get(row["status"], ())
    if not is_own or (row["status"] == Status.ANSWERED and row["own_word"] not in UNHAPPY):
        return names
    return names + FOR_REQUESTER.get(row["status"], ())


def _is_said_already(name: str, standing: Standing) -> bool:
    """Whether another day says the same, or a later step has taken this one's place."""
    if name == "review_max":
        return standing.review_max == standing.review_due
    if name == "extension_due":
        return adds_no_time(standing)
    if name == "due_latest":
        return standing.due_latest == standing.due or standing.terms_known
    return name == "review_request_by" and standing.review_on is not None


def _key(name: str, regime: str, standing: Standing) -> str:
    if name != "due":
        return name
    if not REGIMES[regime].by_law:
        return "due, hoped"
    return "due, school" if standing.due_latest and not standing.terms_known else "due"
