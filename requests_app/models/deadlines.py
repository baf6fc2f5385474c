"""The ledger of the statutory clock, the days that do not count, and the reminders that went."""

from typing import Self

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


class ClockEvent(models.Model):
    """One row of a request's ledger. Append-only: a trigger forbids update and delete.

    A row is undone by a later row that names it (``takes_back``); the fold sees neither.
    ``kind`` is one of the event names of ``law.clock``, or ``taken_back`` for the undoing row.
    """

    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, related_name="clock_events")
    kind = models.CharField(max_length=40)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    message = models.ForeignKey("Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
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


class BankHoliday(models.Model):
    """A day that is a bank holiday in at least one part of the United Kingdom."""

    on = models.DateField(unique=True)
    name = models.CharField(max_length=200)
    england_wales = models.BooleanField(default=False)
    scotland = models.BooleanField(default=False)
    northern_ireland = models.BooleanField(default=False)
    basis = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=300, blank=True, default="")
    version = models.CharField(max_length=40)

    class Meta:
        ordering = ["on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(england_wales=True) | models.Q(scotland=True) | models.Q(northern_ireland=True),
                name="a_bank_holiday_is_one_somewhere",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def unsent(self) -> Self:
        return self.filter(posted_at__isnull=True)


class Reminder(models.Model):
    """That one reminder is to go for one due date; the unique key is what makes it go once."""

    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=40)
    for_due_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    posted_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["foi_request", "kind", "for_due_on"], name="one_reminder_per_kind_and_deadline"
            )
        ]
