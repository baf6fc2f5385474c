"""What a person or an authority keeps for itself. No public selector may import this module."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DraftQuerySet(models.QuerySet["Draft"]):
    def open_to(self, user, cookie_hash: str, *, now: datetime) -> Self:
        """Letters not sent yet that belong to this person, or without an account to this browser."""
        unsent = self.filter(sent_as__isnull=True)
        if user is not None and user.is_authenticated:
            return unsent.filter(user=user.pk)
        if not cookie_hash:
            return self.none()
        return unsent.filter(cookie_hash=cookie_hash, expires_at__gt=now)


class Draft(models.Model):
    """A letter that is not sent yet: a citizen's first letter or follow-up.

    Without an account it belongs to a random cookie (``cookie_hash``) and lives until ``expires_at``.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    cookie_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    authority = models.ForeignKey("Authority", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    foi_request = models.ForeignKey(
        "FOIRequest", on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    kind = models.CharField(max_length=20, default="request")
    title = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField(blank=True, default="")
    author_name = models.CharField(max_length=100, blank=True, default="")
    # The writer ticked that they know a request about themselves becomes public.
    knows_it_is_public = models.BooleanField(default=False)
    # Sign-up is under way: the draft goes out when the address is confirmed.
    send_on_confirmation = models.BooleanField(default=False)
    # When the writer last went on to see how it will be published.
    previewed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    sent_as = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-saved_at"], name="drafts_of_person"),
            # Reminders: letters that their writers have not sent.
            models.Index(
                fields=["saved_at"],
                name="unsent_drafts",
                condition=models.Q(sent_as__isnull=True, user__isnull=False),
            ),
        ]


class OfficerDraft(models.Model):
    """An officer's answer that is not published yet, one per officer and request."""

    officer = models.ForeignKey("Officer", on_delete=models.CASCADE, related_name="drafts")
    foi_request = models.ForeignKey("FOIRequest", on_delete=models.CASCADE, related_name="+")
    body = models.TextField(blank=True, default="")
    described_as = models.CharField(max_length=20, blank=True, default="")
    outcome = models.CharField(max_length=30, blank=True, default="")
    # The authority's own estimate, where the letter says that more time is needed.
    until = models.DateField(null=True, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "foi_request"], name="one_draft_per_officer_request")]


class OfficerDraftFile(models.Model):
    """A file that waits with an officer's draft; served only to that officer."""

    draft = models.ForeignKey(OfficerDraft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=150)
    content = models.FileField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    # None: not checked yet; else as `files.findings.pack` writes them.
    findings = models.JSONField(null=True, blank=True)
    # The officer's words why it may be public with what was found in it.
    said_why = models.TextField(blank=True, default="")


class CheckState(models.TextChoices):
    """How far the check of a file is. A file that was found to hide something waits for a person's Decision."""

    WAITING = "waiting", _("waits for its check")
    CLEAR = "clear", _("nothing found")
    FOUND = "found", _("something found")
    SETTLED = "settled", _("decided by a person")


class FileCheck(models.Model):
    """The check of one file: a row is the job, and then its result.

    ``findings`` as `files.findings.pack` writes them; they may name sheets and people, so no public selector reads
    this table. ``said_why``: the words of the officer who sent the file and wants it public with what was found.
    ``original`` is the path of the file as it came, once it was replaced.
    ``was_public``: it was public before there were checks, and stays so until a person decides, unless it is a virus.
    ``scanned_at``: when the virus scanner had nothing against it; None where there is none or it has not been asked.
    """

    attachment = models.OneToOneField("Attachment", on_delete=models.PROTECT, related_name="file_check")
    state = models.CharField(max_length=10, choices=CheckState.choices, default=CheckState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    findings = models.JSONField(default=list, blank=True)
    said_why = models.TextField(blank=True, default="")
    original = models.CharField(max_length=200, blank=True, default="")
    was_public = models.BooleanField(default=False)
    scanned_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    # The words and pictures are made after the check, in a second step that may fail by itself.
    is_read = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # The sweep: what is still to be checked or read.
            models.Index(
                fields=["next_attempt_at", "id"],
                name="files_to_check",
                condition=models.Q(state="waiting") | models.Q(is_read=False),
            )
        ]
