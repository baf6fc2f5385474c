"""Stored first: one letter once, whole, for each of our addresses."""

import base64

import pytest

from requests_app.actions import inbound
from requests_app.models import (
    InboundEmail,
    InboundPiece,
)
from tests import factories
from tests.arrivals import our_address, receive
from tests.letters import DOMAIN, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


def test_given_the_same_letter_twice_when_received_then_it_is_stored_once(foi_request, council):
    raw = letter(sender=council, to=our_address(foi_request))

    first, again = receive(raw, our_address(foi_request)), receive(raw, our_address(foi_request).upper())

    assert first == again
    assert InboundEmail.objects.count() == 1


def test_given_the_same_letter_encoded_anew_by_a_relay_when_received_then_it_is_stored_once(foi_request, council):
    text = "Ateb: mae'r wybodaeth ynghlwm â'r llythyr hwn.\r\n"
    head = f"From: {council}\r\nMessage-ID: <1@council.example>\r\nContent-Type: text/plain; charset=utf-8\r\n".encode()
    plain = head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + text.encode()
    coded = (
        head + b"Content-Transfer-Encoding: base64\r\nReceived: by relay\r\n\r\n" + base64.encodebytes(text.encode())
    )

    assert receive(plain, our_address(foi_request)) == receive(coded, our_address(foi_request))


def test_given_one_letter_to_two_requests_when_received_then_each_has_it(foi_request, council):
    other = factories.make_request(authority=foi_request.authority)

    numbers = receive(
        letter(sender=council, to=our_address(foi_request)),
        our_address(foi_request),
        our_address(other),
        "foi@elsewhere.example",
    )

    assert len(set(numbers)) == 2


def test_given_a_provider_without_recipients_when_received_then_our_addresses_in_the_headers_count(
    foi_request, council
):
    raw = letter(sender=council, to="someone@else.example", Cc=f"Requester <{our_address(foi_request)}>")

    assert len(receive(raw, look_in_headers=True)) == 1
    assert receive(raw) == []


def test_given_a_large_letter_in_pieces_when_received_then_its_bytes_are_kept_in_pieces_of_a_mebibyte(
    foi_request, council
):
    raw = letter(
        sender=council, to=our_address(foi_request), files=(("big.bin", "application/octet-stream", b"\0" * 2_000_000),)
    )

    (number,) = inbound.receive(
        door="test",
        recipients=[our_address(foi_request)],
        envelope_from="",
        raw=(raw[start : start + 5000] for start in range(0, len(raw), 5000)),
    )

    row = InboundEmail.objects.get(pk=number)
    assert inbound.raw_of(row) == raw
    assert row.size == len(raw)
    assert max(len(bytes(piece.content)) for piece in InboundPiece.objects.all()) == 1024 * 1024


def test_given_a_letter_over_the_limit_when_received_then_nothing_is_stored(foi_request, council, settings):
    settings.MAX_LETTER_BYTES = 1000

    with pytest.raises(inbound.LetterTooBig):
        receive(letter(sender=council, to=our_address(foi_request), text="x" * 2000), our_address(foi_request))

    assert not InboundEmail.objects.exists()


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        (f"foi+request-1-mistyped@{DOMAIN}", True),
        (f"FOI+request-1-{'a' * 16}@{DOMAIN.upper()}", True),
        (f"bounce+1-{'a' * 16}@{DOMAIN}", True),
        (f"postmaster@{DOMAIN}", True),
        (f"no-reply@{DOMAIN}", False),
        (f"foi+request-1-{'a' * 16}@elsewhere.example", False),
        (f"foi+request-1-{'a' * 16}@{DOMAIN}.evil.example", False),
    ],
)
def test_which_addresses_are_taken(address, taken):
    assert inbound.accepts(address) is taken
