"""The wire's two ends: letters as they were received, and the outbox."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InboundState(models.TextChoices):
    RECEIVED = "received", _("stored, not yet read")
    PLACED = "placed", _("placed on a request")
    HELD = "held", _("held for a person")
    DISCARDED = "discarded", _("not for publication")
    TAKEN_AS_DRAFT = "taken_as_draft", _("became a person's unsent draft")
    NOTED = "noted", _("a delivery report, noted")


class InboundEmail(models.Model):
    """One letter for one of our addresses, byte for byte as it reached us; its bytes lie in pieces.

    ``digest`` is over the decoded content: the same Message-ID, recipient and digest is the same letter.
    """

    door = models.CharField(max_length=20)
    recipient = models.CharField(max_length=320)
    envelope_from = models.CharField(max_length=320, blank=True, default="")
    message_id = models.CharField(max_length=500, blank=True, default="")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, choices=InboundState.choices, default=InboundState.RECEIVED)
    reason = models.CharField(max_length=60, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    foi_request = models.ForeignKey(
        "FOIRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="inbound_emails"
    )
    sender_address = models.EmailField(max_length=320, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id", "recipient", "digest"], name="the_same_letter_once")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="letters_to_place",
                condition=models.Q(state="received"),
            ),
            models.Index(
                fields=["foi_request", "received_at"],
                name="letters_held_per_request",
                condition=models.Q(state="held"),
            ),
        ]


class InboundPiece(models.Model):
    """Up to 1 MiB of a letter's bytes: a whole 40 MB letter in one row would cost 350 MB of memory."""

    inbound_email = models.ForeignKey(InboundEmail, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["inbound_email", "number"], name="a_piece_once")]


class OutboundState(models.TextChoices):
    QUEUED = "queued", _("waiting to leave")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("accepted by the mail server")
    FAILED = "failed", _("could not be sent")
    CANCELLED = "cancelled", _("taken back")


class OutboundEmail(models.Model):
    """One letter to one address. Claimed under a committed lease, sent, then marked SENT.

    ``message`` is the letter of a request that it carries, with its files; None for notices.
    ``rfc_message_id`` is fixed when it is composed, so that a repeat can be recognised.
    ``data_began_at`` is committed just before the content leaves: a try that is cut after it may have
    arrived, and its repeat says so in ``maybe_twice``. ``delivered_by``: the best evidence (see ``Evidence``) that
    the recipient's mail system has it, with when, and the server's name where that is known; empty while our own mail
    server's word is all.
    """

    template = models.CharField(max_length=60)
    foi_request = models.ForeignKey(
        "FOIRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="outbound_emails"
    )
    message = models.ForeignKey(
        "Message", on_delete=models.PROTECT, null=True, blank=True, related_name="outbound_emails"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to_address = models.EmailField(max_length=320)
    from_header = models.CharField(max_length=500)
    reply_to = models.CharField(max_length=320, blank=True, default="")
    envelope_from = models.CharField(max_length=320)
    subject = models.CharField(max_length=500)
    body = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    rfc_message_id = models.CharField(max_length=250, unique=True)
    bounce_token = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, choices=OutboundState.choices, default=OutboundState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    server_reply = models.CharField(max_length=500, blank=True, default="")
    last_error = models.CharField(max_length=500, blank=True, default="")
    data_began_at = models.DateTimeField(null=True, blank=True)
    maybe_twice = models.BooleanField(default=False)
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_by = models.CharField(max_length=20, blank=True, default="", db_default="")
    delivered_to = models.CharField(max_length=255, blank=True, default="", db_default="")
    # The recipient's server has put it off, as our provider says, and is asked again; until there is better word.
    delayed_at = models.DateTimeField(null=True, blank=True)
    delay_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="outbox_waiting",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["message", "id"], name="sendings_of_letter"),
            # Where mail fails: /moderation/mail/
            models.Index(
                fields=["created_at", "to_address"],
                name="mail_that_failed",
                condition=models.Q(to_user=None)
                & (
                    models.Q(state="failed")
                    | models.Q(bounced_at__isnull=False)
                    | models.Q(delayed_at__isnull=False, delivered_by="")
                ),
            ),
            # How many notes about letters without a place went in the last hour.
            models.Index(fields=["created_at"], name="courteous_notes", condition=models.Q(template="not_placed")),
            # The health of an authority's address, and the case about it; and who had a courteous note.
            models.Index(
                fields=["to_address", "created_at"], name="mail_to_authorities", condition=models.Q(to_user=None)
            ),
        ]
