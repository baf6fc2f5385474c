"""Until when letters are taken on a thread on which nobody writes."""

from datetime import date

import pytest

from requests_app.publishing.quiet import Quiet, Taken, months_after


@pytest.mark.parametrize(
    ("today", "taken"),
    [
        (date(2026, 11, 14), Taken.ASKING),
        (date(2027, 5, 14), Taken.ASKING),
        (date(2027, 5, 15), Taken.KNOWN),
        (date(2028, 11, 14), Taken.KNOWN),
        (date(2028, 11, 15), Taken.NOBODY),
        (date(2040, 1, 1), Taken.NOBODY),
        (date(2026, 1, 1), Taken.ASKING),  # a letter that waited while a later one was filed
    ],
)
def test_given_a_last_letter_when_days_pass_then_fewer_are_taken(today, taken):
    quiet = Quiet(date(2026, 11, 14))

    assert (quiet.strangers_until, quiet.anybody_until) == (date(2027, 5, 14), date(2028, 11, 14))
    assert quiet.taken(today) == taken


def test_given_a_month_without_that_day_when_counted_then_its_last_day_is_meant():
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2028, 2, 29), 24) == date(2030, 2, 28)
    assert months_after(date(2026, 12, 1), 24) == date(2028, 12, 1)
    assert months_after(date(2026, 6, 30), 6) == date(2026, 12, 30)
