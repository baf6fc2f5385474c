"""The Date header in the forms in which it comes."""

import pytest

from requests_app.mail.dates import read_date

FOUR = "2011-07-04T15:04:05"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 4 Jul 2011 15:04:05 +0100", f"{FOUR}+01:00"),
        ("Mon, 4 Jul 11 15:04:05 +0100", f"{FOUR}+01:00"),
        ("Tue, 04 Jul 2011 15:04:05 +0100 (GMT Daylight Time)", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 15:04:05 BST", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 15:04:05 EST", f"{FOUR}-05:00"),
        ("Mon, 04 Jul 2011 15:04:05", f"{FOUR}+00:00"),
        ("Mon Jul  4 15:04:05 2011", f"{FOUR}+00:00"),
        ("2011-07-04T15:04:05Z", f"{FOUR}+00:00"),
        ("2011-07-04 15:04:05 +0100", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 15:04:05 +01:00", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 15:04:05 GMT+1", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 15:04:05 UTC+01:00", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 03:04:05 PM +0100", f"{FOUR}+01:00"),
        ("Mon, 04 Jul 2011 12:04:05 AM +0100", "2011-07-04T00:04:05+01:00"),
        ("Mon, 04 Jul 2011 15:04:60 +0100", "2011-07-04T15:04:59+01:00"),
        ("lun., 4 juil. 2011 15:04:05 +0200", f"{FOUR}+02:00"),
        ("Mo, 4. Juli 2011 um 15:04:05 +0200", f"{FOUR}+02:00"),
        ("lun 4 de julio de 2011 15:04:05 +0200", f"{FOUR}+02:00"),
        ("pon., 4 lip 2011 15:04:05 +0200", f"{FOUR}+02:00"),
        ("Llun, 4 Gorff 2011 15:04:05 +0100", f"{FOUR}+01:00"),
        ("04/07/2011 15:04:05", f"{FOUR}+00:00"),
        ("July 4, 2011 3:04:05 PM", f"{FOUR}+00:00"),
        ("Mon, 04 Jul 0011", None),
        ("yesterday at 15:04", None),
        ("Mon, 44 Jul 2011 15:04:05 +0100", None),
        ("Mon, 04 Foo 2011 15:04:05 +0100", None),
        ("Mon, 04 Jul 2011 15:04:05 +9900", None),
    ],
)
def test_a_date_is_read(written, expected):
    date = read_date([written], notes := [])

    assert (date and date.isoformat()) == expected
    assert bool(notes) == (expected is None)


def test_a_second_header_is_read_where_the_first_is_none():
    assert read_date(["(none)", "Mon, 4 Jul 2011 15:04:05 +0100"], []).isoformat() == f"{FOUR}+01:00"
