from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests_app.mail.classify import classify
from requests_app.mail.decoding import decode_addresses, decode_bytes, decode_header_text
from requests_app.mail.flowed import unflow
from requests_app.mail.parse import parse

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
LETTERS = [path.read_bytes() for path in sorted(CORPUS.rglob("*.eml"))]


def letter(headers: str = "", body: str = "", content_type: str = "text/plain; charset=utf-8") -> bytes:
    return f"From: Jo <jo@borough.example>\n{headers}Content-Type: {content_type}\n\n{body}".encode()


def test_a_pdf_comes_out_as_it_went_in():
    parsed = parse((CORPUS / "mixed_with_pdf.eml").read_bytes())

    (pdf,) = parsed.attachments
    assert pdf.content.startswith(b"%PDF-1.4")
    assert pdf.content.rstrip().endswith(b"%%EOF")
    assert pdf.size == len(pdf.content)


def test_a_letter_in_a_letter_is_kept_whole_with_its_own_files():
    parsed = parse((CORPUS / "nested_letter.eml").read_bytes())

    inner = parse(parsed.attachments[0].content)
    assert inner.from_address == "sam@survey.example"
    assert [one.name for one in inner.attachments] == ["homes.csv"]


def test_recipients_from_every_header_that_names_them():
    parsed = parse(
        letter(
            "Delivered-To: a@reply.example\nX-Original-To: b@reply.example\n"
            "Envelope-To: a@reply.example\nCc: c@x.example\n"
        )
    )

    assert parsed.delivered_to == ("a@reply.example", "b@reply.example")
    assert parsed.cc == ("c@x.example",)


def test_a_date_without_a_zone_is_utc_and_one_with_a_zone_keeps_it():
    assert parse(letter("Date: Mon, 4 Jul 2011 10:00:00 -0000\n")).date.tzinfo == UTC
    for zone in ("+0100", "BST", "+0100 (GMT Daylight Time)", "BST (summer)"):
        assert parse(letter(f"Date: Mon, 4 Jul 2011 10:00:00 {zone}\n")).date.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("date", ["", "soon", "Mon, 99 Jul 2011 10:00:00 +0100", "Mon, 4 Jul 0000 00:00:00 +2399"])
def test_a_date_that_cannot_be_is_none(date):
    parsed = parse(letter(f"Date: {date}\n"))

    assert parsed.date is None
    assert "the date cannot be read" in parsed.notes


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("£5 – “ok”".encode("cp1252"), "iso-8859-1", "£5 – “ok”"),
        ("£5 – “ok”".encode(), "us-ascii", "£5 – “ok”"),
        ("tŷ".encode(), "windows-1252", "tŷ"),
        ("tŷ".encode("utf-16"), "utf-16", "tŷ"),
        ("\ufefftŷ".encode(), None, "tŷ"),
        (b"\xa35", "utf-8", "£5"),
        (b"\xa35", None, "£5"),
        (b"caf\xe9 \x80 5", "x-unknown", "café € 5"),
        ("Żółć".encode("iso-8859-2"), "iso-8859-2", "Żółć"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本"),
        (b"a\r\nb\rc\x00", "us-ascii", "a\nb\nc"),
        ("日本".encode("iso-2022-jp"), "utf-8", "日本"),
        ("tŷ mawr".encode("utf-16-le"), "utf-16", "tŷ mawr"),
        ("中文信息公开申请".encode("gb18030"), "gb2312", "中文信息公开申请"),
        ("中文信息公开申请".encode("gb18030"), None, "中文信息公开申请"),
        ("中文信息公开申请".encode("gb18030"), "iso-8859-1", "中文信息公开申请"),
        ("中文".encode(), "gb2312", "中文"),
        ("£5 paid".encode(), "gb2312", "£5 paid"),
        ("Pay £5 “now”".encode("utf-7"), "unicode-1-1-utf-7", "Pay £5 “now”"),
        ("中文 abc".encode("hz"), "hz-gb-2312", "中文 abc"),
        ("中文 abc".encode("hz"), None, "中文 abc"),
        ("Это ответ на ваш запрос".encode("cp1251"), "us-ascii", "Это ответ на ваш запрос"),
        ("こんにちは、お返事".encode("cp932"), None, "こんにちは、お返事"),
        ("Don’t pay £5, café".encode().decode("cp1252").encode(), "utf-8", "Don’t pay £5, café"),
        ("Don’t".encode("cp1252").decode("latin-1").encode(), "utf-8", "Don’t"),
        ("Dear — £5".encode() + b" \xa37 \x96", "utf-8", "Dear — £5 £7 –"),
        ("x tŷ".encode()[:-1], "utf-8", "x t"),
        ("ŷ £".encode(), '"utf-8;"', "ŷ £"),
        (b"\xa3 5", 'windows1252"http-equiv', "£ 5"),
        (b"\xa3", "unknown-8bit", "£"),
        (b"nul", "rot13", "nul"),
        (b"a\xe9", "punycode", "aé"),
    ],
)
def test_bytes_are_read_in_the_character_set_that_they_are_in(content, declared, text):
    assert decode_bytes(content, declared)[0] == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?Q?T=C5=B7?= =?utf-8?Q?_mawr?=", "Tŷ mawr"),
        ('"=?utf-8?B?VMW3?="', "Tŷ"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?B?4pyT4p?=\n =?utf-8?B?yT?=", "✓✓"),
        ("=?utf-8?Q?caf=C3?= =?utf-8?B?qQ==?=", "café"),
        ("Re:=?utf-8?Q?caf=C3=A9?=now", "Re:cafénow"),
        ("=?utf-8?Q?Hello world?=", "Hello world"),
        ("=?utf-8?Q?What?_now?=", "What? now"),
        ("=?utf-8*en?Q?x?=", "x"),
        ("=??Q?abc=A3?=", "abc£"),
        ("=?UTF-8?B?SGVsbG8gd29ybGQ?=", "Hello world"),
        ("=?iso-8859-1?q?caf=E9?= =?utf-8?q?_t=C5=B7?=", "café tŷ"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("caf\udce9", "café"),
        ("plain\n folded", "plain folded"),
        ("=?iso-8859-1?Q?=A35?=", "£5"),
        ("a\u202eb", "ab"),
    ],
)
def test_headers_are_decoded(raw, text):
    assert decode_header_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Jo Bloggs <jo@x.example>", [("Jo Bloggs", "jo@x.example")]),
        ('"Bloggs, Jo" <jo@x.example>, b@x.example', [("Bloggs, Jo", "jo@x.example"), ("", "b@x.example")]),
        ("=?utf-8?Q?Si=C3=A2n?= <s@x.example>", [("Siân", "s@x.example")]),
        ("Bloggs, Jo <jo@x.example>", [("Bloggs, Jo", "jo@x.example")]),
        ("=?utf-8?Q?Bloggs=2C_Jo?= <jo@x.example>", [("Bloggs, Jo", "jo@x.example")]),
        ("\"'Jo'\" <jo@x.example>", [("Jo", "jo@x.example")]),
        ("jo@x.example <jo@x.example>", [("jo@x.example", "jo@x.example")]),
        ("Jo [mailto:jo@x.example]", [("Jo", "jo@x.example")]),
        ("A <a@x.example>; B <b@x.example>", [("A", "a@x.example"), ("B", "b@x.example")]),
        ("<jo@x.example", [("", "jo@x.example")]),
        ("Jo \udce9 <jo@x.example>", [("Jo é", "jo@x.example")]),
        ("undisclosed-recipients:;", []),
        ("nobody", []),
    ],
)
def test_addresses_are_read(raw, expected):
    assert decode_addresses([raw]) == expected


def test_soft_breaks_are_joined_and_quotation_depth_is_kept():
    assert unflow("a \nb\n> c \n> d\n>> e \n> f") == "a b\n> c d\n>> e \n> f"
    assert unflow("long \nword", delete_space=True) == "longword"


def test_what_is_hidden_in_html_is_not_read():
    html = '<p>Seen</p><p style="display: none">Hidden <b>too</b></p><script>bad()</script><p>Seen again</p>'

    assert parse(letter(body=html, content_type="text/html")).text == "Seen\n\nSeen again"


def test_an_html_link_keeps_its_words_and_its_address_stands_below():
    html = '<p><a href="https://x.example/a">here</a>, <a href="https://x.example/">https://x.example</a></p>'

    assert parse(letter(body=html, content_type="text/html")).text == (
        "here [1], https://x.example\n\n[1] https://x.example/a"
    )


def test_deep_nesting_ends_in_a_note_not_an_error():
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(1500))

    parsed = parse(f"From: jo@x.example\nSubject: deep\n{parts}Content-Type: text/plain\n\nend\n".encode())

    assert parsed.from_address == "jo@x.example"
    assert parsed.notes


def test_a_letter_of_ten_thousand_parts_is_cut_with_a_note():
    body = "--b\nContent-Type: application/x-a\n\nx\n" * 10_000

    parsed = parse(letter(body=body + "--b--\n", content_type='multipart/mixed; boundary="b"'))

    assert 0 < len(parsed.attachments) <= 2000
    assert any("rest was left out" in note for note in parsed.notes)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_parse_never_raises_on_mutated_letters(data):
    raw = bytearray(data.draw(st.sampled_from(LETTERS)))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 40))
        raw[at : at + cut] = data.draw(
            st.one_of(st.binary(max_size=40), st.sampled_from([b"\r\n\r\n", b"=?", b"--b\n", b"\x00"]))
        )

    parsed = parse(bytes(raw))

    classify(parsed)
    for text in (parsed.text, parsed.subject, parsed.from_name, *parsed.to, *(a.name for a in parsed.attachments)):
        assert "\x00" not in text
        text.encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_parse_never_raises_on_any_bytes(raw):
    parse(raw)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"a@b " * 100_000 + b"\n\nx",
        b"To: " + b"(" * 100_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?Q?a?= " * 20_000 + b"\n\nx",
        b"Content-Type: text/plain" + b";a=b" * 100_000 + b"\n\nx",
        b"Content-Type: text/plain; format=flowed\n\n" + b"aaaa \n" * 200_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\na\n" * 50_000,
        b"Content-Type: text/html\n\n" + b"<a href='" * 100_000,
        b"Return-Path: <>\nSubject: failure notice\n\n" + b"--copy " * 150_000,
    ],
    ids=["addresses", "brackets", "encoded words", "parameters", "soft breaks", "parts", "tags", "copies"],
)
def test_a_letter_made_to_take_long_is_read_in_time(raw):
    classify(parse(raw))


def test_given_orders_to_a_terminal_and_a_nul_then_nothing_of_them_is_left():
    letter = parse(b"From: a@b.example\r\n\r\nRing \x1b[2J\x1b[31;1m07700 900123\x00 today.\r\n")

    assert letter.text.strip() == "Ring 07700 900123 today."


@pytest.mark.parametrize("name", ["mixed_with_pdf", "alternative", "base64_utf8"])
def test_given_line_breaks_that_were_doubled_on_the_way_then_the_letter_reads_as_it_was_sent(name):
    sent = (CORPUS / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    came = parse(b"Return-Path: <foi@borough.example>\r\n" + sent.replace(b"\r\n", b"\r\r\n"))

    assert (came.text, came.attachments, came.subject) == (
        parse(sent).text,
        parse(sent).attachments,
        parse(sent).subject,
    )


def test_given_bytes_that_are_no_text_in_identifiers_then_they_can_be_stored_and_looked_up():
    heads = b"Message-ID: <\xef1@b>\nReferences: <\xef2@b.example> <3@b>\nIn-Reply-To: <\xef4@b>\n"
    raw = b"From: foi@b.example\n" + heads + b"\nx"

    read = parse(raw)

    for one in (read.message_id, read.in_reply_to, *read.references):
        assert one.encode()
    assert len(read.references) == 2


def test_given_the_head_of_another_letter_in_the_words_then_its_encoded_words_are_read():
    head = "Subject: =?utf-8?Q?Y_ffigyrau_?=\n =?utf-8?B?YcyAJ3IgdMO0?=\nFrom: =?iso-8859-1?q?jo=40b=2Eexample?=\n"

    text = parse(letter(body=f"It came back:\n\n{head}\nIs x=?y in =?utf-8?Q?? or ?= so?")).text

    assert "Subject: Y ffigyrau a\u0300'r tô\nFrom: jo@b.example\n" in text
    assert text.endswith("Is x=?y in =?utf-8?Q?? or ?= so?")
