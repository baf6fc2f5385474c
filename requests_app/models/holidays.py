"""The days that do not count, every version of that list, and how far the requests were counted anew with it."""

from datetime import date
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HolidayChange(models.TextChoices):
    """What made a version of the list."""

    SHIPPED = "shipped", _("came with the product")
    ADDED = "added", _("added by our staff")
    WITHDRAWN = "withdrawn", _("withdrawn by our staff")
    LOADED = "loaded", _("read from the government’s list")


class HolidayVersion(models.Model):
    """One version of the list, and the counting anew that it calls for.

    ``name`` sorts in order of versions, and a later one after every name of the shipped list. Open requests are
    counted anew in order of their number: ``passed_id`` is the last one that was looked at, so that a crash loses
    no more than a batch. ``finished_at`` is None while that goes on; a version that was followed by another before
    it was done is finished by the other's count. ``afresh``: the count was begun again by hand or by an upgrade, though
    the list had not changed; what it moves, no bank holiday moved.
    """

    name = models.CharField(max_length=40, unique=True)
    change = models.CharField(max_length=20, choices=HolidayChange.choices)
    made_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=300, blank=True, default="")
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    afresh = models.BooleanField(default=False)
    passed_id = models.BigIntegerField(default=0)
    to_check = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class BankHolidayQuerySet(models.QuerySet["BankHoliday"]):
    def standing(self) -> Self:
        """What the list says now."""
        return self.filter(withdrawn_in="")

    def changed_after(self, version: str) -> Self:
        """Rows that came or went in a later version than this one."""
        return self.filter(models.Q(version__gt=version) | models.Q(withdrawn_in__gt=version))

    def on_days(self, first: date, last: date) -> Self:
        return self.filter(on__gte=first, on__lte=last)


class BankHoliday(models.Model):
    """A day that is a bank holiday in at least one part of the United Kingdom.

    A row is never changed or deleted: what was wrong is withdrawn (``withdrawn_in`` names the version), and the right
    row stands beside it. So the list can be read as any request was counted with it. ``basis``: for England and
    Wales, Scotland and Northern Ireland in turn, S statute, P proclamation, C the Act's own words, - none; empty
    where nobody has noted it.
    """

    on = models.DateField()
    name = models.CharField(max_length=200)
    england_wales = models.BooleanField(default=False)
    scotland = models.BooleanField(default=False)
    northern_ireland = models.BooleanField(default=False)
    basis = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=300, blank=True, default="")
    version = models.CharField(max_length=40)
    withdrawn_in = models.CharField(max_length=40, blank=True, default="")

    objects = BankHolidayQuerySet.as_manager()

    class Meta:
        ordering = ["on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(england_wales=True) | models.Q(scotland=True) | models.Q(northern_ireland=True),
                name="a_bank_holiday_is_one_somewhere",
            ),
            models.UniqueConstraint(
                fields=["on"], condition=models.Q(withdrawn_in=""), name="one_standing_row_for_a_bank_holiday"
            ),
        ]
        indexes = [models.Index(fields=["on"], name="bank_holidays_by_day")]  # every request page

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
