"""The requester's pages about the clock: a fee paid, a claim not agreed with. Few queries, whatever the thread."""

import re
from datetime import date, timedelta

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
    assert "You said that you paid on Wednesday 22 June 2011." in client.get(path).content.decode()


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
    page = client.get(path).content.decode()
    assert "If you agree after all, take it back" in page
    client.post(path, {"claim": str(number), "agree": "yes"})
    assert not ClockObjection.objects.exists()
    assert "You do not agree?" in client.get(path).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_queries_do_not_grow_with_the_ledger(client, foi_request, django_assert_max_num_queries, rows):
    for number in range(rows):
        described(foi_request, "clarification", side="authority", days=number + 1)

    with django_assert_max_num_queries(8):
        assert client.get(f"/request/{foi_request.slug}/do-not-agree").status_code == 200
    with django_assert_max_num_queries(7):
        assert client.get(f"/request/{foi_request.slug}/fee-paid").status_code == 200


def words_of(client, path):
    return " ".join(strip_tags(client.get(path).content.decode()).split())


def by_officer(foi_request, described_as, *, days, until=None):
    letter = make_letter(foi_request, at=foi_request.sent_at + timedelta(days=days))
    said = {"message_id": letter.pk, "described_as": described_as, "side": "authority", "actor": None}
    describe_letter(**said, now=timezone.now(), until=until)
    foi_request.refresh_from_db()
    return letter


def test_given_a_fee_and_a_question_then_the_page_tells_of_both_and_has_a_way_for_each(client, foi_request):
    by_officer(foi_request, "fees_notice", days=3)
    by_officer(foi_request, "clarification", days=4)
    at = f"/request/{foi_request.slug}"

    page = words_of(client, at)
    html = client.get(at).content.decode()

    assert "It has asked for a fee too, which you can pay until Sunday 18 September 2011." in page
    assert f"{at}/fee-paid" in html and f"{at}/follow-up" in html

    paid = client.post(f"{at}/fee-paid", {"on": "2011-06-22"}, follow=True).content.decode()
    assert "the clock stands still until you have replied to the question" in paid
    assert "The clock runs again" not in paid
    assert "asked for a fee" not in words_of(client, at)


def test_given_a_fee_that_the_requester_paid_then_whether_there_was_one_is_not_asked_any_more(client, foi_request):
    by_officer(foi_request, "fees_notice", days=4)
    at = f"/request/{foi_request.slug}"
    assert "That a fee stops the time limit rests on the authority’s word alone." in words_of(client, at)

    page = client.post(f"{at}/fee-paid", {"on": "2011-06-22"}, follow=True).content.decode()

    assert "The clock runs again" in page and "Change the day on which you paid" in page
    assert "do-not-agree" not in page


def test_given_a_payment_when_the_page_is_used_then_its_day_is_changed_or_it_is_taken_back(client, foi_request):
    described(foi_request, "fees_notice")
    path = f"/request/{foi_request.slug}/fee-paid"
    client.post(path, {"on": "2011-06-27"})

    assert 'value="2011-06-27"' in client.get(path).content.decode()
    client.post(path, {"on": "2011-06-22"})
    foi_request.refresh_from_db()
    assert str(foi_request.due_on) == "2011-07-20"
    page = client.post(path, {"not-paid": "yes"}, follow=True).content.decode()

    foi_request.refresh_from_db()
    assert "The fee is open again." in page and foi_request.due_on is None
    assert "You have paid the fee?" in client.get(path).content.decode()


def test_given_no_fee_then_the_page_leads_to_the_letters_that_may_have_asked_for_one(client, foi_request):
    letter = described(foi_request, "acknowledgement")
    page = client.get(f"/request/{foi_request.slug}/fee-paid").content.decode()
    assert "No fee is open" in page and f"/request/{foi_request.slug}/describe/{letter.pk}" in page


@pytest.mark.parametrize(
    ("described_as", "until", "claims", "needed", "rests", "word"),
    [
        (
            "fees_notice",
            None,
            "it asked for a fee (Freedom of Information Act 2000 sections 9 and 10(2))",
            "asks you to pay a fee before they answer",
            "That a fee stops the time limit rests on the authority’s word alone.",
            "That the fee stops the time limit is its own word.",
        ),
        (
            "more_time",
            timezone.localdate() + timedelta(days=60),
            "it needs more time, until",
            "weigh whether the public interest",
            "That it may take more time rests on the authority’s word alone.",
            "That it may take more time is its own word.",
        ),
    ],
)
def test_given_a_claim_of_another_kind_then_pages_speak_of_that_one(
    client, foi_request, described_as, until, claims, needed, rests, word
):
    foi_request = make_request(requester=foi_request.requester, sent_at=timezone.now() - timedelta(days=6))
    by_officer(foi_request, described_as, days=4, until=until)
    at = f"/request/{foi_request.slug}"

    page, own = words_of(client, f"{at}/do-not-agree"), words_of(client, at)
    client.logout()
    public = words_of(client, at)

    assert claims in page and needed in page
    assert "without which they cannot find" not in page
    assert rests in own and word in own
    assert word in public and rests not in public


def test_given_more_time_when_not_agreed_with_then_the_day_that_differs_is_told(client, foi_request):
    by_officer(foi_request, "more_time", days=4, until=date(2011, 8, 1))
    at = f"/request/{foi_request.slug}"
    client.post(f"{at}/do-not-agree", {"claim": str(foi_request.clock["open_to_doubt"])})

    page, why = words_of(client, at), words_of(client, f"{at}/deadline")

    told = "expected by Monday 1 August 2011; the last day by law is Friday 15 July 2011 all the same."
    assert f"You do not agree that more time may be taken. With it, an answer is {told}" in page
    assert "an answer is expected by Monday 1 August 2011; the last day to answer by law is Friday 15 July" in why
    assert "Take back that you do not agree" in page
    client.logout()
    assert "does not agree that more time may be taken." in words_of(client, at)


def test_given_more_time_that_moves_the_date_when_not_agreed_with_then_both_dates_are_told(client, foi_request):
    foi_request.regime = "eir"
    foi_request.save(update_fields=["regime"])
    by_officer(foi_request, "more_time", days=4)
    at = f"/request/{foi_request.slug}"
    assert "both complex and a great deal" in words_of(client, f"{at}/do-not-agree")

    client.post(f"{at}/do-not-agree", {"claim": str(foi_request.clock["open_to_doubt"])})

    told = "Counted with it, the last day is Monday 15 August 2011; without it, Friday 15 July 2011."
    assert told in words_of(client, at)


def test_given_a_fee_and_a_question_then_each_can_be_disagreed_with_and_each_taken_back(client, foi_request):
    by_officer(foi_request, "fees_notice", days=3)
    by_officer(foi_request, "clarification", days=4)
    at = f"/request/{foi_request.slug}"
    fee, question = ClockEvent.objects.filter(basis="officer").order_by("pk").values_list("pk", flat=True)

    client.post(f"{at}/do-not-agree", {"claim": str(question)})

    page = words_of(client, at)
    assert "You do not agree that the question stopped the time limit." in page and "Counted" not in page
    assert "That a fee stops the time limit rests on the authority’s word alone." in page
    both = words_of(client, f"{at}/do-not-agree")
    assert "asks you to pay a fee" in both and "If you agree after all, take it back" in both

    client.post(f"{at}/do-not-agree", {"claim": str(fee)})

    page = words_of(client, at)
    assert "You do not agree that the question stopped the time limit. You do not agree that a fee stopped" in page
    assert "Counted without all of this, the last day is Friday 15 July 2011." in page
    assert words_of(client, f"{at}/do-not-agree").count("If you agree after all, take it back") == 2

    client.post(f"{at}/do-not-agree", {"claim": str(question), "agree": "yes"})

    page = words_of(client, at)
    assert "You do not agree that a fee stopped the time limit." in page and "Counted" not in page
    assert ClockObjection.objects.get().clock_event_id == fee


def test_given_three_claims_then_each_can_be_disagreed_with_and_the_last_one_hides_none(client, foi_request):
    by_officer(foi_request, "clarification", days=3)
    by_officer(foi_request, "fees_notice", days=4)
    by_officer(foi_request, "more_time", days=5, until=date(2011, 8, 1))
    at = f"/request/{foi_request.slug}"
    question, fee, more = ClockEvent.objects.filter(basis="officer").order_by("pk").values_list("pk", flat=True)

    page, offered = words_of(client, at), client.get(f"{at}/do-not-agree").content.decode()

    assert all(f'name="claim" value="{number}"' in offered for number in (question, fee, more))
    assert "That its question stops the time limit rests on the authority’s word alone." in page
    assert "That a fee stops the time limit rests on the authority’s word alone." in page
    assert "That it may take more time rests on the authority’s word alone." in page

    client.post(f"{at}/do-not-agree", {"claim": str(question)})

    assert list(ClockObjection.objects.values_list("clock_event", flat=True)) == [question]
    assert "You do not agree that the question stopped the time limit." in words_of(client, at)


@pytest.mark.parametrize("second", [3, 5])
def test_given_two_questions_then_one_does_not_shield_the_other_from_disagreement(client, foi_request, second):
    by_officer(foi_request, "clarification", days=3)
    by_officer(foi_request, "clarification", days=second)
    at = f"/request/{foi_request.slug}"

    for number in ClockEvent.objects.filter(basis="officer").order_by("pk").values_list("pk", flat=True):
        assert f'name="claim" value="{number}"' in client.get(f"{at}/do-not-agree").content.decode()
        client.post(f"{at}/do-not-agree", {"claim": str(number)})

    assert "Counted without all of this, the last day is Friday 15 July 2011." in words_of(client, at)


def test_given_more_time_while_the_clock_is_stopped_then_the_day_that_they_named_is_told(client, foi_request):
    by_officer(foi_request, "clarification", days=3)
    by_officer(foi_request, "more_time", days=4, until=date(2011, 8, 1))

    why = words_of(client, f"/request/{foi_request.slug}/deadline")

    assert "expects to reply by Monday 1 August 2011." in why and "cannot be counted yet" not in why


def test_given_a_fee_and_a_question_when_paying_then_it_is_not_said_that_the_time_goes_on(client, foi_request):
    by_officer(foi_request, "fees_notice", days=3)
    at = f"/request/{foi_request.slug}/fee-paid"
    assert "goes on" in words_of(client, at)

    by_officer(foi_request, "clarification", days=4)

    page = words_of(client, at)
    assert "goes on" not in page
    assert "The clock stands still all the same until you have replied to the question" in page


def test_given_a_letter_that_was_described_then_its_requester_alone_can_change_that_from_beside_it(client, foi_request):
    letter = described(foi_request, "other")
    at = f"/request/{foi_request.slug}"
    link = f'<a href="{at}/describe/{letter.pk}">Change what was said of it</a>'

    assert link in client.get(at).content.decode()
    after = client.get(f"{at}/next").content.decode()
    assert "What was said of the letters" in after and f"{at}/describe/{letter.pk}" in after
    client.logout()
    assert "Change what was said of it" not in client.get(at).content.decode()
