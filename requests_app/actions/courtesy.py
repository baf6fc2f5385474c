"""One courteous note to the sender of a letter that no rule can place; never an answer to a machine.

A note goes to whoever the letter names as its sender, who may have nothing to do with it. So it goes once to an
address, to few in an hour, repeats nothing that its sender wrote, neither subject nor recipient, so that nobody can
have us carry words to others, and is marked as automatic (RFC 3834). None goes about what the trusted filter takes for
spam, or what its sender's domain disowns.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ..mail import compose
from ..mail.classify import Kind as Reading
from ..mail.classify import Sort
from ..mail.parse import ParsedEmail
from ..mail.vouching import Voucher
from ..models import InboundEmail, OutboundEmail

TEMPLATE = "not_placed"
# The outbox keeps letters to people for so long, so an address is told at most once in it.
ONCE_IN = timedelta(days=90)
# A flood of made-up senders must not make a flood of ours.
NOTES_PER_HOUR = 30
# Whoever has one of these is a list, a machine, or has been answered by one already.
_MACHINE_HEADERS = frozenset(
    ["list-id", "list-unsubscribe", "list-post", "x-loop", "x-auto-response-suppress", "auto-submitted", "feedback-id"]
)
_NOBODY = ("no-reply", "noreply", "no.reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce")


def tell_not_placed(row: InboundEmail, letter: ParsedEmail, reading: Reading, *, now: datetime) -> OutboundEmail | None:
    """Tell the sender that a person will look; None where no note may go. The caller's transaction holds the row.

    Raises what ``Voucher`` does where no name server answers.
    """
    address = letter.from_address.lower()
    if not _may_be_told(row, letter, reading, address):
        return None
    # Asked last, since it may ask a name server: whoever was only named as its sender wants no note about it.
    if Voucher(row, letter).is_disowned:
        return None
    sent = OutboundEmail.objects.filter(template=TEMPLATE)
    # The two look-ups go by the indexes mail_to_authorities and courteous_notes.
    if sent.filter(to_user=None, to_address=address, created_at__gt=now - ONCE_IN).exists():
        return None
    if sent.filter(created_at__gt=now - timedelta(hours=1)).count() >= NOTES_PER_HOUR:
        return None
    return compose.post(
        TEMPLATE,
        to=address,
        kind="notice",
        context={"received_at": row.received_at},
        headers={"In-Reply-To": f"<{row.message_id}>"} if _is_plain(row.message_id) else {},
    )


def _may_be_told(row: InboundEmail, letter: ParsedEmail, reading: Reading, address: str) -> bool:
    if reading.spam or reading.kind is not Sort.REPLY or any("sender" in note for note in letter.notes):
        return False
    if not row.envelope_from.strip("<> "):
        return False  # the empty envelope sender wants no answer (RFC 5321 4.5.5)
    names = {name for name, _value in letter.headers}
    said = dict(letter.headers)
    if names & _MACHINE_HEADERS or said.get("precedence", "").strip().lower() in ("bulk", "list", "junk", "auto_reply"):
        return False
    local, _at, domain = address.rpartition("@")
    if domain == settings.MAIL_DOMAIN.lower() or any(local.startswith(word) for word in _NOBODY):
        return False
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _is_plain(message_id: str) -> bool:
    return (
        bool(message_id) and len(message_id) < 250 and message_id.isascii() and not set(message_id) & set(" <>\t\r\n")
    )
