"""The measurement of request pages: it says what is missing, and measures real pages."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from requests_app.benchmarks import content, pages
from requests_app.models import FOIRequest


def test_given_no_wrk_then_the_command_says_how_to_install_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CommandError, match="apt-get install wrk"):
        call_command("bench", "pages")


def test_given_no_server_then_the_command_says_what_to_start(monkeypatch, settings):
    settings.DATABASE_URL = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(pages.BenchFailed, match="PostgreSQL cannot be reached"), pages.scratch_database():
        pass


@pytest.mark.django_db
def test_given_the_invented_requests_then_their_pages_are_whole_and_cost_what_they_should():
    content.fill(4)
    for slug in FOIRequest.objects.values_list("slug", flat=True):
        page = Client().get(f"/request/{slug}").content.decode()
        assert page.count('<article class="letter ') == 4 and page.count('<article class="annotation"') == 1
        assert "By law" in page or "normally due promptly" in page or "well past the time" in page
    anew, from_copy = content.count_queries()
    assert (anew <= 10, from_copy) == (True, 1)
