"""Two things at once about one person: they wait for each other in one order, and neither is thrown out."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from requests_app.actions import moderation
from requests_app.actions.correspondence import locked
from requests_app.mail import compose
from requests_app.models import OutboundEmail
from tests.factories import make_request, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def test_given_a_letter_being_placed_when_its_requester_is_suspended_then_both_are_done():
    foi_request, staff = make_request(), make_staff()
    holds_request, waits = threading.Event(), threading.Event()
    failed = []

    def place():
        try:
            with transaction.atomic():
                held = locked(foi_request.pk)
                holds_request.set()
                waits.wait(1.0)  # the other has the person by now, and wants the request
                compose.post("undeliverable", to=held.requester, foi_request=held)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=place)
    other.start()
    assert holds_request.wait(10)
    moderation.suspend(
        user=foi_request.requester, reason_code="abusive", public_wording="Misuse.", actor=staff, now=timezone.now()
    )
    other.join(30)

    assert not failed
    assert set(OutboundEmail.objects.values_list("template", flat=True)) == {"undeliverable", "account_suspended"}
