"""The hash of a letter's body for DKIM: what the library makes of the whole letter, in bounded memory."""

import hashlib
import time
import tracemalloc
from random import Random

import dkim
import pytest
from dkim.canonicalization import Relaxed, Simple

from requests_app.mail import signed_body
from requests_app.mail.signed_body import LONGEST_HEAD, body_hash, head_of

HEAD = b"From: foi@council.example\r\nSubject: Figures\r\n\r\n"
MIB = 1024 * 1024


@pytest.mark.parametrize(("relaxed", "library"), [(True, Relaxed), (False, Simple)])
def test_given_any_body_in_any_pieces_then_its_hash_is_the_library_s(relaxed, library):
    random = Random(1)
    parts = [b"\r\n", b"\n", b" ", b"\t", b"a", b"bc", b"\r", b"\r\n\r\n", b"  \r\n", b"\n\n"]
    for _body in range(3000):
        body = b"".join(random.choices(parts, k=random.randint(0, 14)))
        raw = HEAD + body + (b"\r\n" if body and not body.endswith(b"\n") else b"")
        size = random.choice([1, 2, 5, 100])

        made = body_hash(
            [raw[at : at + size] for at in range(0, len(raw), size)], algorithm=b"rsa-sha256", relaxed=relaxed
        )

        assert made == hashlib.sha256(library.canonicalize_body(dkim.rfc822_parse(raw)[1])).digest(), raw


@pytest.mark.parametrize("library", [Relaxed, Simple])
def test_given_lines_longer_than_what_is_held_then_the_hash_is_the_library_s(library, monkeypatch):
    monkeypatch.setattr(signed_body, "_AT_ONCE", 64)
    random = Random(2)
    parts = [b"x" * 70, b" " * 70, b"\t", b"\r", b"\r\n", b" ", b"y"]
    for _body in range(1000):
        body = b"".join(random.choices(parts, k=random.randint(1, 9))) + b"\r\n"

        made = body_hash([HEAD, body], algorithm=b"rsa-sha256", relaxed=library is Relaxed)

        assert made == hashlib.sha256(library.canonicalize_body(dkim.rfc822_parse(HEAD + body)[1])).digest()


def test_given_nothing_but_blanks_then_it_takes_no_longer_than_other_letters():
    begun = time.process_time()

    body_hash([HEAD, *[b" \t" * MIB] * 4, b"x\r\n"], algorithm=b"rsa-sha256", relaxed=True)

    assert time.process_time() - begun < 5


def test_given_an_algorithm_that_nobody_should_trust_then_there_is_no_hash():
    assert body_hash([HEAD], algorithm=b"rsa-sha1", relaxed=True) is None


def test_given_a_head_that_never_ends_then_there_is_none():
    assert head_of([b"X-Long: " + b"x" * LONGEST_HEAD, b"y"]) == b""
    assert head_of([HEAD[:20], HEAD[20:] + b"Text"]) == HEAD


@pytest.mark.parametrize("line", [b"x" * 76 + b"\r\n", b"\r\n", b"a\n", b" \n", b"x" * 1024, b" " * 1024])
def test_given_a_letter_of_ten_mebibytes_then_no_more_than_some_pieces_are_in_memory(line):
    piece = line * (MIB // len(line))

    def pieces():
        yield HEAD
        for _number in range(10):
            yield piece
        yield b"\r\nend\r\n"

    tracemalloc.start()
    try:
        assert body_hash(pieces(), algorithm=b"rsa-sha256", relaxed=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8 * MIB, f"{peak / MIB:.0f} MiB"
