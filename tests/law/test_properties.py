"""What must hold for every ledger, whatever its days: the clock's properties, over all five regimes."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from requests_app.law.clock import ClockRefused, Event, Standing, fold
from requests_app.law.holidays import shipped_table
from requests_app.law.wire import KEYS

REGIMES = ("foia", "foia-school", "eir", "foisa", "eir-scotland")
SCOTTISH = {"foisa", "eir-scotland"}
STEPS = (
    "received",
    "undelivered",
    "clarification_requested",
    "clarification_supplied",
    "fees_notice",
    "fee_paid",
    "extension_claimed",
    "responded",
    "ir_requested",
    "ir_outcome",
)
WORKED_OUT = ("due", "due_if_receipt_rolls", "due_latest", "very_overdue", "review_due", "review_max")
FIRST, LAST = date(2011, 1, 1), date(2027, 12, 31)

days = st.dates(FIRST, LAST)
regimes = st.sampled_from(REGIMES)


@st.composite
def ledgers(draw, kinds=STEPS, closures=True) -> list[Event]:
    """A receipt, then steps on other days, in order of time; days lie close enough to matter to each other."""
    on = draw(days)
    events = [Event("received", on)]
    for _ in range(draw(st.integers(0, 6))):
        on += timedelta(days=draw(st.integers(1, 45)))
        kind = draw(st.sampled_from(kinds))
        until = None
        if kind == "extension_claimed" and draw(st.booleans()):
            until = on + timedelta(days=draw(st.integers(1, 90)))
        events.append(Event(kind, on, until=until))
    if closures and draw(st.booleans()):
        first = events[0].on + timedelta(days=draw(st.integers(-20, 60)))
        events.append(Event("school_closed", first, until=first + timedelta(days=draw(st.integers(0, 60)))))
    return events


def stand(regime: str, events: list[Event], today: date | None = None) -> Standing:
    try:
        return fold(regime, events, holidays=shipped_table(), today=today)
    except ClockRefused:
        assume(False)


def works(regime: str, on: date) -> bool:
    """Counted here from the table alone, not with the law's own question."""
    off = shipped_table().scotland if regime in SCOTTISH else shipped_table().any_part
    return on.weekday() < 5 and on not in off


@given(regime=regimes, events=ledgers())
def test_given_any_ledger_when_folded_then_every_counted_date_is_a_working_day(regime, events):
    found = stand(regime, events)

    for name in WORKED_OUT:
        on = getattr(found, name)
        assert on is None or works(regime, on), (name, on)


@given(regime=regimes, events=ledgers())
def test_given_any_ledger_when_folded_then_its_dates_stand_in_their_order(regime, events):
    found = stand(regime, events)

    if found.due is None:
        assert (found.due_if_receipt_rolls, found.due_latest, found.very_overdue) == (None, None, None)
        assert found.extension_due is None
        return
    assert found.due > min(event.on for event in events if event.kind == "received")
    for later in (found.due_latest, found.very_overdue):
        assert later is None or found.due <= later
    if found.review_due and found.review_max:
        assert found.review_due <= found.review_max
    if found.regulator_from and found.regulator_by:
        assert found.regulator_from <= found.regulator_by


@given(regime=regimes, events=ledgers(kinds=("fees_notice", "fee_paid", "extension_claimed")), days=st.integers(1, 60))
def test_given_more_receipt_time_when_folded_then_no_date_is_earlier(regime, events, days):
    receipt, *steps = events
    earlier = Event("received", receipt.on - timedelta(days=days))

    sooner, later = stand(regime, [earlier, *steps]), stand(regime, events)

    for name in ("due", "due_if_receipt_rolls", "due_latest", "very_overdue"):
        first, last = getattr(sooner, name), getattr(later, name)
        assert first is None or last is None or first <= last, name


@given(regime=regimes, receipt=days)
def test_given_a_day_later_when_received_then_no_date_is_earlier_and_a_day_off_shares_the_day_before(regime, receipt):
    found = stand(regime, [Event("received", receipt)])
    next_day = stand(regime, [Event("received", receipt + timedelta(days=1))])

    assert found.due <= next_day.due
    assert (found.due == next_day.due) is not works(regime, receipt + timedelta(days=1))


@given(regime=regimes, events=ledgers(), order=st.randoms(use_true_random=False), today=st.none() | days)
def test_given_events_of_different_days_when_told_in_another_order_then_nothing_changes(regime, events, order, today):
    told = list(events)
    order.shuffle(told)

    assert stand(regime, told, today) == stand(regime, events, today)


@given(regime=regimes, events=ledgers(), today=st.none() | days)
def test_given_a_ledger_when_replayed_then_it_gives_the_same_and_is_left_as_it_was(regime, events, today):
    before = list(events)

    found = stand(regime, events, today)

    assert stand(regime, events, today) == stand(regime, tuple(events), today) == found
    assert events == before


@given(regime=regimes, events=ledgers(), today=days)
def test_given_a_today_when_folded_then_it_moves_the_state_and_no_date(regime, events, today):
    dated, undated = stand(regime, events, today), stand(regime, events)

    for key in set(KEYS) - {"state"}:
        assert getattr(dated, key) == getattr(undated, key), key
    assert dated.state is not None


@given(regime=st.sampled_from(sorted(set(REGIMES) - {"foia-school"})), events=ledgers(closures=False), on=days)
def test_given_a_law_without_school_days_when_a_school_is_closed_then_nothing_changes(regime, events, on):
    closed = Event("school_closed", on, until=on + timedelta(days=40))

    assert stand(regime, [*events, closed]) == stand(regime, events)


@given(events=ledgers(kinds=("fees_notice", "fee_paid")), on=days)
def test_given_a_school_when_it_closes_longer_then_it_is_due_no_earlier_and_never_after_sixty_days(events, on):
    closed = Event("school_closed", events[0].on, until=events[0].on + timedelta(days=10))
    longer = Event("school_closed", events[0].on, until=events[0].on + timedelta(days=40))

    short, long = (
        stand("foia-school", [*(event for event in events if event.kind != "school_closed"), closure])
        for closure in (closed, longer)
    )

    if short.due is not None:
        assert short.due <= long.due <= long.due_latest == short.due_latest


@given(
    regime=st.sampled_from(["foia", "foia-school"]), receipt=days, claimed=st.integers(0, 28), on=st.integers(1, 200)
)
def test_given_a_public_interest_extension_when_claimed_then_the_ordinary_day_stays(regime, receipt, claimed, on):
    claim = receipt + timedelta(days=claimed)
    events = [Event("received", receipt), Event("extension_claimed", claim, until=claim + timedelta(days=on))]

    assert stand(regime, events).due == stand(regime, events[:1]).due


@given(
    regime=st.sampled_from(["eir", "eir-scotland"]), receipt=days, claimed=st.integers(0, 60), on=st.integers(1, 200)
)
def test_given_an_environmental_extension_when_claimed_in_time_then_it_ends_from_day_20_to_day_40(
    regime, receipt, claimed, on
):
    claim = receipt + timedelta(days=claimed)
    ordinary = stand(regime, [Event("received", receipt)])
    extension = Event("extension_claimed", claim, until=claim + timedelta(days=on))

    found = stand(regime, [Event("received", receipt), extension])

    if claim <= ordinary.due:
        assert ordinary.due <= found.due <= ordinary.very_overdue
        assert found.flags == ()
    else:
        assert found.due == ordinary.due
        assert found.flags == ("extension-late",)


@given(receipt=days, claimed=st.integers(0, 60))
def test_given_foisa_when_an_extension_is_claimed_then_it_is_flagged_and_moves_nothing(receipt, claimed):
    plain = stand("foisa", [Event("received", receipt)])
    claim = Event("extension_claimed", receipt + timedelta(days=claimed))

    found = stand("foisa", [Event("received", receipt), claim])

    assert (found.due, found.extension_due, found.flags) == (plain.due, None, ("no-extension-in-foisa",))


@given(regime=regimes, receipt=days, asked=st.integers(1, 60), supplied=st.integers(0, 60))
def test_given_a_clarification_when_supplied_then_the_count_starts_from_zero(regime, receipt, asked, supplied):
    ask = receipt + timedelta(days=asked)
    supply = ask + timedelta(days=supplied)
    events = [
        Event("received", receipt),
        Event("clarification_requested", ask),
        Event("clarification_supplied", supply),
    ]

    paused, found = stand(regime, events[:2]), stand(regime, events)

    assert paused.due is None
    assert found.due == stand(regime, [Event("received", supply)]).due


@given(regime=regimes, receipt=days, noticed=st.integers(1, 25), paid=st.integers(0, 60))
def test_given_a_fee_when_paid_then_only_the_working_days_from_notice_to_payment_are_added(
    regime, receipt, noticed, paid
):
    notice = receipt + timedelta(days=noticed)
    payment = notice + timedelta(days=paid)
    plain = stand(regime, [Event("received", receipt)])
    assume(notice <= plain.due)

    found = stand(regime, [Event("received", receipt), Event("fees_notice", notice), Event("fee_paid", payment)])

    span = [notice + timedelta(days=step) for step in range((found.due - notice).days + 1)]
    lost = sum(works(regime, on) for on in span if on <= payment)
    gained = sum(works(regime, on) for on in span if on > plain.due)
    assert lost == gained
    assert found.due > payment


@pytest.mark.parametrize("regime", REGIMES)
@given(events=ledgers())
def test_given_any_ledger_at_all_when_folded_then_it_is_answered_or_refused(regime, events):
    try:
        assert isinstance(fold(regime, events, holidays=shipped_table(), today=None), Standing)
    except ClockRefused as refused:
        assert str(refused)
