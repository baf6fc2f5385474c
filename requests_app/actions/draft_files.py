"""The files of an officer's draft, checked while the officer is still there: what they hide can be put right first."""

import hashlib
from time import monotonic

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from .. import limited, scanner
from ..files.findings import pack, unpack
from ..mail.addresses import new_token
from ..models import NotAllowed
from ..models.private import OfficerDraft, OfficerDraftFile
from ..publishing.files import recognise
from ..queue import enqueue
from .file_checks import LIMITS, examine
from .file_decisions import made_clean
from .publishing import NewFile

# While somebody waits for a page: so long for one file, and for all before the rest is left to the workers.
AT_ONCE = limited.Limits(seconds=10, memory_mib=1024, output_mib=4)
SECONDS = 15


def check(file_id: int, *, limits: limited.Limits = LIMITS) -> None:
    """Look into a file of a draft and keep what was found with it. Nothing where it is gone or has been checked.

    Where the scanner does not answer it stays unchecked: it then waits for its check after it is sent. So does a file
    that needs longer than ``limits`` give it: a worker has more time.
    """
    file = OfficerDraftFile.objects.filter(pk=file_id, findings__isnull=True).first()
    if file is None:
        return
    content = _bytes(file)
    try:
        found = examine(content, recognise(file.name, "", content).proven, limits=limits).found
    except scanner.ScannerAway:
        return
    except limited.Failed:
        enqueue("requests_app.check_draft_file", file_id)
        return
    OfficerDraftFile.objects.filter(pk=file_id, sha256=file.sha256).update(findings=pack(found))


def check_at_once(draft: OfficerDraft) -> None:
    """Check what is not checked yet, for the page that tells of it; after some seconds the rest stays as it is."""
    started = monotonic()
    for number in list(draft.files.filter(findings__isnull=True).order_by("pk").values_list("pk", flat=True)):
        if monotonic() - started > SECONDS:
            break
        check(number, limits=AT_ONCE)


def check_soon(draft: OfficerDraft) -> None:
    """Ask a worker for what is not checked yet."""
    for number in draft.files.filter(findings__isnull=True).values_list("pk", flat=True):
        enqueue("requests_app.check_draft_file", number)


@transaction.atomic
def vouch(*, draft: OfficerDraft, file_id: int, why: str) -> None:
    """The officer says why a file is meant to be public with what was found in it.

    Raises NotAllowed without words, and for what no word can make harmless.
    """
    file = draft.files.select_for_update().filter(pk=file_id).first()
    if file is None or not file.findings:
        return
    if not why.strip():
        raise NotAllowed(_("Say in a few words why the file may be public with this in it."))
    if not all(one.may_be_vouched_for for one in unpack(file.findings) if one.holds):
        raise NotAllowed(_("This file cannot be published as it is. Remove it, and add a clean one."))
    file.said_why = why.strip()[:1000]
    file.save(update_fields=["said_why"])


def clean(*, draft: OfficerDraft, file_id: int) -> None:
    """Put a file made anew of what it shows in the place of one that hides something; it is checked anew.

    Raises NotAllowed where none can be made.
    """
    file = draft.files.filter(pk=file_id).first()
    if file is None:
        return
    new = made_clean(file.name, "", _bytes(file), file.findings or [])
    with transaction.atomic():
        row = draft.files.select_for_update().filter(pk=file_id, sha256=file.sha256).first()
        if row is not None:
            _put(row, new)


def _put(row: OfficerDraftFile, new: NewFile) -> None:
    storage, before = row.content.storage, row.content.name
    row.name, row.size, row.sha256 = new.name, len(new.content), hashlib.sha256(new.content).hexdigest()
    row.findings, row.said_why = None, ""
    row.content.save(f"drafts/{new_token()}", ContentFile(new.content), save=False)
    row.save()
    transaction.on_commit(lambda: storage.delete(before), robust=True)


def _bytes(file: OfficerDraftFile) -> bytes:
    with file.content.open("rb") as stored:
        return stored.read()
