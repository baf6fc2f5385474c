"""A file made anew holds what is seen, and nothing that was found."""

import io

import openpyxl
from PIL import Image

from requests_app.files.cleaning import can_clean, cleaned
from requests_app.files.findings import HOLDS, finding
from requests_app.files.hidden import find
from requests_app.files.words import read
from tests import made_files
from tests.made_files import NAMES, pdf, photo, workbook


def holding(content: bytes, extension: str) -> list[str]:
    return [one.code for one in find(content, extension, personal_rows=20) if one.holds]


def test_a_workbook_keeps_what_it_shows_only():
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append((NAMES[0], 1, 2))
        sheet.append(("=1+1", 3, 4))
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["B"].hidden = True
        book.create_sheet("Staff names").append((NAMES[1],))
        book["Staff names"].sheet_state = "hidden"

    old = workbook(change)
    new, extension = cleaned(old, "xlsx")

    assert set(holding(old, "xlsx")) == {"hidden_sheets", "hidden_rows", "hidden_columns"}
    assert (extension, holding(new, "xlsx")) == ("xlsx", [])
    book = openpyxl.load_workbook(io.BytesIO(new))
    assert book.sheetnames == ["Repairs"]
    assert [row[:2] for row in book.active.iter_rows(values_only=True)][:2] == [
        ("Street", "Cost"),
        ("Mill Lane", 120.5),
    ]
    assert not any(name.encode() in new for name in NAMES)


def test_a_pdf_becomes_pictures_of_its_pages():
    old = pdf(made_files.black_box, pages=2)
    new, extension = cleaned(old, "pdf")

    assert holding(old, "pdf") == ["covered_text"]
    assert (extension, holding(new, "pdf")) == ("pdf", [])
    words = read(new, "pdf")
    assert [(part.is_picture, part.text.strip()) for part in words.parts] == [(True, "")] * 2


def test_a_photo_loses_its_place_and_stays_upright():
    old = photo(placed=True)
    new, extension = cleaned(old, "jpg")

    assert (holding(old, "jpg"), holding(new, extension)) == (["location"], [])
    assert Image.open(io.BytesIO(new)).size == (60, 40)


def test_only_what_would_be_gone_is_offered():
    assert can_clean("xlsx", [finding("hidden_sheets", ["Names"]), finding("author", ["O."])])
    assert not can_clean("xlsx", [finding("hidden_sheets"), finding("personal_rows")])
    assert not can_clean("docx", [finding("tracked_changes")])
    assert not can_clean("xlsx", [finding("author")])
    assert not can_clean("pdf", [finding("virus")])


def test_every_kind_that_can_be_cleaned_says_what_it_becomes():
    from requests_app.files.cleaning import CLEANS
    from requests_app.selectors.file_findings import HINTS, MADE_OF, TITLES

    assert set(MADE_OF) == set(CLEANS)
    assert set(HOLDS) == set(TITLES)
    assert {code for code, holds in HOLDS.items() if holds} - set(HINTS) <= {"not_scanned", "program"}
