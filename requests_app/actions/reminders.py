"""One reminder for one deadline: to the requester, who learns what to do next, and to the authority.

A row of ``Reminder`` is the guard. What is due is asked for as "due by now and not done", so that days on
which nothing ran heal themselves.
"""

import logging
from datetime import date, datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..law.days import is_working_day
from ..law.regimes import REGIMES
from ..mail import compose
from ..mail.route import NO_ANSWERS
from ..models import (
    AuthorityAddress,
    CaseKind,
    Event,
    FOIRequest,
    InboundEmail,
    InboundState,
    OutboundEmail,
    Prominence,
    Reminder,
    Sanction,
    Status,
)
from .cases import open_case
from .deadlines import holiday_table
from .publication import touch_where

logger = logging.getLogger(__name__)
OVERDUE = "overdue"
# Regimes whose clock is built; others get no reminder.
REGIMES_REMINDED = ("foia",)
BATCH = 500
FROM_HOUR = 8


def may_go(now: datetime) -> bool:
    """Whether reminders may leave now: on working days from eight o'clock, London time."""
    here = timezone.localtime(now)
    off = holiday_table().calendar(REGIMES["foia"].calendar)
    return here.hour >= FROM_HOUR and is_working_day(here.date(), off)


def due(*, on: date, kind: str = OVERDUE) -> QuerySet[FOIRequest]:
    """Requests whose answer is late on ``on`` by either reading of its receipt, and that were not reminded of it.

    Not where a letter waits to be described or is held for the request: it may be the answer. Not where
    the requester is suspended, nor for what is hidden from all or was brought from elsewhere.
    """
    reminded = Reminder.objects.filter(foi_request=OuterRef("pk"), kind=kind, for_on=OuterRef("due_on"))
    held = InboundEmail.objects.filter(foi_request=OuterRef("pk"), state=InboundState.HELD).exclude(
        reason__in=NO_ANSWERS
    )
    unread = InboundEmail.objects.filter(foi_request=OuterRef("pk"), state=InboundState.RECEIVED)
    suspended = Sanction.objects.active().filter(user=OuterRef("requester"))
    return (
        FOIRequest.objects.filter(
            status=Status.AWAITING_RESPONSE,
            regime__in=REGIMES_REMINDED,
            due_on__lt=on,
            responded_on=None,
            letters_to_describe_since=None,
            is_imported=False,
            importing=False,
        )
        .exclude(prominence=Prominence.NOBODY)
        .annotate(latest_day=Coalesce("grace_on", "due_on"))
        .filter(~Exists(reminded), ~Exists(held), ~Exists(unread), ~Exists(suspended), latest_day__lt=on)
        .order_by("due_on", "id")
    )


def remind(*, on: date, now: datetime | None = None, kind: str = OVERDUE) -> int:
    """Send what is due by ``on``, once each. Returns how many requests were reminded of.

    Batches of 500, each one transaction; a batch that fails is done again row by row, so that one bad
    row harms only itself and becomes a case. Safe to run twice, and in two processes at once.
    """
    now = now or timezone.now()
    sent, after = 0, (date.min, 0)
    while True:
        later = due(on=on, kind=kind).filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], id__gt=after[1]))
        batch = list(later.values_list("due_on", "id")[:BATCH])
        if not batch:
            return sent
        after = batch[-1]
        numbers = [number for _due_on, number in batch]
        try:
            sent += _remind_of(numbers, on=on, now=now, kind=kind)
        except Exception:
            logger.exception("a batch of %s reminders failed and is done row by row", len(numbers))
            sent += sum(_remind_of_one(number, on=on, now=now, kind=kind) for number in numbers)


def _remind_of_one(number: int, *, on: date, now: datetime, kind: str) -> int:
    try:
        return _remind_of([number], on=on, now=now, kind=kind)
    except Exception:
        logger.exception("the reminder for request %s failed", number)
        open_case(CaseKind.FAILED_JOB, "foi_request", number, foi_request=FOIRequest(pk=number), now=now)
        return 0


@transaction.atomic
def _remind_of(numbers: list[int], *, on: date, now: datetime, kind: str) -> int:
    """Remind of these, as far as they are still due under their lock; the rest is left to the next run."""
    still = due(on=on, kind=kind).filter(pk__in=numbers).select_related("authority", "requester")
    requests = {row.pk: row for row in still.select_for_update(of=("self",), skip_locked=True)}
    new = _new_reminders(requests, now=now, kind=kind)
    addresses = dict(
        AuthorityAddress.objects.filter(
            authority__in={requests[pk].authority_id for pk in new}, is_request_address=True, undeliverable_since=None
        ).values_list("authority_id", "email")
    )
    outbox_numbers = iter(compose.outbox_numbers(2 * len(new)) if new else [])
    letters: list[OutboundEmail | None] = []
    for pk in new:
        foi_request = requests[pk]
        letters += _letters(foi_request, addresses.get(foi_request.authority_id), *islice(outbox_numbers, 2))
    Event.objects.bulk_create(Event(foi_request_id=pk, kind="reminded", at=now, data={"of": kind}) for pk in new)
    for row in OutboundEmail.objects.bulk_create([letter for letter in letters if letter is not None]):
        compose.hand_over(row)
    touch_where(Q(pk__in=new))
    return len(new)


def _new_reminders(requests: dict[int, FOIRequest], *, now: datetime, kind: str) -> list[int]:
    """Insert the guards; only those that were not there yet come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Reminder._meta.db_table}"  # noqa: S608
            " (foi_request_id, kind, step, audience, for_on, planned_on, state, reason, created_at, settled_at)"
            " SELECT number, %s, 0, 'requester', due_on, due_on, 'sent', '', %s, %s"
            " FROM unnest(%s::bigint[], %s::date[]) AS late (number, due_on)"
            " ON CONFLICT DO NOTHING RETURNING foi_request_id",
            [kind, now, now, list(requests), [row.due_on for row in requests.values()]],
        )
        return [number for (number,) in cursor.fetchall()]


def _letters(
    foi_request: FOIRequest, address: str | None, first_number: int, second_number: int
) -> list[OutboundEmail | None]:
    url = compose.page_url(foi_request)
    to_requester = compose.prepare(
        "overdue_requester",
        to=foi_request.requester,
        foi_request=foi_request,
        context={"follow_up_url": f"{url}/follow-up"},
        number=first_number,
    )
    if address is None:
        return [to_requester]
    to_authority = compose.prepare(
        "overdue_authority",
        to=address,
        foi_request=foi_request,
        kind="notice",
        context={"answer_url": compose.answer_url(foi_request), "requester_name": foi_request.requester.public_name},
        number=second_number,
    )
    return [to_requester, to_authority]
