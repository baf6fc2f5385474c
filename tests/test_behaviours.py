"""The three scripts in a real browser, under the content policy, against a server of their own.

Each adds to a page that works without it; what is checked here is only what the script adds.
"""

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser
STATIC = Path(__file__).resolve().parent.parent / "static"
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'"
PLACES = [
    {"label": "Northbridge City Council", "url": "/there", "hint": "Council"},
    {"label": "Northbridge University", "url": "/elsewhere", "hint": ""},
]
FRAME = """<!doctype html><html lang="en"><head><title>Page</title>
<link rel="stylesheet" href="/static/css/tokens.css"><link rel="stylesheet" href="/static/css/base.css">
<link rel="stylesheet" href="/static/css/components.css"></head>
<body><main><h1>Page</h1>%s</main><script src="/static/js/%s" defer></script></body></html>"""


class Site(BaseHTTPRequestHandler):
    """Serves the pages below, the sheets and scripts; remembers what was saved."""

    pages: dict[str, str] = {}
    saved: list[dict[str, list[str]]] = []
    answer = 204

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.startswith("/static/"):
            kind = "text/css" if url.path.endswith("css") else "text/javascript"
            self._send(200, kind, (STATIC / url.path.removeprefix("/static/")).read_bytes())
        elif url.path == "/suggest":
            typed = parse_qs(url.query)["q"][0].lower()
            found = [place for place in PLACES if typed in place["label"].lower()]
            self._send(200, "application/json", json.dumps(found).encode())
        else:
            self._send(200, "text/html; charset=utf-8", self.pages.get(url.path, "<title>Other</title>").encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.saved.append({"body": [body]})
        self._send(self.answer, "text/plain", b"")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def search(site, page):
    box = render_to_string(
        "components/typeahead.html",
        {"id": "q", "name": "q", "label": "Which authority?", "url": "/suggest", "button": "Search"},
    )
    Site.pages["/search"] = FRAME % (f'<form action="/found">{box}</form>', "typeahead.js")
    page.goto(f"{site}/search")
    return page


def test_given_letters_when_typed_then_choices_open_and_the_arrow_and_enter_go_there(search):
    search.get_by_role("combobox", name="Which authority?").press_sequentially("bridge u")
    search.get_by_role("option", name="Northbridge University").wait_for()
    search.keyboard.press("ArrowDown")

    assert search.get_by_role("combobox").get_attribute("aria-activedescendant") == "typeahead-1-0"
    assert Axe().run(search).violations_count == 0

    search.keyboard.press("Enter")
    search.wait_for_url("**/elsewhere")


def test_given_choices_when_escape_is_pressed_then_they_close_and_enter_searches(search):
    search.get_by_role("combobox", name="Which authority?").press_sequentially("north")
    search.get_by_role("option").first.wait_for()
    search.keyboard.press("Escape")

    assert search.get_by_role("combobox").get_attribute("aria-expanded") == "false"

    search.keyboard.press("Enter")
    search.wait_for_url("**/found?q=north")


def test_given_a_word_nobody_has_when_typed_then_the_page_says_what_to_do(search):
    search.get_by_role("combobox", name="Which authority?").press_sequentially("zzz")

    search.get_by_text("Nothing found yet. Try another word").wait_for(state="attached")


@pytest.fixture
def draft(site, page):
    Site.saved.clear()
    Site.answer = 204
    state = render_to_string("components/save_state.html")
    field = '<label>Letter <input name="body"></label>'
    form = f'<form method="post" action="/draft" data-autosave="/draft">{field}{state}</form>'
    Site.pages["/write"] = FRAME % (form, "autosave.js")
    page.clock.install()
    page.goto(f"{site}/write")
    return page


def test_given_a_draft_when_typing_stops_then_it_is_saved_and_the_page_says_when(draft):
    draft.get_by_label("Letter").press_sequentially("Dear all")
    draft.clock.run_for(3100)

    draft.get_by_text("Saved at").wait_for()
    assert len(Site.saved) == 1
    assert "Dear all" in Site.saved[0]["body"][0]


def test_given_a_server_that_fails_when_saving_then_the_page_says_so_and_tries_again(draft):
    Site.answer = 503
    draft.get_by_label("Letter").press_sequentially("Dear all")
    draft.clock.run_for(3100)
    draft.get_by_text("Not saved yet").wait_for()

    Site.answer = 204
    draft.clock.run_for(15100)

    draft.get_by_text("Saved at").wait_for()
    assert len(Site.saved) == 2


def test_given_a_link_to_a_letter_when_clicked_then_its_address_is_copied_and_said(site, browser):
    said = render_to_string("components/copy_link_state.html")
    Site.pages["/letter"] = FRAME % (f'<a href="#incoming-3" data-copy-link>Link to this</a>{said}', "copy-link.js")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/letter")

    page.get_by_role("link", name="Link to this").click()

    page.get_by_role("status").get_by_text("Link copied").wait_for(state="attached")
    assert page.url.endswith("#incoming-3")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/letter#incoming-3"
    context.close()
