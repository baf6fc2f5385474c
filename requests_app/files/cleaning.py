"""A file made anew from what it shows, where that can be done safely: nothing is carried over but what is seen."""

import io
from collections.abc import Iterable

from .findings import Finding
from .hidden_formats import is_white, shows_nothing
from .words_tables import MOST_COLUMNS

# What a new file made in this way does not have, by the kind of the old one.
CLEANS: dict[str, frozenset[str]] = {
    "xlsx": frozenset(
        {
            "hidden_sheets",
            "empty_hidden_sheets",
            "hidden_rows",
            "hidden_columns",
            "pivot_cache",
            "data_model",
            "external_values",
            "external_links",
            "embedded_files",
            "hidden_text",
            "tracked_changes",
            "comments",
            "author",
            "location",
            "macros",
        }
    ),
    "pdf": frozenset(
        {
            "covered_text",
            "unseen_text",
            "cropped_text",
            "unapplied_redactions",
            "earlier_version",
            "comments",
            "hidden_text",
            "embedded_files",
            "location",
            "macros",
            "author",
        }
    ),
    "jpg": frozenset({"location", "embedded_files"}),
    "png": frozenset({"location", "embedded_files"}),
    "heic": frozenset({"location", "embedded_files"}),
    "mp4": frozenset({"location"}),
    "eml": frozenset({"addresses"}),
}
CLEANS |= {"mov": CLEANS["mp4"], "m4a": CLEANS["mp4"], "3gp": CLEANS["mp4"], "msg": CLEANS["eml"]}
CLEANS["xlsm"] = CLEANS["xlsx"]
MOST_ROWS = 200_000
# Pages of a PDF that are made into pictures, and their points for an inch.
MOST_PAGES, DOTS = 100, 150


def can_clean(extension: str, found: Iterable[Finding]) -> bool:
    """Whether everything that holds this file would be gone from a new one."""
    holding = [one for one in found if one.holds]
    return bool(holding) and all(one.code in CLEANS.get(extension, ()) and not one.within for one in holding)


def cleaned(content: bytes, extension: str) -> tuple[bytes, str]:
    """The new file and its extension. Raises ValueError where it would be too long, else what its library raises."""
    if extension in ("xlsx", "xlsm"):
        return _workbook(content), "xlsx"
    if extension == "pdf":
        return _pdf(content), "pdf"
    if extension in ("jpg", "png", "heic"):
        kind = "png" if extension == "png" else "jpg"
        return _picture(content, kind), kind
    if extension in ("mp4", "mov", "m4a", "3gp"):
        from .recordings import without_places

        return without_places(content), extension
    if extension in ("eml", "msg"):
        return _letter(content, extension).encode(), "txt"
    raise ValueError(f"{extension} cannot be cleaned")


def _workbook(content: bytes) -> bytes:
    """Values as they are shown, in sheets, rows and columns that are shown; no formulas, no formats but widths."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    old = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    new = openpyxl.Workbook(write_only=True)
    for sheet in old.worksheets:
        if sheet.sheet_state != "visible":
            continue
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            raise ValueError("too many cells")
        hidden = _hidden_columns(sheet)
        shown = [at for at in range(1, sheet.max_column + 1) if at not in hidden]
        made = new.create_sheet(sheet.title)
        coloured = bool(sheet.tables or sheet.conditional_formatting)
        for place, at in enumerate(shown, 1):
            width = sheet.column_dimensions[get_column_letter(at)].width
            made.column_dimensions[get_column_letter(place)].width = width
        for row in sheet.iter_rows():
            dimension = sheet.row_dimensions.get(row[0].row) if row else None
            if dimension is not None and (dimension.hidden or dimension.height == 0):
                continue
            made.append([_value(row[at - 1], coloured=coloured) for at in shown])
    if not new.worksheets:
        raise ValueError("nothing is shown")
    new.properties.creator = ""
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def _hidden_columns(sheet) -> set[int]:
    """openpyxl keeps a span of columns under its first one."""
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden or dimension.width == 0:
            hidden.update(range(dimension.min or 0, min(dimension.max or 0, sheet.max_column) + 1))
    return hidden


def _value(cell, *, coloured: bool) -> object:
    """What a cell shows: nothing for white on white. No formula is made of a text that begins like one."""
    value = cell.value
    if value is None or shows_nothing(cell.number_format) or (not coloured and _is_white_on_white(cell)):
        return None
    return f" {value}" if isinstance(value, str) and value.startswith("=") else value


def _is_white_on_white(cell) -> bool:
    if not cell.has_style or not is_white(_colour(cell.font.color)):
        return False
    fill = cell.fill
    if fill.fill_type is None:
        return True
    return fill.fill_type == "solid" and is_white(_colour(fill.fgColor))


def _colour(colour) -> dict[str, str]:
    """As it stands in the file."""
    if colour is None:
        return {}
    return {colour.type: str(colour.value), "tint": str(colour.tint or 0)}


def _pdf(content: bytes) -> bytes:
    """Pictures of the pages: nothing lies under what they show."""
    import pypdfium2

    from .hidden_pdf import open_pdf

    document = open_pdf(content)
    if len(document) > MOST_PAGES:
        raise ValueError("too many pages")
    new = pypdfium2.PdfDocument.new()
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        scale = min(DOTS / 72, 3500 / max(width, height, 1))
        picture = io.BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(picture, "JPEG", quality=85)
        picture.seek(0)
        shown = pypdfium2.PdfImage.new(new)
        shown.load_jpeg(picture, inline=True)
        shown.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        made = new.new_page(width, height)
        made.insert_obj(shown)
        made.gen_content()
        page.close()
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def _picture(content: bytes, extension: str) -> bytes:
    """The points of the picture, turned the right way up, without what the camera wrote beside them."""
    from PIL import Image, ImageOps

    from .hidden_photos import opened

    with opened(content) as old:
        turned = ImageOps.exif_transpose(old)
        kept = "RGB" if extension == "jpg" else ("RGBA" if "A" in turned.getbands() or old.mode == "P" else "RGB")
        new = Image.new(kept, turned.size)
        new.paste(turned.convert(kept))
    out = io.BytesIO()
    new.save(out, "JPEG" if extension == "jpg" else "PNG", **({"quality": 90} if extension == "jpg" else {}))
    return out.getvalue()


def _letter(content: bytes, extension: str) -> str:
    """A saved letter's words, its addresses masked as in every letter that is published. Files in it are left out."""
    from ..publishing.redaction import mask

    if extension == "eml":
        from ..mail.parse import parse

        letter = parse(content)
        sender, subject, text = letter.from_name or letter.from_address, letter.subject, letter.text
        day = letter.date.isoformat(" ")[:16] if letter.date else ""
    else:
        from ..mail.html_text import html_to_text
        from ..mail.outlook import read_msg

        read = read_msg(content).value
        sender, subject, day = read["from"], read["subject"], (read["date"] or "").replace("T", " ")[:16]
        text = read["plain"] if read["plain"].strip() else html_to_text(read["html"])
    return mask("\n".join([*filter(None, (sender, subject, day)), "", text]).strip() + "\n")
