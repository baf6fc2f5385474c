"""The demo's mail server and the command that answers what it caught, over real SMTP and LMTP."""

import email
import email.policy
import smtplib
import subprocess
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

from foitracker import mailbox
from foitracker.supervisor import free_port
from tests.running import python, start, wait_until

REQUEST_ADDRESS = "foi+request-7-abcdefghijklmnop@reply.foitracker.example"


def letter(
    subject="Repairs in 2025", sender=f"A. Okafor <{REQUEST_ADDRESS}>", text="Dear Northbridge Council,\n\nHow many?\n"
):
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, "foi@northbridge.example", subject
    written["Message-ID"], written["Date"] = "<1@reply.foitracker.example>", "Mon, 02 Nov 2026 10:00:00 +0000"
    written.set_content(text)
    return written


@pytest.fixture
def sink(tmp_path):
    """A running sink; gives its port."""
    port = free_port()
    process = start("-m", "foitracker.smtp_sink", "--port", port, output=tmp_path / "said", FOITRACKER_HOME=tmp_path)

    def answers():
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=2).quit()
        except OSError:
            return False
        return True

    wait_until(answers, seconds=20)
    yield port
    process.terminate()
    assert process.wait(timeout=10) == 0


def test_given_letters_sent_over_smtp_then_they_are_kept_whole_and_listed_newest_first(sink, tmp_path):
    with smtplib.SMTP("127.0.0.1", sink, timeout=10) as server:
        server.send_message(letter(), from_addr="bounce+1-x@reply.example", to_addrs=["a@b.example", "c@d.example"])
        server.send_message(letter(subject="Späte Antwort – 2", text=".\n..two dots\n" + "x" * 900 + "\n"))

    second, first = mailbox.messages(tmp_path)

    assert (first.id, second.id) == ("000001", "000002")
    assert first.mail_from == "bounce+1-x@reply.example" and first.rcpt_to == ["a@b.example", "c@d.example"]
    assert second.subject == "Späte Antwort – 2"
    kept = email.message_from_bytes(mailbox.read(tmp_path, second.id), policy=email.policy.default)
    assert kept.get_content().replace("\r\n", "\n") == ".\n..two dots\n" + "x" * 900 + "\n"
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    assert [each.id for each in mailbox.messages(tmp_path, limit=1)] == ["000002"]


@pytest.mark.parametrize("asked", ["../secret", "1", "000001.eml", "", "000009", "٠٠٠٠٠١"])
def test_given_anything_but_the_number_of_a_letter_then_there_is_no_such_letter(tmp_path, asked):
    mailbox.store(tmp_path, mail_from="a@b.example", rcpt_to=["c@d.example"], data=bytes(letter()))

    with pytest.raises(FileNotFoundError):
        mailbox.read(tmp_path, asked)


@pytest.mark.parametrize(
    "data",
    [b"", b"no headers at all", b"Subject: =?utf-8?b?%%%?= =?nonsense?q?x?=\r\n\r\n", b"Subject: caf\xe9\r\n\r\nx"],
)
def test_given_a_broken_letter_then_it_is_kept_and_listed_all_the_same(tmp_path, data):
    caught = mailbox.store(tmp_path, mail_from="", rcpt_to=["c@d.example"], data=data)

    assert mailbox.read(tmp_path, caught.id) == data
    assert mailbox.messages(tmp_path) == [caught]


class Door:
    """An LMTP door that remembers what it took, and refuses one address."""

    def __init__(self):
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "request-7-" not in address:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


class DoorServer(Controller):
    def factory(self):
        return LMTP(self.handler)


@pytest.fixture
def door():
    handler = Door()
    server = DoorServer(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    yield server
    server.stop()


def answer(home, port, *arguments) -> subprocess.CompletedProcess[str]:
    return python("-m", "foitracker.reply", *arguments, FOITRACKER_HOME=home, LMTP_PORT=port)


def test_given_a_caught_request_when_it_is_answered_then_the_door_gets_a_reply_with_the_files(tmp_path, door):
    mailbox.store(tmp_path, mail_from="b@c.example", rcpt_to=["foi@northbridge.example"], data=bytes(letter()))
    mailbox.store(
        tmp_path, mail_from="", rcpt_to=["x@y.example"], data=bytes(letter(sender="FOI <no-reply@z.example>"))
    )
    figures = tmp_path / "figures.csv"
    figures.write_text("year,repairs\n2025,12\n")

    done = answer(tmp_path, door.port, "--text", "Here it is.", "--attach", figures)

    assert done.returncode == 0, done.stderr
    [(recipients, reply)] = door.handler.taken
    assert recipients == [REQUEST_ADDRESS]
    assert reply["From"] == "foi@northbridge.example" and reply["Subject"] == "Re: Repairs in 2025"
    assert reply["In-Reply-To"] == reply["References"] == "<1@reply.foitracker.example>"
    text = reply.get_body(preferencelist=("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Here it is.\n") and "> How many?" in text
    assert [part.get_filename() for part in reply.iter_attachments()] == ["figures.csv"]


def test_given_another_sender_then_the_answer_comes_from_there(tmp_path, door):
    mailbox.store(tmp_path, mail_from="b@c.example", rcpt_to=["foi@northbridge.example"], data=bytes(letter()))

    done = answer(tmp_path, door.port, "1", "--from", "clerk@northbridge.example")

    assert done.returncode == 0, done.stderr
    assert door.handler.taken[0][1]["From"] == "clerk@northbridge.example"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["9"], "no such letter"), (["--attach", "nowhere.pdf"], "no file nowhere.pdf"), ([], "did not take it")],
)
def test_given_something_wrong_then_one_line_says_what(tmp_path, arguments, said):
    mailbox.store(tmp_path, mail_from="b@c.example", rcpt_to=["foi@northbridge.example"], data=bytes(letter()))

    refused = answer(tmp_path, free_port(), *arguments)

    assert refused.returncode == 1 and said in refused.stderr and refused.stderr.count("\n") == 1
