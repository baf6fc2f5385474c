"""The page printed from shells is the page that its templates print, whatever stands on it."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client

from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import FOIRequest, Message, OutboundEmail, OutboundState, Release, Status
from requests_app.selectors import paths
from requests_app.selectors.request_page import load
from requests_app.site_facts import site_facts
from requests_app.templatetags.kept import REQUEST_PAGE, clock_face, request_page, similar_rows, thread
from tests.factories import SENT_AT, make_annotation, make_authority, make_file, make_letter, make_request, make_user

pytestmark = pytest.mark.django_db
MARKUP = "<b>&\"'%(name)s {{ x }} \\1"
TODAY = date(2011, 7, 5)


@pytest.fixture(autouse=True)
def bank_holidays(db):
    seed_bank_holidays()


def busy_thread(**fields) -> FOIRequest:
    """Letters both ways, files that may and may not be had, an annotation, a similar request, markup in every name."""
    authority = make_authority(f"Council {MARKUP}", standing=fields.pop("standing", "foia"))
    requester = make_user(f"Okafor {MARKUP}")
    foi_request = make_request(f"Aardvark housing {MARKUP}", authority=authority, requester=requester, **fields)
    make_request("Aardvark accidents", responded_on=TODAY)
    first = foi_request.messages.get()
    OutboundEmail.objects.create(
        foi_request=foi_request,
        message=first,
        to_address="foi@council.example",
        template="request_letter",
        rfc_message_id=f"<{first.pk}@x.example>",
        bounce_token=str(first.pk),
        state=OutboundState.SENT,
        accepted_at=SENT_AT,
    )
    answer = make_letter(foi_request, at=SENT_AT + timedelta(days=200))
    make_file(answer, f"{MARKUP}.txt", pages=2)
    make_file(answer, "held.pdf", release=Release.HELD)
    make_letter(foi_request, at=SENT_AT + timedelta(days=1), is_automatic=True)
    portal = make_letter(foi_request, at=SENT_AT + timedelta(days=201), behind_portal=True)
    Message.objects.filter(pk=portal.pk).update(recalled_at=SENT_AT + timedelta(days=202))
    make_annotation(foi_request)
    return foi_request


def seen(foi_request: FOIRequest, today: date = TODAY):
    return load(foi_request.slug, user=AnonymousUser(), today=today)


def by_templates(page) -> str:
    context = {"page": page, "canonical_url": settings.SITE_URL + page.url, "section": "requests"}
    return render_to_string(REQUEST_PAGE, site_facts() | context)


SHAPES = {
    "running": {},
    "not received": {"received": False},
    "answered": {"status": Status.ANSWERED, "responded_on": TODAY},
    "withdrawn": {"status": Status.WITHDRAWN},
    "environment": {"regime": "eir", "standing": "eir"},
    "no law": {"regime": "none", "standing": "none"},
    "hidden title": {
        "title_prominence": "nobody",
        "title_concealed_reason": "personal",
        "title_concealed_wording": f"Hidden {MARKUP}",
    },
    "imported": {"is_imported": True},
    "imported from": {"is_imported": True, "source_url": "https://elsewhere.example/?a=1&b=2"},
    "followed": {"imported_followers": 1},
    "with a reference": {"authority_reference": f"FOI {MARKUP}"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_given_any_shape_of_page_then_its_shell_prints_what_the_template_prints(shape):
    more = dict(SHAPES[shape])
    later = {name: more.pop(name) for name in list(more) if name not in ("received", "standing")}
    foi_request = busy_thread(**more)
    FOIRequest.objects.filter(pk=foi_request.pk).update(**later)

    for today in (TODAY, date(2011, 7, 20), date(2011, 12, 1)):
        page = seen(foi_request, today)
        assert request_page(page) == by_templates(page)
        assert request_page(page) == by_templates(page), "from the kept shell"


def test_given_one_page_printed_before_then_another_of_its_shape_shows_nothing_of_it():
    first = busy_thread()
    second = make_request("Bread", authority=make_authority("Other"), requester=make_user("Ann B"))
    make_request("Bread prices")
    pages = [seen(first), seen(second)]

    printed = [request_page(page) for page in pages]

    assert printed == [by_templates(page) for page in pages]
    for words in ("Aardvark", "Okafor", first.slug, "Council &lt;b&gt;"):
        assert words in printed[0] and words not in printed[1]
    assert not any("\ue000" in html or "9876" in html for html in printed)


def test_given_letters_of_all_kinds_then_each_shell_prints_what_its_template_prints():
    foi_request = busy_thread()
    hidden = make_letter(foi_request)
    Message.objects.filter(pk=hidden.pk).update(
        prominence="nobody", concealed_reason="personal", concealed_wording=f"Hidden {MARKUP}"
    )
    page = seen(foi_request)
    assert len(page.entries) == 6
    assert any(entry.files for entry in page.entries) and any(entry.withheld for entry in page.entries)

    for entry in page.entries:
        name = "annotation" if entry.is_annotation else "letter"
        assert thread([entry]) == render_to_string(f"components/{name}.html", {name: entry})
        assert f'datetime="{entry.on.isoformat()}"' in thread([entry])
    assert clock_face(page.clock) == render_to_string("components/clock.html", {"clock": page.clock})
    assert similar_rows(page.similar) == "".join(
        render_to_string("public/request_similar_row.html", {"other": other}) for other in page.similar
    )
    assert page.similar


@pytest.mark.parametrize("name", ["A name", MARKUP])
def test_given_another_name_of_the_site_then_the_page_says_it_at_once(settings, name):
    foi_request = make_request()
    Client().get(paths.foi_request(foi_request.slug))
    settings.SITE_NAME = name

    page = seen(foi_request)

    assert request_page(page) == by_templates(page)
    assert name != "A name" or "A name" in request_page(page)
