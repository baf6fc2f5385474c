"""Requests like this one: by the rarest words, best first, and bounded."""

import pytest
from django.db import connection

from requests_app.models import FOIRequest
from requests_app.selectors.similar import similar_requests
from tests.factories import make_authority, make_request, make_user

pytestmark = pytest.mark.django_db


def titles(found):
    return [row.title for row in found]


def test_the_more_words_are_shared_the_higher_it_stands():
    make_request("Parking fines in Mill Road")
    make_request("Parking at the station")
    make_request("Library opening hours")

    found = similar_requests("Fines for parking, Mill Road, since 2020")

    assert titles(found) == ["Parking fines in Mill Road", "Parking at the station"]


def test_a_request_is_not_like_itself_and_five_are_enough():
    own = make_request("Parking fines")
    for number in range(7):
        make_request(f"Parking fines {number}")

    found = similar_requests("Parking fines", not_number=own.pk)

    assert len(found) == 5 and "Parking fines" not in titles(found)


def test_a_word_that_most_titles_hold_is_left_out_once_the_database_knows():
    authority, requester = make_authority(), make_user()
    rare = make_request("Council spending on lighthouses", authority=authority, requester=requester)
    FOIRequest.objects.bulk_create(
        FOIRequest(
            title=f"Council matter {number}",
            slug=f"matter-{number}",
            reply_token=f"token-{number}",
            authority=authority,
            requester=requester,
            regime="foia",
        )
        for number in range(300)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE requests_app_foirequest")

    assert titles(similar_requests("Council lighthouses")) == [rare.title]
    assert similar_requests("Council") == ()
    assert len(similar_requests("Council matter")) == 5  # two common words together do tell


def test_it_costs_two_queries(django_assert_num_queries):
    make_request("Parking fines")
    with django_assert_num_queries(2):
        similar_requests("Parking fines")
