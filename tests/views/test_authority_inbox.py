"""The officers' inbox: only theirs, soonest first, and no dearer with more requests."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app.actions import moderation, outcomes
from requests_app.actions.deadlines import holiday_table, note
from requests_app.mail.addresses import new_token
from requests_app.models import FOIRequest
from requests_app.selectors import authority_inbox
from tests.factories import make_authority, make_letter, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    officer = make_officer()
    client.force_login(officer.user)
    return officer


def many(authority, count):
    """Requests in bulk; the inbox shows them like any other."""
    person, today = make_user(), timezone.localdate()
    FOIRequest.objects.bulk_create(
        FOIRequest(
            title=f"Request {number}",
            slug=new_token(),
            authority=authority,
            requester=person,
            regime="foia",
            sent_at=timezone.now(),
            received_on=today - timedelta(days=number % 40),
            due_on=today + timedelta(days=28 - number % 40),
            reply_token=new_token(),
        )
        for number in range(count)
    )


def address(officer, query=""):
    return f"/inbox/{officer.authority.slug}/{query}"


def test_given_nobody_signed_in_when_opening_the_inbox_then_it_says_how_to_get_in(client):
    response = client.get("/inbox/")

    assert response.status_code == 200
    assert b"How access is given" in response.content


def test_given_one_role_when_opening_the_inbox_then_it_leads_there_and_two_are_a_choice(client, officer):
    assert client.get("/inbox/").url == address(officer)

    second = make_officer(user=officer.user)
    response = client.get("/inbox/")

    assert second.authority.name in response.content.decode()


def test_given_a_stranger_when_opening_an_inbox_then_404_and_anonymous_people_sign_in(client, officer):
    other = make_authority()
    assert client.get(f"/inbox/{other.slug}/").status_code == 404
    client.force_login(make_user())
    assert client.get(address(officer)).status_code == 404
    client.logout()
    assert client.get(address(officer)).url.startswith("/account/login/")


def test_given_an_ended_role_when_opening_the_inbox_then_404(client, officer):
    officer.ended_at = timezone.now()
    officer.save()

    assert client.get(address(officer)).status_code == 404


@pytest.mark.parametrize("count", [5, 200])
def test_given_few_or_many_requests_when_opened_then_the_queries_are_the_same(
    client, officer, django_assert_num_queries, count
):
    many(officer.authority, count)
    holiday_table()

    # Session, person, role, authority, drafts, requests, and whether an account is suspended.
    with django_assert_num_queries(8):
        response = client.get(address(officer))

    assert response.content.count(b"<tr>") == count + 1


def test_given_requests_in_every_state_when_listed_then_soonest_first_and_stopped_last(officer):
    now = timezone.now()
    *_running, stopped = (
        make_request(title, authority=officer.authority, sent_at=now - timedelta(days=days))
        for title, days in [("Late", 60), ("Soon", 26), ("Later", 3), ("Stopped", 40)]
    )
    question = make_letter(stopped, at=now)
    outcomes.describe_letter(
        message_id=question.pk, described_as="clarification", side="authority", actor=officer.user, now=now
    )
    answered = make_request("Answered", authority=officer.authority, status="answered")

    page = authority_inbox.load(
        officer.authority, user=officer.user, today=timezone.localdate(), holidays=holiday_table()
    )

    assert [row.title for row in page.rows] == ["Late", "Soon", "Later", "Stopped"]
    assert answered.title not in [row.title for row in page.rows]
    assert page.rows[0].days_left < 0 < page.rows[2].days_left
    assert page.rows[0].time_left.tone == "late"
    assert page.rows[3].days_left is None
    assert {chip.label: chip.count for chip in page.chips}["Past the date"] == 1


def test_given_a_letter_that_nobody_described_when_late_then_it_is_not_counted_as_late(officer):
    now = timezone.now()
    foi_request = make_request(authority=officer.authority, sent_at=now - timedelta(days=60))
    make_letter(foi_request, at=now)

    page = authority_inbox.load(
        officer.authority, user=officer.user, today=timezone.localdate(), holidays=holiday_table(), shown="describe"
    )

    assert page.late == 0
    assert len(page.rows) == 1 and "say what it was" in page.rows[0].where


def test_given_a_filter_when_chosen_then_only_those_are_listed(client, officer):
    make_request("Late one", authority=officer.authority, sent_at=timezone.now() - timedelta(days=60))
    make_request("New one", authority=officer.authority, sent_at=timezone.now())

    text = client.get(address(officer, "?show=late")).content.decode()

    assert "Late one" in text and "New one" not in text
    assert "Late one" in client.get(address(officer, "?show=nonsense")).content.decode()


def test_given_a_request_hidden_from_all_when_listed_then_it_is_not_there_but_one_hidden_from_the_public_is(officer):
    staff = make_staff()
    words = {"reason_code": "personal", "public_wording": "Hidden.", "actor": staff, "now": timezone.now()}
    gone = make_request("Gone", authority=officer.authority)
    kept = make_request("Kept", authority=officer.authority)
    moderation.hide(thing=gone, from_all=True, **words)
    moderation.hide(thing=kept, from_all=False, **words)

    page = authority_inbox.load(
        officer.authority, user=officer.user, today=timezone.localdate(), holidays=holiday_table()
    )

    assert [row.title for row in page.rows] == ["Kept"]
    assert "Hidden from the public" in page.rows[0].where


def test_given_nothing_open_when_opened_then_it_says_so(client, officer):
    assert b"Nothing to answer" in client.get(address(officer)).content


def test_given_a_letter_sent_just_after_midnight_in_summer_then_its_day_is_londons(officer):
    midnight = datetime(2011, 6, 15, 23, 30, tzinfo=UTC)
    make_request(authority=officer.authority, sent_at=midnight, received=False)

    page = authority_inbox.load(officer.authority, user=officer.user, today=date(2011, 6, 20), holidays=holiday_table())

    assert page.rows[0].sent_on == date(2011, 6, 16)


def listed(officer, today):
    return authority_inbox.load(officer.authority, user=officer.user, today=today, holidays=holiday_table()).rows


def test_given_a_school_or_an_extension_when_the_ordinary_day_is_over_then_the_day_to_keep_is_the_later_one(officer):
    school = make_request("Meals", authority=officer.authority, regime="foia-school")
    FOIRequest.objects.filter(pk=school.pk).update(clock=school.clock | {"due_latest": "2011-09-13"})
    extended = make_request("Lamps", authority=officer.authority)
    note(
        foi_request=extended,
        kind="extension_claimed",
        on=date(2011, 7, 1),
        until=date(2011, 8, 5),
        basis="officer",
    )
    late = make_request("Trees", authority=officer.authority)

    rows = {row.number: row for row in listed(officer, date(2011, 7, 18))}

    assert rows[school.pk].due_on == date(2011, 9, 13) and "late" not in rows[school.pk].filters
    assert rows[school.pk].where == "May be late" and rows[extended.pk].where == rows[late.pk].where == "To be answered"
    assert rows[extended.pk].due_on == date(2011, 8, 5) and "late" not in rows[extended.pk].filters
    assert rows[late.pk].due_on == date(2011, 7, 15) and "late" in rows[late.pk].filters


def test_given_a_fees_notice_when_listed_then_it_waits_for_the_requester(officer):
    asked = make_request("Lamps", authority=officer.authority)
    note(foi_request=asked, kind="fees_notice", on=date(2011, 6, 20), basis="officer")

    (row,) = listed(officer, date(2011, 6, 21))

    assert "stopped" in row.filters and row.where == "Your fees notice is with the requester"
    assert row.time_left.label == "Waiting for the requester"
