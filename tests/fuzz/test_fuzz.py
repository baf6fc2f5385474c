"""A small share of the mutated letters, other ones than the last release's; ``make fuzz`` runs twenty thousand."""

import pytest

from tests.fuzz.found import Found
from tests.fuzz.letters import mutant, sources
from tests.fuzz.looking import LEAKS, Watch
from tests.fuzz.run import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


def test_given_a_number_then_the_letter_is_always_the_same_and_has_its_own_secrets():
    corpus = sources()
    letters = [mutant(number, "foi@x.example", corpus) for number in range(200)]

    assert letters == [mutant(number, "foi@x.example", corpus) for number in range(200)]
    assert len({one.address for one in letters}) == len({one.mobile for one in letters}) == 200
    planted = [one for one in letters if one.address.encode() in one.raw.lower()]
    assert len(planted) > 100, "most letters carry what must not be shown"


@pytest.mark.parametrize(
    "shown", ["{0}", "&lt;{0}&gt;", "<b>{1}</b> {2}", "mailto:{3}", "{1}-{2}", "+44 {4}", "+44 (0){4}", "{5}"]
)
def test_given_something_shown_in_any_dress_then_the_search_sees_it(shown):
    one = mutant(5, "foi@x.example", sources())
    local = one.address.replace("@", "%40")
    text = shown.format(
        one.address.upper(), one.mobile[:5], one.mobile[5:], local, one.mobile[1:], one.address.replace("@", "&#64;")
    )

    watch = Watch([(one.number, one.bird)])
    assert {sight.what for sight in watch.seen(text.encode(), markup="page")} & set(LEAKS)
    assert not watch.seen(b"[email address] [mobile number]")


def test_given_an_address_in_pieces_then_it_is_seen_too_and_told_apart():
    one = mutant(5, "foi@x.example", sources())
    local, domain = one.address.split("@")
    watch = Watch([(one.number, one.bird)])

    assert [sight.what for sight in watch.seen(f"&lt;b&gt;{local[:5]}</b>{local[5:]}@{domain}".encode(), markup="page")]
    assert {sight.what for sight in watch.seen(f"{local}\n\n@{domain}".encode())} == {"rest", "apart"}
    assert {sight.what for sight in watch.seen(f"{local}@[email address]".encode())} == {"rest"}
    first, second = one.mobile[:5], one.mobile[5:]
    assert "mobile" in {sight.what for sight in watch.seen(f"{first}\n{second}".encode())}
    assert {sight.what for sight in watch.seen(f"{first}\n\n{second}".encode())} == {"apart"}
    assert {sight.what for sight in watch.seen(f"<p>{first}</p><p>{second}</p>".encode(), markup="page")} == {"apart"}


def test_given_mutated_letters_when_they_come_in_then_none_is_lost_none_breaks_anything_and_nothing_leaks():
    found: Found = run(60, first=1_000_000)

    assert (found.lost, found.crashed, found.leaked) == ([], [], [])
    assert found.letters == 60
    assert found.states["placed"] > 20, found.states
    assert found.files["public"], found.files
