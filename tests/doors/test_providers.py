"""Each provider that Anymail knows brings the same letter, in the shape that its documentation describes.

All end in one ``receive``: stored for each of our addresses, as it came where the provider offers that. Without the
site's secret, and the provider's own signature where it has one, nothing is even read.
"""

import base64
import hashlib
import hmac
import importlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from anymail.urls import urlpatterns as providers
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.urls import clear_url_caches

import foitracker.urls
import requests_app.urls.mail
from requests_app.actions import inbound
from requests_app.models import Case, InboundEmail, InboundState
from requests_app.views import mail_webhooks
from tests import factories
from tests.arrivals import our_address
from tests.engines import provider_site

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Anymail's SendinBlue"),
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support"),
]
AUTH = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"provider:secret").decode()}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
SETTINGS = {
    "WEBHOOK_SECRET": "provider:secret",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "mailgun-key",
    "MANDRILL_WEBHOOK_KEY": "mandrill-key",
    "MAILERSEND_INBOUND_SECRET": "mailersend-secret",
    "MAILTRAP_INBOUND_SECRET": "mailtrap-secret",
    "MAILTRAP_API_TOKEN": "token",
    "POSTAL_WEBHOOK_KEY": "".join(PUBLIC.decode().splitlines()[1:-1]),
    "BREVO_API_KEY": "key",
    "SENDINBLUE_API_KEY": "key",
    "RESEND_API_KEY": "key",
}


@dataclass
class Call:
    """One call of a provider's: where, what, and its headers."""

    path: str
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    # What it answers when Anymail asks it back for the letter, by the end of the address.
    fetched: dict[str, object] = field(default_factory=dict)
    # Whether the letter comes as it was, and whether a name in it that is not UTF-8 survives.
    whole: bool = True


def as_json(path: str, told: object, **more) -> Call:
    return Call(path, json.dumps(told).encode(), **more)


def form(fields: dict[str, str | bytes]) -> tuple[bytes, str]:
    parts = b"".join(
        b'--=_form\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in fields.items()
    )
    return parts + b"--=_form--\r\n", "multipart/form-data; boundary==_form"


def signed_by_mailgun() -> dict[str, str]:
    now = str(int(time.time()))
    made = hmac.new(b"mailgun-key", f"{now}tok".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": now, "token": "tok", "signature": made}


def amazon_ses(raw: bytes, sender: str, to: str) -> Call:
    told = {
        "notificationType": "Received",
        "mail": {"source": sender, "messageId": "ses1", "timestamp": "2026-11-23T10:00:00.000Z"},
        "receipt": {"recipients": [to], "action": {"type": "SNS", "encoding": "BASE64"}},
        "content": base64.b64encode(raw).decode(),
    }
    outer = {"Type": "Notification", "MessageId": "sns1", "TopicArn": "arn:aws:sns:eu-west-2:1:t"}
    headers = {"HTTP_X_AMZ_SNS_MESSAGE_TYPE": "Notification", "HTTP_X_AMZ_SNS_MESSAGE_ID": "sns1"}
    return as_json("amazon_ses/inbound/", outer | {"Message": json.dumps(told)}, headers=headers)


def brevo(raw: bytes, sender: str, to: str) -> Call:
    item = {
        "Uuid": ["b1"],
        "Headers": headers_of(raw) | {"Return-Path": f"<{sender}>", "Delivered-To": to},
        "RawTextBody": "We hold it.",
        "Attachments": [{"Name": "a.csv", "ContentType": "text/csv", "DownloadToken": "tok"}],
    }
    return as_json("brevo/inbound/", {"items": [item]}, whole=False, fetched={"inbound/attachments/tok": b"a,b\n"})


def sendinblue(raw: bytes, sender: str, to: str) -> Call:
    call = brevo(raw, sender, to)
    call.path = "sendinblue/inbound/"
    return call


def mailersend(raw: bytes, sender: str, to: str) -> Call:
    told = {"id": "ms1", "created_at": "2026-11-23T10:00:00Z", "raw": raw.decode("utf-8", "replace")}
    told |= {"sender": {"email": sender}, "recipients": {"rcptTo": [{"email": to}]}}
    call = as_json("mailersend/inbound/", {"type": "inbound.message", "data": told})
    signature = hmac.new(b"mailersend-secret", call.body, hashlib.sha256).hexdigest()
    call.headers = {"HTTP_SIGNATURE": signature}
    return call


def mailgun_mime(raw: bytes, sender: str, to: str) -> Call:
    body, kind = form({"sender": sender, "recipient": to, "body-mime": raw, **signed_by_mailgun()})
    return Call("mailgun/inbound_mime/", body, kind)


def mailgun(raw: bytes, sender: str, to: str) -> Call:
    told = {"sender": sender, "recipient": to, "body-plain": "We hold it."}
    told |= {"message-headers": json.dumps(list(headers_of(raw).items())), **signed_by_mailgun()}
    return Call("mailgun/inbound/", urlencode(told).encode(), "application/x-www-form-urlencoded", whole=False)


def mailjet(raw: bytes, sender: str, to: str) -> Call:
    told = {"Sender": sender, "Recipient": to, "Headers": headers_of(raw), "Text-part": "We hold it."}
    part = {
        "Headers": {"Content-Type": 'text/csv; name="a.csv"', "Content-Disposition": 'attachment; filename="a.csv"'}
    }
    told |= {"Parts": [part | {"ContentRef": "Attachment1"}], "Attachment1": "YSxiCg=="}
    return as_json("mailjet/inbound/", told, whole=False)


def mailtrap(raw: bytes, sender: str, to: str) -> Call:
    event = {"event": "inbound.message_received", "event_id": "e", "timestamp": 1, "inbox_id": 7, "message_id": "m"}
    call = as_json("mailtrap/inbound/", {"events": [event]})
    call.headers = {"HTTP_MAILTRAP_SIGNATURE": hmac.new(b"mailtrap-secret", call.body, hashlib.sha256).hexdigest()}
    call.fetched = {"inboxes/7/messages/m": {"id": "m", "raw_message_url": "https://files.example/raw"}, "/raw": raw}
    call.whole = False  # fetched by Anymail, which hands on only what it took apart
    return call


def mandrill(raw: bytes, sender: str, to: str) -> Call:
    event = {"event": "inbound", "ts": 1, "msg": {"raw_msg": raw.decode("utf-8", "replace"), "email": to}}
    told = {"mandrill_events": json.dumps([event])}
    signed = "http://testserver/anymail/mandrill/mandrill_events" + told["mandrill_events"]
    # The address that is signed names the secret too, where it is part of it.
    signed = signed.replace("http://", "http://provider:secret@")
    signature = base64.b64encode(hmac.new(b"mandrill-key", signed.encode(), hashlib.sha1).digest()).decode()
    headers = {"HTTP_X_MANDRILL_SIGNATURE": signature}
    return Call("mandrill/", urlencode(told).encode(), "application/x-www-form-urlencoded", headers)


def postal(raw: bytes, sender: str, to: str) -> Call:
    told = {"id": 1, "rcpt_to": to, "mail_from": sender, "message": base64.b64encode(raw).decode(), "base64": True}
    call = as_json("postal/inbound/", told)
    signature = KEY.sign(call.body, padding.PKCS1v15(), hashes.SHA1())
    call.headers = {"HTTP_X_POSTAL_SIGNATURE": base64.b64encode(signature).decode()}
    return call


def postmark(raw: bytes, sender: str, to: str) -> Call:
    told = {"Headers": [{"Name": "Return-Path", "Value": f"<{sender}>"}], "OriginalRecipient": to}
    return as_json("postmark/inbound/", told | {"RawEmail": raw.decode("utf-8", "replace"), "ToFull": []})


def resend(raw: bytes, sender: str, to: str) -> Call:
    told = {"type": "email.received", "created_at": "2026-11-23T10:00:00Z", "data": {"email_id": "r1"}}
    fetched = {"emails/receiving/r1": {"raw": {"download_url": "https://files.example/raw"}}, "/raw": raw}
    return as_json("resend/inbound/", told, fetched=fetched, whole=False)


def sendgrid(raw: bytes, sender: str, to: str) -> Call:
    body, kind = form({"email": raw, "envelope": json.dumps({"from": sender, "to": [to]}), "charsets": "{}"})
    return Call("sendgrid/inbound/", body, kind)


def sparkpost(raw: bytes, sender: str, to: str) -> Call:
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    told = {"protocol": "smtp", "msg_from": sender, "rcpt_to": to, "content": content}
    return as_json("sparkpost/inbound/", [{"msys": {"relay_message": told}}])


PROVIDERS: list[Callable[[bytes, str, str], Call]] = [
    *(amazon_ses, brevo, mailersend, mailgun, mailgun_mime, mailjet, mailtrap, mandrill, postal, postmark, resend),
    *(sendgrid, sendinblue, sparkpost),
]
# These hand on bytes; the others' JSON is text, in which only UTF-8 survives.
BYTES = [amazon_ses, mailgun_mime, postal, sendgrid, sparkpost]


def headers_of(raw: bytes) -> dict[str, str]:
    head = raw.split(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return dict(
        line.split(": ", 1) for line in head.split("\r\n") if line.startswith(("From", "To", "Cc", "Sub", "Mess"))
    )


def letter(sender: str, to: str, *, cc: str = "", text: bytes = b"We hold it.") -> bytes:
    return (
        (
            f"From: Info <{sender}>\r\nTo: {to}\r\nCc: {cc or 'clerk@council.example'}\r\nSubject: Re: request\r\n"
            "Message-ID: <77@council.example>\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        ).encode()
        + text
        + b"\r\n"
    )


@pytest.fixture
def site(settings, client, monkeypatch):
    """A client of a site that has the providers' secrets; what Anymail fetches comes from the call itself."""
    settings.ANYMAIL = SETTINGS
    reload_urls()
    yield client
    settings.ANYMAIL = {}
    reload_urls()


def reload_urls() -> None:
    for module in (requests_app.urls.mail, foitracker.urls):
        importlib.reload(module)
    clear_url_caches()


def bring(client, call: Call, *, headers: dict[str, str] | None = None, auth: dict[str, str] = AUTH):
    client.raise_request_exception = False
    with provider_site(call.fetched):
        return client.post(
            f"/anymail/{call.path}",
            call.body,
            content_type=call.content_type,
            **auth,
            **(call.headers if headers is None else headers),
        )


def test_given_all_that_anymail_knows_then_each_has_a_letter_here():
    inbound_ones = {one.name.removesuffix("_inbound_webhook") for one in providers if "inbound" in one.name}

    assert inbound_ones | {"mandrill"} == {make.__name__.removesuffix("_mime") for make in PROVIDERS}


@pytest.mark.parametrize("make", PROVIDERS)
def test_given_a_letter_to_two_requests_when_a_provider_brings_it_then_it_is_stored_for_both_and_filed(make, site):
    one, other = factories.make_request(), factories.make_request()
    council = one.authority.addresses.get().email
    raw = letter(council, our_address(one), cc=our_address(other))
    call = make(raw, council, our_address(one))

    answer = bring(site, call)

    assert answer.status_code == 200, answer.content
    rows = {row.recipient: row for row in InboundEmail.objects.all()}
    assert set(rows) == {our_address(one), our_address(other)}
    row = rows[our_address(one)]
    assert row.message_id == "77@council.example"
    assert inbound.place(row.pk) == InboundState.PLACED
    assert "We hold it." in one.messages.get(direction="incoming").body
    if call.whole:
        assert inbound.raw_of(row) == raw
    # Brought again, since the provider did not hear the answer: still one letter.
    assert bring(site, call).status_code == 200
    assert InboundEmail.objects.count() == 2


@pytest.mark.parametrize("make", BYTES)
def test_given_bytes_that_are_no_utf8_when_a_provider_brings_them_then_they_stay_what_they_were(make, site):
    foi_request = factories.make_request()
    council = foi_request.authority.addresses.get().email
    raw = letter(council, our_address(foi_request), text=b"It cost \xa3 5 in caf\xe9s.")

    assert bring(site, make(raw, council, our_address(foi_request))).status_code == 200

    assert inbound.raw_of(InboundEmail.objects.get()) == raw


@pytest.mark.parametrize("make", [mailersend, mailgun, mailgun_mime, mailtrap, mandrill, postal])
def test_given_the_secret_without_the_providers_own_signature_then_nothing_is_stored(make, site):
    foi_request = factories.make_request()
    call = make(letter("a@b.example", our_address(foi_request)), "a@b.example", our_address(foi_request))
    if make in (mailgun, mailgun_mime):
        call.body = call.body.replace(b"tok", b"kot")

    assert bring(site, call, headers={}).status_code == 400
    assert not InboundEmail.objects.exists()


@pytest.mark.parametrize("make", PROVIDERS)
@pytest.mark.parametrize(("auth", "status"), [({}, 401), ({"HTTP_AUTHORIZATION": "Basic eDp5"}, 400)])
def test_given_no_or_a_wrong_secret_then_a_call_is_refused_before_it_is_read(make, auth, status, site, monkeypatch):
    monkeypatch.setattr("django.http.HttpRequest.read", lambda *_: pytest.fail("the body was read"))
    call = make(letter("a@b.example", "x@y.example"), "a@b.example", "x@y.example")

    assert bring(site, call, auth=auth).status_code == status


def test_given_a_letter_that_no_address_of_ours_is_on_when_brought_then_it_is_held(site):
    assert bring(site, sparkpost(letter("a@b.example", "x@y.example"), "a@b.example", "catchall@y.example"))

    row = InboundEmail.objects.get()
    assert inbound.place(row.pk) == InboundState.HELD


def test_given_a_call_of_megabytes_when_brought_then_it_is_taken_and_one_over_the_limit_is_a_case(site, settings):
    settings.MAX_LETTER_BYTES = 8 * 1024 * 1024
    foi_request = factories.make_request()
    council, to = foi_request.authority.addresses.get().email, our_address(foi_request)
    lines = b"words and words\r\n"

    for make in (sendgrid, mailgun_mime, mandrill, sparkpost):
        InboundEmail.objects.all().delete()
        raw = letter(council, to, text=lines * (6 * 1024 * 1024 // len(lines)))
        assert bring(site, make(raw, council, to)).status_code == 200
        assert InboundEmail.objects.get().size == len(raw)

    too_big = letter(council, to, text=lines * (9 * 1024 * 1024 // len(lines)))
    assert bring(site, sendgrid(too_big, council, to)).status_code == 413
    assert Case.objects.get().details == {"reason": "LetterTooBig"}
    settings.MAX_LETTER_BYTES = 1024
    assert mail_webhooks.longest_body() < len(too_big)
    assert bring(site, sendgrid(too_big, council, to)).status_code == 413
