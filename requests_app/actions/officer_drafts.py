"""An officer's answer while it is being written: kept with its files, shown to that officer only."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from ..mail.addresses import new_token
from ..models import LinkKind, Message, NotAllowed, Officer
from ..models.private import OfficerDraft, OfficerDraftFile
from ..permissions import refuse_suspended
from ..publishing.files import safe_name
from .correspondence import answer_in_inbox
from .deadlines import london_day
from .draft_files import check_soon
from .estimates import refuse_own_estimate
from .links import find_link, make_link
from .publishing import NewFile
from .takedown import take_down

# Kinds of answer an officer chooses from → what the letter was, and what came of it.
ANSWER_KINDS: dict[str, tuple[str, str]] = {
    "in_full": ("answer", "successful"),
    "in_part": ("answer", "partially_successful"),
    "refused": ("answer", "refused"),
    "not_held": ("answer", "not_held"),
    "question": ("clarification", ""),
    "fee": ("fees_notice", ""),
    "more_time": ("more_time", ""),
    "more_time_other": ("more_time_other", ""),
    "acknowledgement": ("acknowledgement", ""),
    "other": ("other", ""),
}


def kind_of(draft: OfficerDraft) -> str:
    """The kind of answer chosen in a draft; empty while none is."""
    chosen = (draft.described_as, draft.outcome)
    return next((kind for kind, meaning in ANSWER_KINDS.items() if meaning == chosen), "")


@transaction.atomic
def save_draft(
    *,
    foi_request_id: int,
    officer: Officer,
    body: str,
    kind: str,
    files: Iterable[NewFile] = (),
    now: datetime,
    until: date | None = None,
) -> OfficerDraft:
    """Keep what an officer has written so far, and add files to those it has.

    ``until``: the day by which the answer is expected, where the letter says that more time is needed.
    """
    refuse_suspended(officer.user, "answer_as_officer")
    described_as, outcome = ANSWER_KINDS.get(kind, ("", ""))
    draft, _made = OfficerDraft.objects.update_or_create(
        officer=officer,
        foi_request_id=foi_request_id,
        defaults={"body": body, "described_as": described_as, "outcome": outcome, "until": until, "saved_at": now},
    )
    for file in files:
        row = OfficerDraftFile(
            draft=draft,
            name=safe_name(file.name),
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
        )
        # A name of its own, not the hash: a draft's bytes are deleted with it.
        row.content.save(f"drafts/{new_token()}", ContentFile(file.content), save=False)
        row.save()
    check_soon(draft)
    return draft


def remove_file(*, draft: OfficerDraft, file_id: int) -> None:
    """Take one file out of a draft; its bytes are deleted after the commit. A file that is gone is no error."""
    with transaction.atomic():
        for file in draft.files.filter(pk=file_id):
            _delete(file)


@transaction.atomic
def publish_draft(*, draft_id: int, now: datetime) -> Message:
    """Publish a draft with its files, and delete the draft: one transaction, so a second press finds nothing.

    Raises NotAllowed where the answer is not complete, or its officer may not answer.
    """
    draft = OfficerDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotAllowed(_("This answer has been published already, or its draft was deleted."))
    if not kind_of(draft):
        raise NotAllowed(_("Say what kind of answer this is, then publish it."))
    refuse_own_estimate(
        foi_request=draft.foi_request, described_as=draft.described_as, until=draft.until, today=london_day(now)
    )
    rows = list(draft.files.order_by("pk"))
    files = []
    for row in rows:
        with row.content.open("rb") as content:
            files.append(NewFile(row.name, "", content.read(), found=row.findings, said_why=row.said_why))
    message = answer_in_inbox(
        foi_request_id=draft.foi_request_id,
        officer_id=draft.officer_id,
        body=draft.body,
        files=files,
        described_as=draft.described_as,
        outcome=draft.outcome or None,
        until=draft.until,
        now=now,
    )
    for row in rows:
        _delete(row)
    draft.delete()
    return message


@transaction.atomic
def take_down_own(*, message_id: int, officer: Officer, now: datetime) -> Message:
    """What the link in a receipt does, for an officer who is signed in: hide a letter's files until staff have looked.

    Raises NotAllowed for another authority's letter, or where no file is public.
    """
    refuse_suspended(officer.user, "answer_as_officer")
    message = Message.objects.filter(pk=message_id, foi_request__authority=officer.authority_id).first()
    if message is None:
        raise NotAllowed(_("This letter is not one of your authority’s."))
    address = make_link(LinkKind.TAKE_DOWN, now=now, lives=timedelta(minutes=1), message=message)
    return take_down(link_id=find_link(address.rstrip("/").rpartition("/")[2]).pk, now=now)


def discard_draft(*, draft: OfficerDraft) -> None:
    """Delete a draft with its files."""
    with transaction.atomic():
        for file in draft.files.all():
            _delete(file)
        draft.delete()


def _delete(file: OfficerDraftFile) -> None:
    storage, path = file.content.storage, file.content.name
    file.delete()
    transaction.on_commit(lambda: storage.delete(path), robust=True)
