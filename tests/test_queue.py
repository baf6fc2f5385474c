"""Many nudges of one block go to workers together, and none is lost when the block fails."""

import pytest

from requests_app import queue


@pytest.fixture
def told(monkeypatch):
    """What was sent to the broker, which is outside of these tests."""
    sent: list[tuple[str, tuple[int, ...]]] = []
    monkeypatch.setattr(queue, "_sender", lambda: lambda name, ids: sent.append((name, ids)))
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    return sent


def test_given_a_block_when_many_are_asked_then_they_are_told_in_tens_and_others_at_once(told):
    with queue.together("mail"):
        for number in range(6):
            queue.nudge("mail", 2 * number, 2 * number + 1)
        queue.nudge("file", 99)

    assert told == [("mail", tuple(range(10))), ("file", (99,)), ("mail", (10, 11))]
    queue.nudge("mail", 12)
    assert told[-1] == ("mail", (12,))


def test_given_a_block_that_fails_when_it_ends_then_what_was_gathered_is_told(told):
    with pytest.raises(ZeroDivisionError), queue.together("mail"):
        queue.nudge("mail", 1)
        1 / 0  # noqa: B018

    assert told == [("mail", (1,))]


def test_given_blocks_in_one_another_when_both_end_then_each_id_is_told_once(told):
    with queue.together("mail"):
        queue.nudge("mail", 1)
        with queue.together("mail"):
            queue.nudge("mail", 2)
        queue.nudge("mail", 3)

    assert sorted(number for _name, numbers in told for number in numbers) == [1, 2, 3]


def test_given_an_empty_block_then_nothing_is_told(told):
    with queue.together("mail"):
        pass

    assert told == []
