"""Anymail's signals, each to one row. An exception answers 500, and the provider brings the event again."""

import email.policy
from email.message import EmailMessage

from anymail.signals import EventType, inbound, tracking
from django.dispatch import receiver
from django.utils import timezone

from .actions import provider_events
from .actions.inbound import receive


@receiver(inbound)
def store_letter(sender, event, esp_name: str, **kwargs) -> None:
    """A letter that a provider brings, as MIME where it offers that, else put together again from its parts."""
    if event.event_type != EventType.INBOUND:
        return
    letter = event.message
    receive(
        door=f"webhook {esp_name}"[:20],
        recipients=[letter.envelope_recipient] if letter.envelope_recipient else [],
        envelope_from=letter.envelope_sender or "",
        raw=_bytes_of(letter),
        look_in_headers=True,
    )


@receiver(tracking)
def note_event(sender, event, esp_name: str, **kwargs) -> None:
    """A provider's word on what became of a letter."""
    if event.event_type in (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED):
        provider_events.note_failure(
            marker=(event.metadata or {}).get("outbound", ""),
            provider_id=event.message_id or "",
            reason=event.mta_response or event.description or event.event_type,
            now=event.timestamp or timezone.now(),
        )
    elif event.event_type == EventType.DELIVERED:
        provider_events.note_delivery(
            marker=(event.metadata or {}).get("outbound", ""),
            provider_id=event.message_id or "",
            at=event.timestamp or timezone.now(),
        )


def _bytes_of(letter: EmailMessage) -> bytes:
    """The letter as it came, without folding its header lines anew; broken ones would make that fail."""
    try:
        return letter.as_bytes(policy=letter.policy.clone(refold_source="none"))
    except (ValueError, UnicodeError, LookupError, TypeError, AttributeError):
        return letter.as_bytes(policy=email.policy.compat32)
