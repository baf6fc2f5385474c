"""What the README says about forged senders, with the mail server that it tells people to run: Postfix and milters."""

import smtplib

import pytest

from foitracker.processes import Children
from foitracker.supervisor import free_port
from requests_app.actions import inbound
from requests_app.models import InboundEmail, InboundState
from tests import factories, milters, postfix
from tests.arrivals import our_address
from tests.letters import letter
from tests.running import wait_until
from tests.signing import records_of, signed

WHY_NOT = postfix.missing() or milters.missing()
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(WHY_NOT), reason=str(WHY_NOT)),
]
COUNCIL = "foi@exampleton.example"
DOMAIN = COUNCIL.partition("@")[2]
FORGED = f"Authentication-Results: {milters.SERVER}; dmarc=pass header.from={DOMAIN}\r\n".encode()
# SPF has nothing against a machine's own address, so letters come as from another.
FROM_AFAR = "smtpd_authorized_xclient_hosts = 127.0.0.1"


# What a person's program shows as the council's, and a checker of DMARC may not know how to read.
STRANGE_FROMS = (
    f"x: {COUNCIL};",
    f"<@evil.example:{COUNCIL}>",
    f"foi(x)@{DOMAIN} (evil@evil.example)",
    f"{COUNCIL}.",
    f'"{COUNCIL}" <{COUNCIL}>, ',
    f"<{COUNCIL}",
    f"{COUNCIL} {COUNCIL}",
)


def _send(server: postfix.Postfix, to: str, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=60) as client:
        client.ehlo()
        assert client.docmd("XCLIENT", "ADDR=192.0.2.9 NAME=mx.elsewhere.example")[0] == 220
        assert client.sendmail(COUNCIL, to, raw) == {}


def test_given_signed_forged_and_lying_letters_when_postfix_brings_them_then_only_the_signed_one_is_published(
    tmp_path, lmtp_port, settings
):
    settings.TRUSTED_AUTHSERV_ID = milters.SERVER
    foi_request = factories.make_request(authority=factories.make_authority(email=COUNCIL))
    to = our_address(foi_request)
    plain = [letter(sender=COUNCIL, to=to, message_id=f"<{number}@{DOMAIN}>") for number in range(3)]
    letters = {"signed": signed(plain[0], DOMAIN), "forged": plain[1], "lying": FORGED + plain[2]}
    records = records_of(DOMAIN, policy="reject") | {(DOMAIN, "TXT"): ['"v=spf1 -all"']}
    children = Children(tmp_path)
    found = {}
    with (
        milters.running(children, records) as line,
        postfix.running(children, lmtp_port=lmtp_port, relay_port=free_port(), more=f"{line}\n{FROM_AFAR}") as server,
    ):
        for number, (name, raw) in enumerate(letters.items(), 1):
            _send(server, to, raw)
            wait_until(lambda count=number: InboundEmail.objects.count() == count, seconds=60)
            row = InboundEmail.objects.latest("pk")
            assert b"authentication-results: " + milters.SERVER.encode() in inbound.raw_of(row).lower(), name
            found[name] = (inbound.place(row.pk), InboundEmail.objects.get(pk=row.pk).reason)

    assert found == {
        "signed": (InboundState.PLACED, ""),
        "forged": (InboundState.HELD, "not_authenticated"),
        "lying": (InboundState.HELD, "not_authenticated"),
    }


def test_given_a_from_that_a_checker_cannot_read_when_postfix_brings_it_then_nothing_is_published(
    tmp_path, lmtp_port, settings
):
    settings.TRUSTED_AUTHSERV_ID = milters.SERVER
    foi_request = factories.make_request(authority=factories.make_authority(email=COUNCIL))
    to = our_address(foi_request)
    records = records_of(DOMAIN, policy="reject") | {(DOMAIN, "TXT"): ['"v=spf1 -all"']}
    children = Children(tmp_path)
    found = {}
    with (
        milters.running(children, records) as line,
        postfix.running(children, lmtp_port=lmtp_port, relay_port=free_port(), more=f"{line}\n{FROM_AFAR}") as server,
    ):
        for number, said in enumerate(STRANGE_FROMS, 1):
            plain = letter(sender=COUNCIL, to=to, message_id=f"<strange-{number}@{DOMAIN}>")
            head, rest = plain.split(b"From: ", 1)
            _send(server, to, head + b"From: " + said.encode() + b"\r\n" + rest.split(b"\n", 1)[1])
            wait_until(lambda count=number: InboundEmail.objects.count() == count, seconds=60)
            row = InboundEmail.objects.latest("pk")
            found[said] = inbound.place(row.pk)

    assert found == dict.fromkeys(STRANGE_FROMS, InboundState.HELD)
