"""Sign up on the way: the letter is kept, shown once more behind the link, and nobody learns who has an account."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from requests_app.actions import drafting
from requests_app.models import FOIRequest, OutboundEmail, User
from requests_app.models.private import Draft
from tests.factories import PASSWORD, make_authority, make_user
from tests.views.test_requester_compose import BODY, post_letter, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_from_other_tests():
    cache.clear()


def sign_up(client, email="new@people.example", name="A. Okafor", **changes):
    data = {"public_name": name, "email": email, "password1": PASSWORD, "terms": "on", **changes}
    return client.post("/account/signup/", data)


def confirmation_path(email="new@people.example"):
    body = OutboundEmail.objects.filter(to_address=email, template__startswith="account_email_confirmation").latest(
        "pk"
    )
    return re.search(r"http://[^/]+(/confirm/\S+)", body.body)[1]


def signed_up_letter(client):
    make_authority("Exampleton Council", slug="ex")
    draft, shown = post_letter(client)
    to_sign_up = client.post(f"/new/draft/{draft.pk}/preview", shown)
    assert to_sign_up.url.startswith("/account/signup/")
    assert 'value="A. Okafor"' in client.get(to_sign_up.url).content.decode()
    assert sign_up(client).url == "/account/confirm-email/"
    return draft


def test_signing_up_records_name_and_rules_and_sends_nothing_yet(client, settings):
    draft = signed_up_letter(client)

    user = User.objects.get(email="new@people.example")
    draft.refresh_from_db()
    assert user.public_name == "A. Okafor"
    assert user.terms_version == settings.TERMS_VERSION and user.terms_accepted_at
    assert draft.user == user
    assert not FOIRequest.objects.exists()
    assert not client.get("/my/requests/").status_code == 200


def test_an_address_that_is_none_is_kept_and_told_what_a_whole_one_looks_like(client):
    page = sign_up(client, email="mo@gmial").content.decode()

    assert 'value="mo@gmial"' in page and "such as name@people.example" in page


def test_a_password_is_hashed_once_whether_there_was_an_account_or_not(client, monkeypatch):
    make_user(email="known@people.example")
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode", lambda *a, **k: hashed.append(1) or "md5$x$y"
    )

    for email in ("known@people.example", "unknown@people.example"):
        hashed.clear()
        assert sign_up(client, email=email).url == "/account/confirm-email/"
        assert len(hashed) == 1, email


def test_the_link_shows_the_letter_and_the_button_sends_it_on_another_device(client):
    signed_up_letter(client)
    phone = Client()
    path = confirmation_path()

    page = phone.get(path).content.decode()
    assert "A. Okafor" in page and "Exampleton Council" in page and "How many bins" in page
    assert not FOIRequest.objects.exists()
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    response = phone.post(path, {"shown": shown, "action": "confirm"})

    foi_request = FOIRequest.objects.get()
    assert response.url == f"/request/{foi_request.slug}/sent"
    assert foi_request.requester.emailaddress_set.get().verified
    assert "Sent: the letter" in phone.get(response.url).content.decode()
    assert phone.get("/my/requests/").status_code == 302  # a link identifies; it does not sign in
    spent = phone.get(path).content.decode()
    assert "Your letter has gone out" in spent and foi_request.slug in spent
    phone.post(path, {"shown": shown, "action": "confirm"})
    assert FOIRequest.objects.count() == 1


def test_in_the_same_browser_confirming_signs_in_and_forgets_the_cookie(client):
    signed_up_letter(client)
    path = confirmation_path()
    shown = re.search(r'name="shown" value="([^"]+)"', client.get(path).content.decode())[1]

    response = client.post(path, {"shown": shown, "action": "confirm"})

    assert response.url.endswith("/sent")
    assert client.get("/my/requests/").status_code == 200
    assert not client.cookies[drafting.COOKIE].value


def test_this_was_not_me_deletes_draft_and_account(client):
    signed_up_letter(client)

    page = Client().post(confirmation_path(), {"action": "not_me"}).content.decode()

    assert "Deleted: the letter and your address" in page
    assert not User.objects.filter(email="new@people.example").exists()
    assert not Draft.objects.exists() and not FOIRequest.objects.exists()


def test_when_the_letter_cannot_go_the_address_is_confirmed_and_the_letter_kept(client):
    draft = signed_up_letter(client)
    path = confirmation_path()
    shown = re.search(r'name="shown" value="([^"]+)"', client.get(path).content.decode())[1]
    draft.authority.addresses.all().delete()

    page = Client().post(path, {"shown": shown, "action": "confirm"}).content.decode()

    assert "Your letter has not gone out" in page and "cannot be written to" in page
    draft.refresh_from_db()
    assert draft.body == BODY and draft.user.emailaddress_set.get().verified


def test_a_mangled_link_says_what_to_do(client):
    response = client.get("/confirm/nonsense:1:2/")

    assert response.status_code == 404 and "seven days" in response.content.decode()


def test_signing_up_says_nothing_about_accounts_that_exist():
    make_authority("Exampleton Council", slug="ex")
    make_user("Old Hand", email="old@people.example")
    seen = []
    for email in ("old@people.example", "new@people.example"):
        client = Client()
        draft, shown = post_letter(client)
        client.post(f"/new/draft/{draft.pk}/preview", shown)
        response = sign_up(client, email)
        waiting = client.get(response.url).content.decode()
        letter = client.get("/new/ex").content.decode()
        seen.append((response.status_code, response.url, re.sub(r"csrf\S+ value=\S+", "", waiting), "bins" in letter))

    assert seen[0] == seen[1]
    assert OutboundEmail.objects.get(to_address="old@people.example").template == "account_account_already_exists"


def test_signing_in_brings_the_letter_along(client):
    make_authority("Exampleton Council", slug="ex")
    user = make_user("Old Hand", email="old@people.example")
    draft, shown = post_letter(client)
    client.post(f"/new/draft/{draft.pk}/preview", shown)

    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    assert response.url == f"/new/draft/{draft.pk}/preview"
    page = client.get(response.url).content.decode()
    assert ">Send</button>" in page and "Old Hand" in page


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"name": "Ada"}, "Add your surname"),
        ({"terms": ""}, "Tick this to go on"),
        ({"password1": "short"}, "too short"),
        ({"email": "not an address"}, "whole e-mail address"),
    ],
)
def test_a_sign_up_that_is_wrong_says_what_to_do(client, changes, words):
    page = sign_up(client, **changes).content.decode()

    assert words in page
    assert not User.objects.exists()


def test_without_a_password_people_sign_in_by_a_code(client):
    make_authority("Exampleton Council", slug="ex")
    sign_up(client, password1="")
    path = confirmation_path()
    Client().post(path, {"action": "confirm"})
    client = Client()

    client.post("/account/login/code/", {"email": "new@people.example"})
    code = re.search(r"^    (\S+)$", OutboundEmail.objects.latest("pk").body, re.MULTILINE)[1]
    response = client.post("/account/login/code/confirm/", {"code": code})

    assert response.status_code == 302
    assert client.get("/my/account/").status_code == 200


def test_too_many_tries_are_refused_with_the_time_it_ends(client):
    make_user(email="old@people.example")

    for _try in range(31):
        response = client.post("/account/login/", {"login": "x@people.example", "password": "wrong"})
        if response.status_code == 429:
            break

    assert response.status_code == 429
    assert re.search(r"You can go on at \d\d:\d\d", response.content.decode())


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/signup/",
        "/account/login/code/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/1-x/",
        "/account/password/reset/key/done/",
        "/account/confirm-email/",
        "/account/confirm-email/x:y:z/",
        "/account/inactive/",
    ],
)
def test_every_page_of_signing_in_is_ours(client, path):
    page = client.get(path, follow=True).content.decode()

    assert "site-header" in page and "noindex" in page and "style=" not in page


def test_every_page_of_an_account_is_ours():
    client = sign_in(make_user())

    for path in ("/account/email/", "/account/password/change/", "/account/logout/", "/my/account/"):
        page = client.get(path, follow=True).content.decode()
        assert "site-header" in page and "noindex" in page, path


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told():
    user = make_user(email="old@people.example")
    client = sign_in(user)

    client.post("/account/email/", {"email": "fresh@people.example", "action_add": "1"})
    user.refresh_from_db()
    assert user.email == "old@people.example"
    Client().post(confirmation_path("fresh@people.example"), {"action": "confirm"})

    user.refresh_from_db()
    assert user.email == "fresh@people.example"
    assert [address.email for address in user.emailaddress_set.all()] == ["fresh@people.example"]
    assert OutboundEmail.objects.filter(to_address="old@people.example", template="account_email_changed").exists()


def test_after_a_mistyped_address_the_letter_goes_with_the_right_one(client):
    draft = signed_up_letter(client)

    again = client.post("/account/logout/", {"next": "/account/signup/"})
    assert client.get(again.url).status_code == 200
    sign_up(client, "right@people.example")

    wrong = Client().get(confirmation_path()).content.decode()
    right = Client().get(confirmation_path("right@people.example")).content.decode()
    draft.refresh_from_db()
    assert draft.user.email == "right@people.example"
    assert "How many bins" not in wrong and "How many bins" in right


def test_who_signs_up_with_anothers_address_keeps_no_key_to_it():
    stranger, owner = Client(), Client()
    sign_up(stranger, "owner@people.example")

    owner.post("/account/login/code/", {"email": "owner@people.example"})
    code = re.search(r"^    (\S+)$", OutboundEmail.objects.latest("pk").body, re.MULTILINE)[1]
    owner.post("/account/login/code/confirm/", {"code": code})

    assert owner.get("/my/account/").status_code == 200
    stranger = Client()
    stranger.post("/account/login/", {"login": "owner@people.example", "password": PASSWORD})
    assert stranger.get("/my/account/").status_code == 302


def test_a_code_leaves_the_password_of_a_confirmed_account_alone():
    user = make_user(email="owner@people.example")
    client = Client()

    client.post("/account/login/code/", {"email": user.email})
    code = re.search(r"^    (\S+)$", OutboundEmail.objects.latest("pk").body, re.MULTILINE)[1]
    client.post("/account/login/code/confirm/", {"code": code})

    user.refresh_from_db()
    assert client.get("/my/account/").status_code == 200 and user.check_password(PASSWORD)
