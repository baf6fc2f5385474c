"""Beside the request page: why this date, event history, similar requests, and addresses that moved or are gone."""

import re

import pytest
from django.urls import reverse

from requests_app.actions import slugs
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import RetiredSlug
from requests_app.selectors import paths
from tests.factories import make_letter, make_request
from tests.views.test_public_request import lines_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def test_given_a_moved_slug_then_301_and_given_a_removed_one_then_410(client):
    foi_request = make_request("Old words")
    old = foi_request.slug
    slugs.retire_slug(foi_request, "new-words", is_gone=False)
    moved = client.get(f"/request/{old}")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/request/new-words")
    assert client.get(f"/request/{old}.json").headers["Location"] == "/request/new-words.json"
    slugs.retire_slug(foi_request, "plain", is_gone=True)
    gone = client.get("/request/new-words")
    assert gone.status_code == 410
    assert "new-words" not in gone.content.decode().split("<main")[1]
    assert not RetiredSlug.objects.filter(slug="new-words").exists()


def test_given_a_hidden_request_that_moved_then_its_new_address_is_not_told(client):
    foi_request = make_request("Old words", prominence="parties", concealed_reason="court", concealed_wording="x")
    old = foi_request.slug
    slugs.retire_slug(foi_request, "secret-new", is_gone=False)
    assert client.get(f"/request/{old}").status_code == 404


def test_given_a_number_then_it_leads_to_the_page(client):
    foi_request = make_request()
    answer = client.get(f"/request/{foi_request.pk}")
    assert (answer.status_code, answer.headers["Location"]) == (301, paths.foi_request(foi_request.slug))


def test_given_why_this_date_then_every_day_is_there_and_the_holiday_is_named(client):
    foi_request = make_request()
    page = lines_of(client.get(paths.foi_request(foi_request.slug) + "/deadline"))
    days = [line for line in page if re.match(r"\w+day \d+ \w+ 2011: ", line)]
    assert len(days) == 30
    assert days[0].startswith("Thursday 16 June 2011: the request was received")
    assert any(line.startswith("Tuesday 12 July 2011: not counted, bank holiday in Northern Ireland:") for line in days)
    assert days[-1].startswith("Friday 15 July 2011: working day 20")


def test_given_no_date_then_why_this_date_says_why_not(client):
    foi_request = make_request(received=False)
    answer = client.get(paths.foi_request(foi_request.slug) + "/deadline")
    assert "We do not know yet when the request arrived." in answer.content.decode()


def test_given_events_then_the_history_names_them_without_words_of_people(client):
    foi_request = make_request()
    make_letter(foi_request, body="A SECRET WORD")
    text = client.get(paths.foi_request(foi_request.slug) + "/details").content.decode()
    assert "The request was written and published" in text
    assert "A letter came from the authority" in text
    assert "A SECRET WORD" not in text


def test_given_titles_that_share_rare_words_then_they_are_similar_and_hidden_ones_are_not(client):
    foi_request = make_request("Zeppelin mooring fees")
    near = make_request("Zeppelin accidents")
    hidden = make_request("Zeppelin secrets", prominence="parties", concealed_reason="court", concealed_wording="x")
    make_request("Something else entirely")
    for path in ("", "/similar"):
        text = client.get(paths.foi_request(foi_request.slug) + path).content.decode()
        assert near.title in text
        assert hidden.title not in text
        assert "Something else entirely" not in text


def test_given_the_plain_paths_then_they_are_the_routes():
    foi_request = make_request()
    person = foi_request.requester
    assert paths.foi_request(foi_request.slug) == reverse("public:request", args=[foi_request.slug])
    assert paths.person(person.pk, person.public_name) == reverse("public:person", args=[person.slug])
    assert paths.authority(foi_request.authority.slug) == reverse("public:body", args=[foi_request.authority.slug])
