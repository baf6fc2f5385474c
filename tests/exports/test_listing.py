"""A list as JSON, CSV and Atom, without a database."""

import csv
import io
import json
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from requests_app.exports.listing import CSV_COLUMNS, Listing, Removed, Row, as_atom, as_csv, as_json, cell
from requests_app.exports.thread import Pill

SITE = "https://site.example"
AT = datetime(2011, 6, 16, 9, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def row(number: int = 7, **fields) -> Row:
    return Row(
        **{
            "number": number,
            "url": f"/request/bins-{number}",
            "title": "Bins",
            "authority": "Council",
            "authority_url": "/body/council",
            "requester": "Ann",
            "requester_url": "/user/1-ann",
            "regime": "foia",
            "status": "answered",
            "outcome_by_requester": "successful",
            "outcome_by_authority": "",
            "sent_at": AT,
            "due_on": date(2011, 7, 15),
            "last_activity_at": AT,
            "changed_at": AT,
            "pill": Pill("Successful", "check", "answered"),
            **fields,
        }
    )


def listing(*rows: Row, **fields) -> Listing:
    return Listing("Requests", "/list?state=waiting&q=a", rows, **fields)


def test_json_says_everything_with_whole_addresses():
    data = json.loads(as_json(listing(row(), removed=(Removed(3, AT, "personal"),), next="/list.json?x=1"), site=SITE))

    assert data["schema_version"] == 1 and data["url"] == f"{SITE}/list?state=waiting&q=a"
    assert data["next"] == f"{SITE}/list.json?x=1"
    assert data["requests"][0] | {"number": 7, "due": "2011-07-15", "outcome_by_authority": None} == data["requests"][0]
    assert data["requests"][0]["url"] == f"{SITE}/request/bins-7"
    assert data["removed"] == [{"number": 3, "changed": AT.isoformat(), "removed_because": "personal"}]


def test_json_of_nothing_is_a_page_too():
    data = json.loads(as_json(listing(), site=SITE))

    assert data["requests"] == data["removed"] == [] and data["next"] is None


def test_a_request_that_was_never_sent_has_no_days():
    plain = json.loads(as_json(listing(row(sent_at=None, due_on=None)), site=SITE))["requests"][0]

    assert plain["sent"] is plain["due"] is None
    assert next(csv.DictReader(io.StringIO(as_csv(listing(row(sent_at=None)), site=SITE))))["sent"] == ""


def test_csv_keeps_commas_quotes_and_lines_in_their_cells():
    title = 'Bins, "blue"\nand green'

    rows = list(
        csv.reader(io.StringIO(as_csv(listing(row(title=title), removed=(Removed(3, AT, "spam"),)), site=SITE)))
    )

    assert tuple(rows[0]) == CSV_COLUMNS and len(rows) == 3
    assert rows[1][1] == title and rows[2][0] == "3" and rows[2][-1] == "spam"
    assert {len(line) for line in rows} == {len(CSV_COLUMNS)}


@pytest.mark.parametrize("text", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_no_cell_is_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["", "Bins", "1=1", "'=1", 7, " ", None])
def test_other_cells_stay_as_they_are(value):
    assert cell(value) == ("" if value is None else value)


def test_atom_can_be_read_whatever_a_title_has_in_it():
    title = "A \x00\x0b\x1f\ufffe\ud800 <b> & ]]> \U0001f993"

    feed = ElementTree.fromstring(as_atom(listing(row(title=title), next="/list.atom?a=1&b=2"), site=SITE, updated=AT))

    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "A  <b> & ]]> \U0001f993"
    assert entry.findtext(f"{ATOM}id") == f"{SITE}/request/7"  # the number, so that a new name is no new entry
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["next"] == f"{SITE}/list.atom?a=1&b=2"
    assert feed.findtext(f"{ATOM}updated") == AT.isoformat()


def test_atom_of_nothing_is_a_feed_too():
    feed = ElementTree.fromstring(as_atom(listing(), site=SITE, updated=AT))

    assert feed.findtext(f"{ATOM}updated") == AT.isoformat() and feed.find(f"{ATOM}entry") is None
