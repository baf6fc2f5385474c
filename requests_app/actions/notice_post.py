"""Posting: all that there is for one person or one authority on a day becomes one letter.

``DailyMail`` is the guard: its row, the letter in the outbox and what became of each reminder are one transaction, so
that a death anywhere leaves reminders that are still planned, or a letter that is there once.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from ..law.holidays import HolidayTable
from ..mail import compose
from ..models import Audience, CaseKind, DailyMail, FOIRequest, Reminder, ReminderState, Sanction, User
from . import notice_check as check
from . import notice_extras
from .cases import open_case
from .digests import News, mornings, news_for, people_with_news
from .notice_history import note_reminded
from .notice_letters import Letter, letter_to_authority, letter_to_person
from .notice_plan import is_database_away
from .notice_schedule import LATE
from .notice_words import Part, part_of_draft, part_of_request

logger = logging.getLogger(__name__)
BATCH = 1000
_LOCK_SPACES = {Audience.REQUESTER: 7022, Audience.AUTHORITY: 7023}


@dataclass(frozen=True, slots=True)
class Morning:
    """When letters are posted. ``regimes``: whose working day it is, None for all; not ``reminds`` on a day off."""

    on: date
    now: datetime
    settled: datetime
    table: HolidayTable
    regimes: list[str] | None
    reminds: bool
    with_news: frozenset[int] = frozenset()


@dataclass(slots=True)
class Outcome:
    """What became of the reminders of one batch."""

    letters: list[tuple[Letter, check.Recipient, list[check.Row]]] = field(default_factory=list)
    sent: dict[int, tuple[int, check.Row]] = field(default_factory=dict)
    skipped: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    failed: list[check.Row] = field(default_factory=list)


def reached(point: str) -> None:
    """Marks a step of posting; does nothing. A test's own process replaces it to die there."""


def post(morning: Morning) -> Counter:
    """Post what is planned, and the daily and weekly news of follows; counts of sent, skipped, failed and letters.

    To authorities first. Batches of about 1,000, each one transaction; a batch that fails is done again one by one.
    """
    return post_to_authorities(morning) + post_to_people(morning)


def post_to_authorities(morning: Morning) -> Counter:
    """The half of `post` that goes to authorities."""
    counts: Counter = Counter()
    if morning.reminds:
        for numbers in _in_batches(_waiting(Audience.AUTHORITY, morning)):
            counts += _in_whole_or_one_by_one(Audience.AUTHORITY, numbers, morning)
    return counts


def post_to_people(morning: Morning) -> Counter:
    """The half of `post` that goes to people, with the news of what they follow."""
    counts: Counter = Counter()
    waiting = _waiting(Audience.REQUESTER, morning) if morning.reminds else {}
    with_news = _without_mail_today(people_with_news(mornings(morning.settled)), morning.on)
    morning = replace(morning, with_news=frozenset(with_news))
    for number in with_news:
        waiting.setdefault(number, 1)
    for numbers in _in_batches(waiting):
        counts += _in_whole_or_one_by_one(Audience.REQUESTER, numbers, morning)
    return counts


def _waiting(audience: str, morning: Morning) -> dict[int, int]:
    """For whom something is planned, and how many; not those who have had today's mail."""
    person = audience == Audience.REQUESTER
    had = DailyMail.objects.filter(day=morning.on)
    planned = Reminder.objects.planned().filter(audience=audience)
    whose = "foi_request__requester" if person else "foi_request__authority"
    about = planned.filter(foi_request__isnull=False)
    if morning.regimes is not None:
        about = about.filter(foi_request__regime__in=morning.regimes)
    todays = had.filter(**{"user" if person else "authority": OuterRef(whose)})
    counted = Counter(about.exclude(Exists(todays)).values_list(f"{whose}_id", flat=True))
    if person and morning.regimes is None:
        unsent = planned.filter(draft__user__isnull=False)
        unsent = unsent.exclude(Exists(had.filter(user=OuterRef("draft__user"))))
        counted.update(unsent.values_list("draft__user_id", flat=True))
    return dict(sorted(counted.items()))


def _without_mail_today(numbers: list[int], on: date) -> list[int]:
    had = set(DailyMail.objects.filter(day=on, user__in=numbers).values_list("user", flat=True)) if numbers else ()
    return [number for number in numbers if number not in had]


def _in_batches(waiting: dict[int, int]) -> Iterator[list[int]]:
    """Recipients in order, so many that their reminders are about a batch; one with more is a batch alone."""
    batch: list[int] = []
    size = 0
    for number, planned in waiting.items():
        if batch and size + planned > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(number)
        size += planned
    if batch:
        yield batch


def _in_whole_or_one_by_one(audience: str, numbers: list[int], morning: Morning) -> Counter:
    try:
        return _post_to(audience, numbers, morning)
    except Exception:
        if is_database_away():
            raise  # the next sweep goes on
        logger.exception("a batch of letters to %s recipients failed and is done one by one", len(numbers))
    counts: Counter = Counter()
    for number in numbers:
        try:
            counts += _post_to(audience, [number], morning)
        except Exception:
            if is_database_away():
                raise
            logger.exception("the daily mail to %s %s failed", audience, number)
            counts += _give_up(audience, number, morning)
    return counts


@transaction.atomic
def _give_up(audience: str, number: int, morning: Morning) -> Counter:
    """What was to go to this recipient failed, and a person has to look."""
    rows = check.rows_about_requests(audience, [number], morning.regimes)
    if audience == Audience.REQUESTER:
        rows += check.rows_about_drafts([number])
    if not rows:
        open_case(CaseKind.FAILED_JOB, "user", number, now=morning.now)
    outcome = Outcome(failed=rows)
    _settle(outcome, morning)
    return Counter(failed=len(rows))


@transaction.atomic
def _post_to(audience: str, numbers: list[int], morning: Morning) -> Counter:
    person = audience == Audience.REQUESTER
    numbers = _alone_with(audience, numbers)
    recipients = check.people(numbers, now=morning.now) if person else check.authorities(numbers)
    outcome = Outcome()
    parts = _parts(audience, recipients, outcome, morning)
    news = _news(recipients, morning) if person else {}
    wanted = [number for number in recipients if parts.get(number) or number in news]
    todays = _first_today("user" if person else "authority", wanted, morning)
    for number in todays:
        mine, recipient = parts.get(number, []), recipients[number]
        told = news.get(number)
        letter = letter_to_person(recipient, mine, told) if person else letter_to_authority(recipient, mine)
        outcome.letters.append((letter, recipient, [row for row, _part in mine]))
        if told:
            told.mark_told()
    _save(audience, outcome, morning)
    reached("posted")
    _settle(outcome, morning)
    reached("settled")
    return Counter(
        sent=len(outcome.sent),
        skipped=sum(len(some) for some in outcome.skipped.values()),
        failed=len(outcome.failed),
        letters=len(outcome.letters),
    )


def _alone_with(audience: str, numbers: list[int]) -> list[int]:
    """Those of the recipients that no other process writes to now; locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM unnest(%s::bigint[]) AS wanted (number)"
            " WHERE pg_try_advisory_xact_lock(%s, hashint8(number))",
            [numbers, _LOCK_SPACES[audience]],
        )
        return [number for (number,) in cursor.fetchall()]


def _parts(
    audience: str, recipients: dict[int, check.Recipient], outcome: Outcome, morning: Morning
) -> dict[int, list[tuple[check.Row, Part]]]:
    """By recipient what may go, in order of date; what may not is noted in ``outcome``, and so is what breaks."""
    if not morning.reminds:
        return {}
    person = audience == Audience.REQUESTER
    whose = "foi_request__requester_id" if person else "foi_request__authority_id"
    rows = check.rows_about_requests(audience, list(recipients), morning.regimes)
    suspended = _suspended({row["foi_request__requester_id"] for row in rows})
    extras = notice_extras.for_rows(rows)
    found: dict[int, list[tuple[check.Row, Part]]] = defaultdict(list)
    for row in rows:
        recipient = recipients[row[whose]]
        try:
            why = check.why_not(row, recipient, suspended=suspended, on=morning.on, table=morning.table)
            if why:
                outcome.skipped[why].append(row["pk"])
            else:
                found[recipient.number].append((row, part_of_request(row, extras.get(row["pk"], {}))))
        except Exception:
            logger.exception("reminder %s failed", row["pk"])
            outcome.failed.append(row)
    if person and morning.regimes is None:
        for row in check.rows_about_drafts(list(recipients)):
            recipient = recipients[row["draft__user_id"]]
            if why := check.why_not_draft(row, recipient):
                outcome.skipped[why].append(row["pk"])
            else:
                found[recipient.number].append((row, part_of_draft(row)))
    return found


def _suspended(people: set[int]) -> set[int]:
    return set(Sanction.objects.active().filter(user__in=people).values_list("user", flat=True)) if people else set()


def _news(recipients: dict[int, check.Recipient], morning: Morning) -> dict[int, News]:
    """What there is to tell; where a follow's news are all hidden, it counts as told.

    Whose address returns mail, or who has none, hears of it when that is mended.
    """
    up_to = mornings(morning.settled)
    found = {}
    for number, recipient in recipients.items():
        if number in morning.with_news and not recipient.refused:
            news = news_for(User.objects.get(pk=number), up_to)
            if news.items:
                found[number] = news
            else:
                news.mark_told()
    return found


def _first_today(of: str, numbers: list[int], morning: Morning) -> list[int]:
    """Those who have had no mail of ours today, and have with this row."""
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DailyMail._meta.db_table} ({of}_id, day, at)"  # noqa: S608
            f" SELECT number, %s, %s FROM unnest(%s::bigint[]) AS wanted (number)"
            f" ON CONFLICT DO NOTHING RETURNING {of}_id",
            [morning.on, morning.now, sorted(numbers)],
        )
        return [number for (number,) in cursor.fetchall()]


def _save(audience: str, outcome: Outcome, morning: Morning) -> None:
    """The letters into the outbox, with one statement."""
    numbers = compose.outbox_numbers(len(outcome.letters)) if outcome.letters else []
    rows = []
    for number, (letter, recipient, about) in zip(numbers, outcome.letters, strict=True):
        rows.append(
            compose.fields_of(
                letter.template,
                letter.subject,
                letter.body,
                address=recipient.address,
                user_id=recipient.number if audience == Audience.REQUESTER else None,
                foi_request=_about(letter),
                kind="person" if audience == Audience.REQUESTER else "notice",
                headers=letter.headers,
                number=number,
                not_before=morning.now,
            )
        )
        outcome.sent |= {row["pk"]: (number, row) for row in about}
    compose.insert_many(rows)


class _About(NamedTuple):
    """What an address of ours is made from; a thousand requests would cost more to load."""

    pk: int
    reply_token: str
    requester_id: int


def _about(letter: Letter) -> _About | None:
    row = letter.about
    if row is None:
        return None
    return _About(row["foi_request_id"], row["foi_request__reply_token"], row["foi_request__requester_id"])


def _settle(outcome: Outcome, morning: Morning) -> None:
    """Write down what became of each reminder, in history too where one said that something is late."""
    became = [(pk, str(ReminderState.SENT), "", letter) for pk, (letter, _row) in outcome.sent.items()]
    became += [(pk, str(ReminderState.SKIPPED), why, None) for why, some in outcome.skipped.items() for pk in some]
    became += [(row["pk"], str(ReminderState.FAILED), "error", None) for row in outcome.failed]
    if became:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {Reminder._meta.db_table} AS r SET state = became.state, reason = became.reason,"  # noqa: S608
                " settled_at = %s, outbound_email_id = became.letter"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])"
                " AS became (number, state, reason, letter) WHERE r.id = became.number",
                [morning.now, *(list(column) for column in zip(*became, strict=True))],
            )
    for row in outcome.failed:
        number = row.get("foi_request_id")
        about = FOIRequest(pk=number) if number else None
        thing = ("foi_request", number) if number else ("draft", row["draft_id"])
        open_case(CaseKind.FAILED_JOB, *thing, foi_request=about, now=morning.now)
    note_reminded([row for _letter, row in outcome.sent.values() if row["kind"] in LATE], now=morning.now)
