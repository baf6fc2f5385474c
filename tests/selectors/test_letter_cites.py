import pytest

from requests_app.selectors.letter_cites import cites
from tests.factories import make_letter, make_request

pytestmark = pytest.mark.django_db


def test_given_a_refusal_then_its_own_citations_are_named_and_not_those_that_it_repeats():
    foi_request = make_request(
        body="Dear Council,\n\nPlease do not rely on section 31 or section 43(2) again.\n\nYours,\n\nP"
    )
    letter = make_letter(
        foi_request,
        body="Names are exempt under section 40(2) of the Act, and maps under regulation 12(5)(e).\n\nJo\n\n"
        "On 16 June 2011 at 10:12, P wrote:\n> Dear Council,\n>\n"
        "> Please do not rely on section 31 or section 43(2) again.\n>\n> Yours,\n>\n> P\n",
    )

    assert cites(letter) == ("section 40(2), Personal information", "regulation 12(5)(e)")


def test_given_scottish_law_then_no_title_of_another_act_is_given():
    letter = make_letter(make_request(), body="Withheld under section 38(1)(b) of FOISA.\n")

    assert cites(letter) == ("section 38(1)(b)",)


def test_given_a_letter_that_cites_nothing_then_there_is_nothing(django_assert_num_queries):
    letter = make_letter(make_request(), body="There were section 21 notices in 12 streets.\n")

    with django_assert_num_queries(1):
        assert cites(letter) == ()
