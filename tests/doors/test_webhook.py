"""A mail provider's door: letters as raw MIME, events about letters, and nothing without the secret."""

import base64
import importlib
import json
from datetime import date
from pathlib import Path

import pytest
from django.urls import clear_url_caches

import foitracker.urls
import requests_app.urls.mail
from requests_app.actions import inbound
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail
from requests_app.views import mail_webhooks
from tests import factories
from tests.engines import environment
from tests.letters import DOMAIN, letter
from tests.running import python

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


def _call(to: str, raw: bytes) -> str:
    """What SparkPost sends, in the encoding that takes most."""
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    told = {"protocol": "smtp", "msg_from": "foi@council.example", "rcpt_to": to, "content": content}
    return json.dumps([{"msys": {"relay_message": told}}])


def test_given_a_large_letter_in_hand_when_another_comes_then_it_is_asked_to_come_again_and_a_small_one_is_taken(
    provider, monkeypatch
):
    monkeypatch.setattr(mail_webhooks, "ONE_WAITS", 0.1)
    to = address_of(factories.make_request(), "request", DOMAIN)
    small = letter(sender="foi@council.example", to=to)
    large = letter(
        sender="foi@council.example", to=to, files=(("a.bin", "application/octet-stream", b"a" * 4_000_000),)
    )

    def bring(raw: bytes):
        return provider.post("/anymail/sparkpost/inbound/", _call(to, raw), content_type="application/json", **SIGNED)

    with mail_webhooks._room:
        refused, taken = bring(large), bring(small)

    assert (refused.status_code, refused.headers["Retry-After"], taken.status_code) == (503, "60", 200)
    assert InboundEmail.objects.count() == 1
    assert bring(large).status_code == 200
    assert bring(large).status_code == 200, "its place is free again"
    assert InboundEmail.objects.count() == 2


# The limit is on what the process asks for, as for the workers; it has some 100 MB before the letter.
WITHIN_LIMITS = """
import io, resource, sys
import django
django.setup()
from django.conf import settings
from django.test import RequestFactory
settings.ANYMAIL = {"WEBHOOK_SECRET": "provider:secret"}
from requests_app.views.mail_webhooks import SparkPostLetters, guarded
path, authorization = sys.argv[1:]
body = open(path, "rb")
size = body.seek(0, 2)
body.seek(0)
resource.setrlimit(resource.RLIMIT_DATA, (700 << 20, 700 << 20))
request = RequestFactory().generic("POST", "/", HTTP_AUTHORIZATION=authorization, content_type="application/json")
request.META["CONTENT_LENGTH"], request._stream = str(size), body
print(guarded(SparkPostLetters.as_view())(request).status_code)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_given_a_letter_of_forty_megabytes_when_brought_then_it_is_stored_within_700_mebibytes(tmp_path):
    to = address_of(factories.make_request(), "request", DOMAIN)
    files = (("plans.bin", "application/octet-stream", bytes(range(256)) * (29 * 4096)),)
    raw = letter(sender="foi@council.example", to=to, files=files)
    body = Path(tmp_path / "body")
    body.write_text(_call(to, raw))

    done = python("-c", WITHIN_LIMITS, body, SIGNED["HTTP_AUTHORIZATION"], timeout=120, **environment())

    assert len(raw) > 40_000_000
    assert done.stdout.strip() == "200", done.stderr[-2000:]
    assert inbound.raw_of(InboundEmail.objects.get()) == raw
