"""Officer, authority and staff: what they publish, and what they take away, is so for every reader at once."""

import io
import re
import zipfile
from collections.abc import Callable

from playwright.sync_api import Page, expect

from requests_app.mail.tokens import address_of
from requests_app.models import Attachment, FOIRequest, Message
from requests_app.selectors import paths
from tests import factories
from tests.journeys.site import RunningSite, link_in, words_of
from tests.letters import DOMAIN, letter
from tests.running import wait_until

COUNCIL = "foi@exampleton.example"
LAMPS, COSTS, MAILED = b"ward,lamps\nNorth,12\n", b"year,pounds\n2025,9000\n", b"ward,repaired\nNorth,11\n"
REMARK = "The clerk has a conspicuous grudge."


def everything(site: RunningSite, foi_request: FOIRequest) -> dict[str, tuple[int, str]]:
    """What a reader without cookies gets in each form: page, JSON, feed, text, zip, search, lists and each file."""
    at = paths.foi_request(foi_request.slug)
    forms = {"page": at, "json": f"{at}.json", "feed": f"{at}.atom", "text": f"{at}.txt", "details": f"{at}/details"}
    forms |= {"search": "/search?q=conspicuous", "list": "/list.json", "search data": "/search.json?q=lamps"}
    for file in Attachment.objects.filter(message__foi_request=foi_request):
        forms[file.name] = f"{at}/file/{file.pk}/{file.name}"
    found = {}
    for name, path in forms.items():
        status, body = site.fetch(path)
        found[name] = status, body.decode(errors="replace")
    status, body = site.fetch(f"{at}.zip")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        inside = [f"{name}\n{archive.read(name).decode(errors='replace')}" for name in archive.namelist()]
    return {**found, "zip": (status, "\n".join(inside))}


def forms_with(found: dict[str, tuple[int, str]], words: str) -> set[str]:
    return {name for name, (status, text) in found.items() if status == 200 and words in text}


def warm(read: Callable[[], dict]) -> dict:
    """Read twice, so that what is kept for the next reader is kept by now."""
    read()
    return read()


def answer_with_two_files(page: Page, foi_request: FOIRequest) -> None:
    """The inbox from its list to "published"; the page is the officer's."""
    page.goto("/inbox/")
    page.get_by_role("link", name=foi_request.title).click()
    page.get_by_role("textbox", name="Your answer").fill("Dear Ada Okafor,\n\nBoth tables are attached.\n\nR. Shah")
    page.get_by_label("Add files").set_input_files(
        [
            {"name": "lamps.csv", "mimeType": "text/csv", "buffer": LAMPS},
            {"name": "costs.csv", "mimeType": "text/csv", "buffer": COSTS},
        ]
    )
    page.get_by_label("All the information, answered in full").check()
    page.get_by_role("button", name="See what becomes public").click()
    expect(page.locator(".letter .file")).to_have_count(2)
    expect(page.locator(".letter")).to_contain_text("Both tables are attached.")
    assert not Message.objects.filter(foi_request=foi_request, direction="incoming").exists()
    page.get_by_role("button", name="Publish this answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your letter is on the public page")


def test_what_officer_authority_and_staff_do_shows_everywhere_at_once(site, visit, sign_in):
    council = factories.make_authority("Exampleton Borough Council", email=COUNCIL)
    citizen = factories.make_user("Ada Okafor", email="ada@people.example")
    officer = factories.make_officer(council, factories.make_user("R. Shah", email="shah@exampleton.example"))
    staff = factories.make_staff("Sam Keane")
    foi_request = factories.make_request("Street lamps by ward", authority=council, requester=citizen)
    factories.make_request(
        "Bins by street", authority=council, requester=citizen, body="Dear Council,\n\nHow many bins?"
    )
    remark = factories.make_annotation(foi_request, citizen, REMARK)
    at = paths.foi_request(foi_request.slug)

    def read() -> dict[str, tuple[int, str]]:
        return everything(site, foi_request)

    # The officer answers with two files in the web inbox; the citizen is told.
    desk = sign_in(officer.user)
    answer_with_two_files(desk, foi_request)
    found = warm(read)
    assert forms_with(found, "Both tables are attached.") >= {"page", "json", "feed", "text", "zip"}
    assert forms_with(found, "costs.csv") >= {"page", "json", "zip"}
    assert found["lamps.csv"] == (200, LAMPS.decode()) and found["costs.csv"] == (200, COSTS.decode())
    assert "Exampleton Borough Council has written" in site.letter(citizen.email, saying="has written")["Subject"]

    # It answers by mail too; the receipt's link takes the file of that letter down, without an account.
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender=COUNCIL, to=to, text="And what was repaired.\n", files=(("repaired.csv", "text/csv", MAILED),))
    site.bring(COUNCIL, to, raw)
    receipt = site.letter(COUNCIL, saying="Received and published")
    wait_until(lambda: read().get("repaired.csv", (0,))[0] == 200, seconds=30)  # after its check
    assert warm(read)["repaired.csv"] == (200, MAILED.decode())
    clerk = visit()
    clerk.goto(link_in(receipt, "/link/"))
    assert read()["repaired.csv"][0] == 200  # opening the link does nothing
    clerk.get_by_role("button", name="Take the files down now").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Done")
    found = read()
    assert found["repaired.csv"][0] == 404
    assert forms_with(found, MAILED.decode()) == set()
    assert found["lamps.csv"][0] == 200
    assert "asked for a check" in re.sub(r"\s+", " ", found["page"][1])
    clerk.reload()
    clerk.goto(link_in(receipt, "/link/"))
    expect(clerk.get_by_role("heading", level=1)).to_have_text("This link cannot be used")

    # Staff hide the annotation.
    admin = sign_in(staff)
    found = warm(read)
    assert forms_with(found, "conspicuous grudge") >= {"page", "json", "feed", "text", "zip"}
    assert "Street lamps by ward" in found["search"][1]
    admin.goto(f"/moderation/request/{foi_request.pk}/hide/annotation-{remark.pk}/")
    admin.get_by_label("Reason").select_option("defamatory")
    admin.get_by_label("What the public reads in its place").fill("Hidden: it may harm somebody without proof.")
    admin.get_by_role("button", name="Hide it now").click()
    expect(admin.get_by_text("It is hidden, on every page, from now on.")).to_be_visible()
    found = read()
    assert forms_with(found, "conspicuous grudge") == set()
    assert "Street lamps by ward" not in found["search"][1]
    assert forms_with(found, "Hidden: it may harm somebody without proof.") >= {"page", "json"}

    # Staff suspend the citizen; the requests stay, with the mark.
    assert forms_with(warm(read), "(Account suspended)") == set()
    admin.goto(f"/moderation/people/{citizen.pk}/")
    admin.get_by_label("Reason").first.select_option("abusive")
    admin.get_by_label("Why, in words the person and the public may read").fill("Threats against an officer.")
    admin.get_by_role("button", name="Suspend the account").click()
    expect(admin.get_by_text("The account is suspended. It shows on every page at once.")).to_be_visible()
    found = read()
    assert forms_with(found, "Ada Okafor (Account suspended)") >= {"page", "json", "feed", "text", "zip", "list"}
    assert found["lamps.csv"][0] == 200
    notice = words_of(site.letter(citizen.email, saying="suspended"))
    assert COUNCIL in notice and "How many bins?" in notice  # to go on privately with what is still open

    # The suspended citizen can read, and is told why nothing can be written.
    page = sign_in(citizen)
    page.goto(f"{at}/annotate")
    expect(page.get_by_role("main")).to_contain_text("Threats against an officer.")
    for visitor in (desk, clerk, admin):
        assert [fault for fault in visitor.faults if "410" not in fault] == []
