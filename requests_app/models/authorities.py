"""Public authorities: their standing in law, the addresses we write to, and the people who answer there."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """Which law a body answers under; copied to each request when it is sent."""

    FOIA = "foia", _("Freedom of Information Act 2000")
    FOISA = "foisa", _("Freedom of Information (Scotland) Act 2002")
    EIR = "eir", _("Environmental Information Regulations 2004 only")
    EIR_SCOTLAND = "eir-scotland", _("Environmental Information (Scotland) Regulations 2004 only")
    NONE = "none", _("not subject to freedom of information law")


class AuthorityState(models.TextChoices):
    OPEN = "open", _("open to requests")
    CLOSED = "closed", _("no longer exists")
    NO_ADDRESS = "no_address", _("no address for requests is known")


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def matching(self, query: str) -> Self:
        """Authorities of which every word of ``query`` begins a word of the name, short name, tags or topics."""
        found = self
        for word in query.casefold().split()[:8]:
            found = found.filter(search_words__contains=f" {word}")
        return found


class Authority(models.Model):
    """A body people can write to."""

    name = models.CharField(max_length=300)
    # Sorted by bytes on purpose: the same order on every PostgreSQL, whatever its locale library.
    sort_name = models.CharField(max_length=300, db_collation="C", editable=False)
    short_name = models.CharField(max_length=100, blank=True, default="")
    slug = models.SlugField(max_length=200, unique=True)
    standing = models.CharField(max_length=20, choices=Standing.choices, default=Standing.FOIA)
    is_school = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=AuthorityState.choices, default=AuthorityState.OPEN)
    successor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    tags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    search_words = models.TextField(editable=False, default="")
    notes = models.TextField(blank=True, default="")
    home_page = models.URLField(max_length=500, blank=True, default="")
    publication_scheme = models.URLField(max_length=500, blank=True, default="")
    disclosure_log = models.URLField(max_length=500, blank=True, default="")
    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "authorities"
        indexes = [models.Index(fields=["sort_name", "id"], name="authorities_by_name")]  # /body/list
        constraints = [
            models.CheckConstraint(condition=models.Q(standing__in=Standing.values), name="authority_standing_known"),
            models.CheckConstraint(condition=models.Q(state__in=AuthorityState.values), name="authority_state_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        name = self.name.casefold()
        self.sort_name = name.removeprefix("the ")
        words = " ".join([self.name, self.short_name, *self.tags, *self.topics]).casefold()
        self.search_words = " " + " ".join(words.replace("-", " ").replace("_", " ").replace("(", " ").split())
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "sort_name", "search_words"}
        super().save(*args, **kwargs)

    @property
    def number(self) -> int:
        return self.pk


class AuthorityAddress(models.Model):
    """An exact e-mail address of an authority: one we write to, or one that wrote to us.

    ``publishes``: True, letters from it are published on arrival; False, they are held;
    None, nobody has said yet (the address that we write to is asked once).
    """

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="addresses")
    email = models.EmailField()
    is_request_address = models.BooleanField(default=False)
    publishes = models.BooleanField(null=True, default=None)
    asked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    undeliverable_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "email"], name="an_address_once_per_authority"),
            models.UniqueConstraint(
                fields=["authority"],
                condition=models.Q(is_request_address=True),
                name="one_request_address_each",
            ),
        ]

    def __str__(self) -> str:
        return f"address {self.pk} of {self.authority_id}"

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class AuthorityDomainQuerySet(models.QuerySet["AuthorityDomain"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class AuthorityDomain(models.Model):
    """A mail domain of which every address publishes for this authority, from one Decision of our staff to another.

    ``domain`` is exact: names below it are others. ``opened_by``'s note says who at the authority asked for it.
    """

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("Decision", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = AuthorityDomainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "domain"],
                condition=models.Q(closed_at__isnull=True),
                name="a_domain_open_once_per_authority",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="a_domain_closed_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class OfficerQuerySet(models.QuerySet["Officer"]):
    def serving(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Officer(models.Model):
    """A named person's role at an authority. Power comes from an invitation, never from an e-mail domain."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="officer_roles")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="officers")
    job_title = models.CharField(max_length=100, blank=True, default="")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority"],
                condition=models.Q(ended_at__isnull=True),
                name="one_role_per_authority",
            )
        ]


class Invitation(models.Model):
    """A single-use way to become an officer: made by staff, or asked for by a stranger at ``/inbox/``.

    One that was asked for is vouched for from the address we already write to, then approved by staff;
    only then is a link sent. Only the hash of the link's token is kept.
    """

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    asked_by_stranger = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    vouched_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True, blank=True)
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
