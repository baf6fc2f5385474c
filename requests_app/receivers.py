"""Anymail's signals, each to one row. An exception answers 500, and the provider brings the event again."""

import base64
import email.policy
import json
from collections.abc import Callable
from email.message import EmailMessage

from anymail.signals import EventType, inbound, tracking
from django.dispatch import receiver
from django.utils import timezone

from .actions import provider_events
from .actions.inbound import receive

# Where each provider puts the letter as it came (text or bytes), and all of its envelope's recipients.
RAW: dict[str, Callable] = {
    "Amazon SES": lambda told: _packed(told.get("content"), told["receipt"]["action"].get("encoding") == "BASE64"),
    "MailerSend": lambda told: told["data"]["raw"],
    "Mailgun": lambda told: told.raw_fields.get("body-mime") or told.POST.get("body-mime"),
    "Mandrill": lambda told: told["msg"]["raw_msg"],
    "Postmark": lambda told: told.get("RawEmail"),
    "SendGrid": lambda told: None if "headers" in told.POST else told.raw_fields["email"],
    "SparkPost": lambda told: told["msys"]["relay_message"]["content"]["email_rfc822"],
    "Postal": lambda told: told["message"],
}
RECIPIENTS: dict[str, Callable] = {
    "Amazon SES": lambda told: told["receipt"]["recipients"],
    "MailerSend": lambda told: [one["email"] for one in told["data"]["recipients"]["rcptTo"]],
    "Postmark": lambda told: [
        one["Email"] for field in ("ToFull", "CcFull", "BccFull") for one in told.get(field) or ()
    ],
    "SendGrid": lambda told: json.loads(told.POST["envelope"])["to"],
    "Brevo": lambda told: told.get("Recipients") or [],
}
# The name of the server that took a letter, where a provider says it.
SERVERS: dict[str, Callable] = {
    "Amazon SES": lambda told: told["delivery"]["reportingMTA"],
    "Mailgun": lambda told: told["event-data"]["delivery-status"]["mx-host"],
}


@receiver(inbound)
def store_letter(sender, event, esp_name: str, **kwargs) -> None:
    """A letter that a provider brings: as it came where it offers that, else put together again from its parts."""
    letter = event.message
    if event.event_type != EventType.INBOUND or letter is None:
        return
    told = _found(RECIPIENTS, esp_name, event.esp_event) or []
    receive(
        door=f"webhook {esp_name}"[:20],
        recipients=[one for one in (letter.envelope_recipient, *told) if one],
        envelope_from=letter.envelope_sender or "",
        raw=getattr(letter, "raw", None) or _raw_of(esp_name, event.esp_event) or _bytes_of(letter),
        look_in_headers=True,
    )


def _raw_of(esp_name: str, told) -> bytes:
    raw = _found(RAW, esp_name, told) or b""
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw


def _found(where: dict[str, Callable], esp_name: str, told):
    """What a provider says there; None where it says nothing, or in another shape than it documents."""
    try:
        return where[esp_name](told) if esp_name in where else None
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def _packed(content: str | None, is_base64: bool) -> bytes | str | None:
    return base64.b64decode(content) if content and is_base64 else content


@receiver(tracking)
def note_event(sender, event, esp_name: str, **kwargs) -> None:
    """A provider's word on what became of a letter. What is of no account to us (opened, clicked, …) is passed over."""
    which = {"marker": (event.metadata or {}).get("outbound", ""), "provider_id": event.message_id or ""}
    at = event.timestamp or timezone.now()
    said = event.mta_response or event.description or event.event_type
    if event.event_type in (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED):
        provider_events.note_failure(**which, reason=said, now=at)
    elif event.event_type == EventType.DELIVERED:
        server = _found(SERVERS, esp_name, event.esp_event) or ""
        provider_events.note_delivery(**which, at=at, server=server)
    elif event.event_type == EventType.DEFERRED:
        provider_events.note_put_off(**which, reason=said, at=at)
    elif event.event_type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED):
        complained = event.event_type == EventType.COMPLAINED
        provider_events.note_unwanted(**which, complained=complained, now=at)


def _bytes_of(letter: EmailMessage) -> bytes:
    """The letter as it came, without folding its header lines anew; broken ones would make that fail."""
    try:
        return letter.as_bytes(policy=letter.policy.clone(refold_source="none"))
    except (ValueError, UnicodeError, LookupError, TypeError, AttributeError):
        return letter.as_bytes(policy=email.policy.compat32)
