"""A letter can be taken back until it leaves; nothing that was typed is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions.concealment import hide
from requests_app.actions.correspondence import send_follow_up, send_request
from requests_app.actions.take_back import take_back_letter
from requests_app.models import NotAllowed, OutboundEmail, OutboundState, Prominence, Status
from requests_app.models.private import Draft
from tests.factories import make_authority, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
BODY = "Dear Council,\n\nHow many bins?\n\nYours faithfully,\n\nAda Obi"


@pytest.fixture(autouse=True)
def ten_minutes(settings):
    settings.TAKE_BACK_MINUTES = 10


def sent_request(user):
    return send_request(
        authority_id=make_authority().pk,
        requester=user,
        title="Bins",
        body=BODY,
        author_name=user.public_name,
        now=timezone.now(),
    )


def test_given_a_first_letter_that_waits_when_taken_back_then_it_is_a_draft_and_its_page_is_gone(client):
    user = make_user("Ada Obi")
    foi_request = sent_request(user)

    take_back_letter(message_id=foi_request.messages.get().pk, actor=user, now=timezone.now())

    assert OutboundEmail.objects.get().state == OutboundState.CANCELLED
    draft = Draft.objects.get()
    assert (draft.user, draft.title, draft.body) == (user, "Bins", BODY)
    foi_request.refresh_from_db()
    assert (foi_request.prominence, foi_request.status) == (Prominence.PARTIES, Status.WITHDRAWN)
    assert client.get(f"/request/{foi_request.slug}").status_code == 404


def test_given_a_follow_up_that_waits_when_taken_back_then_only_it_is_hidden():
    user = make_user("Ada Obi")
    foi_request = make_request(requester=user)
    letter = send_follow_up(
        foi_request_id=foi_request.pk, author=user, body=BODY, now=timezone.now(), kind="internal_review"
    )

    take_back_letter(message_id=letter.pk, actor=user, now=timezone.now())

    foi_request.refresh_from_db()
    letter.refresh_from_db()
    assert (foi_request.prominence, foi_request.status) == (Prominence.PUBLIC, Status.AWAITING_RESPONSE)
    assert letter.prominence == Prominence.PARTIES


def test_given_a_letter_that_left_when_taken_back_then_it_is_refused_and_nothing_changes():
    user = make_user("Ada Obi")
    foi_request = sent_request(user)
    OutboundEmail.objects.update(state=OutboundState.SENT)

    with pytest.raises(NotAllowed, match="has left already"):
        take_back_letter(message_id=foi_request.messages.get().pk, actor=user, now=timezone.now())

    assert not Draft.objects.exists()


def test_given_somebody_elses_letter_when_taken_back_then_it_is_refused():
    foi_request = sent_request(make_user("Ada Obi"))

    with pytest.raises(NotAllowed, match="Only its writer"):
        take_back_letter(message_id=foi_request.messages.get().pk, actor=make_user(), now=timezone.now())


def test_given_a_letter_that_waits_when_its_writer_opens_the_page_then_it_offers_to_take_it_back(client):
    user = make_user("Ada Obi")
    foi_request = sent_request(user)
    client.force_login(user)

    page = client.get(f"/request/{foi_request.slug}").content.decode()
    asked = client.get(f"/request/{foi_request.slug}/take-back")
    done = client.post(f"/request/{foi_request.slug}/take-back", {"letter": foi_request.messages.get().pk}, follow=True)

    assert f"/request/{foi_request.slug}/take-back" in page
    assert asked.status_code == 200
    assert "among your drafts" in done.content.decode()


def test_given_a_letter_that_waits_then_it_does_not_leave_before_its_time():
    foi_request = sent_request(make_user("Ada Obi"))

    row = OutboundEmail.objects.get(foi_request=foi_request)

    assert row.not_before > timezone.now() + timedelta(minutes=9)


def test_given_a_letter_that_staff_hid_from_all_when_taken_back_then_it_stays_hidden_from_all():
    user = make_user("Ada Obi")
    foi_request = make_request(requester=user)
    letter = send_follow_up(foi_request_id=foi_request.pk, author=user, body=BODY, now=timezone.now())
    hide(
        thing=letter,
        reason_code="court",
        public_wording="A court has ordered this.",
        from_all=True,
        actor=make_staff(),
        now=timezone.now(),
    )

    take_back_letter(message_id=letter.pk, actor=user, now=timezone.now())

    letter.refresh_from_db()
    assert (letter.prominence, letter.concealed_reason) == (Prominence.NOBODY, "court")
    assert OutboundEmail.objects.get(message=letter).state == OutboundState.CANCELLED
