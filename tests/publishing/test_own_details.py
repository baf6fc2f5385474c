import time

import pytest

from requests_app.publishing.own_details import OwnDetails, own_details
from requests_app.publishing.redaction import mask

LETTER = "Dear Council,\n\nIs 4 Mill Lane, EX9 9ZZ empty? Ring 01632 960000.\n\nYours faithfully,\n\nA. Person\n"


@pytest.mark.parametrize(
    ("under", "addresses", "telephones"),
    [
        ("12 High Street\nExampleton\nEX1 2AB", ("12 High Street", "EX1 2AB"), ()),
        ("Flat 3, 12a Mill-Lane, Exampleton ex12ab", ("12a Mill-Lane", "EX1 2AB"), ()),
        ("Tel: 020 7946 0123", (), ("020 7946 0123",)),
        ("12 High Street", (), ()),  # without a postcode it may be anything, such as "20 working days"
        ("> 12 High Street\n> EX1 2AB", (), ()),
        ("", (), ()),
    ],
)
def test_a_home_is_what_stands_under_the_name_with_a_postcode(under, addresses, telephones):
    assert own_details([LETTER + under]) == OwnDetails(addresses, telephones)


def test_what_stands_in_the_letter_itself_is_no_home():
    assert not own_details([LETTER])
    assert not own_details(["No sign-off.\n12 High Street\nEX1 2AB"])


def test_they_are_masked_however_they_are_set():
    own = own_details([LETTER + "12 High Street\nEX1 2AB\n01632 960123"])

    masked = mask("12 HIGH\n> Street ex12ab, EX1\u00a02AB, +44 (0)1632 960123, 01632-960-123", own=own)

    assert masked == "[address] [address], [address], [telephone number], [telephone number]"
    assert mask("112 High Street, EX1 2AC, 01632 9601234", own=own) == "112 High Street, EX1 2AC, 01632 9601234"


@pytest.mark.parametrize("piece", ["Yours sincerely\n", "1 a ", "EX1 ", "01632 ", "\n12 High"])
def test_time_grows_with_the_length_only(piece):
    text = LETTER + piece * (100_000 // len(piece))
    begun = time.process_time()

    mask(text, own=own_details([text]))

    assert time.process_time() - begun < 10
