"""What a letter was, said late, twice or by both sides: no word undoes the other side's, or a newer letter's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions.correspondence import send_follow_up
from requests_app.actions.outcomes import describe_letter
from requests_app.actions.take_back import take_back_letter
from requests_app.models import Direction, OutcomeSaid, Side, Status
from tests.factories import SENT_AT, make_letter, make_officer, make_request
from tests.reminding import is_called_late

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def say(letter, described_as, outcome=None, *, side=Side.REQUESTER, actor=None):
    actor = actor or letter.foi_request.requester
    describe_letter(
        message_id=letter.pk, described_as=described_as, outcome=outcome, side=side, actor=actor, now=timezone.now()
    )
    letter.foi_request.refresh_from_db()
    return letter.foi_request


def test_given_an_answer_by_the_authoritys_word_when_the_requester_says_otherwise_then_the_clock_stays_stopped():
    foi_request = make_request()
    officer = make_officer(foi_request.authority).user
    letter = make_letter(foi_request, at=SENT_AT + DAY)
    say(letter, "answer", "successful", side=Side.AUTHORITY, actor=officer)

    foi_request = say(letter, "other")

    assert OutcomeSaid.objects.standing().get().side == Side.AUTHORITY
    assert (foi_request.status, foi_request.responded_on) == (Status.ANSWERED, (SENT_AT + DAY).date())


def test_given_ones_own_word_when_taken_back_then_the_request_waits_again():
    letter = make_letter(make_request(), at=SENT_AT + DAY)
    say(letter, "answer", "refused")

    foi_request = say(letter, "other")

    assert (foi_request.status, foi_request.responded_on) == (Status.AWAITING_RESPONSE, None)


def test_given_a_newer_answer_when_an_old_question_is_described_then_the_request_stays_answered():
    foi_request = make_request()
    question = make_letter(foi_request, at=SENT_AT + DAY)
    say(make_letter(foi_request, at=SENT_AT + 3 * DAY), "answer", "successful")

    assert say(question, "clarification").status == Status.ANSWERED


def test_given_a_question_that_was_replied_to_when_it_is_described_then_the_authority_is_waited_for():
    foi_request = make_request()
    question = make_letter(foi_request, at=SENT_AT + DAY)
    make_letter(foi_request, Direction.OUTGOING, at=SENT_AT + 2 * DAY)

    foi_request = say(question, "clarification")

    assert (foi_request.status, foi_request.due_on) == (Status.AWAITING_RESPONSE, None)


def test_given_a_question_when_it_is_described_then_the_requester_is_waited_for():
    question = make_letter(make_request(), at=SENT_AT + DAY)

    assert say(question, "clarification").status == Status.AWAITING_CLARIFICATION


def test_given_a_reply_to_a_question_then_nobody_is_told_that_the_first_date_has_passed(client, settings):
    settings.TAKE_BACK_MINUTES = 10
    foi_request = say(make_letter(make_request(), at=SENT_AT + DAY), "clarification")
    first_date = foi_request.due_on

    reply = send_follow_up(
        foi_request_id=foi_request.pk, author=foi_request.requester, body="The east wards.", now=timezone.now()
    )

    foi_request.refresh_from_db()
    assert (foi_request.status, foi_request.due_on) == (Status.AWAITING_RESPONSE, None)
    assert not is_called_late(foi_request, on=timezone.localdate())
    for page in ("", "/deadline"):
        text = client.get(f"/request/{foi_request.slug}{page}").content.decode()
        assert "elayed" not in text and "delivered" not in text
    assert "a question" in text

    take_back_letter(message_id=reply.pk, actor=foi_request.requester, now=timezone.now())
    foi_request.refresh_from_db()
    assert (foi_request.status, foi_request.due_on) == (Status.AWAITING_CLARIFICATION, first_date)
