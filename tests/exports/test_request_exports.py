"""A request as JSON, Atom, text and zip: pure functions of what a reader may see."""

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, date, datetime

from requests_app.exports.as_atom import as_atom
from requests_app.exports.as_json import as_json
from requests_app.exports.as_text import as_text
from requests_app.exports.as_zip import write_zip
from requests_app.exports.thread import (
    Authority,
    Clock,
    Delivery,
    File,
    Letter,
    Outcomes,
    Pill,
    Remark,
    RequestPage,
)

SITE = "https://foi.example"
AT = datetime(2011, 6, 16, 9, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def a_file(number: int = 5, **changed) -> File:
    fields = {
        "number": number,
        "name": "figures.csv",
        "content_type": "text/csv",
        "kind": "CSV",
        "size": 6,
        "sha256": "ab" * 32,
        "pages": None,
        "url": f"/request/gritting/file/{number}/figures.csv",
        "withheld": "",
        "stored_at": "ab/ab",
        "text_url": f"/request/gritting/file/{number}/as/text",
    }
    return File(**fields | changed)


def a_letter(**changed) -> Letter:
    fields = {
        "number": 3,
        "side": "authority",
        "direction": "incoming",
        "kind": "response",
        "door": "mail",
        "who": "The Council & Co",
        "on": AT,
        "html": "<p>Dear <b>reader</b></p>",
        "text": "Dear reader\x0b",
        "withheld": "",
        "files": (a_file(), a_file(6, name="names.csv", url=None, withheld="Being checked.", sha256="", stored_at="")),
        "kind_label": "",
        "described_as": "answer",
        "is_automatic": False,
        "delivery": None,
        "url": "/request/gritting",
    }
    return Letter(**fields | changed)


def a_page(**changed) -> RequestPage:
    remark = Remark(
        number=9, who="Tom", on=AT, html="<p>hidden</p>", text="hidden", withheld="Hidden.", url="/request/gritting"
    )
    fields = {
        "number": 7,
        "version": 4,
        "slug": "gritting",
        "url": "/request/gritting",
        "title": "Gritting <routes> & “salt”",
        "title_withheld": False,
        "regime": "foia",
        "status": "answered",
        "requester": "M. Okafor",
        "requester_url": "/user/1-m-okafor",
        "requester_suspended": False,
        "authority": Authority(2, "The Council & Co", "/body/council", True),
        "sent_at": AT,
        "changed_at": AT,
        "source_url": "",
        "is_imported": False,
        "status_sentence": "The request was successful.",
        "pill": Pill("Successful", "check", "answered"),
        "outcomes": Outcomes(requester="successful", authority="partially_successful"),
        "clock": Clock(
            sentence="The Council &amp; Co answered on <strong>Monday 4 July 2011</strong>.",
            picture=None,
            why_url="",
            state="answered",
            received_on=date(2011, 6, 16),
            due_on=date(2011, 7, 15),
            responded_on=date(2011, 7, 4),
            flags=("extension-late",),
            dates={"due": date(2011, 7, 15), "fee_by": None},
        ),
        "entries": (a_letter(), remark),
        "followers": 3,
        "similar": (),
        "day": None,
    }
    return RequestPage(**fields | changed)


def test_given_a_page_then_json_has_schema_dates_outcomes_text_and_files():
    said = json.loads(as_json(a_page(), site=SITE))
    assert said["schema"] == "foitracker-request/1"
    assert (said["regime"], said["title"]) == ("foia", "Gritting <routes> & “salt”")
    assert said["clock"] == {
        "state": "answered",
        "received_on": "2011-06-16",
        "due_on": "2011-07-15",
        "responded_on": "2011-07-04",
        "longest_normal_time_on": None,
        "dates": {"due": "2011-07-15", "fee_by": None},
        "flags": ["extension-late"],
    }
    assert said["outcomes"] == {
        "requester": "successful",
        "authority": "partially_successful",
        "imported": None,
        "reader": None,
    }
    letter, remark = said["entries"]
    assert letter["text"] == "Dear reader\x0b"
    assert letter["url"] == "https://foi.example/request/gritting#incoming-3"
    assert letter["files"][0] == {
        "number": 5,
        "name": "figures.csv",
        "type": "text/csv",
        "size": 6,
        "pages": None,
        "sha256": "ab" * 32,
        "url": "https://foi.example/request/gritting/file/5/figures.csv",
        "text_url": "https://foi.example/request/gritting/file/5/as/text.json",
        "hidden": None,
    }
    assert letter["files"][1]["url"] is None and letter["files"][1]["hidden"] == "Being checked."
    assert (remark["text"], remark["hidden"]) == (None, "Hidden.")


def test_given_a_hidden_title_then_json_has_the_wording_in_its_place():
    said = json.loads(as_json(a_page(title="Hidden.", title_withheld=True, clock=None), site=SITE))
    assert (said["title"], said["title_hidden"], said["clock"]) == (None, "Hidden.", None)


def test_given_a_page_then_atom_is_well_formed_and_its_ids_are_public_numbers():
    strange = a_letter(html="<p>form\x0cfeed \ud800</p>".encode("utf-8", "replace").decode())
    feed = ET.fromstring(as_atom(a_page(entries=(strange, *a_page().entries[1:])), site=SITE, site_name="FOI"))
    assert feed.find(f"{ATOM}id").text == "tag:foi.example,2026:request/7"
    ids = [entry.find(f"{ATOM}id").text for entry in feed.iter(f"{ATOM}entry")]
    assert sorted(ids) == ["tag:foi.example,2026:comment-9", "tag:foi.example,2026:incoming-3"]
    texts = [entry.find(f"{ATOM}content").text for entry in feed.iter(f"{ATOM}entry")]
    assert "Hidden." in texts and not any("hidden</p>" in text for text in texts)


def test_given_a_page_then_its_text_has_every_letter_and_no_markup():
    text = as_text(a_page(), site=SITE).decode()
    assert "The Council & Co answered on Monday 4 July 2011." in text
    assert "Dear reader" in text and "Hidden." in text and "<strong>" not in text
    assert "File: names.csv (CSV, 6 bytes) – Being checked." in text


def test_given_a_page_then_its_zip_is_the_same_each_time_and_opens_only_what_may_be_had():
    opened = []

    def open_file(path: str):
        opened.append(path)
        return io.BytesIO(b"1,2,3\n")

    made = []
    for _time in range(2):
        out = io.BytesIO()
        write_zip(a_page(), out, site=SITE, open_file=open_file)
        made.append(out.getvalue())
    assert made[0] == made[1]
    assert opened == ["ab/ab", "ab/ab"]
    archive = zipfile.ZipFile(io.BytesIO(made[0]))
    assert archive.testzip() is None
    assert archive.namelist() == ["request.txt", "request.json", "files/5-figures.csv"]
    assert archive.read("files/5-figures.csv") == b"1,2,3\n"


def test_given_a_letter_from_before_1980_then_the_zip_still_holds_it():
    old = a_letter(on=datetime(1970, 1, 1, tzinfo=UTC))
    out = io.BytesIO()
    write_zip(a_page(entries=(old,)), out, site=SITE, open_file=lambda path: io.BytesIO(b"x" * 6))
    assert zipfile.ZipFile(out).testzip() is None


def test_given_what_is_known_of_a_sending_then_json_has_its_state():
    letter = a_letter(direction="outgoing", side="requester", delivery=Delivery("check", "Sent.", "sent"))
    said = json.loads(as_json(a_page(entries=(letter,)), site=SITE))
    assert said["entries"][0]["delivery"] == "sent"
