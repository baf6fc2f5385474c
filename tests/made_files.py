"""Files as authorities send them, made for a test: with something hidden in each that should not be public."""

import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import date

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

NAMES = ("Ottilie Marchbanks", "Barnaby Thistlewood", "Perpetua Nightingale")


def saved(thing) -> bytes:
    out = io.BytesIO()
    thing.save(out)
    return out.getvalue()


def workbook(change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """A table of repairs on one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Repairs"
    for row in (("Street", "Year", "Cost"), ("Mill Lane", 2010, 120.5), ("High Street", 2011, 99)):
        sheet.append(row)
    if change:
        change(book)
    return saved(book)


def workbook_with_hidden_sheet(state: str = "hidden") -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Staff names")
        for name in NAMES:
            sheet.append((name,))
        sheet.sheet_state = state

    return workbook(change)


def table_of_people(rows: int) -> list[tuple]:
    return [("Full name", "Date of birth")] + [
        (f"Person {'abcdefghij'[number % 10]}", date(1970 + number % 30, 5, 17)) for number in range(rows)
    ]


def workbook_of(rows: Iterable[tuple]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(row)
    return saved(book)


def with_members(content: bytes, **members: bytes) -> bytes:
    """An office file with further members; a name's double underscores stand for slashes, single ones for dots."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), held)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            archive.writestr(name, held)
    return out.getvalue()


def document(*paragraphs: str, change: Callable | None = None) -> bytes:
    made = docx.Document()
    made.core_properties.author = ""
    for words in paragraphs or ("Dear requester,", "The figures are below."):
        made.add_paragraph(words)
    if change:
        change(made)
    return saved(made)


def tracked(made) -> None:
    """A deletion that nobody accepted: the words are still there."""
    paragraph = made.add_paragraph("The officer was ")
    paragraph._p.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="7" w:author="Ottilie Marchbanks">'
            "<w:r><w:delText>dismissed</w:delText></w:r></w:del>"
        )
    )
    paragraph._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="8" w:author="Barnaby Thistlewood"><w:r><w:t>moved</w:t></w:r></w:ins>')
    )


def pdf(draw: Callable[[canvas.Canvas], None] | None = None, *, pages: int = 1, **about: str) -> bytes:
    """A letter of one line a page; ``draw`` adds to the first page."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4)
    sheet.setAuthor(about.get("author", ""))
    for number in range(pages):
        sheet.drawString(72, 760, f"This is page {number + 1} of our answer.")
        if draw and not number:
            draw(sheet)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def black_box(sheet: canvas.Canvas) -> None:
    """A name with a black box drawn over it, as people redact who do not know better."""
    sheet.drawString(72, 700, "The complaint was made by Ottilie Marchbanks in May.")
    sheet.setFillGray(0)
    sheet.rect(195, 696, 105, 14, stroke=0, fill=1)


def white_on_dark(sheet: canvas.Canvas) -> None:
    """The head of a table: words in white on a dark ground, for everybody to read."""
    sheet.setFillGray(0.1)
    sheet.rect(70, 640, 300, 18, stroke=0, fill=1)
    sheet.setFillGray(1)
    sheet.drawString(75, 645, "Street and number of repairs")
    sheet.setFillGray(0)


def scan(sheet: canvas.Canvas) -> None:
    """Fills the page with a picture."""
    picture = Image.new("L", (200, 280), 240)
    from reportlab.lib.utils import ImageReader

    sheet.setFillGray(1)
    sheet.rect(0, 0, 600, 850, stroke=0, fill=1)
    sheet.drawImage(ImageReader(picture), 0, 0, 595, 842)


def scanned_pdf() -> bytes:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4)
    scan(sheet)
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def photo(*, placed: bool, kind: str = "JPEG") -> bytes:
    picture = Image.new("RGB", (60, 40), (200, 120, 40))
    exif = Image.Exif()
    if placed:
        exif._ifds[0x8825] = {1: "N", 2: (53.0, 47.0, 12.0), 3: "W", 4: (1.0, 32.0, 40.0)}
        exif[0x8825] = exif._ifds[0x8825] if kind != "TIFF" else 0
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()
