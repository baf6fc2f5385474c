"""Lists of events at random, plausible and nasty, the same on every run.

Each list is a small story (a receipt, then what an authority and a requester may do, in a believable order),
then it is spoiled: things happen twice, on one day, in the wrong order, on days off, at the ends of years and
of the table. Nothing here knows how a date is counted.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta

REGIMES = ("foia", "foia-school", "eir", "foisa", "eir-scotland")
FIRST_YEAR, LAST_YEAR = 2011, 2028
# Days around which rules bend: (month, day) of bank holidays, ends of months, the leap day, clock changes.
BENDS = (
    (1, 1),
    (1, 31),
    (2, 28),
    (3, 17),
    (3, 29),
    (4, 5),
    (5, 1),
    (5, 31),
    (7, 12),
    (8, 4),
    (10, 25),
    (11, 30),
    (12, 25),
)
LAST_DAY = date(2028, 12, 31)
FIRST_DAY = date(2007, 1, 1)


def random_lists(count: int, seed: int) -> Iterator[dict]:
    """So many questions ``{"regime", "events", "today"?}``; one in three has no day that is today."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _one(chance)


def _one(chance: random.Random) -> dict:
    regime = chance.choice(REGIMES)
    start = _start(chance)
    events = _story(chance, start)
    if (regime == "foia-school" and chance.random() < 0.7) or chance.random() < 0.05:
        events += _closures(chance, start)
    events = _spoiled(chance, events)
    asked = {"regime": regime, "events": [_written(chance, event) for event in events]}
    if chance.random() < 0.01:
        asked = _meaningless(chance, asked)
    if chance.random() < 0.67:
        asked["today"] = _said(chance, _today(chance, start, events))
    return asked


def _start(chance: random.Random) -> date:
    where = chance.random()
    if where < 0.03:  # too late for some limit
        return LAST_DAY - timedelta(days=chance.randrange(0, 150))
    if where < 0.045:  # outside altogether, or just inside
        edge = chance.choice((FIRST_DAY, LAST_DAY))
        return edge + timedelta(days=chance.randrange(-20, 20))
    year = chance.randrange(FIRST_YEAR, LAST_YEAR)
    if where < 0.4:
        return date(year, *chance.choice(BENDS)) + timedelta(days=chance.randrange(-40, 8))
    if where < 0.45:
        return date(chance.choice((2012, 2016, 2020, 2024, 2028)), 2, 29) - timedelta(
            days=chance.choice((0, 0, 30, 92))
        )
    return date(year, 1, 1) + timedelta(days=chance.randrange(366))


def _wait(chance: random.Random, usual: int) -> timedelta:
    """How long until the next thing: often the same day, often about the limit, sometimes for ever."""
    return timedelta(
        days=chance.choice(
            (0, 0, 1, chance.randrange(1, 12), chance.randrange(usual), usual + chance.randrange(-4, 6), usual * 3)
        )
    )


def _story(chance: random.Random, day: date) -> list[tuple]:
    """``(kind, day, until)`` in order of time."""
    if chance.random() < 0.02:
        return []
    told = [("received", day, None)]
    if chance.random() < 0.12:
        day += _wait(chance, 3)
        told.append(("undelivered", day, None))
        if chance.random() < 0.75:
            day += _wait(chance, 5)
            told.append(("received", day, None))
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3, 5))):
        day += _wait(chance, 28)
        step = chance.choice(("clarification", "fee", "extension", "clarification", "fee", "extension", "received"))
        if step == "clarification":
            told.append(("clarification_requested", day, None))
            if chance.random() < 0.75:
                day += _wait(chance, 14)
                told.append(("clarification_supplied", day, None))
        elif step == "fee":
            told.append(("fees_notice", day, None))
            if chance.random() < 0.75:
                day += _wait(chance, 90) if chance.random() < 0.3 else _wait(chance, 10)
                told.append(("fee_paid", day, None))
        elif step == "extension":
            until = day + timedelta(days=chance.randrange(-5, 90)) if chance.random() < 0.6 else None
            told.append(("extension_claimed", day, until))
        elif chance.random() < 0.4:
            told.append(("received", day, None))
    if chance.random() < 0.45:
        day += _wait(chance, 28)
        told.append(("responded", day, None))
        if chance.random() < 0.15:
            told.append(("responded", day + _wait(chance, 28), None))
    if chance.random() < 0.4:
        day += _wait(chance, 40)
        told.append(("ir_requested", day, None))
        if chance.random() < 0.5:
            day += _wait(chance, 28)
            told.append(("ir_outcome", day, None))
    return told


def _closures(chance: random.Random, start: date) -> list[tuple]:
    """Holidays of a school, some of which overlap, and sometimes one that never seems to end."""
    closed, first = [], start + timedelta(days=chance.randrange(-30, 40))
    for _ in range(chance.choice((1, 1, 2, 3))):
        last = first + timedelta(days=chance.choice((0, 4, 9, 16, 42, 42, 120)))
        closed.append(("school_closed", first, last))
        first += timedelta(days=chance.randrange(0, 60))
    return closed


def _spoiled(chance: random.Random, events: list[tuple]) -> list[tuple]:
    """The same, as people write it down: a line twice, one lost, one moved, two swapped, all shuffled."""
    events = list(events)
    if events and chance.random() < 0.12:
        events.insert(chance.randrange(len(events) + 1), chance.choice(events))
    if events and chance.random() < 0.12:
        events.pop(chance.randrange(len(events)))
    if events and chance.random() < 0.15:
        at = chance.randrange(len(events))
        kind, day, until = events[at]
        if kind != "school_closed":
            events[at] = (kind, day + timedelta(days=chance.randrange(-40, 40)), until)
    if events and chance.random() < 0.05:
        day = chance.choice(events)[1] + timedelta(days=chance.randrange(10))
        events.append((chance.choice(("undelivered", "ir_outcome", "fee_paid", "clarification_supplied")), day, None))
    if chance.random() < 0.25:
        chance.shuffle(events)
    return events


def _today(chance: random.Random, start: date, events: list[tuple]) -> date:
    if events and chance.random() < 0.5:
        return chance.choice(events)[1] + timedelta(days=chance.choice((-1, 0, 0, 1, 29, 57, 92)))
    return start + timedelta(days=chance.randrange(-3, 160))


def _written(chance: random.Random, event: tuple) -> dict:
    kind, first, last = event
    if kind == "school_closed":
        return {"t": kind, "from": first.isoformat(), "to": last.isoformat()}
    written = {"t": kind, "at": _said(chance, first)}
    if last is not None:
        written["until"] = last.isoformat()
    return written


def _said(chance: random.Random, day: date) -> str:
    """Mostly a day; now and then a moment near midnight, which in summer is another day in London."""
    if chance.random() < 0.9:
        return day.isoformat()
    return (
        f"{day.isoformat()}T{chance.choice(('00:00:00', '12:00:00', '22:59:59', '23:00:00', '23:30:00'))}"
        + chance.choice(("Z", "+00:00", "+01:00", "-05:00"))
    )


def _meaningless(chance: random.Random, asked: dict) -> dict:
    """A question that must be refused, whatever else it says."""
    day = date(2020, 2, 3).isoformat()
    wrong = chance.choice(
        (
            {"t": "chased", "at": day},
            {"t": "received"},
            {"t": "received", "at": "2023-02-29"},
            {"t": "school_closed", "from": day},
            {"t": "school_closed", "from": day, "to": "2020-02-02"},
            None,
        )
    )
    if wrong is None:
        return asked | {"regime": "gdpr"}
    return asked | {"events": [*asked["events"], wrong]}
