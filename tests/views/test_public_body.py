"""Authorities: the list by name, one with its requests, and the whole list as CSV."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests_app.models import Authority, AuthorityState, Event, Follow, Standing
from requests_app.selectors.public_bodies import PAGE
from tests.factories import make_authority, make_letter, make_request, make_user

pytestmark = pytest.mark.django_db


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


# --- The list


def test_given_many_of_the_same_name_then_each_is_on_one_page_once():
    for _number in range(PAGE + 7):
        make_authority("The St Mary's Primary School", is_school=True)
    make_authority("Aardvark Board")

    seen, path = [], "/body/"
    while path:
        page = Client().get(path)
        seen += [body.number for body in page.context["bodies"]]
        path = page.context["older_url"]

    assert len(seen) == len(set(seen)) == PAGE + 8
    assert seen[0] == Authority.objects.get(name="Aardvark Board").pk


def test_given_a_letter_or_words_then_only_those_are_listed():
    north = make_authority("The Northbridge Council", tags=["local_council"])
    make_authority("Southbridge Council")

    def listed(query: str) -> list[int]:
        return [body.number for body in Client().get(f"/body/?{query}").context["bodies"]]

    assert listed("letter=N") == listed("letter=n") == listed("q=northb") == listed("q=local+north") == [north.pk]
    assert listed("letter=%25") == listed("q=nothing-of-the-kind") == []
    assert b"Tell us about one that is missing" in Client().get("/body/?q=zzz").content


@pytest.mark.parametrize(
    "query", ["letter=%00", "after=%00", "after=a,b", "after=,", "q=%00", "after=%F0,99999999999999999999"]
)
def test_given_an_odd_wish_then_the_list_answers(query):
    make_authority()

    assert Client().get(f"/body/?{query}").status_code == 200


def test_the_list_takes_one_query_however_long():
    make_authority()
    few = queries(Client(), "/body/")
    for _number in range(60):
        make_authority()

    assert queries(Client(), "/body/") == few == 1


def test_all_authorities_come_as_csv_without_addresses():
    make_authority("=Formula Council", email="secret@council.example", notes="+44", topics=["bins"])

    answer = Client().get("/body/all-authorities.csv")
    text = b"".join(answer.streaming_content).decode()
    row = next(csv.DictReader(io.StringIO(text)))

    assert row["name"] == "'=Formula Council" and row["notes"] == "'+44" and row["topics"] == "bins"
    assert "@" not in text


# --- One authority


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_number_of_queries_does_not_grow(signed_in):
    authority = make_authority(slug="council")
    requester = make_user()
    client = sign_in(make_user()) if signed_in else Client()
    for _number in range(3):
        make_request(authority=authority, requester=requester)
    few = queries(client, "/body/council")
    for _number in range(60):
        make_request(authority=authority, requester=requester)

    assert queries(client, "/body/council") == few <= (6 if signed_in else 2)


def test_given_another_authoritys_requests_then_they_are_not_shown():
    own, other = make_request("Own matter", authority=make_authority(slug="council")), make_request("Other matter")

    numbers = [row["number"] for row in Client().get("/body/council.json").json()["requests"]]

    assert numbers == [own.pk] != [other.pk]
    assert b"Other matter" not in Client().get("/body/council").content
    for kind in ("csv", "atom"):
        answer = Client().get(f"/body/council.{kind}")
        assert b"Own matter" in answer.content and b"Other matter" not in answer.content


@pytest.mark.parametrize(
    "fields, says, button",
    [
        ({}, "Must answer under the Freedom of Information Act 2000", True),
        ({"standing": Standing.FOISA}, "Freedom of Information (Scotland) Act 2002", True),
        ({"standing": Standing.EIR}, "Ask it about the environment only", True),
        ({"standing": Standing.NONE}, "Not required by law to answer", True),
        ({"state": AuthorityState.CLOSED}, "This authority no longer exists", False),
        ({"state": AuthorityState.NO_ADDRESS}, "Requests cannot be sent now", False),
    ],
)
def test_the_page_says_how_it_must_answer(fields, says, button):
    make_authority(slug="body", **fields)

    page = Client().get("/body/body").content.decode()

    assert says in page
    assert ('href="/new/body"' in page) is button


def test_given_a_body_that_no_law_binds_then_nothing_says_by_law():
    make_authority(slug="body", standing=Standing.NONE, home_page="https://body.example/")

    page = Client().get("/body/body").content.decode().split("<main")[1].split("<footer")[0]

    for wrong in ("Must answer", "Freedom of Information request", "internal review"):
        assert wrong not in page


def test_given_an_authority_that_closed_then_its_successor_is_linked():
    make_authority(slug="old", state=AuthorityState.CLOSED, successor=make_authority("New Council", slug="new"))

    assert 'href="/body/new"' in Client().get("/body/old").content.decode()


def test_what_is_known_of_it_has_no_address():
    make_authority("Council", slug="council", email="secret@council.example", tags=["x"])

    answer = Client().get("/body/council/about.json")

    assert answer.json()["name"] == "Council" and b"@" not in answer.content


def test_no_such_authority():
    for path in ("/body/none", "/body/none.json", "/body/none/about.json"):
        assert Client().get(path).status_code == 404


# --- Following it


def test_given_a_reader_who_follows_and_stops_then_each_press_does_what_its_button_says():
    authority, reader = make_authority(slug="council"), make_user()
    client = sign_in(reader)

    client.post("/body/council/follow")
    client.post("/body/council/follow")

    assert Follow.objects.filter(user=reader, authority=authority).count() == 1
    assert b"Stop following" in client.get("/body/council").content
    client.post("/body/council/unfollow")
    client.post("/body/council/unfollow")
    assert not Follow.objects.exists()
    assert b"Stop following" not in client.get("/body/council").content


def test_given_news_when_a_follower_opens_the_authority_then_it_is_read():
    authority, reader = make_authority(slug="council"), make_user()
    client = sign_in(reader)
    client.post("/body/council/follow")
    make_letter(make_request(authority=authority))
    assert Event.objects.exists() and client.get("/my/following/").context["authorities"][0].is_unread

    client.get("/body/council")

    assert not client.get("/my/following/").context["authorities"][0].is_unread
