"""Single-use links: GET changes nothing, a button works once, and whoever comes too late is told what to do."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from requests_app.actions import inbound, officers
from requests_app.actions.links import make_link
from requests_app.actions.publishing import NewFile
from requests_app.mail.tokens import address_of
from requests_app.models import AuthorityAddress, Case, LinkKind, Message, OneTimeLink, OutboundEmail
from tests.factories import make_authority, make_letter, make_request

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def path_of(link: str) -> str:
    return link.removeprefix(settings.SITE_URL)


@pytest.fixture
def take_down():
    letter = make_letter(make_request(), files=[NewFile("names.csv", "text/csv", b"a,b\n")])
    return letter, path_of(make_link(LinkKind.TAKE_DOWN, now=NOW, lives=timedelta(days=30), message=letter))


def test_given_a_take_down_link_when_opened_then_nothing_happens_until_the_button(client, take_down):
    letter, path = take_down

    response = client.get(path)

    assert response.status_code == 200
    assert b"names.csv" in response.content and b"Take the files down now" in response.content
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"] and "no-store" in response["Cache-Control"]
    assert letter.attachments.get().release == "public"
    assert not response.cookies


def test_given_a_take_down_link_when_pressed_then_the_file_is_down_at_once_without_an_account(client, take_down):
    letter, path = take_down
    file = letter.attachments.get()
    address = f"/request/{letter.foi_request.slug}/file/{file.pk}/{file.name}"
    assert client.get(address).status_code == 200
    assert b"names.csv" in client.get(f"/request/{letter.foi_request.slug}").content
    received = letter.foi_request.received_on

    response = client.post(path, {"do": "yes"})

    assert response.status_code == 200 and b"hidden now" in response.content
    assert client.get(address).status_code != 200
    assert b"asked for a check" in client.get(f"/request/{letter.foi_request.slug}").content
    assert Case.objects.get().urgent
    letter.foi_request.refresh_from_db()
    assert letter.foi_request.received_on == received and letter.foi_request.status == "awaiting_response"


def test_given_browsers_that_send_origin_null_when_pressed_then_it_works(take_down):
    from django.test import Client

    _letter, path = take_down
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(path, {"do": "yes"}, headers={"origin": "null"}).status_code == 200


def test_given_a_used_link_when_pressed_again_then_it_says_so(client, take_down):
    _letter, path = take_down
    client.post(path, {"do": "yes"})

    for response in (client.get(path), client.post(path, {"do": "yes"})):
        assert response.status_code == 410
        assert b"This link has been used" in response.content and b"write to us" in response.content.lower()


def test_given_an_old_or_unknown_link_when_opened_then_it_says_what_to_do(client, take_down):
    letter, path = take_down
    OneTimeLink.objects.update(expires_at=NOW - timedelta(days=1))

    assert client.post(path, {"do": "yes"}).status_code == 410
    assert b"too old" in client.get(path).content
    response = client.get(path[:-3] + "x/")
    assert response.status_code == 404 and b"Open it again from the letter" in response.content
    assert letter.attachments.get().release == "public"


def test_given_a_button_that_the_page_does_not_have_when_sent_then_nothing_happens(client, take_down):
    letter, path = take_down

    assert client.post(path, {"do": "publish everything"}).status_code == 200
    assert letter.attachments.get().release == "public"


class TestStrangersLetter:
    @pytest.fixture
    def held(self):
        """A letter from another address at the authority's domain, held; the path of the button it asks with."""
        authority = make_authority(email="foi@council.example")
        foi_request = make_request(authority=authority)
        address = address_of(foi_request, "request", settings.MAIL_DOMAIN)
        raw = (
            f"From: Somebody <other@council.example>\r\nTo: {address}\r\nSubject: Re: {foi_request.title}\r\n"
            "Message-ID: <1@council.example>\r\nDate: Thu, 16 Jun 2011 10:12:00 +0100\r\n\r\n"
            "There are 214 empty homes.\r\n"
        ).encode()
        [number] = inbound.receive(door="lmtp", recipients=[address], envelope_from="other@council.example", raw=raw)
        inbound.place(number)
        assert not Message.objects.filter(direction="incoming").exists()
        asked = OutboundEmail.objects.get(template="ask_sender")
        assert asked.to_address == "foi@council.example"
        link = next(word for word in asked.body.split() if "/link/" in word)
        return foi_request, path_of(link)

    def test_given_a_held_letter_when_the_authority_says_publish_then_it_is_on_the_page(self, client, held):
        foi_request, path = held
        page = client.get(path).content.decode()
        assert "other@council.example" in page and "Is this your answer?" in page

        response = client.post(path, {"do": "yes"})

        assert b"Published" in response.content
        assert b"214 empty homes" in client.get(f"/request/{foi_request.slug}").content
        assert AuthorityAddress.objects.get(email="other@council.example").publishes is True
        assert not Case.objects.open().exists()

    def test_given_a_held_letter_when_it_is_not_for_the_public_then_it_stays_away(self, client, held):
        foi_request, path = held

        client.post(path, {"do": "no"})

        assert not Message.objects.filter(direction="incoming").exists()
        assert AuthorityAddress.objects.get(email="other@council.example").publishes is False
        assert b"214 empty homes" not in client.get(f"/request/{foi_request.slug}").content


@pytest.mark.parametrize(("choice", "cases"), [("yes", 1), ("no", 0)])
def test_given_somebody_who_asks_for_access_when_the_authority_answers_then_staff_decide_only_after_a_yes(
    client, choice, cases
):
    officers.ask_for_access(authority_id=make_authority().pk, email="k@x.example", name="K. Osei", now=NOW)
    letter = OutboundEmail.objects.get(template="officer_vouch")
    path = path_of(next(word for word in letter.body.split() if "/link/" in word))
    assert b"K. Osei" in client.get(path).content

    client.post(path, {"do": choice})

    assert Case.objects.filter(kind="officer_access").count() == cases


@pytest.mark.parametrize(
    "where",
    ["link", "confirm", "inbox/invitation", "account/password/reset/key", "unsubscribe", "account/confirm-email"],
)
def test_given_a_line_with_a_link_when_logged_then_its_token_is_cut(where):
    import logging

    from foitracker.logs import NoTokens

    record = logging.LogRecord(
        "x", logging.ERROR, "", 0, "Internal Server Error: %s", (f"/{where}/abc-DEF_1:x/",), None
    )

    assert NoTokens().filter(record)
    assert record.getMessage() == f"Internal Server Error: /{where}/[token]/"


def test_given_somebody_who_guesses_links_when_they_go_on_then_they_have_to_wait(client, monkeypatch):
    monkeypatch.setattr("requests_app.views.throttle.time", SimpleNamespace(time=lambda: 1_000_000.0))
    statuses = [client.get(f"/link/guess-{number}/").status_code for number in range(32)]

    assert statuses[:30] == [404] * 30 and statuses[31] == 429
    assert b"Try again in" in client.get("/inbox/invitation/guess/").content
