"""The list: its filters, its pages by key, and the same as JSON, CSV and Atom."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions.concealment import hide, show_again
from requests_app.actions.outcomes import describe_letter
from requests_app.models import Description, FOIRequest, Outcome, Side, Status
from requests_app.selectors.public_list import PAGE, Wanted, changes_page, requests_page
from tests.factories import make_authority, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2011, 6, 20)
ATOM = "{http://www.w3.org/2005/Atom}"


def many(count: int, *, same_moment: bool = False, **fields) -> list[FOIRequest]:
    """Requests of one authority; ``same_moment`` makes all of them equally recent, so that only numbers order them."""
    authority, requester = make_authority(), make_user()
    made = []
    for number in range(count):
        foi_request = make_request(f"Bins number {number}", authority=authority, requester=requester, **fields)
        at = datetime(2011, 7, 1, tzinfo=UTC) + (timedelta() if same_moment else timedelta(minutes=number))
        FOIRequest.objects.filter(pk=foi_request.pk).update(last_activity_at=at, changed_at=at)
        made.append(foi_request)
    return made


def hidden(thing, **more):
    return hide(
        thing=thing,
        reason_code="personal",
        public_wording="Hidden for a test.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
        **more,
    )


def pages_of(path: str) -> list[int]:
    """Every number of a list, following ``next`` from page to page."""
    numbers, client = [], Client()
    while path:
        page = client.get(path).json()
        numbers += [row["number"] for row in page["requests"]]
        rest = urlsplit(page["next"] or "")
        path = f"{rest.path}?{rest.query}" if page["next"] else ""
    return numbers


def queries(path: str) -> int:
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


# --- Pages by key


@pytest.mark.parametrize("same_moment", [False, True])
def test_given_several_pages_then_each_request_is_on_one_of_them_once(same_moment):
    made = many(2 * PAGE + 3, same_moment=same_moment)

    numbers = pages_of("/list.json")

    assert numbers == sorted((row.pk for row in made), reverse=True)


def test_given_a_request_that_becomes_active_while_somebody_reads_on_then_no_other_is_lost():
    made = many(PAGE + 5)
    first = Client().get("/list.json").json()

    FOIRequest.objects.filter(pk=made[2].pk).update(last_activity_at=timezone.now())
    rest = urlsplit(first["next"])
    second = Client().get(f"{rest.path}?{rest.query}").json()

    seen = {row["number"] for row in first["requests"] + second["requests"]}
    assert seen == {row.pk for row in made} - {made[2].pk}


def test_the_page_leads_on_and_back():
    many(PAGE + 1)
    first = Client().get("/list")

    older = first.context["older_url"]
    second = Client().get(older)

    assert len(second.context["rows"]) == 1 and not second.context["older_url"]
    assert second.context["newer_url"] == "/list"
    assert b'content="noindex"' in second.content and b'content="noindex"' not in first.content


@pytest.mark.parametrize("path", ["/list", "/list.json", "/list.csv", "/list.atom"])
def test_the_number_of_queries_does_not_grow(path):
    many(3)
    few = queries(path)

    many(60)

    assert queries(path) == few <= 2


# --- Filters


def test_given_requests_in_each_state_then_each_filter_shows_its_own():
    on = date(2011, 8, 1)
    said = {
        "successful": Outcome.SUCCESSFUL,
        "partly": Outcome.PARTIALLY_SUCCESSFUL,
        "refused": Outcome.REFUSED,
        "not-held": Outcome.NOT_HELD,
    }
    expected = {}
    for state, outcome in said.items():
        foi_request = make_request()
        letter = make_letter(foi_request)
        describe_letter(
            message_id=letter.pk,
            described_as=Description.ANSWER,
            outcome=outcome,
            side=Side.REQUESTER,
            actor=foi_request.requester,
            now=timezone.now(),
        )
        expected[state] = foi_request.pk
    expected["delayed"] = make_request().pk
    expected["waiting"] = make_request(sent_at=datetime(2011, 7, 28, 9, tzinfo=UTC)).pk
    expected["withdrawn"] = make_request(status=Status.WITHDRAWN).pk

    found = {state: [row.number for row in requests_page(Wanted(state=state), today=on)[0]] for state in expected}

    assert found == {state: [number] for state, number in expected.items()}


def test_given_a_letter_that_nobody_described_then_the_request_is_not_called_delayed():
    foi_request = make_request(letters_to_describe_since=date(2011, 7, 1))

    delayed, _more = requests_page(Wanted(state="delayed"), today=date(2011, 9, 1))
    waiting, _more = requests_page(Wanted(state="waiting"), today=date(2011, 9, 1))

    assert not delayed
    assert [row.number for row in waiting] == [foi_request.pk] and waiting[0].pill.label == "Letter received"


def test_given_an_answer_that_is_late_then_the_row_says_so_gently():
    make_request()

    page = Client().get("/list?state=delayed").content.decode()

    assert "Response delayed" in page or "Response long delayed" in page
    assert "normally due by 15 July 2011" in page
    for shaming in ("too long", "days late", "in time"):
        assert shaming not in page


def test_given_days_then_only_what_was_sent_on_them_is_shown():
    first = make_request(sent_at=datetime(2011, 6, 1, 23, 30, tzinfo=UTC))  # 2 June in London
    make_request(sent_at=datetime(2011, 6, 9, 9, tzinfo=UTC))

    page = Client().get("/list.json?sent_from=2011-06-02&sent_until=2011-06-02").json()

    assert [row["number"] for row in page["requests"]] == [first.pk]


@pytest.mark.parametrize(
    "query",
    [
        "state=angry",
        "sent_from=yesterday",
        "sent_from=2011-06-02&sent_until=2011-06-01",
        "before=nonsense",
        "before=2011-06-02,x",
        "before=,",
        "changed_since=soon",
        "changed_since=2011-06-02&changed_after=1",
        "q=" + "word+" * 10_000,
    ],
)
def test_given_a_wish_that_cannot_be_read_then_the_page_says_what_to_do(query):
    page, data = Client().get(f"/list?{query}"), Client().get(f"/list.json?{query}")

    assert page.status_code == data.status_code == 400
    assert b"error-summary" in page.content and b"There is nothing here" not in page.content
    assert data["Content-Type"].startswith("text/plain") and len(data.content) > 20


@pytest.mark.parametrize(
    "query",
    [
        "before=0001-01-01T00:00:00%2B23:59,1",
        "before=9999-12-31T23:59:59-23:59,999999999999999999999999999",
        "before=2011-06-02,-1",
        "sent_from=0001-01-01&sent_until=9999-12-31",
        "changed_since=0001-01-01",
        "changed_since=9999-12-31T23:59:59-12:00",
        "q=%00&state=",
        "sent_from=%00",
    ],
)
def test_given_an_odd_wish_then_nothing_breaks(query):
    make_request()

    for path in ("/list", "/list.json", "/search", "/search.csv", "/list.atom"):
        assert Client().get(f"{path}?{query}").status_code in (200, 400), path


def test_old_addresses_of_the_field_lead_on():
    assert Client().get("/list/successful").url == "/list?state=successful"
    assert Client().get("/list/all").url == "/list"
    assert Client().get("/list/nonsense").status_code == 404


# --- What changed


def test_given_a_copy_elsewhere_then_changes_come_in_order_with_what_was_removed():
    made = many(3)
    since = "2011-07-01T00:00:30Z"
    hidden(FOIRequest.objects.get(pk=made[0].pk))

    page = Client().get(f"/list.json?changed_since={since}").json()

    assert [row["number"] for row in page["requests"]] == [made[1].pk, made[2].pk]
    assert [(row["number"], row["removed_because"]) for row in page["removed"]] == [(made[0].pk, "personal")]
    assert set(page["removed"][0]) == {"number", "changed", "removed_because"}
    as_csv = list(csv.DictReader(io.StringIO(Client().get(f"/list.csv?changed_since={since}").content.decode())))
    assert as_csv[-1]["removed_because"] == "personal" and as_csv[-1]["title"] == ""


def test_given_what_was_removed_when_it_is_shown_again_then_it_is_a_change_like_any():
    foi_request = make_request()
    decision = hidden(foi_request)
    show_again(thing=FOIRequest.objects.get(pk=foi_request.pk), actor=make_staff(), now=timezone.now())

    page = Client().get("/list.json", {"changed_since": decision.at.isoformat()}).json()

    assert [row["number"] for row in page["requests"]] == [foi_request.pk] and not page["removed"]


@pytest.mark.parametrize("same_moment", [False, True])
def test_given_many_changes_then_pages_by_key_lose_and_repeat_none(same_moment):
    made = many(13, same_moment=same_moment)
    wanted, seen = Wanted(changed_since=datetime(2011, 1, 1, tzinfo=UTC)), []

    for _page in range(9):
        rows, _removed, key = changes_page(wanted, today=TODAY, size=4)
        seen += [row.number for row in rows]
        if key is None:
            break
        wanted = Wanted(changed_since=wanted.changed_since, changed_after=key)

    assert seen == [row.pk for row in made]


def test_given_words_and_a_moment_then_changes_are_those_that_have_the_words():
    bins, buses = make_request("Bins"), make_request("Buses")
    gone = make_request("Barns")
    hidden(gone)

    page = Client().get("/search.json?q=bins&changed_since=2011-01-01").json()

    assert [row["number"] for row in page["requests"]] == [bins.pk] != [buses.pk]
    assert [row["number"] for row in page["removed"]] == [gone.pk]


# --- Forms of the list


def test_given_a_list_then_each_form_can_be_read_and_says_the_same():
    foi_request = make_request("=HYPERLINK(A1) & <b>bins</b>\x0b", requester=make_user("@Ann <script>"))

    data = json.loads(Client().get("/list.json").content)
    row = next(csv.DictReader(io.StringIO(Client().get("/list.csv").content.decode())))
    feed = ElementTree.fromstring(Client().get("/list.atom").content)

    assert data["schema_version"] == 1 and data["next"] is None
    assert data["requests"][0]["title"] == foi_request.title and data["requests"][0]["due"] == "2011-07-15"
    assert row["title"].startswith("'=HYPERLINK") and row["requester"].startswith("'@Ann")
    assert row["number"] == str(foi_request.pk) and row["due"] == "2011-07-15"
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "=HYPERLINK(A1) & <b>bins</b>"
    assert entry.find(f"{ATOM}link").get("href").endswith(f"/request/{foi_request.slug}")
    page = Client().get("/list").content.decode()
    assert "<b>bins" not in page and "&lt;b&gt;bins" in page


def test_given_an_unchanged_list_then_its_etag_saves_the_answer():
    make_request()
    first = Client().get("/list.json")

    again = Client().get("/list.json", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304 and first["Cache-Control"] == "no-cache"


def test_readers_get_no_cookie():
    for path in ("/", "/list", "/search?q=bins", "/body/", "/help/", "/list.json"):
        assert not Client().get(path).cookies, path
