"""Letters, annotations and files of a request's page, as this reader may see them."""

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import File, Letter, Remark
from ..models import Description, Direction, MessageKind, Prominence
from . import request_rows
from .next_step import delivery

DESCRIBED = {
    Description.ACKNOWLEDGEMENT: gettext_lazy("Acknowledgement"),
    Description.CLARIFICATION: gettext_lazy("Question back"),
    Description.FEES_NOTICE: gettext_lazy("Fees notice"),
    Description.MORE_TIME: gettext_lazy("More time needed"),
    Description.MORE_TIME_OTHER: gettext_lazy("More time needed"),
}


def withheld_words(wording: str) -> str:
    """What stands in the place of hidden words."""
    return wording or _("This was hidden by the people who run this site.")


def _marked(html: str, row: dict) -> SafeString:
    """The published HTML; for those who may read what is hidden from others, with the public wording above it."""
    published = mark_safe(html)  # noqa: S308 - made by publishing.render when the letter was filed
    if row["prominence"] == Prominence.PUBLIC:
        return published
    note = _("Hidden from the public: %(why)s") % {"why": row["concealed_wording"]}
    return format_html('<p class="withheld"><span>{}</span></p>{}', note, published)


def letter_shown(
    row: dict,
    files: tuple[File, ...],
    written: dict,
    authority: str,
    url: str,
    *,
    is_own: bool = False,
    leads_on: bool = False,
) -> Letter:
    """One letter. ``leads_on``: it only leads to the authority's portal, and nothing came after it."""
    outgoing = row["direction"] == Direction.OUTGOING
    return Letter(
        number=row["id"],
        side="requester" if outgoing else "authority",
        direction=row["direction"],
        kind=row["kind"],
        door=row["door"],
        who=request_rows.marked_name(row["author_name"], row["is_suspended"]) if outgoing else authority,
        on=localtime(row["at"]),
        html="" if row["html"] is None else _marked(row["html"], row),
        text=written.get(("letter", row["id"]), ""),
        withheld=withheld_words(row["concealed_wording"]) if row["html"] is None else "",
        files=() if row["html"] is None else files,
        kind_label=_kind_label(row),
        described_as=row["described_as"],
        is_automatic=row["is_automatic"],
        delivery=delivery(row["sending"], is_own=is_own),
        url=url,
        notes=_notes(row, leads_on=leads_on, has_files=bool(files)),
        behind_portal=row["behind_portal"],
        recalled_at=row["recalled_at"],
        describe_url=f"{url}/describe/{row['id']}" if is_own and not outgoing and row["described_as"] else "",
    )


def still_behind(letters: list[dict]) -> frozenset[int]:
    """Numbers of the letters that only lead to a portal and after which no letter brought anything.

    Letters are in the order of time.
    """
    behind: set[int] = set()
    for row in letters:
        if row["behind_portal"]:
            behind.add(row["id"])
        elif row["direction"] == Direction.INCOMING and not row["is_automatic"]:
            behind.clear()
    return frozenset(behind)


def _notes(row: dict, *, leads_on: bool, has_files: bool) -> tuple[str, ...]:
    notes = []
    if row["recalled_at"]:
        day = date_format(localtime(row["recalled_at"]), "j F Y")
        notes.append(_("On %(day)s the authority’s mail program asked for this letter back.") % {"day": day})
    if leads_on:
        notes.append(_("The answer lies behind the authority’s own portal and is not published here yet."))
    if row["html"] == "":
        without = _("This letter came without words. What it says is in its files.")
        notes.append(without if has_files else _("This letter came without words and without files."))
    return tuple(notes)


def _kind_label(row: dict) -> str:
    if row["is_automatic"]:
        return _("Automatic reply")
    if row["kind"] == MessageKind.INTERNAL_REVIEW:
        return _("Request for internal review")
    return str(DESCRIBED.get(row["described_as"], ""))


def remark_shown(row: dict, written: dict, url: str) -> Remark:
    return Remark(
        number=row["id"],
        who=request_rows.marked_name(row["author_name"], row["is_suspended"]),
        on=localtime(row["at"]),
        html="" if row["html"] is None else _marked(row["html"], row),
        text=written.get(("annotation", row["id"]), ""),
        withheld=withheld_words(row["concealed_wording"]) if row["html"] is None else "",
        url=url,
    )
