"""The requester's pages about the clock: a fee paid, a claim not agreed with. Few queries, whatever the thread."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from requests_app.actions.deadlines import facts_of, holiday_table
from requests_app.actions.notice_schedule import schedule
from requests_app.actions.outcomes import describe_letter
from requests_app.models import ClockEvent, ClockObjection
from requests_app.selectors.clock_words import standing_of
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


def test_given_more_time_for_no_reason_in_law_when_described_then_the_page_says_only_that_and_reminders_go_on(
    client, foi_request
):
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=4), body="We are short of staff.")
    path = f"/request/{foi_request.slug}/describe/{letter.pk}"
    form = client.get(path).content.decode()
    assert "to weigh whether the public interest" in form and "for another reason or without giving one" in form

    assert client.post(path, {"what": "more_time_other", "until": "2013-06-01"}).status_code == 302

    foi_request.refresh_from_db()
    assert not ClockEvent.objects.filter(kind="extension_claimed").exists()
    assert (str(foi_request.due_on), foi_request.letters_to_describe_since) == ("2011-07-15", None)
    notices = schedule(facts_of(foi_request, standing_of(foi_request.clock)), table=holiday_table())
    assert {notice.audience for notice in notices if notice.kind == "overdue"} == {"requester", "authority"}
    page = " ".join(strip_tags(client.get(f"/request/{foi_request.slug}").content.decode()).split())
    assert "wrote on Monday 20 June 2011 that it needs more time. The date by law stays as it is." in page
    why = client.get(f"/request/{foi_request.slug}/deadline").content.decode()
    assert "public interest" not in page and "public interest" not in why


@pytest.mark.parametrize(
    ("regime", "words", "is_offered"),
    [("eir", "because the request is complex and large", True), ("foisa", "They say they need more time<", False)],
)
def test_given_another_law_when_describing_then_only_its_own_ground_is_offered(
    client, foi_request, regime, words, is_offered
):
    foi_request.regime = regime
    foi_request.save(update_fields=["regime"])
    letter = make_letter(foi_request, at=SENT_AT + timedelta(days=4))

    form = re.sub(r"\s+<", "<", client.get(f"/request/{foi_request.slug}/describe/{letter.pk}").content.decode())

    assert words in form and ('value="more_time"' in form) == is_offered
    assert 'value="more_time_other"' in form and "public interest" not in form


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
