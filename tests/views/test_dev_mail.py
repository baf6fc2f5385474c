"""The demo's caught mail: listed, readable, its links clickable; and absent from any real site."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.template import engines
from django.urls import include, path, resolve
from django.urls.exceptions import Resolver404

import foitracker.urls
from foitracker import mailbox
from requests_app.demo import letters as samples
from requests_app.mail import filled
from requests_app.views.dev_mail import with_links
from tests.factories import make_authority
from tests.letters import letter

pytestmark = pytest.mark.django_db
urlpatterns = [*foitracker.urls.urlpatterns, path("dev/", include("requests_app.urls.dev"))]


@pytest.fixture
def caught(settings, tmp_path):
    settings.HOME = tmp_path
    settings.ROOT_URLCONF = __name__
    raw = letter(
        sender="FOI Tracker <foi+notice-1-aaaaaaaaaaaaaaaa@reply.foitracker.example>",
        to="foi@council.example",
        subject="Received & published",
        text="See http://localhost:8000/request/damp?a=1&b=2.\n<script>alert(1)</script>\n",
        files=(("a.csv", "text/csv", b"a,b\n"),),
    )
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return mailbox.store(tmp_path, mail_from="bounce+1-x@y", rcpt_to=["foi@council.example"], data=raw, at=at)


def test_given_caught_mail_when_listed_then_it_is_there_with_its_link(client, caught):
    page = client.get("/dev/mail/").content.decode()

    assert "Received &amp; published" in page
    assert f'href="/dev/mail/{caught.id}/"' in page
    assert "23 November 2026 at 09:00" in page


def test_given_a_letter_when_read_then_its_links_can_be_clicked_and_nothing_runs(client, caught):
    page = client.get(f"/dev/mail/{caught.id}/").content.decode()

    assert '<a href="http://localhost:8000/request/damp?a=1&amp;b=2">' in page
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert f"foitracker.reply {caught.id}" in page
    assert "a.csv" in page


@pytest.mark.parametrize("number", ["999999", "1", "..", "%2e%2e%2fsecret", "abc"])
def test_given_no_such_letter_when_read_then_it_is_not_found(client, caught, number):
    assert client.get(f"/dev/mail/{number}/").status_code == 404


def test_given_an_empty_box_when_listed_then_it_says_what_to_do(client, settings, tmp_path):
    settings.HOME, settings.ROOT_URLCONF = tmp_path, __name__

    assert "Make a request" in client.get("/dev/mail/").content.decode()


def test_given_a_real_site_then_there_is_no_such_page(settings):
    if settings.EMBEDDED:
        pytest.skip("these tests run on embedded engines, which have the page")
    with pytest.raises(Resolver404):
        resolve("/dev/mail/")


def test_given_plain_text_when_linked_then_words_are_escaped():
    assert with_links("a < b & http://x.example/y.") == (
        'a &lt; b &amp; <a href="http://x.example/y">http://x.example/y</a>.'
    )


class TestEveryLetter:
    """The samples show what would be sent: the same templates, nothing missing, every folder."""

    @pytest.fixture(autouse=True)
    def says_what_is_missing(self, settings, monkeypatch):
        settings.ROOT_URLCONF = __name__
        filled._pieces.cache_clear()
        monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING(%s)")
        yield
        filled._pieces.cache_clear()

    @pytest.mark.parametrize("name", samples.names())
    def test_a_letter_prints_every_word_that_its_template_asks_for(self, name, django_assert_num_queries):
        with django_assert_num_queries(0):
            shown = samples.sample(name)

        assert shown.subject and shown.body.strip()
        for part in (shown.subject, shown.body):
            assert "MISSING(" not in part and "None" not in part and "–" not in part
        assert all(len(line) <= 76 for line in shown.body.splitlines() if " " in line.strip())

    def test_a_letter_whose_words_are_missing_is_found_out(self, monkeypatch):
        monkeypatch.setitem(
            samples._OWN_WORDS, "response_receipt", lambda: {"received_at": None, "take_down_link": "x"}
        )
        monkeypatch.setattr(samples, "_words", lambda: {"foi_request": samples._REQUEST})

        assert "MISSING(" in samples.sample("response_receipt").body

    def test_all_are_listed_and_each_has_a_page(self, client):
        listed = client.get("/dev/mail/letters/").content.decode()

        for name in samples.names():
            assert f'href="/dev/mail/letters/{name}/"' in listed
            assert client.get(f"/dev/mail/letters/{name}/").status_code == 200

    def test_a_name_that_is_no_letter_is_not_found(self, client):
        assert client.get("/dev/mail/letters/_automatic/").status_code == 404

    @pytest.mark.parametrize("name", samples.names())
    def test_no_link_of_a_sample_leads_nowhere(self, client, name, settings):
        make_authority("Harrow Vale London Borough Council", slug="harrow-vale-council")
        page = client.get(f"/dev/mail/letters/{name}/").content.decode()

        shown = page[page.index("letter__text") : page.index("</div></div></div>")]
        links = [unescape(href) for href in re.findall(r'<a href="([^"]+)"', shown)]
        for link in links:
            if link.startswith(settings.SITE_URL):
                assert client.get(link.removeprefix(settings.SITE_URL)).status_code in (200, 302), link
        assert samples._SLUG not in "".join(links)
        assert samples._SLUG in shown or samples._SLUG not in samples.sample(name).body
