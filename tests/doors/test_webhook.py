"""A mail provider's door: letters as raw MIME, events about letters, and nothing without the secret."""

import importlib
import json
from datetime import date

import pytest
from django.urls import clear_url_caches

import foitracker.urls
import requests_app.urls.mail
from requests_app.actions import inbound
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail
from tests import factories
from tests.letters import DOMAIN, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, client):
    """A client that knows the secret, of a site that has one."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "provider:secret"}
    for module in (requests_app.urls.mail, foitracker.urls):
        importlib.reload(module)
    clear_url_caches()
    yield client
    settings.ANYMAIL = {}
    for module in (requests_app.urls.mail, foitracker.urls):
        importlib.reload(module)
    clear_url_caches()


SIGNED = {"HTTP_AUTHORIZATION": "Basic cHJvdmlkZXI6c2VjcmV0"}


def test_given_no_secret_when_a_letter_is_brought_then_there_is_no_such_door(client):
    assert client.post("/anymail/postmark/inbound/", "{}", content_type="application/json").status_code == 404


def test_given_a_wrong_secret_when_a_letter_is_brought_then_it_is_refused(provider):
    answer = provider.post(
        "/anymail/postmark/inbound/", "{}", content_type="application/json", HTTP_AUTHORIZATION="Basic eDp5"
    )

    assert answer.status_code == 400
    assert not InboundEmail.objects.exists()


def test_given_raw_mime_when_brought_then_it_is_stored_for_each_of_our_addresses(provider):
    foi_request, other = factories.make_request(), factories.make_request("Another")
    to, cc = (address_of(one, "request", DOMAIN) for one in (foi_request, other))
    raw = letter(sender="foi@council.example", to=to, Cc=cc)

    answer = provider.post(
        "/anymail/sparkpost/inbound/",
        json.dumps(
            [
                {
                    "msys": {
                        "relay_message": {
                            "protocol": "smtp",
                            "msg_from": "foi@council.example",
                            "rcpt_to": to,
                            "content": {"email_rfc822": raw.decode(), "email_rfc822_is_base64": False},
                        }
                    }
                }
            ]
        ),
        content_type="application/json",
        **SIGNED,
    )

    assert answer.status_code == 200
    assert set(InboundEmail.objects.values_list("recipient", flat=True)) == {to, cc}


def test_given_parts_only_when_brought_then_a_letter_is_put_together_again(provider):
    foi_request = factories.make_request()
    to = address_of(foi_request, "request", DOMAIN)
    council = foi_request.authority.addresses.get().email

    answer = provider.post(
        "/anymail/postmark/inbound/",
        json.dumps(
            {
                "FromFull": {"Email": council, "Name": "Info"},
                "ToFull": [{"Email": to, "Name": ""}],
                "OriginalRecipient": to,
                "Subject": "Re: request",
                "TextBody": "Here it is.",
                "Headers": [{"Name": "Message-ID", "Value": "<77@council.example>"}],
                "Attachments": [
                    {"Name": "a.csv", "Content": "YSxiCg==", "ContentType": "text/csv", "ContentLength": 4}
                ],
            }
        ),
        content_type="application/json",
        **SIGNED,
    )

    assert answer.status_code == 200
    row = InboundEmail.objects.get()
    assert row.message_id == "77@council.example"
    assert inbound.place(row.pk) == "placed"
    assert row.message.attachments.get().name == "a.csv"


def test_given_an_event_that_a_letter_bounced_when_brought_then_the_letter_says_so(provider):
    foi_request = factories.make_request(received=False)
    row = compose.post_letter(foi_request.messages.get())

    answer = provider.post(
        "/anymail/postmark/tracking/",
        json.dumps(
            {
                "RecordType": "Bounce",
                "Type": "HardBounce",
                "TypeCode": 1,
                "MessageID": "abc",
                "Email": row.to_address,
                "Description": "No such mailbox",
                "BouncedAt": "2026-11-23T05:00:00Z",
                "Metadata": {"outbound": f"{row.pk}-{row.bounce_token}"},
            }
        ),
        content_type="application/json",
        **SIGNED,
    )

    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.bounced_at is not None


def test_given_an_event_that_a_letter_was_delivered_when_brought_then_the_clock_starts_that_day(provider, settings):
    settings.RECEIPT_WAIT_HOURS = 24
    foi_request = factories.make_request(received=False)
    row = compose.post_letter(foi_request.messages.get())

    answer = provider.post(
        "/anymail/postmark/tracking/",
        json.dumps(
            {
                "RecordType": "Delivery",
                "MessageID": "abc",
                "Recipient": row.to_address,
                "DeliveredAt": "2011-06-20T23:10:00Z",
                "Details": "250 2.0.0 OK",
                "Metadata": {"outbound": f"{row.pk}-{row.bounce_token}"},
            }
        ),
        content_type="application/json",
        **SIGNED,
    )

    assert answer.status_code == 200
    # Ten past midnight in London.
    receipt = foi_request.clock_events.get(kind="received")
    assert (receipt.on, receipt.evidence) == (date(2011, 6, 21), "provider")
