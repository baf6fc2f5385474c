"""One test for each thing that a file can hide, and for what looks like it and is not."""

import io

import openpyxl
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from reportlab.lib.utils import ImageReader

from requests_app.files import words_nested
from requests_app.files.findings import HOLDS, Finding, pack, unpack
from requests_app.files.hidden import find
from requests_app.files.words import read
from tests import made_files, old_workbooks
from tests.made_files import NAMES, document, pdf, photo, workbook, zipped
from tests.made_outlook import msg


def codes(content: bytes, extension: str, **options) -> set[str]:
    return {one.code for one in find(content, extension, personal_rows=options.get("personal_rows", 20))}


def only(content: bytes, extension: str, code: str) -> Finding:
    found = [one for one in find(content, extension, personal_rows=20) if one.holds]
    assert [one.code for one in found] == [code]
    return found[0]


def test_an_open_workbook_hides_nothing():
    assert codes(workbook(), "xlsx") <= {"author"}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_given_a_hidden_sheet_then_its_name_is_told(state):
    assert only(made_files.workbook_with_hidden_sheet(state), "xlsx", "hidden_sheets").names == ("Staff names",)


def test_given_a_hidden_sheet_with_nothing_in_it_then_it_does_not_hold():
    def change(book):
        book.create_sheet("Sheet2").sheet_state = "hidden"

    (found,) = (one for one in find(workbook(change), "xlsx", personal_rows=20) if one.code != "author")

    assert (found.code, found.holds) == ("empty_hidden_sheets", False)


def test_given_hidden_rows_and_columns_then_those_with_something_in_them_are_told():
    def change(book):
        sheet = book.active
        sheet.append((NAMES[0], 1, 2))
        sheet.row_dimensions[4].hidden = True
        sheet.row_dimensions[90].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    found = {one.code: one for one in find(workbook(change), "xlsx", personal_rows=20)}

    assert (found["hidden_rows"].names, found["hidden_rows"].count) == (("Repairs",), 1)
    assert found["hidden_columns"].names == ("Repairs: C",)


def test_given_source_data_of_a_pivot_table_then_it_is_found():
    records = b'<pivotCacheRecords xmlns="x"><r><s v="Ottilie Marchbanks"/></r></pivotCacheRecords>'
    empty = b'<pivotCacheRecords xmlns="x"/>'

    with_records = made_files.with_members(workbook(), xl__pivotCache__pivotCacheRecords1_xml=records)

    assert only(with_records, "xlsx", "pivot_cache").count == 1
    assert "pivot_cache" not in codes(
        made_files.with_members(workbook(), xl__pivotCache__pivotCacheRecords1_xml=empty), "xlsx"
    )


def test_given_a_data_model_then_it_is_found():
    only(made_files.with_members(workbook(), xl__model__item_data=b"model"), "xlsx", "data_model")


def test_given_a_link_to_another_workbook_then_its_stored_values_hold_and_the_link_alone_does_not():
    kept = b'<externalLink xmlns="x"><externalBook><cell r="A1"><v>1</v></cell></externalBook></externalLink>'
    bare = b'<externalLink xmlns="x"><externalBook/></externalLink>'

    only(made_files.with_members(workbook(), xl__externalLinks__externalLink1_xml=kept), "xlsx", "external_values")
    found = find(
        made_files.with_members(workbook(), xl__externalLinks__externalLink1_xml=bare), "xlsx", personal_rows=9
    )

    assert [one.code for one in found if not one.holds and one.code != "author"] == ["external_links"]


def test_given_notes_at_cells_then_they_are_found():
    def change(book):
        from openpyxl.comments import Comment

        book.active["A1"].comment = Comment("Ask Ottilie about this", "Barnaby")

    assert only(workbook(change), "xlsx", "comments").count == 1


def test_given_more_rows_about_people_than_allowed_then_they_are_counted():
    content = made_files.workbook_of(made_files.table_of_people(21))

    assert only(content, "xlsx", "personal_rows").count == 21
    assert "personal_rows" not in codes(made_files.workbook_of(made_files.table_of_people(20)), "xlsx")
    assert "personal_rows" not in codes(content, "xlsx", personal_rows=0)


def test_given_tracked_changes_then_whose_they_are_is_told():
    found = only(document(change=made_files.tracked), "docx", "tracked_changes")

    assert (found.count, found.names) == (2, ("Ottilie Marchbanks", "Barnaby Thistlewood"))


def test_given_comments_in_a_document_then_they_are_found():
    def change(made):
        paragraph = made.add_paragraph("We hold nothing.")
        made.add_comment(paragraph.runs, text="Do we, really?", author="B. T.", initials="BT")

    assert only(document(change=change), "docx", "comments").names == ("B. T.",)


def test_given_hidden_text_then_it_is_found_and_what_was_switched_off_is_not():
    def hide(value):
        def change(made):
            run = parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:vanish{value}/></w:rPr><w:t>{NAMES[0]}</w:t></w:r>")
            made.add_paragraph()._p.append(run)

        return document(change=change)

    only(hide(""), "docx", "hidden_text")
    assert "hidden_text" not in codes(hide(' w:val="0"'), "docx")


def test_given_a_workbook_behind_a_chart_then_it_is_found():
    only(made_files.with_members(document(), word__embeddings__Book1_xlsx=b"PK"), "docx", "embedded_files")


def test_given_macros_then_they_are_found():
    only(made_files.with_members(workbook(), xl__vbaProject_bin=b"program"), "xlsm", "macros")


def test_given_an_author_then_it_is_told_and_does_not_hold():
    def change(made):
        made.core_properties.author = NAMES[0]

    (found,) = find(document(change=change), "docx", personal_rows=20)

    assert (found.code, found.names, found.holds) == ("author", (NAMES[0],), False)


def test_given_words_under_a_black_box_then_the_page_is_told():
    assert only(pdf(made_files.black_box, pages=2), "pdf", "covered_text").names == ("1",)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_given_a_page_that_is_turned_then_the_words_under_its_box_are_found_too(turned):
    def draw(sheet):
        sheet.setPageRotation(turned)
        sheet.translate(0, -400)  # a page on its side is less high
        made_files.black_box(sheet)

    only(pdf(draw), "pdf", "covered_text")


def test_given_a_scan_then_its_invisible_words_are_judged_by_what_the_scan_shows():
    def scan(*, blacked: bool):
        def draw(sheet):
            picture = Image.new("L", (595, 842), 235)
            if blacked:
                picture.paste(0, (195, 130, 310, 150))
            sheet.drawImage(ImageReader(picture), 0, 0, 595, 842)
            words = sheet.beginText(72, 702)
            words.setTextRenderMode(3)
            words.textLine("The complaint was made by Ottilie Marchbanks in May.")
            sheet.drawText(words)

        return pdf(draw)

    only(scan(blacked=True), "pdf", "covered_text")
    assert codes(scan(blacked=False), "pdf") == set()


def test_given_a_table_drawn_in_heavy_black_lines_then_nothing_is_hidden():
    def draw(sheet):
        sheet.setLineWidth(3)
        for row in range(10):
            sheet.drawString(80, 600 - 14 * row, f"IIII llll |||| {row} Mill Lane")
            sheet.line(70, 597 - 14 * row, 400, 597 - 14 * row)
        sheet.setFont("Helvetica-Bold", 30)
        sheet.drawString(72, 400, "HEAVY BLACK WORDS MMMM")

    assert codes(pdf(draw), "pdf") == set()


def test_given_white_words_on_a_dark_ground_then_nothing_is_hidden():
    assert codes(pdf(made_files.white_on_dark), "pdf") == set()


def test_given_a_black_box_over_nothing_then_nothing_is_hidden():
    def draw(sheet):
        sheet.rect(195, 596, 105, 14, stroke=0, fill=1)

    assert codes(pdf(draw), "pdf") == set()


def test_given_a_box_that_is_an_annotation_then_the_words_under_it_are_found_too():
    def draw(sheet):
        sheet.drawString(72, 700, "The complaint was made by Ottilie Marchbanks in May.")
        sheet._addAnnotation(_square(195, 696, 300, 710))

    only(pdf(draw), "pdf", "covered_text")


def test_given_a_redaction_that_was_marked_and_not_applied_then_it_is_found():
    def draw(sheet):
        sheet._addAnnotation(_square(195, 696, 300, 710, kind="Redact"))

    assert only(pdf(draw), "pdf", "unapplied_redactions").names == ("1",)


def _square(x0, y0, x1, y1, kind="Square"):
    from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName

    return PDFDictionary(
        {
            "Type": PDFName("Annot"),
            "Subtype": PDFName(kind),
            "Rect": PDFArray([x0, y0, x1, y1]),
            "IC": PDFArray([0, 0, 0]),
            "C": PDFArray([0, 0, 0]),
            "F": 4,
        }
    )


def test_given_files_inside_a_pdf_then_they_are_named():
    document = pypdfium2.PdfDocument(pdf())
    document.new_attachment("names.csv").set_data(b"a,b")
    out = io.BytesIO()
    document.save(out)

    assert only(out.getvalue(), "pdf", "embedded_files").names == ("names.csv",)


def test_given_the_author_of_a_pdf_then_it_does_not_hold():
    (found,) = find(pdf(author=NAMES[1]), "pdf", personal_rows=20)

    assert (found.code, found.holds) == ("author", False)


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("TIFF", "tif"), ("WEBP", "webp")])
def test_given_a_photo_then_where_it_was_taken_is_found(kind, extension):
    only(photo(placed=True, kind=kind), extension, "location")
    assert codes(photo(placed=False, kind=kind), extension) == set()


def test_given_a_photo_in_a_document_then_where_it_was_taken_is_found():
    content = made_files.with_members(document(), word__media__image1_jpg=photo(placed=True))

    assert only(content, "docx", "location").names == ("image1.jpg",)


def test_given_a_zip_then_its_members_are_looked_into():
    content = zipped({"figures/open.xlsx": workbook(), "figures/names.xlsx": made_files.workbook_with_hidden_sheet()})

    found = only(content, "zip", "hidden_sheets")

    assert (found.within, found.names) == ("figures/names.xlsx", ("Staff names",))


def held_within(content: bytes, extension: str) -> list[tuple[str, str]]:
    found = [one for one in find(content, extension, personal_rows=20) if one.holds]
    return [(one.code, one.within) for one in found]


def test_given_an_email_then_its_addresses_hold_it_and_its_files_are_looked_into():
    from tests.letters import letter

    raw = letter(sender="a@b.example", to="c@d.example", files=(("n.jpg", "image/jpeg", photo(placed=True)),))

    assert held_within(raw, "eml") == [("addresses", ""), ("location", "n.jpg")]


def test_given_a_saved_message_then_its_files_are_looked_into_and_those_of_messages_in_it():
    hiding = made_files.workbook_with_hidden_sheet()
    inner = {"subject": "Figures", "body": "Hello", "files": [("figures.xlsx", hiding)]}
    own = ("addresses", "")

    found = held_within(msg(subject="Figures", body="Hello", files=[("figures.xlsx", hiding)]), "msg")

    assert found == [own, ("hidden_sheets", "figures.xlsx")]
    found = held_within(msg(subject="Fwd", body="See this", files=[("inner", inner)]), "msg")
    assert found == [own, ("hidden_sheets", "figures.xlsx")]
    assert held_within(msg(subject="Figures", body="Hello", files=[("figures.xlsx", workbook())]), "msg") == [own]
    assert codes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "msg") == {"unreadable"}


def test_given_a_member_of_a_zip_that_is_too_large_to_be_looked_into_then_it_holds(monkeypatch):
    monkeypatch.setattr(words_nested, "LARGEST_MEMBER", 1000)

    found = only(zipped({"all.csv": b"street,cost\n" * 100, "few.csv": b"street,cost\n"}), "zip", "too_much")

    assert found.within == "all.csv"


def test_an_old_workbook_is_looked_into():
    rows = [["Street", "Clerk", "Cost"], ["Mill Lane", NAMES[0], "12"], ["High Street", NAMES[1], "1"]]
    content = old_workbooks.workbook(
        ("Repairs", old_workbooks.VISIBLE, old_workbooks.sheet(rows, hidden_rows={2, 90}, hidden_columns={1, 30})),
        ("Staff names", old_workbooks.HIDDEN, old_workbooks.sheet([[NAMES[2]]])),
        ("Calculations", old_workbooks.VERY_HIDDEN, old_workbooks.sheet([["1"]])),
        ("Sheet4", old_workbooks.HIDDEN, old_workbooks.sheet([])),
    )

    found = {one.code: one.names for one in find(content, "xls", personal_rows=20)}

    assert found == {
        "hidden_sheets": ("Staff names", "Calculations"),
        "empty_hidden_sheets": ("Sheet4",),
        "hidden_rows": ("Repairs",),
        "hidden_columns": ("Repairs: B",),
    }
    assert [part.name for part in read(content, "xls").parts] == ["Repairs"]
    assert codes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "xls") == {"unreadable"}


def test_an_old_workbook_keeps_the_source_of_its_pivot_tables_in_a_folder_of_its_own():
    content = old_workbooks.workbook(("Repairs", old_workbooks.VISIBLE, old_workbooks.sheet([["a"]])))

    assert codes(content + "_SX_DB_CUR".encode("utf-16-le"), "xls") == {"pivot_cache"}


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s">
<office:automatic-styles><style:style style:name="ta2" style:family="table">
<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="Repairs" table:style-name="ta1">
<table:table-column/><table:table-column table:visibility="collapse"/>
<table:table-row><table:table-cell><text:p>Mill Lane</text:p></table:table-cell>
<table:table-cell><text:p>Ottilie</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility="filter"><table:table-cell><text:p>Gone</text:p></table:table-cell></table:table-row>
</table:table><table:table table:name="Staff names" table:style-name="ta2"><table:table-row><table:table-cell>
<text:p>Ottilie</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_spreadsheet_is_looked_into():
    found = {one.code: one.names for one in find(zipped({"content.xml": ODS.encode()}), "ods", personal_rows=20)}

    assert found == {
        "hidden_sheets": ("Staff names",),
        "hidden_rows": ("Repairs",),
        "hidden_columns": ("Repairs: B",),
    }


def test_an_open_document_text_is_looked_into():
    content = (
        b'<d xmlns:text="x" xmlns:office="o"><text:tracked-changes><text:changed-region/></text:tracked-changes>'
        b"<text:p>Hello</text:p><office:annotation/><text:hidden-text/></d>"
    )

    assert codes(zipped({"content.xml": content}), "odt") == {"tracked_changes", "comments", "hidden_text"}


def test_a_presentation_is_looked_into():
    slides = {
        "ppt/presentation.xml": b"<p/>",
        "ppt/slides/slide1.xml": b'<p:sld xmlns:p="p"/>',
        "ppt/slides/slide2.xml": b'<p:sld xmlns:p="p" show="0"/>',
        "ppt/notesSlides/notesSlide1.xml": b'<n xmlns:a="a"><a:t>Say nothing of Ottilie</a:t><a:t>1</a:t></n>',
        "ppt/notesSlides/notesSlide2.xml": b'<n xmlns:a="a"><a:t>2</a:t></n>',
    }

    found = {one.code: one.names for one in find(zipped(slides), "pptx", personal_rows=20)}

    assert found == {"hidden_slides": ("2",), "speaker_notes": ("1",)}


def test_findings_survive_their_way_through_json():
    found = find(zipped({"a.xlsx": made_files.workbook_with_hidden_sheet()}), "zip", personal_rows=20)

    assert unpack(pack(found)) == found


def test_every_code_is_in_the_table():
    assert all(isinstance(holds, bool) for holds in HOLDS.values())
    assert Finding("something new").holds, "what nobody has decided about holds"


def test_a_chart_sheet_that_is_hidden_counts_as_one_with_something_in_it():
    def change(book: openpyxl.Workbook) -> None:
        book.create_chartsheet("Chart of names").sheet_state = "hidden"

    assert only(workbook(change), "xlsx", "hidden_sheets").names == ("Chart of names",)
