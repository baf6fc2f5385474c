"""A request as plain text, for reading, printing and keeping."""

import re
from html import unescape

from django.utils.translation import gettext as _

from .thread import File, Letter, Remark, RequestPage

_TAGS = re.compile(r"<[^>]+>")
LINE = "-" * 72


def as_text(page: RequestPage, *, site: str) -> bytes:
    """The whole thread in UTF-8, letters in order of time, what is hidden replaced by its public wording."""
    made = _("%(name)s made this request to %(authority)s") % {"name": page.requester, "authority": page.authority.name}
    head = [page.title, "", made, page.status_sentence]
    if page.clock:
        head.append(unescape(_TAGS.sub("", page.clock.sentence)))
    if page.authority_reference:
        head.append(_("The authority’s reference: %(reference)s") % {"reference": page.authority_reference})
    head.append(site + page.url)
    if page.source_url:
        head.append(_("Brought here from %(url)s") % {"url": page.source_url})
    return ("\n".join([*head, *(line for entry in page.entries for line in _entry(entry))]) + "\n").encode()


def _entry(entry: Letter | Remark) -> list[str]:
    when = f"{entry.on.day} {entry.on:%B %Y, %H:%M}"
    if entry.is_annotation:
        head = _("%(name)s left an annotation") % {"name": entry.who}
    elif entry.side == "requester":
        head = _("From: %(name)s") % {"name": entry.who}
    else:
        head = entry.who
    files = [_file(file) for file in entry.files]
    notes = [] if entry.is_annotation else entry.notes
    return ["", LINE, head, when, *files, *notes, "", entry.withheld or entry.text.rstrip()]


def _file(file: File) -> str:
    said = f" – {file.withheld}" if file.withheld else ""
    return (
        _("File: %(name)s (%(kind)s, %(size)d bytes)")
        % {
            "name": file.name,
            "kind": file.kind,
            "size": file.size,
        }
        + said
    )
