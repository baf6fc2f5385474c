"""A person's page: for people who wrote in public, and only what is public."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions.concealment import hide
from requests_app.actions.sanctions import restore, suspend
from requests_app.models import User
from tests.factories import make_annotation, make_authority, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db


def conceal(thing) -> None:
    hide(
        thing=thing,
        reason_code="personal",
        public_wording="Hidden.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
    )


def suspended(user, **fields):
    return suspend(
        user=user,
        reason_code="abusive",
        public_wording="For abuse.",
        actor=make_staff(),
        now=timezone.now(),
        **fields,
    )


def test_given_a_requester_then_the_page_shows_what_they_asked_and_asks_not_to_be_listed():
    person = make_user("Liz R")
    own, _other = make_request("Own matter", requester=person), make_request("Other matter")

    page = Client().get(f"/user/{person.slug}")

    assert [row.number for row in page.context["rows"]] == [own.pk]
    assert b"<h1>Liz R</h1>" in page.content.replace(b"\n", b"") and b'content="noindex"' in page.content
    assert person.email.encode() not in page.content


def test_given_people_who_wrote_nothing_in_public_then_they_have_no_page():
    silent, staff = make_user("Silent Reader"), make_staff("Sam Keane")
    hidden_away = make_request(requester=make_user("Hidden Away"))
    conceal(hidden_away)
    remark = make_annotation(make_request(), author=make_user("Hidden Remark"))
    conceal(remark)

    for user in (silent, staff, hidden_away.requester, remark.author):
        answer = Client().get(f"/user/{user.slug}")
        assert answer.status_code == 404
        assert user.public_name not in answer.content.decode()
    assert Client().get("/user/999999999").status_code == 404


@pytest.mark.parametrize("slug", ["x", "x-1", "-1", "0", "99999999999999999999999", "1" * 18, "٣"])
def test_odd_addresses_are_no_page(slug):
    assert Client().get(f"/user/{slug}").status_code == 404


def test_given_only_annotations_then_the_page_shows_them_and_not_those_of_hidden_requests():
    person = make_user("Remarker")
    shown = make_annotation(make_request("Seen"), author=person, body="A useful remark.")
    lost = make_annotation(make_request("Gone"), author=person, body="An unseen remark.")
    conceal(lost.foi_request)

    page = Client().get(f"/user/{person.slug}").content.decode()

    assert "A useful remark." in page and f"#comment-{shown.pk}" in page
    assert "An unseen remark." not in page and "Gone" not in page


def test_given_a_name_that_changed_then_the_old_address_leads_on():
    person = make_user("Old Name")
    make_request(requester=person)
    old = person.slug
    User.objects.filter(pk=person.pk).update(public_name="New Name")

    for slug in (old, str(person.pk), f"{person.pk}-anything"):
        answer = Client().get(f"/user/{slug}")
        assert answer.status_code == 302 and answer.url == f"/user/{person.pk}-new-name"


def test_given_a_name_of_other_letters_then_the_page_has_an_address():
    person = make_user("李明")
    make_request(requester=person)

    assert Client().get(f"/user/{person.slug}").status_code == 200


def test_given_a_suspension_for_misuse_then_and_only_then_it_is_said():
    misuser, leaver = make_user("Liz R"), make_user("Len R")
    for user in (misuser, leaver):
        make_request(requester=user)
    suspended(misuser)
    suspended(leaver, for_misuse=False)

    assert "Liz R (Account suspended)" in Client().get(f"/user/{misuser.slug}").content.decode()
    assert "suspended" not in Client().get(f"/user/{leaver.slug}").content.decode()

    restore(user=misuser, reason_code="restored", public_wording="", actor=make_staff(), now=timezone.now())
    assert "suspended" not in Client().get(f"/user/{misuser.slug}").content.decode()


def test_the_number_of_queries_does_not_grow():
    person, authority = make_user("Busy"), make_authority()

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert Client().get(f"/user/{person.slug}").status_code == 200
        return len(counted)

    for _number in range(3):
        make_annotation(make_request(requester=person, authority=authority), author=person)
    few = queries()
    for _number in range(60):
        make_annotation(make_request(requester=person, authority=authority), author=person)

    assert queries() == few <= 6
