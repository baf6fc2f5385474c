"""What a letter was, said late, twice or by both sides: no word undoes the other side's, or a newer letter's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions.correspondence import send_follow_up
from requests_app.actions.outcomes import describe_letter
from requests_app.actions.take_back import take_back_letter
from requests_app.models import Description, Direction, FOIRequest, NotAllowed, Outcome, OutcomeSaid, Side, Status
from tests.factories import SENT_AT, make_letter, make_officer, make_request, make_user
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


class TestAReadersWord:
    """After 21 days in which nobody said what a letter was, any signed-in person may."""

    NOW = SENT_AT + 40 * DAY

    def say(self, letter, actor, what=Description.ANSWER, outcome=Outcome.REFUSED, *, now=NOW, side=Side.READER):
        describe_letter(
            message_id=letter.pk, described_as=what, outcome=outcome, side=side, actor=actor, now=now
        )  # fmt: skip
        return FOIRequest.objects.get(pk=letter.foi_request_id)

    def test_a_readers_word_counts_and_says_whose_it_is(self, client):
        letter = make_letter(make_request(), at=SENT_AT + DAY)

        foi_request = self.say(letter, make_user())

        assert (foi_request.status, foi_request.responded_on) == (Status.ANSWERED, (SENT_AT + DAY).date())
        assert foi_request.clock_events.get(kind="responded").basis == "reader"
        page = client.get(f"/request/{foi_request.slug}").content.decode()
        assert "A reader says that" in page and "said by a reader" in client.get(
            f"/request/{foi_request.slug}/details"
        ).content.decode().replace("&#x27;", "'")

    def test_before_the_three_weeks_are_over_it_is_for_the_two_sides(self):
        letter = make_letter(make_request(), at=SENT_AT + DAY)
        with pytest.raises(NotAllowed):
            self.say(letter, make_user(), now=SENT_AT + 22 * DAY - timedelta(minutes=1))
        self.say(letter, make_user(), now=SENT_AT + 22 * DAY)

    def test_the_requester_and_the_authoritys_officer_have_words_of_their_own(self):
        foi_request = make_request()
        letter = make_letter(foi_request, at=SENT_AT + DAY)
        for actor in (foi_request.requester, make_officer(foi_request.authority).user):
            with pytest.raises(NotAllowed):
                self.say(letter, actor)

    def test_what_somebody_has_said_already_is_not_for_readers(self):
        letter = make_letter(make_request(), at=SENT_AT + DAY)
        self.say(letter, make_user())
        with pytest.raises(NotAllowed):
            self.say(letter, make_user(), outcome=Outcome.SUCCESSFUL)

    @pytest.mark.parametrize("side", [Side.REQUESTER, Side.AUTHORITY])
    def test_a_sides_own_word_takes_a_readers_back(self, side):
        foi_request = make_request()
        letter = make_letter(foi_request, at=SENT_AT + DAY)
        self.say(letter, make_user())
        actor = foi_request.requester if side == Side.REQUESTER else make_officer(foi_request.authority).user

        foi_request = self.say(letter, actor, Description.ACKNOWLEDGEMENT, None, side=side)

        assert (foi_request.status, foi_request.responded_on) == (Status.AWAITING_RESPONSE, None)
        assert not foi_request.outcomes_said.standing().exists()

    def test_a_readers_question_stops_the_clock_until_the_requester_says_otherwise(self):
        foi_request = make_request()
        letter = make_letter(foi_request, at=SENT_AT + DAY)
        assert self.say(letter, make_user(), Description.CLARIFICATION, None).due_on is None
        again = self.say(letter, foi_request.requester, Description.ACKNOWLEDGEMENT, None, side=Side.REQUESTER)
        assert again.due_on is not None and again.status == Status.AWAITING_RESPONSE

    def test_a_signed_in_reader_finds_the_way_and_says_it(self, client):
        foi_request = make_request()
        letter = make_letter(foi_request, at=SENT_AT + DAY)
        address = f"/request/{foi_request.slug}/describe/{letter.pk}"
        assert address not in client.get(f"/request/{foi_request.slug}").content.decode()
        client.force_login(make_user())
        assert address in client.get(f"/request/{foi_request.slug}").content.decode()

        assert "without your name" in client.get(address).content.decode()
        answer = client.post(address, {"what": "refused"})

        assert answer.url == f"/request/{foi_request.slug}"
        assert client.get(address).status_code == 404
