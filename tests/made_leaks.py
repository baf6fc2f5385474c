"""Files with something in them that nobody meant to send, each in a way of its own, and files that only look so."""

import io
import zipfile
from base64 import b64decode
from collections.abc import Callable

import docx
import openpyxl
import pypdf
import pypdfium2
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from openpyxl.styles import Font, PatternFill
from PIL import Image, PngImagePlugin
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from .made_files import NAMES, document, pdf, photo, saved, with_members, workbook, zipped

NAME = NAMES[0]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description xmlns:exif="e" '
    b'exif:GPSLatitude="53,47.2N" exif:GPSLongitude="1,32.7W"/></rdf:RDF></x:xmpmeta>'
)


# Workbooks


def cells(*, font: str = "", fill: str = "", number_format: str = "", table: bool = False) -> bytes:
    """A workbook with a name in a cell of this format."""

    def change(book: openpyxl.Workbook) -> None:
        cell = book.active["A6"]
        cell.value = NAME
        if font:
            cell.font = Font(color=font)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        if number_format:
            cell.number_format = number_format

    return workbook(change)


def sheet_with(old: bytes, new: bytes, *, content: bytes | None = None) -> bytes:
    """A workbook of which the first sheet's XML is changed in one place."""
    return changed(content or workbook(), "xl/worksheets/sheet1.xml", old, new)


def changed(content: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """A packed file with one replacement in one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            held = before.read(name)
            if name == member:
                assert old in held, held[:800]
                held = held.replace(old, new, 1)
            after.writestr(name, held)
    return out.getvalue()


def filtered() -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        book.active.auto_filter.ref = "A1:C3"
        book.active.row_dimensions[3].hidden = True

    return workbook(change)


def named_words() -> bytes:
    from openpyxl.workbook.defined_name import DefinedName

    def change(book: openpyxl.Workbook) -> None:
        book.defined_names["Clerk"] = DefinedName("Clerk", attr_text=f'"{NAME}"', hidden=True)

    return workbook(change)


def shape(*, hidden: bool) -> bytes:
    said = ' hidden="1"' if hidden else ""
    drawing = (
        f'<d:wsDr xmlns:d="d" xmlns:a="a"><d:sp><d:nvSpPr><d:cNvPr id="2" name="Box"{said}/></d:nvSpPr>'
        f"<d:txBody><a:p><a:r><a:t>{NAME}</a:t></a:r></a:p></d:txBody></d:sp></d:wsDr>"
    )
    return with_members(workbook(), xl__drawings__drawing1_xml=drawing.encode())


# Documents


def runs(*properties: str, style: str = "") -> bytes:
    """A document with a name in a run of these properties."""

    def change(made) -> None:
        held = "".join(properties)
        run = f"<w:r {nsdecls('w')}><w:rPr>{held}</w:rPr><w:t>{NAME}</w:t></w:r>"
        made.add_paragraph()._p.append(parse_xml(run))

    return document(change=change)


def hiding_style() -> bytes:
    """A name in a style of characters that is based on one that hides."""

    def change(made) -> None:
        from docx.enum.style import WD_STYLE_TYPE

        hides = made.styles.add_style("Internal", WD_STYLE_TYPE.CHARACTER)
        hides.font.hidden = True
        made.styles.add_style("Names", WD_STYLE_TYPE.CHARACTER).base_style = hides
        made.add_paragraph().add_run(NAME, style="Names")

    return document(change=change)


def changed_header() -> bytes:
    def change(made) -> None:
        made.sections[0].header.paragraphs[0]._p.append(_deleted())

    return document(change=change)


def changed_box() -> bytes:
    """A deletion in a text box."""

    def change(made) -> None:
        deleted = f'<w:del w:id="7" w:author="B. T."><w:r><w:delText>{NAME}</w:delText></w:r></w:del>'
        box = (
            f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
            f"<w:txbxContent><w:p>{deleted}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
        made.add_paragraph()._p.append(parse_xml(box))

    return document(change=change)


def _deleted():
    return parse_xml(
        f'<w:del {nsdecls("w")} w:id="7" w:author="B. T."><w:r><w:delText>{NAME}</w:delText></w:r></w:del>'
    )


def white_words(made) -> None:
    made.add_paragraph().add_run(NAME).font.color.rgb = RGBColor(255, 255, 255)


def tiny_words(made) -> None:
    made.add_paragraph().add_run(NAME).font.size = Pt(1)


def white_in_a_dark_table(made) -> None:
    """A table's head as most councils have it."""
    cell = made.add_table(1, 1).cell(0, 0)
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="1F3864"/>'))
    cell.paragraphs[0].add_run("Street").font.color.rgb = RGBColor(255, 255, 255)


def white_on_shading(made) -> None:
    paragraph = made.add_paragraph()
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="000000"/>'))
    paragraph.add_run("A heading").font.color.rgb = RGBColor(255, 255, 255)


def former_format(made) -> None:
    """Words that were hidden once and are shown now: the change of the format is still tracked."""
    run = (
        f'<w:r {nsdecls("w")}><w:rPr><w:rPrChange w:id="1" w:author="B"><w:rPr><w:vanish/></w:rPr></w:rPrChange>'
        f"</w:rPr><w:t>Seen by all</w:t></w:r>"
    )
    made.add_paragraph()._p.append(parse_xml(run))


# PDFs

LINE = f"The complaint was made by {NAME} in May."


def under(cover: Callable[[canvas.Canvas], None]) -> bytes:
    def draw(sheet: canvas.Canvas) -> None:
        sheet.drawString(72, 700, LINE)
        cover(sheet)

    return pdf(draw)


def white_words_in_pdf(sheet: canvas.Canvas) -> None:
    sheet.setFillGray(1)
    sheet.drawString(72, 700, LINE)


def white_box(sheet: canvas.Canvas) -> None:
    sheet.setFillGray(1)
    sheet.rect(190, 690, 120, 24, stroke=0, fill=1)


def red_box(sheet: canvas.Canvas) -> None:
    sheet.setFillColorRGB(1, 0.3, 0.3)
    sheet.rect(190, 690, 120, 24, stroke=0, fill=1)


def thick_line(sheet: canvas.Canvas) -> None:
    """A pen of the width of a line, as some draw their boxes."""
    sheet.setLineWidth(16)
    sheet.line(190, 703, 312, 703)


def picture_over(sheet: canvas.Canvas) -> None:
    sheet.drawImage(ImageReader(Image.new("RGB", (120, 24), (0, 0, 0))), 190, 694, 120, 20)


def beside_the_page(sheet: canvas.Canvas) -> None:
    for row in range(4):
        sheet.drawString(700, 700 - 20 * row, LINE)


def printer_s_mark(sheet: canvas.Canvas) -> None:
    sheet.drawString(20, 850, "Report_2026.indd  1   12/03/2026 10:32")


def pale_words(sheet: canvas.Canvas) -> None:
    """A note at the foot in a pale grey, and one in yellow."""
    sheet.setFillGray(0.8)
    sheet.setFontSize(7)
    sheet.drawString(72, 60, "Printed on recycled paper by the council, illness will fill Lilli")
    sheet.setFillColorRGB(1, 0.9, 0)
    sheet.drawString(72, 40, "Important illustration")


def small_print(sheet: canvas.Canvas) -> None:
    sheet.setFontSize(5)
    for row in range(60):
        sheet.drawString(72, 700 - 6 * row, "Illicit fill will still ill lilli " * 5)


def layer_switched_off() -> bytes:
    """Words in a layer that is not shown."""
    content = pdf(lambda sheet: sheet.drawString(72, 700, LINE))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    layer = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("Names")})
    )
    off = DictionaryObject({NameObject("/OFF"): ArrayObject([layer]), NameObject("/Order"): ArrayObject([layer])})
    writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): off}
    )
    page = writer.pages[0]
    page["/Resources"][NameObject("/Properties")] = DictionaryObject({NameObject("/L"): layer})
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(b"/OC /L BDC\n" + page.get_contents().get_data() + b"\nEMC")
    page[NameObject("/Contents")] = writer._add_object(stream)
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def mark(kind: str, **said) -> bytes:
    """A PDF with one mark at its page."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lambda sheet: sheet.drawString(72, 700, LINE))))
    about = {
        "/Type": NameObject("/Annot"),
        "/Subtype": NameObject(f"/{kind}"),
        "/Rect": ArrayObject([NumberObject(at) for at in (190, 690, 312, 714)]),
        "/F": NumberObject(said.pop("flags", 4)),
    }
    for name, value in said.items():
        about[f"/{name}"] = (
            ArrayObject(map(NumberObject, value)) if isinstance(value, tuple) else TextStringObject(value)
        )
    held = writer._add_object(DictionaryObject({NameObject(name): value for name, value in about.items()}))
    writer.pages[0][NameObject("/Annots")] = ArrayObject([held])
    return _written(writer)


def with_program() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    held = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello');")}
    action = writer._add_object(DictionaryObject(held))
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), action])})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})
    return _written(writer)


def with_attachment() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.add_attachment("names.csv", b"name\n" + NAME.encode())
    return _written(writer)


def redacted_by_addition() -> bytes:
    """A name was taken out of the page's words, and the file with the name is still there before the change."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf(lambda sheet: sheet.drawString(72, 700, LINE))), incremental=True)
    page = writer.pages[0]
    data = page.get_contents().get_data()
    assert NAME.encode() in data
    contents = page["/Contents"].get_object()
    new = pypdf.generic.DecodedStreamObject()
    new.set_data(data.replace(NAME.encode(), b"[redacted]"))
    new.indirect_reference = contents.indirect_reference
    writer._replace_object(contents.indirect_reference, new)
    return _written(writer)


def added_to() -> bytes:
    """Something was added and nothing taken out, as by a signature or a stamp."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf()), incremental=True)
    writer.add_metadata({"/Title": "Answer"})
    return _written(writer)


def scan_with(cover: Callable[[canvas.Canvas], None] | None = None, *, turned: int = 0) -> bytes:
    """A page that is a picture of words, and perhaps something drawn over it."""
    from PIL import ImageDraw

    picture = Image.new("L", (1190, 1684), 245)
    pen = ImageDraw.Draw(picture)
    for row in range(30):
        pen.text((144, 200 + 40 * row), LINE, fill=20, font_size=22)

    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(595, 842))
    if turned:
        sheet.setPageRotation(turned)
        sheet.translate(0, -300)  # a page on its side is less high
    sheet.drawImage(ImageReader(picture), 0, 0, 595, 842)
    if cover:
        cover(sheet)
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def box_on_scan(sheet: canvas.Canvas) -> None:
    sheet.rect(180, 600, 160, 120, stroke=0, fill=1)


def stamp_on_scan(sheet: canvas.Canvas) -> None:
    """A number and a rule at the foot, where the scan is blank."""
    sheet.drawString(280, 20, "Page 4 of 9")
    sheet.rect(60, 32, 470, 8, stroke=0, fill=1)


def photo_in_pdf() -> bytes:
    """A photo as it came from the camera, put into a PDF by a program that copies its bytes."""
    document = pypdfium2.PdfDocument.new()
    shown = pypdfium2.PdfImage.new(document)
    shown.load_jpeg(io.BytesIO(photo(placed=True)), inline=True)
    shown.set_matrix(pypdfium2.PdfMatrix().scale(60, 40))
    page = document.new_page(60, 40)
    page.insert_obj(shown)
    page.gen_content()
    return saved(document)


# Pictures


def picture(kind: str, **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 120, 40)).save(out, kind, **more)
    return out.getvalue()


def png_with_xmp() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    return picture("PNG", pnginfo=said)


def moving_photo() -> bytes:
    """A photo with the film of its moment behind it, as phones make them."""
    return photo(placed=False) + film(place=b"+53.7867-001.5450/")


# Two photos of one colour as telephones pack them (HEVC in HEIF), made once: no library that is here writes them.
PLACED_HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAA"
    "AERAAAIAAQAAAAAB4gABAAAAAAAAABoAAgAAAAAB/AABAAAAAAAAAIoAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZl"
    "AgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH/"
    "/wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29s"
    "cm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAA"
    "AwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAArG1kYXQAAAAWKAGvGYDvSaW+0xOH/qeC/yKt"
    "aY+bgAAAAAZFeGlmAABNTQAqAAAACAABiCUABAAAAAEAAAAaAAAAAAAEAAEAAgAAAAJOAAAAAAIABQAAAAMAAABQAAMAAgAAAAJXAAAAAAQABQAA"
    "AAMAAABoAAAAAAAAADUAAAABAAAALwAAAAEAAAAMAAAAAQAAAAEAAAABAAAAIAAAAAEAAAAoAAAAAQ=="
)
PLAIN_HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAABoQABAAAAAAAAABoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADd"
    "aXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAA"
    "AwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACJtZGF0AAAA"
    "FigBrxmA70mlvtMTh/6ngv8irWmPm4A="
)


# Recordings


def box(name: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def film(*, place: bytes = b"", keys: bytes = b"", brand: bytes = b"mp42") -> bytes:
    """The boxes of a film of no pictures, with its place as Android (``place``) or Apple (``keys``) writes it."""
    about = b""
    if place:
        about += box(b"udta", box(b"\xa9xyz", len(place).to_bytes(2, "big") + b"\x15\xc7" + place))
    if keys:
        handler = box(b"hdlr", bytes(8) + b"mdta" + bytes(13))
        named = box(b"keys", bytes(4) + (1).to_bytes(4, "big") + box(b"mdta", keys))
        value = box(b"ilst", box((1).to_bytes(4, "big"), box(b"data", bytes(8) + b"+53.7867-001.5450+051.0/")))
        about += box(b"meta", handler + named + value)
    head = box(b"ftyp", brand + bytes(4) + brand + b"isom")
    return head + box(b"moov", box(b"mvhd", bytes(100)) + about) + box(b"mdat", b"GPS5 \xa9xyz is only noise here")


# Others

RTF = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\stylesheet{\s1\v Hidden;}}%s\par}"
PAGE = "<html><head><style>p{color:#111}</style></head><body><p>Dear requester,</p>%s</body></html>"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>Plan</text>%s</svg>'


def nested(content: bytes, levels: int) -> bytes:
    for level in range(levels):
        content = zipped({f"level {level}.zip": content})
    return content


def open_document(kind: str, content: str, **members: bytes) -> bytes:
    head = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:draw="d" '
        'xmlns:presentation="p">'
    )
    made = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode()}
    made["content.xml"] = f"{head}{content}</office:document-content>".encode()
    return zipped(made | {name.replace("__", "/").replace("_", "."): held for name, held in members.items()})


def plain_table(made: docx.document.Document) -> None:
    table = made.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "Street", "12"
