"""The holding pen worked by keyboard: twenty lost letters, brought by mail, each placed with one key."""

from collections import Counter

from playwright.sync_api import expect

from requests_app.mail.tokens import address_of
from requests_app.models import Case, CaseKind, Message
from tests import factories
from tests.letters import DOMAIN, letter
from tests.running import wait_until

LOST = 20


def held():
    return Case.objects.open().filter(kind=CaseKind.HELD_LETTER)


def test_twenty_lost_letters_are_placed_with_a_key_each(site, signed_in_as):
    council = factories.make_authority("Exampleton Borough Council", email="foi@exampleton.example")
    asked = [factories.make_request(f"Street lamps in ward {number}", authority=council) for number in range(4)]
    for number in range(LOST):
        foi_request = asked[number % len(asked)]
        local, _at, domain = address_of(foi_request, "request", DOMAIN).partition("@")
        to = f"{local}z@{domain}"
        text = f"Dear resident,\n\nAnswer number {number} is below.\n"
        raw = letter(sender=f"desk{number}@exampleton.example", to=to, subject=foi_request.title, text=text)
        site.bring(f"desk{number}@exampleton.example", to, raw)
    wait_until(lambda: held().count() == LOST, seconds=90)  # one that failed at first is tried again by a sweep
    page = signed_in_as(factories.make_staff("Sam Keane"))

    page.goto("/moderation/")
    page.get_by_role("link", name="Place 20 held letters").click()
    for left in range(LOST, 0, -1):
        expect(page.get_by_text(f"of {left}, case")).to_be_visible()
        shown = page.locator(".letter__text").inner_text()
        page.keyboard.press("1")
        expect(page.locator(".notices")).to_contain_text("Published on")
        assert shown

    expect(page.get_by_text("No letter is held.")).to_be_visible()
    placed = Counter(Message.objects.filter(direction="incoming").values_list("foi_request", flat=True))
    assert placed == {foi_request.pk: LOST // len(asked) for foi_request in asked}


def test_keys_do_nothing_while_somebody_types_and_open_what_they_name(site, signed_in_as):
    council = factories.make_authority("Exampleton Borough Council", email="foi@exampleton.example")
    foi_request = factories.make_request("Street lamps", authority=council)
    local, _at, domain = address_of(foi_request, "request", DOMAIN).partition("@")
    for number in range(2):
        to = f"{local}z@{domain}"
        site.bring("a@exampleton.example", to, letter(sender="a@exampleton.example", to=to, text=f"Letter {number}."))
    wait_until(lambda: held().count() == 2, seconds=90)  # one that failed at first is tried again by a sweep
    page = signed_in_as(factories.make_staff("Sam Keane"))
    page.goto("/moderation/held/")

    page.keyboard.press("o")
    page.keyboard.type("1 j k")
    expect(page.get_by_label("Number or address of the request")).to_have_value("1 j k")
    page.locator("h1").focus()
    page.keyboard.press("j")
    expect(page.get_by_text("Letter 2 of 2")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("Letter 1 of 2")).to_be_visible()

    assert held().count() == 2
