"""The LMTP door, spoken to as a mail server speaks: one answer for each recipient, 250 only after the commit."""

import contextlib
import smtplib
import socket

import pytest
from django.db import connection

from requests_app.actions import inbound
from requests_app.doors import lmtp, lmtp_session
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail
from tests import factories
from tests.letters import DOMAIN, letter
from tests.wires import Wire

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


def test_given_a_letter_too_big_for_several_then_each_of_them_is_told_so(door, foi_request, settings):
    settings.MAX_LETTER_BYTES = 5000
    door.ehlo()
    door.mail("foi@council.example")
    for kind in ("request", "notice", "person"):
        door.rcpt(address_of(foi_request, kind, DOMAIN))

    said = _data(door, b"Subject: big\r\n\r\n" + b"y" * 9000 + b"\r\n", 3)

    assert [code for code, _text in said] == [552, 552, 552]
    assert door.noop()[0] == 250


def test_given_a_size_over_the_limit_when_it_is_announced_then_it_is_refused_before_it_is_sent(door, foi_request):
    door.ehlo()
    offered = int(door.esmtp_features["size"])

    assert door.mail("foi@council.example", [f"SIZE={offered + 1}"])[0] == 552
    assert door.mail("foi@council.example", [f"SIZE={offered}", "BODY=8BITMIME", "SMTPUTF8"])[0] == 250
    assert {"pipelining", "8bitmime", "smtputf8", "enhancedstatuscodes"} <= set(door.esmtp_features)


def test_given_a_connection_that_broke_when_a_letter_is_brought_then_it_is_stored_once_over_a_new_one(
    door, foi_request, monkeypatch
):
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender="foi@council.example", to=to)
    real, tries = lmtp.receive, []

    def receive(**fields):
        tries.append(1)
        return real(**fields) and len(tries) == 1 and _lose_the_connection()

    monkeypatch.setattr(lmtp, "receive", receive)

    assert door.sendmail("foi@council.example", [to], raw) == {}

    assert len(tries) == 2
    assert InboundEmail.objects.count() == 1


def test_given_a_database_that_is_away_when_brought_then_each_recipient_is_told_to_wait(door, foi_request, monkeypatch):
    ours = [address_of(foi_request, kind, DOMAIN) for kind in ("request", "notice")]
    raw = letter(sender="foi@council.example", to=ours[0])
    real = lmtp.receive
    monkeypatch.setattr(lmtp, "receive", lambda **fields: _lose_the_connection())
    door.ehlo()
    door.mail("foi@council.example")
    for address in ours:
        door.rcpt(address)

    said = _data(door, raw, 2)

    assert [code for code, _text in said] == [451, 451]
    monkeypatch.setattr(lmtp, "receive", real)
    assert door.sendmail("foi@council.example", ours[:1], raw) == {}
    assert InboundEmail.objects.count() == 1


def _lose_the_connection() -> None:
    """Ends this thread's own database session from the server's side, then uses it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_given_a_letter_that_cannot_be_stored_for_one_recipient_then_it_is_for_the_other(door, foi_request):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.recipient LIKE 'foi+notice%' THEN RAISE check_violation; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON requests_app_inboundemail FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    ours = [address_of(foi_request, kind, DOMAIN) for kind in ("notice", "request")]
    try:
        door.ehlo()
        door.mail("foi@council.example")
        for address in ours:
            door.rcpt(address)
        said = _data(door, letter(sender="foi@council.example", to=ours[1]), 2)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse CASCADE")

    assert [code for code, _text in said] == [451, 250]
    assert InboundEmail.objects.get().recipient == ours[1]


def test_given_bytes_that_are_no_text_in_addresses_and_identifiers_when_brought_then_the_letter_is_stored(
    lmtp_port, foi_request
):
    with Wire(lmtp_port) as wire:
        wire.say(b"LHLO x")
        assert wire.say(b"MAIL FROM:<j\xf6rg\xff@council.example>") == [250]
        assert wire.say(b"RCPT TO:<foi+\xff\xfe" + b"\xf0\x9f\x98\x80" * 200 + b"@" + DOMAIN.encode() + b">") == [250]
        wire.say(b"DATA")
        head = b"Message-ID: <" + b"\xf0\x9f\x98\x80" * 300 + b"\0\xff@x>\r\nTo: \0\xff@" + DOMAIN.encode()
        assert wire.say(head + b"\r\n\r\nText\r\n.") == [250]

    assert InboundEmail.objects.get().envelope_from.endswith("@council.example")


def test_given_two_letters_sent_ahead_in_one_piece_when_brought_then_each_command_is_answered_in_order(
    lmtp_port, foi_request
):
    ours = [address_of(foi_request, kind, DOMAIN).encode() for kind in ("request", "notice")]
    ahead = (
        b"LHLO x\r\nMAIL FROM:<a@council.example>\r\nRCPT TO:<%s>\r\nRCPT TO:<no@where.example>\r\nRCPT TO:<%s>\r\n"
        b"DATA\r\nMessage-ID: <1@x>\r\n\r\nOne\r\n.\r\n"
        b"MAIL FROM:<a@council.example>\r\nRCPT TO:<%s>\r\nDATA\r\nMessage-ID: <2@x>\r\n\r\nTwo\r\n.\r\nQUIT\r\n"
    ) % (*ours, ours[0])
    with Wire(lmtp_port) as wire:
        codes = wire.say(ahead.removesuffix(b"\r\n"), until_closed=True)

    assert codes == [250, 250, 250, 550, 250, 354, 250, 250, 250, 250, 354, 250, 221]
    assert InboundEmail.objects.count() == 3


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([b"EHLO x"], [500]),
        ([b"HELO x"], [500]),
        ([b"MAIL FROM:<a@b.example>"], [503]),
        ([b"LHLO"], [501]),
        ([b"LHLO x", b"RCPT TO:<a@b.example>"], [250, 503]),
        ([b"LHLO x", b"DATA"], [250, 503]),
        ([b"LHLO x", b"MAIL FROM:<>", b"DATA"], [250, 250, 503]),
        ([b"LHLO x", b"MAIL TO:<a@b.example>"], [250, 501]),
        ([b"LHLO x", b"MAIL FROM:<a@b.example> SIZE=x"], [250, 501]),
        ([b"LHLO x", b"MAIL FROM:<a@b.example> AUTH=<>"], [250, 555]),
        ([b"LHLO x", b"mail from: <@relay.example:a@b.example> body=8bitmime", b"RSET", b"MAIL FROM:<>"], [250] * 4),
        ([b"LHLO x", b"MAIL FROM:<>", b"MAIL FROM:<>"], [250, 250, 503]),
        ([b"LHLO x", b"MAIL FROM:<>", b"RCPT TO:<>"], [250, 250, 501]),
        ([b"NOOP " + b"x" * 5000, b"NOOP"], [500, 250]),
        ([b"VRFY x", b"HELP", b"BDAT 10 LAST", b"\xff\x00"], [252, 214, 500, 500]),
    ],
)
def test_given_commands_in_any_order_then_each_is_answered_as_the_standard_has_it(lmtp_port, lines, codes):
    with Wire(lmtp_port) as wire:
        assert [code for line in lines for code in wire.say(line)] == codes


def test_given_nothing_but_mistakes_then_the_door_hangs_up(lmtp_port):
    with Wire(lmtp_port) as wire:
        codes = wire.say(b"\r\n".join([b"WHAT"] * 50), until_closed=True)

    assert codes[-1] == 421 and len(codes) < 30


def test_given_clients_that_say_nothing_when_all_room_is_taken_then_the_longest_idle_makes_room(
    lmtp_port, foi_request, monkeypatch
):
    monkeypatch.setattr(lmtp, "MOST_CONNECTIONS", 3)
    to = address_of(foi_request, "request", DOMAIN)
    idle = [Wire(lmtp_port) for _number in range(3)]
    try:
        with Wire(lmtp_port, greeting=421) as refused:
            assert refused.wire.recv(10) == b""
        monkeypatch.setattr(lmtp, "MAKES_ROOM_AFTER", 0.0)
        with smtplib.LMTP("127.0.0.1", lmtp_port, timeout=10) as door:
            door.sendmail("a@b.example", [to], letter(sender="a@b.example", to=to))
        assert idle[0].wire.recv(200).startswith(b"421 ")
    finally:
        for one in idle:
            one.wire.close()
    assert InboundEmail.objects.count() == 1


@pytest.mark.parametrize("within_letter", [False, True])
def test_given_a_client_that_trickles_then_it_cannot_hold_the_door(lmtp_port, foi_request, monkeypatch, within_letter):
    monkeypatch.setattr(lmtp_session, "COMMAND_SECONDS", 1.0)
    monkeypatch.setattr(lmtp_session, "SLOWEST_AFTER", 1.0)
    to = address_of(foi_request, "request", DOMAIN)
    with Wire(lmtp_port) as wire:
        if within_letter:
            for line in (b"LHLO x", b"MAIL FROM:<a@b.example>", f"RCPT TO:<{to}>".encode(), b"DATA"):
                wire.say(line)
        said = b""
        wire.wire.settimeout(0.3)
        for _second in range(40):
            with contextlib.suppress(OSError):
                wire.wire.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                said += wire.wire.recv(500)
                if said:
                    break
    assert said.startswith(b"421 4.4.2")
    assert not InboundEmail.objects.exists()


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


def test_given_a_trusted_server_when_it_tells_through_the_door_that_a_sender_is_forged_then_the_letter_is_held(
    door, foi_request, settings
):
    settings.TRUSTED_AUTHSERV_ID = "mx.site.example"
    known = foi_request.authority.addresses.get().email
    ours = address_of(foi_request, "request", DOMAIN)
    states = []

    for result in ("fail", "pass"):
        said = f"Received: by mx.site.example\r\nAuthentication-Results: mx.site.example;\r\n\tdmarc={result}"
        head = f"{said} (p=reject) header.from={known.partition('@')[2]}\r\n"
        door.sendmail("x@sender.example", [ours], head.encode() + letter(sender=known, to=ours))
        row = InboundEmail.objects.latest("pk")
        states.append((inbound.place(row.pk), InboundEmail.objects.get(pk=row.pk).reason))

    assert states == [("held", "not_authenticated"), ("placed", "")]
