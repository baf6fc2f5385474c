"""A file read as text: who may, what is masked, how long texts are divided, and what search finds in it."""

import json
from dataclasses import asdict

import pytest
from django.core.files.base import ContentFile

from requests_app.actions import file_reading
from requests_app.actions.redacting import masking_of
from requests_app.files.words import Part
from requests_app.models import FilePage, FileText, Reading, Release
from tests.factories import make_file, make_letter, make_request, make_staff

pytestmark = pytest.mark.django_db
CSV = "text/csv"


@pytest.fixture
def foi_request():
    return make_request("Street repairs")


def readable(message, *parts: Part, name="report.pdf", content_type="application/pdf", **fields):
    """A file with these words."""
    file = make_file(message, name, content_type=content_type, reading=Reading.WORDS, **fields)
    text = FileText(attachment=file, parts=[asdict(part) for part in parts])
    file_reading.mask(text, masking_of(message.foi_request))
    text.save()
    return file


def path(foi_request, file, end="text"):
    return f"/request/{foi_request.slug}/file/{file.pk}/as/{end}"


def test_words_are_masked_and_escaped_and_the_page_leads_back(client, foi_request):
    words = "Ask <b>Ottilie</b> at ottilie@people.example."
    file = readable(make_letter(foi_request), Part(words, number=1), Part("", number=2, is_picture=True))

    body = client.get(path(foi_request, file)).content.decode()

    assert "Ask &lt;b&gt;Ottilie&lt;/b&gt; at [email address]." in body
    assert "ottilie@" not in body
    assert "its words cannot be searched" in body
    assert f'href="/request/{foi_request.slug}#incoming-{file.message_id}"' in body
    data = json.loads(client.get(path(foi_request, file, "text.json")).content)
    assert [part["is_picture"] for part in data["parts"]] == [False, True]
    assert "[email address]" in data["parts"][0]["text"]


def test_the_request_s_page_and_data_lead_to_it(client, foi_request):
    file = readable(make_letter(foi_request), Part("Words"))

    assert path(foi_request, file) in client.get(f"/request/{foi_request.slug}").content.decode()
    data = json.loads(client.get(f"/request/{foi_request.slug}.json").content)
    (shown,) = (one for entry in data["entries"] for one in entry.get("files", ()))
    assert shown["text_url"].endswith(path(foi_request, file, "text.json"))


@pytest.mark.parametrize(
    "hidden",
    [
        {"release": Release.CHECKING},
        {"release": Release.HELD},
        {"release": Release.WITHDRAWN},
        {"prominence": "nobody", "concealed_reason": "personal", "concealed_wording": "Hidden."},
    ],
)
def test_what_may_not_be_downloaded_may_not_be_read_or_found(client, foi_request, hidden):
    file = readable(make_letter(foi_request), Part("xylophone"), **hidden)
    FilePage.objects.create(attachment=file, number=1, content=ContentFile(b"\xff\xd8\xff", name="page"))

    for end in ("text", "text.json", "page-1.jpg"):
        assert client.get(path(foi_request, file, end)).status_code == 404
    assert "Street repairs" not in client.get("/search?q=xylophone").content.decode()
    client.force_login(make_staff())
    assert client.get(path(foi_request, file)).status_code == 200


def test_search_finds_a_request_by_the_words_of_its_file_and_shows_where(client, foi_request):
    readable(make_letter(foi_request), Part("The xylophone stands in the town hall."))

    body = client.get("/search?q=xylophone").content.decode()

    assert "Street repairs" in body
    assert "The <mark>xylophone</mark> stands in the town hall" in body


def test_a_table_is_shown_as_one(client, foi_request):
    file = readable(
        make_letter(foi_request),
        Part("Street\tCost\nMill Lane\t120\nHigh Street", name="Repairs"),
        name="t.csv",
        content_type=CSV,
    )

    body = client.get(path(foi_request, file)).content.decode()

    assert '<th scope="col">Street</th><th scope="col">Cost</th>' in body
    # On a phone each row is a card, where the head of a column stands beside its cell.
    assert '<tr><td data-label="Street">Mill Lane</td><td data-label="Cost">120</td></tr>' in body
    assert '<tr><td data-label="Street">High Street</td><td data-label="Cost"></td></tr>' in body


def test_a_long_text_comes_in_leaves(client, foi_request):
    lines = "\n".join(f"line {number}" for number in range(20_000))
    file = readable(make_letter(foi_request), Part(lines))
    seen = ""

    first = client.get(path(foi_request, file)).content.decode()
    for leaf in range(1, 10):
        body = client.get(path(foi_request, file) + f"?leaf={leaf}").content.decode()
        seen += body
        if "After this" not in body:
            break

    assert "line 0\n" in first and "line 19999" not in first
    assert all(f"line {number}\n" in seen or f"line {number}<" in seen for number in range(20_000))
    assert client.get(path(foi_request, file) + "?leaf=x").content.decode() == first
    assert client.get(path(foi_request, file) + "?leaf=99999").status_code == 200


def test_pictures_of_pages_are_shown_and_served_as_such(client, foi_request):
    file = readable(make_letter(foi_request), Part("Words", number=1))
    FilePage.objects.create(attachment=file, number=1, content=ContentFile(b"\xff\xd8\xff picture", name="page"))

    assert f'src="{path(foi_request, file, "page-1.jpg")}"' in client.get(path(foi_request, file)).content.decode()
    response = client.get(path(foi_request, file, "page-1.jpg"))

    assert response.getvalue() == b"\xff\xd8\xff picture"
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert (
        client.get(path(foi_request, file, "page-1.jpg"), headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )
    assert client.get(path(foi_request, file, "page-2.jpg")).status_code == 404


def test_a_hidden_title_is_not_told(client, foi_request):
    file = readable(make_letter(foi_request), Part("Words"))
    type(foi_request).objects.filter(pk=foi_request.pk).update(
        title_prominence="nobody", title_concealed_reason="personal", title_concealed_wording="A title was hidden."
    )

    body = client.get(path(foi_request, file)).content.decode()

    assert "Street repairs" not in body and "A title was hidden." in body


def test_a_request_s_former_address_leads_on(client, foi_request):
    from requests_app.actions.slugs import retire_slug

    file = readable(make_letter(foi_request), Part("Words"))
    old = path(foi_request, file)
    retire_slug(foi_request, "another-address", is_gone=False)
    foi_request.refresh_from_db()

    response = client.get(old)

    assert (response.status_code, response["Location"]) == (301, path(foi_request, file))
    assert client.get(f"/request/nobody-knows/file/{file.pk}/as/text").status_code == 404


def test_a_file_without_words_has_no_such_page(client, foi_request):
    file = make_file(make_letter(foi_request), "a.jpg", content_type="image/jpeg", reading=Reading.NONE)

    assert client.get(path(foi_request, file)).status_code == 404
    assert path(foi_request, file) not in client.get(f"/request/{foi_request.slug}").content.decode()


@pytest.mark.parametrize("parts", [1, 60])
def test_it_costs_as_many_queries_for_a_short_text_as_for_a_long_one(
    client, foi_request, parts, django_assert_num_queries
):
    file = readable(make_letter(foi_request), *(Part(f"Page {n}", number=n) for n in range(1, parts + 1)))
    for number in range(1, parts + 1):
        FilePage.objects.create(attachment=file, number=number, content=ContentFile(b"\xff", name="p"))

    with django_assert_num_queries(3):
        assert client.get(path(foi_request, file)).status_code == 200
