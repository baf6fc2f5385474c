"""The one table of clock sentences: what is said in each state, and what never is."""

import json
import re
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.utils.html import strip_tags

from requests_app.law.clock import Event, fold
from requests_app.law.explain import Day
from requests_app.law.holidays import shipped_table
from requests_app.law.regimes import REGIMES
from requests_app.law.wire import pack
from requests_app.models import Status
from requests_app.selectors.clock_words import (
    SENTENCES,
    clock_state,
    day_sentence,
    sentence,
    standing_of,
    why_no_date,
)

RECEIVED = Event("received", date(2025, 3, 3))
ACCUSING = ("illegal", "breach", "ignored", "late", "has until", "will reply by", "broke")


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def clock_of(*events: Event, regime: str = "foia") -> dict:
    return pack(fold(regime, [RECEIVED, *events], holidays=shipped_table(), today=None))


def said(*events: Event, today: str, regime: str = "foia", status=Status.AWAITING_RESPONSE, kept=(), **changed) -> str:
    """The sentence on a day of 2025, without its markup."""
    clock = clock_of(*events, regime=regime) | dict(kept)
    facts = {
        "authority": "Northbridge <City> Council",
        "name": "M. Okafor",
        "is_own": False,
        "sent_at": datetime(2025, 3, 3, 9, tzinfo=UTC),
        "wrote_on": None,
        "is_imported": False,
    }
    state = clock_state(regime=regime, status=status, clock=clock, today=on(today))
    found = sentence(regime=regime, state=state, status=status, clock=clock, today=on(today), **facts | changed)
    return strip_tags(found).replace("&lt;", "<").replace("&gt;", ">") if found else ""


ASKED = Event("clarification_requested", on("03-10"))
FEE = Event("fees_notice", on("03-10"))
CLAIMED = Event("extension_claimed", on("03-28"), on("04-24"))
WITHOUT_ESTIMATE = Event("extension_claimed", on("03-28"))
LATE_QUESTION = (Event("clarification_requested", on("04-02")), Event("clarification_supplied", on("04-03")))
A = "Northbridge <City> Council"


@pytest.mark.parametrize(
    ("regime", "events", "today", "words"),
    [
        ("foia", (), "04-01", f"By law {A} should normally respond promptly and by Tuesday 1 April 2025."),
        ("eir", (), "04-01", f"By law {A} should normally respond promptly and by Tuesday 1 April 2025."),
        ("foisa", (), "03-31", f"By law {A} must respond promptly, and by Monday 31 March 2025 at the latest."),
        (
            "foia-school", (), "04-01",
            f"In term time {A} should normally respond promptly and by Tuesday 1 April 2025. School holidays do not "
            "count, so it may lawfully be later, but not after Monday 2 June 2025.",
        ),
        (
            "foia-school", (Event("school_closed", on("03-10"), on("03-14")),), "04-01",
            f"By law {A} should normally respond promptly and by Tuesday 8 April 2025.",
        ),
        ("foia", (ASKED,), "04-30", f"{A} has asked M. Okafor to clarify. The time limit "
            "starts again when M. Okafor replies."),
        ("foia", (FEE,), "06-09", f"{A} has asked for a fee. The clock is stopped. "
            "M. Okafor can pay until Monday 9 June 2025."),
        ("foia", (FEE,), "06-10", "The time to pay ended on Monday 9 June 2025. M. Okafor can make a new request."),
        (
            "foia", (CLAIMED,), "04-02",
            f"{A} says it needs more time to weigh the public interest and expects to reply by Thursday 24 April 2025. "
            "The regulator expects this to take no more than 40 working days in all, Thursday 1 May 2025.",
        ),
        (
            "foia", (WITHOUT_ESTIMATE,), "04-02",
            f"{A} says it needs more time to weigh the public interest. The regulator expects this to take no more "
            "than 40 working days in all, Thursday 1 May 2025.",
        ),
        (
            "foia-school", (CLAIMED,), "04-02",
            f"{A} says it needs more time to weigh the public interest and expects to reply by Thursday 24 April 2025.",
        ),
        (
            "eir", (CLAIMED,), "03-31",
            f"{A} has extended its time to Thursday 24 April 2025. "
            "The regulations allow at most 40 working days in all.",
        ),
        (
            "foia", (), "04-02",
            f"Response is delayed. By law {A} should normally have responded promptly and by Tuesday 1 April 2025.",
        ),
        (
            "foia-school", (), "04-02",
            "This may be late, depending on school holidays. It must be answered by Monday 2 June 2025.",
        ),
        (
            "foia", (), "05-02",
            "This is well past the time normally allowed. Unless the authority is relying on a lawful extension you "
            "have not been told about, it should have responded by now. An answer was normally due promptly and by "
            "Tuesday 1 April 2025.",
        ),
        ("foia-school", (), "06-03", "The longest time the law allows ended on Monday 2 June 2025."),
        ("eir", (), "05-02", "The longest time the law allows ended on Thursday 1 May 2025."),
        ("foisa", (), "04-01", "The longest time the law allows ended on Monday 31 March 2025."),
        ("eir-scotland", (), "05-01", "The longest time the law allows ended on Tuesday 29 April 2025."),
        (
            "foia", LATE_QUESTION, "04-04",
            f"By law {A} should normally respond promptly and by Tuesday 6 May 2025. The time limit has started again. "
            f"{A} first asked after its earlier date, Tuesday 1 April 2025.",
        ),
        (
            "foia", (Event("responded", on("03-20")),), "05-30",
            f"{A} answered on Thursday 20 March 2025. An answer was normally due promptly and by Tuesday 1 April 2025.",
        ),
        ("none", (), "12-30",
            f"{A} is not legally required to reply. We would hope for an answer by Tuesday 1 April 2025."),
    ],
)  # fmt: skip
def test_given_a_stage_then_its_one_sentence_is_said(regime, events, today, words):
    assert said(*events, regime=regime, today=today) == words


def test_given_an_extension_before_the_ordinary_date_then_the_authoritys_own_day_is_told_too():
    assert said(CLAIMED, today="03-31") == (
        f"By law {A} should normally respond promptly and by Tuesday 1 April 2025. "
        f"{A} has said that it may need more time, until Thursday 24 April 2025."
    )


def test_given_an_estimate_within_the_time_limit_then_it_is_no_extension():
    sooner = Event("extension_claimed", on("03-20"), until=on("03-27"))
    by_law = f"By law {A} should normally respond promptly and by Tuesday 1 April 2025."
    told = f"{A} has said that it expects to answer by Thursday 27 March 2025, which is before that day."

    assert said(sooner, today="03-21") == f"{by_law} {told}"
    assert said(sooner, today="03-31") == f"{by_law} {told}"
    assert said(Event("extension_claimed", on("03-20"), until=on("04-01")), today="03-21") == by_law


def test_given_a_fees_notice_after_the_date_then_that_the_date_was_missed_is_told():
    late = Event("fees_notice", on("04-04"))

    assert said(late, today="04-05").endswith(
        "An answer was normally due promptly and by Tuesday 1 April 2025, before that."
    )
    assert "normally due" not in said(FEE, today="04-05")
    paid = said(late, Event("fee_paid", on("04-08")), today="04-09")
    assert paid.startswith("Response is delayed.") and "started again" not in paid


def test_given_a_claim_and_a_law_that_was_changed_to_none_then_the_question_is_still_told():
    for is_own in (True, False):
        assert "question" in said(ASKED, regime="none", today="04-30", kept={"claimed": True}, is_own=is_own)


def test_given_the_requester_then_they_are_addressed():
    assert "has asked you to clarify. The time limit starts again when you reply." in said(
        ASKED, today="04-30", is_own=True
    )
    assert "You can pay until Monday 9 June 2025." in said(FEE, today="06-09", is_own=True)
    assert said(FEE, today="06-10", is_own=True).endswith("You can make a new request.")


def test_given_a_question_that_only_the_authority_claims_then_it_says_whose_word_it_is():
    for is_own in (True, False):
        words = said(ASKED, today="04-30", kept={"claimed": True}, is_own=is_own)
        assert "says that it cannot find the information without more detail" in words
        assert words.endswith("That is its own word.")


def test_given_a_receipt_that_is_only_presumed_then_it_says_what_is_known():
    words = said(today="04-01", kept={"presumed": True})

    assert words.startswith("Sent on Monday 3 March 2025; no delivery failure was reported. By law")
    assert "failure" not in said(Event("responded", on("03-20")), today="04-01", kept={"presumed": True})


def test_given_a_letter_nobody_described_then_nothing_says_delayed():
    for today in ("04-02", "05-02"):
        words = said(today=today, wrote_on=on("03-20"))
        assert words == (
            f"{A} wrote on Thursday 20 March 2025. Nobody has said yet whether this was its answer. An answer was "
            "normally due promptly and by Tuesday 1 April 2025."
        )
    assert "wrote on" not in said(today="04-01", wrote_on=on("03-20"))


@pytest.mark.parametrize(
    ("regime", "today", "words"),
    [
        ("foia", "05-02", "should normally answer by Friday 2 May 2025; in exceptional cases by Tuesday 3 June 2025."),
        ("foia", "05-03", "The review is delayed."),
        ("foia-school", "05-03", "The review is delayed."),
        ("foia", "06-04", "The longest time for answering it ended on Tuesday 3 June 2025."),
        ("eir", "05-30", "By law it must answer by Tuesday 3 June 2025."),
        ("foisa", "05-01", "By law it must answer by Thursday 1 May 2025."),
        ("foisa", "05-02", "The longest time for answering it ended on Thursday 1 May 2025."),
    ],
)  # fmt: skip
def test_given_a_review_then_its_time_is_said(regime, today, words):
    events = (Event("responded", on("03-20")), Event("ir_requested", on("04-02")))

    assert words in said(*events, regime=regime, today=today, status=Status.INTERNAL_REVIEW)


def test_given_a_request_not_delivered_then_no_date_is_shown():
    bounced = Event("undelivered", on("03-04"))

    assert said(bounced, today="04-30") == "Sent. We will show a date once it has been delivered."
    assert said(bounced, today="04-30", is_imported=True) == "Sent on Monday 3 March 2025."


def test_given_a_law_that_we_do_not_know_then_only_the_day_of_sending_is_shown():
    state = clock_state(regime="gdpr", status=Status.AWAITING_RESPONSE, clock={}, today=on("04-01"))
    words = sentence(
        regime="gdpr",
        state=state,
        status=Status.AWAITING_RESPONSE,
        clock={},
        authority=A,
        name="",
        is_own=False,
        sent_at=datetime(2025, 3, 3, 9, tzinfo=UTC),
        wrote_on=None,
        is_imported=False,
    )

    assert (state, strip_tags(words)) == (None, "Sent on Monday 3 March 2025.")


def test_given_a_date_beyond_the_table_then_it_says_that_none_can_be_given():
    words = sentence(
        regime="foia",
        state="not-received",
        status=Status.AWAITING_RESPONSE,
        clock={"received_on": "2028-12-20"},
        authority=A,
        name="",
        is_own=False,
        sent_at=datetime(2028, 12, 20, 9, tzinfo=UTC),
        wrote_on=None,
        is_imported=False,
    )

    assert strip_tags(words) == "Sent on Wednesday 20 December 2028. We cannot say now by which day an answer is due."
    kept = {"received_on": "2028-12-20"}
    assert clock_state(regime="foia", status="awaiting_response", clock=kept, today=on("04-01")) == "not-received"


def test_given_a_question_that_stands_on_the_page_alone_then_the_clock_is_stopped_all_the_same():
    clock = clock_of()

    assert clock_state(regime="foia", status=Status.AWAITING_CLARIFICATION, clock=clock, today=on("04-30")) == (
        "paused-clarification"
    )


def test_given_the_dates_as_the_database_gives_them_then_they_read_the_same():

    clock = clock_of(CLAIMED)

    assert standing_of(json.dumps(clock)) == standing_of(clock) == standing_of(standing_of(clock))


def test_no_sentence_accuses_anybody():
    for (law, key), words in SENTENCES.items():
        plain = re.sub(r"%\(\w+\)s", "", str(words)).replace("may be late, depending", "")
        assert not [word for word in ACCUSING if re.search(rf"\b{word}\b", plain)], (law, key)


def test_every_state_of_every_law_has_a_sentence():
    many = (
        (),
        (ASKED,),
        (FEE,),
        (CLAIMED,),
        (WITHOUT_ESTIMATE,),
        (Event("responded", on("03-20")),),
        (Event("undelivered", on("03-04")),),
    )
    for regime, events, today in product(REGIMES, many, ("03-03", "04-02", "05-02", "06-10", "09-01")):
        assert said(*events, regime=regime, today=today)


@pytest.mark.parametrize(
    ("state", "is_received", "words"),
    [
        ("paused-clarification", True, "has asked a question"),
        ("paused-clarification", False, "when the request arrived"),
        ("paused-fee", True, "has asked for a fee"),
        ("lapsed", True, "the time to pay the fee has ended"),
        ("not-received", False, "when the request arrived"),
        ("not-received", True, "the list of bank holidays does not reach that far"),
    ],
)
def test_given_no_date_then_the_reason_is_said(state, is_received, words):
    assert words in why_no_date(regime="foia", state=state, is_received=is_received)
    assert "do not know the law" in why_no_date(regime="gdpr", state=None)


def test_given_days_left_out_then_each_has_its_words():

    assert day_sentence(Day(on("03-10"), None, "fee", "")) == "not counted, the clock was stopped for a fee"
    assert day_sentence(Day(on("03-10"), None, "school", "")) == "not counted, the school is closed"


def test_given_a_name_with_markup_then_it_is_escaped():
    clock = clock_of()
    found = sentence(
        regime="foia",
        state="waiting",
        status=Status.AWAITING_RESPONSE,
        clock=clock,
        authority="<script>",
        name="x",
        is_own=False,
        sent_at=None,
        wrote_on=None,
        is_imported=False,
    )
    assert "<script>" not in found
    assert "<strong>Tuesday 1 April 2025</strong>" in found


@pytest.mark.parametrize(
    ("events", "about"),
    [((), {"wrote_on": on("04-02")}), ((Event("responded", on("04-02")),), {})],
    ids=["undescribed", "answered"],
)
@pytest.mark.parametrize("closed", [False, True])
def test_given_a_school_whose_terms_nobody_told_then_no_twentieth_day_is_called_firm(events, about, closed):
    closures = (Event("school_closed", on("03-10"), on("03-14")),) if closed else ()

    words = said(*closures, *events, today="04-20", regime="foia-school", **about)

    assert ("In term time an answer was normally due" in words) != closed
    assert ("not after Monday 2 June 2025" in words) != closed
    assert (". An answer was normally due promptly and by Tuesday 8 April 2025." in words) == closed
