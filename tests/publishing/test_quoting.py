import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.publishing.quoting import split, visible

SENT = """Dear Borough of Example,

How many homes of the council had damp in 2010, and what did the repairs cost?

Yours faithfully,

Liz R
"""
ANSWER = """Dear Ms R,

Thank you for your letter of 16 June. The council inspected all of its homes in 2010 and found damp in 214 of
them. The repairs cost 90,000 pounds in that year, and the work was done by the council's own staff.

Yours sincerely,

Jo Bloggs
"""
HEADER = "From: Liz R\nSent: 16 June 2011 10:12\nTo: FOI Team\nSubject: Damp\n"


def folded(text: str, *sent: str) -> str:
    return "\n".join(segment.text for segment in split(text, sent) if segment.quoted)


@pytest.mark.parametrize(
    "announcement",
    [
        "-----Original Message-----\n" + HEADER,
        "_____________________________________________\n" + HEADER,
        HEADER,
        "-------- Original Message --------\nSubject: Damp\nDate: Thu, 16 Jun 2011\nFrom: Liz R\nTo: FOI Team\n",
        "---- On Thu, 16 Jun 2011 10:12:00 +0100 Liz R wrote ----\n",
        "*From:* Liz R\n*Sent:* 16 June 2011\n*To:* FOI\n*Subject:* Damp\n",
        "Oddi wrth: Liz R\nAnfonwyd: 16 Mehefin 2011\nAt: FOI\nPwnc: Lleithder\n",
        "On 16 June 2011 at 10:12, Liz R wrote:\n",
        "On Thu, 16 Jun 2011 at 10:12, Liz R\n<foi@x.example> wrote:\n",
        ">>> Liz R <x@y.example> 16/06/2011 10:12 >>>\n",
    ],
)
def test_what_a_mail_program_repeats_below_the_answer_is_folded(announcement):
    text = f"{ANSWER}\n{announcement}\n{SENT}"

    for sent in ((), (SENT,)):
        assert visible(split(text, sent)) == ANSWER.strip("\n")
        assert "had damp in 2010" in folded(text, *sent)


def test_marked_lines_are_folded_where_they_stand_and_answers_between_them_stay():
    text = "On 1 July 2011 Liz wrote:\n\n> How many?\n>> older\n\n214.\n\n> What cost?\nNothing."

    segments = split(text)

    assert [(s.quoted, s.text.strip()) for s in segments] == [
        (True, "On 1 July 2011 Liz wrote:\n\n> How many?\n>> older"),
        (False, "214."),
        (True, "> What cost?"),
        (False, "Nothing."),
    ]


def test_answers_written_into_our_unmarked_letter_stay_visible():
    mixed = SENT.replace("Yours faithfully", "There were 214 homes, see our table.\n\nYours faithfully")
    text = f"Dear Ms R, answers are put in.\n\n-----Original Message-----\n{HEADER}\n{mixed}"

    seen = visible(split(text, (SENT,)))

    assert "There were 214 homes" in seen
    assert "How many homes" not in seen


def test_an_answer_forwarded_below_a_covering_note_stays_visible():
    answer = "Dear colleague,\n\nWe found 214 homes with damp and mended all of these by Christmas.\n\nSam"
    text = (
        f"Please see below.\n\n-----Original Message-----\nFrom: Sam\nSent: 1 July\nTo: Jo\nSubject: Damp\n\n{answer}"
    )

    assert "214 homes" in visible(split(text, (SENT,)))
    assert "214 homes" in visible(split(text))


def test_a_forwarded_letter_stays_visible_and_our_own_letter_under_it_is_folded():
    text = (
        f"{ANSWER}\n---------- Forwarded message ----------\nFrom: Sam\nDate: 1 July\nTo: Jo\nSubject: Damp\n\n"
        f"The survey firm counted 214 homes in all of the wards.\n\n-----Original Message-----\n{HEADER}\n{SENT}"
    )

    seen = visible(split(text, (SENT,)))

    assert "survey firm counted" in seen
    assert "How many homes" not in seen


def test_the_network_notice_and_the_list_of_links_stay_visible_after_a_quotation():
    trailer = (
        "Communications via the GSi may be automatically logged, monitored and/or\nrecorded for legal purposes.\n\n"
        "References\n\nVisible links\n1. http://www.borough.example/"
    )
    text = f"{ANSWER}\n-----Original Message-----\n{HEADER}\n{SENT}\n{trailer}"

    for sent in ((), (SENT,)):
        assert visible(split(text, sent)).endswith(trailer)


def test_a_virus_notice_after_the_sign_off_is_folded_but_not_a_sentence_of_the_answer():
    notice = (
        "The original of this email was scanned for viruses by the Government Secure Intranet virus scanning\nservice."
    )
    sentence = "Every e-mail says that it is for the intended recipient only; we hold no statistics on that."
    text = (
        f"Dear Ms R,\n\n{sentence}\n\nYours sincerely,\n\nJo\n\n{notice}\n\nCommunications via the GSi may be logged."
    )

    assert folded(text) == notice
    assert sentence in visible(split(text))


def test_a_letter_that_would_vanish_stays_visible_unless_it_only_repeats_us():
    assert visible(split("> We hold nothing.", (SENT,))) == "> We hold nothing."
    assert visible(split("> " + SENT.strip().replace("\n", "\n> "), (SENT,))) == ""


@pytest.mark.parametrize("text", ["> 50 households\n", ">=5 homes", "People:\n> 1,000 in the North\nand more"])
def test_a_lone_comparison_is_not_a_quotation(text):
    assert folded(text + "\nJo") == ""


@pytest.mark.parametrize(
    "text",
    [
        "From: 1 June we charge more.\nTo: the office, please.",
        "On the other hand, the committee wrote:\nno minutes.",
        "Date: 1 July\nSubject: none",
    ],
)
def test_ordinary_sentences_are_no_announcement(text):
    assert folded(ANSWER + "\n" + text) == ""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "> a",
                ">> b",
                "Yes.",
                "On 1 July 2011 Liz wrote:",
                "From: a",
                "Sent: 1",
                "To: b",
                "-----Original Message-----",
                "References",
                "Visible links",
                "________",
                "Regards",
                "virus free",
            ]
        ),
        max_size=25,
    ).map("\n".join),
    st.booleans(),
)
def test_nothing_is_lost_and_the_order_stays(text, knows_ours):
    segments = split(text, (SENT,) if knows_ours else ())

    assert "\n".join(segment.text for segment in segments) == text


@pytest.mark.parametrize(
    "line",
    ["> a", "On 1 July Liz", "From: a", "-----Original Message-----", "________", "- - - -", "Regards", "a b c d e"],
)
def test_splitting_time_grows_with_the_length_only(line):
    def took(count: int) -> float:
        text = "\n".join([line] * count)
        begun = time.process_time()
        split(text, (SENT,))
        return time.process_time() - begun

    small = min(took(2_000) for _ in range(3))

    assert took(8_000) < 8 * small + 2  # seconds: room for a busy machine


def test_given_a_short_header_under_original_message_then_it_is_folded_with_the_letter_it_heads():
    sent = "Please send me the average wait for a practical test at each centre in each month of this year."
    text = f"We enclose the table.\n\n-----Original Message-----\nFrom: A. Writer\nSubject: Waiting times\n\n> {sent}"

    segments = split(text, [sent])

    assert [segment.quoted for segment in segments] == [False, True]
