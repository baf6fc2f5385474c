"""A host of its own for files: nothing but files that anybody may have, and nobody is signed in there."""

from urllib.parse import quote

import pytest

from requests_app.actions.slugs import retire_slug
from tests.factories import make_file, make_letter, make_request

pytestmark = pytest.mark.django_db
HIDDEN = {"prominence": "parties", "concealed_reason": "personal", "concealed_wording": "Hidden."}


@pytest.fixture(autouse=True)
def files_host(settings):
    settings.FILES_URL, settings.FILES_HOST = "https://files.foi.example", "files.foi.example"
    settings.ALLOWED_HOSTS = ["testserver", "files.foi.example"]


def path(file):
    return f"/request/{file.message.foi_request.slug}/file/{file.pk}/{file.name}"


def there(client, address):
    return client.get(address, headers={"host": "files.foi.example"})


def test_a_public_file_is_sent_there_and_served_there(client):
    file = make_file(make_letter(make_request()))

    assert client.get(path(file))["Location"] == "https://files.foi.example" + path(file)
    response = there(client, path(file))
    assert response.getvalue() == b"1,2,3\n"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_what_only_some_may_have_stays_on_the_site(client):
    foi_request = make_request()
    file = make_file(make_letter(foi_request), "names.txt", **HIDDEN)
    client.force_login(foi_request.requester)

    assert client.get(path(file)).getvalue() == b"1,2,3\n"
    assert there(client, path(file)).status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/list", "/account/login/", "/moderation/", "/static/css/base.css", "/readyz"]
)
def test_nothing_else_is_there(client, address):
    response = there(client, address)

    assert (response.status_code, response.content) == (404, b"Not found\n")


def test_pages_about_the_file_are_not_there(client):
    file = make_file(make_letter(make_request()))

    assert there(client, path(file).rpartition("/")[0] + "/as/text").status_code == 404
    assert there(client, f"/request/{file.message.foi_request.slug}").status_code == 404


@pytest.mark.parametrize("name", ["repairs.csv", "#7 of 50%.csv", "Überblick 2026.csv"])
def test_the_former_address_of_a_file_leads_to_it_there_too(client, name):
    foi_request = make_request()
    file = make_file(make_letter(foi_request), name)
    former = f"/request/{foi_request.slug}/file/{file.pk}/{quote(name)}?download=1"
    retire_slug(foi_request, "another-title", is_gone=False)

    onward = there(client, former)

    assert onward.status_code == 301
    assert onward["Location"] == f"/request/another-title/file/{file.pk}/{quote(name)}?download=1"
    assert there(client, onward["Location"]).getvalue() == b"1,2,3\n"
