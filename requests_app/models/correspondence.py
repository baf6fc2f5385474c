"""What was written: letters, their files, and annotations beside them."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .foi_requests import Concealable, FOIRequest


def published_vector() -> models.GeneratedField:
    """The search vector of what is published; a longer text would make the INSERT fail, hence the cut."""
    return models.GeneratedField(
        expression=SearchVector(Left("published_text", 200_000), config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )


class Direction(models.TextChoices):
    OUTGOING = "outgoing", _("to the authority")
    INCOMING = "incoming", _("from the authority")


class MessageKind(models.TextChoices):
    REQUEST = "request", _("Request")
    FOLLOW_UP = "follow_up", _("Follow-up")
    INTERNAL_REVIEW = "internal_review", _("Request for internal review")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    RESPONSE = "response", _("Letter from the authority")


class Description(models.TextChoices):
    """What a letter from the authority was; empty while nobody has said."""

    ANSWER = "answer", _("An answer")
    ACKNOWLEDGEMENT = "acknowledgement", _("Only an acknowledgement")
    CLARIFICATION = "clarification", _("A question back")
    FEES_NOTICE = "fees_notice", _("A fees notice")
    MORE_TIME = "more_time", _("Word that more time is needed")  # on the ground that the law has for it
    MORE_TIME_OTHER = "more_time_other", _("Word that more time is needed, for another reason or none")
    OTHER = "other", _("Something else")


class Door(models.TextChoices):
    WEB = "web", _("on this site")
    MAIL = "mail", _("by e-mail")
    INBOX = "inbox", _("in the authority's web inbox")
    IMPORT = "import", _("imported")


class Message(Concealable):
    """One letter of a request.

    ``body`` is the text as written or received and never leaves the server unmasked;
    ``published_text`` and ``published_html`` are made from it when it is filed, and remade when a
    redaction changes. ``author_name`` is the name it was sent under, kept even if the person changes theirs.
    ``at`` is when it was sent (outgoing) or reached us (incoming). ``written_reference`` is what the authority
    calls the matter in this letter, for our letters to it, and ``authority_reference`` the same masked, for pages;
    ``behind_portal``: it only says where the answer can be fetched; ``recalled_at``:
    when the authority's mail program asked for it back.
    """

    foi_request = models.ForeignKey(FOIRequest, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    door = models.CharField(max_length=10, choices=Door.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    sender_address = models.EmailField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    body = models.TextField()
    published_text = models.TextField()
    published_html = models.TextField()
    at = models.DateTimeField()
    is_automatic = models.BooleanField(default=False)
    described_as = models.CharField(max_length=20, choices=Description.choices, blank=True, default="")
    described_at = models.DateTimeField(null=True, blank=True)
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    inbound_email = models.OneToOneField(
        "InboundEmail", on_delete=models.PROTECT, null=True, blank=True, related_name="message"
    )
    authority_reference = models.CharField(max_length=60, blank=True, default="", db_default="")
    written_reference = models.CharField(max_length=60, blank=True, default="", db_default="")
    behind_portal = models.BooleanField(default=False, db_default=False)
    recalled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_vector = published_vector()

    class Meta(Concealable.Meta):
        abstract = False
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["foi_request", "at", "id"], name="letters_of_request"),  # the request page
            GinIndex(fields=["published_vector"], name="letters_by_word"),  # search
        ]
        constraints = [
            *Concealable.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(direction=Direction.INCOMING, kind=MessageKind.RESPONSE)
                | (models.Q(direction=Direction.OUTGOING) & ~models.Q(kind=MessageKind.RESPONSE)),
                name="only_authorities_respond",
            ),
            models.CheckConstraint(
                condition=models.Q(described_as="") | models.Q(direction=Direction.INCOMING),
                name="only_authorities_letters_are_described",
            ),
        ]

    @property
    def number(self) -> int:
        return self.pk

    @property
    def anchor(self) -> str:
        """``outgoing-N`` or ``incoming-N`` with the public number, so that hiding one renumbers nothing."""
        return f"{self.direction}-{self.pk}"


class Release(models.TextChoices):
    """Whether a file may be served: only when public."""

    PUBLIC = "public", _("public")
    CHECKING = "checking", _("being checked")
    HELD = "held", _("held for a check")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Reading(models.TextChoices):
    """What there is to read of a file as text; empty while nobody has looked."""

    WORDS = "words", _("its words")
    PARTLY = "partly", _("its words, but for pages that are pictures")
    PICTURES = "pictures", _("only pictures")
    NONE = "none", _("no words")
    FAILED = "failed", _("could not be read")


class Attachment(Concealable):
    """A file of a letter. ``content`` lies in the file store under its hash; ``name`` is safe to show.

    ``given_name`` is the name that it came with, from which ``name`` is made again; it is never shown.
    ``checking_until``: the authority asked for a check, which ends after that day by itself; None where the check is
    the one that every file goes through before it is public.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=150)
    given_name = models.CharField(max_length=400, blank=True, default="")
    content_type = models.CharField(max_length=150)
    label = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(null=True, blank=True)
    content = models.FileField(max_length=200)
    release = models.CharField(max_length=10, choices=Release.choices, default=Release.CHECKING)
    checking_until = models.DateField(null=True, blank=True)
    reading = models.CharField(max_length=10, choices=Reading.choices, blank=True, default="")

    class Meta(Concealable.Meta):
        abstract = False
        ordering = ["position", "id"]

    @property
    def number(self) -> int:
        return self.pk


class Annotation(Concealable):
    """A public remark beside the letters. It goes to nobody at the authority."""

    foi_request = models.ForeignKey(FOIRequest, on_delete=models.PROTECT, related_name="annotations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="annotations")
    author_name = models.CharField(max_length=200)
    body = models.TextField()
    published_text = models.TextField()
    published_html = models.TextField()
    at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    published_vector = published_vector()

    class Meta(Concealable.Meta):
        abstract = False
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["foi_request", "at", "id"], name="annotations_of_request"),
            GinIndex(fields=["published_vector"], name="annotations_by_word"),
        ]

    @property
    def number(self) -> int:
        return self.pk

    @property
    def anchor(self) -> str:
        return f"comment-{self.pk}"
