"""People: who signs in, by which public name, and what has been decided against them."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail; addresses are compared without regard to case."""

    def create_user(self, email: str | None, password: str | None = None, **fields) -> "User":
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Signs in by e-mail; everybody else sees only the public name.

    ``email`` is None for people who came with an imported thread: they have no account until they
    claim it by confirming ``claim_email``.
    """

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    claim_email = models.EmailField(blank=True, default="")
    public_name = models.CharField(_("name shown in public"), max_length=100, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    terms_version = models.CharField(max_length=20, blank=True, default="")
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | ~models.Q(email=""),
                name="no_account_has_an_empty_address",
            ),
        ]

    def __str__(self) -> str:
        return self.public_name or f"person {self.pk}"

    @property
    def number(self) -> int:
        """The public number: never changed or reused."""
        return self.pk

    @property
    def slug(self) -> str:
        """The number with the name as decoration, for ``/user/<slug>``."""
        return f"{self.pk}-{slugify(self.public_name)}".strip("-")

    def get_full_name(self) -> str:
        return self.public_name

    def get_short_name(self) -> str:
        return self.public_name


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Sanction(models.Model):
    """A suspension, from its Decision until another Decision ends it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sanctions")
    reason_code = models.CharField(max_length=40)
    public_wording = models.TextField()
    # "(Account suspended)" is shown only where the suspension is for misuse, not for instance at the person's wish.
    for_misuse = models.BooleanField(default=True)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey("Decision", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at__isnull=True), name="one_sanction_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason_code="") & ~models.Q(public_wording=""),
                name="a_sanction_has_its_reason",
            ),
        ]
