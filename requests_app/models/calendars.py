"""Secret addresses under which calendar programs read somebody's deadlines."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class CalendarFeed(models.Model):
    """One person's address for their own requests, or for those to one authority that they work for.

    Only the hash of its token is kept; the address itself was shown once. It gives what that person may see at the
    time of reading and nothing more, and ends with their role.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    authority = models.ForeignKey("Authority", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(authority=None), name="one_calendar_of_ones_own_requests"
            ),
            models.UniqueConstraint(fields=["user", "authority"], name="one_calendar_a_person_and_authority"),
        ]
