"""A citizen's whole way: asked, confirmed by the caught mail, answered over LMTP, described, annotated, followed."""

import re
from email.utils import parseaddr

from playwright.sync_api import Page, expect

from requests_app.models import FOIRequest, InboundEmail, InboundState
from tests import factories
from tests.journeys.site import link_in, words_of
from tests.letters import letter

COUNCIL = "foi@exampleton.example"
ADDRESS = "ada.okafor@people.example"
QUESTION = "How many street lamps were out of order in March 2026, by ward?"
# The least that pypdf and a reader call a document of one page.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n171\n%%EOF\n"
)


def write_and_sign_up(page: Page) -> None:
    """From the first page to "look in your e-mail"; nothing on the way needs script."""
    page.goto("/")
    page.get_by_label("Which authority has the information?").fill("exampleton")
    page.get_by_role("button", name="Start a request").click()
    page.get_by_role("link", name="Exampleton Borough Council", exact=True).click()
    page.get_by_label("Title").fill("Broken street lamps")
    body = page.get_by_role("textbox", name="Your letter")
    words = body.input_value()
    assert words.startswith("Dear Exampleton Borough Council,") and words.rstrip().endswith("Yours faithfully,")
    salutation, _, close = words.partition("\n")
    body.fill(f"{salutation}\n\n{QUESTION}\n\n{close.strip()}\n\nAda Okafor")
    page.get_by_role("button", name="Check my letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This is what becomes public")
    expect(page.get_by_role("main")).to_contain_text(QUESTION)
    page.get_by_role("button", name="Sign up and send").click()
    expect(page.get_by_label("Your name")).to_have_value("Ada Okafor")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_label("I accept the house rules").check()
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your e-mail")


def confirm(page: Page, site) -> None:
    """Follow the link in the caught letter, look once more, and send."""
    page.goto(link_in(site.letter(ADDRESS, saying="/confirm/"), "/confirm/"))
    for shown in ("Ada Okafor", ADDRESS, "Exampleton Borough Council", QUESTION):
        expect(page.get_by_role("main")).to_contain_text(shown)
    assert not FOIRequest.objects.exists()
    page.get_by_role("button", name="Confirm and send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sent")
    page.get_by_role("link", name="See its page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Broken street lamps")


def answer(site, asked, sender: str, words: str, *, files: tuple = ()) -> None:
    """The authority's mail program answers the letter that it got."""
    to = parseaddr(asked["From"])[1]
    site.bring(sender, to, letter(sender=sender, to=to, text=words, subject=f"Re: {asked['Subject']}", files=files))


def whole_way(site, visit, sign_in) -> None:
    """All of it, whichever way the site's letters come and leave."""
    factories.make_authority("Exampleton Borough Council", email=COUNCIL, slug="exampleton")
    follower = factories.make_user("Ben Follower", email="ben@people.example")
    page = visit()

    write_and_sign_up(page)
    confirm(page, site)

    # The authority has it, from an address of this request only, and nothing of the citizen's own address.
    asked = site.letter(COUNCIL, saying=QUESTION)
    assert "Ada Okafor" in asked["From"] and ADDRESS not in asked.as_string()
    assert page.url in words_of(asked)

    # It answers by mail, with a document; the page shows it within five seconds.
    words = "Dear Ms Okafor,\n\nThe lamps by ward are in the document.\n\nInformation team\n"
    answer(site, asked, COUNCIL, words, files=(("lamps by ward.pdf", "application/pdf", PDF),))
    reader = visit()
    address = re.sub(r"#.*", "", page.url)
    for _second in range(10):
        reader.goto(address)
        if reader.get_by_text("The lamps by ward are in the document.").count():
            break
        reader.wait_for_timeout(500)
    expect(reader.locator(".letter--authority")).to_contain_text("The lamps by ward are in the document.", timeout=1)
    # The document is looked into first; then it is there, and its pages are counted.
    for _second in range(40):
        if reader.locator(".letter--authority .file").get_by_text("1 page").count():
            break
        reader.wait_for_timeout(500)
        reader.reload()
    expect(reader.locator(".letter--authority .file")).to_contain_text("lamps by ward.pdf")
    expect(reader.locator(".letter--authority .file")).to_contain_text("1 page")
    with reader.expect_download() as download:
        reader.get_by_role("link", name="lamps by ward.pdf").click()
    assert download.value.path().read_bytes() == PDF
    assert "published with 1 file" in words_of(site.letter(COUNCIL, saying="Received and published"))
    assert "/describe/" in words_of(site.letter(ADDRESS, saying="has written"))

    # The citizen says what it was; the status sentence follows.
    page.goto(address)
    page.get_by_role("link", name="Say what the letter was").first.click()
    page.get_by_label("An answer with part of it").check()
    page.get_by_role("button", name="Save").click()
    page.goto(address)
    expect(page.locator(".page-head__status")).to_contain_text("partly successful")

    # Somebody else follows, at once; the citizen annotates.
    second = sign_in(follower)
    second.goto(address)
    second.get_by_role("button", name="Follow").click()
    expect(second.get_by_text("There are 2 people following this request")).to_be_visible()
    second.goto("/my/following/")
    second.get_by_label("How often you hear of “Broken street lamps”").select_option("at_once")
    second.get_by_role("button", name="Save Broken street lamps").click()
    page.get_by_role("link", name="Add an annotation").click()
    page.get_by_role("textbox", name="Your annotation").fill("Ward 7 was merged with ward 8 in 2025.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".annotation")).to_contain_text("Ada Okafor left an annotation")

    # The same from a colleague whom we never wrote to: held, asked about, published by the button.
    colleague = "j.doe@exampleton.example"
    answer(site, asked, colleague, "Dear Ms Okafor,\n\nTwo more wards: 19 and 4 lamps.\n\nJ. Doe\n")
    question = site.letter(COUNCIL, saying="Is this your answer?")
    assert colleague in words_of(question)
    reader.goto(address)
    expect(reader.get_by_text("Two more wards")).to_have_count(0)
    assert InboundEmail.objects.filter(state=InboundState.HELD).count() == 1
    officer = visit()
    officer.goto(link_in(question, "/link/"))
    officer.get_by_role("button", name="Yes, publish it").click()
    expect(officer.get_by_role("main")).to_contain_text("Published.")
    reader.goto(address)
    expect(reader.locator(".letter--authority").last).to_contain_text("Two more wards: 19 and 4 lamps.")

    # The follower hears of it.
    news = site.letter(follower.email, saying="Broken street lamps", seconds=40)
    assert "List-Unsubscribe-Post" in news
    assert address.rpartition("/")[2] in words_of(news)
    for visitor in (page, reader, second, officer):
        assert visitor.faults == []


def test_the_whole_way_of_a_request(site, visit, sign_in):
    whole_way(site, visit, sign_in)
