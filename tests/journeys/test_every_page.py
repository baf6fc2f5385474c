"""What every kind of page must be: without a fault that axe finds, and never wider than a small phone."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Error, Page, Route

from requests_app.models import Direction, User
from requests_app.selectors import paths
from tests import factories
from tests.journeys import every_page
from tests.journeys.templates_seen import HEADER

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only what is wrong comes back over the wire: of each page axe has a hundred kilobytes to tell that is right.
RUN = """async given => (await axe.run(document, given)).violations.map(
    ({id, help, nodes}) => `${id}: ${help}: ${nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" ¦ ")}`)"""
GIVEN = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# Of the rules only these look at colours: the others would say the same of a page in both schemes.
COLOURS = GIVEN | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# Both schemes in both widths, in an order that changes one of them at a time; the page stays as it was loaded.
PAIRS = (("light", PHONE, GIVEN), ("dark", PHONE, COLOURS), ("dark", DESK, GIVEN), ("light", DESK, COLOURS))
SCROLLS = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
# Pages that no address shows in a calm hour: printed here, and given to the browser with the site's own style.
PRINTED = {
    "429.html": {"until": factories.SENT_AT},
    "500.html": {},
    "403.html": {},
    "403_csrf.html": {},
    "account/signup_closed.html": {},
    "account/verified_email_required.html": {},
    "account/email_confirm.html": {},
}


def page_templates() -> set[str]:
    """Templates that are a page of their own: they extend another, and are not one that others extend."""
    folder = Path(settings.BASE_DIR) / "templates"
    extending = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*.html")
        if "{% extends" in path.read_text()
    }
    bases = {name for words in extending.values() for name in re.findall(r'{% extends "([^"]+)"', words)}
    return set(extending) - bases - {name for name in extending if name.startswith("allauth/")}


def faults_of(page: Page, axe: Axe) -> list[str]:
    """What axe finds in each scheme and width, and whether the page scrolls sideways at 320 pixels."""
    found = []
    page.evaluate(axe.axe_script)
    for scheme, size, given in PAIRS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        found += [f"{scheme} {size['width']}: {violation}" for violation in page.evaluate(RUN, given)]
    page.set_viewport_size({"width": 320, "height": 640})
    if (wider := page.evaluate(SCROLLS)) > 0:
        found.append(f"320: {wider} pixels wider than the screen")
    return found


def _serve(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.fixture
def page_as(visit, signed_in_as) -> Callable[[User | None], Page]:
    """One page for each person, kept; it notes the templates of all that it was answered."""
    pages: dict[int | None, Page] = {}

    def give(user: User | None, seen: set[str]) -> Page:
        key = user.pk if user else None
        if key not in pages:
            pages[key] = signed_in_as(user) if user else visit()
            pages[key].on("response", lambda answer: seen.update(answer.headers.get(HEADER.lower(), "").split(",")))
        return pages[key]

    return give


@pytest.mark.timeout(600)
def test_every_page_is_without_fault_in_both_schemes_at_both_widths(site, page_as):
    axe, seen, faults = Axe(), set(), []
    everything = every_page.build(site.home, site.url)

    for look in everything.looks:
        page = page_as(everything.people[look.who], seen)
        try:
            status = every_page.open_page(page, look)
        except Error as error:  # the rest is worth looking at all the same
            faults.append(f"{look}: {error.message.splitlines()[0]}")
            continue
        if status != look.status:
            faults.append(f"{look}: answered {status}, not {look.status}")
        faults += [f"{look}: {fault}" for fault in faults_of(page, axe)]
    for template, context in PRINTED.items():
        request = RequestFactory().get("/printed")
        request.user = AnonymousUser()
        html = render_to_string(template, context, request)
        page = page_as(None, seen)
        page.route("**/printed", partial(_serve, html))
        page.goto("/printed")
        page.unroute("**/printed")
        faults += [f"{template}: {fault}" for fault in faults_of(page, axe)]

    assert faults == []
    assert page_templates() - seen - set(PRINTED) == set()


def test_given_a_page_with_faults_when_it_is_looked_at_then_they_are_found(browser):
    page = browser.new_page()
    page.set_content(
        "<html lang=en><title>A page</title><style>p {color: #aaa; background: #fff}"
        "@media (max-width: 500px) and (prefers-color-scheme: dark) {p {background: #000}}</style>"
        "<main><img src=x><p>Pale words</p><div style='width:400px'>Wide</div></main></html>"
    )

    found = " ".join(faults_of(page, Axe()))

    page.close()
    assert "image-alt" in found and "320: " in found
    # Only in the scheme and the width where it is so.
    assert re.findall(r"(\w+ \d+): color-contrast", found) == ["light 360", "dark 1280", "light 1280"]


def test_a_page_of_ten_letters_costs_at_most_sixty_kilobytes(site, visit):
    foi_request = factories.make_request("Street lamps by ward")
    body = " ".join(f"The {word} ward had {number} lamps out of order." for number, word in enumerate(WORDS))
    for number in range(9):
        side = Direction.INCOMING if number % 2 == 0 else Direction.OUTGOING
        letter = factories.make_letter(foi_request, side, f"Dear Sir,\n\n{body} ({number})\n\nYours,\n\nA. Person")
        if side == Direction.INCOMING:
            factories.make_file(letter, f"lamps-{number}.txt")
    page = visit()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))

    page.goto(paths.foi_request(foi_request.slug), wait_until="networkidle")

    assert page.locator(".letter").count() == 10
    assert len(sizes) >= 4  # the page, and its style sheets
    assert sum(sizes) <= 60_000, sizes


WORDS = "northern southern eastern western upper lower inner outer old new".split()
