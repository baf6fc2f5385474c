"""The list of bank holidays: a version at a time, nothing rewritten, and no year counted that is not complete."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from requests_app.actions import holidays
from requests_app.law.days import is_working_day
from requests_app.law.holidays import PARTS, SCOTLAND, BankHoliday, shipped_table
from requests_app.models import BankHoliday as Row
from requests_app.models import Decision, HolidayVersion, NotAllowed
from tests.factories import make_staff

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def add(on: date = date(2027, 6, 14), *, parts=PARTS, **fields) -> HolidayVersion:
    day = BankHoliday(on=on, parts=frozenset(parts), name="A day of thanks")
    said = {"source": "London Gazette", "reason": "Proclaimed."} | fields
    return holidays.add(day=day, actor=make_staff(), now=NOW, **said)


def withdraw(on: date, reason: str = "A mistake.") -> HolidayVersion:
    return holidays.withdraw(on=on, reason=reason, actor=make_staff(), now=NOW)


def test_given_an_empty_list_then_the_shipped_one_is_put_in_with_its_basis():
    table = holidays.holiday_table(fresh=True)

    assert table.days == shipped_table().days
    assert (table.first_on, table.ends_on) == (date(2007, 1, 1), date(2028, 12, 31))
    assert Row.objects.get(on=date(2027, 7, 12)).basis == "--P"
    assert holidays.latest_version() == holidays.SHIPPED_VERSION
    assert holidays.seed_bank_holidays() == 0


def test_given_one_day_beyond_the_last_year_then_the_list_does_not_end_later():
    add(date(2029, 1, 1))

    table = holidays.holiday_table(fresh=True)

    assert table.ends_on == date(2028, 12, 31)
    assert not table.covers(date(2029, 1, 2))


def test_given_a_day_that_is_added_then_it_counts_with_its_decision_and_a_later_version():
    version = add()

    row = Row.objects.get(on=date(2027, 6, 14))
    assert row.on in holidays.holiday_table(fresh=True).any_part
    assert (row.version, row.source, row.withdrawn_in) == (version.name, "London Gazette", "")
    assert version.name == holidays.latest_version() > holidays.SHIPPED_VERSION
    assert version.finished_at is None
    assert version.decision.kind == "add_holiday"
    assert version.decision.note.staff_note == "Proclaimed."
    assert (version.decision.thing_type, version.decision.thing_id) == ("bank_holiday", row.pk)


def test_given_a_day_of_one_part_when_another_is_added_then_it_has_both_and_the_history_has_the_old_row():
    version = add(date(2026, 6, 15), parts=["northern_ireland"])

    old, new = Row.objects.filter(on=date(2026, 6, 15)).order_by("pk")
    assert (old.scotland, old.northern_ireland, old.withdrawn_in) == (True, False, version.name)
    assert (new.scotland, new.northern_ireland, new.england_wales) == (True, True, False)
    assert new.name == old.name


def test_given_a_day_of_one_part_when_another_is_only_tried_then_it_has_both_and_nothing_is_written():
    holidays.seed_bank_holidays()
    on = date(2026, 6, 15)

    tried = holidays.table_with(BankHoliday(on=on, parts=frozenset(["england_wales"]), name="A day of thanks"))

    assert not is_working_day(on, tried.calendar(SCOTLAND))
    add(on, parts=["england_wales"])
    assert tried.days == holidays.holiday_table(fresh=True).days


def test_given_a_day_withdrawn_then_it_counts_no_more_stays_in_the_history_and_can_come_again():
    add()
    version = withdraw(date(2027, 6, 14))

    assert date(2027, 6, 14) not in holidays.holiday_table(fresh=True).any_part
    assert Row.objects.get(on=date(2027, 6, 14)).withdrawn_in == version.name
    assert version.decision.reason_code == "mistake"
    add()
    assert Row.objects.filter(on=date(2027, 6, 14)).count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: add(source=" "), "Say where"),
        (lambda: add(reason=""), "Say where"),
        (lambda: add(date(2027, 6, 12)), "Saturday or Sunday"),
        (lambda: add(date(2026, 6, 15), parts=["scotland"]), "already"),
        (lambda: withdraw(date(2027, 6, 14)), "not in the list"),
        (lambda: withdraw(date(2026, 6, 15), ""), "Write why"),
        (lambda: withdraw(date(2026, 12, 25)), "2026 would lack Christmas Day"),
    ],
)
def test_given_a_change_that_makes_no_sense_then_it_is_refused_and_nothing_is_written(change, words):
    with pytest.raises(NotAllowed, match=words):
        change()

    assert HolidayVersion.objects.count() == 1
    assert not Decision.objects.exists()
    assert not Row.objects.exclude(version=holidays.SHIPPED_VERSION).exists()


@pytest.mark.django_db(transaction=True)
def test_given_a_ledger_being_written_when_the_list_changes_then_the_change_waits_for_it(monkeypatch):
    holidays.seed_bank_holidays()
    monkeypatch.setattr(holidays, "LONGEST_WAIT", 0.2)
    reading, done = threading.Event(), threading.Event()

    def write_a_ledger() -> None:
        with transaction.atomic():
            holidays.holiday_table(fresh=True)
            reading.set()
            done.wait(10)
        connection.close()

    writer = threading.Thread(target=write_a_ledger)
    writer.start()
    try:
        assert reading.wait(10)
        with pytest.raises(NotAllowed, match="Try again in a minute"):
            add()
    finally:
        done.set()
        writer.join()
    monkeypatch.setattr(holidays, "LONGEST_WAIT", 10)
    assert add().name == holidays.latest_version()
