"""A mail program asks for a letter back: its files are hidden while a person looks, and the recall is not published."""

import re
from datetime import date, timedelta

from django.utils import timezone

from ..mail import compose
from ..mail.addresses import Kind
from ..mail.parse import ParsedEmail
from ..mail.route import Route, publishing_reason
from ..mail.vouching import Voucher
from ..models import CaseKind, Direction, FOIRequest, InboundEmail, InboundState, Message, Prominence
from .cases import open_case
from .deadlines import london_day
from .filing import hold, settle
from .publication import record, touch
from .takedown import checked_until, hide_files

# A recall that names no subject of theirs is about their last letter, if that is not older.
RECENT = timedelta(days=14)
_QUOTED = re.compile(r"[\"“„«](.{1,400}?)[\"”»]\s*\.?", re.DOTALL)
_MARKS = re.compile(r"^(?:\s*(?:recall|re|fw|fwd)\s*:\s*)+", re.IGNORECASE)


def note_recall(row: InboundEmail, letter: ParsedEmail, way: Route) -> str:
    """Hide the files of the letter that is asked for back, and open an urgent case; gives back the row's state.

    From a sender who may not publish it does nothing but a case: anybody could write it. The text stays, and the
    clock does not move. The authority is told what became of it.
    """
    foi_request = way.foi_request
    if way.kind is not Kind.REQUEST or foi_request.is_imported:
        return hold(row, letter, "recall")
    if publishing_reason(foi_request, letter, Voucher(row, letter)):
        return hold(row, letter, "recall")
    whole = FOIRequest.objects.select_related("authority", "requester")
    foi_request = whole.select_for_update(of=("self",)).get(pk=foi_request.pk)
    message = _recalled(row, letter, foi_request)
    if message is None:
        return hold(row, letter, "recall", foi_request)
    now = timezone.now()
    is_first = message.recalled_at is None
    message.recalled_at = row.received_at
    message.save(update_fields=["recalled_at"])
    record(foi_request, "letter_recalled", at=now, message=message)
    files = hide_files(message, foi_request, now=now)
    open_case(
        CaseKind.TAKE_DOWN,
        "message",
        message.pk,
        foi_request=foi_request,
        urgent=True,
        details={"reason": "recall", "inbound_email": row.pk},
        now=now,
    )
    touch(foi_request)
    if is_first or files:
        _tell_authority(message, foi_request, files=files, until=checked_until(london_day(now)))
    return settle(row, InboundState.NOTED, reason="recall", foi_request=foi_request)


def _tell_authority(message: Message, foi_request: FOIRequest, *, files: int, until: date) -> None:
    """Write to the address for requests, and never to whoever's program asked: a machine must not answer a machine.

    A program that asks again, for each recipient, hides nothing more and is told nothing more.
    """
    address = foi_request.authority.addresses.filter(is_request_address=True).first()
    if address is None or foi_request.prominence != Prominence.PUBLIC:
        return
    compose.post(
        "recall_taken",
        to=address.email,
        kind="notice",
        foi_request=foi_request,
        message=message,
        context={
            "files": files,
            "until": until,
            "answer_url": compose.answer_url(foi_request),
            "report_url": f"{compose.page_url(foi_request)}/report?message={message.pk}",
        },
    )


def _recalled(row: InboundEmail, letter: ParsedEmail, foi_request: FOIRequest) -> Message | None:
    """The letter of this request that is meant: by its subject, else the sender's last one."""
    came = foi_request.messages.filter(direction=Direction.INCOMING, is_automatic=False, at__lte=row.received_at)
    letters = list(came.exclude(inbound_email=None).order_by("-at", "-pk")[:50])
    wanted = {_bare(subject) for subject in (letter.subject, *_QUOTED.findall(letter.text[:2000]))} - {""}
    for message in letters:
        if _bare(message.subject) in wanted:
            return message
    theirs = (one for one in letters if one.sender_address == row.sender_address)
    return next((one for one in theirs if one.at > row.received_at - RECENT), None)


def _bare(subject: str) -> str:
    return " ".join(_MARKS.sub("", subject).split()).casefold()
