"""The holding pen: one letter after the other, filed by one button, with the reason for each guess."""

import pytest
from django.utils import timezone

from requests_app.actions import held, inbound
from requests_app.mail.tokens import address_of
from requests_app.models import Case, CaseKind, Decision, InboundEmail, Message
from tests.arrivals import receive
from tests.factories import make_request, make_staff
from tests.letters import DOMAIN, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


@pytest.fixture
def files_here(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def staff(client):
    staff = make_staff()
    client.force_login(staff)
    return staff


def lost(foi_request, number: int = 1, **fields) -> Case:
    """A letter for a request whose address has a slip in it."""
    local, _at, domain = address_of(foi_request, "request", DOMAIN).partition("@")
    to = f"{local}x@{domain}"
    raw = letter(**{"sender": f"clerk{number}@council.example", "to": to, "subject": f"Answer {number}", **fields})
    (row,) = receive(raw, to, envelope_from="")
    inbound.place(row)
    return Case.objects.get(kind=CaseKind.HELD_LETTER, thing_id=row)


def test_given_nothing_held_then_the_page_says_so(client, staff):
    assert b"No letter is held" in client.get("/moderation/held/").content


def test_given_a_letter_with_a_slip_in_its_address_when_read_then_the_guess_says_why(client, staff):
    lost(make_request("Bus lane fines"), text="Here are the fines.")

    page = client.get("/moderation/held/").content.decode()

    assert "Letter 1 of 1" in page and "Here are the fines." in page
    assert "It was sent to an address almost like this request&#x27;s." in page
    assert "the address may be mistyped" in page


def test_given_a_guess_when_its_button_is_pressed_then_the_letter_is_public_and_the_next_one_shown(client, staff):
    foi_request = make_request("Bus lane fines")
    first, second = lost(foi_request, 1, text="The first."), lost(foi_request, 2, text="The second.")

    done = client.post(
        f"/moderation/held/?at={first.pk}", {"do": "file", "case": first.pk, "guess": foi_request.pk}, follow=True
    )

    page = done.content.decode()
    assert done.redirect_chain == [(f"/moderation/held/?at={second.pk}", 302)]
    assert "Published on" in page and "The second." in page and "The first." not in page
    assert Message.objects.filter(foi_request=foi_request, published_text__contains="The first.").exists()
    assert Decision.objects.get().kind == "file_letter" and Decision.objects.get().actor == staff


def test_given_a_letter_that_a_colleague_has_filed_when_pressed_then_the_next_one_is_not_filed_instead(client, staff):
    foi_request = make_request("Bus lane fines")
    first, second = lost(foi_request, 1), lost(foi_request, 2)
    held.file_held(
        inbound_email_id=first.thing_id, foi_request_id=foi_request.pk, actor=make_staff(), now=timezone.now()
    )

    done = client.post("/moderation/held/", {"do": "file", "case": first.pk, "guess": foi_request.pk}, follow=True)

    assert "Somebody has dealt with that letter already" in done.content.decode()
    second.refresh_from_db()
    assert second.closed_at is None and InboundEmail.objects.get(pk=second.thing_id).state == "held"


def test_given_a_letter_left_then_the_next_is_shown_and_it_still_waits(client, staff):
    foi_request = make_request("Bus lane fines")
    first, second = lost(foi_request, 1), lost(foi_request, 2)

    page = client.get(f"/moderation/held/?at={second.pk}").content.decode()

    assert "Letter 2 of 2" in page and f"?at={first.pk}" in page


def test_given_a_reason_when_put_away_then_nothing_is_published(client, staff):
    case = lost(make_request("Bus lane fines"))

    refused = client.post("/moderation/held/", {"do": "discard", "case": case.pk})
    done = client.post("/moderation/held/", {"do": "discard", "case": case.pk, "discard-reason_code": "spam"})

    assert refused.status_code == 422 and "Choose a reason" in refused.content.decode()
    assert done.url == "/moderation/held/"
    assert InboundEmail.objects.get(pk=case.thing_id).state == "discarded" and not Message.objects.filter(
        direction="incoming"
    )


def test_given_the_address_of_another_request_when_given_then_the_letter_is_there(client, staff):
    other = make_request("Swimming pools")
    case = lost(make_request("Bus lane fines"))

    client.post(
        "/moderation/held/",
        {"do": "file", "case": case.pk, "file-foi_request": f"http://localhost/request/{other.slug}"},
    )

    assert Message.objects.filter(foi_request=other, direction="incoming").exists()


@pytest.mark.parametrize("at", ["x", "0", "99999999999999999999", "\0"])
def test_given_a_number_that_is_none_then_the_first_letter_is_shown(client, staff, at):
    lost(make_request("Bus lane fines"))

    assert "Letter 1 of 1" in client.get("/moderation/held/", {"at": at}).content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_given_few_or_many_held_letters_then_the_queries_are_the_same(client, staff, django_assert_num_queries, count):
    foi_request = make_request("Bus lane fines")
    for number in range(count):
        lost(foi_request, number)

    # Session, person, suspended?; cases, case, letter, guesses, its bytes; the menu.
    with django_assert_num_queries(9):
        client.get("/moderation/held/")
