"""Search: it finds what is published and nothing else, whatever is typed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions.concealment import hide
from requests_app.models import Direction, FOIRequest
from requests_app.selectors import public_list
from tests.factories import make_annotation, make_authority, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db


def conceal(thing, **more) -> None:
    hide(
        thing=thing,
        reason_code="personal",
        public_wording="Taken down for a test.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
        **more,
    )


def found(words: str) -> list[int]:
    return [row["number"] for row in Client().get("/search.json", {"q": words}).json()["requests"]]


def everywhere(foi_request: FOIRequest) -> str:
    """All that anybody can read of a request in lists, feeds and pages beside its own."""
    number, slug = foi_request.requester_id, foi_request.authority.slug
    paths = ["/", "/list", "/list.json", "/list.csv", "/list.atom", f"/body/{slug}", f"/body/{slug}.json"]
    paths += [f"/body/{slug}.csv", f"/body/{slug}.atom", f"/user/{number}", "/list.json?changed_since=2001-01-01"]
    paths += ["/search?q=council", "/search.atom?q=council", "/search?q=zebra+OR+giraffe+OR+okapi"]
    return "\n".join(Client().get(path, follow=True).content.decode() for path in paths)


@pytest.fixture
def thread():
    """A request with a word of its own in its title, a letter and an annotation."""
    foi_request = make_request("Zebra crossings", requester=make_user("Ann Other"))
    letter = make_letter(foi_request, body="Dear requester,\n\nThe giraffe enclosure costs a lot.\n\nThe council")
    remark = make_annotation(foi_request, body="The okapi was dearer.")
    return foi_request, letter, remark


def test_given_a_word_of_title_letter_or_annotation_then_the_request_is_found(thread):
    foi_request, _letter, _remark = thread

    for words in ("zebra", "giraffes", "okapi", '"giraffe enclosure"', "giraffe -okapi", "playground"):
        assert found(words) == [foi_request.pk], words
    for words in ("giraffe -costs", '"enclosure giraffe"', "unicorn", "zebra giraffe"):
        assert found(words) == [], words


def test_given_a_hidden_annotation_then_its_words_are_gone_everywhere(thread):
    foi_request, _letter, remark = thread
    assert "okapi" in Client().get(f"/user/{remark.author_id}", follow=True).content.decode()

    conceal(remark)

    assert found("okapi") == [] and found("giraffe") == [foi_request.pk]
    assert Client().get(f"/user/{remark.author_id}", follow=True).status_code == 404


def test_given_a_hidden_letter_then_its_words_are_gone_everywhere(thread):
    foi_request, letter, _remark = thread
    assert "giraffe" in everywhere(foi_request)

    conceal(letter)

    assert found("giraffe") == [] and found("okapi") == [foi_request.pk]
    assert "giraffe enclosure" not in everywhere(foi_request).replace("OR giraffe", "")


def test_given_a_hidden_title_then_its_words_are_gone_everywhere(thread):
    foi_request, _letter, _remark = thread

    conceal(foi_request, title=True)

    foi_request.refresh_from_db()
    assert found("zebra") == [] and found("giraffe") == [foi_request.pk]
    assert "Zebra crossings" not in everywhere(foi_request) and "zebra-crossings" not in everywhere(foi_request)
    assert "Taken down for a test." in everywhere(foi_request)


def test_given_a_hidden_request_then_all_of_it_is_gone_everywhere(thread):
    foi_request, _letter, remark = thread

    conceal(foi_request)

    assert found("zebra") == found("giraffe") == found("okapi") == found("playground") == []
    said = everywhere(foi_request)
    assert "Zebra crossings" not in said and "zebra-crossings" not in said and "Ann Other" not in said
    assert '"removed_because": "personal"' in said
    assert Client().get(f"/user/{foi_request.requester_id}", follow=True).status_code == 404
    assert Client().get(f"/user/{remark.author_id}", follow=True).status_code == 404


def test_given_staff_and_parties_who_search_then_lists_show_them_no_more_than_anybody(thread):
    foi_request, letter, _remark = thread
    conceal(letter)
    for user in (foi_request.requester, make_staff()):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

        page = client.get("/search?q=giraffe")

        assert page.context["rows"] == []


@pytest.mark.parametrize(
    "words",
    [
        "'",
        '"',
        "\"\"\"'''",
        "a' OR 1=1 --",
        "') ; DROP TABLE x; --",
        "%",
        "\\",
        "&|!():*<->",
        "- - -",
        '-"',
        "the",
        "\x00",
        "zebra\x00zebra",
        "\u200f\u202e",
        "\U0001f993" * 50,
        "é" * 200,
        "a " * 100,
        "OR OR OR",
        ":A",
    ],
)
def test_given_anything_typed_then_search_answers(thread, words):
    for path in ("/search", "/search.json", "/search.csv", "/search.atom", "/body/"):
        answer = Client().get(path, {"q": words})
        assert answer.status_code in ((200, 400) if words.strip("\x00 ") == "" else (200,)), path


def test_given_very_much_typed_then_it_is_refused_in_words():
    answer = Client().get("/search", {"q": "word " * 10_000})

    assert answer.status_code == 400 and "no more than 200 letters" in answer.content.decode()
    assert Client().get("/search.json?q=" + "x" * 9_000).status_code == 400


def test_given_no_words_then_the_page_only_asks_for_some():
    make_request()

    assert Client().get("/search").context["rows"] == []
    assert Client().get("/search?q=+").context["rows"] == []
    assert Client().get("/search.json").status_code == 400


def test_given_a_letter_with_markup_then_its_excerpt_is_text():
    foi_request = make_request()
    marks = public_list.MARK + "forged" + public_list.UNMARK + public_list.UNMARK
    make_letter(foi_request, body=f'Dear you,\n\n<b onclick="x()">5 < 6 & "xyzzy"</b> {marks} <img src=x onerror=y>\n')

    page = Client().get("/search?q=xyzzy").content.decode()

    assert "<mark>xyzzy</mark>" in page
    assert "5 &lt; 6 &amp; &quot;<mark>" in page and "<b onclick" not in page and "<img src=x" not in page
    assert public_list.MARK not in page and public_list.UNMARK not in page
    assert page.count("<mark>") == page.count("</mark>")


def test_given_an_address_in_a_letter_then_it_is_neither_found_nor_shown():
    foi_request = make_request()
    make_letter(foi_request, body="Dear you,\n\nWrite to jane.secret@people.example about the wombat.\n")

    assert found("secret") == [] and found("jane.secret@people.example") == []
    assert "jane.secret" not in Client().get("/search?q=wombat").content.decode()


def test_given_the_name_of_an_authority_then_the_authority_is_offered_too():
    authority = make_authority("Wexcombe Parish Council", slug="wexcombe")

    page = Client().get("/search?q=wexcombe").content.decode()

    assert f'href="/body/{authority.slug}"' in page


@pytest.mark.parametrize("window", [3, 5_000])
def test_given_more_matches_than_the_newest_hold_then_pages_lose_and_repeat_none(monkeypatch, window):
    monkeypatch.setattr(public_list, "WINDOW", window)
    authority, requester = make_authority(), make_user()
    made = []
    for number in range(2 * public_list.PAGE + 3):
        title = "Wombat sanctuary" if number % 2 else "Something else"
        foi_request = make_request(title, authority=authority, requester=requester)
        if number % 2 == 0:
            make_letter(foi_request, Direction.OUTGOING, "Dear you,\n\nIs there any news of the wombat?\n\nMe")
        made.append(foi_request.pk)
    make_request("Nothing of the kind")

    seen, path = [], "/search.json?q=wombat"
    while path:
        page = Client().get(path).json()
        seen += [row["number"] for row in page["requests"]]
        path = (page["next"] or "").removeprefix("http://localhost:8000")

    assert len(seen) == len(set(seen)) and set(seen) == set(made)


@pytest.mark.parametrize("path", ["/search?q=playground", "/search.json?q=playground"])
def test_the_number_of_queries_does_not_grow(path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert Client().get(path).status_code == 200
        return len(counted)

    authority, requester = make_authority(), make_user()
    for _number in range(3):
        make_request(authority=authority, requester=requester)
    queries()
    few = queries()
    for _number in range(27):
        foi_request = make_request(authority=authority, requester=requester)
        make_letter(foi_request, body="The playground again.")
        make_annotation(foi_request, author=requester, body="Playground!")

    # With a page filled from the newest, the whole is not asked; never more.
    assert queries() in (few, few - 1) and few <= 4
