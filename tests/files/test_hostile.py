"""Files made to take long, to swell or to break the reader: bounded, and a finding that holds them."""

import io
import time
import zipfile

import pytest

from requests_app.files import readers
from requests_app.files.bounds import Locked, TooMuch, open_zip
from requests_app.files.findings import unpack
from requests_app.files.hidden import find
from requests_app.limited import Failed, Limits, run
from tests import made_files
from tests.made_files import document, pdf, workbook, zipped

QUICK = Limits(seconds=10, memory_mib=512, output_mib=16)


def codes(content: bytes, extension: str) -> list[str]:
    answer = run(readers.find_hidden, content, limits=QUICK, extension=extension, personal_rows=20)
    return [one.code for one in unpack(answer.value) if one.holds]


def test_a_zip_bomb_is_not_unpacked():
    bomb = zipped({f"{number}.txt": b"\0" * 50_000_000 for number in range(3)})

    started = time.monotonic()

    assert codes(bomb, "zip") == ["too_much"]
    assert time.monotonic() - started < 5


def test_a_zip_in_a_zip_in_a_zip_ends():
    content = b"words"
    for _level in range(6):
        content = zipped({"inner.zip": content})

    assert codes(content, "zip") == ["too_much"]


def test_a_zip_with_very_many_members_is_not_walked_through():
    assert codes(zipped({f"{number}.txt": b"" for number in range(2_001)}), "zip") == ["too_much"]


def test_a_member_that_says_it_is_small_is_read_no_further():
    content = bytearray(zipped({"a.txt": b"x" * 100_000}))
    size = (100_000).to_bytes(4, "little")
    assert content.count(size) == 2
    lying = bytes(content).replace(size, (10).to_bytes(4, "little"))

    with open_zip(lying) as archive, pytest.raises(zipfile.BadZipFile):
        archive.read("a.txt")


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9))
    + b"]><l>&j;</l>"
)


def test_a_billion_laughs_are_not_laughed():
    made = zipped({"word/document.xml": LAUGHS, "[Content_Types].xml": b"<x/>"})

    assert codes(made, "docx") == ["too_much"]
    with pytest.raises(Failed):
        run(readers.read_words, made, limits=QUICK, extension="docx")


def test_entities_of_its_own_are_refused_even_when_they_are_few():
    entity = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:p xmlns:w="w"><w:t>&x;</w:t></w:p>'

    assert codes(zipped({"word/document.xml": entity}), "docx") == ["too_much"]


def test_a_pdf_whose_pages_lead_in_a_circle_ends():
    loop = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 99>>endobj\n"
        b"trailer<</Root 1 0 R/Prev 0>>\n%%EOF"
    )

    started = time.monotonic()
    found = codes(loop, "pdf")

    assert found in ([], ["unreadable"])
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "xls", "ods", "odt", "pptx", "jpg", "zip"])
@pytest.mark.parametrize("content", [b"\0" * 100, b"PK\x03\x04broken", b"%PDF-1.7 broken"])
def test_what_cannot_be_read_is_held(extension, content):
    assert codes(content, extension) == ["unreadable"]


def test_an_empty_file_hides_nothing():
    assert codes(b"", "docx") == []


def test_every_cut_of_a_file_is_read_or_held():
    for whole, extension in ((workbook(), "xlsx"), (document(), "docx"), (pdf(), "pdf")):
        for at in range(0, len(whole), max(1, len(whole) // 12)):
            find(whole[:at], extension, personal_rows=20)


def test_a_locked_zip_is_held_as_such():
    content = bytearray(zipped({"a.txt": b"words"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1

    with pytest.raises(Locked):
        open_zip(bytes(content))
    assert codes(bytes(content), "zip") == ["locked"]


def test_a_locked_pdf_is_held_as_such():
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out, encrypt=StandardEncryption("secret"))
    sheet.drawString(72, 700, "Words")
    sheet.save()

    assert codes(out.getvalue(), "pdf") == ["locked"]


@pytest.mark.slow
def test_a_sheet_of_a_million_rows_is_bounded():
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    rows = b"".join(row % (number, number) for number in range(1, 1_000_001))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + rows
    book = io.BytesIO(workbook())
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, sheet + b"</sheetData></worksheet>" if name.endswith("sheet1.xml") else held)

    started = time.monotonic()
    found = run(readers.find_hidden, out.getvalue(), limits=Limits(30, 768, 16), extension="xlsx", personal_rows=20)
    words = run(readers.read_words, out.getvalue(), limits=Limits(30, 768, 16), extension="xlsx")

    assert [row["code"] for row in found.value if row["code"] != "author"] == []
    assert words.value["is_cut"]
    assert time.monotonic() - started < 60


def test_too_many_cells_are_not_counted_to_the_end(monkeypatch):
    from requests_app.files import hidden_sheets

    monkeypatch.setattr(hidden_sheets, "MOST_CELLS", 3)

    assert [one.code for one in find(workbook(), "xlsx", personal_rows=20)] == ["too_much"]
    with pytest.raises(TooMuch):
        raise TooMuch


def test_programs_and_sealed_archives_are_held():
    assert codes(b"MZ", "exe") == ["program"]
    assert codes(b"7z", "7z") == ["sealed"]
    assert codes(made_files.document(), "doc") == ["unreadable"]
