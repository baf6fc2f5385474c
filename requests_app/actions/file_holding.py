"""Take files from the public until a person has looked: those whose bytes hold what a redaction rule takes out."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ..files.findings import finding, pack, unpack
from ..models import Attachment, CaseKind, FOIRequest, RedactionRule, Release
from ..models.private import CheckState, FileCheck
from .cases import open_case
from .publication import record, touch

CODE = "redacted_words"


def hold_for_rule(*, rule_id: int, attachment_ids: Iterable[int], now: datetime) -> int:
    """Hold these files as far as they are public, each with a case of its own. Returns how many are held now.

    The rule's Decision is the reason. Each file is a transaction: a crash leaves the others as they are, and the
    rule's page still names them.
    """
    rule = RedactionRule.objects.select_related("made_by__actor").get(pk=rule_id)
    return sum(_hold(number, rule, now) for number in attachment_ids)


@transaction.atomic
def _hold(number: int, rule: RedactionRule, now: datetime) -> bool:
    owner = Attachment.objects.filter(pk=number).values_list("message__foi_request", flat=True).first()
    foi_request = FOIRequest.objects.select_for_update().filter(pk=owner).first()
    file = Attachment.objects.select_related("message").filter(pk=number, release=Release.PUBLIC).first()
    if foi_request is None or file is None:
        return False
    check, _is_new = FileCheck.objects.select_for_update().get_or_create(
        attachment=file, defaults={"state": CheckState.CLEAR, "is_read": True}
    )
    check.state = CheckState.FOUND
    check.findings = [one for one in check.findings if one["code"] != CODE] + pack([finding(CODE)])
    check.checked_at = check.checked_at or timezone.now()
    check.save(update_fields=["state", "findings", "checked_at"])
    file.release = Release.HELD
    file.save(update_fields=["release"])
    decision = rule.made_by
    record(foi_request, "file_held", at=now, message=file.message, attachment=file, decision=decision)
    codes = list(dict.fromkeys(one.code for one in unpack(check.findings) if one.holds))
    details = {"codes": codes, "rule": rule.pk, "was_public": False}
    open_case(CaseKind.FILE_HELD, "attachment", file.pk, foi_request=foi_request, details=details, now=now)
    touch(foi_request)
    return True
