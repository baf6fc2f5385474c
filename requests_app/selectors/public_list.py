"""Lists of requests as anybody may see them: filtered, newest activity first, page after page by key.

One query a page, whatever the list's length; no counts, no page numbers. A search adds two for its excerpts.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ..exports.listing import Listing, Removed, Row
from ..exports.thread import Outcomes
from ..models import Annotation, FileText, FOIRequest, Message, Outcome, OutcomeSaid, Prominence, Side, Status
from ..permissions import visible_annotations, visible_letters, visible_texts, visible_to
from . import paths
from .clock_words import clock_state, state_in_a_word
from .outcome_words import late_hint, pill
from .request_rows import marked_name, shown_title, suspended_for_misuse, word_of

PAGE = 25
ANYBODY = AnonymousUser()
# A search looks through this many of the newest requests first; only what they do not answer costs more.
WINDOW = 5_000
# Characters of a letter from which an excerpt may come.
EXCERPT_FROM = 20_000
# From the words of a file to the request that it came with.
OF_FILE = "attachment__message__foi_request"
MARK, UNMARK = "\ue010", "\ue011"
MARKED = re.compile(f"{MARK}([^{MARK}{UNMARK}]*){UNMARK}")

FILTERS = {
    "": _("All"),
    "waiting": _("Waiting"),
    "delayed": _("Delayed"),
    "successful": _("Successful"),
    "partly": _("Partly successful"),
    "refused": _("Refused"),
    "not-held": _("Not held"),
    "withdrawn": _("Withdrawn"),
}
BY_OUTCOME = {
    "successful": Outcome.SUCCESSFUL,
    "partly": Outcome.PARTIALLY_SUCCESSFUL,
    "refused": Outcome.REFUSED,
    "not-held": Outcome.NOT_HELD,
}


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; everything may be absent. ``before`` is the key of the last row seen."""

    words: str = ""
    state: str = ""
    authority_id: int | None = None
    requester_id: int | None = None
    sent_from: date | None = None
    sent_until: date | None = None
    before: tuple[datetime, int] | None = None
    changed_since: datetime | None = None
    changed_after: tuple[datetime, int] | None = None


def requests_page(wanted: Wanted, *, today: date, size: int = PAGE) -> tuple[list[Row], bool]:
    """One page of rows, newest activity first, and whether there are more."""
    found = _filtered(FOIRequest.objects.filter(visible_to(ANYBODY)), wanted, today)
    if wanted.before:
        at, number = wanted.before
        found = found.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=at, pk__lt=number))
    rows = _search(found, wanted.words, size) if wanted.words else _read(found, size)
    shown = [_row(row, today) for row in rows[:size]]
    if wanted.words:
        shown = _with_excerpts(shown, _query(wanted.words))
    return shown, len(rows) > size


def changes_page(wanted: Wanted, *, today: date, size: int = 100) -> tuple[list[Row], list[Removed], tuple | None]:
    """What changed since a moment, oldest change first: rows, removed ones, and the key to go on from.

    Filters and words choose among what everybody may read. What was removed is told of whatever it was, since
    whoever asks may have a copy; only the authority, or the person, of the list still narrows it.
    """
    changed = FOIRequest.objects.filter(changed_at__gte=wanted.changed_since)
    if wanted.changed_after:
        at, number = wanted.changed_after
        changed = changed.filter(Q(changed_at__gt=at) | Q(changed_at=at, pk__gt=number))
    changed = _of(changed, wanted)
    shown_here = _filtered(changed.filter(visible_to(ANYBODY)), wanted, today)
    if wanted.words:
        shown_here = shown_here.filter(_matching(_query(wanted.words), within=shown_here.order_by().values("pk")))
    changed = changed.filter(~visible_to(ANYBODY) | Q(pk__in=shown_here.order_by().values("pk")))
    keys = list(
        changed.order_by("changed_at", "pk").values_list("changed_at", "pk", "prominence", "concealed_reason")[
            : size + 1
        ]
    )
    page = keys[:size]
    public = [number for _at, number, prominence, _reason in page if prominence == Prominence.PUBLIC]
    found = FOIRequest.objects.filter(visible_to(ANYBODY), pk__in=public)
    rows = {row["id"]: row for row in found.order_by().values(*_COLUMNS, **_extra())}
    shown = [_row(rows[number], today) for number in public if number in rows]
    removed = [
        Removed(number, at, reason) for at, number, prominence, reason in page if prominence != Prominence.PUBLIC
    ]
    return shown, removed, (page[-1][0], page[-1][1]) if len(keys) > size else None


def listing(wanted: Wanted, *, title: str, url: str, next_url, today: date) -> Listing:
    """A page of a list for the exports; ``next_url(name, key)`` gives the path of the page after a key."""
    if wanted.changed_since:
        rows, removed, key = changes_page(wanted, today=today)
        return Listing(title, url, tuple(rows), tuple(removed), next_url("changed_after", key) if key else "")
    rows, more = requests_page(wanted, today=today)
    following = next_url("before", (rows[-1].last_activity_at, rows[-1].number)) if more else ""
    return Listing(title, url, tuple(rows), (), following)


def _of(found: QuerySet, wanted: Wanted) -> QuerySet:
    if wanted.authority_id:
        found = found.filter(authority=wanted.authority_id)
    if wanted.requester_id:
        found = found.filter(requester=wanted.requester_id)
    return found


def _filtered(found: QuerySet, wanted: Wanted, today: date) -> QuerySet:
    found = _of(found, wanted)
    if wanted.sent_from:
        found = found.filter(sent_at__date__gte=wanted.sent_from)
    if wanted.sent_until:
        found = found.filter(sent_at__date__lte=wanted.sent_until)
    # The same rule as the pill: a letter that nobody has described is neither late nor in time.
    late = Q(
        status=Status.AWAITING_RESPONSE, regime="foia", due_on__lt=today, letters_to_describe_since=None,
        is_imported=False,
    )  # fmt: skip
    if wanted.state == "waiting":
        found = found.filter(status__in=[Status.AWAITING_RESPONSE, Status.INTERNAL_REVIEW]).exclude(late)
    elif wanted.state == "delayed":
        found = found.filter(late)
    elif wanted.state == "withdrawn":
        found = found.filter(status=Status.WITHDRAWN)
    elif wanted.state in BY_OUTCOME:
        said = OutcomeSaid.objects.standing().filter(foi_request=OuterRef("pk"), outcome=BY_OUTCOME[wanted.state])
        found = found.filter(Exists(said), status=Status.ANSWERED)
    return found


_COLUMNS = (
    "id",
    "slug",
    "regime",
    "status",
    "sent_at",
    "due_on",
    "clock",
    "letters_to_describe_since",
    "last_activity_at",
    "changed_at",
    "requester_id",
    "requester__public_name",
    "authority__name",
    "authority__slug",
)


def _extra() -> dict:
    return {
        **shown_title(ANYBODY),
        "requester_word": word_of(Side.REQUESTER),
        "authority_word": word_of(Side.AUTHORITY),
        "imported_word": word_of(Side.IMPORTED),
        "is_suspended": suspended_for_misuse("requester"),
    }


def _read(found: QuerySet, size: int) -> list[dict]:
    return list(found.order_by("-last_activity_at", "-pk").values(*_COLUMNS, **_extra())[: size + 1])


def _query(words: str) -> SearchQuery:
    return SearchQuery(words, config="english", search_type="websearch")


def _search(found: QuerySet, words: str, size: int) -> list[dict]:
    """Matches among the newest requests; only where those do not fill the page, among all."""
    query = _query(words)
    newest = found.order_by("-last_activity_at", "-pk").values("pk")[:WINDOW]
    rows = _read(found.filter(_matching(query, within=newest)), size)
    return rows if len(rows) > size else _read(found.filter(_matching(query)), size)


def _matching(query: SearchQuery, within: QuerySet | None = None) -> Q:
    """Requests of which the title, a letter, a file or an annotation that everybody may read has the words.

    A union in one subquery, so that the indexes of words begin the work; an OR of four would read every request.
    Nothing is cut off: a page by key that left out a row would lose it for good.
    """
    titles = FOIRequest.objects.filter(title_vector=query, title_prominence=Prominence.PUBLIC)
    letters = Message.objects.filter(visible_letters(ANYBODY), published_vector=query).order_by()
    remarks = Annotation.objects.filter(visible_annotations(ANYBODY), published_vector=query).order_by()
    files = FileText.objects.filter(visible_texts(ANYBODY), published_vector=query).order_by()
    if within is not None:
        titles = titles.filter(pk__in=within)
        files = files.filter(**{f"{OF_FILE}__in": within})
        letters, remarks = letters.filter(foi_request__in=within), remarks.filter(foi_request__in=within)
    numbers = titles.order_by().values("pk")
    words = (letters.values("foi_request"), remarks.values("foi_request"), files.values(OF_FILE))
    return Q(pk__in=numbers.union(*words, all=True))


def _with_excerpts(rows: list[Row], query: SearchQuery) -> list[Row]:
    numbers = [row.number for row in rows]
    # The newest letter of each first, so that only those are cut into excerpts.
    newest = (
        Message.objects.filter(visible_letters(ANYBODY), foi_request__in=numbers, published_vector=query)
        .order_by("foi_request", "-pk")
        .distinct("foi_request")
        .values("pk")
    )
    excerpts = Message.objects.filter(pk__in=newest).order_by().values_list("foi_request", _headline(query))
    by_number = dict(excerpts)
    if missing := [number for number in numbers if number not in by_number]:
        by_number = dict(_excerpts_of_files(missing, query)) | by_number
    return [replace(row, snippet=_marked(by_number.get(row.number, ""))) for row in rows]


def _headline(query: SearchQuery) -> SearchHeadline:
    return SearchHeadline(
        Left(F("published_text"), EXCERPT_FROM),
        query,
        config="english",
        start_sel=MARK,
        stop_sel=UNMARK,
        max_words=30,
        min_words=15,
    )


def _excerpts_of_files(numbers: list[int], query: SearchQuery) -> QuerySet:
    """For requests of which no letter has the words: where a file has them."""
    newest = (
        FileText.objects.filter(visible_texts(ANYBODY), published_vector=query, **{f"{OF_FILE}__in": numbers})
        .order_by(OF_FILE, "-pk")
        .distinct(OF_FILE)
        .values("pk")
    )
    return FileText.objects.filter(pk__in=newest).order_by().values_list(OF_FILE, _headline(query))


def _marked(excerpt: str) -> SafeString:
    """The excerpt escaped, with the found words marked; marks that a letter brought itself are dropped."""
    safe = MARKED.sub(r"<mark>\1</mark>", escape(excerpt)).replace(MARK, "").replace(UNMARK, "")
    return mark_safe(safe)  # noqa: S308  (escaped above; only our own marks are put back)


def _row(row: dict, today: date) -> Row:
    outcomes = Outcomes(row["requester_word"], row["authority_word"], row["imported_word"])
    undescribed = row["letters_to_describe_since"] is not None
    state = clock_state(regime=row["regime"], status=row["status"], clock=row["clock"], today=today)
    said = state_in_a_word(state, row["clock"], today)
    return Row(
        number=row["id"],
        url=paths.foi_request(row["slug"]),
        title=row["shown_title"] or row["title_note"],
        authority=row["authority__name"],
        authority_url=paths.authority(row["authority__slug"]),
        requester=marked_name(row["requester__public_name"], row["is_suspended"]),
        requester_url=paths.person(row["requester_id"], row["requester__public_name"]),
        regime=row["regime"],
        status=row["status"],
        outcome_by_requester=row["requester_word"] or row["imported_word"] or "",
        outcome_by_authority=row["authority_word"] or "",
        sent_at=row["sent_at"],
        due_on=row["due_on"],
        last_activity_at=row["last_activity_at"],
        changed_at=row["changed_at"],
        pill=pill(status=row["status"], outcome=outcomes.best, clock_state=said, is_undescribed=undescribed),
        hint="" if undescribed or row["status"] != Status.AWAITING_RESPONSE else late_hint(row["due_on"], said),
    )
