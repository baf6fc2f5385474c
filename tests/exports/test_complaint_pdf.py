"""The bundle for a complaint: pure functions of plain data, whatever is in the letters."""

import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from requests_app.exports import complaint_pdf, complaint_zip, pdf_sheets, pdf_text
from requests_app.exports.complaint import Bundle, Enclosed, Enclosure, Fact, Happened, Words
from requests_app.exports.complaint_pdf import as_pdf
from requests_app.exports.complaint_zip import zip_pieces
from requests_app.exports.count_shown import Cell, CountShown, EventShown, Law

AT = datetime(2011, 6, 16, 9, 12, tzinfo=UTC)
FIRST = date(2011, 6, 16)
WORDS = Words(
    bundle="Bundle for a complaint",
    contents="Contents",
    chronology="What happened",
    columns=("When", "Who", "What"),
    clock="The time limit",
    ledger="What changed the date",
    letters="The letters",
    files="Files:",
    page="Page %(page)d of %(pages)d",
    unprintable="A square stands for what cannot be printed.",
    cut="The rest is in %(path)s",
    readme="Sums:",
    missing="%(name)s cannot be read now.",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
)


def a_file(number: int = 1) -> Enclosed:
    body = f"file {number}".encode()
    return Enclosed(
        name=f"{number}-figures.csv",
        path=f"letters/001-2011-06-16-sent/{number}-figures.csv",
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        content_type="text/csv",
        stored_at=f"store/{number}",
        line=f"{number}-figures.csv (CSV, 6 bytes)",
    )


def a_letter(number: int = 1, text: str = "Dear Council,\n\nPlease send me the figures.", **changed) -> Enclosure:
    fields = {
        "number": number,
        "heading": f"Letter {number}, Thursday 16 June 2011",
        "lines": ("From: Rosa Quester", "To: Exampleton Council"),
        "text": text,
        "withheld": "",
        "folder": f"letters/{number:03d}-2011-06-16-sent",
        "at": AT,
        "files": (),
    }
    return Enclosure(**fields | changed)


def a_bundle(**changed) -> Bundle:
    days = [FIRST + timedelta(days=day) for day in range(30)]
    cells = tuple(Cell(on=on, kind="counted", number=place, short=str(place)) for place, on in enumerate(days))
    fields = {
        "title": "Lamp posts by street",
        "subtitle": "A request by Rosa Quester to Exampleton Council",
        "name": "lamp-posts",
        "author": "Rosa Quester",
        "lang": "en-gb",
        "day": date(2011, 8, 1),
        "changed_at": AT,
        "facts": (
            Fact("Reference number", "7"),
            Fact("Page", "https://foi.example/request/lamp-posts", "https://x.example"),
        ),
        "notes": ("E-mail addresses are masked.",),
        "chronology": (
            Happened(FIRST, "Thu 16 Jun 2011", "Rosa Quester", "Sent the request (letter 1).", "section 1"),
        ),
        "clock_lines": ("The day of receipt is not counted.",),
        "laws": (Law("Freedom of Information Act 2000 section 10", "https://law.example/10"),),
        "events": (EventShown(on=FIRST, kind="received", title="The request was received", effect="Day one is next."),),
        "counts": (CountShown("received", "The count", "From then to then.", days[-1], None, False, cells),),
        "letters": (a_letter(),),
        "long_days": {on: f"{on.day} long {on:%B %Y}" for on in days},
        "short_days": {on: f"{on.day} {on:%b}" for on in days},
        "words": WORDS,
    }
    return Bundle(**fields | changed)


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def files(path: str) -> io.BytesIO:
    return io.BytesIO(f"file {path.rpartition('/')[2]}".encode())


def test_given_a_bundle_then_every_page_says_which_of_how_many_and_the_contents_are_true():
    letters = tuple(a_letter(number, f"The words of letter {number}.\n" * 30) for number in range(1, 41))
    pdf = as_pdf(a_bundle(letters=letters))
    pages = pages_of(pdf)
    assert all(f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, 1))
    contents = " ".join(pages[1:3])
    for number in (1, 20, 40):
        heading = f"Letter {number}, Thursday 16 June 2011"
        at = next(place for place, text in enumerate(pages, 1) if f"{heading} From:" in text)
        assert f"{heading} {at}" in contents
        assert f"The words of letter {number}." in " ".join(pages[at - 1 : at + 1])


def test_given_an_outline_then_each_of_its_entries_leads_to_its_heading():
    reader = PdfReader(io.BytesIO(as_pdf(a_bundle(letters=(a_letter(1), a_letter(2))))))
    entries = [entry for part in reader.outline for entry in (part if isinstance(part, list) else [part])]
    titles = [entry.title for entry in entries]
    assert titles[:3] == ["Contents", "What happened", "The time limit"]
    assert titles[-2:] == ["Letter 1, Thursday 16 June 2011", "Letter 2, Thursday 16 June 2011"]
    for entry in entries:
        page = reader.pages[reader.get_destination_page_number(entry)]
        assert entry.title in " ".join(page.extract_text().split())


def test_given_the_document_then_it_tells_its_language_title_and_no_time():
    reader = PdfReader(io.BytesIO(as_pdf(a_bundle())))
    assert reader.root_object["/Lang"] == "en-gb"
    assert reader.metadata.title == "Bundle for a complaint: Lamp posts by street"
    assert reader.metadata.creation_date == reader.metadata.modification_date == datetime(2011, 8, 1, tzinfo=UTC)
    assert _descriptors(reader)
    assert all("/FontFile2" in descriptor for descriptor in _descriptors(reader))


def _descriptors(reader: PdfReader) -> list:
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    return [font["/FontDescriptor"].get_object() for font in fonts if "/FontDescriptor" in font]


def test_given_two_processes_then_pdf_and_zip_are_the_same_to_the_byte():
    script = (
        "import hashlib; from tests.exports.test_complaint_pdf import *; "
        "b = a_bundle(letters=(a_letter(files=(a_file(1), a_file(2))), a_letter(2, 'Ωμέγα שלום'))); p = as_pdf(b); "
        "z = b''.join(zip_pieces(b, pdf=p, open_file=files)); "
        "print(hashlib.sha256(p).hexdigest(), hashlib.sha256(z).hexdigest())"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 120


HOSTILE = {
    "controls": "a\x00b\x07c\x1b[31md\ufeffe\u200bf\u2028g\r\nh\x0ci",
    "direction": "abc\u202egnp.exe\u202c and \u2066x\u2069",
    "one word": "W" * 10_000,
    "one word of marks": "e" + "\u0301" * 10_000,
    "emoji": "\N{GRINNING FACE}\N{WOMAN}\u200d\N{PERSONAL COMPUTER} \N{REGIONAL INDICATOR SYMBOL LETTER G}",
    "markup": "<para><b>&nbsp;</para> ]]> (unbalanced \\( %PDF-1.4 endobj",
    "lone surrogate": "a\ud800b",
    "noncharacters": "\ufffe\uffff\U0010ffff\ue000",
    "chinese": "信息自由" * 500,
    "hebrew": "שלום (12.5%) abc עולם " * 300,
    "nothing": "",
    "only breaks": "\n" * 3000,
    "tabs": "\t" * 3000,
    "spaces": " " * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_given_hostile_words_everywhere_then_it_is_built_and_opens(name):
    words = HOSTILE[name]
    bundle = a_bundle(
        title=words[:500] or "t",
        facts=(Fact(words[:300], words),),
        chronology=(Happened(FIRST, "Thu 16 Jun 2011", words, words, words),) * 3,
        events=(EventShown(on=FIRST, kind="received", title=words, effect=words, note=words),),
        letters=(a_letter(1, words, heading=words[:400] or "h"), a_letter(2, "The last words.")),
    )
    pages = pages_of(as_pdf(bundle))
    assert "The last words." in pages[-1]
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_given_greek_cyrillic_and_accents_then_they_can_be_read_out_of_it():
    text = "Ελληνικά Привет Zażółć naïve £600 “quoted” – œuvre"
    assert text in " ".join(pages_of(as_pdf(a_bundle(letters=(a_letter(1, text),)))))


def test_given_what_the_font_lacks_then_a_square_and_the_cover_says_so_else_not():
    lacking = pages_of(as_pdf(a_bundle(letters=(a_letter(1, "一"),))))
    assert WORDS.unprintable in lacking[0]
    assert WORDS.unprintable not in pages_of(as_pdf(a_bundle()))[0]


def test_given_a_thread_beyond_the_limit_then_it_is_cut_with_words_that_say_where_the_rest_is():
    letters = (a_letter(1, "aaaa bbbb"), a_letter(2, "cccc dddd"), a_letter(3, "eeee"))
    text = " ".join(pages_of(as_pdf(a_bundle(letters=letters), longest=14)))
    assert "aaaa bbbb" in text
    assert "cccc" in text
    assert "dddd" not in text
    assert "The rest is in letters/002-2011-06-16-sent/letter.txt" in text
    assert "The rest is in letters/003-2011-06-16-sent/letter.txt" in text


def test_given_a_hidden_letter_then_only_the_public_wording():
    text = " ".join(pages_of(as_pdf(a_bundle(letters=(a_letter(1, "", withheld="It names a person."),)))))
    assert "It names a person." in text


def test_given_a_row_longer_than_a_sheet_then_it_goes_on_under_the_head_of_the_table():
    line = Happened(FIRST, "Thu 16 Jun 2011", "Rosa", "a long line of words " * 900)
    pages = pages_of(as_pdf(a_bundle(chronology=(line, replace(line, what="The one after.")))))
    told = [text for text in pages if "a long line of words" in text]
    assert len(told) > 2
    assert all("When Who What" in text for text in told)
    assert any("The one after." in text for text in pages)


def test_given_the_zip_then_files_lie_with_their_letter_and_the_sums_are_true():
    bundle = a_bundle(letters=(a_letter(files=(a_file(1), replace(a_file(2), path="", sha256="", line="x – held"))),))
    pdf = as_pdf(bundle)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(bundle, pdf=pdf, open_file=files))))
    folder = "letters/001-2011-06-16-sent"
    assert archive.namelist() == ["README.txt", "bundle.pdf", f"{folder}/letter.txt", f"{folder}/1-figures.csv"]
    readme = archive.read("README.txt").decode()
    for name in archive.namelist()[1:]:
        assert f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}" in readme
    assert archive.read("bundle.pdf") == pdf
    assert "x – held" in archive.read(f"{folder}/letter.txt").decode()
    assert {info.date_time for info in archive.infolist()} == {(2011, 6, 16, 9, 12, 0)}


def test_given_a_large_file_then_the_zip_comes_in_pieces():
    large = replace(a_file(1), content_type="image/png")
    body = b"x" * (complaint_zip.PIECE * 8)
    bundle = a_bundle(letters=(a_letter(files=(large,)),))
    pieces = list(zip_pieces(bundle, pdf=b"%PDF", open_file=lambda path: io.BytesIO(body)))
    assert max(map(len, pieces)) < complaint_zip.PIECE * 2
    assert len(pieces) >= 8


class _Broken(io.BytesIO):
    """A file of which the store gives the first piece, and then no more."""

    def read(self, size=-1):
        if self.tell():
            raise OSError("gone")
        return super().read(size)


def test_given_a_file_that_the_store_does_not_have_then_the_zip_is_whole_and_names_it():
    def some_are_gone(path):
        if path.endswith("1-figures.csv"):
            raise FileNotFoundError(path)
        return _Broken(b"x" * complaint_zip.PIECE * 2) if path.endswith("2-figures.csv") else files(path)

    def stored(number):
        return replace(a_file(number), stored_at=f"kept/{number}-figures.csv")

    bundle = a_bundle(letters=(a_letter(files=(stored(1), stored(2), stored(3))), a_letter(2)))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(bundle, pdf=b"%PDF", open_file=some_are_gone))))

    folder = "letters/001-2011-06-16-sent"
    assert archive.testzip() is None
    assert archive.read(f"{folder}/1-figures.csv.missing.txt").decode() == "1-figures.csv cannot be read now.\n"
    assert f"{folder}/1-figures.csv" not in archive.namelist()
    assert f"{folder}/2-figures.csv.missing.txt" in archive.namelist()
    assert archive.read(f"{folder}/3-figures.csv") == b"file 3-figures.csv"
    assert "letters/002-2011-06-16-sent/letter.txt" in archive.namelist()


# ---- text ----


def width(text: str) -> float:
    return float(len(text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("aa bb cc", ["aa bb", "cc"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("aa abcdefgh", ["aa", "abcde", "fgh"]),
        ("abcdefgh i", ["abcde", "fgh i"]),
        ("", [""]),
        ("aa   bb", ["aa  ", "bb"]),
    ],
)
def test_given_a_width_then_lines_fit_and_no_letter_is_lost(text, lines):
    found = list(pdf_text.wrapped(text, 5, width))
    assert found == lines
    assert all(len(line) <= 5 for line in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_given_a_character_wider_than_the_line_then_it_still_ends():
    assert list(pdf_text.wrapped("abc", 0.5, width)) == ["a", "b", "c"]


def test_given_words_of_one_font_then_controls_go_and_breaks_are_one_kind():
    shown = pdf_text.Printable(lambda code: code < 0x250)
    assert shown("a\x00\u202eb\r\nc\x0bd\te\u00a0f中") == "ab\nc\nd    e f□"


@pytest.mark.parametrize(
    ("line", "from_right", "seen"),
    [
        ("plain (x)", False, "plain (x)"),
        ("אבג", True, "גבא"),
        ("ab אבג cd", False, "ab גבא cd"),
        ("אב 12.5 גד", True, "דג 12.5 בא"),
        ("אב abc גד", True, "דג abc בא"),
        ("(אב) x", True, "x (בא)"),
        ("אב (12.5%) גד", True, "דג (12.5%) בא"),
        ("سلام", True, "مالس"),
        ("אָב", True, "באָ"),
    ],
)
def test_given_letters_from_the_right_then_they_stand_as_the_eye_reads_them(line, from_right, seen):
    assert pdf_text.is_from_right(line) is from_right
    assert pdf_text.as_seen(line, from_right=from_right) == seen


def test_given_the_font_then_it_is_here_with_its_licence():
    sums = {
        "DejaVuSans.ttf": "7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954",
        "DejaVuSans-Bold.ttf": "e6476c1b80502924294eed40894c5b18e06c181444ca953e5334262df9c27724",
    }
    for name, said in sums.items():
        assert hashlib.sha256((pdf_sheets.FONTS / name).read_bytes()).hexdigest() == said
    assert "Bitstream" in (pdf_sheets.FONTS / "LICENSE").read_text()
    assert complaint_pdf.LONGEST >= 60 * 20_000 * 6
