"""A letter that did not arrive: its writer sees it at once, with what the clock does and what happens next."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions import undelivered
from requests_app.mail import compose
from requests_app.models import Direction, FOIRequest, MessageKind, OutboundEmail, OutboundState, Status
from tests.factories import make_authority, make_letter, make_request, make_user
from tests.views.test_public_request import as_person

pytestmark = pytest.mark.django_db
TOP = "did not arrive"
BETTER = "Tell us a better address"
NO_LIMIT = "No time limit is running. It begins when the letter reaches"


def sent_and_returned(foi_request: FOIRequest, letter=None) -> OutboundEmail:
    row = compose.post_letter(letter or foi_request.messages.get())
    OutboundEmail.objects.filter(pk=row.pk).update(state=OutboundState.SENT, accepted_at=timezone.now())
    undelivered.note_bounce(outbound_id=row.pk, reason="5.1.1: No such mailbox", now=timezone.now())
    return row


def page_for(foi_request: FOIRequest, user=None) -> str:
    client = as_person(user) if user else Client()
    return " ".join(client.get(f"/request/{foi_request.slug}").content.decode().split())


def top_of(page: str) -> str:
    """What stands above the letters."""
    return page[: page.index('class="columns"')]


def test_given_a_request_that_came_back_then_its_writer_reads_on_top_that_it_did_and_what_is_next():
    foi_request = make_request(received=False)
    sent_and_returned(foi_request)

    top = top_of(page_for(foi_request, foi_request.requester))

    assert TOP in top and "sent it back" in top and "You need do nothing now" in top and BETTER in top
    assert "Letter not delivered" in top and NO_LIMIT in top
    assert "We will show a date" not in top and "Waiting for a response" not in top and "runs on" not in top


def test_given_a_request_that_came_back_then_others_read_it_without_being_asked_to_do_anything():
    foi_request = make_request(received=False)
    sent_and_returned(foi_request)

    for reader in (None, make_user()):
        top = top_of(page_for(foi_request, reader))
        assert TOP in top and "Letter not delivered" in top and NO_LIMIT in top
        assert BETTER not in top and "You need do nothing" not in top
    said = Client().get(f"/request/{foi_request.slug}.json").json()
    assert "did not arrive" in said["status_sentence"]


def test_given_a_request_that_could_not_be_sent_then_its_writer_reads_that():
    foi_request = make_request(received=False)
    row = compose.post_letter(foi_request.messages.get())
    OutboundEmail.objects.filter(pk=row.pk).update(state=OutboundState.FAILED)

    top = top_of(page_for(foi_request, foi_request.requester))

    assert TOP in top and "It could not be sent to" in top and NO_LIMIT in top


def test_given_a_request_that_has_not_left_then_nothing_says_that_it_was_sent():
    foi_request = make_request(received=False)
    compose.post_letter(foi_request.messages.get())

    top = top_of(page_for(foi_request))

    assert "Not sent yet. We will show a date" in top and TOP not in top


def test_given_a_body_that_no_law_binds_then_no_time_limit_is_spoken_of():
    foi_request = make_request(received=False, authority=make_authority(standing="none"))
    sent_and_returned(foi_request)

    top = top_of(page_for(foi_request, foi_request.requester))

    assert TOP in top and "time limit" not in top and "once the letter has reached" in top


def test_given_a_follow_up_that_came_back_then_the_time_limit_is_said_to_run_on():
    foi_request = make_request(sent_at=timezone.now() - timedelta(days=5))
    more = make_letter(foi_request, Direction.OUTGOING, "Any news?", kind=MessageKind.FOLLOW_UP, at=timezone.now())
    sent_and_returned(foi_request, more)

    own, public = page_for(foi_request, foi_request.requester), page_for(foi_request)

    assert TOP in top_of(own) and "The time limit of your request runs on without it." in top_of(own)
    assert "Waiting for a response" in top_of(own) and TOP not in top_of(public)


def test_given_a_letter_sent_again_then_the_notice_is_gone_at_once():
    foi_request = make_request(received=False)
    sent_and_returned(foi_request)

    undelivered.send_again(message_id=foi_request.messages.get().pk, now=timezone.now())

    top = top_of(page_for(foi_request, foi_request.requester))
    assert TOP not in top and "Not sent yet" in top


def test_given_a_withdrawn_request_then_nothing_is_said_of_what_came_back():
    foi_request = make_request(received=False)
    sent_and_returned(foi_request)
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.WITHDRAWN)

    assert TOP not in top_of(page_for(foi_request, foi_request.requester))


def test_given_a_request_that_came_back_then_the_list_of_ones_own_says_so():
    foi_request = make_request("Roads", received=False)
    client = as_person(foi_request.requester)
    before = client.get("/my/requests/").content.decode()
    row = sent_and_returned(foi_request)

    assert "Letter not delivered" not in before
    assert "Letter not delivered" in client.get("/my/requests/").content.decode()
    OutboundEmail.objects.filter(pk=row.pk).update(bounced_at=None)
    assert "Letter not delivered" not in client.get("/my/requests/").content.decode()
