"""The one thing to do next, in words: on the page, and in the list of one's own requests."""

from datetime import UTC, date, datetime, timedelta

import pytest

from requests_app.actions import deadlines, outcomes
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import Description, FOIRequest, InboundEmail, InboundState, Outcome, Side, Status
from requests_app.selectors.request_page import load
from requests_app.selectors.requester_requests import my_requests
from tests.factories import make_letter, make_request

pytestmark = pytest.mark.django_db
SENT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def asked(*events: tuple, regime: str = "foia", **fields) -> FOIRequest:
    foi_request = make_request(sent_at=SENT, received=False)
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime=regime)
    foi_request.refresh_from_db()
    for kind, day in (("received", "03-03"), *events):
        deadlines.note(foi_request=foi_request, kind=kind, on=on(day), basis="requester")
    FOIRequest.objects.filter(pk=foi_request.pk).update(**fields or {"slug": foi_request.slug})
    foi_request.refresh_from_db()
    return foi_request


def steps(foi_request, today: str):
    """(the page's step, the list's step) for the requester."""
    user, day = foi_request.requester, on(today)
    page = load(foi_request.slug, user=user, today=day)
    mine = my_requests(user, today=day)
    (row,) = mine.waiting + mine.done
    return page.next_step, row.step


@pytest.mark.parametrize(
    ("regime", "words", "label"),
    [
        ("foia", "A short, polite reminder often helps.", "Send a polite reminder"),
        ("foia-school", "must come by Monday 2 June 2025", "Ask when to expect it"),
        ("eir", "A short, polite reminder often helps.", "Send a polite reminder"),
        (
            "foisa",
            "to the Scottish Information Commissioner. Your letter has to say why",
            "Ask for a review",
        ),
        ("eir-scotland", "must before you go to the Scottish Information Commissioner", "Ask for a review"),
    ],
)
def test_given_no_answer_the_day_after_then_each_law_has_its_first_step(regime, words, label):
    step, listed = steps(asked(regime=regime), "04-02")
    assert words in step.text and step.label == label
    assert ("kind=internal_review" in step.url) == (label == "Ask for a review")
    assert listed.url == step.url and not listed.is_theirs
    assert steps(FOIRequest.objects.get(), "03-31") == (None, None)


def test_given_a_reminder_that_helped_nothing_then_the_regulator_from_the_day_on_which_a_complaint_makes_sense():
    foi_request = asked()
    make_letter(foi_request, "outgoing", at=SENT + timedelta(days=31))
    step, listed = steps(foi_request, "04-03")
    assert step.text == (
        "You can complain to the Information Commissioner's Office; you do not need an internal review first. "
        "They ask to see that you tried to resolve it."
    )
    assert listed.text == "See how to complain"


def test_given_no_reminder_after_the_longest_time_then_the_regulator_and_a_reminder_first():
    step, _listed = steps(asked(), "06-02")
    assert step.text.endswith("If you have not sent a reminder yet, send one first.")


def test_given_a_fee_then_until_when_and_lapsed_a_new_request():
    foi_request = asked(("fees_notice", "03-10"))
    step, listed = steps(foi_request, "03-11")
    assert "you can pay until Monday 9 June 2025" in step.text and step.label == "I have paid"
    assert listed.is_theirs
    step, listed = steps(foi_request, "06-10")
    assert step.url == f"/new/{foi_request.authority.slug}" and not listed.is_theirs


def test_given_a_question_then_the_reply_comes_first():
    step, listed = steps(asked(("clarification_requested", "03-10"), status=Status.AWAITING_CLARIFICATION), "03-11")
    assert step.label == "Reply to the question" and listed.is_theirs


def answered(foi_request: FOIRequest, outcome: str) -> None:
    letter = make_letter(foi_request, at=SENT + timedelta(days=17))
    outcomes.describe_letter(
        message_id=letter.pk,
        described_as=Description.ANSWER,
        outcome=outcome,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=SENT + timedelta(days=17),
    )


def test_given_a_refusal_then_the_review_names_its_last_day_and_goes_with_it():
    foi_request = asked()
    answered(foi_request, Outcome.REFUSED)
    step, listed = steps(foi_request, "03-21")
    assert "Ask by Tuesday 20 May 2025; later the authority may decline." in step.text
    assert listed.url.endswith("/next")
    assert steps(foi_request, "05-21")[0] is None


def test_given_what_was_asked_for_then_there_is_nothing_to_do():
    foi_request = asked()
    answered(foi_request, Outcome.SUCCESSFUL)
    assert steps(foi_request, "03-21") == (None, None)


@pytest.mark.parametrize(
    ("regime", "words"),
    [
        (
            "foia",
            "Commissioner's Office asks you to complain within six weeks, by Thursday 22 May 2025.",
        ),
        (
            "foisa",
            "apply to the Scottish Information Commissioner within six months, by Friday 10 October 2025.",
        ),
    ],
)
def test_given_a_review_that_changed_nothing_then_the_regulator_and_the_last_day(regime, words):
    foi_request = asked(regime=regime)
    answered(foi_request, Outcome.REFUSED)
    foi_request.refresh_from_db()
    deadlines.note(foi_request=foi_request, kind="ir_requested", on=on("03-24"), basis="requester")
    deadlines.note(foi_request=foi_request, kind="ir_outcome", on=on("04-10"), basis="requester")
    assert words in steps(foi_request, "04-11")[0].text


def test_given_a_letter_that_is_held_for_it_then_nothing_says_that_no_answer_came():
    foi_request = asked()
    InboundEmail.objects.create(
        recipient="x@y.example",
        foi_request=foi_request,
        state=InboundState.HELD,
        reason="stranger",
        received_at=SENT + timedelta(days=20),
        digest="0" * 64,
        size=1,
        door="lmtp",
    )
    assert steps(foi_request, "04-02") == (None, None)
