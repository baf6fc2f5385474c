"""The LMTP door, spoken to as a mail server speaks: one answer for each recipient, 250 only after the commit."""

import smtplib
import socket

import pytest
from django.db import connection

from requests_app.actions import inbound
from requests_app.doors import lmtp
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail
from tests import factories
from tests.letters import DOMAIN, letter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door(lmtp_port):
    with smtplib.LMTP("127.0.0.1", lmtp_port, timeout=30) as client:
        yield client


@pytest.fixture
def foi_request(transactional_db):
    return factories.make_request()


def _data(client: smtplib.LMTP, raw: bytes, replies: int) -> list[tuple[int, bytes]]:
    """Send DATA and read as many answers as LMTP owes."""
    client.putcmd("data")
    assert client.getreply()[0] == 354
    client.send(smtplib._quote_periods(raw) + b".\r\n")
    return [client.getreply() for _reply in range(replies)]


def test_given_an_answer_when_brought_then_it_is_committed_before_250(door, foi_request):
    council = foi_request.authority.addresses.get().email
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender=council, to=to, text="Dear requester,\n\n.hidden files\n..\nare listed.\n")

    refused = door.sendmail(council, [to], raw)

    assert refused == {}
    row = InboundEmail.objects.get()
    assert inbound.raw_of(row) == raw
    assert (row.envelope_from, row.recipient, row.door) == (council, to, "lmtp")


def test_given_several_recipients_when_brought_then_each_is_answered_for_itself(door, foi_request):
    ours = address_of(foi_request, "request", DOMAIN)
    mistyped = f"foi+request-{foi_request.pk}-{'a' * 16}@{DOMAIN}"
    door.lhlo() if hasattr(door, "lhlo") else door.ehlo()
    door.mail("foi@council.example")

    answers = [
        door.rcpt(ours)[0],
        door.rcpt(mistyped)[0],
        door.rcpt(f"nobody@{DOMAIN}")[0],
        door.rcpt("a@b.example")[0],
    ]
    said = _data(door, letter(sender="foi@council.example", to=ours), 2)

    assert answers == [250, 250, 550, 550]
    assert [code for code, _text in said] == [250, 250]
    assert set(InboundEmail.objects.values_list("recipient", flat=True)) == {ours, mistyped}


def test_given_a_delivery_report_when_brought_then_its_empty_sender_is_kept(door, foi_request):
    to = address_of(foi_request, "request", DOMAIN)

    door.sendmail("<>", [to], letter(sender="MAILER-DAEMON@mail.example", to=to))

    assert InboundEmail.objects.get().envelope_from == "<>"


def test_given_a_line_of_a_mebibyte_when_brought_then_every_byte_is_kept(door, foi_request):
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender="foi@council.example", to=to).replace(b"We hold", b"x" * 1024 * 1024 + b" We hold")

    door.sendmail("foi@council.example", [to], raw)

    assert inbound.raw_of(InboundEmail.objects.get()) == raw


def test_given_bare_line_ends_when_brought_then_no_second_letter_is_smuggled(door, foi_request):
    to = address_of(foi_request, "request", DOMAIN)
    door.ehlo()
    door.mail("foi@council.example")
    door.rcpt(to)
    smuggled = b"Subject: one\r\n\r\nbody\n.\nMAIL FROM:<evil@x.example>\nRCPT TO:<" + to.encode() + b">\nDATA\nend"

    door.putcmd("data")
    door.getreply()
    door.send(smuggled + b"\r\n.\r\n")

    assert door.getreply()[0] == 250
    assert door.noop()[0] == 250
    assert inbound.raw_of(InboundEmail.objects.get()) == smuggled + b"\r\n"


def test_given_a_letter_over_the_limit_when_brought_then_it_is_refused_and_the_next_is_taken(
    door, foi_request, settings
):
    settings.MAX_LETTER_BYTES = 5000
    to = address_of(foi_request, "request", DOMAIN)
    door.ehlo()
    door.mail("foi@council.example")
    door.rcpt(to)

    said = _data(door, b"Subject: big\r\n\r\n" + b"y" * 9000 + b"\r\n", 1)

    assert said[0][0] == 552
    door.sendmail("foi@council.example", [to], letter(sender="foi@council.example", to=to))
    assert InboundEmail.objects.count() == 1


def test_given_a_database_that_fails_when_brought_then_the_sender_keeps_the_letter(door, foi_request, monkeypatch):
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender="foi@council.example", to=to)
    real = lmtp.receive
    monkeypatch.setattr(lmtp, "receive", lambda **fields: real(**fields) and _lose_the_connection())

    with pytest.raises(smtplib.SMTPDataError) as refused:
        door.sendmail("foi@council.example", [to], raw)
    monkeypatch.setattr(lmtp, "receive", real)
    door.sendmail("foi@council.example", [to], raw)

    assert refused.value.smtp_code == 451
    assert InboundEmail.objects.count() == 1


def _lose_the_connection() -> None:
    """Ends this thread's own database session from the server's side, then uses it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_given_a_sender_that_hangs_up_within_the_letter_then_nothing_is_stored(lmtp_port, foi_request):
    to = address_of(foi_request, "request", DOMAIN)
    with socket.create_connection(("127.0.0.1", lmtp_port), timeout=10) as wire:
        wire.recv(1000)
        for line in ("LHLO x", "MAIL FROM:<a@b.example>", f"RCPT TO:<{to}>", "DATA"):
            wire.sendall(line.encode() + b"\r\n")
            wire.recv(1000)
        wire.sendall(b"Subject: half a letter\r\n\r\nand no end")

    with smtplib.LMTP("127.0.0.1", lmtp_port, timeout=10) as door:
        door.sendmail("a@b.example", [to], letter(sender="a@b.example", to=to))
    assert InboundEmail.objects.count() == 1
