"""An unsent letter is kept for its writer only, and goes out exactly once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from requests_app.actions import accounts, drafting
from requests_app.models import AuthorityState, FOIRequest, MessageKind, NotAllowed, OutboundEmail, User
from requests_app.models.private import Draft
from tests.factories import make_authority, make_request, make_user

pytestmark = pytest.mark.django_db
BODY = "Dear Council,\n\nHow many bins did you miss?\n\nYours faithfully,\n\nA. Okafor"


def save(authority, *, user=None, cookie="", now=None, **fields):
    return drafting.save_draft(
        user=user,
        cookie_hash=drafting.hash_of(cookie),
        authority_id=authority.pk,
        title=fields.pop("title", "Missed bins"),
        body=fields.pop("body", BODY),
        now=now or timezone.now(),
    )


def test_saving_twice_keeps_one_letter_per_writer_and_authority():
    authority = make_authority()
    user = make_user()

    first = save(authority, user=user, body="Dear X")
    second = save(authority, user=user, body="Dear Council")

    assert first.pk == second.pk
    assert Draft.objects.get().body == "Dear Council"


def test_a_browser_is_known_by_the_hash_of_its_cookie_only():
    draft = save(make_authority(), cookie="secret")

    assert draft.cookie_hash == drafting.hash_of("secret") != "secret"
    assert draft.expires_at - draft.saved_at == timedelta(days=7)
    assert not Draft.objects.open_to(None, drafting.hash_of("another"), now=timezone.now()).exists()
    assert not Draft.objects.open_to(None, "", now=timezone.now()).exists()


def test_after_seven_days_a_browsers_letter_is_out_of_reach_and_then_gone():
    draft = save(make_authority(), cookie="secret")
    later = draft.saved_at + timedelta(days=7, seconds=1)

    assert not Draft.objects.open_to(None, draft.cookie_hash, now=later).exists()
    assert drafting.purge_expired(now=later - timedelta(seconds=2)) == 0
    assert drafting.purge_expired(now=later) == 1


def test_signing_in_claims_what_the_browser_wrote():
    user = make_user()
    draft = save(make_authority(), cookie="secret")
    drafting.send_on_confirmation(draft_id=draft.pk)

    waiting = drafting.claim_drafts(user=user, cookie_hash=drafting.hash_of("secret"))

    draft.refresh_from_db()
    assert waiting == draft
    assert (draft.user, draft.cookie_hash, draft.expires_at) == (user, "", None)


def test_a_letter_bound_to_a_sign_up_stays_in_the_browser_too():
    user = make_user()
    draft = save(make_authority(), cookie="secret")
    other = save(make_authority(), cookie="secret")
    drafting.send_on_confirmation(draft_id=draft.pk)

    drafting.bind_to_signup(user=user, cookie_hash=drafting.hash_of("secret"), now=timezone.now())

    draft.refresh_from_db()
    other.refresh_from_db()
    assert draft.user == user and other.user is None
    assert Draft.objects.open_to(None, drafting.hash_of("secret"), now=timezone.now()).count() == 2


def test_sending_twice_gives_one_request(django_capture_on_commit_callbacks):
    user = make_user("Ms Okafor")
    draft = save(make_authority(), user=user)

    first = drafting.send_draft(draft_id=draft.pk, now=timezone.now())
    second = drafting.send_draft(draft_id=draft.pk, now=timezone.now())

    assert first == second
    assert FOIRequest.objects.count() == 1
    assert OutboundEmail.objects.filter(message=first).count() == 1
    assert first.author_name == "Ms Okafor" and first.body == BODY


def test_a_sent_letter_is_no_draft_any_more():
    user = make_user()
    authority = make_authority()
    draft = save(authority, user=user)
    drafting.send_draft(draft_id=draft.pk, now=timezone.now())

    again = save(authority, user=user, title="Another")

    assert again.pk != draft.pk
    draft.refresh_from_db()
    assert draft.body == "" and draft.sent_as_id


@pytest.mark.parametrize("state", [AuthorityState.CLOSED, AuthorityState.NO_ADDRESS])
def test_what_cannot_be_sent_is_kept(state):
    user = make_user()
    authority = make_authority()
    draft = save(authority, user=user)
    authority.state = state
    authority.save()

    with pytest.raises(NotAllowed):
        drafting.send_draft(draft_id=draft.pk, now=timezone.now())

    draft.refresh_from_db()
    assert draft.body == BODY and draft.sent_as is None
    assert not FOIRequest.objects.exists()


def test_the_seventh_request_of_a_day_waits_and_says_until_when():
    user = make_user()
    now = timezone.now()
    for _number in range(settings.REQUESTS_PER_DAY):
        make_request(requester=user, sent_at=now - timedelta(hours=3))
    draft = save(make_authority(), user=user)

    with pytest.raises(NotAllowed) as refused:
        drafting.send_draft(draft_id=draft.pk, now=now)

    assert refused.value.until == now + timedelta(hours=21)


def test_a_letter_of_nobody_cannot_be_sent():
    draft = save(make_authority(), cookie="secret")

    with pytest.raises(NotAllowed):
        drafting.send_draft(draft_id=draft.pk, now=timezone.now())


def test_a_follow_up_is_sent_from_its_draft():
    foi_request = make_request()
    draft = drafting.save_draft(
        user=foi_request.requester,
        cookie_hash="",
        foi_request_id=foi_request.pk,
        kind=MessageKind.FOLLOW_UP,
        body=BODY,
        now=timezone.now(),
    )

    message = drafting.send_draft(draft_id=draft.pk, now=timezone.now())

    assert message.kind == MessageKind.FOLLOW_UP and message.foi_request == foi_request


def sign_up(email="new@people.example"):
    user = accounts.welcome(user=User(email=email), name="A. Okafor", now=timezone.now())
    return user, user.emailaddress_set.create(email=email, verified=False, primary=True)


def test_this_was_not_me_deletes_letter_and_account():
    user, address = sign_up()
    save(make_authority(), user=user)

    accounts.disown(email_address_id=address.pk)

    assert not User.objects.filter(pk=user.pk).exists()
    assert not Draft.objects.exists()


def test_this_was_not_me_never_touches_a_confirmed_account():
    user = make_user()
    save(make_authority(), user=user)
    change = user.emailaddress_set.create(email="change@people.example", verified=False)

    accounts.disown(email_address_id=user.emailaddress_set.get(verified=True).pk)
    accounts.disown(email_address_id=change.pk)

    user.refresh_from_db()
    assert user.emailaddress_set.get().verified
    assert Draft.objects.count() == 1


def test_signing_up_claims_the_person_of_an_imported_thread_and_not_me_gives_it_back():
    imported = User.objects.create_user(None, public_name="Liz R", claim_email="liz@people.example")
    user, address = sign_up("liz@people.example")

    assert user.pk == imported.pk and user.public_name == "Liz R"

    accounts.disown(email_address_id=address.pk)

    imported.refresh_from_db()
    assert imported.email is None and not imported.has_usable_password()


def test_unconfirmed_accounts_are_forgotten_after_seven_days():
    user, _address = sign_up()
    confirmed = make_user()

    assert accounts.purge_unconfirmed(now=timezone.now()) == 0
    assert accounts.purge_unconfirmed(now=timezone.now() + timedelta(days=8)) == 1
    assert list(User.objects.all()) == [confirmed]
    assert user.pk != confirmed.pk


def test_the_name_is_asked_once():
    user = User.objects.create_user("x@people.example")
    accounts.set_name(user_id=user.pk, name="A. Okafor")

    with pytest.raises(NotAllowed):
        accounts.set_name(user_id=user.pk, name="B. Other")


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_send_one_letter():
    user = make_user("Ms Okafor")
    draft = save(make_authority(), user=user)
    start = threading.Barrier(2)

    def press(_number):
        try:
            start.wait(timeout=10)
            return drafting.send_draft(draft_id=draft.pk, now=timezone.now()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(press, range(2)))

    assert sent[0] == sent[1]
    assert FOIRequest.objects.count() == 1 and OutboundEmail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_savings_at_the_same_moment_make_one_letter():
    authority = make_authority()
    start = threading.Barrier(2)

    def type_on(number):
        try:
            start.wait(timeout=10)
            return save(authority, cookie="secret", body=f"Dear {number}").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        saved = list(pool.map(type_on, range(2)))

    assert saved[0] == saved[1]
    assert Draft.objects.count() == 1
