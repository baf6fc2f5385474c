"""Writing to the people who run the site: a case for a person, answered from it."""

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions.contact import MESSAGES_PER_ADDRESS
from requests_app.actions.reports import answer_site_message
from requests_app.actions.sanctions import suspend
from requests_app.models import Case, CaseKind, OutboundEmail, SiteMessage
from tests.factories import make_staff, make_user

pytestmark = pytest.mark.django_db
SAID = {
    "name": "Jo Writer",
    "email": "Jo@people.example",
    "subject": "A wrong address",
    "text": "The council has moved.",
    "knows": "on",
}


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_given_a_message_then_it_is_a_case_and_reloading_sends_no_second():
    answer = Client().post("/contact", SAID)

    assert answer.status_code == 302 and answer.url == "/contact/sent"
    assert "A person will read it" in Client().get(answer.url).content.decode()
    message, case = SiteMessage.objects.get(), Case.objects.get()
    assert (message.email, message.text, message.sender) == ("jo@people.example", "The council has moved.", None)
    assert (case.kind, case.thing_id) == (CaseKind.CONTACT, message.pk)


def test_given_a_message_when_staff_answer_then_the_letter_goes_to_its_address():
    Client().post("/contact", SAID)

    answer_site_message(
        case_id=Case.objects.get().pk, answer="Thank you, corrected.", actor=make_staff(), now=timezone.now()
    )

    letter = OutboundEmail.objects.get()
    assert letter.to_address == "jo@people.example" and "Thank you, corrected." in letter.body
    assert Case.objects.get().closed_at


def test_given_somebody_signed_in_then_the_form_knows_them_and_the_message_too():
    user = make_user("Ann Other")
    client = sign_in(user)

    page = client.get("/contact?about=My+name").content.decode()
    client.post("/contact", SAID)

    assert 'value="Ann Other"' in page and f'value="{user.email}"' in page and 'value="My name"' in page
    assert SiteMessage.objects.get().sender == user


def test_given_a_suspended_person_then_they_can_ask_us_to_look_again():
    user = make_user()
    suspend(user=user, reason_code="abusive", public_wording="Abuse.", actor=make_staff(), now=timezone.now())

    assert sign_in(user).post("/contact", SAID).status_code == 302
    assert SiteMessage.objects.get().sender == user


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"name": ""}, "Give a name"),
        ({"email": ""}, "Give your e-mail address"),
        ({"email": "jo"}, "Give a whole e-mail address"),
        ({"subject": "  "}, "Say in a few words"),
        ({"text": ""}, "Write your message"),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
        ({"knows": ""}, "make a request instead"),
        ({"text": "a\x00b"}, "Null characters"),
    ],
)
def test_given_something_missing_then_the_page_says_what_and_keeps_the_rest(wrong, says):
    answer = Client().post("/contact", {**SAID, **wrong})
    page = answer.content.decode()

    assert answer.status_code == 422 and says in page and "error-summary" in page
    kept = next(value for name, value in SAID.items() if name not in wrong and name != "knows")
    assert kept in page and not SiteMessage.objects.exists()


def test_given_a_program_that_fills_in_everything_then_nothing_is_kept_and_it_learns_nothing():
    answer = Client().post("/contact", {**SAID, "website": "https://spam.example"})

    assert answer.status_code == 302 and not SiteMessage.objects.exists()


def test_given_too_many_from_one_address_then_the_page_says_when_it_ends_and_keeps_the_words():
    for _number in range(MESSAGES_PER_ADDRESS):
        Client().post("/contact", SAID)

    answer = Client().post("/contact", SAID)

    assert answer.status_code == 429
    page = answer.content.decode()
    assert "You can go on from" in page and "The council has moved." in page
    assert SiteMessage.objects.count() == MESSAGES_PER_ADDRESS
    assert Client().post("/contact", {**SAID, "email": "other@people.example"}).status_code == 302


def test_given_a_post_without_the_forms_token_then_it_is_refused_in_words():
    answer = Client(enforce_csrf_checks=True).post("/contact", SAID)

    assert answer.status_code == 403 and "Please send it again" in answer.content.decode()


def test_odd_addresses_of_the_form_answer():
    assert Client().get("/contact?about=%00" + "x" * 500).status_code == 200


def test_given_one_place_that_floods_us_from_many_addresses_then_others_can_still_write():
    statuses = [
        Client().post("/contact", {**SAID, "email": f"jo{number}@people.example"}).status_code for number in range(11)
    ]

    assert statuses == [302] * 10 + [429]
    assert sign_in(make_user()).post("/contact", SAID).status_code == 302
