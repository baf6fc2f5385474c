"""The request itself: who must act next, who may see it, and the dates folded from its ledger."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NotAllowed(Exception):
    """The action is not open to this request, or to this person, now; the text says why, for people."""


class Status(models.TextChoices):
    """Who must act next. What the answer was is an ``OutcomeSaid``; who may see it is ``Prominence``."""

    AWAITING_RESPONSE = "awaiting_response", _("Waiting for a response")
    AWAITING_CLARIFICATION = "awaiting_clarification", _("Waiting for clarification")
    INTERNAL_REVIEW = "internal_review", _("Waiting for an internal review")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MOVES: dict[str, frozenset[str]] = {
    Status.AWAITING_RESPONSE: frozenset(
        {Status.AWAITING_CLARIFICATION, Status.ANSWERED, Status.INTERNAL_REVIEW, Status.WITHDRAWN}
    ),
    Status.AWAITING_CLARIFICATION: frozenset(
        {Status.AWAITING_RESPONSE, Status.ANSWERED, Status.INTERNAL_REVIEW, Status.WITHDRAWN}
    ),
    Status.ANSWERED: frozenset({Status.AWAITING_RESPONSE, Status.INTERNAL_REVIEW, Status.AWAITING_CLARIFICATION}),
    Status.INTERNAL_REVIEW: frozenset({Status.ANSWERED, Status.AWAITING_CLARIFICATION, Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset({Status.ANSWERED}),
}
# Statuses under which a deadline runs and reminders may go.
OPEN = (Status.AWAITING_RESPONSE, Status.INTERNAL_REVIEW, Status.AWAITING_CLARIFICATION)


class Prominence(models.TextChoices):
    """Who may see a thing: everybody, only the two parties (and staff), or only staff."""

    PUBLIC = "public", _("public")
    PARTIES = "parties", _("hidden from the public")
    NOBODY = "nobody", _("hidden from all but staff")


class Concealable(models.Model):
    """Something that can be hidden, always with a reason code and words for the public."""

    prominence = models.CharField(max_length=10, choices=Prominence.choices, default=Prominence.PUBLIC)
    concealed_reason = models.CharField(max_length=40, blank=True, default="")
    concealed_wording = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(prominence=Prominence.PUBLIC)
                | (
                    models.Q(prominence__in=[Prominence.PARTIES, Prominence.NOBODY])
                    & ~models.Q(concealed_reason="")
                    & ~models.Q(concealed_wording="")
                ),
                name="%(class)s_hidden_with_reason",
            )
        ]


class FOIRequestQuerySet(models.QuerySet["FOIRequest"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def overdue(self, *, on: date) -> Self:
        """Waiting, and the day by which an answer was normally due is before ``on``."""
        return self.filter(status=Status.AWAITING_RESPONSE, due_on__lt=on)


class FOIRequest(Concealable):
    """One request to one authority, from first letter to last.

    ``due_on``, ``grace_on`` (the later reading of receipt on a non-working day), ``outer_on`` (the
    longest time the law or the regulator allows), ``received_on`` and ``responded_on`` are the fold of
    the ledger (``ClockEvent``), stored for indexes; None where no date can be given. ``clock`` is the whole fold as
    ``law.wire.pack`` writes it. ``next_notice_on`` is the day from which a reminder may be due; None where none is.
    ``version`` goes up with every change that anybody could see; a rendered copy names the version it shows.
    ``letters_to_describe_since`` is the day the oldest letter reached us that nobody has described yet.
    ``title`` is masked like all that is published; ``written_title`` is what was typed, "" where that is the same.
    ``authority_reference`` is what the authority calls it in its last public letter that says so, masked for pages;
    ``written_reference`` the same as it wrote it, for our letters to it and for nothing else.
    """

    title = models.CharField(max_length=200)
    written_title = models.CharField(max_length=200, blank=True, default="")
    # Each change of a request writes to all its indexes: none here that no page needs or that another begins with.
    slug = models.SlugField(max_length=120, db_index=False)
    authority = models.ForeignKey("Authority", on_delete=models.PROTECT, related_name="foi_requests", db_index=False)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="foi_requests", db_index=False
    )
    regime = models.CharField(max_length=20)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.AWAITING_RESPONSE)
    title_prominence = models.CharField(max_length=10, choices=Prominence.choices, default=Prominence.PUBLIC)
    title_concealed_reason = models.CharField(max_length=40, blank=True, default="")
    title_concealed_wording = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    grace_on = models.DateField(null=True, blank=True)
    outer_on = models.DateField(null=True, blank=True)
    responded_on = models.DateField(null=True, blank=True)
    clock = models.JSONField(default=dict, blank=True)
    next_notice_on = models.DateField(null=True, blank=True)
    holiday_version = models.CharField(max_length=40, blank=True, default="")
    letters_to_describe_since = models.DateField(null=True, blank=True)
    authority_reference = models.CharField(max_length=60, blank=True, default="", db_default="")
    written_reference = models.CharField(max_length=60, blank=True, default="", db_default="")
    last_activity_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    reply_token = models.CharField(max_length=32)
    # A thread brought from elsewhere: never a reminder, a notice or a reply address; not in statistics.
    is_imported = models.BooleanField(default=False)
    importing = models.BooleanField(default=False)
    source_url = models.URLField(max_length=500, blank=True, default="")
    source_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - most have none; unique
    imported_followers = models.PositiveIntegerField(default=0)
    title_vector = models.GeneratedField(
        expression=SearchVector(Left("title", 200), config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = FOIRequestQuerySet.as_manager()

    class Meta(Concealable.Meta):
        abstract = False
        constraints = [
            *Concealable.Meta.constraints,
            # Not ``unique=True``: that makes a second index, for LIKE, which nothing asks.
            models.UniqueConstraint(fields=["slug"], name="one_request_a_slug"),
            models.UniqueConstraint(fields=["reply_token"], name="one_request_a_reply_token"),
            models.UniqueConstraint(
                fields=["source_id"], name="one_request_a_source", condition=models.Q(source_id__isnull=False)
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="request_status_known"),
            models.CheckConstraint(
                condition=models.Q(title_prominence=Prominence.PUBLIC)
                | (~models.Q(title_concealed_reason="") & ~models.Q(title_concealed_wording="")),
                name="title_hidden_with_reason",
            ),
        ]
        indexes = [
            # Reminders and the officer's inbox: what is waiting, by day due.
            models.Index(
                fields=["due_on", "id"],
                name="waiting_by_due_day",
                condition=models.Q(status=Status.AWAITING_RESPONSE),
            ),
            # The sweep of reminders: what may be due by a day.
            models.Index(
                fields=["next_notice_on", "id"],
                name="requests_to_remind",
                condition=models.Q(next_notice_on__isnull=False),
            ),
            # The sweep that presumes receipt: letters that left and are not known to have arrived.
            models.Index(
                fields=["id"],
                name="requests_without_receipt",
                condition=models.Q(received_on__isnull=True, is_imported=False),
            ),
            models.Index(fields=["-last_activity_at", "-id"], name="requests_by_activity"),  # /list
            models.Index(fields=["changed_at", "id"], name="requests_by_change"),  # ?changed_since=
            models.Index(fields=["authority", "-last_activity_at", "-id"], name="requests_of_authority"),  # /body
            models.Index(fields=["requester", "-last_activity_at", "-id"], name="requests_of_person"),  # /user
            # Similar requests, search. Read for every page made, so no list of late additions to walk through.
            GinIndex(fields=["title_vector"], name="request_titles", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def number(self) -> int:
        return self.pk

    @property
    def title_as_written(self) -> str:
        """For letters to the authority, which no redaction alters; never for a page."""
        return self.written_title or self.title

    def move_to(self, status: str) -> None:
        """Set ``status`` (not saved). Staying where it is is allowed; a move that is not raises NotAllowed."""
        if status != self.status and status not in MOVES[self.status]:
            words = {"now": Status(self.status).label, "wanted": Status(status).label}
            raise NotAllowed(_("“%(now)s” cannot become “%(wanted)s”") % words)
        self.status = status


class RetiredSlug(models.Model):
    """A request's former address. One that was removed for its words is kept only as a hash, and answers 410."""

    slug_hash = models.CharField(max_length=64, unique=True)
    slug = models.CharField(max_length=120, blank=True, default="")
    foi_request = models.ForeignKey(FOIRequest, on_delete=models.CASCADE, null=True, related_name="retired_slugs")
    is_gone = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_gone=False) | models.Q(slug=""), name="a_removed_slug_is_not_kept"
            )
        ]
