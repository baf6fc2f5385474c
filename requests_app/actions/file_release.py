"""Where two checks of one file meet: the one that every file goes through, and the one that somebody asked for."""

from datetime import datetime

from django.db.models import QuerySet

from ..models import Attachment, CaseKind, Decision, Release
from ..models.private import CheckState, FileCheck
from .cases import close_cases_about


def release_after_check(files: QuerySet[Attachment]) -> int:
    """End the check that the authority asked for. Returns how many files are public now.

    A file whose own check is still to come, or found something, stays under that one. The caller holds the
    request's lock.
    """
    checks = FileCheck.objects.filter(attachment__in=files)
    waiting = set(checks.filter(state=CheckState.WAITING).values_list("attachment", flat=True))
    found = set(checks.filter(state=CheckState.FOUND).values_list("attachment", flat=True))
    files.filter(pk__in=waiting).update(release=Release.CHECKING, checking_until=None)
    files.filter(pk__in=found).update(release=Release.HELD, checking_until=None)
    return files.exclude(pk__in=waiting | found).update(release=Release.PUBLIC, checking_until=None)


def settle_check(file: Attachment, *, decision: Decision, now: datetime) -> None:
    """A Decision about the file is one about what its check found too. The caller holds the request's lock."""
    if FileCheck.objects.filter(attachment=file, state=CheckState.FOUND).update(state=CheckState.SETTLED):
        about = {"actor": decision.actor, "now": now, "decision": decision}
        close_cases_about(CaseKind.FILE_HELD, "attachment", file.pk, **about)
