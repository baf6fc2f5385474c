"""The demonstration's content goes in once, through the product's own actions."""

import pytest
from django.utils.timezone import localdate

from requests_app.demo.load import load_demo
from requests_app.law.regimes import REGIMES
from requests_app.models import Authority, FOIRequest, OutboundEmail, Status, User
from requests_app.selectors.requester_requests import state_of

pytestmark = pytest.mark.django_db


def test_given_an_empty_site_when_loaded_twice_then_the_content_is_there_once():
    accounts = load_demo()

    assert load_demo() is None
    assert [account["role"] for account in accounts] == ["citizen", "officer", "admin"]
    assert User.objects.get(email=accounts[0]["email"]).check_password(accounts[0]["password"])
    assert Authority.objects.count() >= 40
    assert FOIRequest.objects.count() == 25
    assert set(FOIRequest.objects.values_list("status", flat=True)) >= {
        Status.AWAITING_RESPONSE,
        Status.ANSWERED,
        Status.AWAITING_CLARIFICATION,
    }


def test_given_the_demonstration_then_no_letter_of_it_waits_to_leave():
    load_demo()

    assert not OutboundEmail.objects.exists()


def test_given_the_demonstration_then_every_stage_of_the_clock_under_every_law_can_be_looked_at():
    load_demo()
    today = localdate()

    found = {(row.regime, state_of(row, today)) for row in FOIRequest.objects.exclude(status=Status.WITHDRAWN)}

    assert {regime for regime, _state in found} == set(REGIMES)
    assert {state for _regime, state in found} >= {
        "waiting",
        "extended",
        "overdue",
        "very-overdue",
        "paused-clarification",
        "paused-fee",
        "answered",
    }
    assert FOIRequest.objects.filter(status=Status.INTERNAL_REVIEW, clock__review_due__isnull=False).count() == 2
