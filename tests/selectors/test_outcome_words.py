"""The one table of outcome sentences: whose word is whose, and what a difference says."""

import pytest

from requests_app.exports.thread import Outcomes
from requests_app.models import Outcome, Status
from requests_app.selectors.outcome_words import PILLS, pill, status_sentence


def said(outcomes: Outcomes = Outcomes(), status: str = Status.ANSWERED, is_undescribed: bool = False) -> str:  # noqa: B008
    return status_sentence(
        status=status, outcomes=outcomes, is_undescribed=is_undescribed, authority="The Council", name="M. Okafor"
    )


@pytest.mark.parametrize(
    "outcomes",
    [Outcomes(requester="successful"), Outcomes("successful", "successful"), Outcomes(imported="successful")],
)
def test_given_the_requester_both_or_an_import_say_so_then_the_request_was_successful(outcomes):
    assert said(outcomes) == "The request was successful."


def test_given_only_the_authority_has_said_then_its_word_is_named_as_its_own():
    assert said(Outcomes(authority="successful")) == (
        "The Council says it has answered in full. M. Okafor has not said yet."
    )


def test_given_a_difference_then_both_are_said():
    words = said(Outcomes(requester="refused", authority="successful"))
    assert words == "The Council says it has answered in full. M. Okafor says the request was refused."


@pytest.mark.parametrize("one", Outcome.values)
@pytest.mark.parametrize("other", [None, *Outcome.values])
def test_given_any_pair_of_words_then_there_is_a_sentence_without_blanks(one, other):
    for outcomes in (Outcomes(requester=one, authority=other), Outcomes(requester=other, authority=one)):
        assert "%(" not in said(outcomes) and said(outcomes).endswith(".")


def test_given_a_letter_nobody_described_then_the_sentence_says_so():
    assert "Nobody has said yet" in said(status=Status.AWAITING_RESPONSE, is_undescribed=True)


@pytest.mark.parametrize("status", Status.values)
def test_given_any_status_then_it_has_a_sentence_and_a_pill(status):
    assert said(status=status).endswith(".")
    assert pill(status=status).label


def test_given_a_delay_then_amber_and_red_only_after_the_longest_time():
    assert pill(status=Status.AWAITING_RESPONSE, clock_state="overdue").tone == "care"
    assert pill(status=Status.AWAITING_RESPONSE, clock_state="very-overdue").tone == "late"
    red = [key for key, (_label, _icon, tone) in PILLS.items() if tone == "late"]
    assert red == ["very-delayed"]
