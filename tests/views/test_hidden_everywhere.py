"""What is hidden is gone from every public form at once, with warm copies, and still there for the two parties."""

import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions.concealment import hide
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import FOIRequest, Release
from requests_app.selectors import paths
from tests.factories import make_annotation, make_file, make_letter, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
MARKS = {
    "title": "Xylophone",
    "letter": "QUAGGAMARK",
    "annotation": "OKAPIMARK",
    "file": "tapirmark",
    "content": "NARWHALMARK",
}
FORMS = ("", "/deadline", "/details", "/similar", ".json", ".atom", ".txt")


class Thread:
    """A request with a mark in each of its parts."""

    def __init__(self) -> None:
        seed_bank_holidays()
        self.requester = make_user("Requesting Person")
        self.foi_request = make_request(f"{MARKS['title']} lessons in schools", requester=self.requester)
        self.letter = make_letter(self.foi_request, body=f"Dear reader,\n\n{MARKS['letter']}\n\nYours")
        self.file = make_file(self.letter, f"{MARKS['file']}.txt", MARKS["content"].encode())
        self.annotation = make_annotation(self.foi_request, body=f"I remember {MARKS['annotation']}.")
        self.officer = make_officer(self.foi_request.authority).user
        # Another request that names this one as similar, and a letter that stays.
        self.neighbour = make_request(f"{MARKS['title']} repairs")
        self.file_path = f"{paths.foi_request(self.foi_request.slug)}/file/{self.file.pk}/{self.file.name}"

    def things(self) -> dict:
        return {
            "request": self.foi_request,
            "title": self.foi_request,
            "letter": self.letter,
            "file": self.file,
            "annotation": self.annotation,
        }


def everything(thread: Thread, client: Client, *, lists: bool = True) -> str:
    """All that this reader can get hold of about the request, as one text."""
    here = paths.foi_request(FOIRequest.objects.values_list("slug", flat=True).get(pk=thread.foi_request.pk))
    found = []
    for path in [
        *(here + form for form in FORMS),
        thread.file_path,
        paths.foi_request(thread.neighbour.slug),
        paths.foi_request(thread.neighbour.slug) + "/similar",
        paths.foi_request(thread.neighbour.slug) + ".json",
        *(("/", "/list", "/list.json", "/search?query=Xylophone", "/search?query=QUAGGAMARK") if lists else ()),
        paths.authority(thread.foi_request.authority.slug),
        paths.person(thread.requester.pk, thread.requester.public_name),
    ]:
        answer = client.get(path)
        assert answer.status_code in (200, 301, 302, 404, 410), (path, answer.status_code)
        found.append(b"".join(answer) if answer.streaming else answer.content)
    packed = client.get(here + ".zip")
    if packed.status_code == 200:
        archive = zipfile.ZipFile(io.BytesIO(packed.getvalue()))
        found += [name.encode() + archive.read(name) for name in archive.namelist()]
    # A search repeats what was searched for; that is the reader's own word.
    return b"\n".join(found).decode().replace("query=Xylophone", "").replace('value="Xylophone"', "")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


GONE = {
    "request": ("letter", "annotation", "file", "content"),
    "title": (),
    "letter": ("letter", "file", "content"),
    "file": ("file", "content"),
    "annotation": ("annotation",),
}


@pytest.mark.parametrize("what", list(GONE))
def test_given_warm_copies_when_a_thing_is_hidden_then_its_marks_are_nowhere_in_public(what):
    thread = Thread()
    stranger = Client()
    before = everything(thread, stranger)
    before = everything(thread, stranger)
    for mark in MARKS.values():
        assert mark in before
    hide(
        thing=thread.things()[what],
        reason_code="personal",
        public_wording="Hidden to protect somebody's privacy.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
        title=what == "title",
    )
    after = everything(thread, stranger)
    for name in GONE[what]:
        assert MARKS[name] not in after, name
    if what in ("request", "title"):
        assert "Xylophone lessons" not in after
    if what != "request":
        assert "Hidden to protect somebody" in after


@pytest.mark.parametrize("what", list(GONE))
def test_given_a_thing_hidden_from_the_public_then_both_parties_still_read_it(what):
    thread = Thread()
    hide(
        thing=thread.things()[what],
        reason_code="personal",
        public_wording="Hidden to protect somebody's privacy.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
        title=what == "title",
    )
    for user in (thread.requester, thread.officer):
        seen = everything(thread, client_of(user), lists=False)
        for name in GONE[what]:
            assert MARKS[name] in seen, (name, user)


@pytest.mark.parametrize("what", list(GONE))
def test_given_a_thing_hidden_from_all_then_only_staff_read_it(what):
    thread = Thread()
    staff = make_staff()
    hide(
        thing=thread.things()[what],
        reason_code="court",
        public_wording="By order of a court.",
        from_all=True,
        actor=staff,
        now=timezone.now(),
        title=what == "title",
    )
    for user in (thread.requester, thread.officer):
        seen = everything(thread, client_of(user), lists=False)
        for name in GONE[what]:
            assert MARKS[name] not in seen, (name, user)
    seen = everything(thread, client_of(staff), lists=False)
    for name in GONE[what]:
        assert MARKS[name] in seen


@pytest.mark.parametrize("release", [Release.CHECKING, Release.HELD, Release.WITHDRAWN])
def test_given_a_file_that_is_not_released_then_its_bytes_are_nowhere(release):
    thread = Thread()
    type(thread.file).objects.filter(pk=thread.file.pk).update(release=release)
    for client in (Client(), client_of(thread.requester), client_of(thread.officer)):
        assert MARKS["content"] not in everything(thread, client)
        assert client.get(thread.file_path).status_code == 404


def test_given_an_active_file_then_it_is_only_ever_saved(client):
    thread = Thread()
    page = make_file(
        thread.letter, 'näme; "x".html', b"<script>alert(1)</script>", content_type="text/html", label="HTML"
    )
    answer = client.get(f"{paths.foi_request(thread.foi_request.slug)}/file/{page.pk}/x.html")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=utf-8''n%C3%A4me" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-cache"
    etag = answer.headers["ETag"]
    assert client.get(answer.request["PATH_INFO"], headers={"if-none-match": etag}).status_code == 304
