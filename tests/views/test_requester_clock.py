"""The requester's pages about the clock: a fee paid, a claim not agreed with. Few queries, whatever the thread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions.outcomes import describe_letter
from requests_app.models import ClockEvent, ClockObjection
from tests.factories import SENT_AT, make_letter, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def foi_request(client):
    foi_request = make_request()
    client.force_login(foi_request.requester)
    return foi_request


def described(foi_request, described_as, side="requester", days=4):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=days))
    describe_letter(message_id=letter.pk, described_as=described_as, side=side, actor=None, now=timezone.now())
    foi_request.refresh_from_db()
    return letter


def test_given_a_fee_when_the_day_is_given_then_the_clock_goes_on(client, foi_request):
    described(foi_request, "fees_notice")
    path = f"/request/{foi_request.slug}/fee-paid"
    assert "You can pay until Monday 19 September 2011." in client.get(path).content.decode()
    assert path in client.get(f"/request/{foi_request.slug}/next").content.decode()

    late = client.post(path, {"on": "2011-10-01"})
    assert late.status_code == 422 and "The time to pay ended on 19 September 2011" in late.content.decode()
    assert client.post(path, {"on": ""}).status_code == 422
    response = client.post(path, {"on": "2011-06-22"})

    assert response.url == f"/request/{foi_request.slug}"
    assert ClockEvent.objects.filter(kind="fee_paid").count() == 1
    assert "No fee is open" in client.get(path).content.decode()


def test_given_more_time_when_described_on_the_page_then_its_day_is_kept_and_shown_again(client, foi_request):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=4))
    path = f"/request/{foi_request.slug}/describe/{letter.pk}"

    refused = client.post(path, {"what": "more_time", "until": "2011-06-01"}).content.decode()
    assert "The letter is of 20 June 2011, and the day you gave is before it." in refused
    assert client.post(path, {"what": "more_time", "until": "2011-08-01"}).status_code == 302

    page = client.get(path).content.decode()
    assert 'value="2011-08-01"' in page
    assert ClockEvent.objects.get(kind="extension_claimed").until.isoformat() == "2011-08-01"


def test_given_a_claim_when_the_button_is_pressed_then_the_page_shows_both(client, foi_request):
    described(foi_request, "clarification", side="authority")
    path = f"/request/{foi_request.slug}/do-not-agree"
    number = foi_request.clock["open_to_doubt"]
    assert "section 1(3)" in client.get(path).content.decode()

    client.post(path, {"claim": "not a number"})
    assert not ClockObjection.objects.exists()
    response = client.post(path, {"claim": str(number)}, follow=True)

    assert "You do not agree that the question stopped the time limit." in response.content.decode()
    assert ClockObjection.objects.count() == 1
    assert "nothing to disagree with" in client.get(path).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_queries_do_not_grow_with_the_ledger(client, foi_request, django_assert_max_num_queries, rows):
    for number in range(rows):
        described(foi_request, "clarification", side="authority", days=number + 1)

    with django_assert_max_num_queries(8):
        assert client.get(f"/request/{foi_request.slug}/do-not-agree").status_code == 200
    with django_assert_max_num_queries(7):
        assert client.get(f"/request/{foi_request.slug}/fee-paid").status_code == 200
