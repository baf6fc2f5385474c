"""Each kind of case: what is shown, and what each button does."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from requests_app.actions import contact, file_checks, inbound, moderation, officers, reports, takedown
from requests_app.actions.links import find_link, make_link
from requests_app.actions.publishing import NewFile
from requests_app.files.findings import finding, pack
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import Case, Decision, Message, OutboundEmail, Release, Reminder
from requests_app.models.private import CheckState, Draft, FileCheck
from tests import made_files
from tests.factories import make_annotation, make_authority, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def staff(client):
    staff = make_staff()
    client.force_login(staff)
    return staff


@pytest.fixture
def foi_request():
    return make_request()


def path(case):
    return f"/moderation/case/{case.pk}/"


def test_given_no_such_case_when_opened_then_404(client, staff):
    assert client.get("/moderation/case/99999/").status_code == 404


class TestHeldLetter:
    @pytest.fixture
    def case(self, foi_request, staff):
        address = address_of(foi_request, "request", settings.MAIL_DOMAIN)
        raw = (
            f"From: <b>Bob</b> <bob@elsewhere.example>\r\nTo: {address}\r\nSubject: <script>x</script>\r\n"
            "Message-ID: <2@elsewhere.example>\r\nContent-Type: text/html\r\n\r\n"
            "<p>There are <b>214</b> homes.</p><script>alert(1)</script>"
        ).encode()
        [number] = inbound.receive(door="lmtp", recipients=[address], envelope_from="", raw=raw)
        inbound.place(number)
        return Case.objects.get(kind="held_letter")

    def test_given_a_held_letter_when_read_then_it_is_shown_as_text(self, client, case):
        text = client.get(path(case)).content.decode()

        assert "214" in text and "is not an address that this authority is known to answer from" in text
        assert "<script>" not in text and "<b>" not in text.split("The letter", 1)[1].split("</main>")[0]

    def test_given_a_held_letter_when_its_case_is_closed_over_it_then_nothing_happens(self, client, case):
        assert b"Close it without" not in client.get(path(case)).content

        client.post(path(case), {"do": "close", "close-reason_code": "handled"})

        case.refresh_from_db()
        assert case.closed_at is None

    def test_given_a_guess_when_pressed_then_the_letter_is_published_there(self, client, case, foi_request):
        client.post(path(case), {"do": "file", "guess": str(foi_request.pk)})

        message = Message.objects.get(direction="incoming")
        assert message.foi_request == foi_request
        case.refresh_from_db()
        assert case.closed_by.kind == "file_letter"
        assert b"214" in client.get(f"/request/{foi_request.slug}").content

    def test_given_another_request_s_address_when_filed_then_it_goes_there(self, client, case):
        other = make_request("Another")

        client.post(path(case), {"do": "file", "file-foi_request": f"http://localhost/request/{other.slug}#incoming-3"})

        assert Message.objects.get(direction="incoming").foi_request == other

    def test_given_an_unknown_request_when_filed_then_it_says_so_and_the_case_stays(self, client, case):
        response = client.post(path(case), {"do": "file", "file-foi_request": "no-such-page"})

        assert response.status_code == 422 and b"Copy the address of its page" in response.content
        assert Case.objects.open().exists()

    def test_given_a_letter_for_nobody_when_put_away_then_a_reason_is_needed(self, client, case):
        assert client.post(path(case), {"do": "discard"}).status_code == 422

        client.post(path(case), {"do": "discard", "discard-reason_code": "spam", "discard-staff_note": "A newsletter"})

        case.refresh_from_db()
        assert case.thing_type == "inbound_email" and case.closed_by.note.staff_note == "A newsletter"
        assert not Message.objects.filter(direction="incoming").exists()

    def test_given_the_bytes_when_saved_then_the_browser_may_not_show_them(self, client, case):
        response = client.get(path(case) + "letter.eml")

        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment")
        assert b"<script>alert(1)</script>" in response.content


class TestUndeliverable:
    def test_given_a_returned_letter_when_corrected_then_it_is_sent_to_the_new_address(
        self, client, staff, foi_request
    ):
        row = compose.post_letter(foi_request.messages.get())
        OutboundEmail.objects.filter(pk=row.pk).update(state="sent", bounced_at=NOW, bounce_reason="No such mailbox")
        address = foi_request.authority.addresses.get()
        case = moderation.open_case("undeliverable", "authority_address", address.pk, now=NOW)
        assert b"No such mailbox" in client.get(path(case)).content

        response = client.post(path(case), {"do": "resend", "resend-email": "new@council.example"})

        assert response.url == path(case)
        assert "1 letter was sent again" in client.get(path(case)).content.decode()
        assert OutboundEmail.objects.filter(to_address="new@council.example", message=row.message).exists()


class TestTakeDown:
    @pytest.fixture
    def case(self, foi_request, staff):
        letter = make_letter(foi_request, files=[NewFile("names.csv", "text/csv", b"a,b\n")])
        from datetime import timedelta

        link = make_link("take_down", now=NOW, lives=timedelta(days=1), message=letter)
        takedown.take_down(link_id=find_link(link.rstrip("/").rpartition("/")[2]).pk, now=NOW)
        return Case.objects.get()

    def test_given_a_check_when_released_then_the_file_is_served_again(self, client, case, foi_request):
        file = Message.objects.get(direction="incoming").attachments.get()

        client.post(path(case), {"do": "release", "release-reason_code": "restored"})

        client.logout()
        assert client.get(f"/request/{foi_request.slug}/file/{file.pk}/{file.name}").status_code == 200

    def test_given_a_check_when_withdrawn_then_the_page_says_why(self, client, case, foi_request):
        assert client.post(path(case), {"do": "withdraw", "withdraw-reason_code": "personal"}).status_code == 422

        client.post(
            path(case),
            {
                "do": "withdraw",
                "withdraw-reason_code": "personal",
                "withdraw-public_wording": "Withdrawn: it named patients.",
            },
        )

        client.logout()
        assert b"Withdrawn: it named patients." in client.get(f"/request/{foi_request.slug}").content
        assert Decision.objects.get().thing_type == "attachment"


class TestReport:
    def test_given_a_report_when_hidden_then_the_annotation_is_gone_and_the_case_closed(
        self, client, staff, foi_request
    ):
        annotation = make_annotation(foi_request, body="You are crooks.")
        reports.report(
            foi_request_id=foi_request.pk,
            reason="abusive",
            text="Rude.",
            reporter_email="r@x.example",
            annotation_id=annotation.pk,
            now=NOW,
        )
        case = Case.objects.get()
        assert b"You are crooks." in client.get(path(case)).content

        client.post(
            path(case),
            {"do": "hide", "hide-reason_code": "abusive", "hide-public_wording": "Hidden because it was abusive."},
        )

        client.logout()
        page = client.get(f"/request/{foi_request.slug}").content
        assert b"You are crooks." not in page and b"Hidden because it was abusive." in page


class TestContact:
    def test_given_a_message_when_answered_then_a_letter_leaves(self, client, staff):
        contact.write_to_us(
            name="B. Lee", email="b@x.example", subject="Lost", text="Where is it?", sender=None, now=NOW
        )
        case = Case.objects.get()
        assert client.post(path(case), {"do": "answer", "answer-answer": "  "}).status_code == 422

        client.post(path(case), {"do": "answer", "answer-answer": "It is under Bins & more."})

        letter = OutboundEmail.objects.get(template="contact_answer")
        assert letter.to_address == "b@x.example" and letter.subject == "Re: Lost"
        assert "It is under Bins & more." in letter.body and "> Where is it?" in letter.body
        assert not Case.objects.open().exists()


class TestOfficerAccess:
    def test_given_somebody_vouched_for_when_approved_then_an_invitation_leaves(self, client, staff):
        officers.ask_for_access(authority_id=make_authority().pk, email="k@x.example", name="K. Osei", now=NOW)
        letter = OutboundEmail.objects.get()
        token = next(word for word in letter.body.split() if "/link/" in word).rstrip("/").rpartition("/")[2]
        officers.vouch(link_id=find_link(token).pk, says_yes=True, now=NOW)
        case = Case.objects.get()
        assert b"K. Osei" in client.get(path(case)).content

        client.post(path(case), {"do": "approve"})

        assert OutboundEmail.objects.filter(template="officer_invitation", to_address="k@x.example").exists()
        assert not Case.objects.open().exists()


def test_given_a_failed_job_when_retried_then_it_waits_to_run(client, staff, foi_request):
    row = compose.post_letter(foi_request.messages.get())
    OutboundEmail.objects.filter(pk=row.pk).update(state="failed", last_error="Connection refused")
    case = moderation.open_case("failed_job", "outbound_email", row.pk)
    assert b"Connection refused" in client.get(path(case)).content

    client.post(path(case), {"do": "retry"})

    row.refresh_from_db()
    assert row.state == "queued"


def test_given_any_case_when_closed_without_more_then_a_reason_is_kept_and_a_second_press_does_nothing(client, staff):
    case = moderation.open_case("failed_job", "outbound_email", 123456)

    client.post(path(case), {"do": "close", "close-reason_code": "handled", "close-staff_note": "Gone"})
    response = client.post(path(case), {"do": "close", "close-reason_code": "handled"})

    assert b"This case was closed" in response.content
    assert Decision.objects.get().note.staff_note == "Gone"


def test_given_a_failed_reminder_of_an_unsent_letter_then_its_case_says_so_and_it_can_be_tried_again(client, staff):
    draft = Draft.objects.create(user=make_user(), title="Bins", previewed_at=NOW)
    reminder = Reminder.objects.create(
        draft=draft, kind="not_sent_yet", audience="requester", for_on=NOW.date(), planned_on=NOW.date(),
        state="failed", reason="error",
    )  # fmt: skip
    case = moderation.open_case("failed_job", "draft", draft.pk)
    page = client.get(path(case)).content.decode()
    assert "The reminder of a letter that is not sent yet could not be sent." in page and "Try again" in page

    client.post(path(case), {"do": "retry"})

    reminder.refresh_from_db()
    case.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("planned", "") and case.closed_at is not None


def test_given_a_mail_to_a_person_that_could_not_be_made_then_its_case_says_so_and_has_no_button(client, staff):
    case = moderation.open_case("failed_job", "user", make_user().pk)
    page = client.get(path(case)).content.decode()
    assert "The mail of one morning to one person could not be made." in page
    assert 'value="retry"' not in page


class TestFileHeld:
    @pytest.fixture
    def file(self, foi_request, staff, settings, tmp_path):
        file_store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
        settings.STORAGES = {**settings.STORAGES, "default": file_store}
        content = made_files.workbook_with_hidden_sheet()
        letter = make_letter(foi_request, files=[NewFile("repairs.xlsx", "", content)])
        letter.attachments.update(release=Release.CHECKING)
        FileCheck.objects.update(state=CheckState.WAITING, is_read=False)
        file = letter.attachments.get()
        file_checks.check(file.pk)
        file.refresh_from_db()
        return file

    @pytest.fixture
    def case(self, file):
        return Case.objects.get(kind="file_held", thing_id=file.pk)

    def test_given_a_held_file_when_opened_then_what_was_found_is_named(self, client, case, file):
        body = client.get(path(case)).content.decode()

        assert "Hidden sheets</strong>: Staff names" in body
        assert "Put a clean file in its place" in body
        listed = client.get("/moderation/").content.decode()
        assert "repairs.xlsx: Hidden sheets" in listed

    def test_given_no_reason_when_released_then_it_stays_held(self, client, case, file):
        response = client.post(path(case), {"do": "release_file", "release_file-reason_code": "handled"})

        assert response.status_code == 422
        assert "somebody may ask later" in response.content.decode()
        file.refresh_from_db()
        assert file.release == Release.HELD

    def test_given_a_reason_when_released_then_it_is_public(self, client, case, file):
        words = {"release_file-reason_code": "handled", "release_file-staff_note": "They are firms."}
        assert client.post(path(case), {"do": "release_file"} | words).url == "/moderation/"

        file.refresh_from_db()
        assert file.release == Release.PUBLIC

    def test_given_another_file_when_put_in_its_place_then_that_one_is_checked(self, client, case, file):
        new = SimpleUploadedFile("clean.xlsx", made_files.workbook())
        words = {"replace_file-reason_code": "personal", "replace_file-file": new}
        assert client.post(path(case), {"do": "replace_file"} | words).url == "/moderation/"

        assert file_checks.check(file.pk) == CheckState.CLEAR
        file.refresh_from_db()
        assert (file.name, file.release) == ("clean.xlsx", Release.PUBLIC)

    def test_given_no_file_when_replacing_then_it_is_asked_for(self, client, case):
        assert client.post(path(case), {"do": "replace_file"}).status_code == 422

    def test_given_the_button_when_cleaned_then_a_clean_file_waits_for_its_check(self, client, case, file):
        assert client.post(path(case), {"do": "clean_file"}).url == "/moderation/"

        file.refresh_from_db()
        assert file.release == Release.CHECKING
        assert not any(name.encode() in file.content.open("rb").read() for name in made_files.NAMES)

    def test_given_words_when_withdrawn_then_the_public_reads_them(self, client, case, file):
        words = {"withdraw_file-reason_code": "personal", "withdraw_file-public_wording": "It names our staff."}
        assert client.post(path(case), {"do": "withdraw_file"} | words).url == "/moderation/"

        client.logout()
        body = client.get(f"/request/{case.foi_request.slug}").content.decode()
        assert "It names our staff." in body and "repairs.xlsx" not in body

    @pytest.mark.parametrize("size", [1, 30])
    def test_it_costs_as_many_queries_for_few_findings_as_for_many(
        self, client, case, file, size, django_assert_max_num_queries
    ):
        FileCheck.objects.update(findings=pack([finding("hidden_sheets", ["One"]) for _one in range(size)]))

        with django_assert_max_num_queries(9):
            assert client.get(path(case)).status_code == 200
