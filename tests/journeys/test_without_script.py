"""The writing side with script switched off: every step is a plain form, and nothing typed is lost."""

from playwright.sync_api import expect

from requests_app.models import FOIRequest
from tests import factories
from tests.journeys.test_citizen import COUNCIL, QUESTION, confirm, write_and_sign_up


def test_given_no_script_when_a_letter_is_written_and_confirmed_then_it_leaves(site, visit):
    factories.make_authority("Exampleton Borough Council", email=COUNCIL, slug="exampleton")
    page = visit(java_script_enabled=False)

    # Unfinished, then saved: it is there again later, without an account.
    page.goto("/new/exampleton")
    page.get_by_label("Title").fill("a")
    page.get_by_role("button", name="Check my letter").click()
    expect(page.get_by_role("main")).to_contain_text("at least three letters")
    page.get_by_label("Title").fill("Half a thought")
    page.get_by_role("button", name="Save and go on later").click()
    page.goto("/new/exampleton")
    expect(page.get_by_label("Title")).to_have_value("Half a thought")
    page.get_by_role("button", name="Throw it away").click()

    write_and_sign_up(page)
    confirm(page, site)

    foi_request = FOIRequest.objects.get()
    assert foi_request.requester.public_name == "Ada Okafor"
    assert site.letter(COUNCIL, saying=QUESTION)["To"]
    assert page.locator(".letter").count() == 1


def test_given_no_script_when_a_letter_is_about_oneself_then_the_private_way_is_shown_and_going_on_is_free(site, visit):
    factories.make_authority("Exampleton Borough Council", email=COUNCIL, slug="exampleton")
    page = visit(java_script_enabled=False)
    page.goto("/new/exampleton")
    page.get_by_label("Title").fill("My housing file")
    body = page.get_by_role("textbox", name="Your letter")
    body.fill("Dear Council,\n\nPlease send me my own housing file and my records.\n\nYours,\n\nAda Okafor")
    page.get_by_role("button", name="Check my letter").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Everything here is public, with your name")
    page.get_by_role("button", name="Go on with my letter").click()
    expect(page.get_by_role("main")).to_contain_text("Tick this sentence to go on")
    page.get_by_label("I understand that my letter").check()
    page.get_by_role("button", name="Go on with my letter").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This is what becomes public")
