"""The government's list is read: what is new comes in, what contradicts ours is refused, and nothing is ever lost."""

import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from requests_app.actions import holiday_file, holiday_loading, holidays
from requests_app.actions.holiday_file import ListRefused, fetch, read_list
from requests_app.checks import bank_holidays_end_soon
from requests_app.law.holidays import PARTS, shipped_table
from requests_app.models import BankHoliday, Case, CaseKind, HolidayVersion
from tests.factories import make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DIVISIONS = {part: division for division, part in holiday_file.DIVISIONS.items()}
CERTIFICATE = Path(__file__).parent.parent / "localhost.pem"


def published(*, first: int = 2019, last: int = 2028) -> dict[str, dict[str, str]]:
    """Our own list of these years, part → day → name, as the government would publish it."""
    days = sorted(shipped_table().days, key=lambda day: day.on)
    return {
        part: {day.on.isoformat(): day.name for day in days if part in day.parts and first <= day.on.year <= last}
        for part in PARTS
    }


def as_json(listed: dict[str, dict[str, str]]) -> bytes:
    return json.dumps(
        {
            DIVISIONS[part]: {
                "division": DIVISIONS[part],
                "events": [{"title": name, "date": on, "notes": "", "bunting": True} for on, name in days.items()],
            }
            for part, days in listed.items()
        }
    ).encode()


def next_year() -> dict[str, dict[str, str]]:
    """With all of 2029, the shipped list's 2018 moved: Easter is on 1 April in both."""
    listed = published()
    for part, days in published(first=2018, last=2018).items():
        listed[part] |= {"2029" + on[4:]: name for on, name in days.items()}
    return listed


@pytest.fixture
def load(tmp_path):
    def run(content: bytes | dict, *options: str) -> str:
        file = tmp_path / "bank-holidays.json"
        file.write_bytes(as_json(content) if isinstance(content, dict) else content)
        out = StringIO()
        call_command("load_bank_holidays", str(file), *options, stdout=out, stderr=out)
        return out.getvalue()

    return run


def rows() -> list[tuple]:
    return list(BankHoliday.objects.order_by("pk").values_list())


def test_given_the_same_list_without_its_past_then_nothing_is_lost_and_nothing_new(load):
    before = rows()

    said = load(published(first=2026), "--commit")

    assert "The list and ours are the same" in said and "Nothing to take in." in said
    assert rows() == before
    assert HolidayVersion.objects.count() == 1


def test_given_a_list_that_begins_in_mid_year_then_the_days_before_stay(load):
    listed = {part: {on: name for on, name in days.items() if on > "2026-08-20"} for part, days in published().items()}

    assert "Nothing to take in." in load(listed, "--commit")


def test_given_a_new_day_when_it_is_a_dry_run_then_it_is_shown_and_not_written(load):
    listed = published()
    listed["scotland"]["2027-06-14"] = "World Cup"

    said = load(listed)

    assert "2027-06-14  Mon  new  Scotland  World Cup" in said
    assert "1 day(s) would be written. This was a dry run" in said
    assert HolidayVersion.objects.count() == 1


def test_given_new_days_and_parts_when_committed_then_they_stand_and_open_requests_wait_to_be_counted_anew(load):
    listed = published()
    listed["scotland"]["2027-06-14"] = listed["england_wales"]["2027-06-14"] = "A day of thanks"
    listed["northern_ireland"]["2026-06-15"] = "World Cup"

    said = load(listed, "--commit")

    assert "2 day(s) written" in said
    new = BankHoliday.objects.standing().get(on=date(2027, 6, 14))
    assert (new.england_wales, new.scotland, new.northern_ireland) == (True, True, False)
    joined = BankHoliday.objects.standing().get(on=date(2026, 6, 15))
    assert (joined.scotland, joined.northern_ireland) == (True, True)
    version = HolidayVersion.objects.latest("pk")
    assert (version.change, version.finished_at, version.name) == ("loaded", None, new.version)
    assert "Nothing to take in" in load(listed, "--commit")


def test_given_a_whole_new_year_then_the_table_ends_a_year_later(load):
    load(next_year(), "--commit")

    assert holidays.holiday_table(fresh=True).ends_on == date(2029, 12, 31)


def test_given_a_new_year_without_one_part_then_the_table_does_not_end_later(load):
    listed = next_year()
    listed["scotland"] = published()["scotland"]

    load(listed, "--commit")

    assert holidays.holiday_table(fresh=True).ends_on == date(2028, 12, 31)


def test_given_another_name_or_a_weekend_then_it_is_shown_and_changes_nothing(load):
    listed = published()
    listed["northern_ireland"]["2027-07-12"] = "Orangemen’s Day"
    listed["northern_ireland"]["2027-07-10"] = "A Saturday"

    said = load(listed, "--commit")

    assert "another name; ours stays" in said and "at a weekend, left out" in said
    assert "Nothing to take in." in said
    assert HolidayVersion.objects.count() == 1


def without_a_day() -> dict:
    """Scotland's day of 2026-08-03 on 2026-08-31, as the published list once had it for 2027."""
    listed = published()
    listed["scotland"]["2026-08-31"] = listed["scotland"].pop("2026-08-03")
    return listed


def never_proclaimed() -> dict:
    listed = published(first=2010)
    listed["scotland"]["2011-01-04"] = "2nd January (substitute day)"
    return listed


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (without_a_day, "2026-08-03  Mon  in our list only"),
        (never_proclaimed, "2011-01-04  Tue  never proclaimed"),
    ],
)
def test_given_a_contradiction_then_it_is_listed_and_nothing_at_all_is_changed(load, make, words, capsys):
    listed = make()
    listed["england_wales"]["2027-06-14"] = "A day of thanks"
    before = rows()

    with pytest.raises(CommandError, match="contradicts ours on 1 day"):
        print(load(listed, "--commit"))

    assert rows() == before
    compared = holiday_loading.compare(read_list(as_json(listed), today=NOW.date()))
    assert [one.words for one in compared if one.kind in holiday_loading.CONTRADICTS] == [words.split("  ")[2]]


def test_given_a_day_that_staff_withdrew_when_the_list_has_it_then_it_does_not_come_back_by_itself(load):
    listed = published()
    listed["scotland"]["2027-06-14"] = "On a condition"
    load(listed, "--commit")
    holidays.withdraw(on=date(2027, 6, 14), reason="Not met.", actor=make_staff(), now=NOW)

    with pytest.raises(CommandError, match="contradicts"):
        load(listed, "--commit")

    assert not BankHoliday.objects.standing().filter(on=date(2027, 6, 14)).exists()


def another_day() -> dict:
    """The one-off day of 2026 a week later, and in England and Wales too."""
    listed = published()
    listed["scotland"]["2026-06-22"] = listed["england_wales"]["2026-06-22"] = listed["scotland"].pop("2026-06-15")
    return listed


def test_given_a_contradiction_when_a_member_of_staff_accepts_it_then_the_list_is_followed_with_a_decision(load):
    staff = make_staff()

    said = load(another_day(), "--commit", "--accept", staff.email)

    assert "2 day(s) written" in said
    assert not BankHoliday.objects.standing().filter(on=date(2026, 6, 15)).exists()
    assert BankHoliday.objects.get(on=date(2026, 6, 15)).withdrawn_in
    new = BankHoliday.objects.standing().get(on=date(2026, 6, 22))
    assert (new.england_wales, new.scotland, new.northern_ireland) == (True, True, False)
    decision = HolidayVersion.objects.latest("pk").decision
    assert (decision.kind, decision.actor) == ("load_holidays", staff)


def test_given_a_day_that_one_part_lost_when_accepted_then_the_other_parts_keep_it(load):
    load(another_day(), "--commit", "--accept", make_staff().email)
    listed = another_day()
    del listed["england_wales"]["2026-06-22"]

    load(listed, "--commit", "--accept", make_staff().email)

    row = BankHoliday.objects.standing().get(on=date(2026, 6, 22))
    assert (row.england_wales, row.scotland) == (False, True)


def test_given_somebody_who_is_no_member_of_staff_then_they_cannot_accept(load):
    with pytest.raises(CommandError, match="not a member of staff"):
        load(without_a_day(), "--commit", "--accept", make_user().email)


def test_given_a_list_that_would_leave_a_year_incomplete_when_accepted_then_it_is_refused_all_the_same(load):
    listed = published()
    del listed["scotland"]["2026-08-03"]
    before = rows()

    with pytest.raises(CommandError, match="fewer years would be complete"):
        load(listed, "--commit", "--accept", make_staff().email)

    assert rows() == before


GOOD = published()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>Not found</html>", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "an object"),
        (b"{}", "has no list of events"),
        (as_json({part: GOOD[part] for part in PARTS[:2]}), "northern-ireland”? has no list"),
        (as_json(GOOD | {"scotland": {}}), "scotland"),
        (as_json(GOOD | {"scotland": {"2027-02-30": "No day"}}), "not a date"),
        (as_json(GOOD | {"scotland": {"9999-01-01": "Far"}}), "too far away"),
        (as_json(GOOD | {"scotland": {"2027-06-14": " "}}), "no title or date"),
        (as_json(GOOD | {"scotland": {"2027-06-14": "x" * 101}}), "the name of 2027-06-14 has more than 100 letters"),
        (as_json(GOOD).replace(b'"date": "2019-01-01"', b'"date": 20190101', 1), "no title or date"),
        (b" " * (20 * 1024 * 1024), "more than a list"),
    ],
)
def test_given_something_else_than_the_list_then_it_is_refused_in_words(load, content, words):
    with pytest.raises(CommandError, match=f"Nothing was changed.*{words}"):
        load(content, "--commit")


def test_given_no_such_file_then_it_says_so():
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_bank_holidays", "/no/such/file.json")


@pytest.mark.parametrize("url", ["http://www.gov.example/bank-holidays.json", "file:///etc/passwd", "https://"])
def test_given_an_address_that_is_not_https_then_nothing_is_fetched(url):
    with pytest.raises(CommandError, match="must begin with https"):
        call_command("load_bank_holidays", url)


def test_given_a_table_that_ends_soon_then_the_command_the_check_and_a_case_warn(load, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 12, 1, 9, tzinfo=UTC))

    said = load(published(), "--commit")

    assert "complete only to 2028-12-31" in said
    case = Case.objects.get(kind=CaseKind.BANK_HOLIDAYS)
    assert case.details == {"why": "ends", "days": ["2028-12-31"]}
    assert [warning.id for warning in bank_holidays_end_soon(None)] == ["foitracker.W001"]
    load(next_year(), "--commit")
    case.refresh_from_db()
    assert case.closed_at
    assert bank_holidays_end_soon(None) == []


def test_given_more_than_thirteen_months_then_nothing_warns(load, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 11, 30, 9, tzinfo=UTC))

    assert "complete only" not in load(published(), "--commit")
    assert bank_holidays_end_soon(None) == []
    assert not Case.objects.exists()


def test_given_no_database_then_the_check_is_silent(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "CELERY_BROKER_URL": "redis://127.0.0.1:1"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


# ---- over the wire, and by itself ----


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path: the list, a redirect, too much, an error."""

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.path)
        if self.path in server.redirects:
            self.send_response(302)
            self.send_header("Location", server.redirects[self.path])
            self.end_headers()
            return
        self.send_response(200 if self.path in server.files else 404)
        self.end_headers()
        self.wfile.write(server.files.get(self.path, b""))

    def log_message(self, *args) -> None: ...


@pytest.fixture
def gov(monkeypatch):
    """A server that speaks https as localhost, whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.files, server.redirects, server.asked = {"/list.json": as_json(published())}, {}, []
    server.url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_given_an_https_address_when_fetched_then_the_list_comes_also_after_a_redirect_on_the_same_host(gov):
    gov.redirects = {"/old.json": "/list.json"}

    assert fetch(f"{gov.url}/list.json") == fetch(f"{gov.url}/old.json") == gov.files["/list.json"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("https://elsewhere.example/list.json", "elsewhere"),
        ("http://localhost/list.json", "elsewhere"),
        ("file:///etc/passwd", "unreachable"),
        ("/loop.json", "unreachable"),
        ("/missing.json", "unreachable"),
        ("/long.json", "too_long"),
    ],
)
def test_given_a_redirect_elsewhere_an_error_or_too_much_then_it_is_refused(gov, target, code):
    gov.redirects = {"/loop.json": target}
    gov.files["/long.json"] = b" " * (2 * 1024 * 1024)

    with pytest.raises(ListRefused) as refused:
        fetch(f"{gov.url}/loop.json")

    assert refused.value.code == code


def test_given_a_certificate_that_nobody_vouches_for_then_it_is_refused(gov, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(ListRefused, match="certificate") as refused:
        fetch(f"{gov.url}/list.json")

    assert refused.value.code == "unreachable"


def test_given_the_address_when_beat_asks_then_the_list_is_read_once_in_four_weeks(gov, settings):
    settings.BANK_HOLIDAYS_URL = f"{gov.url}/list.json"
    listed = published()
    listed["scotland"]["2027-06-14"] = "World Cup"
    gov.files["/list.json"] = as_json(listed)

    for days in (0, 1, 27, 28, 29):
        holiday_loading.look_after(now=NOW + timedelta(days=days))

    assert len(gov.asked) == 2
    assert BankHoliday.objects.standing().filter(on=date(2027, 6, 14)).exists()


def test_given_a_failure_when_beat_asks_then_it_is_one_case_and_tried_again_and_closed_when_it_works(gov, settings):
    settings.BANK_HOLIDAYS_URL = f"{gov.url}/gone.json"

    for hours in (0, 6):
        holiday_loading.look_after(now=NOW + timedelta(hours=hours))

    assert len(gov.asked) == 2
    case = Case.objects.get(kind=CaseKind.BANK_HOLIDAYS)
    assert case.details["why"] == "unreachable"
    gov.files["/gone.json"] = as_json(without_a_day())
    holiday_loading.look_after(now=NOW + timedelta(hours=12))
    case.refresh_from_db()
    assert (case.details["why"], case.details["days"], case.closed_at) == ("contradicts", ["2026-08-03"], None)
    gov.files["/gone.json"] = as_json(published())
    holiday_loading.look_after(now=NOW + timedelta(hours=18))
    case.refresh_from_db()
    assert case.closed_at == NOW + timedelta(hours=18)


def test_given_no_address_when_beat_asks_then_nothing_is_fetched(settings, monkeypatch):
    settings.BANK_HOLIDAYS_URL = ""
    monkeypatch.setattr(holiday_loading, "fetch", lambda url: pytest.fail("fetched"))

    holiday_loading.look_after(now=NOW)

    assert not Case.objects.exists()


def test_given_a_change_when_the_clocks_are_counted_by_command_then_it_says_how_many(load):
    foi_request = make_request()
    listed = published(first=2011)
    listed["england_wales"]["2011-07-14"] = "A day of thanks"
    load(listed, "--commit")
    out = StringIO()

    call_command("recompute_clocks", stdout=out)
    call_command("recompute_clocks", "--all", stdout=out)

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 7, 18)
    assert out.getvalue().splitlines() == [
        "1 requests looked at, 1 changed.",
        "1 requests looked at, 0 changed.",
    ]
