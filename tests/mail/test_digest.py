"""The same letter however it was encoded on the way; another letter however alike."""

import base64
import quopri

import pytest

from requests_app.mail.digest import LetterDigest

HEAD = (
    b"From: Info <foi@council.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@council.example>\r\n"
)
TEXT = "Mae'r wybodaeth ynghlwm – â chyfarchion.\r\n\r\n.dot\r\n".encode()


def _digest(raw: bytes, size: int = 10_000) -> LetterDigest:
    digest = LetterDigest()
    for start in range(0, len(raw), size):
        digest.feed(raw[start : start + size])
    return digest


def _plain(coding: str, body: bytes, head: bytes = HEAD) -> bytes:
    return (
        head + f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode() + body
    )


def _parted(boundary: bytes, *parts: bytes) -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    kind = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\npreamble\r\n'
    return HEAD + kind + body + b"--" + boundary + b"--\r\nepilogue\r\n"


@pytest.mark.parametrize("size", [1, 3, 77, 4096])
def test_given_any_size_of_pieces_then_the_digest_is_the_same(size):
    raw = _parted(b"b1", b"Content-Type: text/plain\r\n\r\nhello", b"Content-Type: a/b\r\n\r\n" + b"z" * 200_000)

    assert _digest(raw, size).hexdigest() == _digest(raw).hexdigest()


def test_given_another_encoding_line_ends_and_stations_then_it_is_the_same_letter():
    codings = [
        _plain("8bit", TEXT),
        _plain("8bit", TEXT.replace(b"\r\n", b"\n")),
        _plain("base64", base64.encodebytes(TEXT)),
        _plain("quoted-printable", quopri.encodestring(TEXT.replace(b"\r\n", b"\n"))),
        b"Received: by relay.example\r\nX-Seen: yes\r\n" + _plain("8bit", TEXT + b"\r\n\r\n"),
    ]

    assert len({_digest(raw).hexdigest() for raw in codings}) == 1


def test_given_another_boundary_then_it_is_the_same_letter():
    part = b"Content-Type: text/plain\r\n\r\nhello\r\n"

    assert _digest(_parted(b"one", part)).hexdigest() == _digest(_parted(b"two", part)).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        _plain("8bit", TEXT + b"x"),
        _plain("8bit", TEXT, HEAD.replace(b"foi@", b"info@")),
        _plain("8bit", TEXT, HEAD.replace(b"Subject: ", b"Subject: Re: ")),
        _plain("8bit", TEXT, HEAD + b"Date: Thu, 23 Jun 2011 10:00:00 +0100\r\n"),
        _plain("base64", TEXT),
        b"",
    ],
    ids=["text", "sender", "subject", "date", "not decoded", "nothing"],
)
def test_given_something_that_a_person_would_notice_then_it_is_another_letter(other):
    assert _digest(other).hexdigest() != _digest(_plain("8bit", TEXT)).hexdigest()


def test_given_a_changed_file_in_a_letter_within_the_letter_then_it_is_another_letter():
    def forwarded(text: bytes) -> bytes:
        inner = b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: text/plain\r\n\r\n" + text
        return _parted(b"b", inner)

    assert _digest(forwarded(b"one")).hexdigest() != _digest(forwarded(b"two")).hexdigest()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"Message-ID: <a@b.example>\r\n", "a@b.example"),
        (b"message-id:\r\n <folded@b.example>\r\n", "folded@b.example"),
        (b"Message-ID: none\r\n", ""),
        (b"", ""),
    ],
)
def test_which_identifier_is_found(line, found):
    digest = _digest(line + b"Subject: x\r\n\r\nMessage-ID: <in.body@b.example>\r\n")
    digest.hexdigest()

    assert digest.message_id == found


def test_given_broken_structure_then_it_still_has_a_digest():
    for raw in (
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n--\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!=\r\nA",
        b"\0\0\0" * 50_000,
        b"no colon anywhere",
    ):
        assert len(_digest(raw).hexdigest()) == 64


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"Only words.\r\n", b""),
        (b"Only words.\r\n", b"Other words.\r\n"),
        (b"Note: one\r\n", b"Note: two\r\n"),
        (b"Subject: x\r\nwords\r\n\r\n", b"Subject: x\r\n\r\n"),
        (
            b"Message-ID: <1@x>\r\nSubject: x\r\nno field one\r\n",
            b"Message-ID: <1@x>\r\nSubject: x\r\nno field two\r\n",
        ),
        (b"A: " + b"x" * 200_000 + b"one\r\n", b"A: " + b"x" * 200_000 + b"two\r\n"),
        (b"Subject: x\rone" * 20_000, b"Subject: x\rone" * 20_000 + b"\rtwo"),
    ],
)
def test_given_words_where_a_header_should_be_then_they_tell_letters_apart(one, other):
    assert _digest(one).hexdigest() != _digest(other).hexdigest()


def test_given_no_identifier_and_other_stations_then_it_is_the_same_letter():
    raw = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nText\r\n"

    assert _digest(raw).hexdigest() == _digest(b"Received: from x\r\nX-Spam: no\r\n" + raw).hexdigest()
    assert _digest(raw).hexdigest() == _digest(b"From a@b.example Thu Jun 23 10:00:00 2011\r\n" + raw).hexdigest()


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_given_a_plain_letter_then_it_is_known_by_the_digest_that_was_stored_before(size):
    body = b"One\r\n\r\n--no boundary\r\nContent-Type: text/html\r\n\r\nTwo\rthree\nfour \n" + b"x" * 70_000 + b"\n\n\n"

    made = _digest(HEAD + b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n" + body, size)

    assert made.hexdigest() == "2a37b6308be0214e41b08dd3348ec2b717b8dd09c497c1b30907973aad347daf"
    assert made.message_id == "1@council.example"
