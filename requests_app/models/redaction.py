"""Rules by which staff take words out of what is published, and how far each has come."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .foi_requests import FOIRequest
from .moderation import Decision


class RuleScope(models.TextChoices):
    """Whose texts a rule is about."""

    REQUEST = "request", _("one request")
    PERSON = "person", _("all requests of one person")
    AUTHORITY = "authority", _("all requests to one authority")
    SITE = "site", _("the whole site")


class RedactionRuleQuerySet(models.QuerySet["RedactionRule"]):
    def active(self) -> Self:
        return self.filter(taken_back_by__isnull=True)

    def unfinished(self) -> Self:
        """Still to be carried through, or to be taken out again, somewhere."""
        return self.filter(finished_at__isnull=True)

    def about(self, *, foi_request_id, requester_id, authority_id) -> Self:
        """Those whose scope holds a request; without a number, one that is only being made."""
        where = Q(scope=RuleScope.SITE) | Q(person_id=requester_id) | Q(authority_id=authority_id)
        return self.filter(where | Q(foi_request_id=foi_request_id) if foi_request_id else where)


class RedactionRule(models.Model):
    """Words or a pattern that are replaced wherever they would be published; letters to authorities keep them.

    The walk through the requests of its scope goes by number: ``passed_id`` is the last one done, ``checked`` and
    ``changed`` count, ``finished_at`` is None while it goes on. Taking a rule back walks again. ``left`` says where
    the rule did not hold: lists of kind of thing, its number, and "left" (still found) or "slow" (took too long).
    """

    scope = models.CharField(max_length=10, choices=RuleScope.choices)
    foi_request = models.ForeignKey(
        FOIRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="redaction_rules"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="redaction_rules"
    )
    authority = models.ForeignKey(
        "Authority", on_delete=models.CASCADE, null=True, blank=True, related_name="redaction_rules"
    )
    pattern = models.CharField(max_length=500)
    is_regex = models.BooleanField(default=False)
    replacement = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    taken_back_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    walk_began_at = models.DateTimeField(default=timezone.now)
    passed_id = models.BigIntegerField(default=0)
    to_check = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    left = models.JSONField(default=list, blank=True)

    objects = RedactionRuleQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=RuleScope.SITE, foi_request=None, person=None, authority=None)
                | Q(scope=RuleScope.REQUEST, foi_request__isnull=False, person=None, authority=None)
                | Q(scope=RuleScope.PERSON, foi_request=None, person__isnull=False, authority=None)
                | Q(scope=RuleScope.AUTHORITY, foi_request=None, person=None, authority__isnull=False),
                name="a_rule_has_one_scope",
            ),
            models.CheckConstraint(condition=~Q(pattern=""), name="a_rule_says_what"),
        ]

    def __str__(self) -> str:
        return f"rule {self.pk}"

    @property
    def requests(self) -> Q:
        """The requests that it is about."""
        if self.scope == RuleScope.REQUEST:
            return Q(pk=self.foi_request_id)
        if self.scope == RuleScope.PERSON:
            return Q(requester=self.person_id)
        return Q(authority=self.authority_id) if self.scope == RuleScope.AUTHORITY else Q()
