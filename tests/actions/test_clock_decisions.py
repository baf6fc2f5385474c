"""What staff decide about one clock: with a Decision and words for the public, or refused where it cannot be."""

from datetime import UTC, date, datetime, timedelta

import pytest

from requests_app.actions import clock_decisions, officer_clock, receipt
from requests_app.actions.deadlines import facts_of, holiday_table, note
from requests_app.actions.notice_schedule import schedule
from requests_app.actions.outcomes import describe_letter
from requests_app.models import (
    ClockEvent,
    ClockNote,
    Decision,
    FOIRequest,
    NotAllowed,
    OutboundEmail,
    OutcomeSaid,
    Status,
)
from requests_app.selectors.clock_words import clock_state, standing_of, state_in_a_word
from tests.factories import SENT_AT, make_authority, make_letter, make_officer, make_request, make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2011, 6, 30, 12, 0, tzinfo=UTC)
DUE = date(2011, 7, 15)


@pytest.fixture
def foi_request():
    return make_request()


@pytest.fixture
def school():
    return make_request(authority=make_authority("Exampleton School", is_school=True))


def by(words="They asked for it in writing."):
    return {"public_wording": words, "actor": make_staff(), "now": NOW}


def say(letter, described_as, outcome=None):
    about = {"described_as": described_as, "outcome": outcome, "side": "requester", "now": NOW}
    describe_letter(message_id=letter.pk, actor=letter.foi_request.requester, **about)


def history(foi_request):
    """What moved the date, and from when to when."""
    return [
        (event.data.get("why"), event.data["from"], event.data["to"])
        for event in foi_request.events.filter(kind="due_date_moved").order_by("pk")
    ]


# --- The last day


def test_given_a_last_day_when_set_then_it_counts_for_this_request_with_words_and_a_decision(foi_request):
    decision = clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 31), **by())

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 8, 31)
    row = ClockEvent.objects.get(kind="due_overridden")
    assert (row.basis, row.evidence, row.actor) == ("staff", "note", decision.actor)
    assert ClockNote.objects.get(clock_event=row).words == "They asked for it in writing."
    assert (decision.kind, decision.note.public_wording) == ("set_last_day", "They asked for it in writing.")
    assert history(foi_request) == [("due_overridden", "2011-07-15", "2011-08-31")]


def test_given_a_last_day_when_another_is_set_then_the_first_row_is_taken_back(foi_request):
    clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 31), **by())
    clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 24), **by())

    foi_request.refresh_from_db()
    assert foi_request.due_on == date(2011, 8, 24)
    assert ClockEvent.objects.filter(kind="due_overridden", taken_back_by=None).count() == 1


@pytest.mark.parametrize("until", [date(2011, 7, 14), date(2011, 9, 14)])
def test_given_a_last_day_that_cannot_be_when_set_then_it_is_refused(foi_request, until):
    with pytest.raises(NotAllowed, match="from 15 July 2011, the ordinary last day, to 13 September 2011"):
        clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=until, **by())
    assert not Decision.objects.exists()


@pytest.mark.parametrize("until", [DUE, date(2011, 9, 13)])
def test_given_the_first_or_last_day_of_all_when_set_again_then_it_is_taken(foi_request, until):
    clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 31), **by())

    clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=until, **by())

    foi_request.refresh_from_db()
    assert foi_request.due_on == until


def test_given_no_clock_or_no_words_then_no_day_can_be_set(foi_request):
    never = make_request("Another", received=False)
    with pytest.raises(NotAllowed, match="No time limit runs"):
        clock_decisions.set_last_day(foi_request_id=never.pk, until=date(2011, 8, 31), **by())
    with pytest.raises(NotAllowed, match="Write why"):
        clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 31), **by("  "))
    assert not ClockEvent.objects.filter(kind="due_overridden").exists()


def test_given_an_open_question_when_a_day_is_set_then_it_is_refused_since_the_reply_would_wipe_it(foi_request):
    note(foi_request=foi_request, kind="clarification_requested", on=date(2011, 6, 20), basis="officer")

    with pytest.raises(NotAllowed, match="With the reply the time limit begins again in full"):
        clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 31), **by())

    assert not Decision.objects.exists()


def test_given_a_fee_that_can_no_longer_be_paid_when_a_day_is_set_then_it_is_refused(foi_request):
    note(foi_request=foi_request, kind="fees_notice", on=date(2011, 6, 20), basis="officer")

    after = by() | {"now": datetime(2011, 9, 20, 12, tzinfo=UTC)}
    with pytest.raises(NotAllowed, match="The time to pay the fee has ended"):
        clock_decisions.set_last_day(foi_request_id=foi_request.pk, until=date(2011, 8, 31), **after)


# --- The law


def test_given_another_law_when_changed_then_it_is_counted_anew_from_the_same_receipt(foi_request):
    clock_decisions.change_law(foi_request_id=foi_request.pk, regime="foisa", **by())

    foi_request.refresh_from_db()
    # 12 July is no holiday in Scotland.
    assert (foi_request.regime, foi_request.received_on) == ("foisa", date(2011, 6, 16))
    assert foi_request.due_on == date(2011, 7, 14)
    assert history(foi_request) == [("law", "2011-07-15", "2011-07-14")]
    changed = foi_request.events.get(kind="law_changed")
    assert (changed.data["law_from"], changed.data["law_to"]) == ("foia", "foisa")
    assert ClockEvent.objects.count() == 1


@pytest.mark.parametrize(("regime", "words"), [("foia", "already"), ("magna-carta", "Choose one of the laws")])
def test_given_the_same_law_or_none_when_changed_then_it_is_refused(foi_request, regime, words):
    with pytest.raises(NotAllowed, match=words):
        clock_decisions.change_law(foi_request_id=foi_request.pk, regime=regime, **by())


# --- Schools


def test_given_school_holidays_when_noted_then_their_days_do_not_count(school):
    before = school.due_on

    clock_decisions.note_school_closed(
        foi_request_id=school.pk, first=date(2011, 7, 4), last=date(2011, 7, 8), **by("Its term dates.")
    )

    school.refresh_from_db()
    # Five working days more.
    assert (before, school.due_on) == (DUE, date(2011, 7, 22))
    assert ClockEvent.objects.get(kind="school_closed").basis == "staff"


@pytest.mark.parametrize(("are_all", "word"), [(False, "may-be-late"), (True, "overdue")])
def test_given_one_closure_then_the_date_is_firm_only_if_it_is_said_to_be_all(school, are_all, word):
    clock_decisions.note_school_closed(
        foi_request_id=school.pk,
        first=date(2011, 7, 4),
        last=date(2011, 7, 8),
        are_all=are_all,
        **by("Its term dates."),
    )

    school.refresh_from_db()
    kept = standing_of(school.clock)
    day = school.due_on + timedelta(days=3)
    state = clock_state(regime=school.regime, status=school.status, clock=school.clock, today=day)
    assert state_in_a_word(state, school.clock, day) == word
    late = min(n.from_day for n in schedule(facts_of(school, kept), table=holiday_table()) if n.kind == "overdue")
    assert (late > kept.due_latest) == (not are_all) and (kept.regulator_from > kept.due_latest) == (not are_all)


@pytest.mark.parametrize(
    ("first", "last"), [(date(2011, 5, 30), date(2011, 6, 3)), (date(2011, 10, 24), date(2011, 10, 28))]
)
def test_given_days_outside_the_time_that_is_counted_then_they_are_refused(school, first, last):
    with pytest.raises(NotAllowed, match="not in the time that is counted"):
        officer_clock.school_says_closed(
            foi_request_id=school.pk, officer=make_officer(school.authority), first=first, last=last
        )


def test_given_a_school_when_its_officer_says_so_then_it_is_its_word(school):
    officer = make_officer(school.authority)

    officer_clock.school_says_closed(
        foi_request_id=school.pk, officer=officer, first=date(2011, 7, 4), last=date(2011, 7, 8)
    )

    row = ClockEvent.objects.get(kind="school_closed")
    assert (row.basis, row.evidence, row.actor) == ("officer", "form", officer.user)
    with pytest.raises(NotAllowed, match="Only officers"):
        officer_clock.school_says_closed(
            foi_request_id=school.pk, officer=make_officer(), first=date(2011, 8, 1), last=date(2011, 8, 2)
        )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2011, 7, 8), date(2011, 7, 4), "before the first"),
        (date(2011, 7, 4), date(2011, 12, 4), "three months"),
        (date(2011, 7, 8), date(2011, 7, 20), "noted already"),
    ],
)
def test_given_days_that_cannot_be_when_noted_then_they_are_refused(school, first, last, words):
    clock_decisions.note_school_closed(
        foi_request_id=school.pk, first=date(2011, 7, 6), last=date(2011, 7, 8), **by("Its term dates.")
    )
    with pytest.raises(NotAllowed, match=words):
        clock_decisions.note_school_closed(foi_request_id=school.pk, first=first, last=last, **by())


def test_given_a_request_that_is_no_schools_then_holidays_are_refused(foi_request):
    with pytest.raises(NotAllowed, match="law for schools"):
        clock_decisions.note_school_closed(
            foi_request_id=foi_request.pk, first=date(2011, 7, 4), last=date(2011, 7, 8), **by()
        )


# --- Receipt, and any row


def test_given_other_evidence_when_noted_then_the_request_counts_from_that_day(foi_request):
    clock_decisions.note_receipt_by_evidence(foi_request_id=foi_request.pk, on=date(2011, 6, 20), **by())

    foi_request.refresh_from_db()
    assert (foi_request.received_on, foi_request.due_on) == (date(2011, 6, 20), date(2011, 7, 19))
    assert ClockEvent.objects.filter(kind="received", taken_back_by=None).get().evidence == "note"


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2011, 7, 1), "still to come"),
        (date(2011, 6, 15), "before it"),
        (date(2011, 6, 16), "already"),
    ],
)
def test_given_a_receipt_that_cannot_be_when_noted_then_it_is_refused(foi_request, on, words):
    with pytest.raises(NotAllowed, match=words):
        clock_decisions.note_receipt_by_evidence(foi_request_id=foi_request.pk, on=on, **by())


def test_given_any_row_when_staff_take_it_back_then_it_stays_in_the_history_with_their_words(foi_request):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=2))
    describe_letter(
        message_id=letter.pk,
        described_as="fees_notice",
        side="requester",
        actor=foi_request.requester,
        now=NOW,
    )
    row = ClockEvent.objects.get(kind="fees_notice")

    decision = clock_decisions.take_back_row(event_id=row.pk, **by("It asked for no fee."))

    foi_request.refresh_from_db()
    assert foi_request.due_on == DUE
    assert ClockEvent.objects.get(takes_back=row).note.words == "It asked for no fee."
    assert (decision.thing_type, decision.thing_id) == ("clock_event", row.pk)
    assert history(foi_request)[-1] == ("taken_back", None, "2011-07-15")
    with pytest.raises(NotAllowed, match="already"):
        clock_decisions.take_back_row(event_id=row.pk, **by())


def taken_back(foi_request, kind):
    row = ClockEvent.objects.get(foi_request=foi_request, kind=kind, taken_back_by=None)
    clock_decisions.take_back_row(event_id=row.pk, **by("It was none."))
    foi_request.refresh_from_db()
    return foi_request


def test_given_an_answer_when_its_row_is_taken_back_then_the_letter_waits_to_be_described_again(foi_request):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=5))
    say(letter, "answer", "refused")

    taken_back(foi_request, "responded")

    letter.refresh_from_db()
    assert (foi_request.status, foi_request.responded_on) == (Status.AWAITING_RESPONSE, None)
    assert (letter.described_as, foi_request.letters_to_describe_since) == ("", date(2011, 6, 21))
    assert not OutcomeSaid.objects.standing().exists()
    say(letter, "answer", "successful")
    foi_request.refresh_from_db()
    assert foi_request.status == Status.ANSWERED


def test_given_a_reply_when_its_row_is_taken_back_then_the_question_is_open_again(foi_request):
    say(make_letter(foi_request, at=SENT_AT + timedelta(days=2)), "clarification")
    foi_request.refresh_from_db()
    note(foi_request=foi_request, kind="clarification_supplied", on=date(2011, 6, 20), basis="delivery")
    foi_request.move_to(Status.AWAITING_RESPONSE)
    foi_request.save()

    taken_back(foi_request, "clarification_supplied")

    assert (foi_request.status, foi_request.due_on) == (Status.AWAITING_CLARIFICATION, None)


@pytest.mark.parametrize(("is_answered", "status"), [(True, Status.ANSWERED), (False, Status.AWAITING_RESPONSE)])
def test_given_a_review_when_its_row_is_taken_back_then_the_request_stands_as_before_it(
    foi_request, is_answered, status
):
    if is_answered:
        say(make_letter(foi_request, at=SENT_AT + timedelta(days=5)), "answer", "refused")
        foi_request.refresh_from_db()
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 6, 25), basis="delivery")
    foi_request.move_to(Status.INTERNAL_REVIEW)
    foi_request.save()

    assert taken_back(foi_request, "ir_requested").status == status


def test_given_a_presumed_receipt_that_staff_took_back_then_the_sweep_does_not_presume_it_again():
    foi_request = make_request(received=False)
    sending = OutboundEmail.objects.create(
        template="request_letter",
        foi_request=foi_request,
        message=foi_request.messages.get(),
        to_address="foi@council.example",
        envelope_from="bounce+1@reply.example",
        rfc_message_id="<1@reply.example>",
        bounce_token="token",
        state="sent",
        accepted_at=SENT_AT,
    )
    assert receipt.presume_receipts(now=NOW) == 1
    row = ClockEvent.objects.get(outbound_email=sending)

    clock_decisions.take_back_row(event_id=row.pk, **by("Their server lost it."))

    assert receipt.presume_receipts(now=NOW) == 0
    assert FOIRequest.objects.get(pk=foi_request.pk).received_on is None
