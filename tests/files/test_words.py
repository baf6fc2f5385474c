"""The words of each kind of file, as they are read and searched."""

import io
from datetime import date

import openpyxl
import pytest

from requests_app.files import readers
from requests_app.files.words import Part, can_read, kept, pack, read, unpack
from requests_app.files.words_pdf import pictures
from requests_app.limited import Limits, run
from tests import made_files
from tests.letters import letter
from tests.made_files import document, pdf, workbook, zipped


def text(content: bytes, extension: str) -> str:
    return "\n".join(part.text for part in read(content, extension).parts)


def test_a_pdf_is_read_page_by_page():
    words = read(pdf(pages=3), "pdf")

    assert [part.number for part in words.parts] == [1, 2, 3]
    assert words.pages == 3
    assert "page 2 of our answer" in words.parts[1].text
    assert not any(part.is_picture for part in words.parts)


def test_a_scanned_page_is_flagged():
    (page,) = read(made_files.scanned_pdf(), "pdf").parts

    assert (page.is_picture, page.text.strip()) == (True, "")


def test_pages_are_drawn_up_to_a_number():
    drawn = pictures(pdf(pages=3), most=2)

    assert len(drawn) == 2
    assert all(one.startswith(b"\xff\xd8") for one in drawn)


def test_a_document_is_read_as_it_prints():
    def change(made):
        made_files.tracked(made)
        table = made.add_table(rows=1, cols=2)
        table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Mill Lane", "4"

    said = text(document("One", "Two", change=change), "docx")

    assert said.startswith("One\nTwo\nThe officer was moved")
    assert "dismissed" not in said
    assert "Mill Lane\t4" in said


def test_a_workbook_is_read_sheet_by_sheet_without_the_hidden_ones():
    def change(book: openpyxl.Workbook) -> None:
        book.create_sheet("More").append(("Opened", date(2011, 6, 16), True))
        book.create_sheet("Secret").append((made_files.NAMES[0],))
        book["Secret"].sheet_state = "hidden"

    words = read(workbook(change), "xlsx")

    assert [(part.name, part.text.split("\n")[0]) for part in words.parts] == [
        ("Repairs", "Street\tYear\tCost"),
        ("More", "Opened\t2011-06-16\tTrue"),
    ]
    assert "Mill Lane\t2010\t120.5" in words.parts[0].text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Street,Cost\nMill Lane,120\n", "Street\tCost\nMill Lane\t120"),
        ("Straße;Preis\nÄpfel;1,20\n".encode("cp1252"), "Straße\tPreis\nÄpfel\t1,20"),
        ("Caf\u00e9,1\n".encode("utf-16"), "Caf\u00e9\t1"),
        (b"", ""),
    ],
)
def test_csv_is_read_in_whatever_coding_and_separator(content, said):
    assert text(content, "csv") == said


def test_rtf_is_read():
    assert text(rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 The \b answer\b0  is caf\'e9.\par Next}", "rtf").startswith(
        "The answer is café.\nNext"
    )


def test_html_is_read_as_text():
    said = text(b"<html><script>alert(1)</script><p>Mill <b>Lane</b></p></html>", "html")

    assert "Mill Lane" in said
    assert "alert" not in said


def test_open_documents_are_read():
    content = '<d xmlns:text="x" xmlns:table="t"><text:h>Head</text:h><text:p>One<text:tab/>two</text:p></d>'
    assert text(zipped({"content.xml": content.encode()}), "odt") == "Head\nOne\ttwo"

    from tests.files.test_hidden import ODS

    words = read(zipped({"content.xml": ODS.encode()}), "ods")
    assert [part.name for part in words.parts] == ["Repairs"]
    assert words.parts[0].text.startswith("Mill Lane\tOttilie")


def test_slides_are_read_but_for_hidden_ones():
    slides = {
        "ppt/slides/slide2.xml": b'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>Second</a:t></a:p></p:sld>',
        "ppt/slides/slide10.xml": b'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>Tenth</a:t></a:p></p:sld>',
        "ppt/slides/slide3.xml": b'<p:sld xmlns:p="p" xmlns:a="a" show="0"><a:p><a:t>Not shown</a:t></a:p></p:sld>',
    }

    assert [(part.number, part.text) for part in read(zipped(slides), "pptx").parts] == [(2, "Second"), (10, "Tenth")]


def test_an_email_is_read_with_its_files():
    raw = letter(
        sender="Clerk <a@b.example>",
        to="c@d.example",
        subject="Figures",
        text="See below.\n",
        files=(("t.csv", "text/csv", b"Mill Lane,3\n"),),
    )

    words = read(raw, "eml")

    assert words.parts[0].text.startswith("Clerk\nFigures\n")
    assert words.parts[0].text.endswith("See below.")
    assert words.parts[1] == Part("Mill Lane\t3", name="t.csv")


def test_the_members_of_a_zip_are_read():
    words = read(zipped({"a/repairs.xlsx": workbook(), "b.csv": b"x,y\n", "broken.pdf": b"%PDF-"}), "zip")

    assert words.parts[0].text == "a/repairs.xlsx\nb.csv\nbroken.pdf"
    assert [part.name for part in words.parts[1:]] == ["a/repairs.xlsx › Repairs", "b.csv", "broken.pdf"]


def test_what_is_longer_than_is_kept_is_cut_and_says_so():
    words = kept([Part("x" * 900_000), Part("y" * 900_000), Part("z")])

    assert words.is_cut
    assert sum(len(part.text) for part in words.parts) == 1_000_000
    assert unpack(pack(words)) == words


def test_kinds_without_words_have_none():
    assert not can_read("jpg")
    assert read(b"\xff\xd8", "jpg").parts == ()


def test_words_come_through_the_process_with_limits():
    answer = run(readers.read_words, pdf(), limits=Limits(seconds=20), extension="pdf")

    assert "our answer" in unpack(answer.value).parts[0].text
    assert len(run(readers.draw_pages, pdf(pages=2), limits=Limits(seconds=20), most=20).blobs) == 2


def test_an_empty_row_or_column_far_out_makes_no_long_text():
    def change(book: openpyxl.Workbook) -> None:
        book.active["ZZ9000"] = "far"

    said = read(workbook(change), "xlsx").parts[0].text

    assert len(said) < 10_000
    out = io.BytesIO()
    assert out.getvalue() == b""
