"""What an answer was, by whose word."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    SUCCESSFUL = "successful", _("Successful")
    PARTIALLY_SUCCESSFUL = "partially_successful", _("Partly successful")
    REFUSED = "refused", _("Refused")
    NOT_HELD = "not_held", _("Information not held")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Side(models.TextChoices):
    REQUESTER = "requester", _("the requester")
    AUTHORITY = "authority", _("the authority")
    IMPORTED = "imported", _("the site it came from")
    READER = "reader", _("a reader")


class OutcomeSaidQuerySet(models.QuerySet["OutcomeSaid"]):
    def standing(self) -> Self:
        """Said and not taken back."""
        return self.filter(taken_back_at__isnull=True)


class OutcomeSaid(models.Model):
    """One side's word about one answer, on a day. Both sides' words are kept, and both are shown."""

    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, related_name="outcomes_said")
    message = models.ForeignKey(
        "Message", on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes_said"
    )
    side = models.CharField(max_length=10, choices=Side.choices)
    outcome = models.CharField(max_length=30, choices=Outcome.choices)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = OutcomeSaidQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "side"],
                condition=models.Q(taken_back_at__isnull=True),
                name="one_standing_word_per_answer_and_side",
            ),
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="outcome_known"),
        ]
