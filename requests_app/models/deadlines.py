"""The ledger of the statutory clock."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """On what evidence a row of the ledger stands."""

    DELIVERY = "delivery", _("delivery record")
    PRESUMED = "presumed", _("presumed")
    OFFICER = "officer", _("the authority's officer")
    REQUESTER = "requester", _("the requester")
    STAFF = "staff", _("our staff")
    IMPORTED = "imported", _("imported")
    READER = "reader", _("a reader of this page")


class Evidence(models.TextChoices):
    """What a row rests on, best first for a receipt; empty on rows from before this was noted."""

    PROVIDER = "provider", _("the mail provider reported the delivery")
    DSN = "dsn", _("a delivery report came back")
    MX = "mx", _("the authority's own mail server accepted the letter")
    RELAY = "relay", _("our mail server accepted the letter, and no delivery failure was reported")
    INBOX = "inbox", _("an officer opened the request in the web inbox")
    LETTER = "letter", _("a letter on this page")
    FORM = "form", _("a form on this site")
    TERMS = "terms", _("the school’s term dates, given in full")
    NOTE = "note", _("a note by our staff")


class ClockEvent(models.Model):
    """One row of a request's ledger. Append-only: a trigger forbids update and delete.

    A row is undone by a later row that names it (``takes_back``); the fold sees neither.
    ``kind`` is one of the event names of ``law.clock``, or ``taken_back`` for the undoing row. ``basis`` is who
    said so, ``evidence`` on what; ``message`` and ``outbound_email`` are the letter and its delivery record.
    """

    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, related_name="clock_events")
    kind = models.CharField(max_length=40)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    evidence = models.CharField(max_length=20, choices=Evidence.choices, blank=True, default="")
    message = models.ForeignKey("Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outbound_email = models.ForeignKey(
        "OutboundEmail", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="taken_back", takes_back__isnull=False)
                | (~models.Q(kind="taken_back") & models.Q(takes_back__isnull=True)),
                name="only_a_taking_back_names_a_row",
            )
        ]


class ClockNote(models.Model):
    """The words that go with a row of the ledger, erasable: the public reads them on "why this date"."""

    clock_event = models.OneToOneField(ClockEvent, on_delete=models.PROTECT, related_name="note")
    words = models.TextField()


class ClockObjection(models.Model):
    """The requester does not agree with a row that only the authority claims; both dates are shown while it stands.

    ``settled_at``: our staff have looked, or the requester has said the same as the authority after all.
    """

    clock_event = models.OneToOneField(ClockEvent, on_delete=models.PROTECT, related_name="objection")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
