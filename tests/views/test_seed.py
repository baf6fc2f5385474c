"""The page that this project was born from: every line of it, in its order, on ours.

Needs the optional folder named by ``FOITRACKER_SHARED``; without it only the copy in our own words runs.
"""

import html
import json
import os
import re
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from requests_app.models import FOIRequest, OutboundEmail

pytestmark = pytest.mark.django_db

SHARED = Path(os.environ.get("FOITRACKER_SHARED") or "/nonexistent")
MONTHS = {"June": "06", "July": "07"}
LONGER = {
    "http://www.education.gov.uk/researchands...": "http://www.education.gov.uk/researchandstatistics/data/b00212337/use",
    "http://www.education.gov.uk/childrenandy...": "http://www.education.gov.uk/childrenandyoungpeople/practice/a0072915",
    "https://www.education.gov.uk/publication....": "https://www.education.gov.uk/publications/standard/Page1/DCSF-00807.",
    "https://www.education.gov.uk/publication...": "https://www.education.gov.uk/publications/standard/Page1/DCSF-00807",
}


def seed_text() -> str:
    files = sorted((SHARED / "seed").glob("*.txt")) if SHARED.is_dir() else []
    if not files:
        pytest.skip("the optional shared folder is not here")
    return files[0].read_text("utf-8")


def moment(day: str, hour: int) -> str:
    number, month, year = day.split()
    return f"{year}-{MONTHS[month]}-{int(number):02}T{hour:02}:12:00+01:00"


def real(body: str, quoted: str) -> str:
    """The letter as it was before it was published: addresses, whole links, and the quotation itself."""
    for shown, whole in LONGER.items():
        body = body.replace(shown, whole)
    body = body.replace("[email address]", "louise.baker@education.example")
    quotation = "-----Original Message-----\n" + "\n".join(f"> {line}" for line in quoted.splitlines())
    return body.replace("show quoted sections", quotation)


def build(text: str, folder: Path) -> Path:
    """The import file of the seed's thread, each response as an e-mail beside it."""
    blocks = text.split("Link to this")
    head, blocks = blocks[0], blocks[:-1]
    title, made_by, _status = [line for line in head.splitlines() if line.strip()][:3]
    requester = {
        "name": "Liz R",
        "email": "liz.r@people.example",
        "suspended_because": "This account was used to misuse the site.",
    }
    entries = []
    first_letter = ""
    for hour, block in enumerate(blocks, 1):
        lines = block.strip("\n").splitlines()
        if hour == 1:
            lines = lines[next(i for i, line in enumerate(lines) if line.startswith("From: ")) :]
        who = lines[0]
        if " left an annotation (" in who:
            day = re.search(r"\((\d+ \w+ \d{4})\)$", who)[1]
            entry = {"kind": "annotation", "author": requester, "body": "\n".join(lines[1:]).strip()}
        else:
            rest = list(lines[1:])
            while not rest[0].strip():
                rest.pop(0)
            day, body = rest[0], "\n".join(rest[1:]).strip()
            if who.startswith("From: "):
                first_letter = first_letter or body
                entry = {"kind": "follow_up" if entries else "request", "body": body}
            else:
                letter = EmailMessage()
                letter["From"] = "Louise Baker <louise.baker@education.example>"
                letter["To"] = "request@reply.foitracker.example"
                letter["Subject"] = "Your request"
                letter["Message-ID"] = f"<{hour}@education.example>"
                letter.set_content(real(body, first_letter))
                (folder / f"letter{hour}.eml").write_bytes(letter.as_bytes())
                entry = {"kind": "response", "email": f"letter{hour}.eml"}
        entries.append({**entry, "at": moment(day, hour)})
    data = {
        "title": title,
        "followers": 1,
        "authority": {
            "name": made_by.rsplit(" to ", 1)[1],
            "request_email": "foi@education.example",
            "regime": "foia",
        },
        "requester": requester,
        "outcome": "successful",
        "entries": entries,
    }
    path = folder / "thread.json"
    path.write_text(json.dumps(data), "utf-8")
    return path


def visible_text(page: str) -> str:
    """The page's words in order, white space folded: what a person reads from top to bottom."""
    page = re.sub(r"(?s)<(script|style|head|template)\b.*?</\1>", " ", page)
    page = re.sub(
        r"(?i)<(?:/?(?:p|div|li|dd|dt|h\d|section|article|summary|details|footer|header)\b[^>]*|br\s*/?)>", " ", page
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def run_import(path: Path) -> str:
    out = StringIO()
    call_command("import_thread", str(path), stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def test_given_the_seed_when_it_is_imported_then_every_line_is_on_the_page_in_order(client, tmp_path):
    text = seed_text()

    url = run_import(build(text, tmp_path))
    response = client.get(url)

    assert response.status_code == 200
    page = visible_text(response.content.decode())
    place = 0
    for line in filter(None, (" ".join(line.split()) for line in text.splitlines())):
        found = page.find(line, place)
        assert found >= 0, f"not on the page after {page[max(0, place - 200) : place]!r}: {line!r}"
        place = found + len(line)
    assert "louise.baker@" not in response.content.decode()


def test_given_the_seed_when_it_is_imported_then_it_was_due_on_15_july_2011(tmp_path):
    url = run_import(build(seed_text(), tmp_path))

    foi_request = FOIRequest.objects.get(slug=url.removeprefix("/request/"))
    assert foi_request.due_on.isoformat() == "2011-07-15"
    assert not OutboundEmail.objects.exists()


def test_given_a_thread_when_it_is_imported_twice_then_it_is_there_once(tmp_path):
    path = own_thread(tmp_path)

    first, second = run_import(path), run_import(path)

    assert first == second
    assert FOIRequest.objects.count() == 1


def test_given_a_broken_entry_when_imported_then_nothing_is_left_and_each_mistake_is_named(tmp_path):
    data = json.loads(own_thread(tmp_path).read_text())
    data["entries"][1]["at"] = "yesterday"
    data["entries"][2]["email"] = "missing.eml"
    (tmp_path / "thread.json").write_text(json.dumps(data))

    with pytest.raises(CommandError, match=r"(?s)Entry 2.*Entry 3.*missing\.eml"):
        run_import(tmp_path / "thread.json")

    assert not FOIRequest.objects.exists()


def own_thread(folder: Path) -> Path:
    """A thread of the same shape in our own words."""
    letter = EmailMessage()
    letter["From"] = "Records Team <records@harbour.example>"
    letter["Subject"] = "Ferry timetable"
    letter.set_content("Dear Ms Adeyemi,\n\nThe timetable is at https://harbour.example/ferries.\n\nRecords Team\n")
    (folder / "answer.eml").write_bytes(letter.as_bytes())
    path = folder / "thread.json"
    person = {"name": "T. Adeyemi", "email": "t.adeyemi@people.example"}
    path.write_text(
        json.dumps(
            {
                "title": "Winter ferry timetable",
                "source_id": "elsewhere-1",
                "authority": {
                    "name": "Harbour Commissioners",
                    "request_email": "foi@harbour.example",
                    "regime": "foia",
                },
                "requester": person,
                "outcome": "successful",
                "entries": [
                    {"kind": "request", "at": "2011-06-16T10:12:00+01:00", "body": "Dear Commissioners,\n\nWhen?\n\nT"},
                    {"kind": "annotation", "at": "2011-06-17", "body": "It was cut last year.", "author": person},
                    {"kind": "response", "at": "2011-06-20T09:00:00+01:00", "email": "answer.eml"},
                ],
            }
        ),
        "utf-8",
    )
    return path
