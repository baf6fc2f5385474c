"""A worker killed with -9 at each named point of sending and of placing: one letter each, settled by the sweep."""

import email
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from celery import Celery
from django.utils import timezone

from requests_app import queue
from requests_app.actions import delivery, inbound
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import ClockEvent, InboundEmail, InboundState, MessageKind, OutboundEmail, OutboundState
from tests import factories
from tests.engines import environment, mail_server
from tests.letters import DOMAIN, letter
from tests.running import BASE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("files_here"),
]


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def _die_at(point: str, task: str, number: int, **more: object) -> None:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    died = subprocess.run(
        [sys.executable, "-m", "tests.actions.dying", point, task, str(number)],
        cwd=BASE,
        env=environment(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", **more),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


def _sweep_until(done, sweep) -> None:
    until = time.monotonic() + 20
    while not done() and time.monotonic() < until:
        sweep()
        time.sleep(0.3)
    assert done()


@pytest.mark.parametrize(
    ("point", "copies", "says_so"),
    [("before_claim", 1, False), ("after_claim", 1, False), ("after_data", 1, False), ("after_250", 2, True)],
)
def test_given_a_worker_killed_while_sending_when_the_sweep_comes_then_the_letter_has_left(
    server, point, copies, says_so
):
    foi_request = factories.make_request(received=False)
    row = compose.post_letter(foi_request.messages.get())
    _die_at(point, "send_mail", row.pk, EMAIL_PORT=server.port)

    def sent() -> bool:
        return OutboundEmail.objects.get(pk=row.pk).state == OutboundState.SENT

    _sweep_until(sent, delivery.deliver_waiting)

    assert len(server.letters) == copies
    assert {email.message_from_bytes(raw)["Message-ID"] for raw in server.letters} == {row.rfc_message_id}
    row.refresh_from_db()
    assert row.maybe_twice is says_so
    assert row.server_reply.startswith("250 2.0.0 Kept")
    assert ClockEvent.objects.filter(foi_request=foi_request, kind="received").count() == 1
    assert delivery.deliver_waiting() == 0


@pytest.mark.parametrize("point", ["placing_claimed", "placing_before_commit"])
def test_given_a_worker_killed_while_placing_when_the_sweep_comes_then_the_letter_is_there_once(point):
    foi_request = factories.make_request()
    to = address_of(foi_request, "request", DOMAIN)
    council = foi_request.authority.addresses.get().email
    raw = letter(sender=council, to=to, files=(("a.csv", "text/csv", b"a,b\n"),))
    (number,) = inbound.receive(door="test", recipients=[to], envelope_from=council, raw=raw)
    _die_at(point, "place_inbound_email", number)

    def placed() -> bool:
        return InboundEmail.objects.get(pk=number).state == InboundState.PLACED

    assert not placed()
    _sweep_until(placed, inbound.place_waiting)

    assert foi_request.messages.filter(kind=MessageKind.RESPONSE).count() == 1
    assert OutboundEmail.objects.filter(template="response_receipt").count() == 1


@pytest.mark.parametrize(
    "broker", ["redis://127.0.0.1:1/0", "redis://192.0.2.1:6379/0"], ids=["stopped", "unreachable"]
)
def test_given_no_broker_when_a_letter_is_posted_then_nothing_raises_and_nobody_waits(broker, monkeypatch, settings):
    app = Celery(broker=broker, set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr("foitracker.celery.app", app)
    foi_request = factories.make_request(received=False)
    took = []
    for _try in range(3):
        monkeypatch.setattr(queue, "_quiet_until", 0.0)
        row = compose.post_letter(foi_request.messages.get(), not_before=timezone.now() + timedelta(hours=1))
        began = time.monotonic()
        queue.enqueue("requests_app.send_mail", row.pk)
        queue.enqueue("requests_app.send_mail", row.pk)
        took.append(time.monotonic() - began)

    assert min(took) < 0.5, took  # the least of three: other tests may keep the machine busy
    assert OutboundEmail.objects.filter(state=OutboundState.QUEUED).count() == 3
