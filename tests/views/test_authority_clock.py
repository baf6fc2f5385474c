"""What an officer says of the clock: shown before it counts, listed, and taken back again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.actions import outcomes
from requests_app.actions.deadlines import note
from requests_app.models import Case, CaseKind, ClockEvent, Officer
from tests.factories import make_authority, make_letter, make_officer, make_request, make_staff

pytestmark = pytest.mark.django_db
JULY = {"first": "2011-07-04", "last": "2011-07-08"}


@pytest.fixture
def officer(client):
    officer = make_officer(make_authority("Exampleton School", is_school=True))
    client.force_login(officer.user)
    return officer


@pytest.fixture
def school(officer):
    return make_request(authority=officer.authority)


def path_of(foi_request, page="school-days") -> str:
    return f"/inbox/request/{foi_request.pk}/{page}/"


def words(response) -> str:
    return " ".join(response.content.decode().split())


# ---- school holidays


def test_given_holidays_when_the_officer_gives_them_then_what_the_page_would_say_is_shown_and_nothing_changes(
    client, school
):
    path = path_of(school)
    assert path in words(client.get(f"/inbox/request/{school.pk}/"))
    before = ClockEvent.objects.count()

    shown = client.post(path, JULY | {"do": "preview"})

    assert shown.status_code == 200
    said = words(shown)
    assert "The school is closed from Monday 4 July 2011 to Friday 8 July 2011; there may be other days" in said
    assert "This may be late" not in said and "The longest time the law allows ended" in said  # 2011 is long ago
    assert 'value="save"' in said and 'value="2011-07-04"' in said
    assert ClockEvent.objects.count() == before and not school.events.filter(kind="school_closed").exists()
    edited = client.post(path, JULY | {"do": "edit"})
    assert edited.status_code == 200 and 'value="2011-07-08"' in words(edited) and "See what it does" in words(edited)


def test_given_holidays_when_they_are_saved_then_they_do_not_count_and_are_listed_with_whose_word_it_is(client, school):
    assert client.post(path_of(school), {"first": "2011-07-08", "last": "2011-07-04", "do": "save"}).status_code == 422

    response = client.post(path_of(school), JULY | {"do": "save"})

    assert response.url == f"/inbox/request/{school.pk}/"
    school.refresh_from_db()
    assert school.due_on == date(2011, 7, 22)
    listed = words(client.get(path_of(school)))
    assert "Monday 4 July 2011 – Friday 8 July 2011" in listed and "the authority&#x27;s officer" in listed
    public = words(client.get(f"/request/{school.slug}/deadline"))
    assert "Known from: the authority&#x27;s officer; a form on this site." in public


def test_given_all_holidays_when_the_answer_would_count_as_late_then_the_officer_is_warned_first(client, officer):
    sent_on = timezone.localdate() - timedelta(days=50)
    foi_request = make_request(authority=officer.authority, sent_at=timezone.now() - timedelta(days=50))
    days = {"first": (sent_on + timedelta(days=2)).isoformat(), "last": (sent_on + timedelta(days=3)).isoformat()}

    half_term = words(client.post(path_of(foi_request), days | {"do": "preview"}))
    whole = words(client.post(path_of(foi_request), days | {"are_all": "on", "do": "preview"}))

    assert half_term.count("This may be late, depending on school holidays.") == 2
    assert "The answer would count as late" not in half_term
    assert whole.count("This may be late, depending on school holidays.") == 1
    assert "The answer would count as late" in whole and "Response is delayed." in whole


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("1900-01-01", "1900-02-01", "not in the time that is counted"),
        ("2011-07-04", "2099-07-08", "longer than three months"),
        ("2011-07-04", "soon", "Give a day such as"),
    ],
)
def test_given_days_that_cannot_be_when_they_are_to_be_shown_then_it_says_so(client, school, first, last, said):
    response = client.post(path_of(school), {"first": first, "last": last, "do": "preview"})

    assert response.status_code == 422 and said in words(response)
    assert f'value="{last}"' in words(response)


def test_given_days_that_were_noted_when_they_are_taken_back_then_they_count_again_and_stay_in_the_history(
    client, school
):
    client.post(path_of(school), JULY | {"do": "save"})
    row = ClockEvent.objects.get(kind="school_closed")

    response = client.post(path_of(school), {"do": f"take_back-{row.pk}"}, follow=True)

    assert "Taken back." in words(response) and "Noted already" not in words(response)
    school.refresh_from_db()
    assert school.due_on == date(2011, 7, 15)
    undoing = ClockEvent.objects.get(takes_back=row)
    assert undoing.basis == "officer"
    history = words(client.get(f"/request/{school.slug}/details"))
    assert "The school took back that it is closed on these days" in history
    again = client.post(path_of(school), {"do": f"take_back-{row.pk}"}, follow=True)
    assert "was taken back already" in words(again)
    for number in ("", "x", "9" * 30):
        assert client.post(path_of(school), {"do": f"take_back-{number}"}).status_code == 302


def test_given_a_request_that_is_no_schools_then_there_is_no_such_page(client, officer):
    other = make_request(authority=officer.authority)
    other.regime = "foia"
    other.save()

    assert client.get(path_of(other)).status_code == 404


def test_given_holidays_on_the_schools_word_when_the_requester_does_not_agree_then_the_page_says_so_with_both_dates(
    client, school
):
    client.post(path_of(school), JULY | {"are_all": "on", "do": "save"})
    row = ClockEvent.objects.get(kind="school_closed")
    page, objecting = f"/request/{school.slug}", f"/request/{school.slug}/do-not-agree"
    client.force_login(school.requester)
    assert "On which days it is closed rests on the school’s word alone." in words(client.get(page))
    asked = words(client.get(objecting))
    assert "says that it is closed from <strong>Monday 4 July 2011</strong> to" in asked and "training days" in asked

    client.post(objecting, {"claim": row.pk})

    school.refresh_from_db()
    assert school.clock["disputed"] == {
        "kind": "school_closed", "row": row.pk, "due": "2011-07-15", "with": "2011-07-22"
    }  # fmt: skip
    said = words(client.get(page))
    assert "You do not agree with a closure that the school names. Counted with it, the last day is" in said
    case = Case.objects.get(kind=CaseKind.CLOCK_DISPUTED)
    client.force_login(make_staff())
    assert "The school was closed" in words(client.get(f"/moderation/case/{case.pk}/"))
    client.force_login(Officer.objects.get().user)
    client.post(path_of(school), {"do": f"take_back-{row.pk}"})
    school.refresh_from_db()
    case.refresh_from_db()
    assert case.closed_at and "disputed" not in school.clock


def test_given_holidays_that_are_not_all_when_the_requester_does_not_agree_then_no_day_is_called_firm(client, school):
    client.post(path_of(school), JULY | {"do": "save"})
    row = ClockEvent.objects.get(kind="school_closed")
    client.force_login(school.requester)

    client.post(f"/request/{school.slug}/do-not-agree", {"claim": row.pk})

    said = words(client.get(f"/request/{school.slug}"))
    assert "You do not agree with a closure that the school names." in said and "Counted with" not in said


@pytest.mark.parametrize(("basis", "is_told"), [("officer", True), ("staff", False)])
def test_given_closed_days_then_the_page_says_where_they_are_the_schools_own_word(client, officer, basis, is_told):
    now = timezone.now()
    foi_request = make_request(authority=officer.authority, sent_at=now)
    first = timezone.localdate(now) + timedelta(days=3)
    note(foi_request=foi_request, kind="school_closed", on=first, until=first + timedelta(days=4), basis=basis)
    client.logout()

    said = words(client.get(f"/request/{foi_request.slug}"))

    assert ("On which days it is closed is the school’s own word." in said) == is_told


# ---- a fee


@pytest.fixture
def with_fee(officer):
    """A request of the officer's authority, asked twenty days ago, with a fees notice of ten days ago."""
    now = timezone.now()
    foi_request = make_request(authority=officer.authority, sent_at=now - timedelta(days=20))
    letter = make_letter(foi_request, at=now - timedelta(days=10))
    outcomes.describe_letter(
        message_id=letter.pk, described_as="fees_notice", side="authority", actor=officer.user, now=now
    )
    foi_request.refresh_from_db()
    return foi_request


def test_given_an_open_fee_when_the_officer_says_it_was_paid_then_the_date_is_shown_first_and_then_counts(
    client, with_fee
):
    path = path_of(with_fee, "fee-paid")
    paid_on = timezone.localdate() - timedelta(days=3)
    assert path in words(client.get(f"/inbox/request/{with_fee.pk}/"))
    assert "has asked for a fee" in words(client.get(f"/request/{with_fee.slug}"))

    shown = words(client.post(path, {"on": paid_on.isoformat(), "do": "preview"}))
    assert "has asked for a fee. The clock is stopped." in shown and "should normally respond promptly and by" in shown
    with_fee.refresh_from_db()
    assert with_fee.due_on is None
    response = client.post(path, {"on": paid_on.isoformat(), "do": "save"})

    assert response.url == f"/inbox/request/{with_fee.pk}/"
    with_fee.refresh_from_db()
    assert with_fee.due_on and f"{with_fee.due_on:%-d %B %Y}" in shown
    row = ClockEvent.objects.get(kind="fee_paid")
    assert (row.on, row.basis, row.evidence) == (paid_on, "officer", "form")
    history = words(client.get(f"/request/{with_fee.slug}/details"))
    assert "The authority said that the fee was paid" in history


def test_given_a_payment_by_the_officers_word_when_it_is_taken_back_then_the_fee_is_open_again(client, with_fee):
    path = path_of(with_fee, "fee-paid")
    client.post(path, {"on": timezone.localdate().isoformat(), "do": "save"})
    row = ClockEvent.objects.get(kind="fee_paid")
    assert f"take_back-{row.pk}" in words(client.get(path))

    client.post(path, {"do": f"take_back-{row.pk}"})

    with_fee.refresh_from_db()
    assert with_fee.due_on is None and "fee_on" in with_fee.clock
    assert "Was the fee paid?" in words(client.get(path))


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "still to come"), (-11, "is before it"), (None, "Give the day on which the fee was paid.")],
)
def test_given_a_day_that_cannot_be_when_the_fee_was_paid_then_it_is_refused_in_words(client, with_fee, days, said):
    on = (timezone.localdate() + timedelta(days=days)).isoformat() if days is not None else ""

    for do in ("preview", "save"):
        response = client.post(path_of(with_fee, "fee-paid"), {"on": on, "do": do})
        assert response.status_code == 422 and said in words(response)
    assert not ClockEvent.objects.filter(kind="fee_paid").exists()


def test_given_a_fee_that_lapsed_when_it_was_paid_too_late_then_it_is_refused_in_words(client, officer):
    foi_request = make_request(authority=officer.authority)
    letter = make_letter(foi_request)
    outcomes.describe_letter(
        message_id=letter.pk, described_as="fees_notice", side="authority", actor=officer.user, now=letter.at
    )

    response = client.post(path_of(foi_request, "fee-paid"), {"on": timezone.localdate().isoformat(), "do": "save"})

    assert response.status_code == 422 and "so the request has lapsed" in words(response)


def test_given_no_fee_when_the_page_is_opened_then_it_says_so(client, school):
    assert "you do not wait for a fee" in words(client.get(path_of(school, "fee-paid")))
    assert client.post(path_of(school, "fee-paid"), {"on": "2011-07-01", "do": "save"}).status_code == 422
    assert path_of(school, "fee-paid") not in words(client.get(f"/inbox/request/{school.pk}/"))


def test_given_a_row_of_our_staff_or_of_another_authority_when_taken_back_then_it_is_refused(client, school):
    row = ClockEvent.objects.create(
        foi_request=school, kind="school_closed", on="2011-07-04", until="2011-07-08", basis="staff"
    )
    elsewhere = make_officer(make_authority(is_school=True))

    listed = words(client.get(path_of(school)))
    refused = client.post(path_of(school), {"do": f"take_back-{row.pk}"}, follow=True)

    assert "our staff" in listed and f"take_back-{row.pk}" not in listed
    assert "not your authority’s to take back" in words(refused)
    client.force_login(elsewhere.user)
    assert client.post(path_of(school), {"do": f"take_back-{row.pk}"}).status_code == 404


@pytest.mark.parametrize("spans", [1, 9])
def test_queries_do_not_grow_with_what_was_said(client, school, django_assert_max_num_queries, spans):
    for number in range(spans):
        day = (date(2011, 6, 17) + timedelta(days=number)).isoformat()
        client.post(path_of(school), {"first": day, "last": day, "do": "save"})

    with django_assert_max_num_queries(18):
        assert client.get(path_of(school)).status_code == 200
