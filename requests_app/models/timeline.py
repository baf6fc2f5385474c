"""Who did what, when: the public event history."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Event(models.Model):
    """One thing that happened to a request. Append-only: a trigger forbids update and delete.

    ``data`` holds ids, codes and dates, never names, addresses or typed words.
    """

    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    # When it happened, which for an imported or held letter is long before it was written down here.
    at = models.DateTimeField(default=timezone.now)
    recorded_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey("Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    annotation = models.ForeignKey("Annotation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attachment = models.ForeignKey("Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["foi_request", "at", "id"], name="events_of_request"),  # event history
            models.Index(fields=["foi_request", "recorded_at"], name="events_by_record"),  # digests
        ]
