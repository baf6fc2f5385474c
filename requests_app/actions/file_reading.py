"""Take the words out of a checked file and draw its pages: once, when it is stored, in a process with limits."""

import hashlib
import logging
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction

from .. import limited
from ..files import readers
from ..files.words import Words, can_read, unpack
from ..models import Attachment, CaseKind, FilePage, FileText, FOIRequest, Reading
from ..models.private import FileCheck
from ..publishing.files import recognise
from .cases import open_case
from .publication import touch
from .publishing import store
from .redacting import Masking, masking_of, report

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
WORDS = limited.Limits(seconds=45, memory_mib=1024, output_mib=24)
PICTURES = limited.Limits(seconds=45, memory_mib=1024, output_mib=48)
# Search looks through no more of a text; the column's vector takes as many.
SEARCHED = 200_000


def read_file(row: FileCheck) -> str:
    """Store a file's words, masked and as they are, and pictures of its first pages. "read", or "nothing".

    A file that cannot be read is said to be so beside its name; it can still be downloaded.
    """
    file = row.attachment
    with file.content.open("rb") as stored:
        content = stored.read()
    extension = recognise(file.name, file.content_type, content).extension
    words, reading = None, Reading.NONE
    # What a scanner warns of is not opened again to be read.
    if can_read(extension) and not any(one["code"] == "virus" for one in row.findings):
        words = _words(content, extension) if row.attempts <= MOST_ATTEMPTS else None
        reading = Reading.FAILED if words is None else _reading(words)
    drawn = _drawn(content) if extension == "pdf" and words is not None else []
    return _keep(row, words, reading, drawn)


def give_up_reading(row: FileCheck, *, now: datetime) -> str:
    """Say that a file cannot be read, and tell a person: its bytes could not be had, or killed every worker."""
    foi_request = row.attachment.message.foi_request
    said = _keep(row, None, Reading.FAILED, [])
    open_case(
        CaseKind.FAILED_JOB,
        "attachment",
        row.attachment_id,
        foi_request=foi_request,
        details={"reason": "reading"},
        now=now,
    )
    return said


def _words(content: bytes, extension: str) -> Words | None:
    try:
        return unpack(limited.run(readers.read_words, content, limits=WORDS, extension=extension).value)
    except limited.Failed as failed:
        logger.warning("the words of a file of kind %s were not read: %s", extension, failed.why)
        return None


def _drawn(content: bytes) -> list[bytes]:
    try:
        answer = limited.run(readers.draw_pages, content, limits=PICTURES, most=settings.FILE_PAGES_DRAWN)
        return list(answer.blobs)
    except limited.Failed as failed:
        logger.warning("the pages of a file were not drawn: %s", failed.why)
        return []


def _reading(words: Words) -> str:
    pictures = sum(part.is_picture for part in words.parts)
    has_words = any(part.text.strip() for part in words.parts)
    if pictures:
        return Reading.PARTLY if has_words else Reading.PICTURES
    return Reading.WORDS if has_words else Reading.NONE


def _keep(tried: FileCheck, words: Words | None, reading: str, drawn: list[bytes]) -> str:
    file = tried.attachment
    parts = tuple(asdict(part) for part in words.parts) if words else ()
    pages = [(number, store(hashlib.sha256(one).hexdigest(), one)) for number, one in enumerate(drawn, 1)]
    with transaction.atomic():
        foi_request = FOIRequest.objects.select_for_update().get(pk=file.message.foi_request_id)
        row = FileCheck.objects.select_for_update(of=("self",)).select_related("attachment").get(pk=tried.pk)
        if row.is_read or row.attachment.sha256 != file.sha256:
            return "nothing"
        forget_reading(row.attachment)
        if any(part["text"].strip() or part["is_picture"] for part in parts):
            text = FileText(attachment=row.attachment, parts=list(parts), is_cut=words.is_cut)
            # Under the request's lock: a rule that comes now is either known here or will make this again.
            report(mask(text, masking_of(foi_request)), foi_request=foi_request)
            text.save()
        FilePage.objects.bulk_create(
            FilePage(attachment=row.attachment, number=number, content=path) for number, path in pages
        )
        row.attachment.reading = reading
        row.attachment.pages = words.pages if words and words.pages else row.attachment.pages
        row.attachment.save(update_fields=["reading", "pages"])
        row.is_read = True
        row.save(update_fields=["is_read"])
        touch(foi_request)
    return "read"


def forget_reading(file: Attachment) -> None:
    """What was read of a file is dropped, as when it is replaced."""
    FileText.objects.filter(attachment=file).delete()
    FilePage.objects.filter(attachment=file).delete()


def mask(text: FileText, masking: Masking) -> list[tuple[int, str]]:
    """Make what is published of a file's words; gives back the rules that did not hold. Nothing is saved."""
    text.published_parts = [
        part | {"text": masking.text(part["text"]), "name": masking.line(part["name"])} for part in text.parts
    ]
    text.published_text = _searched(text.published_parts)
    pairs = zip(text.parts, text.published_parts, strict=True)
    return [problem for raw, made in pairs for problem in masking.problems(raw["text"], made["text"])]


def _searched(published: list[dict]) -> str:
    out: list[str] = []
    room = SEARCHED
    for part in published:
        if room <= 0:
            break
        words = f"{part['name']}\n{part['text']}".strip()
        out.append(words[:room])
        room -= len(words) + 2
    return "\n\n".join(out)
