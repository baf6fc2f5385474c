"""Debian's Postfix, set up by the README's lines, before the LMTP door: what the README promises about the two."""

import smtplib
import sys
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.utils import timezone

from foitracker.processes import Children
from foitracker.supervisor import free_port
from requests_app.actions import delivery, inbound
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail, InboundState, OutboundState
from tests import factories, postfix
from tests.engines import environment, mail_server
from tests.letters import DOMAIN, letter
from tests.running import BASE, wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(postfix.missing()), reason=str(postfix.missing())),
]
COUNCIL = "foi@exampleton.example"


@pytest.fixture
def children(tmp_path):
    return Children(tmp_path)


@pytest.fixture
def foi_request(transactional_db):
    return factories.make_request(authority=factories.make_authority(email=COUNCIL), received=False)


def _stored(count: int = 1) -> list[InboundEmail]:
    wait_until(lambda: InboundEmail.objects.count() >= count, seconds=30)
    return list(InboundEmail.objects.order_by("pk"))


def test_given_addresses_ours_and_not_when_letters_come_then_what_cannot_be_ours_is_refused_at_once(
    children, lmtp_port, foi_request
):
    ours = address_of(foi_request, "request", DOMAIN)
    mistyped = f"foi+request-{foi_request.pk}-{'a' * 16}@{DOMAIN}"
    returned = compose.post_letter(foi_request.messages.get()).envelope_from
    taken = {ours, mistyped, returned, f"postmaster@{DOMAIN}", f"abuse@{DOMAIN}"}
    raw = letter(sender=COUNCIL, to=ours)

    with postfix.running(children, lmtp_port=lmtp_port, relay_port=free_port()) as server:
        for recipient in taken:
            server.send(COUNCIL, recipient, raw)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            server.send(COUNCIL, f"nobody@{DOMAIN}", raw)
        with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as asked:
            asked.ehlo()
            largest = int(asked.esmtp_features["size"])
        rows = _stored(len(taken))

    assert [code for code, _said in refused.value.recipients.values()] == [550]
    assert {row.recipient for row in rows} == taken
    for row in rows:
        assert row.envelope_from == COUNCIL
        assert inbound.raw_of(row).endswith(raw), "Postfix puts its own fields on top and changes nothing below"
        inbound.place(row.pk)
        row.refresh_from_db()
    # The mistyped one waits for a person; nothing is bounced.
    assert {row.recipient: row.state for row in rows}[mistyped] == InboundState.HELD
    # What Postfix takes, the door takes: else it would have to be returned to its sender.
    assert largest <= settings.MAX_LETTER_BYTES


@contextmanager
def _door(children: Children, port: int, **more: object):
    children.start(
        "lmtp",
        [sys.executable, BASE / "manage.py", "lmtp"],
        env=environment(LMTP_HOST="127.0.0.1", LMTP_PORT=port, **more),
    )
    try:
        yield
    finally:
        children.stop(["lmtp"], within=8)


@pytest.mark.slow
def test_given_no_database_and_then_no_door_when_a_letter_comes_then_postfix_keeps_it_until_it_is_stored(
    children, foi_request
):
    ours, port = address_of(foi_request, "request", DOMAIN), free_port()
    raw = letter(sender=COUNCIL, to=ours)
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/away"

    with postfix.running(children, lmtp_port=port, relay_port=free_port()) as server:
        with _door(children, port, DATABASE_URL=nowhere):
            wait_until(lambda: postfix.listens(port, smtplib.LMTP), seconds=30)
            server.send(COUNCIL, ours, raw)
            server.said("451 4.3.0 The letter cannot be stored now")
        server.try_again()
        server.said("Connection refused")
        assert not InboundEmail.objects.exists()
        with _door(children, port):
            wait_until(lambda: postfix.listens(port, smtplib.LMTP), seconds=30)
            server.try_again()
            (row,) = _stored()

    assert inbound.raw_of(row).endswith(raw)


@pytest.mark.parametrize(("more", "whole"), [("", False), ("lmtp_line_length_limit = 0", True)])
def test_given_a_long_line_when_it_comes_then_it_stays_whole_only_with_the_line_that_says_so(
    more, whole, children, lmtp_port, foi_request
):
    assert "`lmtp_line_length_limit = 0`" in (BASE / "README.md").read_text()
    ours = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender=COUNCIL, to=ours).replace(b"We hold", b"x" * 5000 + b" We hold")

    with postfix.running(children, lmtp_port=lmtp_port, relay_port=free_port(), more=more) as server:
        server.send(COUNCIL, ours, raw)
        (row,) = _stored()

    assert inbound.raw_of(row).endswith(raw) == whole


def test_given_an_address_that_no_longer_exists_when_postfix_returns_our_letter_then_it_counts_as_undelivered(
    children, lmtp_port, foi_request, settings
):
    row = compose.post_letter(foi_request.messages.get())

    with (
        mail_server(refuses={COUNCIL}) as council,
        postfix.running(children, lmtp_port=lmtp_port, relay_port=council.port) as server,
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        assert delivery.deliver(row.pk) == "sent"
        foi_request.refresh_from_db()
        assert foi_request.received_on == timezone.localdate()
        (report,) = _stored()
        inbound.place(report.pk)

    row.refresh_from_db()
    assert row.state == OutboundState.SENT and row.bounced_at is not None
    foi_request.refresh_from_db()
    assert foi_request.received_on is None
    assert council.letters == []
