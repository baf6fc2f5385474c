"""The gate before a file is public: a virus scan and a look for what it hides. What is found holds the file alone."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from .. import limited, scanner
from ..files import hidden, readers
from ..files.findings import Finding, finding, pack, unpack
from ..models import Attachment, CaseKind, FOIRequest, Release
from ..models.private import CheckState, FileCheck
from ..publishing.files import recognise
from ..queue import enqueue
from .cases import open_case
from .file_reading import give_up_reading, read_file
from .publication import record, touch
from .scanner_watch import scanner_answered, scanner_is_away

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
# Longer than a check may take, doubled with each try.
FIRST_PAUSE = timedelta(minutes=4)
# While the scanner does not answer, nothing else about a file is wrong.
SCANNER_PAUSE = timedelta(seconds=60)
LIMITS = limited.Limits(seconds=60, memory_mib=1024, output_mib=4)


@dataclass(frozen=True)
class Examined:
    """What a check found, and when the scanner had nothing against the file; None where there is no scanner."""

    found: list[Finding]
    scanned_at: datetime | None


def examine(content: bytes, extension: str, *, limits: limited.Limits = LIMITS) -> Examined:
    """Scan a file and look into it, in a process with limits. Raises scanner.ScannerAway where nobody scans it.

    A file that cannot be looked into to the end is found to be so, if it is of a kind that can hide something. Raises
    limited.Failed where only the time is over and ``limits`` give it less than it may have.
    """
    found: list[Finding] = []
    scanned_at = None
    if settings.CLAMD:
        try:
            virus = scanner.scan(content, address=settings.CLAMD)
        except scanner.NotScanned as error:
            found.append(finding("not_scanned", [str(error)]))
        else:
            scanned_at = timezone.now()
            if virus:
                # What is hidden in a file that nobody should open is of no interest.
                return Examined([finding("virus", [virus])], None)
        scanner_answered(now=timezone.now())
    try:
        options = {"extension": extension, "personal_rows": settings.PERSONAL_ROWS_HELD}
        answer = limited.run(readers.find_hidden, content, limits=limits, **options)
        found += unpack(answer.value)
    except limited.Failed as failed:
        if failed.why is limited.Why.TIME and limits.seconds < LIMITS.seconds:
            raise
        logger.warning("a file of kind %s was not looked into: %s", extension, failed.why)
        if hidden.can_hide(extension):
            found.append(finding("too_much" if failed.why is not limited.Why.REFUSED else "unreadable"))
    return Examined(found, scanned_at)


def check(attachment_id: int) -> str:
    """Check one stored file, or read one that is checked; gives back its state then, "read", "retry", "nothing",
    or "scanner_away".

    What kills the worker, or cannot be had from the store, is tried some times, each after a longer pause, and
    then ends in a case for a person: a check as a finding, a reading as a job that failed.
    """
    row = _take_turn(attachment_id)
    if row is None:
        return "nothing"
    if row.state != CheckState.WAITING:
        return _read(row)
    if row.attempts > MOST_ATTEMPTS:
        return _settle(row, Examined([finding("unreadable")], None))
    try:
        content = stored_bytes(row.attachment)
        kind = recognise(row.attachment.name, row.attachment.content_type, content)
        examined = examine(content, kind.proven)
    except scanner.ScannerAway as away:
        scanner_is_away(now=timezone.now(), why=str(away))
        _wait(row, SCANNER_PAUSE)
        return "scanner_away"
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("file %s could not be checked, try %s", attachment_id, row.attempts)
        return "retry"
    return _settle(row, examined)


def _read(row: FileCheck) -> str:
    if row.attempts > MOST_ATTEMPTS:
        return give_up_reading(row, now=timezone.now())
    try:
        return read_file(row)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("file %s could not be read, try %s", row.attachment_id, row.attempts)
        return "retry"


def stored_bytes(attachment: Attachment) -> bytes:
    with attachment.content.open("rb") as stored:
        return stored.read()


def to_do(*, now: datetime):
    """Files whose check or reading waits and whose turn it is."""
    waits = Q(state=CheckState.WAITING) | Q(is_read=False)
    return FileCheck.objects.filter(waits, next_attempt_at__lte=now)


def check_waiting(*, seconds: float = 40.0, limit: int = 200) -> int:
    """The sweep: check and read what a crash, an absent broker or an absent scanner left. Returns how many.

    While the scanner does not answer, one file asks for all. A file that fails keeps no other from its turn.
    """
    started = timezone.now()
    done = 0
    rows = to_do(now=started).order_by("next_attempt_at", "id").values_list("attachment_id", "state")[:limit]
    away = False
    for number, state in list(rows):
        if away and state == CheckState.WAITING:
            continue
        said = check(number)
        away = away or said == "scanner_away"
        done += said not in ("nothing", "retry", "scanner_away")
        if (timezone.now() - started).total_seconds() > seconds:
            break
    return done


def _take_turn(attachment_id: int) -> FileCheck | None:
    """The row with this try counted, committed; None where it is not this file's turn."""
    with transaction.atomic():
        now = timezone.now()
        row = (
            to_do(now=now)
            .filter(attachment=attachment_id)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("attachment__message")
            .first()
        )
        if row is None:
            return None
        row.attempts += 1
        row.next_attempt_at = now + FIRST_PAUSE * 2 ** min(row.attempts - 1, 6)
        row.save(update_fields=["attempts", "next_attempt_at"])
        return row


def _wait(row: FileCheck, pause: timedelta) -> None:
    """Another try after a pause; this one does not count."""
    FileCheck.objects.filter(pk=row.pk, state=CheckState.WAITING).update(
        attempts=0, next_attempt_at=timezone.now() + pause
    )


@transaction.atomic
def _settle(tried: FileCheck, examined: Examined) -> str:
    """Release the file or hold it, with the case that names what was found. A file replaced meanwhile is left alone."""
    foi_request = FOIRequest.objects.select_for_update().get(pk=tried.attachment.message.foi_request_id)
    row = FileCheck.objects.select_for_update(of=("self",)).select_related("attachment__message").get(pk=tried.pk)
    file = row.attachment
    if row.state != CheckState.WAITING or file.sha256 != tried.attachment.sha256:
        return "nothing"
    now = timezone.now()
    holding = [one for one in examined.found if one.holds]
    row.state = CheckState.FOUND if holding else CheckState.CLEAR
    row.findings, row.scanned_at, row.checked_at = pack(examined.found), examined.scanned_at, now
    row.attempts, row.next_attempt_at = 0, now
    row.save(update_fields=["state", "findings", "scanned_at", "checked_at", "attempts", "next_attempt_at"])
    # Where the authority took it down, or a person decided about it, the check changes nothing but what is known.
    if file.release == Release.CHECKING and file.checking_until is None:
        file.release = Release.HELD if holding else Release.PUBLIC
        file.save(update_fields=["release"])
        if holding:
            record(foi_request, "file_held", at=now, message=file.message, attachment=file)
        touch(foi_request)
    elif file.release == Release.PUBLIC and any(one.code == "virus" for one in holding):
        # From before there were checks: it stays public until a person decides, but nobody is handed a virus.
        file.release = Release.HELD
        file.save(update_fields=["release"])
        record(foi_request, "file_held", at=now, message=file.message, attachment=file)
        touch(foi_request)
    if holding:
        _open_case(file, foi_request, holding, now, was_public=row.was_public)
    enqueue("requests_app.check_file", file.pk)
    return row.state


def _open_case(file: Attachment, foi_request: FOIRequest, holding: list[Finding], now: datetime, *, was_public: bool):
    codes = list(dict.fromkeys(one.code for one in holding))
    urgent = "virus" in codes or was_public
    open_case(
        CaseKind.FILE_HELD,
        "attachment",
        file.pk,
        foi_request=foi_request,
        urgent=urgent,
        details={"codes": codes, "was_public": was_public},
        now=now,
    )
