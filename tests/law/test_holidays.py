"""The table of bank holidays: against the statute's odd days, and against an independent package."""

from datetime import date

import holidays as independent
import pytest

from requests_app.law.holidays import PARTS, BankHoliday, HolidayTable, read_rows, shipped_table

ALL = frozenset(PARTS)
NEVER_PROCLAIMED = {date(2010, 1, 4), date(2011, 1, 4)}
SUBDIVISIONS = {"england_wales": ("ENG", "WLS"), "scotland": ("SCT",), "northern_ireland": ("NIR",)}


def table(*days: BankHoliday, **ends) -> HolidayTable:
    return HolidayTable(frozenset(days), **({"ends_on": date(2011, 12, 31)} | ends))


def holiday(on: date, *parts: str, name: str = "A day") -> BankHoliday:
    return BankHoliday(on, frozenset(parts or PARTS), name)


@pytest.mark.parametrize("part", PARTS)
def test_given_an_independent_package_when_weekdays_are_compared_then_each_part_agrees(part):
    theirs = {
        day
        for subdivision in SUBDIVISIONS[part]
        for day in independent.country_holidays("GB", subdiv=subdivision, years=range(2007, 2029))
        if day.weekday() < 5
    }

    ours = {day.on for day in shipped_table().days if part in day.parts}

    assert theirs - ours == (NEVER_PROCLAIMED if part == "scotland" else set())
    assert ours - theirs == set()


@pytest.mark.parametrize(
    ("calendar", "subdivisions"), [("any_part", ("ENG", "WLS", "SCT", "NIR")), ("scotland", ("SCT",))]
)
def test_given_an_independent_package_when_years_are_compared_then_both_calendars_are_their_unions(
    calendar, subdivisions
):
    for year in range(2007, 2029):
        theirs = {
            day
            for subdivision in subdivisions
            for day in independent.country_holidays("GB", subdiv=subdivision, years=year)
            if day.weekday() < 5
        }

        ours = {day for day in shipped_table().calendar(calendar) if day.year == year}

        assert ours == theirs - NEVER_PROCLAIMED, year


def test_given_the_shipped_table_when_read_then_its_ends_and_size_are_known():
    shipped = shipped_table()

    assert (shipped.first_on, shipped.ends_on) == (date(2007, 1, 1), date(2028, 12, 31))
    assert len(shipped.any_part) == 290
    assert shipped_table() is shipped


@pytest.mark.parametrize(
    ("on", "any_part", "scotland"),
    [
        (date(2011, 7, 12), True, False),  # Northern Ireland only
        (date(2026, 6, 15), True, True),  # proclaimed for Scotland in 2026
        (date(2025, 4, 21), True, False),  # Easter Monday is worked in Scotland
        (date(2025, 8, 25), True, False),
        (date(2020, 5, 4), False, False),  # moved to 8 May by proclamation
        (date(2022, 5, 30), False, False),  # moved to 2 June by proclamation
        (date(2011, 1, 4), False, False),  # listed by many, proclaimed by nobody
    ],
)
def test_given_a_disputed_day_when_looked_up_then_each_calendar_has_it_or_not(on, any_part, scotland):
    assert (on in shipped_table().calendar("any_part")) is any_part
    assert (on in shipped_table().calendar("scotland")) is scotland


def test_given_a_calendar_nobody_has_when_asked_for_then_it_is_a_mistake():
    with pytest.raises(KeyError):
        shipped_table().calendar("wales")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (ALL, "bank holiday: A day"),
        ({"northern_ireland"}, "bank holiday in Northern Ireland: A day"),
        ({"scotland"}, "bank holiday in Scotland: A day"),
        ({"england_wales"}, "bank holiday in England and Wales: A day"),
        ({"england_wales", "northern_ireland"}, "bank holiday in England, Wales and Northern Ireland: A day"),
        ({"england_wales", "scotland"}, "bank holiday in England, Wales and Scotland: A day"),
        ({"scotland", "northern_ireland"}, "bank holiday in Scotland and Northern Ireland: A day"),
    ],
)
def test_given_some_parts_when_a_day_is_named_then_the_parts_are_said_unless_all(parts, words):
    on = date(2011, 6, 1)

    assert table(holiday(on, *parts)).name_on(on) == words


def test_given_two_names_for_one_day_when_named_then_both_are_said_in_a_fixed_order():
    on = date(2011, 6, 1)
    north, south = holiday(on, "scotland", name="North"), holiday(on, "england_wales", name="South")

    said = "bank holiday in England and Wales: South; bank holiday in Scotland: North"

    assert table(north, south).name_on(on) == said
    assert table(north, south).on(on) == (south, north)


def test_given_one_part_with_two_names_when_named_then_the_names_are_in_order():
    on = date(2011, 6, 1)
    names = [holiday(on, "scotland", name=name) for name in "ECADB"]

    assert [day.name for day in table(*names).on(on)] == list("ABCDE")


def test_given_an_ordinary_day_when_named_then_there_is_no_name():
    assert shipped_table().name_on(date(2011, 6, 16)) is None
    assert shipped_table().on(date(2011, 6, 16)) == ()


def test_given_a_day_of_the_shipped_table_when_named_then_the_name_is_the_publics():
    assert shipped_table().name_on(date(2011, 7, 12)) == "bank holiday in Northern Ireland: Battle of the Boyne"


@pytest.mark.parametrize("parts", [set(), {"cornwall"}, {"scotland", "cornwall"}])
def test_given_no_or_unknown_parts_when_a_holiday_is_made_then_it_is_refused(parts):
    with pytest.raises(
        ValueError, match=r"^2011-06-01: parts must be some of england_wales, scotland, northern_ireland\.$"
    ):
        BankHoliday(date(2011, 6, 1), frozenset(parts), "Fair")


def test_given_a_table_when_asked_what_it_covers_then_both_ends_are_inside():
    known = table(holiday(date(2011, 6, 1)), holiday(date(2010, 6, 1)))

    assert known.first_on == date(2010, 1, 1)
    assert known.covers(date(2010, 1, 1)) and not known.covers(date(2009, 12, 31))
    assert known.covers(date(2011, 12, 31)) and not known.covers(date(2012, 1, 1))


def test_given_a_stated_start_when_asked_what_it_covers_then_the_start_is_obeyed():
    known = table(holiday(date(2011, 6, 1)), starts_on=date(2011, 3, 1))

    assert known.covers(date(2011, 3, 1)) and not known.covers(date(2011, 2, 28))


@pytest.mark.parametrize("starts_on", [None, date(2011, 1, 1)])
def test_given_an_empty_table_when_asked_what_it_covers_then_nothing_is(starts_on):
    assert not table(starts_on=starts_on).covers(date(2011, 6, 1))


def test_given_rows_when_read_then_the_unproclaimed_are_left_out_and_the_end_is_the_years():
    lines = [
        "date,england_wales,scotland,northern_ireland,title,basis_ew_sct_ni,status",
        "2011-01-04,0,1,0,2nd January,-P-,not_proclaimed",
        "2011-01-03,1,1,1,New Year's Day,PSP,listed",
        "2012-08-06,0,1,0,Summer,-S-,listed",
    ]

    found = read_rows(lines)

    assert found.ends_on == date(2012, 12, 31)
    assert found.days == {
        BankHoliday(date(2011, 1, 3), ALL, "New Year's Day"),
        BankHoliday(date(2012, 8, 6), frozenset({"scotland"}), "Summer"),
    }
