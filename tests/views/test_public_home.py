"""The first page, and what crawlers are told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions.concealment import hide
from requests_app.actions.outcomes import describe_letter
from requests_app.models import Description, FOIRequest, Outcome, Side
from tests.factories import make_authority, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db


def answered(title: str = "Answered", **fields) -> FOIRequest:
    foi_request = make_request(title, **fields)
    describe_letter(
        message_id=make_letter(foi_request).pk,
        described_as=Description.ANSWER,
        outcome=Outcome.SUCCESSFUL,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=timezone.now(),
    )
    return foi_request


def lately(title: str, days: int, **fields) -> FOIRequest:
    at = timezone.now() - timedelta(days=days)
    foi_request = make_request(title, sent_at=at, **fields)
    FOIRequest.objects.filter(pk=foi_request.pk).update(last_activity_at=at)
    return foi_request


def test_an_empty_site_has_a_first_page():
    page = Client().get("/")

    assert page.status_code == 200 and "Nothing yet." in page.content.decode()


def test_given_requests_then_each_stands_in_its_column():
    done, waiting = answered(), lately("Waiting", 3)
    undescribed = lately("A letter came", 2)
    make_letter(undescribed, at=timezone.now())
    FOIRequest.objects.filter(pk=undescribed.pk).update(letters_to_describe_since=timezone.localdate())
    lately("Brought from elsewhere", 1, is_imported=True)

    page = Client().get("/").context["page"]

    assert [row.number for row in page.answered] == [done.pk]
    assert [row.number for row in page.waiting] == [waiting.pk]


def test_given_hidden_and_imported_requests_then_the_figures_leave_them_out():
    lately("Waiting", 3)
    lately("Long ago", 30)
    for foi_request in (lately("Hidden", 2), lately("Imported", 2, is_imported=True)):
        make_letter(foi_request, at=timezone.now())
    hide(
        thing=FOIRequest.objects.get(title="Hidden"),
        reason_code="personal",
        public_wording="Hidden.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
    )
    letter_on = lately("With a letter", 5)
    make_letter(letter_on, at=timezone.now())
    make_letter(letter_on, at=timezone.now(), is_automatic=True)

    figures = Client().get("/").context["page"].figures

    assert (figures.waiting, figures.sent_this_week, figures.letters_this_week) == (3, 2, 1)


def test_the_number_of_queries_does_not_grow():
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert Client().get("/").status_code == 200
        return len(counted)

    authority, requester = make_authority(), make_user()
    for number in range(3):
        answered(f"Small {number}", authority=authority, requester=requester)
    queries()
    few = queries()
    for number in range(60):
        lately(f"Large {number}", 1, authority=authority, requester=requester)

    assert queries() == few == 5


def test_the_page_shames_nobody():
    make_request()

    page = Client().get("/").content.decode()

    for shaming in ("too long", "days late", "in time", "of them late"):
        assert shaming not in page


def test_crawlers_may_read_that_a_persons_page_is_not_for_them():
    lines = Client().get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /search" in lines and "Disallow: /moderation/" in lines
    assert "Disallow: /user/" not in lines
