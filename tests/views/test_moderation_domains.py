"""Opening a whole domain on an authority's page: seen first, then done, then closed."""

import html
import re

import pytest

from requests_app.models import AuthorityDomain, InboundEmail, InboundState
from tests import factories
from tests.arrivals import arrive, our_address
from tests.letters import letter

pytestmark = pytest.mark.django_db
ASKED = {"domain-domain": "@Team.example", "domain-asked_by": "The head of information, by letter"}


def words(response) -> str:
    """What the page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.fixture
def staff(client):
    person = factories.make_staff()
    client.force_login(person)
    return person


@pytest.fixture
def foi_request():
    return factories.make_request()


@pytest.fixture
def path(foi_request):
    return f"/moderation/authorities/{foi_request.authority.slug}/"


@pytest.mark.usefixtures("staff")
def test_given_held_letters_when_a_domain_is_looked_at_then_it_says_what_would_come_and_does_nothing(
    client, foi_request, path
):
    row = arrive(foi_request, letter(sender="a@team.example", to=our_address(foi_request)))
    factories.make_authority("Otherham Council").addresses.create(email="foi@team.example")

    response = client.post(path, {"do": "domain", **ASKED})

    page = words(response)
    assert response.status_code == 200
    assert "If team.example is opened" in page
    assert "One held letter is looked at anew:" in page and "a@team.example" in page and "is published" in page
    assert "One other authority has addresses there too." in page
    assert not AuthorityDomain.objects.exists()
    row.refresh_from_db()
    assert row.state == InboundState.HELD


@pytest.mark.usefixtures("staff")
def test_given_a_trusted_server_when_looked_at_then_letters_that_nobody_vouches_for_are_named(
    client, foi_request, path, settings
):
    settings.TRUSTED_AUTHSERV_ID = "mx.site.example"
    arrive(foi_request, letter(sender="a@team.example", to=our_address(foi_request)))

    assert "stays held: nothing vouches for its sender" in words(client.post(path, {"do": "domain", **ASKED}))


def test_given_a_look_when_confirmed_then_it_is_open_and_can_be_closed(client, staff, foi_request, path):
    row = arrive(foi_request, letter(sender="a@team.example", to=our_address(foi_request)))

    assert client.post(path, {"do": "open", **ASKED}).status_code == 302

    opened = AuthorityDomain.objects.get()
    assert (opened.domain, opened.opened_by.actor) == ("team.example", staff)
    assert InboundEmail.objects.get(pk=row.pk).state == InboundState.RECEIVED
    assert "asked for by: The head of information, by letter" in words(client.get(path))

    assert client.post(path, {"do": f"close-{opened.pk}"}).status_code == 302
    opened.refresh_from_db()
    assert opened.closed_at is not None
    assert client.post(path, {"do": "close-999999"}).status_code == 404


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"domain-domain": "camford.ac.uk"}, "students’ too"),
        ({"domain-domain": "gmail.com"}, "Anybody can have an address"),
        ({"domain-domain": ""}, "Give the domain, such as"),
        ({"domain-asked_by": ""}, "Say who at the authority asked for it."),
    ],
)
@pytest.mark.parametrize("do", ["domain", "open"])
def test_given_a_domain_that_cannot_be_opened_when_tried_then_the_page_says_why(client, path, do, change, said):
    response = client.post(path, {"do": do, **ASKED, **change})

    assert (response.status_code, said in words(response)) == (422, True)
    assert not AuthorityDomain.objects.exists()


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("letters", [1, 4])
def test_given_few_or_many_letters_when_looked_at_then_the_queries_are_the_same(
    client, foi_request, path, letters, django_assert_num_queries
):
    for number in range(letters):
        arrive(foi_request, letter(sender=f"a{number}@team.example", to=our_address(foi_request)))

    with django_assert_num_queries(16):
        client.post(path, {"do": "domain", **ASKED})
