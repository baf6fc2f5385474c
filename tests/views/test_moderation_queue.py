"""The list of cases: for staff only, urgent first, the same queries for few and many."""

import pytest
from django.utils import timezone

from requests_app.actions import contact, moderation, reports
from requests_app.models import Case
from tests.factories import make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PAGES = ["/moderation/", "/moderation/people/", "/moderation/authorities/"]


@pytest.fixture
def staff(client):
    staff = make_staff()
    client.force_login(staff)
    return staff


def write(number=1):
    return contact.write_to_us(
        name="B. Lee", email=f"b{number}@x.example", subject=f"Question {number}", text="?", sender=None, now=NOW
    )


@pytest.mark.parametrize("path", PAGES)
def test_given_other_people_when_opening_then_404_and_anonymous_people_sign_in(client, path):
    assert client.get(path).url.startswith("/account/login/")
    for stranger in (make_user(), make_officer().user):
        client.force_login(stranger)
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_given_suspended_staff_when_opening_then_404(client, staff, path):
    moderation.suspend(user=staff, reason_code="court", public_wording="Ended.", actor=make_staff(), now=NOW)

    assert client.get(path).status_code == 404


def test_given_cases_when_listed_then_urgent_ones_come_first_and_filters_count(client, staff):
    write()
    foi_request = make_request("Bins")
    reports.report(
        foi_request_id=foi_request.pk, reason="personal", text="A name.", reporter_email="r@x.example", now=NOW
    )

    text = client.get("/moderation/").content.decode()
    assert text.index("A name.") < text.index("Question 1")
    assert "2 open cases" in text

    text = client.get("/moderation/?kind=contact").content.decode()
    assert "Question 1" in text and "A name." not in text and "1 open case" in text


def test_given_a_case_when_taken_and_given_back_then_the_owner_changes(client, staff):
    write()
    case = Case.objects.get()

    client.post(f"/moderation/case/{case.pk}/", {"do": "take"})
    assert "Question 1" in client.get("/moderation/?owner=mine").content.decode()
    assert "Question 1" not in client.get("/moderation/?owner=nobody").content.decode()

    client.post(f"/moderation/case/{case.pk}/", {"do": "give_back"})
    assert "Question 1" not in client.get("/moderation/?owner=mine").content.decode()


@pytest.mark.parametrize("count", [2, 40])
def test_given_few_or_many_cases_when_listed_then_the_queries_are_the_same(
    client, staff, django_assert_num_queries, count
):
    foi_request = make_request()
    for number in range(count):
        write(number)
        reports.report(
            foi_request_id=foi_request.pk, reason="spam", text="x", reporter_email=f"{number}@x.example", now=NOW
        )

    # Session, person, suspended?; counts, cases; messages, reports; the menu.
    with django_assert_num_queries(8):
        response = client.get("/moderation/")

    assert response.content.count(b"<tr>") == 2 * count + 1


@pytest.mark.parametrize("form", ["number", "slug", "address"])
def test_given_a_request_when_looked_up_then_its_parts_open(client, staff, form):
    foi_request = make_request()
    asked = {
        "number": str(foi_request.pk),
        "slug": foi_request.slug,
        "address": f"http://localhost/request/{foi_request.slug}",
    }[form]

    assert client.get("/moderation/", {"number": asked}).url == f"/moderation/request/{foi_request.pk}/"
    assert b"No request has this number" in client.get("/moderation/", {"number": "99999999"}).content


def test_given_a_number_that_no_address_can_have_then_it_is_not_found_in_words(client, staff):
    response = client.get("/moderation/", {"number": "\0"})

    assert response.status_code == 200
