import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.mail.addresses import (
    Kind,
    Ours,
    OursBounce,
    make,
    make_bounce,
    new_token,
    recognise,
    recognise_all,
    recognise_bounce,
    same_token,
)

DOMAIN = "reply.example"
TOKEN = "abcdefghijkl2345"


def test_a_token_has_at_least_sixty_four_random_bits():
    tokens = {new_token() for _ in range(500)}

    assert len(tokens) == 500
    assert all(len(token) * 5 >= 64 and set(token) <= set("abcdefghijklmnopqrstuvwxyz234567") for token in tokens)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_address_is_recognised_as_what_it_was_made(kind):
    address = make(kind, 9_223_372_036_854_775_807, TOKEN, DOMAIN)

    assert len(address.split("@")[0]) <= 64
    assert recognise(address, DOMAIN) == Ours(kind, 9_223_372_036_854_775_807, TOKEN)
    assert recognise(address.upper(), "Reply.Example") == recognise(address, DOMAIN)


@pytest.mark.parametrize(
    "near_miss",
    [
        f"foi+request-12-{TOKEN[:-1]}@{DOMAIN}",
        f"foi+request-12-{TOKEN}a@{DOMAIN}",
        f"foi+request-012-{TOKEN}@{DOMAIN}",
        f"foi+request-0-{TOKEN}@{DOMAIN}",
        f"foi+request--{TOKEN}@{DOMAIN}",
        f"foi+request-9223372036854775808-{TOKEN}@{DOMAIN}",
        f"foi+request-12-{TOKEN}@{DOMAIN}.",
        f"foi+request-12-{TOKEN}@mail.{DOMAIN}",
        f"foi+request-12-{TOKEN}@replyxexample",
        f"request-12-{TOKEN}@{DOMAIN}",
        f"foi-request-12-{TOKEN}@{DOMAIN}",
        f"xfoi+request-12-{TOKEN}@{DOMAIN}",
        f"foi+letter-12-{TOKEN}@{DOMAIN}",
        f"foi+request-12-{TOKEN}@{DOMAIN}\n",
        f"<foi+request-12-{TOKEN}@{DOMAIN}>",
        f"foi+request-12-{TOKEN.replace('l', '1')}@{DOMAIN}",
        f"foi+request-12-{TOKEN.replace('k', chr(0x212A))}@{DOMAIN}",
        f"foi+request-１２-{TOKEN}@{DOMAIN}",
        f"bounce+12-{TOKEN}@{DOMAIN}",
        "",
        "@",
    ],
)
def test_a_near_miss_is_none(near_miss):
    assert recognise(near_miss, DOMAIN) is None


def test_the_kinds_and_the_envelope_sender_are_never_one_another():
    made = {make(kind, 12, TOKEN, DOMAIN) for kind in Kind}
    bounce = make_bounce(12, TOKEN, DOMAIN)

    assert len(made) == 3
    assert recognise(bounce, DOMAIN) is None
    assert all(recognise_bounce(address, DOMAIN) is None for address in made)
    assert recognise_bounce(bounce, DOMAIN) == OursBounce(12, TOKEN)


def test_several_recipients_give_each_of_ours_once():
    ours = make("request", 5, TOKEN, DOMAIN)

    found = recognise_all(["jo@borough.example", ours, ours.upper(), make("notice", 5, TOKEN, DOMAIN)], DOMAIN)

    assert [one.kind for one in found] == [Kind.REQUEST, Kind.NOTICE]


@pytest.mark.parametrize(("number", "token"), [(0, TOKEN), (-1, TOKEN), (10**20, TOKEN), (1, "short"), (1, "A" * 16)])
def test_what_could_not_be_recognised_is_not_made(number, token):
    with pytest.raises(ValueError, match="Cannot make"):
        make(Kind.REQUEST, number, token, DOMAIN)
    with pytest.raises(ValueError, match="Cannot make"):
        make_bounce(number, token, DOMAIN)


def test_tokens_are_compared_whole_and_without_letter_case():
    assert same_token(TOKEN, TOKEN.upper())
    assert not same_token(TOKEN, TOKEN[:-1])
    assert not same_token(TOKEN, new_token())
    assert not same_token("", "")


@given(st.text(max_size=200))
def test_any_text_at_all_is_recognised_or_none(address):
    assert recognise(address, DOMAIN) is None
    assert recognise_bounce(address + "@" + DOMAIN, DOMAIN) is None
