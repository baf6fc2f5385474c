"""What four providers tell of our letters, as they post it: put off, delivered, bounced, complained, unsubscribed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from requests_app.actions import delivery, provider_events
from requests_app.mail import compose
from requests_app.models import Case, CaseKind, Follow, OutboundEmail
from requests_app.models.reminders import ReminderOptOut
from tests import factories
from tests.doors.test_webhook import SIGNED
from tests.doors.test_webhook import provider as provider

pytestmark = pytest.mark.django_db
KEY = "a-key-of-mailgun"


def _postmark(row: OutboundEmail, what: str, at: datetime) -> dict:
    when = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    facts = {
        "deferred": {"RecordType": "Bounce", "Type": "Transient", "BouncedAt": when, "Description": "451 4.7.1 wait"},
        "delivered": {"RecordType": "Delivery", "DeliveredAt": when, "Details": "250 2.0.0 OK"},
        "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "BouncedAt": when, "Description": "550 5.1.1 gone"},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "BouncedAt": when},
        "unsubscribed": {
            "RecordType": "SubscriptionChange",
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
            "ChangedAt": when,
        },
    }[what]
    return {**facts, "MessageID": "pm-1", "Email": row.to_address, "Metadata": {"outbound": _marker(row)}}


def _sendgrid(row: OutboundEmail, what: str, at: datetime) -> list:
    facts = {
        "deferred": {"event": "deferred", "response": "451 4.7.1 wait", "attempt": "3"},
        "delivered": {"event": "delivered", "response": "250 2.0.0 OK"},
        "bounced": {"event": "bounce", "reason": "550 5.1.1 gone", "status": "5.1.1", "type": "bounce"},
        "complained": {"event": "spamreport"},
        "unsubscribed": {"event": "unsubscribe"},
    }[what]
    return [{**facts, "email": row.to_address, "timestamp": int(at.timestamp()), "outbound": _marker(row)}]


def _sparkpost(row: OutboundEmail, what: str, at: datetime) -> list:
    facts = {
        "deferred": {"type": "delay", "raw_reason": "451 4.7.1 wait", "reason": "451 4.7.1 wait", "bounce_class": "20"},
        "delivered": {"type": "delivery"},
        "bounced": {
            "type": "bounce",
            "raw_reason": "550 5.1.1 gone",
            "reason": "550 5.1.1 gone",
            "error_code": "550",
            "bounce_class": "10",
        },
        "complained": {"type": "spam_complaint"},
        "unsubscribed": {"type": "list_unsubscribe"},
    }[what]
    event_class = {"complained": "message_event", "unsubscribed": "unsubscribe_event"}.get(what, "message_event")
    common = {
        "rcpt_to": row.to_address,
        "timestamp": str(int(at.timestamp())),
        "rcpt_meta": {"outbound": _marker(row)},
        "transmission_id": "sp-1",
    }
    return [{"msys": {event_class: {**facts, **common}}}]


def _mailgun(row: OutboundEmail, what: str, at: datetime) -> dict:
    status = {"mx-host": "mx.council.example", "code": 250, "message": "OK", "description": ""}
    facts = {
        "deferred": {
            "event": "failed",
            "severity": "temporary",
            "reason": "generic",
            "delivery-status": {**status, "code": 451, "message": "451 4.7.1 wait"},
        },
        "delivered": {"event": "delivered", "delivery-status": status},
        "bounced": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {**status, "code": 550, "message": "550 5.1.1 gone"},
        },
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed"},
    }[what]
    told = {
        **facts,
        "recipient": row.to_address,
        "timestamp": at.timestamp(),
        "user-variables": {"outbound": _marker(row)},
        "message": {"headers": {"message-id": "mg-1@provider.example"}},
    }
    stamp = str(int(at.timestamp()))
    token = f"{what}{stamp}".ljust(50, "0")
    signed = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"signature": {"timestamp": stamp, "token": token, "signature": signed}, "event-data": told}


PROVIDERS = {"postmark": _postmark, "sendgrid": _sendgrid, "sparkpost": _sparkpost, "mailgun": _mailgun}
by_each = pytest.mark.parametrize("name", list(PROVIDERS))


def _marker(row: OutboundEmail) -> str:
    return f"{row.pk}-{row.bounce_token}"


@pytest.fixture(autouse=True)
def key(settings, provider):
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def row():
    foi_request = factories.make_request(received=False)
    made = compose.post_letter(foi_request.messages.get())
    delivery.deliver(made.pk)
    made.refresh_from_db()
    return made


def tell(client, name: str, row: OutboundEmail, what: str, at: datetime) -> None:
    answer = client.post(
        f"/anymail/{name}/tracking/",
        json.dumps(PROVIDERS[name](row, what, at)),
        content_type="application/json",
        **SIGNED,
    )
    assert answer.status_code == 200
    row.refresh_from_db()


def later(row: OutboundEmail, **since) -> datetime:
    return (row.accepted_at + timedelta(**since)).astimezone(UTC).replace(microsecond=0)


@by_each
def test_given_a_letter_that_is_put_off_then_it_says_so_until_there_is_better_word(provider, row, name):
    version = row.foi_request.version
    tell(provider, name, row, "deferred", later(row, minutes=5))

    assert row.delayed_at == later(row, minutes=5) and "451" in row.delay_reason
    row.foi_request.refresh_from_db()
    assert row.foi_request.version > version
    assert not Case.objects.exists() and row.foi_request.received_on is not None

    tell(provider, name, row, "delivered", later(row, minutes=30))
    tell(provider, name, row, "deferred", later(row, minutes=20))

    assert (row.delivered_by, row.delayed_at) == ("provider", later(row, minutes=5))
    assert row.delivered_to == ("mx.council.example" if name == "mailgun" else "")


@by_each
@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("ends", ["delivered", "bounced"])
def test_given_words_in_any_order_and_twice_then_the_latest_moment_counts(provider, row, name, order, ends):
    first = "bounced" if ends == "delivered" else "delivered"
    words = [
        ("deferred", later(row, minutes=5)),
        (first, later(row, minutes=10)),
        (ends, later(row, minutes=30)),
    ]

    for _again in range(2):
        for place in order:
            tell(provider, name, row, *words[place])

    row.foi_request.refresh_from_db()
    arrived = ends == "delivered"
    assert (row.bounced_at is None) is arrived
    assert (row.foi_request.received_on is not None) is arrived
    assert row.foi_request.clock_events.filter(kind="received", taken_back_by=None).count() == arrived
    address = row.foi_request.authority.addresses.get()
    assert (address.undeliverable_since is None) is arrived


@by_each
def test_given_a_person_who_calls_mail_spam_then_what_can_be_switched_off_stops_and_there_is_a_case(provider, name):
    foi_request = factories.make_request()
    Follow.objects.create(user=foi_request.requester, foi_request=foi_request, unsubscribe_token="t")
    row = compose.post("undeliverable", to=foi_request.requester, foi_request=foi_request)
    delivery.deliver(row.pk)
    row.refresh_from_db()

    for _twice in range(2):
        tell(provider, name, row, "complained", later(row, minutes=5))

    case = Case.objects.get(kind=CaseKind.UNWANTED_MAIL)
    assert (case.thing_id, case.details) == (row.pk, {"why": "complained"})
    assert set(Follow.objects.values_list("rhythm", flat=True)) == {"none"}
    assert ReminderOptOut.objects.filter(user=foi_request.requester).exists()
    # What belongs to their request still goes.
    assert compose.post("undeliverable", to=foi_request.requester, foi_request=foi_request) is not None


@by_each
def test_given_an_authority_that_calls_a_letter_spam_then_it_has_arrived_and_there_is_an_urgent_case(
    provider, row, name
):
    tell(provider, name, row, "complained", later(row, minutes=5))

    assert Case.objects.get().urgent and Case.objects.get().details == {"why": "complained"}
    row.foi_request.refresh_from_db()
    assert row.bounced_at is None and row.foi_request.received_on is not None
    assert ReminderOptOut.objects.filter(authority=row.foi_request.authority).exists()


@by_each
def test_given_a_person_who_ends_mail_at_the_provider_then_it_stops_without_a_case(provider, name):
    foi_request = factories.make_request()
    row = compose.post("undeliverable", to=foi_request.requester, foi_request=foi_request)
    delivery.deliver(row.pk)
    row.refresh_from_db()

    tell(provider, name, row, "unsubscribed", later(row, minutes=5))

    assert not Case.objects.exists()
    assert ReminderOptOut.objects.filter(user=foi_request.requester).exists()


@pytest.mark.parametrize(
    ("reason", "passes"),
    [
        ("450 4.2.2 mailbox full", True),
        ("4.2.2", True),
        ("550 5.1.1 no such user", False),
        ("smtp; 552 5.2.2 over quota (see 4.2.2)", False),
        ("No such mailbox", False),
        ("host 10.4.5.6 said 550", False),
    ],
)
def test_whether_a_failure_passes_by_itself(reason, passes):
    assert provider_events.passes(reason) is passes


def test_given_a_marker_that_is_not_ours_then_nothing_happens(provider, row):
    row.bounce_token = "a" * 16
    provider.post(
        "/anymail/postmark/tracking/",
        json.dumps(_postmark(row, "complained", timezone.now())),
        content_type="application/json",
        **SIGNED,
    )

    assert not Case.objects.exists()
