"""The small readers that the reading of a letter is made of."""

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.mail import transfer, uuencoded
from requests_app.mail.body import Letter, words_of
from requests_app.mail.charsets import codec_for
from requests_app.mail.html_text import html_to_text
from requests_app.mail.invitations import summary
from requests_app.mail.names import file_name, made_up_name, numbered
from requests_app.mail.parameters import value_and_parameters
from requests_app.mail.parse import parse
from requests_app.mail.parts import source, tree
from requests_app.mail.signed import NotSigned, content_of
from requests_app.mail.web_links import unwrap_in, unwrapped


@pytest.mark.parametrize(
    ("raw", "value", "name"),
    [
        ('attachment; filename="a b.pdf"', "attachment", "a b.pdf"),
        ("Attachment;\n filename*=utf-8''T%C5%B7.pdf", "attachment", "Tŷ.pdf"),
        ("attachment; filename*1*=%20b.pdf; filename*0*=utf-8''a", "attachment", "a b.pdf"),
        ('attachment; filename*0="one "; filename*1="two.pdf"', "attachment", "one two.pdf"),
        ("attachment; filename=\"x.pdf\"; filename*=utf-8''y.pdf", "attachment", "y.pdf"),
        ("attachment; filename*=report%20x.pdf", "attachment", "report x.pdf"),
        ('attachment; filename="=?utf-8?Q?caf=C3=A9.pdf?="', "attachment", "café.pdf"),
        ('attachment; filename*0="=?utf-8?Q?caf"; filename*1="=C3=A9.pdf?="', "attachment", "café.pdf"),
        ('attachment; filename="caf\udce9.pdf"', "attachment", "café.pdf"),
        ("attachment; filename=Answer of July.pdf; size=3", "attachment", "Answer of July.pdf"),
        ('attachment; filename="never closed.pdf', "attachment", "never closed.pdf"),
        (r'attachment; filename="C:\temp\a.pdf"', "attachment", r"C:\temp\a.pdf"),
        ('attachment; filename="a; b.pdf"', "attachment", "a; b.pdf"),
        ('attachment; filename="100%25 of it.pdf"', "attachment", "100%25 of it.pdf"),
        ('attachment; filename="R&amp;D.pdf"', "attachment", "R&D.pdf"),
        ("inline (a comment); filename=a.pdf", "inline", "a.pdf"),
        ("", "", None),
    ],
)
def test_parameters_are_read_as_they_are_written(raw, value, name):
    found, parameters = value_and_parameters(raw)

    assert (found, parameters.get("filename")) == (value, name)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("../../etc/passwd",), "passwd"),
        (("C:\\Users\\jo\\a.pdf",), "a.pdf"),
        (("FOI 2011/77.pdf",), "FOI 2011-77.pdf"),
        (("a\u202efdp.exe",), "afdp.exe"),
        ((" .. ",), ""),
        (("FULLAN~1", "Full answer.pdf"), "Full answer.pdf"),
        (("T? M??r.pdf", "Tŷ Mawr.pdf"), "Tŷ Mawr.pdf"),
        (("first.pdf", "second.pdf"), "first.pdf"),
        (("x" * 400 + ".pdf",), "x" * 251 + ".pdf"),
    ],
)
def test_the_best_name_is_taken_and_made_safe(said, name):
    assert file_name(*said) == name


def test_a_file_without_a_name_gets_one_by_its_type_and_the_same_name_a_number():
    assert made_up_name("application/pdf", 2) == "attachment 2.pdf"
    assert made_up_name("image/png", 1) == "picture 1.png"
    assert made_up_name("message/rfc822", 1, "Damp 1/2") == "Damp 1-2.eml"
    assert numbered(["a.pdf", "A.PDF", "a.pdf"]) == ["a.pdf", "A (2).PDF", "a (3).pdf"]


@pytest.mark.parametrize(
    ("said", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ('"utf-8"; format=flowed', "utf-8"),
        ("charset=utf-8", "utf-8"),
        ("utf-8http-equivcontent-type", "utf-8"),
        ("x-unknown", ""),
        ("unknown-8bit", ""),
        ("GB2312", "gb18030"),
        ("windows1250", "cp1250"),
        ("ks_c_5601-1987", "cp949"),
        ("idna", ""),
        ("hex", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_names_of_character_sets_are_understood(said, codec):
    assert codec_for(said) == codec


@pytest.mark.parametrize(
    ("payload", "named", "content"),
    [
        ("aGVsbG8=", "base64", b"hello"),
        ("aGVs\nbG8", "Base-64", b"hello"),
        ("aGVs!bG8=", "base64", b"hello"),
        ("aGU=\nbGxv\n", "base64", b"hello"),
        ("aGVsbG8=\n\n-- \nScanned for viruses.\n", "base64", b"hello\n\n-- \nScanned for viruses.\n"),
        ("We never encoded this, did we?", "base64", b"We never encoded this, did we?"),
        ("caf=C3=A9 =\nno=\t\nw =ZZ", '"Quoted-Printable";', "café now =ZZ".encode()),
        ("a=3Db=\nc", "", b"a=bc"),
        ("1+1=2, x=y\n", "", b"1+1=2, x=y\n"),
        ("plain", "8bit", b"plain"),
        ("caf\udce9", "7bit", b"caf\xe9"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_they_were_done(payload, named, content):
    assert transfer.decode(payload, named, [], is_text=True) == content


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=5000), st.integers(1, 90))
def test_base64_in_lines_of_any_length_comes_out_as_it_went_in(content, width):
    coded = base64.b64encode(content).decode()
    lines = "\r\n".join(coded[i : i + width] for i in range(0, len(coded), width))

    assert transfer.base64_bytes(lines, []) == content


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=3000), st.booleans(), st.booleans())
def test_a_uuencoded_file_comes_out_as_it_went_in(content, backtick, stripped):
    lines = [binascii.b2a_uu(content[i : i + 45], backtick=backtick).decode()[:-1] for i in range(0, len(content), 45)]
    lines = [line.rstrip() for line in lines] if stripped else lines
    text = "\n".join(["Before", "begin 644 list of homes.csv", *lines, "`", "end", "After"])

    rest, (found,) = uuencoded.take_out(text)

    assert rest == "Before\nAfter"
    assert found == uuencoded.Found("list of homes.csv", content, True)


def test_a_sentence_that_begins_with_begin_stays():
    text = "We\nbegin 644 repairs in July\nand end them in May.\nend"

    assert uuencoded.take_out(text) == (text, [])


@pytest.mark.parametrize("der", [b"", b"0", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 5000, b"\x1f" * 50])
def test_what_is_no_signature_says_so(der):
    with pytest.raises(NotSigned):
        content_of(der)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_a_signature_that_raises_anything_else(der):
    prefix = bytes.fromhex("308006092a864886f70d010702a0803080020101310f300d06096086480165030402010500308006092a86")
    for each in (der, prefix + der):
        try:
            content_of(each)
        except NotSigned:
            pass


def test_an_invitation_over_days_and_an_escaped_text():
    calendar = (
        "BEGIN:VEVENT\nSUMMARY:Audit\\, part 2\nDTSTART;VALUE=DATE:20110704\nDTEND;VALUE=DATE:20110706\n"
        "LOCATION:Hall\nDESCRIPTION:Bring\\nall\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Second\nEND:VEVENT\n"
    )

    assert summary(calendar) == "Audit, part 2\n2011-07-04 – 2011-07-06\nHall\n\nBring\nall"
    assert summary("no calendar") == ""


@pytest.mark.parametrize(
    ("address", "inner"),
    [
        (
            "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fa%3Fb&data=05%7Cjo%40x",
            "https://x.example/a?b",
        ),
        ("https://urldefense.com/v3/__https://x.example/a__;!!k$", "https://x.example/a"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__x.example_a&d=D", "https://x.example/a"),
        ("https://eur02.safelinks.protection.outlook.com/?url=javascript%3Ax()", None),
        ("https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fx.example", None),
        ("http://[broken", None),
    ],
)
def test_detours_of_mail_filters_are_left_out(address, inner):
    assert unwrapped(address) == (inner or address)
    assert unwrap_in(f"see <{address}>.") == f"see <{inner or address}>."


def test_html_is_read_only_where_the_plain_text_is_a_stub():
    both = (
        "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n{}\n--a\n"
        "Content-Type: text/html\n\n<p>{}</p>\n--a--\n"
    )
    answer = "We hold two hundred and fourteen records of homes with damp. " * 3

    stub = Letter()
    assert words_of(tree(both.format("Your program cannot show this.", answer).encode()), stub)[0] == answer.strip()
    assert stub.notes == ["the plain text was only a stub: the HTML was read"]
    assert words_of(tree(both.format(answer, answer + "x").encode()), Letter())[0] == answer.rstrip("\n")


def test_a_text_that_nobody_can_read_on_a_page_is_cut_and_kept_whole_beside_it():
    parsed = parse(b"From: jo@x.example\nContent-Type: text/plain\n\n" + b"Words of a long letter.\n" * 60_000)

    assert len(parsed.text) < 1_000_010
    assert parsed.text.endswith("\n[…]")
    (whole,) = parsed.attachments
    assert (whole.name, whole.content_type, whole.size) == ("letter.txt", "text/plain", 24 * 60_000 - 1)
    assert any("the text was cut" in note for note in parsed.notes)


def test_html_may_name_its_own_character_set():
    page = "<meta http-equiv=Content-Type content='text/html; charset=windows-1250'><p>Żółć, ľ".encode("cp1250")

    assert words_of(tree(b"Content-Type: text/html\n\n" + page), Letter())[0] == "Żółć, ľ"


def test_a_text_signed_within_itself_loses_the_armour_only():
    armoured = (
        "Before\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDear Ms R,\n\n- -- \nWe hold none.\n"
        "-----BEGIN PGP SIGNATURE-----\nVersion: x\n\niQEc\n=abc\n-----END PGP SIGNATURE-----\n\nBehind\n"
    )
    letter = Letter()

    text, _ = words_of(tree(b"Content-Type: text/plain\n\n" + armoured.encode()), letter)

    assert text == "Before\n\nDear Ms R,\n\n-- \nWe hold none.\n\nBehind"
    assert letter.signed == ["PGP"]


@pytest.mark.parametrize("junk", ["\x0b", "\x0c", "\udcff", "é", "-"])
def test_no_junk_among_base64_makes_it_fail(junk):
    assert transfer.base64_bytes(f"aGV{junk}sbG8=", []).startswith(b"he")


def test_the_source_of_an_enclosed_letter_is_as_it_came():
    raw = (
        b"Subject: a long header that goes on for more than seventy-eight letters and is not folded anew by anyone\n"
        b"From: caf\xe9 <a@x.example>\nContent-Type: multipart/mixed; boundary=b\n\nPreamble\n--b\n"
        b"Content-Type: text/plain\n\none\n--b\n\ntwo\xff\n--b--\nepilogue\n"
    )

    assert source(tree(raw)) == raw


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("This footer is all that the plain part holds. " * 20, "<style>p{}</style>" + "<p>The whole answer. " * 300),
        ("<p>Dear</p><p>Ms R</p><div>We <b>hold</b></div><p>none</p>", "<p>Dear Ms R</p><p>We hold none</p>"),
    ],
)
def test_a_plain_text_that_is_a_footer_or_markup_is_not_preferred(plain, html):
    raw = (
        f"Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n{plain}\n--a\n"
        f"Content-Type: text/html\n\n{html}\n--a--\n"
    )

    text, _ = words_of(tree(raw.encode()), Letter())

    assert text == html_to_text(html)


def test_a_text_of_forty_megabytes_is_read_as_far_as_anybody_reads():
    parsed = parse(b"From: jo@x.example\nContent-Type: text/plain\n\n" + "Words – of a letter.\n".encode() * 1_700_000)

    assert len(parsed.text) < 1_000_010
    assert [(one.name, one.size) for one in parsed.attachments] == [("letter.txt", 23 * 1_700_000)]


def test_dates_of_another_form_and_a_folded_identifier_are_read():
    parsed = parse(b"Date: 2011-07-04T15:04:05+01:00\nMessage-ID: <abc\n def@x.example>\n\nx\n")

    assert parsed.date.isoformat() == "2011-07-04T15:04:05+01:00"
    assert parsed.message_id == "abcdef@x.example"


@pytest.mark.parametrize("disposition", ["attachment", 'inline; filename="letter.txt"'])
def test_a_letter_that_was_made_a_file_is_read_and_stays_a_file(disposition):
    raw = f"Content-Type: text/plain\nContent-Disposition: {disposition}\n\nDear Ms R,\n\nWe hold none.\n"

    parsed = parse(raw.encode())

    assert parsed.text == "Dear Ms R,\n\nWe hold none."
    assert len(parsed.attachments) == 1


def test_a_text_that_is_attached_by_its_name_is_a_file_and_no_letter():
    raw = 'Content-Type: text/plain\nContent-Disposition: attachment; filename="list.txt"\n\nNorth, 12\n'

    parsed = parse(raw.encode())

    assert parsed.text == ""
    assert [one.name for one in parsed.attachments] == ["list.txt"]


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ("<!DOCTYPE html>\n<html><body><p>Dear</p></body></html>", "Dear"),
        ("<div>Dear Ms R</div><div>We hold <b>214</b></div>", "Dear Ms R\nWe hold 214"),
        ("<p> is a tag that we do not use.", "<p> is a tag that we do not use."),
        ("Tom &amp; Jerry pay &pound;5 &#8211; each", "Tom & Jerry pay £5 – each"),
        ("We write &amp; for & in HTML", "We write &amp; for & in HTML"),
    ],
)
def test_a_plain_text_that_is_html_is_read_as_such(plain, text):
    assert words_of(tree(f"Content-Type: text/plain\n\n{plain}\n".encode()), Letter())[0] == text
