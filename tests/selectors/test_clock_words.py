"""The one table of clock sentences: what is said in each state, and what never is."""

from datetime import UTC, date, datetime

import pytest
from django.utils.html import strip_tags

from requests_app.models import Status
from requests_app.selectors.clock_words import clock_state, sentence

RECEIVED, DUE, OUTER = date(2011, 6, 16), date(2011, 7, 15), date(2011, 8, 12)
ACCUSING = ("illegal", "breach", "ignored", "late", "has until", "will reply by")


def state_on(today: date, **changed) -> str | None:
    facts = {
        "regime": "foia",
        "status": Status.AWAITING_RESPONSE,
        "received_on": RECEIVED,
        "due_on": DUE,
        "outer_on": OUTER,
        "responded_on": None,
    }
    return clock_state(**facts | changed, today=today)


def said(state: str | None, **changed) -> str:
    facts = {
        "regime": "foia",
        "authority": "Northbridge <City> Council",
        "name": "M. Okafor",
        "is_own": False,
        "sent_at": datetime(2011, 6, 16, 9, tzinfo=UTC),
        "due_on": DUE,
        "responded_on": None,
        "wrote_on": None,
        "is_imported": False,
    }
    found = sentence(state=state, **facts | changed)
    return strip_tags(found).replace("&lt;", "<").replace("&gt;", ">") if found else ""


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2011, 6, 16), "waiting"),
        (DUE, "waiting"),
        (date(2011, 7, 16), "overdue"),
        (OUTER, "overdue"),
        (date(2011, 8, 13), "very-overdue"),
    ],
)
def test_given_a_due_day_then_it_is_delayed_only_from_the_day_after(today, state):
    assert state_on(today) == state


def test_given_a_request_not_delivered_then_no_date_is_shown():
    assert state_on(DUE, received_on=None, due_on=None, outer_on=None) == "not-received"
    assert said("not-received", due_on=None) == "Sent. We will show a date once it has been delivered."


def test_given_an_answer_then_the_clock_has_stopped_whatever_the_day():
    assert state_on(date(2012, 1, 1), responded_on=date(2011, 7, 4)) == "answered"
    words = said("answered", responded_on=date(2011, 7, 4))
    assert words.startswith("Northbridge <City> Council answered on Monday 4 July 2011.")


def test_given_a_waiting_request_then_the_words_are_promptly_and_by():
    assert said("waiting") == (
        "By law Northbridge <City> Council should normally respond promptly and by Friday 15 July 2011."
    )


def test_given_a_delay_then_it_is_named_without_a_verdict():
    words = said("overdue")
    assert words.startswith("Response is delayed. By law Northbridge <City> Council should normally have responded")
    assert not any(word in words.replace("delayed", "") for word in ACCUSING)


def test_given_a_long_delay_then_a_lawful_extension_is_allowed_for():
    words = said("very-overdue")
    assert words.startswith("This is well past the time normally allowed. Unless the authority is relying on a lawful")
    assert "normally due promptly and by Friday 15 July 2011" in words


def test_given_a_letter_nobody_described_then_nothing_says_delayed():
    for state in ("overdue", "very-overdue"):
        words = said(state, wrote_on=date(2011, 7, 1))
        assert "wrote on Friday 1 July 2011. Nobody has said yet whether this was its answer." in words
        assert "delayed" not in words


def test_given_a_body_no_law_binds_then_nothing_says_by_law_and_it_is_never_late():
    assert state_on(date(2013, 1, 1), regime="none") == "waiting"
    assert said("waiting", regime="none") == (
        "Northbridge <City> Council is not legally required to reply. We would hope for an answer "
        "by Friday 15 July 2011."
    )


@pytest.mark.parametrize("regime", ["foisa", "eir", "eir-scotland", "foia-school"])
def test_given_a_regime_whose_clock_is_not_built_then_only_the_day_of_sending_is_shown(regime):
    assert state_on(date(2013, 1, 1), regime=regime) is None
    assert said(None, regime=regime) == "Sent on Thursday 16 June 2011."


def test_given_a_question_back_then_the_requester_is_addressed_and_others_read_the_name():
    assert state_on(DUE, status=Status.AWAITING_CLARIFICATION) == "stopped"
    assert "has asked you to clarify" in said("stopped", is_own=True)
    assert "has asked M. Okafor to clarify" in said("stopped")


def test_given_an_import_without_dates_then_it_says_when_it_was_sent():
    assert said("not-received", is_imported=True, due_on=None) == "Sent on Thursday 16 June 2011."


def test_given_a_name_with_markup_then_it_is_escaped():
    found = sentence(
        regime="foia",
        state="waiting",
        authority="<script>",
        name="x",
        is_own=False,
        sent_at=None,
        due_on=DUE,
        responded_on=None,
        wrote_on=None,
        is_imported=False,
    )
    assert "<script>" not in found
    assert "<strong>Friday 15 July 2011</strong>" in found
