"""Titles and names of files are words too: where they are hidden, no side page and no letter says them."""

import pytest
from django.utils import timezone

from requests_app.actions import moderation
from requests_app.models import OutboundEmail, Release
from tests.factories import make_annotation, make_file, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
TITLE = "What Mrs Quillfeather did"


def hide(thing, **more):
    moderation.hide(
        thing=thing,
        reason_code="personal",
        public_wording="It names a person.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
        **more,
    )


def test_given_a_hidden_title_when_somebody_else_annotates_then_the_form_says_the_wording_only(client):
    foi_request = make_request(TITLE)
    hide(foi_request, title=True)
    foi_request.refresh_from_db()
    client.force_login(make_user())

    page = client.get(f"/request/{foi_request.slug}/annotate").content.decode()

    assert "It names a person." in page
    assert "Quillfeather" not in page


def test_given_a_hidden_title_when_an_annotation_is_hidden_then_its_author_is_not_told_the_title():
    foi_request = make_request(TITLE)
    hide(foi_request, title=True)
    annotation = make_annotation(foi_request)

    hide(annotation)

    told = OutboundEmail.objects.get(to_user=annotation.author)
    assert "Quillfeather" not in told.subject + told.body


@pytest.mark.parametrize("release", [Release.CHECKING, Release.HELD, Release.WITHDRAWN])
def test_given_a_file_that_is_not_released_then_its_name_is_nowhere_in_public(client, release):
    foi_request = make_request()
    make_file(make_letter(foi_request), "quillfeather-medical.txt", release=release)

    for form in ("", ".json", ".txt", ".atom"):
        assert b"quillfeather" not in client.get(f"/request/{foi_request.slug}{form}").content
    client.force_login(make_staff())
    assert b"quillfeather" in client.get(f"/request/{foi_request.slug}").content
