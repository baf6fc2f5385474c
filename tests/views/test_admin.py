"""The admin: reference data can be changed, correspondence only read."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions import moderation
from requests_app.models import BankHoliday
from tests.factories import PASSWORD, make_authority, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    root = make_user("Root", is_staff=True, is_superuser=True)
    client.force_login(root)
    return root


def test_given_correspondence_when_opened_then_it_can_only_be_read(client, root):
    foi_request = make_request()
    letter = foi_request.messages.get()

    for path in (
        f"/admin/requests_app/foirequest/{foi_request.pk}/change/",
        f"/admin/requests_app/message/{letter.pk}/change/",
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert b'name="_save"' not in response.content
        assert client.post(path, {"title": "Changed"}).status_code == 403
    assert client.get("/admin/requests_app/foirequest/add/").status_code == 403
    assert (
        foi_request.reply_token
        not in client.get(f"/admin/requests_app/foirequest/{foi_request.pk}/change/").content.decode()
    )


def test_given_a_bank_holiday_when_opened_then_it_can_only_be_read(client, root):
    row = BankHoliday.objects.get(on=date(2011, 7, 12))

    response = client.get(f"/admin/requests_app/bankholiday/{row.pk}/change/")

    assert response.status_code == 200
    assert b'name="_save"' not in response.content
    assert client.post(f"/admin/requests_app/bankholiday/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/requests_app/bankholiday/add/").status_code == 403


def test_given_an_authority_when_searched_then_it_opens_with_its_addresses(client, root):
    authority = make_request().authority

    response = client.get(f"/admin/requests_app/authority/{authority.pk}/change/")

    assert authority.addresses.get().email in response.content.decode()
    assert client.get("/admin/requests_app/authority/?q=exampleton").status_code == 200


def test_given_a_suspended_member_of_staff_when_they_open_the_admin_then_nothing_is_there(client, root):
    authority = make_authority()
    path = f"/admin/requests_app/authority/{authority.pk}/change/"
    assert client.get(path).status_code == 200
    moderation.suspend(
        user=root, reason_code="abusive", public_wording="Misuse.", actor=make_staff(), now=timezone.now()
    )

    assert client.get(path, follow=True).status_code == 404
    assert client.post(path, {"name": "Another"}, follow=True).status_code == 404
    authority.refresh_from_db()
    assert authority.name != "Another"


def test_given_nobody_signed_in_when_the_admin_is_opened_then_the_one_sign_in_page_comes(client):
    make_user("Root", email="root@staff.example", is_staff=True, is_superuser=True)

    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/account/login/?next=/admin/"
    tried = client.post("/admin/login/", {"username": "root@staff.example", "password": PASSWORD})
    assert tried.status_code == 302 and "_auth_user_id" not in client.session


def test_given_a_warm_copy_when_the_authority_is_renamed_then_the_page_says_the_new_name(client, root):
    foi_request = make_request()
    reader = Client()
    reader.get(f"/request/{foi_request.slug}")
    authority = foi_request.authority
    address = authority.addresses.get()

    response = client.post(
        f"/admin/requests_app/authority/{authority.pk}/change/",
        {
            "name": "Newname Council",
            "slug": authority.slug,
            "standing": "foia",
            "state": "open",
            "addresses-TOTAL_FORMS": "1",
            "addresses-INITIAL_FORMS": "1",
            "addresses-0-id": str(address.pk),
            "addresses-0-authority": str(authority.pk),
            "addresses-0-email": address.email,
            "addresses-0-is_request_address": "on",
            "addresses-0-publishes": "true",
        },
    )

    assert response.status_code == 302, response.content
    assert b"Newname Council" in reader.get(f"/request/{foi_request.slug}").content
