"""The end of a letter and its transparency dots, however the wire cuts it into pieces. RFC 5321 4.1.1.4, 4.5.2."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.doors.lmtp_content import IN_MEMORY, Content

# Dots and line ends in every order, among other bytes.
BITS = st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"..", b"a", b"\xff" * 5]), max_size=30).map(b"".join)


def stuffed(letter: bytes) -> bytes:
    """What a sender makes of a letter that ends with a line end: each line's first dot twice, then the end."""
    lines = letter.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n"


def whole(content: Content) -> bytes:
    raw = content.raw()
    return raw if isinstance(raw, bytes) else b"".join(raw)


@settings(max_examples=300, deadline=None)
@given(letter=BITS, cuts=st.lists(st.integers(1, 7), min_size=1), behind=st.sampled_from([b"", b"QUIT\r\n", b".\r\n"]))
def test_given_any_bytes_in_any_pieces_then_the_letter_is_what_was_sent_and_what_follows_is_not_lost(
    letter, cuts, behind
):
    letter += b"\r\n"
    wire = stuffed(letter) + behind
    content, at, rest, number = Content(most=10_000), 0, None, 0
    while rest is None:
        step = cuts[number % len(cuts)]
        rest, at, number = content.feed(wire[at : at + step]), at + step, number + 1

    assert whole(content) == letter
    assert rest + wire[at:] == behind
    assert content.size == len(letter)


def test_given_an_empty_letter_then_its_end_is_the_first_line():
    content = Content(most=100)

    assert content.feed(b".\r\nRSET\r\n") == b"RSET\r\n"
    assert whole(content) == b""


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
def test_given_an_end_with_bare_line_ends_then_it_ends_nothing(end):
    content = Content(most=1000)

    assert content.feed(b"one" + end + b"MAIL FROM:<a@b.example>\r\n") is None


def test_given_a_long_letter_then_it_waits_in_a_file_and_comes_in_pieces():
    content, line = Content(most=10 * IN_MEMORY), b".." + b"y" * 1000 + b"\r\n"
    for _number in range(3 * IN_MEMORY // len(line)):
        assert content.feed(line) is None
    assert content.feed(b".\r\n") == b""

    pieces = list(content.raw())

    assert len(pieces) > 1 and max(map(len, pieces)) <= IN_MEMORY
    assert b"".join(pieces) == line[1:] * (3 * IN_MEMORY // len(line))


def test_given_more_than_is_taken_then_it_is_counted_and_not_kept():
    content = Content(most=100)
    content.feed(b"z" * 90)
    content.feed(b"z" * 90)

    assert (content.is_too_big, content.size, whole(content)) == (True, 180, b"")
