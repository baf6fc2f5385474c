"""Suspending and hiding in the browser: what was public a moment ago is gone from every form of the page."""

import io
import zipfile

import pytest

from requests_app.models import Decision, FOIRequest, Officer, OutboundEmail, Sanction
from tests.factories import (
    make_annotation,
    make_authority,
    make_letter,
    make_officer,
    make_request,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
FORMS = ["", ".json", ".atom", ".txt"]


@pytest.fixture
def staff(client):
    staff = make_staff()
    client.force_login(staff)
    return staff


def everywhere(slug):
    """What a signed-out reader gets of one request, in every form, as one text."""
    from django.test import Client

    reader = Client()
    texts = [reader.get(f"/request/{slug}{form}").content.decode() for form in FORMS]
    # Search and the lists, as pages and as data.
    pages = ["/", "/list", "/list.json", "/list.atom", "/list.csv"]
    pages += [f"/search?q={word}" for word in ("secret", "Smithers", "inspections", "Liz")]
    texts += [reader.get(page).content.decode() for page in pages]
    zipped = zipfile.ZipFile(io.BytesIO(b"".join(reader.get(f"/request/{slug}.zip"))))
    texts += [zipped.read(name).decode("utf-8", "replace") for name in zipped.namelist()]
    return "\n".join(texts)


def hide(client, foi_request, key, **fields):
    data = {"do": "hide", "hide-reason_code": "personal", "hide-public_wording": "Hidden for a private person."}
    return client.post(f"/moderation/request/{foi_request.pk}/hide/{key}/", {**data, **fields})


def test_given_people_when_searched_then_they_are_found_by_name_address_and_number(client, staff):
    person = make_user("Amina Okafor", email="amina@people.example")

    for words in ("okafor amina", "AMINA@people", str(person.pk)):
        assert b"Amina Okafor" in client.get("/moderation/people/", {"q": words}).content
    assert b"Nobody found" in client.get("/moderation/people/", {"q": "zzz"}).content


def test_given_a_person_when_suspended_in_the_browser_then_every_form_of_the_page_says_so_at_once(client, staff):
    person = make_user("Liz R")
    foi_request = make_request(requester=person)
    assert "(Account suspended)" not in everywhere(foi_request.slug)
    path = f"/moderation/people/{person.pk}/"
    assert client.post(path, {"do": "suspend"}).status_code == 422

    client.post(
        path,
        {
            "do": "suspend",
            "suspend-reason_code": "vexatious",
            "suspend-public_wording": "Misuse.",
            "suspend-for_misuse": "on",
            "suspend-staff_note": "Look again in May.",
        },
    )

    assert "Liz R (Account suspended)" in everywhere(foi_request.slug)
    assert Decision.objects.get().note.staff_note == "Look again in May."
    assert OutboundEmail.objects.filter(template="account_suspended").exists()

    client.post(path, {"do": "restore", "restore-reason_code": "restored"})
    assert "(Account suspended)" not in everywhere(foi_request.slug)
    assert not Sanction.objects.active().exists()


def test_given_a_suspension_at_the_person_s_wish_when_shown_then_nothing_is_added_to_the_name(client, staff):
    person = make_user("Liz R")
    foi_request = make_request(requester=person)

    client.post(
        f"/moderation/people/{person.pk}/",
        {"do": "suspend", "suspend-reason_code": "own_wish", "suspend-public_wording": "At their wish."},
    )

    assert "(Account suspended)" not in everywhere(foi_request.slug)


def test_given_a_person_when_renamed_then_the_page_has_the_new_name_and_letters_the_old_one(client, staff):
    person = make_user("Elizabeth Rowe")
    foi_request = make_request(requester=person)

    client.post(
        f"/moderation/people/{person.pk}/",
        {"do": "rename", "rename-new_name": "Liz R", "rename-reason_code": "own_wish"},
    )

    page = everywhere(foi_request.slug)
    assert "Liz R" in page and "Elizabeth Rowe" in page


def test_given_an_annotation_when_hidden_then_its_words_are_nowhere(client, staff):
    foi_request = make_request()
    annotation = make_annotation(foi_request, body="A secret nickname")
    assert everywhere(foi_request.slug).count("A secret nickname") >= 4

    response = hide(client, foi_request, f"annotation-{annotation.pk}")

    assert response.url == f"/moderation/request/{foi_request.pk}/"
    page = everywhere(foi_request.slug)
    assert "A secret nickname" not in page and "Hidden for a private person." in page


def test_given_a_letter_and_a_file_when_hidden_then_words_and_bytes_are_nowhere(client, staff):
    from requests_app.actions.publishing import NewFile

    foi_request = make_request()
    letter = make_letter(
        foi_request, body="The secret number is 214.", files=[NewFile("secret.csv", "text/csv", b"bytes-214")]
    )
    file = letter.attachments.get()
    assert "bytes-214" in everywhere(foi_request.slug)

    hide(client, foi_request, f"file-{file.pk}")
    assert "bytes-214" not in everywhere(foi_request.slug)
    assert "The secret number is 214." in everywhere(foi_request.slug)

    hide(client, foi_request, f"message-{letter.pk}")
    assert "The secret number is 214." not in everywhere(foi_request.slug)


def test_given_a_title_when_hidden_then_the_old_address_is_gone_and_the_new_one_has_none_of_its_words(client, staff):
    foi_request = make_request("Complaints about Doctor Smithers")
    old = foi_request.slug
    everywhere(old)

    hide(client, foi_request, "title")

    foi_request.refresh_from_db()
    client.logout()
    assert client.get(f"/request/{old}").status_code == 410
    assert "Smithers" not in client.get(f"/request/{foi_request.slug}").content.decode()
    assert "smithers" not in FOIRequest.objects.values_list("slug", flat=True).get()


def test_given_a_request_when_hidden_and_shown_again_then_it_is_gone_and_back(client, staff):
    foi_request = make_request()

    hide(client, foi_request, "request")
    from django.test import Client

    assert Client().get(f"/request/{foi_request.slug}").status_code in (403, 404, 410)

    client.post(f"/moderation/request/{foi_request.pk}/hide/request/", {"do": "show", "show-reason_code": "restored"})
    assert Client().get(f"/request/{foi_request.slug}").status_code == 200


def test_given_no_reason_when_hiding_then_it_says_so_and_nothing_changes(client, staff):
    foi_request = make_request()

    response = hide(client, foi_request, "request", **{"hide-reason_code": "", "hide-public_wording": ""})

    assert response.status_code == 422
    assert b"Choose a reason" in response.content and b"Write what the public will read" in response.content
    assert not Decision.objects.exists()


@pytest.mark.parametrize("key", ["message-999999", "file-x", "person-1", "annotation-" + "9" * 30])
def test_given_a_part_that_is_not_there_when_hiding_then_404(client, staff, key):
    assert hide(client, make_request(), key).status_code == 404


def test_given_another_request_s_letter_when_hidden_under_this_one_then_404(client, staff):
    other = make_letter(make_request())

    assert hide(client, make_request(), f"message-{other.pk}").status_code == 404


@pytest.mark.parametrize("letters", [2, 30])
def test_given_a_short_or_long_request_when_its_parts_are_listed_then_the_queries_are_the_same(
    client, staff, django_assert_num_queries, letters
):
    foi_request = make_request()
    for _number in range(letters):
        make_letter(foi_request)

    # Session, person, suspended?; request, letters, files, annotations, decisions, events; the menu.
    with django_assert_num_queries(10):
        assert client.get(f"/moderation/request/{foi_request.pk}/").status_code == 200


def test_given_an_authority_when_somebody_is_invited_then_a_letter_leaves_and_the_role_can_be_ended(client, staff):
    officer = make_officer(make_authority("Northbridge City Council"))
    path = f"/moderation/authorities/{officer.authority.slug}/"
    assert b"Northbridge" in client.get("/moderation/authorities/?q=north").content
    assert client.post(path, {"do": "invite", "invite-name": "", "invite-email": "x"}).status_code == 422

    client.post(path, {"do": "invite", "invite-name": "M. Lowe", "invite-email": "m@council.example"})
    assert OutboundEmail.objects.get(template="officer_invitation").to_address == "m@council.example"

    client.post(path, {"do": f"end-{officer.pk}"})
    assert not Officer.objects.serving().exists()

    client.post(path, {"do": "address", "address-email": "new@council.example"})
    assert officer.authority.addresses.get(is_request_address=True).email == "new@council.example"
