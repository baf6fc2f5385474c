"""From choosing an authority to "sent": with and without an account, nothing typed is ever lost."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions import drafting
from requests_app.models import (
    AuthorityState,
    Decision,
    DecisionKind,
    FOIRequest,
    OutboundEmail,
    Prominence,
    ReasonCode,
    Sanction,
    Standing,
    User,
)
from requests_app.models.private import Draft
from tests.factories import make_authority, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
BODY = "Dear Council,\n\nHow many bins did you miss?\n\nYours faithfully,\n\nA. Okafor"
LETTER = {"title": "Missed bin collections", "body": BODY, "action": "preview"}


@pytest.fixture(autouse=True)
def no_limits_from_other_tests():
    cache.clear()


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def suspend(user):
    decision = Decision.objects.create(
        kind=DecisionKind.SUSPEND,
        actor=make_staff(),
        reason_code=ReasonCode.ABUSIVE,
        thing_type="user",
        thing_id=user.pk,
    )
    Sanction.objects.create(
        user=user, reason_code=ReasonCode.ABUSIVE, public_wording="Threats against staff.", started_by=decision
    )


# --- Choose


def test_authorities_are_found_by_any_word_of_name_initials_tag_or_topic(client):
    make_authority("Exampleton Borough Council", short_name="EBC", topics=["damp", "rent"], tags=["local_council"])
    make_authority("Sampleford NHS Trust")

    for words in ("borough", "ebc", "damp", "REN", "local-council", "exam coun"):
        page = client.get("/new", {"q": words}).content.decode()
        assert "Exampleton Borough Council" in page and "Sampleford" not in page, words


def test_suggestions_say_how_the_authority_stands(client):
    successor = make_authority("New Council", slug="new-council")
    make_authority("Old Council", state=AuthorityState.CLOSED, successor=successor)
    make_authority("Royal Sample Society", standing=Standing.NONE)

    old = client.get("/authorities.json", {"q": "old"}).json()
    society = client.get("/authorities.json", {"q": "royal"}).json()

    assert old[0]["url"] == "/new/new-council" and "New Council took over" in old[0]["hint"]
    assert "No law makes it answer" in society[0]["hint"]
    assert client.get("/authorities.json", {"q": "o"}).json() == []


def test_the_search_costs_one_query_whatever_it_finds(client, django_assert_num_queries):
    make_authority("Council Number One")
    with django_assert_num_queries(1):
        client.get("/new", {"q": "council"})
    for _number in range(15):
        make_authority()
    with django_assert_num_queries(1):
        client.get("/new", {"q": "council"})


def test_a_sentence_or_a_misspelt_word_still_leads_somewhere(client):
    make_authority("Exampleton Borough Council", topics=["damp"])
    make_authority("Sampleford NHS Trust", topics=["doctors"])
    make_authority("Inverdale Council", topics=["roads"])

    page = client.get("/new", {"q": "damp in my flat exmapleton"}).content.decode()
    assert "These have some of your words" in page and "Exampleton Borough Council" in page
    assert "Sampleford" not in page and "Inverdale" not in page  # "in" counts for nothing

    page = client.get("/new", {"q": "council damp exmapleton"}).content.decode()
    assert page.index("Exampleton Borough Council") < page.index("Inverdale Council")

    page = client.get("/new", {"q": "dmap"}).content.decode()
    assert "These have some" not in page and "Start from what it is about" in page and "?q=damp" in page


@pytest.mark.parametrize("words", ["", "   ", "\x00", "%", "'", "x" * 5000])
def test_odd_words_find_nothing_and_break_nothing(client, words):
    assert client.get("/new", {"q": words}).status_code == 200
    assert client.get("/authorities.json", {"q": words}).json() == []


def test_a_closed_authority_is_explained_and_its_successor_offered(client):
    successor = make_authority("New Council", slug="new-council")
    make_authority("Old Council", slug="old", state=AuthorityState.CLOSED, successor=successor)
    make_authority("Quiet Council", slug="quiet", state=AuthorityState.NO_ADDRESS)

    old = client.get("/new/old").content.decode()
    quiet = client.get("/new/quiet").content.decode()

    assert "New Council took over its work" in old and 'href="/new/new-council"' in old
    assert "no e-mail address" in quiet and "<textarea" not in quiet
    client.post("/new/quiet", LETTER)
    assert not Draft.objects.exists()


# --- Write


def test_salutation_and_sign_off_are_filled_in_with_the_name_where_it_is_known(client):
    make_authority("Exampleton Council", slug="ex")

    assert "Dear Exampleton Council," in client.get("/new/ex").content.decode()
    page = sign_in(make_user("Ms Okafor")).get("/new/ex").content.decode()
    assert re.search(r"Yours faithfully,\s+Ms Okafor", page)


def test_a_starter_fills_title_and_letter(client):
    make_authority("Exampleton Council", slug="ex")

    page = client.get("/new/ex", {"starter": "bins"}).content.decode()

    assert "Missed bin collections since [month and year]" in page and "how many missed collections" in page


def test_a_body_that_no_law_binds_is_never_called_bound(client):
    make_authority("Royal Sample Society", slug="society", standing=Standing.NONE)

    page = client.get("/new/society").content.decode()
    main = page[page.index("<main") : page.index("</main>")]

    assert "No law makes it answer" in main
    assert "by law" not in main.lower() and "Freedom of Information" not in main


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client):
    make_authority("Exampleton Council", slug="ex")

    response = client.post("/new/ex", {"title": "FOI request", "body": "Dear Council,\n\nMy half of a thought"})

    page = response.content.decode()
    assert "Give your letter a title" in page and "My half of a thought" in page
    assert "Write your name under" in page
    assert Draft.objects.get().body.endswith("My half of a thought")


def test_without_an_account_the_letter_lives_under_a_cookie_that_is_said_and_locked_down(client):
    make_authority("Exampleton Council", slug="ex")

    assert "kept for 7 days" in client.get("/new/ex").content.decode()
    assert drafting.COOKIE not in client.cookies
    client.post("/new/ex", {**LETTER, "action": "save"})

    cookie = client.cookies[drafting.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 7 * 24 * 3600
    assert Draft.objects.get().cookie_hash == drafting.hash_of(cookie.value)
    assert "How many bins did you miss?" in client.get("/new/ex").content.decode()


def test_autosave_answers_when_it_stored_and_makes_no_second_letter(client):
    make_authority("Exampleton Council", slug="ex")

    first = client.post("/new/ex/autosave", {"title": "Mis", "body": "Dear"})
    client.post("/new/ex/autosave", {"title": "Missed bins", "body": BODY})
    client.post("/new/ex", LETTER)

    assert set(first.json()) == {"saved_at"}
    assert Draft.objects.get().title == "Missed bin collections"


def test_nobody_else_sees_changes_or_throws_away_a_letter(client):
    make_authority("Exampleton Council", slug="ex")
    client.post("/new/ex", LETTER)
    draft = Draft.objects.get()

    for stranger in (Client(), sign_in(make_user())):
        for page in ("preview", "private", "discard"):
            assert stranger.post(f"/new/draft/{draft.pk}/{page}").status_code == 404
        assert "How many bins" not in stranger.get("/new/ex").content.decode()
        assert "How many bins" not in stranger.get("/new/private-way", {"draft": draft.pk}).content.decode()
    assert client.get(f"/new/draft/{draft.pk}/preview").status_code == 200
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_requests_like_this_are_shown_and_hidden_ones_are_not(client):
    make_authority("Exampleton Council", slug="ex")
    make_request("Missed bin collections in 2010")
    hidden = make_request("Missed bin collections of a secret kind")
    FOIRequest.objects.filter(pk=hidden.pk).update(
        prominence=Prominence.PARTIES, concealed_reason="personal", concealed_wording="Hidden."
    )
    make_request(
        "Missed bin collections, a title withheld",
        title_prominence=Prominence.PARTIES,
        title_concealed_reason="personal",
        title_concealed_wording="Withheld.",
    )

    piece = client.get("/new/similar", {"title": "bin collections missed"}).content.decode()

    assert "in 2010" in piece and "secret kind" not in piece and "withheld" not in piece


def test_titles_full_of_operators_find_nothing_and_break_nothing(client):
    make_request("Missed bin collections")

    for title in ("!!! & | <-> :*", "it's \\ 'quoted'", "", "the of and", "\x00bins", "bins' | 'x"):
        assert client.get("/new/similar", {"title": title}).status_code == 200


# --- The private way


def test_a_letter_about_oneself_stops_on_its_own_page_and_goes_on_with_one_tick(client):
    make_authority("Exampleton Council", slug="ex")
    body = "Dear Council,\n\nPlease send me all information you hold about me.\n\nYours faithfully,\n\nA. Okafor"

    page = client.post("/new/ex", {**LETTER, "body": body}, follow=True)
    draft = Draft.objects.get()
    assert page.redirect_chain[-1][0] == f"/new/draft/{draft.pk}/private"
    assert "public, with your name" in page.content.decode()
    skipped = client.get(f"/new/draft/{draft.pk}/preview")
    assert skipped.url == f"/new/draft/{draft.pk}/private"

    unticked = client.post(f"/new/draft/{draft.pk}/private")
    assert "Tick this sentence" in unticked.content.decode()
    ticked = client.post(f"/new/draft/{draft.pk}/private", {"knows": "on"})

    assert ticked.url == f"/new/draft/{draft.pk}/preview"
    assert "hold about me" in client.get(ticked.url).content.decode()


def test_the_private_way_is_there_for_everybody(client):
    page = client.get("/new/private-way").content.decode()

    for words in ("subject access request", "Ombudsman", "formal complaint"):
        assert words in page


# --- Preview and send


def test_the_preview_is_what_becomes_public(client):
    make_authority("Exampleton Council", slug="ex")
    body = BODY.replace("bins", "bins (write to me@people.example)")

    page = client.post("/new/ex", {**LETTER, "body": body}, follow=True).content.decode()

    assert "[email address]" in page and "me@people.example" not in page
    assert "There is an e-mail address in your letter" in page
    assert "<strong>A. Okafor</strong>" in page and "<strong>Exampleton Council</strong>" in page
    assert "Sign up and send" in page


def post_letter(client, slug="ex", **changes):
    client.post(f"/new/{slug}", {**LETTER, **changes})
    draft = Draft.objects.filter(sent_as=None).latest("saved_at")
    return draft, {"shown": draft.saved_at.isoformat()}


def test_a_signed_in_person_sends_and_sees_sent(client):
    authority = make_authority("Exampleton Council", slug="ex")
    user = make_user("Ms Okafor")
    client = sign_in(user)
    draft, shown = post_letter(client)

    response = client.post(f"/new/draft/{draft.pk}/preview", shown)
    again = client.post(f"/new/draft/{draft.pk}/preview", shown)

    foi_request = FOIRequest.objects.get()
    assert response.url == again.url == f"/request/{foi_request.slug}/sent"
    assert (foi_request.requester, foi_request.authority, foi_request.title) == (user, authority, LETTER["title"])
    page = client.get(response.url).content.decode()
    assert "Sent: the letter to Exampleton Council" in page and f'href="/request/{foi_request.slug}"' in page
    assert OutboundEmail.objects.filter(foi_request=foi_request).count() == 1


def test_a_letter_that_changed_in_another_tab_is_shown_again_before_it_goes(client):
    make_authority("Exampleton Council", slug="ex")
    client = sign_in(make_user("Ms Okafor"))
    draft, shown = post_letter(client)
    client.post("/new/ex/autosave", {**LETTER, "body": BODY.replace("bins", "buses")})

    page = client.post(f"/new/draft/{draft.pk}/preview", shown).content.decode()

    assert "has changed since you last saw it" in page and "buses" in page
    assert not FOIRequest.objects.exists()


def test_a_limit_says_when_it_ends_and_keeps_the_letter(client, settings):
    settings.REQUESTS_PER_DAY = 1
    make_authority("Exampleton Council", slug="ex")
    user = make_user("Ms Okafor")
    make_request(requester=user, sent_at=timezone.now() - timedelta(hours=2))
    client = sign_in(user)
    draft, shown = post_letter(client)

    page = client.post(f"/new/draft/{draft.pk}/preview", shown).content.decode()

    assert "You can go on from" in page
    assert Draft.objects.filter(pk=draft.pk, sent_as=None).exists()


def test_somebody_without_a_name_is_asked_once_and_comes_back(client):
    make_authority("Exampleton Council", slug="ex")
    user = make_user("x")
    User.objects.filter(pk=user.pk).update(public_name="")
    client = sign_in(User.objects.get(pk=user.pk))
    draft, shown = post_letter(client)

    asked = client.post(f"/new/draft/{draft.pk}/preview", shown)
    assert asked.url.startswith("/my/name/?next=")
    named = client.post(asked.url, {"public_name": "A. Okafor"})

    assert named.url == f"/new/draft/{draft.pk}/preview"
    assert client.get("/my/name/?next=https://evil.example/").url == "/my/account/"


def test_suspended_people_see_why_and_write_nothing(client):
    make_authority("Exampleton Council", slug="ex")
    user = make_user()
    suspend(user)
    client = sign_in(user)

    for path in ("/new", "/new/ex"):
        response = client.get(path)
        assert response.status_code == 403 and "Threats against staff." in response.content.decode()
    assert client.post("/new/ex", LETTER).status_code == 403
    assert client.post("/new/ex/autosave", LETTER).status_code == 403
    assert client.get("/my/requests/").status_code == 200
    assert not Draft.objects.exists()


def test_pages_of_the_journey_cost_few_queries_with_few_and_many_letters():
    make_authority("Exampleton Council", slug="ex")
    user = make_user("Ms Okafor")
    client = sign_in(user)
    draft, _shown = post_letter(client)

    def cost(path):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paths = ("/new/ex", f"/new/draft/{draft.pk}/preview", "/my/requests/")
    few = [cost(path) for path in paths]
    for number in range(12):
        make_request(f"Missed bin collections {number}", requester=user)
        drafting.save_draft(
            user=user, cookie_hash="", authority_id=make_authority().pk, title="t", body="b", now=timezone.now()
        )
    many = [cost(path) for path in paths]

    assert few == many and max(many) <= 12, (few, many)


def test_reminders_are_promised_only_where_they_go(client):
    bound = make_request("Bound")
    free = make_request("Free", authority=make_authority(standing=Standing.NONE))

    assert "we remind you" in client.get(f"/request/{bound.slug}/sent").content.decode()
    assert "we remind you" not in client.get(f"/request/{free.slug}/sent").content.decode()


def test_two_letters_to_one_authority_are_both_within_reach():
    authority = make_authority("Exampleton Council", slug="ex")
    user = make_user("Ms Okafor")
    save = {"user": user, "cookie_hash": "", "authority_id": authority.pk, "now": timezone.now()}
    older = drafting.save_draft(title="Buses", body="About buses", **save)
    drafting.save_draft(title="Bins", body="About bins", anew=True, **save)
    client = sign_in(user)

    page = client.get(f"/new/ex?draft={older.pk}").content.decode()
    assert "About buses" in page and "About bins" in client.get("/new/ex").content.decode()
    client.post("/new/ex/autosave", {"title": "Buses", "body": "More about buses", "draft": older.pk})

    assert sorted(Draft.objects.values_list("body", flat=True)) == ["About bins", "More about buses"]
    assert f"/new/ex?draft={older.pk}" in client.get("/my/requests/").content.decode()


@pytest.mark.parametrize("number", ["x", "-1", "0", "9" * 30, "١", ""])
def test_a_mangled_draft_number_is_none(client, number):
    make_authority("Exampleton Council", slug="ex")

    assert client.get("/new/ex", {"draft": number}).status_code == 200
    assert client.post("/new/ex", {**LETTER, "draft": number}).status_code == 302
    assert client.get("/new/private-way", {"draft": number}).status_code == 200


def test_pages_with_somebodys_words_are_for_no_shared_cache(client):
    make_authority("Exampleton Council", slug="ex")

    assert "private" in client.get("/new/ex")["Cache-Control"]
    assert "private" in sign_in(make_user()).get("/my/requests/")["Cache-Control"]
