"""The published words of one file, a readable amount at a time, with the pictures of its pages."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from ..exports.file_text import FilePart, FileText
from ..files.words import TABLES
from ..models import Attachment, FilePage, FOIRequest
from ..models import FileText as StoredText
from ..permissions import visible_files, visible_texts, visible_to
from ..publishing.files import extension_for
from . import paths
from .request_letters import withheld_words
from .request_rows import shown_title

# Characters on one page of a long text; a part longer than that is cut between lines.
ON_A_LEAF = 60_000
# Short parts on one page: each brings a heading and perhaps a picture.
PARTS_ON_A_LEAF = 20


def load(number: int, *, user, leaf: int | None = 1) -> FileText | None:
    """The words of the file with this public number for this reader; None where they may not have it or it has none.

    ``leaf``: which page of a long text, None for all of it. Three queries.
    """
    stored = (
        StoredText.objects.filter(visible_texts(user), attachment=number)
        .select_related("attachment__message")
        .defer("parts", "published_text", "published_vector", "attachment__message__body")
        .first()
    )
    if stored is None:
        return None
    file = stored.attachment
    found = FOIRequest.objects.filter(visible_to(user), pk=file.message.foi_request_id)
    request = found.values("slug", **shown_title(user)).first()
    if request is None:
        return None
    url = paths.foi_request(request["slug"])
    base = f"{url}/file/{file.pk}"
    pictures = {
        page: f"{base}/as/page-{page}.jpg"
        for page in FilePage.objects.filter(visible_texts(user), attachment=file).values_list("number", flat=True)
    }
    is_table = extension_for(file.content_type) in TABLES
    parts = [_part(row, pictures) for row in stored.published_parts]
    leaves = [parts] if leaf is None else _leaves(parts)
    at = min(max(leaf or 1, 1), len(leaves))
    shown = [_as_table(part) if is_table and leaf else part for part in leaves[at - 1]]
    return FileText(
        number=file.pk,
        name=file.name,
        kind=file.label,
        size=file.size,
        pages=file.pages,
        url=f"{base}/{quote(file.name, safe='')}",
        text_url=f"{base}/as/text",
        request_url=f"{url}#{file.message.anchor}",
        request_title=request["shown_title"] or withheld_words(request["title_note"]),
        is_cut=stored.is_cut,
        parts=tuple(shown),
        leaf=at,
        leaves=len(leaves),
    )


def slug_of(number: int, *, user) -> str | None:
    """The present address of the request that a file came with, for whoever may have the file; else None."""
    found = Attachment.objects.filter(visible_files(user), pk=number)
    return found.values_list("message__foi_request__slug", flat=True).first()


def _part(row: dict, pictures: dict[int, str]) -> FilePart:
    picture = pictures.get(row["number"], "")
    return FilePart(row["number"], row["name"], row["text"], row["is_picture"], picture)


def _leaves(parts: Iterable[FilePart]) -> list[list[FilePart]]:
    """The parts on pages of about one size; at least one page, which may be empty."""
    leaves: list[list[FilePart]] = [[]]
    size = 0
    for piece in _pieces(parts):
        if leaves[-1] and (size + len(piece.text) > ON_A_LEAF or len(leaves[-1]) >= PARTS_ON_A_LEAF):
            leaves.append([])
            size = 0
        leaves[-1].append(piece)
        size += len(piece.text)
    return leaves


def _pieces(parts: Iterable[FilePart]) -> Iterator[FilePart]:
    for part in parts:
        text = part.text
        while len(text) > ON_A_LEAF:
            cut = text.rfind("\n", ON_A_LEAF // 2, ON_A_LEAF)
            cut = cut if cut > 0 else ON_A_LEAF
            yield replace(part, text=text[:cut])
            text = text[cut:].removeprefix("\n")
        yield replace(part, text=text)


def _as_table(part: FilePart) -> FilePart:
    """The part with its cells. A first row of words only is the head of the table."""
    rows = [line.split("\t") for line in part.text.split("\n") if line.strip()]
    if not rows:
        return part
    width = max(map(len, rows))
    if width == 1:
        return part
    filled = [row + [""] * (width - len(row)) for row in rows]
    first = filled[0]
    has_head = all(first) and not any(any(map(str.isdigit, cell)) for cell in first) and len(filled) > 1
    heads = first if has_head else [""] * width
    cells = tuple(tuple(zip(heads, row, strict=True)) for row in filled[has_head:])
    return replace(part, head=tuple(first) if has_head else (), rows=cells)
