import io
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.publishing.files import human_size, may_show_inline, recognise, safe_name, unique_names
from requests_app.publishing.redaction import Rule

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def zipped(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.mark.parametrize(
    ("name", "declared", "content", "extension", "label"),
    [
        ("a.docx", "", zipped("[Content_Types].xml", "word/document.xml"), "docx", "Word document"),
        ("a.bin", "application/octet-stream", zipped("xl/workbook.xml"), "xlsx", "Excel spreadsheet"),
        ("a.docm", "", zipped("word/document.xml"), "docm", "Word document with macros"),
        ("a.docx", "", zipped("xl/workbook.xml"), "xlsx", "Excel spreadsheet"),
        (
            "a.ods",
            "",
            zipped("x", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "ods",
            "OpenDocument spreadsheet",
        ),
        ("a.zip", "", zipped("letter.txt"), "zip", "ZIP archive"),
        ("a.xls", "", OLE, "xls", "Excel spreadsheet"),
        ("a.msg", "", OLE, "msg", "Outlook message"),
        ("scan.pdf", "application/pdf", PNG, "png", "PNG picture"),
        ("a.pdf.txt", "", b"%PDF-1.4\n", "pdf", "PDF"),
        ("a.csv", "application/vnd.ms-excel", b"a,b\n1,2\n", "csv", "CSV table"),
        ("a.txt", "", b"hello", "txt", "Text file"),
        ("noname", "text/plain; charset=utf-8", b"hello", "txt", "Text file"),
        ("a.html", "text/plain", b"<script>1</script>", "html", "Web page"),
        ("a.rtf", "", b"{\\rtf1 x}", "rtf", "Rich text document"),
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22xx", "dat", "Outlook package"),
        ("letter.eml", "message/rfc822", b"From: a\n\nb", "eml", "E-mail message"),
        ("a.JPEG", "", b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpg", "JPEG picture"),
        ("a.pdf", "application/pdf", b"\x01\x02\x03", "pdf", "File"),
        ("", "", b"", "", "File"),
    ],
)
def test_a_file_is_what_is_in_it(name, declared, content, extension, label):
    kind = recognise(name, declared, content)

    assert (kind.extension, kind.label) == (extension, label)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=20),
    st.text(max_size=20),
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG"]),
)
def test_no_file_is_so_broken_that_it_raises(name, declared, content, magic):
    assert not may_show_inline(recognise(name, declared, magic + content))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Answer 12.pdf", "Answer 12.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jo\\list.CSV", "list.csv"),
        ("answer\u202efdp.exe", "answerfdp.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("Tŷ gwag.pdf", "Tŷ gwag.pdf"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "file.htaccess"),
        ("con.txt", "file con.txt"),
        ("reply to jo@x.example.pdf", "reply to [email address].pdf"),
        ("07700_900123 call.pdf", "[mobile number] call.pdf"),
        ("my_list.pdf", "my_list.pdf"),
        ('a<b>"c"|d?.pdf', "a b c d.pdf"),
    ],
)
def test_names_are_safe_to_serve_and_to_publish(name, safe):
    assert safe_name(name) == safe


def test_a_redaction_also_holds_in_names():
    assert safe_name("Sam Smith.pdf", rules=[Rule("Sam Smith", replacement="[name]")]) == "[name].pdf"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_a_safe_name_is_always_a_name(name):
    safe = safe_name(name)

    assert 1 <= len(safe) <= 120
    assert safe == safe.strip()
    assert not set('/\\<>:"|?*') & set(safe)
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in safe)
    assert safe_name(safe) == safe


def test_names_that_would_collide_are_numbered():
    names = unique_names(["a.pdf", "A.pdf", "a.pdf", "a (2).pdf", "b", "b"])

    assert len({name.lower() for name in names}) == 6
    assert names[0] == "a.pdf"
    assert names[-2:] == ["b", "b (2)"]
    assert all(name.endswith(".pdf") for name in names[:4])


def test_ten_thousand_equal_names_are_numbered_in_time():
    begun = time.process_time()

    assert len(set(unique_names(["x" * 116 + ".pdf"] * 10_000))) == 10_000
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("n", "size"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (84_211, "84 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_250_000, "1.2 MB"),
        (5_000_000_000, "5 GB"),
    ],
)
def test_sizes_are_readable(n, size):
    assert human_size(n) == size
