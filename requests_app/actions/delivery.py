"""Sending: claim a row under a committed lease, hand it to the mail server, commit SENT with what the server said.

A worker may die anywhere. A row it left is taken up again when its lease has run out, with the same
Message-ID; if its content had begun to leave, the repeat says that it may be a second copy.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core import mail
from django.core.mail.backends import smtp as django_smtp
from django.core.mail.message import EmailMessage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..mail.compose import LETTER_TEMPLATES
from ..mail.smtp import EmailBackend, Handover
from ..models import OutboundEmail, OutboundState, Sanction
from . import undelivered
from .publication import touch
from .sanctions import HELD_BACK
from .send_errors import Verdict, judge, words_of

logger = logging.getLogger(__name__)
# After this a row whose worker fell silent may be taken up again; the lock below says whether it still lives.
LEASE = timedelta(seconds=30)
# Our own mail server being away is no fault of the letter: for so long it is tried again.
GIVE_UP_AFTER = timedelta(days=3)
GIVE_UP_ATTEMPTS = 100
OWN_FAULT_ATTEMPTS = 5
LONGEST_PAUSE = 300.0
_LOCK_SPACE = 7021


def deliver(outbound_id: int) -> str:
    """Try once to send one letter: "sent", "retry", "failed", "server_away", or "nothing" if it is not its turn.

    Never raises for what the mail server does. Must not be called inside a transaction: each step is
    committed, so that a death between two steps leaves a row that says how far it came.
    """
    with _alone_with(outbound_id) as alone:
        row = _claim(outbound_id) if alone and not _held_back(outbound_id) else None
        if row is None:
            return "nothing"
        reached("after_claim")
        handover = Handover(lambda: _content_begins(row), asks_report=row.template in LETTER_TEMPLATES)
        try:
            reply = _hand_over(row, handover)
        except Exception as error:
            return _not_sent(row, error, handover)
        reached("after_250")
        _sent(row, reply)
        return "sent"


def waiting(*, now: datetime) -> QuerySet[OutboundEmail]:
    """Letters whose turn has come: never tried, due again, or left by a worker that died."""
    return OutboundEmail.objects.filter(
        Q(state=OutboundState.QUEUED, not_before__lte=now) | Q(state=OutboundState.SENDING, lease_until__lte=now)
    )


def deliver_waiting(*, seconds: float = 40.0, limit: int = 500) -> int:
    """The sweep: send what waits, oldest first, for at most so many seconds. Returns how many left.

    Ends early when the mail server cannot be reached: the others would wait for it too.
    """
    ends_at = timezone.now() + timedelta(seconds=seconds)
    numbers = waiting(now=timezone.now()).order_by("not_before", "id").values_list("pk", flat=True)[:limit]
    sent = 0
    for number in list(numbers):
        result = deliver(number)
        sent += result == "sent"
        if result == "server_away" or timezone.now() > ends_at:
            break
    return sent


def reached(point: str) -> None:
    """Marks a step of sending; does nothing. A test's own process replaces it to die there."""


@contextmanager
def _alone_with(outbound_id: int) -> Iterator[bool]:
    """Whether nobody else is sending this row. The lock goes with the worker's connection, however it dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashint8(%s))", [_LOCK_SPACE, outbound_id])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashint8(%s))", [_LOCK_SPACE, outbound_id])


def _held_back(outbound_id: int) -> bool:
    """Whether this is the letter of somebody who is suspended; it stays here until the account is restored.

    Suspending cancels what waits; this finds what was being sent or written just then.
    """
    suspended = Sanction.objects.active().filter(user=OuterRef("message__author"))
    letters = OutboundEmail.objects.filter(Exists(suspended), template__in=LETTER_TEMPLATES, pk=outbound_id)
    found = letters.first()
    if found is None:
        return False
    with transaction.atomic():
        foi_request = undelivered.locked_request_of(found)  # before the row, as everywhere
        row = waiting(now=timezone.now()).filter(pk=outbound_id).select_for_update(of=("self",)).first()
        if row is not None:
            row.state, row.lease_until, row.last_error = OutboundState.CANCELLED, None, HELD_BACK
            row.save(update_fields=["state", "lease_until", "last_error"])
            touch(foi_request)
    return True


def _claim(outbound_id: int) -> OutboundEmail | None:
    reached("before_claim")
    with transaction.atomic():
        now = timezone.now()
        row = waiting(now=now).filter(pk=outbound_id).select_for_update(skip_locked=True).first()
        if row is None:
            return None
        if row.state == OutboundState.SENDING and row.data_began_at:
            row.maybe_twice = True
        row.state = OutboundState.SENDING
        row.attempts += 1
        row.lease_until = now + LEASE
        row.data_began_at = None
        row.save(update_fields=["state", "attempts", "lease_until", "data_began_at", "maybe_twice"])
    return row


def _content_begins(row: OutboundEmail) -> None:
    reached("after_data")
    row.data_began_at = timezone.now()
    row.lease_until = row.data_began_at + LEASE
    row.save(update_fields=["data_began_at", "lease_until"])


def _hand_over(row: OutboundEmail, handover: Handover) -> str:
    """Send through the configured backend; gives back what the server, or the provider, said."""
    letter = _letter(row)
    backend = mail.get_connection()
    if isinstance(backend, django_smtp.EmailBackend):
        EmailBackend(handover=handover).send_messages([letter])
        return handover.reply
    _content_begins(row)
    backend.send_messages([letter])
    status = getattr(letter, "anymail_status", None)
    return f"{status.message_id or ''}"[:500] if status else ""


def _letter(row: OutboundEmail) -> EmailMessage:
    """The row as a letter. The envelope's sender is the bounce address; people see From."""
    letter = EmailMessage(
        subject=row.subject,
        body=row.body,
        from_email=row.envelope_from,
        to=[row.to_address],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers={**row.headers, "From": row.from_header, "Message-ID": row.rfc_message_id},
    )
    letter.metadata = {"outbound": f"{row.pk}-{row.bounce_token}"}  # a provider gives it back in its events
    if undelivered.carries_letter(row):
        for file in row.message.attachments.all():
            with file.content.open("rb") as content:
                letter.attach(file.name, content.read(), file.content_type)
    return letter


@transaction.atomic
def _sent(row: OutboundEmail, reply: str) -> None:
    now = timezone.now()
    foi_request = undelivered.locked_request_of(row)
    row.state, row.accepted_at, row.server_reply = OutboundState.SENT, now, reply
    row.lease_until, row.last_error = None, ""
    row.save(update_fields=["state", "accepted_at", "server_reply", "lease_until", "last_error"])
    if foi_request is not None:
        undelivered.note_acceptance(row, foi_request, now=now)


def _not_sent(row: OutboundEmail, error: Exception, handover: Handover) -> str:
    """Write down why, and when to try again; or that it will not be."""
    verdict = judge(error)
    now = timezone.now()
    logger.warning("letter %s: try %s did not leave: %s", row.pk, row.attempts, type(error).__name__)
    tried_long = now - row.created_at > GIVE_UP_AFTER and row.attempts >= GIVE_UP_ATTEMPTS
    own_fault = verdict is Verdict.OURS and row.attempts >= OWN_FAULT_ATTEMPTS
    final = verdict is Verdict.PERMANENT or own_fault or tried_long
    with transaction.atomic():
        foi_request = undelivered.locked_request_of(row)
        # Cut off after the content began, with no answer: it may have arrived all the same.
        row.maybe_twice = row.maybe_twice or bool(row.data_began_at and not handover.reply and not final)
        row.state = OutboundState.FAILED if final else OutboundState.QUEUED
        row.not_before = now if final else now + _pause(row.attempts)
        row.lease_until = None
        row.last_error = words_of(error)
        row.save(update_fields=["maybe_twice", "state", "not_before", "lease_until", "last_error"])
        undelivered.note_failure(row, foi_request, final=final, ours=verdict is Verdict.OURS, now=now)
    if final:
        return "failed"
    return "server_away" if verdict is Verdict.SERVER_AWAY else "retry"


def _pause(attempts: int) -> timedelta:
    """5, 10, 20 … seconds up to five minutes, a fifth more or less, so that letters do not come back in step."""
    seconds = min(LONGEST_PAUSE, 5.0 * 2 ** min(attempts - 1, 10))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - spreads load, guards nothing
