"""What staff decide about a file that is held: release it, put a clean one in its place, or withdraw it."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from .. import limited
from ..files import readers
from ..files.cleaning import can_clean
from ..files.findings import unpack
from ..models import Attachment, CaseKind, Decision, DecisionKind, FOIRequest, NotAllowed, Prominence, Release, User
from ..models.private import CheckState, FileCheck
from ..publishing.files import recognise
from ..queue import enqueue
from .cases import close_cases_about, decide
from .file_checks import stored_bytes
from .file_reading import forget_reading
from .publication import record, touch
from .publishing import NewFile, store
from .redacting import masking_of

CLEANING = limited.Limits(seconds=60, memory_mib=1024, output_mib=64)


@transaction.atomic
def release_file(*, attachment_id: int, reason_code: str, actor: User, now: datetime, staff_note: str = "") -> Decision:
    """Make a held file public with what was found in it: a person has looked and says that it may be.

    Raises NotAllowed for a file of which nothing waits for a decision.
    """
    foi_request, file, check = _lock(attachment_id)
    decision = decide(
        DecisionKind.RELEASE_FILE,
        actor=actor,
        thing=file,
        reason_code=reason_code,
        now=now,
        foi_request=foi_request,
        staff_note=staff_note,
    )
    if file.release == Release.HELD:
        file.release = Release.PUBLIC
        file.save(update_fields=["release"])
    _finish(foi_request, file, check, "file_released", decision, now)
    return decision


@transaction.atomic
def replace_file(
    *, attachment_id: int, new: NewFile, reason_code: str, actor: User, now: datetime, staff_note: str = ""
) -> Decision:
    """Put another file in the place of a held one, under the same number. It is checked like any other.

    The file as it came stays in the store; nobody is served it. Raises NotAllowed for an empty file, and where
    nothing waits for a decision.
    """
    if not new.content:
        raise NotAllowed(_("The new file is empty. Choose another one."))
    foi_request, file, check = _lock(attachment_id)
    decision = decide(
        DecisionKind.REPLACE_FILE,
        actor=actor,
        thing=file,
        reason_code=reason_code,
        now=now,
        foi_request=foi_request,
        staff_note=staff_note,
    )
    check.original = check.original or file.content.name
    (name,) = masking_of(foi_request).file_names([new.name])
    kind = recognise(name, new.content_type, new.content)
    sha256 = hashlib.sha256(new.content).hexdigest()
    file.name, file.given_name = name, new.name.replace("\x00", "")[:400]
    file.content_type, file.label = kind.content_type, kind.label
    file.size, file.sha256, file.pages, file.reading = len(new.content), sha256, None, ""
    file.content = store(sha256, new.content)
    file.release = Release.CHECKING if file.release in (Release.HELD, Release.PUBLIC) else file.release
    file.save()
    forget_reading(file)
    _finish(foi_request, file, check, "file_replaced", decision, now)
    check.state, check.findings, check.said_why, check.is_read = CheckState.WAITING, [], "", False
    check.attempts, check.next_attempt_at, check.scanned_at = 0, now, None
    check.save()
    enqueue("requests_app.check_file", file.pk)
    return decision


def replace_by_cleaned(*, attachment_id: int, actor: User, now: datetime, reason_code: str) -> Decision:
    """Put in its place a file made anew of what the held one shows. Raises NotAllowed where that cannot be done."""
    check = FileCheck.objects.select_related("attachment").filter(attachment=attachment_id).first()
    if check is None:
        raise NotAllowed(_("Nothing about this file waits for a decision any more."))
    file = check.attachment
    new = made_clean(file.name, file.content_type, stored_bytes(file), check.findings)
    return replace_file(attachment_id=attachment_id, new=new, reason_code=reason_code, actor=actor, now=now)


def made_clean(name: str, content_type: str, content: bytes, found: list[dict]) -> NewFile:
    """A file made anew of what another shows, to go through a check of its own. Raises NotAllowed."""
    extension = recognise(name, content_type, content).extension
    if not can_clean(extension, unpack(found)):
        raise NotAllowed(_("This cannot be taken out by this site. Have a clean file made, and put it in the place."))
    try:
        answer = limited.run(readers.clean, content, limits=CLEANING, extension=extension)
    except limited.Failed as error:
        raise NotAllowed(
            _("A clean file could not be made of this one. Have one made, and put it in the place.")
        ) from error
    stem = name.rpartition(".")[0] or name
    return NewFile(f"{stem}.{answer.value}", "", answer.blobs[0])


@transaction.atomic
def withdraw_file(*, attachment_id: int, reason_code: str, public_wording: str, actor: User, now: datetime) -> Decision:
    """Keep a held file from the public for good, with words in its place."""
    if not public_wording.strip():
        raise NotAllowed(_("Write what the public will read in place of the file."))
    foi_request, file, check = _lock(attachment_id)
    decision = decide(
        DecisionKind.HIDE,
        actor=actor,
        thing=file,
        reason_code=reason_code,
        now=now,
        foi_request=foi_request,
        public_wording=public_wording.strip(),
    )
    file.release, file.checking_until = Release.WITHDRAWN, None
    if file.prominence == Prominence.PUBLIC:  # one that staff hid itself keeps its reason
        file.concealed_reason, file.concealed_wording = reason_code, public_wording.strip()
    file.save(update_fields=["release", "checking_until", "concealed_reason", "concealed_wording"])
    _finish(foi_request, file, check, "hidden", decision, now)
    return decision


def _lock(attachment_id: int) -> tuple[FOIRequest, Attachment, FileCheck]:
    """The request first, always, then the file's check with the file as it is under that lock."""
    owner = Attachment.objects.filter(pk=attachment_id).values_list("message__foi_request", flat=True).first()
    foi_request = FOIRequest.objects.select_for_update().filter(pk=owner).first()
    check = (
        FileCheck.objects.select_for_update(of=("self",))
        .select_related("attachment__message")
        .filter(attachment=attachment_id, state=CheckState.FOUND)
        .first()
    )
    if foi_request is None or check is None:
        raise NotAllowed(_("Nothing about this file waits for a decision any more."))
    return foi_request, check.attachment, check


def _finish(
    foi_request: FOIRequest, file: Attachment, check: FileCheck, kind: str, decision: Decision, now: datetime
) -> None:
    check.state = CheckState.SETTLED
    check.save()
    about = {"thing": "attachment", "thing_id": file.pk} if kind == "hidden" else {}
    record(
        foi_request,
        kind,
        at=now,
        actor=decision.actor,
        decision=decision,
        message=file.message,
        attachment=file,
        reason=str(decision.reason_code),
        **about,
    )
    close_cases_about(CaseKind.FILE_HELD, "attachment", file.pk, actor=decision.actor, now=now, decision=decision)
    touch(foi_request)
