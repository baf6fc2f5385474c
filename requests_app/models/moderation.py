"""What waits for a person, what was reported, and what was decided and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReasonCode(models.TextChoices):
    """Why something was hidden, redacted or sanctioned; the public wording stands beside it."""

    PERSONAL = "personal", _("Personal information")
    DEFAMATORY = "defamatory", _("Possibly defamatory")
    NOT_A_REQUEST = "not_a_request", _("Not a request for information")
    VEXATIOUS = "vexatious", _("Misuse of the law or of this site")
    ABUSIVE = "abusive", _("Abusive or threatening")
    SPAM = "spam", _("Spam or advertising")
    COPYRIGHT = "copyright", _("Copyright")
    COURT = "court", _("Court order or legal duty")
    MISTAKE = "mistake", _("Published by mistake")
    OWN_WISH = "own_wish", _("At the person's own wish")
    RESTORED = "restored", _("Nothing wrong found")
    HANDLED = "handled", _("Dealt with in the ordinary way")


class DecisionKind(models.TextChoices):
    HIDE = "hide", _("hidden")
    SHOW = "show", _("shown again")
    SUSPEND = "suspend", _("account suspended")
    RESTORE = "restore", _("account restored")
    RENAME = "rename", _("public name changed")
    FILE_LETTER = "file_letter", _("held letter filed")
    DISCARD_LETTER = "discard_letter", _("held letter not published")
    CLOSE_CASE = "close_case", _("case closed")
    INVITE = "invite", _("officer invited")
    APPROVE_OFFICER = "approve_officer", _("officer approved")
    DECLINE_OFFICER = "decline_officer", _("officer declined")
    END_OFFICER = "end_officer", _("officer's role ended")
    CORRECT_ADDRESS = "correct_address", _("authority's address corrected")
    OPEN_DOMAIN = "open_domain", _("authority's mail domain opened")
    CLOSE_DOMAIN = "close_domain", _("authority's mail domain closed")
    ADD_HOLIDAY = "add_holiday", _("bank holiday added")
    WITHDRAW_HOLIDAY = "withdraw_holiday", _("bank holiday withdrawn")
    LOAD_HOLIDAYS = "load_holidays", _("contradicting list of bank holidays accepted")
    SET_LAST_DAY = "set_last_day", _("last day to answer set")
    CHANGE_LAW = "change_law", _("law of the request changed")
    SCHOOL_CLOSED = "school_closed", _("school holidays noted")
    NOTE_RECEIPT = "note_receipt", _("day of receipt noted")
    TAKE_BACK_ROW = "take_back_row", _("row of the clock taken back")
    LET_ROW_STAND = "let_row_stand", _("row of the clock confirmed")
    REDACT = "redact", _("words taken out of what is published")
    END_REDACTION = "end_redaction", _("redaction taken back")
    RELEASE_FILE = "release_file", _("checked file released")
    REPLACE_FILE = "replace_file", _("file replaced by a clean one")


class Decision(models.Model):
    """An act of moderation. Append-only: a trigger forbids update and delete; words lie in its note."""

    kind = models.CharField(max_length=30, choices=DecisionKind.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=40, choices=ReasonCode.choices)
    at = models.DateTimeField(default=timezone.now)
    foi_request = models.ForeignKey(
        "FOIRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    thing_type = models.CharField(max_length=30)
    thing_id = models.BigIntegerField()
    # Hidden from the requester and the authority too, not only from the public.
    from_all = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason_code__in=ReasonCode.values), name="a_decision_has_a_reason"
            )
        ]


class DecisionNote(models.Model):
    """The words of a Decision, erasable: what the public reads, and what staff noted."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="note")
    public_wording = models.TextField(blank=True, default="")
    staff_note = models.TextField(blank=True, default="")


class CaseKind(models.TextChoices):
    HELD_LETTER = "held_letter", _("A letter is held")
    UNDELIVERABLE = "undeliverable", _("A letter could not be delivered")
    TAKE_DOWN = "take_down", _("The authority took files down")
    REPORT = "report", _("Something was reported")
    CONTACT = "contact", _("A message to the site")
    OFFICER_ACCESS = "officer_access", _("Somebody asks for access to an inbox")
    FAILED_JOB = "failed_job", _("A job failed")
    BANK_HOLIDAYS = "bank_holidays", _("The list of bank holidays")
    CLOCK_DISPUTED = "clock_disputed", _("The requester does not agree with the clock")
    FILE_HELD = "file_held", _("A file is held for a check")
    UNWANTED_MAIL = "unwanted_mail", _("Somebody calls our mail spam")
    SCANNER_AWAY = "scanner_away", _("The virus scanner does not answer")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Case(models.Model):
    """Something that waits for a person, in the one list at ``/moderation/``.

    ``thing_type`` and ``thing_id`` name a row (``message``, ``inbound_email``, ``outbound_email``, ``report``, …);
    one open case per kind and thing.
    """

    kind = models.CharField(max_length=30, choices=CaseKind.choices)
    thing_type = models.CharField(max_length=30)
    thing_id = models.BigIntegerField()
    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    urgent = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    # Codes and ids only; what people typed lies in the thing itself.
    details = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thing_type", "thing_id"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_case_per_thing",
            )
        ]
        indexes = [
            models.Index(fields=["-urgent", "opened_at"], name="open_cases", condition=models.Q(closed_at__isnull=True))
        ]


class Report(models.Model):
    """Somebody's word that something should not be public. It moves no status and tells no follower."""

    foi_request = models.ForeignKey("FOIRequest", on_delete=models.PROTECT, related_name="reports")
    message = models.ForeignKey("Message", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    annotation = models.ForeignKey(
        "Annotation", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    reason = models.CharField(max_length=40)
    text = models.TextField(blank=True, default="")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reporter_email = models.EmailField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)


class SiteMessage(models.Model):
    """What somebody wrote to the site, and what staff wrote back."""

    name = models.CharField(max_length=100)
    email = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
