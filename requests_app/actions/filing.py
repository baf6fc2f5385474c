"""What is done with a stored letter once somebody knows what to do: read, publish, hold, write down."""

from datetime import timedelta

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from ..mail import compose
from ..mail.arrival_words import to_authority, to_requester
from ..mail.classify import Kind as Reading
from ..mail.classify import Sort, SpamFilter, classify
from ..mail.guessing import MOST_GUESSES, guess
from ..mail.parse import ParsedEmail, parse
from ..mail.route import publishing_reason
from ..mail.vouching import Voucher
from ..models import (
    AuthorityAddress,
    Basis,
    CaseKind,
    Direction,
    Door,
    FOIRequest,
    InboundEmail,
    InboundState,
    LinkKind,
    Message,
    MessageKind,
    OutboundEmail,
    Prominence,
)
from ..prepared_rows import Given, PreparedRows, PreparedUpdate
from .cases import open_case
from .links import make_link
from .publication import touch
from .publishing import NewFile, publish_letter
from .receipt import note_receipt_by_answer
from .references import fold_reference

LINK_LIFE = timedelta(days=30)
_LOCKED = PreparedRows(
    lambda: (
        FOIRequest.objects.select_related("authority", "requester")
        .filter(pk=Given("number", "bigint"))
        .annotate(
            request_address=Subquery(
                AuthorityAddress.objects.filter(authority=OuterRef("authority"), is_request_address=True).values(
                    "email"
                )
            )
        )
        .select_for_update(of=("self",))
    )
)
_SETTLE = PreparedUpdate(InboundEmail, "state", "reason", "settled_at", "foi_request", "sender_address")


def raw_of(row: InboundEmail) -> bytes:
    """The letter's bytes as they reached us, whole."""
    return b"".join(bytes(piece) for piece in row.pieces.order_by("number").values_list("content", flat=True))


def read(row: InboundEmail, raw: bytes | memoryview | None = None) -> tuple[ParsedEmail, Reading]:
    """The letter as read, and what sort it is. The envelope's sender counts, where the door told it.

    ``raw``: its bytes, where the caller has them already.
    """
    raw = raw_of(row) if raw is None else bytes(raw)
    envelope = row.envelope_from
    if envelope and not raw[:2000].lower().startswith(b"return-path:"):
        shown = "<>" if envelope == "<>" else f"<{envelope.strip('<>')}>"
        raw = b"Return-Path: " + shown.encode("ascii", "replace") + b"\r\n" + raw
    letter = parse(raw)
    return letter, classify(letter, spam_filter=_trusted_filter())


def _trusted_filter() -> SpamFilter | None:
    if not (settings.SPAM_HEADER and settings.SPAM_FILTER_HOST and settings.SPAM_SCORE > 0):
        return None
    return SpamFilter(settings.SPAM_HEADER, settings.SPAM_FILTER_HOST, settings.SPAM_SCORE)


def publish(row: InboundEmail, letter: ParsedEmail, foi_request: FOIRequest, reading: Reading) -> Message:
    """File a stored letter on a request and tell both sides, in the caller's transaction.

    It counts from the moment it reached us, whenever it is published.
    """
    automatic = reading.kind is Sort.AUTOMATIC
    (foi_request,) = _LOCKED(number=foi_request.pk)
    message = publish_letter(
        foi_request=foi_request,
        direction=Direction.INCOMING,
        kind=MessageKind.RESPONSE,
        door=Door.MAIL,
        body=letter.text,
        at=row.received_at,
        author_name=foi_request.authority.name,
        sender_address=row.sender_address,
        subject=letter.subject,
        files=[NewFile(file.name, file.content_type, file.content) for file in letter.attachments],
        is_automatic=automatic,
        inbound_email=row,
        authority_reference=reading.reference,
        behind_portal=reading.portal,
    )
    if message.written_reference not in ("", foi_request.written_reference):
        fold_reference(foi_request)
    settle(row, InboundState.PLACED, foi_request=foi_request)
    if not automatic:
        note_receipt_by_answer(foi_request=foi_request, message=message, basis=Basis.PRESUMED)
        _tell_both(row, message, foi_request, files=len(letter.attachments))
    return message


def _tell_both(row: InboundEmail, message: Message, foi_request: FOIRequest, *, files: int) -> None:
    letters = []
    about = {"foi_request": foi_request, "message": message}
    if foi_request.prominence != Prominence.NOBODY:
        words = {"template": "response_received", "filling": to_requester(foi_request, message)}
        letters.append({"to": foi_request.requester, **words, **about})
    address = foi_request.request_address
    if address and foi_request.prominence == Prominence.PUBLIC:
        link = ""
        if files:
            link = make_link(
                LinkKind.TAKE_DOWN, now=timezone.now(), lives=LINK_LIFE, message=message, inbound_email=row
            )
        filling = to_authority(foi_request, message, files=files, take_down_link=link)
        words = {"template": "response_receipt", "filling": filling}
        letters.append({"to": address, "kind": "notice", **words, **about})
    compose.post_together(*letters)


def hold(
    row: InboundEmail,
    letter: ParsedEmail,
    reason: str,
    foi_request: FOIRequest | None = None,
    *,
    failed: tuple[str, ...] = (),
) -> str:
    """Keep a letter for a person, with the reason and the requests that it may belong to, likeliest first.

    ``failed``: which checks of its sender did, as codes of ``mail.route.CHECKS``.
    """
    found = guess(letter, row.recipient)
    guesses = [one.number for one in found]
    if foi_request is not None:
        guesses = [foi_request.pk, *(number for number in guesses if number != foi_request.pk)][:MOST_GUESSES]
    # That an authority has something open says nothing of which request its letter is about.
    likely = [one.number for one in found[:1] if one.signs != ("authority",)]
    likeliest = foi_request or FOIRequest.objects.filter(pk__in=likely).first()
    # A guess from a stranger's letter goes to staff only: it must not stand on a page or silence a reminder.
    its_own = foi_request is not None or (
        likeliest is not None and not publishing_reason(likeliest, letter, Voucher(row, letter))
    )
    if its_own and likeliest is not None:
        likeliest = FOIRequest.objects.select_for_update(of=("self",)).get(pk=likeliest.pk)
        touch(likeliest)  # its page says that a letter waits
    open_case(
        CaseKind.HELD_LETTER,
        "inbound_email",
        row.pk,
        foi_request=likeliest,
        details={
            "reason": reason,
            "guesses": guesses,
            "signs": {str(one.number): one.signs for one in found if one.number in guesses},
            **({"failed": failed} if failed else {}),
        },
    )
    return settle(row, InboundState.HELD, reason=reason, foi_request=likeliest if its_own else None)


def settle(
    row: InboundEmail,
    state: str,
    *,
    reason: str = "",
    foi_request: FOIRequest | None = None,
    outbound: OutboundEmail | None = None,
) -> str:
    """Write down what became of a letter; gives back ``state``. The caller holds the row's lock."""
    row.state, row.reason, row.settled_at = state, reason, timezone.now()
    row.foi_request = foi_request or (outbound.foi_request if outbound else row.foi_request)
    _SETTLE(row)
    return state
