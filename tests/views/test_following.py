"""Following in pages: the button, the table, what is unread, and the one-click way out of its mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions import following
from requests_app.actions.concealment import hide
from requests_app.actions.sanctions import suspend
from requests_app.models import FOIRequest, Follow, OutboundEmail, Prominence, Rhythm
from tests.factories import make_authority, make_letter, make_request, make_staff, make_user
from tests.reminding import send_digests

pytestmark = pytest.mark.django_db


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def foi_request():
    return make_request("Playground inspections")


@pytest.fixture
def reader():
    return make_user()


def followed(user, **target) -> Follow:
    return following.follow(user=user, now=timezone.now() - timedelta(hours=1), **target)


def test_given_a_reader_who_is_not_signed_in_then_following_asks_them_to_and_leads_back(foi_request):
    path = f"/request/{foi_request.slug}/follow"

    answer = Client().post(path)

    assert answer.status_code == 302 and answer.url == f"/account/login/?next={path}"
    assert not Follow.objects.exists()


def test_given_a_reader_then_they_choose_a_rhythm_follow_and_stop(foi_request, reader):
    client, path = sign_in(reader), f"/request/{foi_request.slug}"

    assert b"How often?" in client.get(f"{path}/follow").content
    assert not Follow.objects.exists()
    answer = client.post(f"{path}/follow", {"rhythm": "weekly"}, follow=True)
    assert "You follow Playground inspections now." in answer.content.decode()
    assert Follow.objects.get().rhythm == Rhythm.WEEKLY
    assert b"You follow it already" in client.get(f"{path}/follow").content

    client.post(f"{path}/unfollow")
    assert not Follow.objects.exists()


def test_without_a_word_about_rhythm_mail_comes_once_a_day(foi_request, reader):
    sign_in(reader).post(f"/request/{foi_request.slug}/follow")

    assert Follow.objects.get().rhythm == Rhythm.DAILY


def test_given_an_unknown_rhythm_then_nothing_is_followed_and_the_page_says_why(foi_request, reader):
    answer = sign_in(reader).post(f"/request/{foi_request.slug}/follow", {"rhythm": "hourly"}, follow=True)

    assert not Follow.objects.exists() and b"Choose how often you want mail." in answer.content


def test_given_too_many_in_a_day_then_the_page_says_when_it_ends(settings, reader):
    settings.FOLLOWS_PER_DAY = 1
    client = sign_in(reader)
    client.post(f"/body/{make_authority().slug}/follow")

    answer = client.post(f"/body/{make_authority().slug}/follow", follow=True)

    assert "You can go on from" in answer.content.decode() and Follow.objects.count() == 1


def test_given_a_hidden_request_then_strangers_cannot_follow_it_nor_read_its_title(foi_request, reader):
    FOIRequest.objects.filter(pk=foi_request.pk).update(
        prominence=Prominence.PARTIES, concealed_reason="personal", concealed_wording="Hidden for a reason."
    )

    assert sign_in(reader).post(f"/request/{foi_request.slug}/follow").status_code == 404
    assert sign_in(foi_request.requester).get(f"/request/{foi_request.slug}/follow").status_code == 200


def test_given_a_suspended_reader_then_following_is_refused_and_stopping_is_open(foi_request, reader):
    followed(reader, foi_request=foi_request)
    client = sign_in(reader)
    suspend(user=reader, reason_code="abusive", public_wording="Abuse.", actor=make_staff(), now=timezone.now())

    refused = client.post(f"/body/{foi_request.authority.slug}/follow")
    client.post(f"/request/{foi_request.slug}/unfollow")

    assert refused.status_code == 403 and not Follow.objects.exists()
    assert client.get("/my/following/").status_code == 200


# --- The table


def test_given_things_followed_then_unread_come_first_and_then_by_due_date(reader):
    authority = make_authority()
    later, sooner, news = (make_request(title, authority=authority) for title in ("Later", "Sooner", "News"))
    for foi_request, day in ((later, "2011-09-01"), (sooner, "2011-08-01"), (news, "2011-10-01")):
        FOIRequest.objects.filter(pk=foi_request.pk).update(due_on=day)
        followed(reader, foi_request=foi_request)
    following.mark_seen(user=reader, now=timezone.now())
    make_letter(news)

    lines = sign_in(reader).get("/my/following/").context["requests"]

    assert [(line.title, line.is_unread) for line in lines] == [("News", True), ("Sooner", False), ("Later", False)]


def test_given_a_follower_who_opens_the_request_then_it_is_read_afterwards(foi_request, reader):
    followed(reader, foi_request=foi_request)
    make_letter(foi_request)
    client = sign_in(reader)
    assert client.get("/my/following/").context["requests"][0].is_unread

    assert client.head(f"/request/{foi_request.slug}").status_code == 200
    assert client.get("/my/following/").context["requests"][0].is_unread
    client.get(f"/request/{foi_request.slug}")

    assert not client.get("/my/following/").context["requests"][0].is_unread


def test_given_a_reader_who_does_not_follow_then_opening_a_request_writes_nothing(foi_request, reader):
    client = sign_in(reader)
    client.get(f"/request/{foi_request.slug}")

    with CaptureQueriesContext(connection) as counted:
        client.get(f"/request/{foi_request.slug}")

    assert not [query for query in counted if "UPDATE" in query["sql"]]


def test_given_a_line_then_its_rhythm_changes_it_stops_and_all_is_read(foi_request, reader):
    row = followed(reader, foi_request=foi_request)
    client, path = sign_in(reader), f"/my/following/{row.pk}"

    said = client.post(path, {"rhythm": "none"}, follow=True).content.decode()
    assert "You get no mail about it" in said and Follow.objects.get().rhythm == Rhythm.NONE
    assert "once a week" in client.post(path, {"rhythm": "weekly"}, follow=True).content.decode()
    assert b"Choose how often" in client.post(path, {"rhythm": "x"}, follow=True).content
    client.post("/my/following/read")
    assert Follow.objects.get().seen_at > row.seen_at
    assert sign_in(make_user()).post(path, {"stop": "1"}).status_code == 404
    client.post(path, {"stop": "1"})
    assert not Follow.objects.exists()


def test_given_a_hidden_request_then_its_line_is_gone(foi_request, reader):
    followed(reader, foi_request=foi_request)
    hide(
        thing=foi_request,
        reason_code="personal",
        public_wording="Hidden.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
    )

    page = sign_in(reader).get("/my/following/")

    assert page.context["requests"] == [] and b"Playground" not in page.content


def test_the_number_of_queries_does_not_grow(reader):
    client, authority, requester = sign_in(reader), make_authority(), make_user()

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/my/following/").status_code == 200
        return len(counted)

    for _number in range(3):
        followed(reader, foi_request=make_request(authority=authority, requester=requester))
        followed(reader, authority=make_authority())
    queries()
    few = queries()
    for _number in range(30):
        followed(reader, foi_request=make_request(authority=authority, requester=requester))
        followed(reader, authority=make_authority())

    assert queries() == few <= 8


# --- The way out


def test_given_a_mail_program_without_a_cookie_then_one_press_ends_the_letters(foi_request, reader):
    row = followed(reader, foi_request=foi_request)
    program = Client(enforce_csrf_checks=True)

    looked = program.get(f"/unsubscribe/{row.unsubscribe_token}")
    assert Follow.objects.get().rhythm == Rhythm.DAILY and b"Playground inspections" in looked.content
    assert not looked.cookies and looked["Referrer-Policy"] == "no-referrer"
    pressed = program.post(f"/unsubscribe/{row.unsubscribe_token}", {"List-Unsubscribe": "One-Click"})

    assert pressed.status_code == 200 and Follow.objects.get().rhythm == Rhythm.NONE
    assert program.post(f"/unsubscribe/{row.unsubscribe_token}").status_code == 200


def test_given_a_letter_that_was_sent_then_its_own_link_ends_it(foi_request, reader):
    second = make_request("Second")
    for thing in (foi_request, second):
        followed(reader, foi_request=thing)
        make_letter(thing)
    send_digests(now=timezone.now() + timedelta(days=2))
    (letter,) = OutboundEmail.objects.filter(to_user=reader)
    path = letter.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")

    looked = Client().get(path)
    Client(enforce_csrf_checks=True).post(path)

    assert b"Playground" not in looked.content and b"several things" in looked.content
    assert set(Follow.objects.values_list("rhythm", flat=True)) == {Rhythm.NONE}


@pytest.mark.parametrize("token", ["x", "%00", "a:b:c", "é" * 300, "WzEsImRhaWx5Il0:1abcde:forged", "..", "a%2Fb"])
def test_an_unknown_token_is_no_page(token):
    for answer in (Client().get(f"/unsubscribe/{token}"), Client().post(f"/unsubscribe/{token}")):
        assert answer.status_code == 404


def test_given_a_hidden_title_then_the_way_out_does_not_tell_it(foi_request, reader):
    row = followed(reader, foi_request=foi_request)
    FOIRequest.objects.filter(pk=foi_request.pk).update(
        title_prominence=Prominence.PARTIES, title_concealed_reason="personal", title_concealed_wording="A title."
    )

    page = Client().get(f"/unsubscribe/{row.unsubscribe_token}").content

    assert b"Playground" not in page and b"A title." in page
