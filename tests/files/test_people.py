"""What counts as a row about a person, and what does not."""

import pytest

from requests_app.files.people import personal_rows


@pytest.mark.parametrize(
    "row",
    [
        "Ottilie Marchbanks\tottilie@people.example",
        "Marchbanks, Ottilie\t07700 900123",
        "Mr Barnaby Thistlewood\t01632 960 123",
        "Mrs B Thistlewood\tEX1 1EX",
        "17\tQQ 12 34 56 C\tpaid",
    ],
)
def test_a_name_beside_something_of_its_own_counts(row):
    assert personal_rows([row]) == 1


@pytest.mark.parametrize(
    "row",
    [
        "Mill Lane\t2010\t120.50",
        "Ottilie Marchbanks\t2010",
        "Exampleton Road Services Ltd\tEX1 1EX\t01632 960123",
        "High Street\tEX1 1EX",
        "Acme Bakery\tEX1 1EX",
        "12/05/2010\t13/05/2010",
        "2010\t01632 960123 4567890",
        "",
    ],
)
def test_what_is_about_places_and_firms_does_not(row):
    assert personal_rows([row]) == 0


def test_a_column_says_whose_names_and_dates_stand_below_it():
    rows = ["Staff list", "Surname\tDOB\tGrade", "MARCHBANKS\t17/05/1971\t4", "THISTLEWOOD\t1980-01-02\t5", "\t\t"]

    assert personal_rows(rows) == 2


def test_a_column_of_firms_says_so_too():
    assert personal_rows(["Company name\tPostcode", "Marchbanks Thistlewood\tEX1 1EX"]) == 0


def test_a_postcode_counts_under_a_column_of_names():
    assert personal_rows(["Name\tPostcode", "O MARCHBANKS\tEX1 1EX"]) == 1
