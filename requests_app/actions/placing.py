"""From a stored letter to its place: on a request, among somebody's drafts, noted, or held with the reason."""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, OuterRef, Subquery, When
from django.utils import timezone

from ..mail import compose
from ..mail.addresses import Kind
from ..mail.classify import Kind as Reading
from ..mail.classify import Sort
from ..mail.dns_records import NotAnswered
from ..mail.parse import ParsedEmail
from ..mail.route import Route, follow_address, outbound_by_message_id, publishing_reason
from ..mail.vouching import TRIES, Voucher
from ..models import (
    AuthorityAddress,
    CaseKind,
    Evidence,
    FOIRequest,
    InboundEmail,
    InboundPiece,
    InboundState,
    MessageKind,
    OutboundEmail,
)
from ..permissions import suspension_of
from ..prepared import Prepared
from ..prepared_rows import Given, PreparedRows
from ..publishing import quoting
from .cases import open_case
from .courtesy import tell_not_placed
from .drafting import save_draft
from .filing import hold, publish, read, settle
from .held import ask_once
from .recalls import note_recall
from .receipt import note_delivered
from .storing import PIECE
from .undelivered import carries_letter, note_bounce

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = TRIES
# A machine that answers our notice of a draft would make another draft, for ever.
DRAFTS_PER_DAY = 10
# Doubled with each try.
FIRST_PAUSE = timedelta(seconds=15)
# A row that another worker has locked is that worker's. Past the last try only the count goes up. That a try began has
# to outlive this process, and may be forgotten with the database: its commit does not wait for the disk.
_TAKE_TURN = Prepared(
    f"""
    UPDATE {InboundEmail._meta.db_table}
    SET attempts = attempts + (set_config('synchronous_commit', 'off', true) = 'off')::int,
        next_attempt_at = $2 + $3 * 2 ^ least(attempts, $4)
    WHERE id = (
        SELECT id FROM {InboundEmail._meta.db_table}
        WHERE id = $1 AND state = '{InboundState.RECEIVED.value}' AND next_attempt_at <= $2
        FOR UPDATE SKIP LOCKED
    )
    RETURNING attempts
""",  # noqa: S608 - only names of our own model are filled in
    *("bigint", "timestamptz", "interval", "integer"),
)
# A small letter comes with its bytes.
_RECEIVED = PreparedRows(
    lambda: (
        InboundEmail.objects.filter(pk=Given("number", "bigint"), state=InboundState.RECEIVED)
        .select_for_update(skip_locked=True)
        .annotate(
            says_otherwise=Exists(
                InboundEmail.objects.filter(
                    message_id=OuterRef("message_id"), recipient=OuterRef("recipient"), pk__lt=OuterRef("pk")
                )
            ),
            whole=Case(
                When(
                    size__lte=PIECE,
                    then=Subquery(
                        InboundPiece.objects.filter(inbound_email=OuterRef("pk"), number=0).values("content")
                    ),
                )
            ),
        )
    )
)
# The authority may be pressing "Publish" for this sender just now: one of the two waits for the other.
_SENDER = PreparedRows(
    lambda: AuthorityAddress.objects.filter(
        authority_id=Given("authority", "bigint"), email=Given("email", "text")
    ).select_for_update()
)


def place(inbound_email_id: int) -> str:
    """Find the place of one stored letter; gives back its state then, "retry", or "nothing" if it is not its turn.

    A letter that cannot be placed harms only itself: tries are counted before each one, so that even one
    that kills the worker ends as a case, with its bytes kept.
    """
    attempts = _take_turn(inbound_email_id)
    if not attempts:
        return "nothing"
    reached("placing_claimed")
    try:
        with transaction.atomic():
            state = _understand(inbound_email_id)
            reached("placing_before_commit")
            return state
    except (OperationalError, InterfaceError):
        raise
    except NotAnswered as error:
        logger.warning("letter %s waits for a name server, try %s: %s", inbound_email_id, attempts, error)
        return "retry"
    except Exception:
        logger.exception("letter %s could not be placed, try %s", inbound_email_id, attempts)
        if attempts >= MOST_ATTEMPTS:
            _give_up(inbound_email_id)
            return InboundState.HELD
        return "retry"


def reached(point: str) -> None:
    """Marks a step of placing; does nothing. A test's own process replaces it to die there."""


def _take_turn(inbound_email_id: int) -> int:
    """The number of this try, committed; 0 when it is not this letter's turn. One statement: it is its own commit."""
    now = timezone.now()
    with connection.cursor() as cursor:
        _TAKE_TURN.execute(cursor, inbound_email_id, now, FIRST_PAUSE, MOST_ATTEMPTS)
        taken = cursor.fetchone()
    if taken is None:
        return 0
    (attempts,) = taken
    if attempts <= MOST_ATTEMPTS:
        return attempts
    _give_up(inbound_email_id)
    return 0


def _give_up(inbound_email_id: int) -> None:
    with transaction.atomic():
        row = InboundEmail.objects.select_for_update().get(pk=inbound_email_id)
        settle(row, InboundState.HELD, reason="unreadable")
        open_case(CaseKind.FAILED_JOB, "inbound_email", row.pk, details={"reason": "unreadable"})


def _understand(inbound_email_id: int) -> str:
    row = _RECEIVED.first(number=inbound_email_id)
    if row is None:
        return "nothing"
    letter, reading = read(row, row.whole)
    row.sender_address = letter.from_address.lower()[:320]
    way = follow_address(row.recipient)
    if reading.kind is Sort.BOUNCE:
        return _came_back(row, letter, reading, way)
    if way.is_bounce_address:
        return _at_bounce_address(row, letter, reading, way)
    if way.kind is None or way.foi_request is None:
        state = hold(row, letter, "unknown_address")
        tell_not_placed(row, letter, reading, now=timezone.now())
        return state
    if row.message_id and row.says_otherwise:
        return hold(row, letter, "same_message_id", way.foi_request)
    if reading.spam:
        return hold(row, letter, "spam")
    if reading.recall:
        return note_recall(row, letter, way)
    automatic = reading.kind is Sort.AUTOMATIC
    own = way.is_from_requester(letter)
    if automatic and (own or way.kind is not Kind.REQUEST):
        return settle(row, InboundState.NOTED, reason="automatic", foi_request=way.foi_request)
    if own and way.kind is not Kind.NOTICE:
        return _becomes_draft(row, letter, way.foi_request)
    if way.kind is not Kind.REQUEST:
        return hold(row, letter, "notice" if way.kind is Kind.NOTICE else "person_address", way.foi_request)
    return _at_request_address(row, letter, way.foi_request, reading)


def _at_request_address(row: InboundEmail, letter: ParsedEmail, foi_request: FOIRequest, reading: Reading) -> str:
    if foi_request.is_imported:
        return hold(row, letter, "imported", foi_request)
    known = _SENDER(authority=foi_request.authority_id, email=row.sender_address)
    voucher = Voucher(row, letter)
    reason = publishing_reason(foi_request, letter, voucher, known=known)
    if reason in ("unknown_sender", "quiet_sender") and reading.kind is Sort.AUTOMATIC:
        return hold(row, letter, "unknown_automatic", foi_request)
    if reason == "not_authenticated":
        return hold(row, letter, reason, foi_request, failed=voucher.verdict.failed)
    if reason:
        state = hold(row, letter, reason, foi_request)
        if reason == "unknown_sender":
            ask_once(row, letter, foi_request)
        return state
    publish(row, letter, foi_request, reading)
    return InboundState.PLACED


def _came_back(row: InboundEmail, letter: ParsedEmail, reading: Reading, way: Route) -> str:
    """A delivery report. Which letter it is about is told by the envelope, else by our own Message-ID in it."""
    bounce = reading.bounce
    outbound = way.outbound
    if outbound is None and not way.is_bounce_address:
        named = outbound_by_message_id(bounce.original_message_id or "", letter.in_reply_to, *letter.references[-5:])
        # Only at the very address that the letter was sent from: others could be made up.
        same = named is not None and way.foi_request is not None and named.foi_request_id == way.foi_request.pk
        outbound = named if same else None
    if outbound is None:
        return hold(row, letter, "bounce_unclear", way.foi_request)
    settle(row, InboundState.NOTED, reason="bounced" if bounce.given_up else "delayed", outbound=outbound)
    if bounce.given_up:
        said = bounce.reason or reading.why
        note_bounce(outbound_id=outbound.pk, reason=said, now=row.received_at, permanent=bounce.permanent)
    return row.state


def _at_bounce_address(row: InboundEmail, letter: ParsedEmail, reading: Reading, way: Route) -> str:
    """Many automatic replies go to the envelope's sender; a person's letter there is out of place."""
    outbound = way.outbound
    if outbound is None:
        return hold(row, letter, "unknown_address")
    if reading.kind is not Sort.AUTOMATIC:
        return hold(row, letter, "bounce_address", outbound.foi_request)
    if reading.delivered:
        note_delivered(outbound_id=outbound.pk, evidence=Evidence.DSN, at=row.received_at, server=reading.server)
        return settle(row, InboundState.NOTED, reason="delivered", outbound=outbound)
    carries = carries_letter(outbound) and not reading.recall
    if carries and not publishing_reason(outbound.foi_request, letter, Voucher(row, letter)):
        publish(row, letter, outbound.foi_request, reading)
        return InboundState.PLACED
    return settle(row, InboundState.NOTED, reason="automatic", outbound=outbound)


def _becomes_draft(row: InboundEmail, letter: ParsedEmail, foi_request: FOIRequest) -> str:
    requester = foi_request.requester
    if suspension_of(requester):
        return hold(row, letter, "suspended", foi_request)
    day_ago = timezone.now() - timedelta(days=1)
    told = OutboundEmail.objects.filter(foi_request=foi_request, template="draft_waiting", created_at__gt=day_ago)
    if told.count() >= DRAFTS_PER_DAY:
        return hold(row, letter, "too_many_drafts", foi_request)
    body = own_words(letter)
    save_draft(
        user=requester,
        cookie_hash="",
        body=body,
        now=timezone.now(),
        foi_request_id=foi_request.pk,
        kind=MessageKind.FOLLOW_UP,
        anew=True,
    )
    compose.post("draft_waiting", to=requester, foi_request=foi_request, context={"text": body[:2000]})
    return settle(row, InboundState.TAKEN_AS_DRAFT, foi_request=foi_request)


def own_words(letter: ParsedEmail) -> str:
    """What the sender wrote above the letter that they answered."""
    return quoting.visible(quoting.split(letter.text)).strip() or letter.text.strip()
