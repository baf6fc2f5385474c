"""The request page, read once: every form of it (page, JSON, Atom, text, zip) prints what this returns.

A fixed number of queries, whatever the thread's length: one for the request with its bank holidays and all that it
holds (four for a reader who is signed in), one for similar requests, and two where exports want the plain text.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Q
from django.utils.html import format_html
from django.utils.timezone import localtime

from ..exports.clock_picture import ClockPicture, clock_picture
from ..exports.thread import Authority, Clock, Outcomes, RequestPage
from ..law.clock import ANSWERED, EXTENDED, PAUSED_CLARIFICATION, STOPPED, Standing
from ..law.clock import RUNNING as COUNTING
from ..law.days import ClockRefused
from ..law.explain import Day, explain
from ..law.holidays import PARTS, HolidayTable
from ..law.holidays import BankHoliday as LawHoliday
from ..law.wire import KEYS
from ..models import Prominence
from ..models import Standing as AuthorityStanding
from . import clock_words, outcome_words, paths, request_rows
from .clock_doubts import disputed_words, doubted_words
from .clock_more_time import more_time_words
from .clock_words import LATE, RUNNING
from .next_step import for_anybody_among, next_step, undescribed_among
from .not_arrived import lost_letter, way_of_request
from .quiet_words import letters_taken_for
from .request_files import files_shown
from .request_letters import letter_shown, remark_shown, still_behind, withheld_words
from .request_similar import similar_to
from .statements import Joined

# Days past the due day that the picture may show.
DRAWN_AFTER_DUE = 14
# The dates of the contract of `law.wire`, which the exports give as they are.
DATES = tuple(key for key in KEYS if key not in ("flags", "state", "due_if_receipt_rolls"))


def load(slug: str, *, user, today: date, texts: bool = False) -> RequestPage | None:
    """The request at this address for this reader; None where there is none, or it is hidden from them.

    ``texts`` fills the plain text of letters and annotations, for exports.
    """
    found = THREAD.read(slug, user)
    if found is None:
        return None
    row, parts = found
    number = row["id"]
    is_own = user.is_authenticated and user.pk == row["requester_id"]
    name = row["requester__public_name"]
    outcomes = Outcomes(row["requester_word"], row["authority_word"], row["imported_word"], row["reader_word"])
    state = _state(row, today)
    letters = parts["letters"]
    undescribed = undescribed_among(letters)
    authority = Authority(
        number=row["authority_id"],
        name=row["authority__name"],
        url=paths.authority(row["authority__slug"]),
        is_subject=row["regime"] != AuthorityStanding.NONE,
    )
    url = paths.foi_request(row["slug"])
    written = _written(number, user) if texts else {}
    files = files_shown(parts["files"], url)
    own = is_own and not row["is_imported"]
    behind = still_behind(letters)
    entries = [
        letter_shown(
            one,
            files.get(one["id"], ()),
            written,
            authority.name,
            url,
            is_own=own,
            leads_on=one["id"] in behind,
        )
        for one in letters
    ]
    way = way_of_request(entries, state=state)
    shown_clock = _clock(row, state, today, is_own=is_own, url=url, letters=letters, way=way)
    lost = None
    if own:
        lost = lost_letter(entries, way=way, state=state, status=row["status"], authority=authority.name)
    entries += [remark_shown(remark, written, url) for remark in parts["annotations"]]
    title_withheld = not row["shown_title"]
    title_words = () if title_withheld else tuple(row["words"] or ())
    similar = similar_to(number, title_words, today=today)
    shown = RequestPage(
        number=number,
        version=row["version"],
        slug=row["slug"],
        url=url,
        title=withheld_words(row["title_note"]) if title_withheld else row["shown_title"],
        title_withheld=title_withheld,
        regime=row["regime"],
        status=row["status"],
        requester=name,
        requester_url=paths.person(row["requester_id"], name),
        requester_suspended=row["is_suspended"],
        authority=authority,
        sent_at=row["sent_at"],
        changed_at=row["changed_at"],
        source_url=row["source_url"],
        is_imported=row["is_imported"],
        status_sentence=outcome_words.status_sentence(
            status=row["status"],
            outcomes=outcomes,
            is_undescribed=bool(undescribed),
            authority=authority.name,
            name=name,
            clock_state=state,
            is_lost=way == "lost",
        ),
        pill=outcome_words.pill(
            status=row["status"],
            outcome=outcomes.best,
            clock_state=clock_words.state_in_a_word(state, row["clock"], today),
            is_undescribed=bool(undescribed),
            is_lost=way == "lost",
        ),
        outcomes=outcomes,
        clock=shown_clock,
        entries=tuple(sorted(entries, key=lambda entry: (entry.on, entry.is_annotation, entry.number))),
        followers=row["followers"],
        similar=similar,
        day=today if state in RUNNING or any(other.is_running for other in similar) else None,
        hidden_note="" if row["prominence"] == Prominence.PUBLIC else row["concealed_wording"],
        is_own=is_own,
        is_following=row.get("is_following", False),
        can_answer=row.get("can_answer", False),
        is_public=row["prominence"] == Prominence.PUBLIC,
        to_describe=undescribed,
        for_anybody_to_describe=for_anybody_among(letters, undescribed, row, today),
        holidays=row["holidays"] or "",
        title_words=title_words,
        authority_reference=row["authority_reference"],
        lost=lost,
    )
    shown = replace(shown, letters_taken=letters_taken_for(shown, today=today))
    return next_step(shown, today=today) if is_own else shown


THREAD = Joined(
    lambda user, slug: request_rows.request_query(Q(slug=slug), user),
    letters=request_rows.letters,
    files=request_rows.files,
    annotations=request_rows.annotations,
)


def _state(row: dict, today: date) -> str | None:
    return clock_words.clock_state(regime=row["regime"], status=row["status"], clock=row["clock"], today=today)


def _clock(
    row: dict, state: str | None, today: date, *, is_own: bool, url: str, letters: list[dict], way: str
) -> Clock | None:
    if row["status"] == "withdrawn":
        return None
    held = localtime(row["held_since"]).date() if row["held_since"] else None
    wrote_on = row["letters_to_describe_since"] or held
    standing = clock_words.standing_of(row["clock"])
    said = clock_words.sentence(
        regime=row["regime"],
        state=state,
        status=row["status"],
        clock=row["clock"],
        authority=row["authority__name"],
        name=row["requester__public_name"],
        is_own=is_own,
        sent_at=row["sent_at"],
        wrote_on=wrote_on,
        is_imported=row["is_imported"],
        today=today,
        way=way,
    )
    if said is None:
        return None
    drawn = state in COUNTING or state == ANSWERED
    known = standing if state else Standing()
    kept = clock_words.kept_of(row["clock"])[1]
    if state != ANSWERED and (doubt := disputed_words(kept, name=row["requester__public_name"], is_own=is_own)):
        said = format_html("{} {}", said, doubt)
    name = row["authority__name"]
    if asked := more_time_words(letters, regime=row["regime"], state=state, standing=standing, authority=name):
        said = format_html("{} {}", said, asked)
    facts = Clock(
        sentence=said,
        picture=None,
        why_url=url + "/deadline" if state and _has_ledger(row, state, standing) else "",
        state=state,
        received_on=known.received_on,
        due_on=known.due,
        responded_on=known.responded_on,
        outer_on=known.very_overdue,
        counts_from=known.counts_from,
        skips=known.skips,
        closures=known.closures,
        terms_known=known.terms_known,
        flags=known.flags,
        doubt=doubted_words(kept, standing),
        is_disputed="disputed" in kept,
        fee_is_open=known.fee_on is not None,
        fee_paid_on=known.skips[-1][1] if known.skips and state in COUNTING | STOPPED else None,
        wrote_on=wrote_on,
        review_outcome_on=known.review_outcome_on,
        dates={name: getattr(known, name) for name in DATES},
    )
    # Under "nobody has said yet" the picture would say "late", which the words must not; nor of a school in holidays.
    # Nor may it of one that has claimed more time.
    silent = (state in LATE and wrote_on) or (state == EXTENDED and today > known.due)
    silent = silent or clock_words.state_in_a_word(state, known, today) == "may-be-late"
    if not drawn or silent or known.due is None:
        return facts
    until = min(max(today, known.due), known.due + timedelta(days=DRAWN_AFTER_DUE))
    days = counted_days(row["holidays"], facts, regime=row["regime"], until=until)
    if not days:
        return facts
    return replace(facts, picture=_drawn(days, today, facts.due_on, facts.responded_on, facts.received_on))


def _has_ledger(row: dict, state: str, standing: Standing) -> bool:
    """Whether "why this date" has something to tell: a receipt, or that the one there was is gone."""
    return bool(standing.received_on) or (state == PAUSED_CLARIFICATION and not row["is_imported"])


def counted_days(holidays: str | list, facts: Clock, *, regime: str, until: date) -> tuple[Day, ...]:
    """Every day of the count to ``until``, counted or skipped, and why; empty where no date is shown.

    ``holidays``: the rows of the table around them, as JSON.
    """
    if facts.counts_from is None or facts.due_on is None or not holidays:
        return ()
    rows = holidays if isinstance(holidays, str) else json.dumps(holidays, sort_keys=True)
    return _counted(rows, facts.counts_from, regime, until, facts.skips, facts.closures)


@lru_cache(maxsize=512)
def _counted(
    holidays: str,
    counts_from: date,
    regime: str,
    until: date,
    skips: tuple[tuple[date, date], ...],
    closures: tuple[tuple[date, date], ...],
) -> tuple[Day, ...]:
    """The days of a count; kept in the process, with the holidays themselves as part of the key."""
    days = frozenset(
        LawHoliday(
            on=date.fromisoformat(row["on"]),
            name=row["name"],
            parts=frozenset(part for part in PARTS if row[part]),
        )
        for row in json.loads(holidays)
    )
    table = HolidayTable(days=days, starts_on=counts_from, ends_on=until)
    try:
        return explain(counts_from, until, holidays=table, regime=regime, skips=skips, closures=closures)
    except ClockRefused:
        return ()


@lru_cache(maxsize=512)
def _drawn(
    days: tuple[Day, ...], today: date, due_on: date, answered_on: date | None, received_on: date | None
) -> ClockPicture:
    return clock_picture(days, today, due_on=due_on, answered_on=answered_on, received_on=received_on)


def _written(number: int, user) -> dict[tuple[str, int], str]:
    texts = {("letter", row["id"]): row["published_text"] for row in request_rows.LETTER_TEXTS.rows(number, user)}
    rows = request_rows.ANNOTATION_TEXTS.rows(number, user)
    return texts | {("annotation", row["id"]): row["published_text"] for row in rows}
