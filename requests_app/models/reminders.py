"""What is to be remembered to whom, once for each date; and the one mail a day that carries it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReminderKind(models.TextChoices):
    """What a reminder is about; each can be switched off, but those that the law's date calls for."""

    DUE_SOON = "due_soon", _("an answer is due soon")
    OVERDUE = "overdue", _("an answer is late")
    LONG_OVERDUE = "long_overdue", _("the longest normal time has passed")
    CLARIFICATION_WAITING = "clarification_waiting", _("a question waits for your reply")
    FEE_LAPSING = "fee_lapsing", _("the time to pay a fee is ending")
    WAS_THIS_THE_ANSWER = "was_this_the_answer", _("a letter waits to be described")
    NOT_SENT_YET = "not_sent_yet", _("your letter is not sent yet")
    REVIEW_WINDOW = "review_window", _("the time to ask for a review is ending")
    REVIEW_DUE_SOON = "review_due_soon", _("a review is due soon")
    REVIEW_OVERDUE = "review_overdue", _("a review is late")
    REGULATOR_WINDOW = "regulator_window", _("the time to complain to the regulator is ending")
    EXTENSION_ENDED = "extension_ended", _("an extension has ended")
    DATE_MOVED = "date_moved", _("a date has moved")
    OVERDUE_CORRECTED = "overdue_corrected", _("an answer was called late by mistake")


class Audience(models.TextChoices):
    REQUESTER = "requester", _("the requester")
    AUTHORITY = "authority", _("the authority")


class ReminderState(models.TextChoices):
    PLANNED = "planned", _("planned")
    SENT = "sent", _("sent")
    SKIPPED = "skipped", _("not needed any more")
    FAILED = "failed", _("failed")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def planned(self) -> Self:
        return self.filter(state=ReminderState.PLANNED)


class Reminder(models.Model):
    """That one thing is to be remembered to one side; the unique key is what makes it go once.

    ``for_on`` is the date that it is about (the due date, the last day to pay, the day of the letter); ``step``
    tells several reminders of one date apart, in days before or after it. ``planned_on`` is the London day on which
    it was decided. ``reason`` says in a code why it was skipped or failed. ``outbound_email`` carried it.
    """

    # What is unique begins with these two; no other index of them is written.
    foi_request = models.ForeignKey(
        "FOIRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="reminders", db_index=False
    )
    draft = models.ForeignKey(
        "Draft", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40, choices=ReminderKind.choices)
    step = models.PositiveSmallIntegerField(default=0)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    for_on = models.DateField()
    planned_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReminderState.choices, default=ReminderState.PLANNED)
    reason = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    outbound_email = models.ForeignKey(
        "OutboundEmail", on_delete=models.SET_NULL, null=True, blank=True, related_name="reminders"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["foi_request", "kind", "step", "audience", "for_on"],
                name="one_reminder_per_kind_and_date",
                condition=models.Q(foi_request__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["draft", "kind", "step"],
                name="one_reminder_per_kind_and_draft",
                condition=models.Q(draft__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(foi_request__isnull=False) | models.Q(draft__isnull=False),
                name="a_reminder_is_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="reminders_to_send", condition=models.Q(state="planned")),
            models.Index(fields=["planned_on", "state"], name="reminders_by_day"),  # reconciliation
        ]


class DailyMail(models.Model):
    """That one person or one authority has had its one mail of a London day."""

    day = models.DateField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    authority = models.ForeignKey("Authority", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_mail_a_person_and_day"),
            models.UniqueConstraint(fields=["authority", "day"], name="one_mail_an_authority_and_day"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, authority__isnull=True)
                | models.Q(user__isnull=True, authority__isnull=False),
                name="a_daily_mail_goes_to_one",
            ),
        ]


class ReminderOptOut(models.Model):
    """One person or authority does not want one kind of reminder."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    authority = models.ForeignKey("Authority", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40, choices=ReminderKind.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="a_person_switches_a_kind_off_once"),
            models.UniqueConstraint(fields=["authority", "kind"], name="an_authority_switches_a_kind_off_once"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, authority__isnull=True)
                | models.Q(user__isnull=True, authority__isnull=False),
                name="an_opt_out_is_of_one",
            ),
        ]


class Heartbeat(models.Model):
    """When something that runs by itself was last seen: beat, each sweep by its task's name, the scanner of files."""

    BEAT, SWEEP, SCANNER = "beat", "reminders", "scanner"

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict, blank=True)
