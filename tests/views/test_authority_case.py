"""Answering in the inbox: files survive errors, the preview is the public rendering, publishing happens once."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from requests_app import limited
from requests_app.actions import draft_files, file_checks, moderation
from requests_app.actions.publishing import NewFile
from requests_app.files.findings import finding, pack
from requests_app.models import Case, ClockEvent, Message, OutboundEmail, Release
from requests_app.models.private import CheckState, FileCheck, OfficerDraft, OfficerDraftFile
from tests.factories import SENT_AT, make_annotation, make_letter, make_officer, make_request, make_staff, make_user
from tests.made_files import NAMES, workbook_with_hidden_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    officer = make_officer()
    client.force_login(officer.user)
    return officer


@pytest.fixture
def foi_request(officer):
    return make_request(authority=officer.authority)


def upload(name="figures.csv", content=b"year,count\n2025,3\n"):
    return SimpleUploadedFile(name, content)


def send(client, foi_request, do="save", **fields):
    data = {"do": do, "body": "Dear P,\n\nThree.\n\nYours, R. Shah", "kind": "in_full", **fields}
    return client.post(f"/inbox/request/{foi_request.pk}/", data)


def test_given_other_people_when_opening_a_case_then_404(client, foi_request):
    path = f"/inbox/request/{foi_request.pk}/"
    assert client.get(path).status_code == 200
    for stranger in (make_user(), make_officer().user, foi_request.requester):
        client.force_login(stranger)
        assert client.get(path).status_code == 404
        assert client.get(path + "preview/").status_code == 404
        assert client.post(path, {"do": "save", "body": "x"}).status_code == 404
    client.logout()
    assert client.get(path).url.startswith("/account/login/")


def test_given_an_answer_when_previewed_and_published_then_it_is_public_with_its_files(client, foi_request):
    response = send(client, foi_request, "preview", files=[upload(), upload("letter.txt", b"Dear P")])
    assert response.url == f"/inbox/request/{foi_request.pk}/preview/"
    previewed = client.get(response.url).content.decode()
    assert "figures.csv" in previewed and "CSV table" in previewed and "<p>Three.</p>" in previewed
    assert not Message.objects.filter(direction="incoming").exists()

    response = client.post(response.url)

    message = Message.objects.get(direction="incoming")
    assert response.url == f"/inbox/request/{foi_request.pk}/published/{message.pk}/"
    assert message.published_html in previewed
    assert message.attachments.count() == 2
    done = client.get(response.url).content.decode()
    assert "What happens now" in done and "answered on" in done
    client.logout()
    public = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "Three." in public and "figures.csv" in public
    assert OutboundEmail.objects.filter(template="response_received", to_user=foi_request.requester).exists()
    assert not OfficerDraft.objects.exists()


def test_given_a_missing_kind_when_previewed_then_the_error_says_so_and_files_are_kept(client, foi_request):
    response = send(client, foi_request, "preview", kind="", files=[upload()])

    text = response.content.decode()
    assert response.status_code == 422
    assert "Choose what kind of answer this is" in text
    assert "figures.csv" in text and "Three." in text
    assert OfficerDraftFile.objects.count() == 1


def test_given_only_the_first_words_when_previewed_then_it_asks_for_an_answer(client, foi_request):
    first_words = client.get(f"/inbox/request/{foi_request.pk}/").context["form"].initial["body"]

    response = send(client, foi_request, "preview", body=first_words.replace("\n", "\r\n"))

    assert response.status_code == 422
    assert b"Write your answer." in response.content


def test_given_nothing_when_saved_then_it_is_no_error(client, foi_request):
    assert send(client, foi_request, "save", body="", kind="").status_code == 302


def test_given_the_page_saving_by_itself_when_typed_then_it_is_kept_without_a_word(client, foi_request):
    response = client.post(f"/inbox/request/{foi_request.pk}/", {"body": "Half a sent", "kind": ""})

    assert response.status_code == 204
    assert OfficerDraft.objects.get().body == "Half a sent"


def test_given_a_number_no_file_can_have_when_it_is_removed_then_nothing_breaks(client, foi_request):
    send(client, foi_request, files=[upload("a.txt")])

    for number in ("9" * 19, "9" * 5000):
        assert send(client, foi_request, f"remove-{number}").status_code == 302
    assert OfficerDraftFile.objects.count() == 1


def test_given_files_when_one_is_removed_then_the_other_stays(client, foi_request):
    send(client, foi_request, files=[upload("a.txt"), upload("b.txt")])
    first = OfficerDraftFile.objects.first()

    send(client, foi_request, f"remove-{first.pk}")

    assert [file.name for file in OfficerDraftFile.objects.all()] == ["b.txt"]


def test_given_too_many_or_too_large_files_when_sent_then_words_say_the_limit(client, foi_request, monkeypatch):
    response = send(client, foi_request, "save", files=[upload(f"{number}.txt") for number in range(21)])
    assert response.status_code == 422
    assert "An answer can have 20 files, and this makes 21" in response.content.decode()
    assert OfficerDraft.objects.get().body.startswith("Dear P")

    monkeypatch.setattr("requests_app.forms.authority_case.FILES_BYTES", 1_000_000)
    response = send(client, foi_request, "save", files=[upload("big.txt", b"x" * 1_000_001)])
    assert response.status_code == 422
    assert "an answer can carry 1 MB" in response.content.decode()
    assert not OfficerDraftFile.objects.exists()


def test_given_a_refusal_when_a_section_is_added_then_its_sentence_is_in_the_text(client, foi_request):
    send(client, foi_request, "insert", section="40")
    body = OfficerDraft.objects.get().body
    assert "under section 40 (personal information)" in body

    send(client, foi_request, "insert", section="999")
    assert "999" not in OfficerDraft.objects.get().body


def test_given_a_refusal_without_a_section_when_previewed_then_a_hint_says_so_and_does_not_stop_it(client, foi_request):
    response = send(client, foi_request, "preview", kind="refused")

    assert "names no section" in client.get(response.url).content.decode()
    assert client.post(response.url).status_code == 302


def test_given_a_draft_file_when_another_officer_asks_then_404(client, foi_request, officer):
    send(client, foi_request, files=[upload()])
    file = OfficerDraftFile.objects.get()
    path = f"/inbox/request/{foi_request.pk}/draft-file/{file.pk}/"
    response = client.get(path)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"

    client.force_login(make_officer(officer.authority, make_user("Second")).user)

    assert client.get(path).status_code == 404


def test_given_a_published_draft_when_published_again_then_it_says_that_it_is_done(client, foi_request):
    path = send(client, foi_request, "preview").url
    client.post(path)

    response = client.post(path, follow=True)

    assert Message.objects.filter(direction="incoming").count() == 1
    assert b"There is no draft of yours here" in response.content


def test_given_a_request_hidden_from_the_public_when_answered_then_it_still_works(client, foi_request):
    moderation.hide(
        thing=foi_request,
        reason_code="personal",
        public_wording="Hidden for a person's sake.",
        from_all=False,
        actor=make_staff(),
        now=timezone.now(),
    )

    assert b"Hidden from the public" in client.get(f"/inbox/request/{foi_request.pk}/").content
    assert client.post(send(client, foi_request, "preview").url).status_code == 302


def test_given_a_suspended_officer_when_answering_then_the_words_are_shown(client, foi_request, officer):
    moderation.suspend(
        user=officer.user, reason_code="spam", public_wording="Spam.", actor=make_staff(), now=timezone.now()
    )

    response = send(client, foi_request)

    assert response.status_code == 403 and b"Spam." in response.content
    assert not OfficerDraft.objects.exists()


def test_given_a_mailed_letter_when_the_officer_says_what_it_was_then_both_words_are_kept(client, foi_request):
    letter = make_letter(foi_request)
    path = f"/inbox/request/{foi_request.pk}/describe/{letter.pk}/"
    assert client.post(path, {}).status_code == 422

    response = client.post(path, {"kind": "not_held"})

    assert response.status_code == 302
    said = foi_request.outcomes_said.get()
    assert (said.side, said.outcome) == ("authority", "not_held")


def test_given_a_published_letter_when_its_files_are_taken_down_then_they_are_hidden_at_once(client, foi_request):
    preview = send(client, foi_request, "preview", files=[upload()]).url
    client.get(preview)
    client.post(preview)
    message = Message.objects.get(direction="incoming")
    file = message.attachments.get()
    address = f"/request/{foi_request.slug}/file/{file.pk}/{file.name}"
    assert client.get(address).status_code == 200

    client.post(f"/inbox/request/{foi_request.pk}/published/{message.pk}/")

    client.logout()
    assert client.get(address).status_code != 200
    assert b"asked for a check" in client.get(f"/request/{foi_request.slug}").content


@pytest.mark.parametrize("letters", [3, 60])
def test_given_a_short_or_long_thread_when_opened_then_the_queries_are_the_same(
    client, foi_request, django_assert_max_num_queries, letters
):
    for number in range(letters):
        make_letter(foi_request) if number % 3 else make_annotation(foi_request)

    with django_assert_max_num_queries(18):
        assert client.get(f"/inbox/request/{foi_request.pk}/").status_code == 200


def test_given_ten_letters_to_describe_when_opened_then_each_link_has_a_name_of_its_own(client, foi_request):
    for number in range(8):
        make_letter(foi_request, at=SENT_AT + timedelta(minutes=number % 4), body=f"Dear Sir,\n\nPart {number}.")
    for _twin in range(2):
        make_letter(foi_request, at=SENT_AT, body="Dear Sir,\n\nThe same.")

    page = client.get(f"/inbox/request/{foi_request.pk}/").content.decode()

    links = re.findall(r'<a href="/inbox/request/\d+/describe/(\d+)/">([^<]+)</a>', page)
    assert len(links) == 10 and len({name for _number, name in links}) == 10
    came = foi_request.messages.filter(direction="incoming").values_list("pk", flat=True)
    assert {int(number) for number, _name in links} == set(came)
    assert "Letter of 16 June 2011 at 10:12: Part 0." in page and "Dear Sir" not in str(links)
    assert page.count("Nobody has said yet what") == 1


def test_given_a_recalled_letter_when_opened_then_the_officer_reads_until_when_its_files_are_hidden(
    client, foi_request
):
    now = timezone.now()
    file = NewFile("figures.csv", "text/csv", b"1,2", found=[])
    recalled = make_letter(foi_request, at=now, files=(file,))
    old = make_letter(foi_request, at=now - timedelta(days=9), files=(file,))
    Message.objects.filter(pk=old.pk).update(recalled_at=now - timedelta(days=8))
    path = f"/inbox/request/{foi_request.pk}/"
    asked = "Your mail program asked for the letter of"
    assert asked not in client.get(path).content.decode()
    Message.objects.filter(pk=recalled.pk).update(recalled_at=now)
    assert "None of its files is hidden because of it" in client.get(path).content.decode()

    until = now.date() + timedelta(days=5)
    recalled.attachments.update(release=Release.CHECKING, checking_until=until)

    page = client.get(path).content.decode()
    assert page.count(asked) == 1
    assert f"Its files are hidden until the end of {until.day} {until:%B %Y}" in page
    assert f"/request/{foi_request.slug}/report?message={recalled.pk}" in page


def test_given_more_time_when_published_then_the_estimate_is_on_the_ledger_by_the_officers_word(client, foi_request):
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    sent = send(client, foi_request, "preview", kind="more_time", until=day, body="We weigh section 43(2).")
    assert OfficerDraft.objects.get().until.isoformat() == day
    preview = client.get(sent.url).content.decode()
    assert "The last day to answer stays where it is." in preview and "not weighed against" not in preview

    client.post(sent.url)

    row = ClockEvent.objects.get(kind="extension_claimed")
    assert (row.until.isoformat(), row.basis, row.evidence) == (day, "officer", "letter")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("question", "What you ask now has to be replied to as well."),
        ("fee", "What you ask for now has to be paid as well."),
        ("more_time", "You expect to answer by"),
        ("acknowledgement", ""),
    ],
)
def test_given_a_clock_that_stands_still_when_previewed_then_no_letter_is_said_to_move_it(
    client, foi_request, kind, more
):
    sent = send(client, foi_request, "preview", kind="question", body="Which year do you mean?")
    assert "The clock stops until the requester replies." in client.get(sent.url).content.decode()
    client.post(sent.url)

    day = (timezone.localdate() + timedelta(days=30)).isoformat() if kind == "more_time" else ""
    sent = send(client, foi_request, "preview", kind=kind, until=day, body="We write to you again.")

    preview = client.get(sent.url).content.decode()
    assert "The clock stands still already, because a question or a fee is open." in preview and more in preview
    assert not any(words in preview for words in ("stays where it is", "The clock goes on", "The clock stops"))


def test_given_more_time_for_another_reason_when_published_then_no_ground_is_put_in_the_officers_mouth(
    client, foi_request
):
    sent = send(client, foi_request, "preview", kind="more_time_other", body="Half of us are ill.")
    preview = client.get(sent.url).content.decode()
    assert "the last day stays where it is" in preview and "public interest" not in preview

    client.post(sent.url)

    assert not ClockEvent.objects.filter(kind="extension_claimed").exists()
    page = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "More time needed" in page and "public interest" not in page


def test_given_more_time_on_absolute_exemptions_only_then_a_hint_is_given_and_nothing_forbidden(client, foi_request):
    sent = send(client, foi_request, "preview", kind="more_time", body="We rely on section 21 and s. 32.")

    assert "are not weighed against the public interest" in client.get(sent.url).content.decode()
    assert client.post(sent.url).status_code == 302


@pytest.mark.parametrize("until", ["1900-01-01", "2999-01-01", "tomorrow but three"])
@pytest.mark.parametrize("kind", ["more_time", "more_time_other"])
def test_given_an_impossible_day_when_previewed_then_its_field_says_so_and_nothing_typed_is_lost(
    client, foi_request, until, kind
):
    sent = send(client, foi_request, "preview", kind=kind, until=until, body="We weigh it.", files=[upload()])

    page = sent.content.decode()
    assert sent.status_code == 422
    (said,) = sent.context["form"].errors["until"]
    assert said.startswith("Give a day") and said in page and 'href="#id_until"' in page
    assert f'value="{until}"' in page and "We weigh it." in page and "figures.csv" in page


@pytest.mark.parametrize(
    ("standing", "days", "words"),
    [
        ("foia", 3, "The regulator expects this to take no more than 40 working days in all, to"),
        ("foia", 800, "The regulator expects this to take no more than 40 working days in all, to"),
        ("eir", 90, "The regulations allow at most 40 working days in all."),
    ],
)
def test_given_a_law_when_its_limits_are_not_kept_then_the_possible_days_are_told(
    client, officer, standing, days, words
):
    officer.authority.standing = standing
    officer.authority.save()
    now = timezone.now()
    foi_request = make_request(authority=officer.authority, sent_at=now)
    until = (timezone.localdate(now) + timedelta(days=days)).isoformat()

    sent = send(client, foi_request, "preview", kind="more_time", until=until)

    (said,) = sent.context["form"].errors["until"]
    first = foi_request.due_on + timedelta(days=1)
    assert said.startswith(f"Give a day from {first:%-d %B %Y} to ") and words in said
    assert send(client, foi_request, "preview", kind="more_time", until=first.isoformat()).status_code == 302


def test_given_a_draft_with_a_day_that_has_passed_when_opened_or_published_then_it_is_refused_and_stays(
    client, foi_request
):
    sent = send(client, foi_request, "preview", kind="more_time")
    OfficerDraft.objects.update(until="2011-06-20")

    looked, refused = client.get(sent.url), client.post(sent.url)

    assert "Publish this answer" not in looked.content.decode() and "Give a day from" in looked.content.decode()
    assert "You expect to answer by" not in looked.content.decode()
    assert refused.status_code == 409 and "Give a day from" in refused.content.decode()
    assert OfficerDraft.objects.exists() and not ClockEvent.objects.filter(kind="extension_claimed").exists()


def test_given_a_mailed_letter_when_described_with_a_day_before_it_then_its_field_says_so(client, foi_request):
    letter = make_letter(foi_request)

    page = client.post(
        f"/inbox/request/{foi_request.pk}/describe/{letter.pk}/", {"kind": "more_time", "until": "1900-01-01"}
    )

    assert page.status_code == 422
    assert "before it. Give a later day." in page.context["form"].errors["until"][0]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ("foia", "Only these are weighed: 22, 22A, 24, 26"),
        ("foisa", "This law has no extension."),
        ("eir", "both complex and large"),
        ("none", "No law sets a time"),
    ],
)
def test_given_each_law_then_the_hints_say_what_stops_its_clock(client, officer, standing, words):
    officer.authority.standing = standing
    officer.authority.save()
    foi_request = make_request(authority=officer.authority)

    page = client.get(f"/inbox/request/{foi_request.pk}/").content.decode()

    assert words in page
    assert ("section 1(3)" in page) == (standing != "none")


def test_given_a_mailed_fees_notice_when_the_officer_says_so_then_the_clock_stops_by_its_word(client, foi_request):
    letter = make_letter(foi_request)

    client.post(f"/inbox/request/{foi_request.pk}/describe/{letter.pk}/", {"kind": "fee"})

    row = ClockEvent.objects.get(kind="fees_notice")
    assert (row.basis, row.message) == ("officer", letter)
    foi_request.refresh_from_db()
    assert foi_request.due_on is None and foi_request.clock["open_to_doubt"] == row.pk


class TestFilesThatHideSomething:
    @pytest.fixture
    def preview(self, client, foi_request):
        """Where the draft with such a file is looked at."""
        return send(client, foi_request, "preview", files=[upload("repairs.xlsx", workbook_with_hidden_sheet())]).url

    def press(self, client, foi_request, do, **fields):
        file = OfficerDraftFile.objects.get()
        return client.post(f"/inbox/request/{foi_request.pk}/preview/file/{file.pk}/", {"do": do, **fields})

    def test_given_a_hidden_sheet_when_previewed_then_the_officer_sees_its_name_first(self, client, preview):
        body = client.get(preview).content.decode()

        assert "Hidden sheets</strong>: Staff names" in body
        for button in ("Remove the hidden parts", "Remove this file", "Publish it with this in it"):
            assert button in body
        assert "made of its visible cells" in body and "pictures of its pages" not in body

    def test_given_it_is_published_as_it_is_then_the_letter_is_public_and_the_file_waits(
        self, client, foi_request, preview
    ):
        client.get(preview)
        client.post(preview)

        message = Message.objects.get(direction="incoming")
        file = message.attachments.get()
        assert file.release == Release.CHECKING
        file_checks.check(file.pk)
        file.refresh_from_db()
        assert file.release == Release.HELD
        assert Case.objects.get(kind="file_held").foi_request == foi_request

    def test_given_the_hidden_parts_are_removed_then_the_clean_file_is_public_at_once(
        self, client, foi_request, preview
    ):
        client.get(preview)
        assert self.press(client, foi_request, "clean").url == preview

        assert "Staff names" not in client.get(preview).content.decode()
        client.post(preview)
        file = Message.objects.get(direction="incoming").attachments.get()
        assert file.release == Release.PUBLIC
        assert not any(name.encode() in file.content.open("rb").read() for name in NAMES)

    def test_given_a_reason_then_it_is_public_at_once_with_the_reason_for_staff(self, client, foi_request, preview):
        client.get(preview)
        self.press(client, foi_request, "vouch", why=" ")
        assert "Say in a few words why" in client.get(preview).content.decode()
        self.press(client, foi_request, "vouch", why="The names are those of streets.")
        assert "The names are those of streets." in client.get(preview).content.decode()
        client.post(preview)

        file = Message.objects.get(direction="incoming").attachments.get()
        assert file.release == Release.PUBLIC
        check = FileCheck.objects.get()
        assert (check.state, check.said_why) == (CheckState.SETTLED, "The names are those of streets.")

    def test_given_the_file_is_removed_then_it_is_gone(self, client, foi_request, preview):
        self.press(client, foi_request, "remove")

        assert not OfficerDraftFile.objects.exists()
        assert "repairs.xlsx" not in client.get(preview).content.decode()

    def test_given_a_virus_then_no_reason_makes_it_public(self, client, foi_request, preview):
        OfficerDraftFile.objects.update(findings=pack([finding("virus", ["Eicar"])]))
        self.press(client, foi_request, "vouch", why="It is harmless.")

        assert OfficerDraftFile.objects.get().said_why == ""
        client.post(preview)
        assert Message.objects.get(direction="incoming").attachments.get().release == Release.CHECKING

    def test_given_another_s_draft_then_there_is_no_such_file(self, client, foi_request, preview):
        number = OfficerDraftFile.objects.get().pk
        colleague = make_officer(foi_request.authority)
        client.force_login(colleague.user)

        address = f"/inbox/request/{foi_request.pk}/preview/file/{number}/"
        assert client.post(address, {"do": "remove"}).status_code == 404
        assert OfficerDraftFile.objects.exists()

    def test_given_a_scanner_that_is_away_then_the_page_says_that_it_is_still_checked(
        self, client, foi_request, preview, settings, tmp_path
    ):
        settings.CLAMD = f"unix:{tmp_path}/nobody.ctl"

        assert "It is still being checked." in client.get(preview).content.decode()

    def test_given_a_kind_that_nothing_can_read_then_the_officer_hears_what_to_send_instead(self, client, foi_request):
        database = upload("staff.accdb", b"\x00\x01\x00\x00Standard ACE DB" + bytes(90))

        body = client.get(send(client, foi_request, "preview", files=[database]).url).content.decode()

        assert "A kind of file that this site cannot look into" in body
        assert "This site cannot see what is in it" in body and "Everybody who downloads it" not in body
        assert "Send it in a format that everybody can open" in body

    def test_given_a_file_that_takes_longer_than_a_page_may_then_a_worker_looks_into_it(
        self, client, preview, monkeypatch, foi_request
    ):
        monkeypatch.setattr(draft_files, "AT_ONCE", limited.Limits(seconds=0.01))

        assert "It is still being checked." in client.get(preview).content.decode()
        file = OfficerDraftFile.objects.get()
        assert file.findings is None

        draft_files.check(file.pk)
        assert "Staff names" in client.get(preview).content.decode()
