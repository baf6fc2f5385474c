"""Deadlines in people's own calendars: one request, one's own, an authority's; secret addresses that end."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from requests_app.actions import deadlines
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import CalendarFeed, FOIRequest, Status
from requests_app.selectors import calendar
from tests.factories import make_authority, make_officer, make_request, make_user

pytestmark = pytest.mark.django_db
SENT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def on(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def asked(
    *events: tuple, regime: str = "foia", title: str = "Trees by street", requester=None, authority=None, **fields
):
    foi_request = make_request(title, sent_at=SENT, received=False, requester=requester, authority=authority)
    FOIRequest.objects.filter(pk=foi_request.pk).update(regime=regime)
    foi_request.refresh_from_db()
    for kind, day in (("received", "03-03"), *events):
        deadlines.note(foi_request=foi_request, kind=kind, on=on(day), basis="requester")
    if fields:
        FOIRequest.objects.filter(pk=foi_request.pk).update(**fields)
    foi_request.refresh_from_db()
    return foi_request


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def said(days) -> dict[str, date]:
    return {re.sub(r"request-\d+-(.*)@.*", r"\1", day.uid): day.on for day in days}


def address(client, path="/my/calendar/") -> str:
    """A new secret address, as a path."""
    page = client.post(path, {"do": "make"}).content.decode()
    return re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', page)[1]


def test_given_a_request_then_its_file_has_the_due_day_under_a_lasting_name(client):
    foi_request = asked()
    answer = client.get(f"/request/{foi_request.slug}/deadline.ics")
    (event,) = Calendar.from_ical(answer.content).events
    assert (event.start, event["SEQUENCE"]) == (on("04-01"), foi_request.version)
    assert event["UID"].startswith(f"request-{foi_request.pk}-due@")
    assert event["SUMMARY"] == "Answer normally due: Trees by street"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (answer.headers["X-Robots-Tag"], answer.cookies) == ("noindex", {})


@pytest.mark.parametrize(
    ("events", "fields", "own", "public"),
    [
        ([], {}, {"due"}, {"due"}),
        ([("clarification_requested", "03-10")], {"status": "awaiting_clarification"}, set(), set()),
        ([("fees_notice", "03-10")], {}, {"fee-by"}, set()),
        ([("extension_claimed", "03-20")], {}, {"due", "extension-due"}, {"due", "extension-due"}),
        ([], {"regime": "eir"}, {"due"}, {"due"}),
        ([], {"regime": "foia-school"}, {"due", "due-latest"}, {"due", "due-latest"}),
        (
            [("responded", "03-20"), ("ir_requested", "03-24")],
            {"status": "internal_review"},
            {"review-due", "review-max"},
            {"review-due", "review-max"},
        ),
        (
            [("responded", "03-20"), ("ir_requested", "03-24")],
            {"status": "internal_review", "regime": "foisa"},
            {"review-due", "regulator-by"},
            {"review-due"},
        ),
        ([("responded", "03-20")], {"status": "answered"}, set(), set()),
        ([], {"status": "withdrawn"}, set(), set()),
    ],
)
def test_given_a_stage_then_only_days_that_run_are_there(client, events, fields, own, public):
    foi_request = asked(*events, **fields)
    assert set(said(calendar.request_days(foi_request.slug, foi_request.requester))) == own
    assert set(said(calendar.request_days(foi_request.slug, make_user()))) == public


def test_given_an_unhappy_answer_then_the_requester_has_its_windows():
    from requests_app.actions import outcomes
    from requests_app.models import Description, Outcome, Side
    from tests.factories import make_letter

    foi_request = asked()
    letter = make_letter(foi_request, at=SENT + timedelta(days=17))
    outcomes.describe_letter(
        message_id=letter.pk,
        described_as=Description.ANSWER,
        outcome=Outcome.REFUSED,
        side=Side.REQUESTER,
        actor=foi_request.requester,
        now=SENT + timedelta(days=17),
    )
    user = foi_request.requester
    assert said(calendar.own_days(user, today=on("03-25"))) == {"review-request-by": on("05-20")}
    foi_request.refresh_from_db()
    for kind, day in (("ir_requested", "03-24"), ("ir_outcome", "04-10")):
        deadlines.note(foi_request=foi_request, kind=kind, on=on(day), basis="requester")
    assert said(calendar.own_days(user, today=on("04-11"))) == {"regulator-by": on("05-22")}


def test_given_an_address_then_it_is_shown_once_and_works_without_signing_in(client):
    foi_request = asked()
    mine = signed_in(foi_request.requester)
    path = address(mine)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 32 and token not in mine.get("/my/calendar/").content.decode()
    assert not CalendarFeed.objects.filter(token_hash=token).exists()

    answer = client.get(path)

    (event,) = Calendar.from_ical(answer.content).events
    assert event.start == on("04-01")
    assert "private" in answer.headers["Cache-Control"]
    assert (answer.headers["X-Robots-Tag"], answer.cookies) == ("noindex", {})
    assert client.get("/calendar/not-one-of-ours.ics").status_code == 404


def test_given_a_new_address_or_its_end_then_the_old_one_stops(client):
    mine = signed_in(make_user())
    first = address(mine)
    second = address(mine)
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    mine.post("/my/calendar/", {"do": "end"})
    assert client.get(second).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_given_a_closed_account_then_its_address_is_dead(client):
    user = make_user()
    path = address(signed_in(user))
    user.is_active = False
    user.save()
    assert client.get(path).status_code == 404


def test_given_an_officer_then_the_open_requests_to_the_authority_and_only_while_they_serve(client):
    council = make_authority("Exampleton Council")
    officer = make_officer(council)
    asked(title="Trees", authority=council)
    asked(("responded", "03-20"), title="Answered ones", authority=council, status=Status.ANSWERED)
    asked(title="Elsewhere")
    path = address(signed_in(officer.user), f"/inbox/{council.slug}/calendar/")
    titles = [str(event["SUMMARY"]) for event in Calendar.from_ical(client.get(path).content).events]
    assert titles == ["Answer normally due: Trees"]
    officer.ended_at = timezone.now()
    officer.save()
    assert client.get(path).status_code == 404


def test_given_hidden_requests_then_their_parties_see_them_and_nobody_else_and_a_hidden_title_stays_hidden(client):
    hide = {"concealed_reason": "court", "concealed_wording": "Hidden."}
    user, council = make_user(), make_authority()
    officer = make_officer(council)
    asked(title="Partly", requester=user, authority=council, prominence="parties", **hide)
    asked(title="Never", requester=user, authority=council, prominence="nobody", **hide)
    asked(
        title="Secret words",
        requester=user,
        authority=council,
        title_prominence="nobody",
        title_concealed_reason="court",
        title_concealed_wording="Title hidden.",
    )
    partly = FOIRequest.objects.get(title="Partly")
    assert client.get(f"/request/{partly.slug}/deadline.ics").status_code == 404
    for days in (calendar.own_days(user, today=on("03-05")), calendar.authority_days(council, officer.user)):
        assert sorted(day.title for day in days) == [
            "Answer normally due: Partly",
            "Answer normally due: Title hidden.",
        ]
    assert calendar.authority_days(council, make_user()) == []


@pytest.mark.parametrize("more", [0, 15])
def test_given_many_requests_then_the_queries_are_as_many_as_for_one(client, django_assert_num_queries, more):
    council, user = make_authority(), make_user()
    officer = make_officer(council)
    for number in range(1 + more):
        asked(title=f"Trees {number}", requester=user, authority=council)
    mine, theirs = address(signed_in(user)), address(signed_in(officer.user), f"/inbox/{council.slug}/calendar/")
    with django_assert_num_queries(2):  # the address with its owner, the requests
        client.get(mine)
    with django_assert_num_queries(3):  # and whether the officer serves
        client.get(theirs)
    slug = FOIRequest.objects.first().slug
    with django_assert_num_queries(1):
        client.get(f"/request/{slug}/deadline.ics")
