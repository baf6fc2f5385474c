"""The files of a request's letters, for the lines that name them: where each is to be had, or why it is not."""

from urllib.parse import quote

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import File
from ..models import Prominence, Reading, Release
from .request_letters import withheld_words

# What is said beside a file's name about reading it here.
NOTES = {
    Reading.PARTLY: gettext_lazy("Some pages are pictures: their words cannot be searched."),
    Reading.PICTURES: gettext_lazy("Its pages are pictures: their words cannot be searched."),
    Reading.FAILED: gettext_lazy("Its words could not be read here. You can download it."),
}
READABLE = (Reading.WORDS, Reading.PARTLY, Reading.PICTURES)


def files_shown(rows: list[dict], url: str) -> dict[int, tuple[File, ...]]:
    """Each letter's files by the letter's number. ``url`` is the request's page.

    ``stored_at`` of a row is None where its reader may not have the file: then its name is not told either.
    """
    found: dict[int, list[File]] = {}
    for row in rows:
        found.setdefault(row["message_id"], []).append(_file(row, url))
    return {number: tuple(files) for number, files in found.items()}


def _file(row: dict, url: str) -> File:
    seen = row["stored_at"] is not None
    is_readable = seen and row["reading"] in READABLE
    return File(
        number=row["id"],
        name=row["name"] if seen else _("A file"),
        content_type=row["content_type"],
        kind=row["label"],
        size=row["size"],
        sha256=row["sha256"] if seen else "",
        pages=row["pages"],
        url=f"{url}/file/{row['id']}/{quote(row['name'], safe='')}" if seen else None,
        withheld=_why_withheld(row),
        stored_at=row["stored_at"] or "",
        text_url=f"{url}/file/{row['id']}/as/text" if is_readable else "",
        note=str(NOTES.get(row["reading"], "")) if seen else "",
        looked_at_until=row["checking_until"] if row["release"] == Release.CHECKING else None,
    )


def _why_withheld(row: dict) -> str:
    if row["prominence"] != Prominence.PUBLIC:
        if row["stored_at"] is not None:
            return _("Hidden from the public: %(why)s") % {"why": row["concealed_wording"]}
        return withheld_words(row["concealed_wording"])
    if row["release"] == Release.CHECKING:
        if row["checking_until"]:
            until = date_format(row["checking_until"], "l j F Y")
            return _("The authority asked for a check of this file. We look at it by %(day)s.") % {"day": until}
        return _(
            "This file is being checked before it is published: for viruses, and for hidden sheets, changes or names "
            "that nobody meant to send."
        )
    if row["release"] == Release.HELD:
        return _(
            "This file is held for a check: something may be in it that nobody meant to publish. A person looks at it "
            "first. The letter and the time limit do not wait for it."
        )
    if row["release"] == Release.WITHDRAWN:
        return row["concealed_wording"] or _("This file was withdrawn.")
    return ""
