"""Letters that come at once over several connections: one transaction, and none harms another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from requests_app.actions import inbound, storing
from requests_app.doors import lmtp, together
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail, InboundPiece
from tests import factories
from tests.letters import DOMAIN, letter
from tests.wires import Wire

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def foi_request(transactional_db):
    return factories.make_request()


@pytest.fixture
def patient(monkeypatch):
    """The first of several letters waits for the others as long as the test needs."""
    monkeypatch.setattr(together, "LONGEST_WAIT", 5.0)


def _letter(number: int, to: str) -> bytes:
    return letter(sender="foi@council.example", to=to).replace(b"We hold", b"We hold %d and" % number)


def _bring(port: int, letters: list[tuple[str, bytes]]) -> list[list[int]]:
    """The codes after each of several letters, over a connection each: all are begun before any is ended."""
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port)) for _one in letters]
        for wire, (to, raw) in zip(wires, letters, strict=True):
            for line in (b"LHLO x", b"MAIL FROM:<foi@council.example>", f"RCPT TO:<{to}>".encode(), b"DATA"):
                wire.say(line)
            wire.wire.sendall(raw)
        with ThreadPoolExecutor(len(wires)) as threads:
            return list(threads.map(lambda wire: wire.say(b"."), wires))


def _transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM requests_app_inboundemail")
        return cursor.fetchone()[0]


def test_given_letters_over_several_connections_when_they_end_together_then_one_transaction_keeps_them(
    lmtp_port, foi_request, patient
):
    kinds = ("request", "notice", "person")
    letters = [(to := address_of(foi_request, kind, DOMAIN), _letter(n, to)) for n, kind in enumerate(kinds)]

    codes = _bring(lmtp_port, letters)

    assert codes == [[250]] * 3
    assert {(row.recipient, inbound.raw_of(row), row.door) for row in InboundEmail.objects.all()} == {
        (to, raw, "lmtp") for to, raw in letters
    }
    assert set(InboundEmail.objects.values_list("size", flat=True)) == {len(raw) for _to, raw in letters}
    assert _transactions() == 1


@pytest.mark.parametrize("why", ["check_violation", "program_limit_exceeded"], ids=["refused", "too much for it"])
def test_given_one_letter_that_cannot_be_stored_then_those_beside_it_are(lmtp_port, foi_request, patient, why):
    kinds = ("request", "notice", "person")
    letters = [(to := address_of(foi_request, kind, DOMAIN), _letter(n, to)) for n, kind in enumerate(kinds)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.recipient LIKE 'foi+notice%' THEN RAISE {why}; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON requests_app_inboundemail FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        codes = _bring(lmtp_port, letters)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse CASCADE")

    assert codes == [[250], [451], [250]]
    assert set(InboundEmail.objects.values_list("recipient", flat=True)) == {letters[0][0], letters[2][0]}
    assert InboundPiece.objects.count() == 2


def test_given_the_same_letter_twice_at_once_then_it_is_kept_once_and_both_are_answered(
    lmtp_port, foi_request, patient
):
    to = address_of(foi_request, "request", DOMAIN)
    raw, other = _letter(1, to), _letter(2, to)

    codes = _bring(lmtp_port, [(to, raw), (to, raw), (to, other)])

    assert codes == [[250]] * 3
    assert {inbound.raw_of(row) for row in InboundEmail.objects.all()} == {raw, other}
    assert InboundEmail.objects.count() == InboundPiece.objects.count() == 2


def test_given_a_database_that_is_away_then_every_letter_brought_together_is_told_to_wait(
    lmtp_port, foi_request, patient, monkeypatch
):
    to = address_of(foi_request, "request", DOMAIN)
    tried = []

    def away(*, letters, **_fields):
        tried.append(len(list(letters)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(lmtp, "receive_together", away)

    codes = _bring(lmtp_port, [(to, _letter(number, to)) for number in range(3)])

    assert codes == [[451]] * 3
    assert tried == [3, 3]
    assert not InboundEmail.objects.exists()


def test_given_one_that_is_slow_to_send_its_letter_then_another_waits_for_it_only_a_moment(
    lmtp_port, foi_request, monkeypatch
):
    monkeypatch.setattr(together, "LONGEST_WAIT", 0.2)
    to = address_of(foi_request, "request", DOMAIN)
    begin = (b"LHLO x", b"MAIL FROM:<foi@council.example>", f"RCPT TO:<{to}>".encode(), b"DATA")
    with Wire(lmtp_port) as slow, Wire(lmtp_port) as quick:
        for wire in (slow, quick):
            for line in begin:
                wire.say(line)
        slow.wire.sendall(b"Subject: half")

        assert quick.say(_letter(1, to) + b".") == [250]

        assert InboundEmail.objects.count() == 1
        assert slow.say(b" a letter\r\n\r\nText\r\n.") == [250]
    assert InboundEmail.objects.count() == 2


def test_given_more_than_fits_in_one_transaction_then_the_rest_is_in_the_next(
    lmtp_port, foi_request, patient, monkeypatch
):
    to = address_of(foi_request, "request", DOMAIN)
    letters = [(to, _letter(number, to)) for number in range(5)]
    # No three of them fit: their identifiers differ in length.
    monkeypatch.setattr(together, "MOST_BYTES", 3 * min(len(raw) for _to, raw in letters) - 1)

    codes = _bring(lmtp_port, letters)

    assert codes == [[250]] * 5
    assert InboundEmail.objects.count() == 5
    assert _transactions() == 3


def test_given_doors_that_bring_the_same_letters_in_other_orders_then_none_waits_for_another_in_a_ring(foi_request):
    letters = [
        storing.Small(f"{number}@council.example", "foi@x.example", "d", "a@b.example", b"Text") for number in range(40)
    ]
    begun = threading.Barrier(4)

    def bring(door: int) -> int:
        try:
            new = 0
            for start in range(0, 40, 8):
                begun.wait(20)
                part = letters[start : start + 8]
                new += len(storing.store_together(door="lmtp", letters=part[door:] + part[:door], at=NOW))
            return new
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as doors:
        new = sum(doors.map(bring, range(4)))

    assert new == 40 == InboundEmail.objects.count() == InboundPiece.objects.count()
