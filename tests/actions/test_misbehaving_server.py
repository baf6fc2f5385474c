"""A mail server that cuts, refuses and puts off, in every part of the conversation: what becomes of the letter."""

import re
import socketserver
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions import delivery
from requests_app.mail import compose
from requests_app.models import Case, CaseKind, Event, OutboundEmail, OutboundState
from tests import factories

pytestmark = pytest.mark.django_db
PARTS = ("connect", "ehlo", "mail", "rcpt", "data", "content", "dot")


class Talk(socketserver.StreamRequestHandler):
    """Does at the part of the conversation that the server's ``does`` names what stands there: an answer, or "cut"."""

    def handle(self) -> None:
        if not self.meets("connect", "220 ready"):
            return
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].split()[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            address = re.search(r"<(.*)>", line)
            if verb in ("MAIL", "RCPT") and address:
                self.address = address[1]
            if verb == "DATA":
                if not self.takes_content():
                    return
            elif not self.meets({"EHLO": "ehlo", "MAIL": "mail", "RCPT": "rcpt"}.get(verb, ""), "250 ok"):
                return

    def takes_content(self) -> bool:
        answer = self.server.does.get("data")
        if answer:
            return self.meets("data", "")
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
            if self.server.does.get("content") == "cut":
                self.server.does.pop("content")
                return False
        self.server.contents.append(b"".join(lines).decode())
        return self.meets("dot", "250 2.0.0 kept")

    def meets(self, part: str, well: str) -> bool:
        """Whether the conversation goes on. What is done is done once, or always for one address."""
        answer = self.server.does.get(part)
        if isinstance(answer, dict):
            answer = answer.get(self.address)
        elif answer and not self.server.always:
            self.server.does.pop(part)
        if answer == "cut":
            return False
        self.say(answer or well)
        return not (answer or "").startswith("421")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running(does: dict, *, always: bool):
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Talk) as made:
        made.does, made.always, made.contents = dict(does), always, []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            made.shutdown()


@pytest.fixture
def server(settings):
    """Starts one that does this, once or ``always``, and has our mail go there."""
    opened = []

    def start(does: dict, *, always: bool = False):
        held = running(does, always=always)
        made = held.__enter__()
        opened.append(held)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.server_address[1]
        settings.EMAIL_TIMEOUT = 5
        return made

    yield start
    for held in opened:
        held.__exit__(None, None, None)


def letter() -> OutboundEmail:
    foi_request = factories.make_request(received=False)
    return compose.post_letter(foi_request.messages.get(), not_before=timezone.now())


def again(row: OutboundEmail) -> str:
    OutboundEmail.objects.filter(pk=row.pk).update(not_before=timezone.now())
    result = delivery.deliver(row.pk)
    row.refresh_from_db()
    return result


def ids_in(made) -> list[str]:
    return [re.search(r"^Message-ID:\s*(\S+)", content, re.M | re.I)[1] for content in made.contents]


@pytest.mark.parametrize("part", PARTS)
def test_given_a_connection_that_is_cut_then_the_letter_goes_with_the_next_try_under_the_same_id(server, part):
    made = server({part: "cut"})
    row = letter()

    assert delivery.deliver(row.pk) in ("retry", "server_away")

    row.refresh_from_db()
    assert (row.state, row.attempts) == (OutboundState.QUEUED, 1)
    assert row.not_before > timezone.now() and row.last_error
    assert again(row) == "sent"
    assert set(ids_in(made)) == {row.rfc_message_id}
    # Only where the content had begun to leave may it have arrived before.
    assert row.maybe_twice is (part in ("content", "dot"))
    assert len(made.contents) == (2 if part == "dot" else 1)
    assert not Case.objects.exists()
    assert Event.objects.filter(foi_request=row.foi_request, kind="handed_over").count() == 1


@pytest.mark.parametrize("part", [*PARTS[:-2], "dot"])
def test_given_a_server_that_says_later_then_it_is_asked_again_and_takes_it(server, part):
    made = server({part: "421 4.3.2 shutting down"})
    row = letter()

    assert delivery.deliver(row.pk) in ("retry", "server_away")
    assert again(row) == "sent"
    assert (row.maybe_twice, len(made.contents)) == (False, 2 if part == "dot" else 1)


@pytest.mark.parametrize("part", ["mail", "rcpt", "data", "dot"])
def test_given_a_server_that_greylists_then_it_is_tried_again_and_one_that_refuses_for_good_is_not(server, part):
    server({part: "451 4.7.1 greylisted, come back"})
    row = letter()
    assert delivery.deliver(row.pk) == "retry"
    assert again(row) == "sent" and row.server_reply == "250 2.0.0 kept"

    server({part: "550 5.7.1 never"}, always=True)
    refused = letter()
    assert delivery.deliver(refused.pk) == "failed"
    assert again(refused) == "nothing"
    assert (refused.state, refused.attempts, refused.maybe_twice) == (OutboundState.FAILED, 1, False)
    assert "550" in refused.last_error
    assert Case.objects.get().kind == CaseKind.UNDELIVERABLE


def test_given_a_server_that_refuses_one_of_many_then_the_others_leave_in_the_same_sweep(server):
    rows = [letter() for _number in range(5)]
    made = server({"rcpt": {rows[2].to_address: "550 5.1.1 no such user"}})

    assert delivery.deliver_waiting() == 4

    states = [OutboundEmail.objects.get(pk=row.pk).state for row in rows]
    assert states == ["sent", "sent", "failed", "sent", "sent"]
    assert sorted(ids_in(made)) == sorted(row.rfc_message_id for number, row in enumerate(rows) if number != 2)


def test_given_a_server_that_puts_one_off_then_the_others_do_not_wait_for_it(server):
    rows = [letter() for _number in range(3)]
    server({"rcpt": {rows[0].to_address: "450 4.2.0 greylisted"}})

    assert delivery.deliver_waiting() == 2


def test_given_tries_in_vain_then_the_pauses_double_up_to_five_minutes_and_no_two_are_in_step():
    pauses = {tries: [delivery._pause(tries).total_seconds() for _time in range(50)] for tries in range(1, 30)}

    for tries, seconds in pauses.items():
        middle = min(300.0, 5.0 * 2 ** (tries - 1))
        assert all(middle * 0.8 <= one <= middle * 1.2 for one in seconds)
        assert len(set(seconds)) > 40


def test_given_a_letter_that_is_put_off_for_days_then_it_ends_as_a_case_for_a_person(server):
    server({"rcpt": "451 4.7.1 later"}, always=True)
    row = letter()
    OutboundEmail.objects.filter(pk=row.pk).update(
        created_at=timezone.now() - timedelta(days=3, minutes=1), attempts=delivery.GIVE_UP_ATTEMPTS - 1
    )

    assert again(row) == "failed"

    assert Case.objects.get().kind == CaseKind.UNDELIVERABLE
    assert again(row) == "nothing"
