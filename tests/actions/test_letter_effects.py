"""What the authority's letters do to the ledger: by whose word, on which day, once, and taken back again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.actions import undelivered
from requests_app.actions.correspondence import send_follow_up
from requests_app.actions.deadlines import standing_events
from requests_app.actions.outcomes import describe_letter
from requests_app.models import (
    Case,
    CaseKind,
    ClockEvent,
    ClockObjection,
    Direction,
    Event,
    MessageKind,
    NotAllowed,
    OutboundEmail,
    OutboundState,
    Side,
    Status,
)
from tests.factories import SENT_AT, make_letter, make_officer, make_request
from tests.reminding import set_status

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# Received on 16 June 2011; the twentieth working day after it.
DUE = date(2011, 7, 15)


def say(letter, described_as, outcome=None, *, side=Side.REQUESTER, actor=None, until=None):
    actor = actor or letter.foi_request.requester
    describe_letter(
        message_id=letter.pk,
        described_as=described_as,
        outcome=outcome,
        side=side,
        actor=actor,
        now=timezone.now(),
        until=until,
    )
    letter.foi_request.refresh_from_db()
    return letter.foi_request


def ledger(foi_request):
    """Kind, day and basis of every row that stands."""
    rows = ClockEvent.objects.filter(foi_request=foi_request, taken_back_by=None).exclude(kind="taken_back")
    return [(row.kind, row.on, str(row.basis)) for row in rows.exclude(kind="received")]


def day(number):
    return (SENT_AT + number * DAY).date()


def accepted(message, on):
    """The letter has left and was taken, at noon of ``on``."""
    at = SENT_AT.replace(year=on.year, month=on.month, day=on.day)
    row = OutboundEmail.objects.filter(message=message).first() or OutboundEmail.objects.create(
        template="follow_up",
        foi_request=message.foi_request,
        message=message,
        to_address="foi@council.example",
        envelope_from="b@reply.example",
        rfc_message_id=f"<{message.pk}@reply.example>",
        bounce_token=f"token{message.pk}",
    )
    row.state, row.accepted_at = OutboundState.SENT, at
    row.save()
    foi_request = undelivered.locked_request_of(row)
    undelivered.note_acceptance(row, foi_request, now=at)
    return foi_request


def test_given_a_fees_notice_when_described_then_the_clock_stops_and_the_requester_must_act(client):
    letter = make_letter(make_request(), at=SENT_AT + 4 * DAY)

    foi_request = say(letter, "fees_notice")

    assert ledger(foi_request) == [("fees_notice", day(4), "requester")]
    assert (foi_request.due_on, foi_request.status) == (None, Status.AWAITING_RESPONSE)
    assert foi_request.clock["fee_by"] == "2011-09-19"
    page = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "Fee not paid" in page and "has asked for a fee" not in page  # it lapsed long ago


def test_given_more_time_with_a_day_when_described_then_the_estimate_is_noted_and_the_date_stays():
    letter = make_letter(make_request(), at=SENT_AT + 4 * DAY)

    foi_request = say(letter, "more_time", until=date(2011, 8, 1))

    row = ClockEvent.objects.get(kind="extension_claimed")
    assert (row.on, row.until, row.basis, row.message_id) == (day(4), date(2011, 8, 1), "requester", letter.pk)
    assert (foi_request.due_on, foi_request.clock["extension_due"]) == (DUE, "2011-08-01")


def test_given_more_time_when_the_day_is_corrected_then_the_first_row_is_taken_back():
    letter = make_letter(make_request(), at=SENT_AT + 4 * DAY)
    say(letter, "more_time", until=date(2011, 8, 1))

    foi_request = say(letter, "more_time", until=date(2011, 8, 5))

    assert foi_request.clock["extension_due"] == "2011-08-05"
    assert ClockEvent.objects.filter(kind="extension_claimed").count() == 2
    say(letter, "more_time", until=date(2011, 8, 5))
    assert ClockEvent.objects.filter(kind="extension_claimed").count() == 2


def test_given_more_time_without_a_day_when_the_officer_names_one_then_it_is_filled_in_by_both_words():
    letter = make_letter(make_request(), at=SENT_AT + timedelta(days=4))
    say(letter, "more_time")

    officer = make_officer(letter.foi_request.authority).user
    foi_request = say(letter, "more_time", side=Side.AUTHORITY, actor=officer, until=date(2011, 8, 5))

    (row,) = standing_events(foi_request).filter(kind="extension_claimed")
    assert (row.until, row.basis) == (date(2011, 8, 5), "requester")
    assert foi_request.clock["extension_due"] == "2011-08-05" and "claimed" not in foi_request.clock


@pytest.mark.parametrize(
    ("until", "words"), [(date(2011, 6, 19), "before it"), (date(2013, 6, 21), "more than two years")]
)
def test_given_an_estimate_that_nobody_can_mean_when_described_then_it_is_refused_in_words(until, words):
    letter = make_letter(make_request(), at=SENT_AT + 4 * DAY)

    with pytest.raises(NotAllowed, match=words):
        say(letter, "more_time", until=until)

    assert not ledger(letter.foi_request)


@pytest.mark.parametrize("described_as", ["acknowledgement", "other"])
def test_given_an_acknowledgement_or_anything_else_when_described_then_the_ledger_does_not_move(described_as):
    foi_request = say(make_letter(make_request(), at=SENT_AT + DAY), described_as)

    assert (ledger(foi_request), foi_request.due_on) == ([], DUE)


@pytest.mark.parametrize("first", ["clarification", "fees_notice", "more_time"])
def test_given_ones_word_when_it_is_changed_then_its_row_is_taken_back(first):
    letter = make_letter(make_request(), at=SENT_AT + DAY)
    assert len(ledger(say(letter, first))) == 1

    foi_request = say(letter, "other")

    assert (ledger(foi_request), foi_request.due_on, foi_request.status) == ([], DUE, Status.AWAITING_RESPONSE)


def test_given_an_answer_described_weeks_later_then_it_counts_from_the_day_it_reached_us():
    foi_request = say(make_letter(make_request(), at=SENT_AT + 6 * DAY), "answer", "successful")

    assert (foi_request.responded_on, ledger(foi_request)) == (day(6), [("responded", day(6), "requester")])


# --- Review


@pytest.fixture
def in_review():
    """Answered on day 5, a review asked for on day 8 and accepted on day 9."""
    foi_request = say(make_letter(make_request(), at=SENT_AT + 5 * DAY), "answer", "refused")
    letter = make_letter(
        foi_request, Direction.OUTGOING, at=SENT_AT + 8 * DAY, kind=MessageKind.INTERNAL_REVIEW, body="Please review."
    )
    foi_request = accepted(letter, day(9))
    set_status(foi_request, Status.INTERNAL_REVIEW)
    return foi_request


def test_given_a_review_letter_when_it_is_accepted_then_the_review_counts_from_that_day(in_review):
    assert ledger(in_review)[-1] == ("ir_requested", day(9), "presumed")
    assert in_review.clock["review_on"] == day(9).isoformat()


def test_given_a_review_letter_that_came_back_then_no_review_runs(in_review):
    row = OutboundEmail.objects.get(message__kind=MessageKind.INTERNAL_REVIEW)

    undelivered.note_bounce(outbound_id=row.pk, reason="no such user", now=SENT_AT + 10 * DAY)

    in_review.refresh_from_db()
    assert "review_on" not in in_review.clock


def test_given_an_open_review_when_an_answer_is_described_then_it_is_the_reviews_and_not_a_second_response(in_review):
    answer = make_letter(in_review, at=SENT_AT + 20 * DAY)

    foi_request = say(answer, "answer", "successful")

    assert [row[:2] for row in ledger(foi_request)] == [
        ("responded", day(5)),
        ("ir_requested", day(9)),
        ("ir_outcome", day(20)),
    ]
    assert (foi_request.status, foi_request.responded_on) == (Status.ANSWERED, day(5))

    foi_request = say(answer, "other")
    assert "review_outcome_on" not in foi_request.clock


def test_given_a_review_for_silence_when_the_answer_comes_then_it_answers_both():
    foi_request = make_request()
    review = make_letter(foi_request, Direction.OUTGOING, at=SENT_AT + 40 * DAY, kind=MessageKind.INTERNAL_REVIEW)
    accepted(review, day(40))

    foi_request = say(make_letter(foi_request, at=SENT_AT + 50 * DAY), "answer", "successful")

    assert [row[:2] for row in ledger(foi_request)][1:] == [("responded", day(50)), ("ir_outcome", day(50))]


def test_given_an_old_answer_described_after_the_review_was_asked_for_then_it_is_no_outcome_of_it(in_review):
    early = make_letter(in_review, at=SENT_AT + 3 * DAY)

    foi_request = say(early, "answer", "refused")

    assert foi_request.responded_on == day(3) and "review_outcome_on" not in foi_request.clock


def test_given_a_question_during_a_review_when_replied_to_then_the_review_goes_on(in_review):
    foi_request = say(make_letter(in_review, at=SENT_AT + 12 * DAY), "clarification")
    assert foi_request.status == Status.AWAITING_CLARIFICATION

    send_follow_up(foi_request_id=foi_request.pk, author=foi_request.requester, body="This.", now=timezone.now())

    foi_request.refresh_from_db()
    assert foi_request.status == Status.INTERNAL_REVIEW


# --- Whose word


@pytest.fixture
def claimed():
    """A question that only the officer says is one, of day 2."""
    foi_request = make_request()
    letter = make_letter(foi_request, at=SENT_AT + 2 * DAY)
    say(letter, "clarification", side=Side.AUTHORITY, actor=make_officer(foi_request.authority).user)
    return letter


def test_given_only_the_authoritys_word_then_the_page_says_whose_it_is_and_offers_to_disagree(claimed, client):
    foi_request = claimed.foi_request

    assert foi_request.clock["claimed"] and foi_request.clock["open_to_doubt"]
    page = f"/request/{foi_request.slug}"
    assert "That is its own word." in client.get(page).content.decode()
    assert "I do not agree" not in client.get(page).content.decode()
    client.force_login(foi_request.requester)
    assert page + "/do-not-agree" in client.get(page).content.decode()


def test_given_the_authoritys_word_when_the_requester_says_the_same_then_it_is_no_claim_any_more(claimed):
    foi_request = say(claimed, "clarification")

    assert ledger(foi_request) == [("clarification_requested", day(2), "requester")]
    assert "claimed" not in foi_request.clock and "open_to_doubt" not in foi_request.clock


def test_given_a_reply_when_the_requester_confirms_the_question_then_the_restart_stands(claimed):
    reply = make_letter(claimed.foi_request, Direction.OUTGOING, at=SENT_AT + 3 * DAY)
    restarted = accepted(reply, day(4))

    foi_request = say(claimed, "clarification")

    assert foi_request.due_on == restarted.due_on > DUE
    assert foi_request.clock["counts_from"] == day(4).isoformat()


def test_given_the_authoritys_word_when_the_requester_says_otherwise_then_both_dates_are_shown(claimed, client):
    foi_request = say(claimed, "acknowledgement")

    assert ledger(foi_request) == [("clarification_requested", day(2), "officer")]
    assert foi_request.clock["disputed"]["due"] == DUE.isoformat()
    case = Case.objects.get(kind=CaseKind.CLOCK_DISPUTED)
    assert (case.thing_type, case.thing_id) == ("clock_event", foi_request.clock["disputed"]["row"])
    page = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "does not agree that the question stopped the time limit" in page and "Friday 15 July 2011" in page

    foi_request = say(claimed, "clarification")
    assert "disputed" not in foi_request.clock and ClockObjection.objects.get().settled_at
    assert not Case.objects.open().exists()


def test_given_the_requesters_word_when_the_officer_says_otherwise_then_the_requesters_row_stands():
    letter = make_letter(make_request(), at=SENT_AT + DAY)
    officer = make_officer(letter.foi_request.authority).user
    say(letter, "fees_notice")

    foi_request = say(letter, "acknowledgement", side=Side.AUTHORITY, actor=officer)

    assert ledger(foi_request) == [("fees_notice", day(1), "requester")]


# --- The history says why


def test_given_a_moved_date_then_the_history_says_what_moved_it(client):
    letter = make_letter(make_request(), at=SENT_AT + 2 * DAY)
    foi_request = say(letter, "clarification")
    accepted(make_letter(foi_request, Direction.OUTGOING, at=SENT_AT + 3 * DAY), day(4))

    stopped, restarted = Event.objects.filter(kind="due_date_moved").order_by("pk")

    assert (stopped.data["from"], stopped.data["to"], stopped.data["why"]) == (
        "2011-07-15",
        None,
        "clarification_requested",
    )
    assert (restarted.data["from"], restarted.data["why"]) == (None, "clarification_supplied")
    text = client.get(f"/request/{foi_request.slug}/details").content.decode()
    assert "The authority asked a question. The time limit stops until the reply." in text
    assert "The question was replied to." in text and "from no date to 19 July 2011" in text
