"""What a letter says of itself, on the page of its request: a reference, a portal, a recall."""

from datetime import timedelta

import pytest
from django.test import Client

from requests_app.actions.publishing import NewFile
from requests_app.actions.references import fold_reference
from requests_app.models import Message
from tests.factories import SENT_AT, make_letter, make_request

pytestmark = pytest.mark.django_db
LATER = SENT_AT + timedelta(days=3)


def printed(foi_request) -> str:
    return Client().get(f"/request/{foi_request.slug}").content.decode()


def test_given_a_reference_then_page_text_and_json_name_it():
    foi_request = make_request()
    make_letter(foi_request, at=LATER, authority_reference="FOI/2026/1234")
    fold_reference(foi_request)

    assert "FOI/2026/1234" in printed(foi_request)
    data = Client().get(f"/request/{foi_request.slug}.json").json()
    assert data["authority_reference"] == "FOI/2026/1234"
    assert "FOI/2026/1234" in Client().get(f"/request/{foi_request.slug}.txt").content.decode()


def test_given_an_answer_behind_a_portal_then_the_page_says_so_until_a_letter_brings_it():
    foi_request = make_request()
    make_letter(foi_request, at=LATER, behind_portal=True)
    make_letter(foi_request, at=LATER + timedelta(hours=1), is_automatic=True)
    words = "not published here yet"
    assert words in printed(foi_request)
    data = Client().get(f"/request/{foi_request.slug}.json").json()
    assert [entry["behind_portal"] for entry in data["entries"]] == [False, True, False]

    make_letter(foi_request, at=LATER + timedelta(days=1))

    assert words not in printed(foi_request)


def test_given_a_recalled_letter_then_the_page_says_when():
    foi_request = make_request()
    letter = make_letter(foi_request, at=LATER)
    Message.objects.filter(pk=letter.pk).update(recalled_at=LATER + timedelta(days=1))

    page = printed(foi_request)

    assert "asked for this letter back" in page
    assert f"{(LATER + timedelta(days=1)).day} {(LATER + timedelta(days=1)):%B %Y}" in page


@pytest.mark.parametrize("count", [1, 12])
def test_given_few_or_many_such_letters_then_a_page_costs_the_same(count, django_assert_num_queries):
    foi_request = make_request()
    for number in range(count):
        make_letter(
            foi_request, at=LATER + timedelta(days=number), behind_portal=True, authority_reference=f"FOI/{number:04}"
        )
    fold_reference(foi_request)
    printed(foi_request)

    with django_assert_num_queries(1):
        assert f"FOI/{count - 1:04}" in printed(foi_request)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("answer.txt", "text/plain", b"214 homes")], "What it says is in its files."),
        ([], "This letter came without words and without files."),
    ],
    ids=["files", "nothing"],
)
def test_given_a_letter_without_words_then_the_page_says_where_to_look(files, said):
    foi_request = make_request()
    make_letter(foi_request, at=LATER, body=" \n\n", files=[NewFile(*file) for file in files])

    assert said in printed(foi_request)
    assert printed(foi_request).count("came without words") == 1
