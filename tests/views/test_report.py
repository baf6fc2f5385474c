"""Anybody may report; nothing else moves."""

from types import SimpleNamespace

import pytest

from requests_app.models import Case, Follow, OutboundEmail, Report
from tests.factories import make_annotation, make_letter, make_request, make_user

pytestmark = pytest.mark.django_db
FORM = {"reason": "personal", "text": "It shows a phone number.", "email": "reader@people.example"}


@pytest.fixture
def foi_request():
    return make_request()


def path(foi_request, query=""):
    return f"/request/{foi_request.slug}/report{query}"


def test_given_no_account_when_reporting_then_it_is_kept_and_confirmed(client, foi_request):
    Follow.objects.create(user=make_user(), foi_request=foi_request, unsubscribe_token="t", rhythm="at_once")
    version = foi_request.version

    response = client.post(path(foi_request), FORM)

    assert response.status_code == 200 and b"We have your report" in response.content
    report = Report.objects.get()
    assert (report.reporter, report.reporter_email) == (None, "reader@people.example")
    assert Case.objects.get().thing_id == report.pk
    assert [one.to_address for one in OutboundEmail.objects.all()] == ["reader@people.example"]
    foi_request.refresh_from_db()
    assert (foi_request.version, foi_request.status) == (version, "awaiting_response")


def test_given_an_account_when_reporting_then_no_address_is_asked(client, foi_request):
    person = make_user()
    client.force_login(person)
    assert b'name="email"' not in client.get(path(foi_request)).content

    client.post(path(foi_request), {"reason": "spam", "text": "An advertisement."})

    assert Report.objects.get().reporter == person


def test_given_one_part_when_reported_then_it_is_named(client, foi_request):
    letter, annotation = make_letter(foi_request), make_annotation(foi_request)
    assert b"Report a letter" in client.get(path(foi_request, f"?message={letter.pk}")).content
    client.post(path(foi_request, f"?message={letter.pk}"), FORM)
    client.post(path(foi_request, f"?annotation={annotation.pk}"), FORM)

    assert [(one.message, one.annotation) for one in Report.objects.order_by("pk")] == [
        (letter, None),
        (None, annotation),
    ]


@pytest.mark.parametrize("query", ["?message=999999", "?message=abc", "?annotation=" + "9" * 30])
def test_given_a_part_that_is_not_there_when_opened_then_404(client, foi_request, query):
    assert client.get(path(foi_request, query)).status_code == 404


def test_given_a_letter_of_another_request_when_named_then_404(client, foi_request):
    other = make_letter(make_request())

    assert client.get(path(foi_request, f"?message={other.pk}")).status_code == 404


def test_given_a_hidden_request_when_opened_then_404(client, foi_request):
    type(foi_request).objects.update(prominence="parties", concealed_reason="personal", concealed_wording="Hidden.")

    assert client.get(path(foi_request)).status_code == 404


def test_given_missing_words_when_sent_then_each_error_says_what_to_do(client, foi_request):
    response = client.post(path(foi_request), {})

    text = response.content.decode()
    assert response.status_code == 422
    for words in ("Choose what is wrong", "Say which words or which file", "so that we can answer"):
        assert words in text
    assert not Report.objects.exists()


def test_given_a_program_that_fills_every_field_when_sent_then_it_is_told_nothing_and_nothing_is_kept(
    client, foi_request
):
    response = client.post(path(foi_request), {**FORM, "website": "http://spam.example"})

    assert response.status_code == 200
    assert not Report.objects.exists() and not OutboundEmail.objects.exists()


def test_given_too_many_reports_when_sent_then_it_says_when_the_limit_ends(client, foi_request, settings):
    settings.REPORTS_PER_DAY = 1
    client.post(path(foi_request), FORM)

    response = client.post(path(foi_request), FORM)

    assert response.status_code == 429
    assert b"You can go on from" in response.content and b"It shows a phone number." in response.content
    assert Report.objects.count() == 1


def test_given_many_addresses_from_one_place_when_reporting_then_it_ends_and_says_when(
    client, foi_request, monkeypatch
):
    monkeypatch.setattr("requests_app.views.throttle.time", SimpleNamespace(time=lambda: 1_000_000.0))
    for number in range(20):
        client.post(path(foi_request), {**FORM, "email": f"r{number}@people.example"})

    response = client.post(path(foi_request), {**FORM, "email": "last@people.example"})

    assert response.status_code == 429 and b"Try again in" in response.content
    assert Report.objects.count() == 20
