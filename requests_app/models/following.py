"""Who wants to hear of what, and how often."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NONE = "none", _("no mail")


class Follow(models.Model):
    """One person follows one request or one authority. ``seen_at``: what came later is unread."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    foi_request = models.ForeignKey(
        "FOIRequest", on_delete=models.CASCADE, null=True, blank=True, related_name="follows"
    )
    authority = models.ForeignKey("Authority", on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY)
    seen_at = models.DateTimeField(default=timezone.now)
    mailed_up_to = models.DateTimeField(default=timezone.now)
    unsubscribe_token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "foi_request"], name="follows_a_request_once"),
            models.UniqueConstraint(fields=["user", "authority"], name="follows_an_authority_once"),
            models.CheckConstraint(
                condition=models.Q(foi_request__isnull=False, authority__isnull=True)
                | models.Q(foi_request__isnull=True, authority__isnull=False),
                name="follows_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["rhythm", "mailed_up_to"], name="follows_by_rhythm")]  # digests
