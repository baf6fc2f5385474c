"""The link in a receipt: it can only hide, at once, for three working days."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from requests_app.actions import concealment, takedown
from requests_app.actions.links import find_link
from requests_app.models import (
    Attachment,
    Case,
    CaseKind,
    NotAllowed,
    OutboundEmail,
    Prominence,
    Release,
)
from requests_app.permissions import visible_files
from tests.arrivals import PDF, arrive, our_address, token_in
from tests.factories import make_staff
from tests.letters import letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


def test_given_a_receipt_when_its_link_is_used_then_the_files_are_down_at_once_and_the_clock_stands(
    foi_request, council
):
    row = arrive(foi_request, letter(sender=council, to=our_address(foi_request), files=(PDF,)))
    foi_request.refresh_from_db()
    before = (foi_request.due_on, foi_request.version)
    link = find_link(token_in(OutboundEmail.objects.get(template="response_receipt")))

    message = takedown.take_down(link_id=link.pk, now=timezone.now())

    assert message == row.message
    file = message.attachments.get()
    assert file.release == Release.CHECKING
    assert file.checking_until == takedown.checked_until(timezone.localdate())
    foi_request.refresh_from_db()
    assert foi_request.due_on == before[0] and foi_request.version > before[1]
    assert Case.objects.get(kind=CaseKind.TAKE_DOWN).urgent
    with pytest.raises(NotAllowed):
        takedown.take_down(link_id=link.pk, now=timezone.now())


def test_given_a_check_without_decision_when_its_days_are_over_then_the_files_are_public_again(foi_request, council):
    arrive(foi_request, letter(sender=council, to=our_address(foi_request), files=(PDF,)))
    link = find_link(token_in(OutboundEmail.objects.get(template="response_receipt")))
    message = takedown.take_down(link_id=link.pk, now=timezone.now())
    until = message.attachments.get().checking_until

    assert takedown.release_checked_files(on=until, now=timezone.now()) == 0
    assert takedown.release_checked_files(on=until + timedelta(days=1), now=timezone.now()) == 1

    assert message.attachments.get().release == Release.PUBLIC


def test_given_one_of_the_files_was_hidden_by_staff_when_the_check_ends_well_then_only_that_one_stays_hidden(
    foi_request, council
):
    two = (PDF, ("more.pdf", "application/pdf", b"%PDF-1.4 more"))
    row = arrive(foi_request, letter(sender=council, to=our_address(foi_request), files=two))
    link = find_link(token_in(OutboundEmail.objects.get(template="response_receipt")))
    message = takedown.take_down(link_id=link.pk, now=timezone.now())
    by = {"reason_code": "personal", "actor": make_staff(), "now": timezone.now()}
    first, second = row.message.attachments.all()
    concealment.hide(thing=first, public_wording="It names a child.", from_all=False, **by)

    concealment.settle_files(message_id=message.pk, release=Release.PUBLIC, public_wording="", **by)

    first.refresh_from_db()
    assert (first.prominence, first.concealed_wording) == (Prominence.PARTIES, "It names a child.")
    seen = Attachment.objects.filter(visible_files(AnonymousUser()))
    assert list(seen) == [second]
