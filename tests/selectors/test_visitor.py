"""The menu of the person who is signed in."""

import pytest
from django.utils import timezone

from requests_app.models import Decision, DecisionKind, ReasonCode, Sanction
from requests_app.selectors.visitor import Visitor, visitor
from tests.factories import make_officer, make_user

pytestmark = pytest.mark.django_db


def test_given_a_citizen_when_asked_then_neither_inbox_nor_banner_in_one_query(django_assert_num_queries):
    citizen = make_user("Maya Okafor")

    with django_assert_num_queries(1):
        assert visitor(citizen) == Visitor(is_officer=False, is_suspended=False)


def test_given_an_officer_who_serves_when_asked_then_the_inbox_is_offered():
    officer = make_officer()

    assert visitor(officer.user).is_officer


def test_given_an_officer_who_left_when_asked_then_there_is_no_inbox():
    officer = make_officer()
    officer.ended_at = timezone.now()
    officer.save()

    assert not visitor(officer.user).is_officer


def test_given_a_suspension_when_asked_then_it_is_said_until_it_ends():
    citizen = make_user("Maya Okafor")
    decision = Decision.objects.create(
        kind=DecisionKind.SUSPEND,
        actor=citizen,
        reason_code=ReasonCode.ABUSIVE,
        thing_type="user",
        thing_id=citizen.pk,
    )
    sanction = Sanction.objects.create(
        user=citizen, reason_code=ReasonCode.ABUSIVE, public_wording="Abuse.", started_by=decision
    )
    while_it_lasts = visitor(citizen)
    sanction.ended_at, sanction.ended_by = timezone.now(), decision
    sanction.save()

    assert while_it_lasts.is_suspended
    assert not visitor(citizen).is_suspended
