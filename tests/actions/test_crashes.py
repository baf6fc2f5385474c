"""Real workers killed with -9 at each named point of sending and of placing; and no broker at all."""

import email
import signal
import sys
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from celery import Celery
from django.utils import timezone
from kombu import Connection

from foitracker.celery import app
from foitracker.processes import Children, tail
from requests_app import queue
from requests_app.actions import delivery
from requests_app.mail import compose
from requests_app.models import (
    ClockEvent,
    FOIRequest,
    InboundEmail,
    InboundState,
    MessageKind,
    OutboundEmail,
    OutboundState,
)
from tests import factories
from tests.arrivals import our_address, receive
from tests.engines import Broker, MailServer, environment, mail_server
from tests.letters import letter
from tests.running import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("files_here"),
]
SETTLED = 60.0  # seconds from the restart
CELERY = [sys.executable, "-m", "celery", "--quiet"]
WORKER = ["worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
# How each leaves its row: of the letter going out, state and whether its content had begun to leave.
SENDING = {
    "before_claim": (OutboundState.QUEUED, False),
    "after_claim": (OutboundState.SENDING, False),
    "after_data": (OutboundState.SENDING, False),
    "after_250": (OutboundState.SENDING, True),
}
PLACING = ["placing_claimed", "placing_before_commit"]


@dataclass
class Killed:
    """A request, and the row of it that a worker had in hand when it was killed."""

    foi_request: FOIRequest
    task: str
    number: int

    def outbound(self) -> OutboundEmail:
        return OutboundEmail.objects.get(pk=self.number)

    def inbound(self) -> InboundEmail:
        return InboundEmail.objects.get(pk=self.number)


def to_send() -> Killed:
    foi_request = factories.make_request(received=False)
    return Killed(foi_request, "requests_app.send_mail", compose.post_letter(foi_request.messages.get()).pk)


def to_place() -> Killed:
    foi_request = factories.make_request()
    council = foi_request.authority.addresses.get().email
    to = our_address(foi_request)
    raw = letter(sender=council, to=to, files=(("a.csv", "text/csv", b"a,b\n"),))
    (number,) = receive(raw, to, envelope_from=council)
    return Killed(foi_request, "requests_app.place_inbound_email", number)


@pytest.fixture
def mail():
    with mail_server() as mail:
        yield mail


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def workers(tmp_path, broker, mail):
    """The processes of this test, and the environment that they work in: the product's own leases and sweeps."""
    children = Children(tmp_path)
    env = environment(
        CELERY_BROKER_URL=broker.url,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=mail.port,
    )
    yield children, env
    children.stop([child.name for child in children.running], within=5)


def kill_each(workers: tuple[Children, dict[str, str]], broker: Broker, killed: dict[str, Killed]) -> None:
    """Give each row to a worker of its own, which is killed at that point; until all are dead."""
    children, env = workers
    with Connection(broker.url) as connection:
        for point, row in killed.items():
            app.send_task(row.task, args=[row.number], queue=point, connection=connection)
    for point in killed:
        command = [*CELERY, "--app", "tests.actions.dying", *WORKER, "--concurrency", "1", "--queues", point]
        children.start(point, command, env=env | {"DIE_AT": point})
    for child in list(children.running):
        assert child.wait(60), f"{child.name} was not reached:\n{tail(child.log, 30)}"
        assert child.process.returncode == -signal.SIGKILL, tail(child.log, 30)
        children.forget(child)


def copies(mail: MailServer, row: OutboundEmail) -> int:
    return sum(email.message_from_bytes(raw)["Message-ID"] == row.rfc_message_id for raw in mail.letters)


@pytest.mark.timeout(240)
def test_given_workers_killed_with_a_letter_in_hand_when_one_starts_anew_then_each_letter_is_there_once(
    workers, broker, mail
):
    children, env = workers
    sending, placing = {point: to_send() for point in SENDING}, {point: to_place() for point in PLACING}

    kill_each(workers, broker, sending | placing)

    for point, (state, began) in SENDING.items():
        row = sending[point].outbound()
        assert (row.state, bool(row.data_began_at)) == (state, began), point
        assert copies(mail, row) == began, point  # a word to the server is no letter yet
    for point in PLACING:
        assert placing[point].inbound().state == InboundState.RECEIVED, point

    for name, rest in (("worker", WORKER), ("beat", ["beat", "--schedule", children.home / "beat", "--pidfile="])):
        children.start(name, [*CELERY, "--app", "foitracker", *rest], env=env)

    def settled() -> bool:
        return all(each.outbound().state == OutboundState.SENT for each in sending.values()) and all(
            each.inbound().state == InboundState.PLACED for each in placing.values()
        )

    wait_until(settled, seconds=SETTLED)
    wait_until(lambda: not OutboundEmail.objects.exclude(state=OutboundState.SENT).exists(), seconds=20)
    for point, each in sending.items():
        row = each.outbound()
        twice = point == "after_250"
        assert copies(mail, row) == (2 if twice else 1), point
        assert row.maybe_twice is twice, point
        assert row.server_reply.startswith("250 2.0.0 Kept"), point
        assert ClockEvent.objects.filter(foi_request=each.foi_request, kind="received").count() == 1, point
    for point, each in placing.items():
        assert each.foi_request.messages.filter(kind=MessageKind.RESPONSE).count() == 1, point
        assert each.foi_request.messages.get(kind=MessageKind.RESPONSE).attachments.count() == 1, point
        receipt = OutboundEmail.objects.get(foi_request=each.foi_request, template="response_receipt")
        assert copies(mail, receipt) == 1, point
    assert delivery.deliver_waiting() == 0


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
