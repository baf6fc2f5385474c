"""Help: every page is there, says what the code does, and every link on it leads somewhere."""

import re

import pytest
from django.conf import settings
from django.test import Client

from requests_app.actions import accounts, drafting, retention
from requests_app.views.public_help import PAGES
from tests.factories import make_authority, make_request

pytestmark = pytest.mark.django_db
PATHS = ["/help/", *(f"/help/{name}" for name in PAGES)]


def text_of(path: str) -> str:
    page = Client().get(path).content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("path", PATHS)
def test_each_page_is_there_with_one_heading_and_its_links_lead_somewhere(path):
    answer = Client().get(path)
    page = answer.content.decode()

    assert answer.status_code == 200 and page.count("<h1") == 1 and not answer.cookies
    for link in set(re.findall(r'href="(/[^"#?]*)', page)):
        if not link.startswith("/static/"):
            assert Client().get(link).status_code in (200, 302), link
    for anchor in re.findall(r'href="(/help/[^"]*)#([^"]+)"', page):
        assert f'id="{anchor[1]}"' in Client().get(anchor[0]).content.decode(), anchor


@pytest.mark.parametrize("path", PATHS)
def test_the_language_is_fair_to_everybody(path):
    said = text_of(path).lower()

    for wrong in ("waiting too long", "days late", "illegal", "must answer within 20", "has until"):
        assert wrong not in said, wrong


@pytest.mark.parametrize("name", ["nothing", "_page", "..", "index"])
def test_other_names_are_no_page(name):
    assert Client().get(f"/help/{name}").status_code == 404


def test_the_privacy_page_says_what_the_code_keeps():
    said = text_of("/help/privacy")

    assert f"{drafting.KEPT.days} days after you last wrote on it" in said
    assert f"{accounts.UNCONFIRMED_FOR.days} days, or until somebody says" in said
    assert f"{retention.LETTERS_TO_PEOPLE_KEPT.days} days" in said
    assert f"{retention.MESSAGES_KEPT.days // 365} years" in said
    assert f"On which days you had mail of ours {retention.DAYS_OF_MAIL_KEPT.days} days" in " ".join(said.split())
    assert f"{settings.SESSION_COOKIE_AGE // 86_400} days after you signed in" in said
    assert settings.OPERATOR_NAME in said and settings.OPERATOR_ADDRESS in said and settings.CONTACT_EMAIL in said


def test_the_house_rules_say_the_limits_that_are_set(settings):
    settings.REQUESTS_PER_DAY, settings.FOLLOW_UPS_PER_DAY, settings.ANNOTATIONS_PER_DAY = 41, 42, 43

    said = text_of("/help/house-rules")

    assert "41 new requests and 42 follow-ups" in said and "43 annotations" in said


def test_what_the_page_on_data_promises_is_there():
    foi_request = make_request(authority=make_authority(slug="council"))
    paths = [f"/request/{foi_request.slug}.{kind}" for kind in ("json", "atom", "txt", "zip")]
    paths += [f"{part}.{kind}" for part in ("/list", "/body/council") for kind in ("json", "csv", "atom")]
    paths += ["/search.json?q=playground", "/list.json?changed_since=2011-01-01", "/body/all-authorities.csv"]
    said = text_of("/help/data")

    for path in paths:
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert answer.streaming or path.endswith(".zip") or answer["ETag"], path
    assert "ETag" in said and "changed_since" in said


def test_the_request_page_and_the_help_share_one_explanation_of_unsuitable():
    page = Client().get(f"/request/{make_request().slug}").content.decode()

    assert 'href="/help/unsuitable"' in page
    assert "section 14(1)" in text_of("/help/unsuitable") and "section 40(1)" in text_of("/help/unsuitable")
    assert "/help/unsuitable" in Client().get("/help/").content.decode()
    assert "section 14" not in text_of("/help/making-requests")
