"""Make a redaction rule, carry it through every request of its scope, look whether it holds, take it back.

A rule is true from its commit on: letters that arrive later are published under it. What was published before is
made again by the worker, request by request in order of number; where it stopped is written down, so a crash loses
one request's work and the next run goes on.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from ..models import (
    CaseKind,
    Decision,
    DecisionKind,
    FOIRequest,
    NotAllowed,
    RedactionRule,
    RuleScope,
    User,
)
from ..publishing.redaction import Rule, RuleRefused, check_rule
from ..queue import enqueue
from .cases import close_cases_about, decide, open_case
from .publication import record
from .redacting import FAILED, rule_of
from .republishing import Problem, may_touch, republish

logger = logging.getLogger(__name__)
TASK = "requests_app.carry_redactions_through"
# Requests made by a transaction that was under way when the rule was committed are looked at again at the end.
OVERLAP = timedelta(minutes=10)
_MOST_LEFT = 100
_BATCH = 200
UNDONE = "error"


@transaction.atomic
def make_rule(
    *,
    scope: str,
    pattern: str,
    is_regex: bool,
    replacement: str,
    reason_code: str,
    actor: User,
    now: datetime,
    target: int | None = None,
    staff_note: str = "",
) -> RedactionRule:
    """A new rule with its Decision. One about a single request is carried through at once, others by a worker.

    ``target`` is the number of the request, person or authority; None for the whole site. Letters to authorities
    and what is stored are never altered. Raises NotAllowed for a rule that cannot be used.
    """
    refuse_unusable(pattern, is_regex=is_regex, replacement=replacement)
    foi_request = _request(target) if scope == RuleScope.REQUEST else None
    rule = RedactionRule(
        id=_next_number(),
        scope=RuleScope(scope),
        foi_request=foi_request,
        person_id=target if scope == RuleScope.PERSON else None,
        authority_id=target if scope == RuleScope.AUTHORITY else None,
        pattern=pattern,
        is_regex=is_regex,
        replacement=replacement,
        made_at=now,
    )
    rule.made_by = _decision(DecisionKind.REDACT, rule, reason_code, actor, now, staff_note)
    _begin_walk(rule, now)
    rule.save(force_insert=True)
    _carry_on(rule, foi_request, now)
    return rule


@transaction.atomic
def take_back(*, rule_id: int, reason_code: str, actor: User, now: datetime, staff_note: str = "") -> RedactionRule:
    """End a rule: what it took out is published again, as far as no other rule takes it out. A slug stays gone."""
    rule = RedactionRule.objects.select_for_update().get(pk=rule_id)
    if rule.taken_back_by_id:
        raise NotAllowed(_("This rule was taken back before."))
    foi_request = _request(rule.foi_request_id) if rule.foi_request_id else None
    rule.taken_back_by = _decision(DecisionKind.END_REDACTION, rule, reason_code, actor, now, staff_note)
    _begin_walk(rule, now)
    rule.save()
    close_cases_about(CaseKind.FAILED_JOB, "redaction_rule", rule.pk, actor=actor, now=now, decision=rule.taken_back_by)
    _carry_on(rule, foi_request, now)
    return rule


@transaction.atomic
def walk_again(*, rule_id: int, now: datetime) -> None:
    """Carry a rule through from the beginning, after one that did not hold was looked into."""
    rule = RedactionRule.objects.select_for_update().get(pk=rule_id)
    _begin_walk(rule, now)
    rule.save()
    enqueue(TASK)


def carry_through(*, now: datetime, stop: Callable[[], bool] = lambda: False) -> int:
    """Carry on with every rule that is not through yet, until done or ``stop`` says so; how many requests it saw.

    One process at a time: the caller sees to it. Safe to end anywhere and to run again. A rule that is taken back or
    begun anew meanwhile is carried through from its new beginning.
    """
    seen = 0
    while (rule := RedactionRule.objects.unfinished().order_by("pk").first()) and not stop():
        numbers = FOIRequest.objects.filter(rule.requests, pk__gt=rule.passed_id).order_by("pk")
        batch = list(numbers.values_list("pk", flat=True)[:_BATCH])
        if not batch:
            _finish(rule, now)
        for number in batch:
            if stop():
                return seen
            seen += 1
            if not _one(rule, number, now):
                break
    return seen


def refuse_unusable(pattern: str, *, is_regex: bool, replacement: str) -> None:
    """Raises NotAllowed, with what to change, for a rule that cannot be used."""
    if not replacement.strip():
        raise NotAllowed(_("Say what the public reads in its place, such as “[redacted]”."))
    try:
        check_rule(Rule(pattern, is_regex=is_regex, replacement=replacement))
    except RuleRefused as refused:
        raise NotAllowed(str(refused)) from refused


def _request(number: int | None) -> FOIRequest:
    """Locked before the rule's row, as everywhere."""
    return FOIRequest.objects.select_for_update().get(pk=number)


def _decision(kind: str, rule: RedactionRule, reason: str, actor: User, now: datetime, note: str) -> Decision:
    return decide(
        kind,
        actor=actor,
        thing=rule,
        reason_code=reason,
        now=now,
        foi_request=rule.foi_request,
        staff_note=note,
    )


def _begin_walk(rule: RedactionRule, now: datetime) -> None:
    rule.walk_began_at, rule.finished_at = now, None
    rule.passed_id = rule.checked = rule.changed = 0
    rule.left = []
    rule.to_check = FOIRequest.objects.filter(rule.requests).count()


def _carry_on(rule: RedactionRule, foi_request: FOIRequest | None, now: datetime) -> None:
    if foi_request is None:
        enqueue(TASK)
        return
    _apply(rule, foi_request, now)
    _finish(rule, now)


def _one(rule: RedactionRule, number: int, now: datetime) -> bool:
    """One request in one transaction, its lock first. One that cannot be done is named and passed by.

    False where this walk is not the rule's any more.
    """
    try:
        with transaction.atomic():
            foi_request = FOIRequest.objects.select_for_update().get(pk=number)
            return _apply(rule, foi_request, now)
    except Exception:
        logger.exception("rule %s could not be carried through request %s", rule.pk, number)
        return _note(rule, [("foi_request", number, rule.pk, UNDONE)], passed=number, changed=False)


def _this_walk(rule: RedactionRule) -> QuerySet[RedactionRule]:
    """The rule's row, while nobody has taken the rule back or begun its walk anew since it was read."""
    return RedactionRule.objects.filter(
        pk=rule.pk, walk_began_at=rule.walk_began_at, taken_back_by=rule.taken_back_by_id
    )


def _apply(rule: RedactionRule, foi_request: FOIRequest, now: datetime) -> bool:
    """Only requests in which the rule is found are rendered again; the rest are passed by. Returns as `_note`."""
    changed, problems = (False, [])
    if may_touch(foi_request, rule_of(rule)):
        changed, problems = republish(foi_request)
    if changed:
        decision = rule.taken_back_by or rule.made_by
        kind = "redaction_ended" if rule.taken_back_by_id else "redacted"
        record(foi_request, kind, at=now, decision=decision, actor=decision.actor, reason=str(decision.reason_code))
    return _note(rule, [one for one in problems if one[2] == rule.pk], passed=foi_request.pk, changed=changed)


def _note(rule: RedactionRule, problems: list[Problem], *, passed: int, changed: bool) -> bool:
    """Write down how far the walk is; False, and nothing written, where it is not the rule's any more."""
    rule.left = [*rule.left, *([kind, pk, why] for kind, pk, _rule, why in problems)][:_MOST_LEFT]
    noted = _this_walk(rule).update(
        passed_id=passed, checked=F("checked") + 1, changed=F("changed") + int(changed), left=rule.left
    )
    rule.passed_id = passed
    rule.checked += 1
    rule.changed += int(changed)
    return bool(noted)


def _finish(rule: RedactionRule, now: datetime) -> None:
    """The end of a walk, after a second look at requests that were being made while it began."""
    late = Q(created_at__gte=rule.walk_began_at - OVERLAP, pk__lte=rule.passed_id)
    for number in FOIRequest.objects.filter(rule.requests & late).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            foi_request = FOIRequest.objects.select_for_update().get(pk=number)
            if may_touch(foi_request, rule_of(rule)):
                republish(foi_request)
    if not _this_walk(rule).update(finished_at=now):
        return
    rule.finished_at = now
    if rule.left:
        open_case(
            CaseKind.FAILED_JOB,
            "redaction_rule",
            rule.pk,
            foi_request=rule.foi_request,
            urgent=True,
            details={"reason": FAILED},
            now=now,
        )


def _next_number() -> int:
    """A Decision names what it is about, so the rule's number is known before its row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [RedactionRule._meta.db_table])
        return cursor.fetchone()[0]
