"""Staff take words out: first they see what would change, then it changes, holds, and can be put back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.actions import cases, redaction_rules
from requests_app.actions.redacting import FAILED
from requests_app.models import Case, CaseKind, Decision, Event, FileText, Reading, RedactionRule, Release
from requests_app.models.private import CheckState, FileCheck
from tests.factories import SENT_AT, make_annotation, make_file, make_letter, make_request, make_staff

pytestmark = pytest.mark.django_db
LIST = "/moderation/redaction/"
RULE = {
    "scope": "request",
    "pattern": "Zebedee Quill",
    "replacement": "[name]",
    "reason_code": "personal",
    "staff_note": "He asked on the telephone.",
}


@pytest.fixture
def staff(client):
    staff = make_staff("Sam Staff")
    client.force_login(staff)
    return staff


@pytest.fixture
def foi_request():
    foi_request = make_request(body="Dear Council,\n\nAbout Zebedee Quill and <b>others</b>.\n\nP")
    make_letter(foi_request, body="Dear P,\n\nZEBEDEE\nQUILL, o@council.example\n\nO")
    make_annotation(foi_request, body="Nothing to see")
    return foi_request


def words(response) -> str:
    return " ".join(response.content.decode().split())


def make(staff, **fields) -> RedactionRule:
    fields = {"scope": "site", "pattern": "Zebedee Quill", "is_regex": False, "replacement": "[name]"} | fields
    return redaction_rules.make_rule(reason_code="personal", actor=staff, now=SENT_AT, **fields)


def test_given_a_rule_when_it_is_tried_then_places_are_shown_before_and_after_and_nothing_changes(
    client, staff, foi_request
):
    said = words(client.post(LIST, RULE | {"target": str(foi_request.pk), "do": "preview"}))

    assert "2 places" in said and "in 2 texts" in said and "of 1 request." in said
    assert "About <mark>Zebedee Quill</mark> and &lt;b&gt;others&lt;/b&gt;." in said
    assert "<mark>ZEBEDEE QUILL</mark>, o@council.example" in said
    assert "[name], [email address]" in said
    assert not RedactionRule.objects.exists()
    assert "Zebedee" in foi_request.messages.first().published_text


def test_given_what_was_shown_when_it_is_made_then_the_words_are_gone_and_its_page_says_that_it_holds(
    client, staff, foi_request
):
    answer = client.post(
        LIST, RULE | {"target": f"https://x.example/request/{foi_request.slug}", "do": "make"}, follow=True
    )

    rule = RedactionRule.objects.get()
    said = words(answer)
    assert answer.redirect_chain[-1][0] == f"{LIST}{rule.pk}/"
    assert "looked at again, and holds" in said and "1 request looked at, 1 changed" in said
    assert "He asked on the telephone." in said and "Sam Staff (Personal information)" in said
    assert "Quill" not in client.get(f"/request/{foi_request.slug}").content.decode()
    assert "looked at again, and holds" in words(client.get(LIST))


def test_given_a_rule_when_it_is_taken_back_then_the_words_are_there_again(client, staff, foi_request):
    rule = make(staff, scope="request", target=foi_request.pk)

    said = words(client.post(f"{LIST}{rule.pk}/", {"do": "take_back", "reason_code": "mistake"}, follow=True))

    assert "The rule is taken back" in said and "Take the rule back" not in said
    assert "Quill" in client.get(f"/request/{foi_request.slug}").content.decode()
    assert Decision.objects.filter(thing_type="redaction_rule").count() == 2
    assert client.post(f"{LIST}{rule.pk}/", {"do": "take_back", "reason_code": "mistake"}).status_code == 422


def test_given_a_rule_for_the_whole_site_then_its_page_shows_how_far_it_is(client, staff, foi_request):
    rule = make(staff)

    assert "0 of 1 requests looked at" in words(client.get(f"{LIST}{rule.pk}/"))
    redaction_rules.carry_through(now=timezone.now())
    assert "looked at again, and holds" in words(client.get(f"{LIST}{rule.pk}/"))
    client.post(f"{LIST}{rule.pk}/", {"do": "again"})
    assert "0 of 1 requests looked at" in words(client.get(f"{LIST}{rule.pk}/"))


def test_given_a_rule_that_does_not_hold_then_its_page_says_where_and_the_case_leads_to_it(client, staff, foi_request):
    make_letter(foi_request, body="x" * 5000)

    rule = make(staff, scope="request", target=foi_request.pk, pattern=r"(?:x+x+)+y", is_regex=True)

    said = words(client.get(f"{LIST}{rule.pk}/"))
    assert "does not hold everywhere" in said and "took too long, so it is kept back" in said
    case = cases.open_case(CaseKind.FAILED_JOB, "redaction_rule", rule.pk, details={"reason": FAILED})
    said = words(client.get(f"/moderation/case/{case.pk}/"))
    assert f"{LIST}{rule.pk}/" in said and "did not hold everywhere" in said


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"target": ""}, "Say which request, person or authority"),
        ({"target": "987654"}, "There is no such request"),
        ({"target": "%", "scope": "person"}, "There is no such request"),
        ({"pattern": ""}, "Write the words"),
        ({"pattern": "(a+)+$", "is_regex": "on"}, "takes too long"),
        ({"pattern": "(", "is_regex": "on"}, "cannot be read"),
        ({"replacement": "[Zebedee Quill]"}, "matches the rule itself"),
        ({"reason_code": ""}, "Choose a reason"),
    ],
)
@pytest.mark.parametrize("do", ["preview", "make"])
def test_given_a_rule_that_cannot_be_used_then_the_page_says_what_to_change(
    client, staff, foi_request, fields, why, do
):
    answer = client.post(LIST, RULE | {"target": str(foi_request.pk), "do": do} | fields)

    assert answer.status_code == 422
    assert why in words(answer)
    assert not RedactionRule.objects.exists()


@pytest.mark.parametrize("scope", ["person", "authority", "site"])
def test_a_wider_rule_names_whom_it_is_about(client, staff, foi_request, scope):
    target = {"person": foi_request.requester.email, "authority": foi_request.authority.slug, "site": ""}[scope]

    client.post(LIST, RULE | {"scope": scope, "target": target, "do": "make"})

    rule = RedactionRule.objects.get()
    assert (rule.scope, rule.person, rule.authority) == (
        scope,
        foi_request.requester if scope == "person" else None,
        foi_request.authority if scope == "authority" else None,
    )
    assert {"person": "Requests of", "authority": "Requests to", "site": "The whole site"}[scope] in words(
        client.get(LIST)
    )


def test_a_request_leads_to_a_form_that_names_it(client, staff, foi_request):
    assert f"{LIST}?request={foi_request.pk}#add" in words(client.get(f"/moderation/request/{foi_request.pk}/"))

    assert f'value="{foi_request.pk}"' in words(client.get(f"{LIST}?request={foi_request.pk}"))


def test_the_pages_ask_as_much_of_the_database_for_many_as_for_few(client, staff, foi_request):
    rule = make(staff)

    def ask() -> list[int]:
        counts = []
        for path, post in ((LIST, {}), (f"{LIST}{rule.pk}/", {}), (LIST, RULE | {"scope": "site", "do": "preview"})):
            with CaptureQueriesContext(connection) as found:
                client.post(path, post) if post else client.get(path)
            counts.append(len(found))
        return counts

    few = ask()
    for _ in range(8):
        make(staff, pattern="Another Name")
        make_letter(foi_request, body="Zebedee Quill again")
        make_annotation(make_request(), body="Zebedee Quill too")
    assert ask() == few
    assert max(few) <= 12


class TestFilesThatHoldTheWords:
    """No rule alters a file: staff see which hold the words, hold them at a stroke, and decide about each."""

    @pytest.fixture
    def file(self, foi_request):
        return self.read(make_file(make_letter(foi_request), "list.csv"), "Street\tClerk\nMill Lane\tZEBEDEE QUILL")

    @staticmethod
    def read(file, words):
        FileCheck.objects.create(attachment=file, state=CheckState.CLEAR, is_read=True)
        parts = [{"text": words, "name": "", "number": 0, "is_picture": False}]
        FileText.objects.create(attachment=file, parts=parts, published_parts=parts, published_text=words)
        file.reading = Reading.WORDS
        file.save()
        return file

    def preview(self, client, foi_request, do="preview", **fields):
        return client.post(LIST, RULE | {"target": str(foi_request.pk), "do": do} | fields, follow=True)

    def test_given_a_rule_when_it_is_tried_then_the_files_are_named_and_counted(self, client, staff, foi_request, file):
        self.read(make_file(make_letter(foi_request), "clean.csv"), "Street")
        make_file(make_letter(foi_request), "scan.pdf")
        self.read(make_file(make_letter(make_request()), "elsewhere.csv"), "Zebedee Quill")

        said = words(self.preview(client, foi_request))

        assert "<strong>1 public file</strong> holds the words." in said
        assert f"/request/{foi_request.slug}/file/{file.pk}/list.csv" in said
        assert "1 public file has no words that can be read here" in said
        assert "Make the rule and hold 1 file" in said
        assert "elsewhere.csv" not in said and "clean.csv" not in said
        assert "<strong>2 public files</strong>" in words(self.preview(client, foi_request, scope="site", target=""))

    @pytest.mark.parametrize("fields", [{"pattern": r"Zebe\w+ Q", "is_regex": "on"}, {"pattern": "zebedee  quill"}])
    def test_however_the_rule_is_written_they_are_found(self, client, staff, foi_request, file, fields):
        assert "<strong>1 public file</strong>" in words(self.preview(client, foi_request, **fields))

    def test_given_it_is_made_and_they_are_held_in_one_step_then_nobody_is_served_the_words(
        self, client, staff, foi_request, file
    ):
        address, as_text = f"/request/{foi_request.slug}/file/{file.pk}/list.csv", f"/file/{file.pk}/as/text"

        said = words(self.preview(client, foi_request, "make_and_hold"))

        assert "1 file is held, and waits in the queue for a decision." in said
        case = Case.objects.get(kind=CaseKind.FILE_HELD)
        rule = RedactionRule.objects.get()
        assert f"/moderation/case/{case.pk}/" in said and "1 is held for them." in said
        assert Event.objects.get(kind="file_held").decision == rule.made_by
        client.logout()
        assert client.get(address).status_code == 404
        assert client.get(f"/request/{foi_request.slug}{as_text}").status_code == 404
        assert "This file is held for a check" in words(client.get(f"/request/{foi_request.slug}"))

    def test_given_a_rule_without_holding_then_its_page_has_the_button_and_the_text_page_obeys(
        self, client, staff, foi_request, file
    ):
        said = words(self.preview(client, foi_request, "make"))
        rule = RedactionRule.objects.get()

        assert "<strong>1 public file</strong> holds the words." in said and "Hold this file" in said
        shown = client.get(f"/request/{foi_request.slug}/file/{file.pk}/as/text").content.decode()
        assert "[name]" in shown and "QUILL" not in shown

        said = words(client.post(f"{LIST}{rule.pk}/", {"do": "hold"}, follow=True))
        assert "1 file is held" in said and "Hold this file" not in said
        said = words(client.post(f"{LIST}{rule.pk}/", {"do": "hold"}, follow=True))
        assert "0 files are held" in said

    def test_given_a_held_file_then_staff_release_it_with_a_reason_or_put_another_in_its_place(
        self, client, staff, foi_request, file
    ):
        self.preview(client, foi_request, "make_and_hold")
        case = Case.objects.get(kind=CaseKind.FILE_HELD)
        page = words(client.get(f"/moderation/case/{case.pk}/"))
        assert "Words that a redaction rule takes out of what is published" in page
        assert "Put a clean file in its place" not in page
        assert f"{LIST}{RedactionRule.objects.get().pk}/" in page

        client.post(
            f"/moderation/case/{case.pk}/",
            {"do": "release_file", "release_file-reason_code": "handled", "release_file-staff_note": "It is a street."},
        )

        file.refresh_from_db()
        assert file.release == Release.PUBLIC
        said = words(client.get(f"{LIST}{RedactionRule.objects.get().pk}/"))
        assert "public, as a person decided" in said and "Hold this file" not in said

    def test_their_pages_ask_as_much_of_the_database_for_many_as_for_few(self, client, staff, foi_request, file):
        self.preview(client, foi_request, "make")
        rule = RedactionRule.objects.get()

        def ask() -> list[int]:
            counts = []
            for go in (lambda: self.preview(client, foi_request), lambda: client.get(f"{LIST}{rule.pk}/")):
                with CaptureQueriesContext(connection) as found:
                    go()
                counts.append(len(found))
            return counts

        few = ask()
        for number in range(30):
            self.read(make_file(make_letter(foi_request), f"more {number}.csv"), "Zebedee Quill")
        assert "<strong>31 public files</strong>" in words(self.preview(client, foi_request))
        assert ask() == few
        assert max(few) <= 12
