"""The gate before a file is public, with the real readers in their processes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from requests_app import limited, scanner
from requests_app.actions import concealment, file_checks, file_decisions, moderation, redaction_rules, takedown
from requests_app.actions.links import find_link
from requests_app.actions.publishing import NewFile
from requests_app.files.findings import finding, pack
from requests_app.models import (
    Attachment,
    Case,
    CaseKind,
    Decision,
    DecisionKind,
    Event,
    FileText,
    Heartbeat,
    NotAllowed,
    OutboundEmail,
    Prominence,
    Reading,
    Release,
)
from requests_app.models.private import CheckState, FileCheck
from requests_app.permissions import visible_files
from tests import made_files
from tests.arrivals import arrive, our_address, token_in
from tests.factories import make_letter, make_staff
from tests.letters import letter
from tests.made_files import NAMES, pdf, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANYBODY = AnonymousUser()


def arrived(foi_request, council, *files) -> list[Attachment]:
    raw = letter(sender=council, to=our_address(foi_request), files=files)
    return list(arrive(foi_request, raw, clear=False).message.attachments.all())


@pytest.fixture
def hiding(foi_request, council) -> Attachment:
    (file,) = arrived(foi_request, council, ("repairs.xlsx", XLSX, made_files.workbook_with_hidden_sheet()))
    assert file_checks.check(file.pk) == CheckState.FOUND
    file.refresh_from_db()
    return file


def is_public(file: Attachment) -> bool:
    return Attachment.objects.filter(visible_files(ANYBODY), pk=file.pk).exists()


def decided(**more) -> dict:
    return {"actor": make_staff(), "now": timezone.now(), "reason_code": "personal"} | more


class TestChecking:
    def test_given_a_letter_that_came_then_its_file_is_not_public_before_its_check(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("letter.pdf", "application/pdf", pdf()))
        version = type(foi_request).objects.get(pk=foi_request.pk).version

        assert (file.release, file.checking_until, is_public(file)) == (Release.CHECKING, None, False)
        assert file_checks.check(file.pk) == CheckState.CLEAR

        assert is_public(file)
        foi_request.refresh_from_db()
        assert foi_request.version > version
        assert not Case.objects.filter(kind=CaseKind.FILE_HELD).exists()

    def test_given_a_hidden_sheet_then_the_file_is_held_and_the_letter_and_the_clock_are_not(
        self, foi_request, council, hiding
    ):
        assert (hiding.release, is_public(hiding)) == (Release.HELD, False)
        assert hiding.message.prominence == Prominence.PUBLIC
        case = Case.objects.get(kind=CaseKind.FILE_HELD)
        assert (case.thing_id, case.foi_request, case.urgent) == (hiding.pk, foi_request, False)
        assert case.details == {"codes": ["hidden_sheets"], "was_public": False}
        assert hiding.file_check.findings[0]["names"] == ["Staff names"]
        assert "Staff names" not in str(list(Event.objects.values_list("data", flat=True)))
        foi_request.refresh_from_db()
        assert foi_request.due_on

    def test_given_a_black_box_then_the_file_is_held(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("a.pdf", "application/pdf", pdf(made_files.black_box)))

        assert file_checks.check(file.pk) == CheckState.FOUND
        assert Case.objects.get(kind=CaseKind.FILE_HELD).details["codes"] == ["covered_text"]

    def test_given_a_reader_that_comes_to_no_end_then_the_file_is_held(self, foi_request, council, monkeypatch):
        (file,) = arrived(foi_request, council, ("a.pdf", "application/pdf", pdf()))

        def takes_too_long(*args, **options):
            raise limited.Failed(limited.Why.TIME)

        monkeypatch.setattr(file_checks.limited, "run", takes_too_long)

        assert file_checks.check(file.pk) == CheckState.FOUND
        assert Case.objects.get(kind=CaseKind.FILE_HELD).details["codes"] == ["too_much"]

    def test_given_a_check_that_kills_its_worker_then_tries_are_counted_and_end_with_a_case(
        self, foi_request, council, monkeypatch
    ):
        (file,) = arrived(foi_request, council, ("a.pdf", "application/pdf", pdf()))
        monkeypatch.setattr(file_checks, "examine", lambda *args: 1 / 0)

        for attempt in range(1, 6):
            assert file_checks.check(file.pk) == "retry"
            assert file_checks.check(file.pk) == "nothing", "not its turn yet"
            assert file.file_check.__class__.objects.get().attempts == attempt
            FileCheck.objects.update(next_attempt_at=timezone.now())

        assert file_checks.check(file.pk) == CheckState.FOUND
        assert Case.objects.get(kind=CaseKind.FILE_HELD).details["codes"] == ["unreadable"]

    def test_given_files_that_a_crash_left_then_the_sweep_checks_and_reads_them(self, foi_request, council):
        files = arrived(
            foi_request, council, ("a.csv", "text/csv", b"street,cost\n"), ("b.txt", "text/plain", b"Potholes.\n")
        )

        assert file_checks.check_waiting() == 2
        assert file_checks.check_waiting() == 2
        assert file_checks.check_waiting() == 0

        assert all(map(is_public, files))
        assert [one.published_text for one in FileText.objects.order_by("pk")] == ["street\tcost", "Potholes."]

    def test_given_files_that_the_store_does_not_give_then_the_sweep_goes_on_to_the_others(self, foi_request, council):
        names = ("gone.csv", "here.csv", "unread.csv", "read.csv")
        files = arrived(foi_request, council, *((name, "text/csv", name.encode()) for name in names))
        for file in files[2:]:
            assert file_checks.check(file.pk) == CheckState.CLEAR
        for file in (files[0], files[2]):
            default_storage.delete(file.content.name)

        assert file_checks.check_waiting() == 2

        checks = [FileCheck.objects.get(attachment=file) for file in files]
        assert [(row.state, row.is_read, row.attempts) for row in checks] == [
            (CheckState.WAITING, False, 1),
            (CheckState.CLEAR, False, 0),
            (CheckState.CLEAR, False, 1),
            (CheckState.CLEAR, True, 1),
        ]

    def test_given_a_scanner_that_answers_then_one_file_that_fails_keeps_no_other_from_its_check(
        self, foi_request, council, settings, monkeypatch
    ):
        settings.CLAMD = "unix:/run/clamd.ctl"
        monkeypatch.setattr(scanner, "scan", lambda content, address: "")
        gone, here = arrived(
            foi_request, council, *((name, "text/csv", name.encode()) for name in ("gone.csv", "here.csv"))
        )
        default_storage.delete(gone.content.name)

        assert file_checks.check_waiting() == 1

        assert is_public(here) and not is_public(gone)

    def test_given_a_checked_file_that_the_store_never_gives_then_its_reading_ends_with_a_case(
        self, foi_request, council
    ):
        (file,) = arrived(foi_request, council, ("a.csv", "text/csv", b"street,cost\n"))
        assert file_checks.check(file.pk) == CheckState.CLEAR
        kept = default_storage.open(file.content.name).read()
        default_storage.delete(file.content.name)
        pauses = []
        for _attempt in range(file_checks.MOST_ATTEMPTS):
            before = timezone.now()
            assert file_checks.check(file.pk) == "retry"
            pauses.append(FileCheck.objects.get().next_attempt_at - before)
            FileCheck.objects.update(next_attempt_at=timezone.now())

        assert file_checks.check(file.pk) == "read"

        case = Case.objects.get(kind=CaseKind.FAILED_JOB, thing_type="attachment", thing_id=file.pk)
        assert Attachment.objects.get().reading == Reading.FAILED
        assert pauses == sorted(pauses) and pauses[-1] > 10 * pauses[0]
        assert file_checks.check_waiting() == 0, "the sweep has done with it"

        default_storage.save(file.content.name, ContentFile(kept))
        moderation.retry_job(case_id=case.pk, actor=make_staff(), now=timezone.now())

        assert file_checks.check(file.pk) == "read"
        assert FileText.objects.get().published_text == "street\tcost"

    def test_given_a_file_that_the_authority_took_down_meanwhile_then_the_check_releases_nothing(
        self, foi_request, council
    ):
        (file,) = arrived(foi_request, council, ("a.txt", "text/plain", b"words"))
        link = find_link(token_in(OutboundEmail.objects.get(template="response_receipt")))
        takedown.take_down(link_id=link.pk, now=timezone.now())

        assert file_checks.check(file.pk) == CheckState.CLEAR

        assert not is_public(file)
        until = takedown.checked_until(timezone.localdate())
        assert takedown.release_checked_files(on=until + timedelta(days=1), now=timezone.now()) == 1
        assert is_public(file)

    def test_given_the_authority_s_check_ends_first_then_the_file_still_waits_for_its_own(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("r.xlsx", XLSX, made_files.workbook_with_hidden_sheet()))
        link = find_link(token_in(OutboundEmail.objects.get(template="response_receipt")))
        takedown.take_down(link_id=link.pk, now=timezone.now())
        until = takedown.checked_until(timezone.localdate())

        takedown.release_checked_files(on=until + timedelta(days=1), now=timezone.now())

        file.refresh_from_db()
        assert (file.release, file.checking_until) == (Release.CHECKING, None)
        file_checks.check(file.pk)
        assert not is_public(file)

    def test_given_something_found_after_a_take_down_then_the_end_of_that_releases_nothing(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("r.xlsx", XLSX, made_files.workbook_with_hidden_sheet()))
        link = find_link(token_in(OutboundEmail.objects.get(template="response_receipt")))
        message = takedown.take_down(link_id=link.pk, now=timezone.now())
        file_checks.check(file.pk)

        concealment.settle_files(message_id=message.pk, release=Release.PUBLIC, public_wording="", **decided())

        file.refresh_from_db()
        assert file.release == Release.HELD

    def test_given_a_file_from_before_there_were_checks_then_it_stays_public_and_a_person_hears_of_it(
        self, foi_request
    ):
        message = make_letter(foi_request, files=[NewFile("r.xlsx", XLSX, made_files.workbook_with_hidden_sheet())])
        file = message.attachments.get()
        FileCheck.objects.update(state=CheckState.WAITING, was_public=True, is_read=False)

        file_checks.check(file.pk)

        assert is_public(file)
        case = Case.objects.get(kind=CaseKind.FILE_HELD)
        assert case.urgent and case.details["was_public"]

    def test_given_a_virus_in_a_file_from_before_there_were_checks_then_nobody_gets_it_any_more(
        self, foi_request, settings, monkeypatch
    ):
        settings.CLAMD = "unix:/run/clamav/clamd.ctl"
        monkeypatch.setattr(scanner, "scan", lambda content, address: "Eicar-Test-Signature")
        message = make_letter(foi_request, files=[NewFile("note.txt", "text/plain", b"x")])
        file = message.attachments.get()
        FileCheck.objects.update(state=CheckState.WAITING, was_public=True, is_read=False)
        before = is_public(file)

        file_checks.check(file.pk)

        assert before and not is_public(file)
        assert Case.objects.get(kind=CaseKind.FILE_HELD).urgent
        assert Event.objects.filter(kind="file_held", attachment=file).exists()


class TestScanner:
    def test_given_no_answer_then_the_file_waits_and_one_urgent_case_says_so(
        self, foi_request, council, settings, tmp_path
    ):
        settings.CLAMD = f"unix:{tmp_path}/nobody.ctl"
        files = arrived(foi_request, council, *((f"{n}.txt", "text/plain", b"words") for n in "ab"))

        assert [file_checks.check(file.pk) for file in files] == ["scanner_away", "scanner_away"]

        assert not any(map(is_public, files))
        assert Case.objects.get(kind=CaseKind.SCANNER_AWAY).urgent
        assert Heartbeat.objects.get(name=Heartbeat.SCANNER).data["away_since"]
        assert {row.attempts for row in FileCheck.objects.all()} == {0}, "nothing is wrong with the files"

    def test_given_it_answers_again_then_the_files_are_checked_and_the_case_closes(
        self, foi_request, council, settings, tmp_path, monkeypatch
    ):
        settings.CLAMD = f"unix:{tmp_path}/nobody.ctl"
        (file,) = arrived(foi_request, council, ("a.txt", "text/plain", b"words"))
        file_checks.check(file.pk)
        FileCheck.objects.update(next_attempt_at=timezone.now())
        monkeypatch.setattr(scanner, "scan", lambda content, address: "")

        assert file_checks.check(file.pk) == CheckState.CLEAR

        assert is_public(file)
        assert not Case.objects.open().filter(kind=CaseKind.SCANNER_AWAY).exists()
        assert "away_since" not in Heartbeat.objects.get(name=Heartbeat.SCANNER).data
        assert FileCheck.objects.get().scanned_at

    def test_given_a_file_that_it_does_not_scan_then_the_file_is_held(
        self, foi_request, council, settings, monkeypatch
    ):
        settings.CLAMD = "unix:/nowhere"
        (file,) = arrived(foi_request, council, ("a.txt", "text/plain", b"words"))

        def too_large(content, address):
            raise scanner.NotScanned("INSTREAM size limit exceeded. ERROR")

        monkeypatch.setattr(scanner, "scan", too_large)

        assert file_checks.check(file.pk) == CheckState.FOUND
        assert Case.objects.get(kind=CaseKind.FILE_HELD).details["codes"] == ["not_scanned"]


class TestReading:
    def test_given_a_file_then_its_words_are_masked_and_its_pages_drawn(self, foi_request, council):
        def draw(sheet):
            sheet.drawString(72, 700, "Write to ottilie@people.example or 07700 900123.")

        (file,) = arrived(foi_request, council, ("a.pdf", "application/pdf", pdf(draw, pages=2)))
        file_checks.check(file.pk)
        assert file_checks.check(file.pk) == "read"

        file.refresh_from_db()
        assert (file.reading, file.pages) == (Reading.WORDS, 2)
        text = file.file_text
        assert "Write to [email address] or [mobile number]" in text.published_text
        assert "ottilie" not in str(text.published_parts)
        assert [page.number for page in file.page_pictures.all()] == [1, 2]
        assert file.page_pictures.first().content.open("rb").read(3) == b"\xff\xd8\xff"

    def test_given_a_rule_that_comes_later_then_the_words_are_masked_again(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("a.csv", "text/csv", b"Name,Cost\nZebedee Quill,3\n"))
        for _step in range(2):
            file_checks.check(file.pk)
        staff = make_staff()

        rule = redaction_rules.make_rule(
            scope="request",
            target=foi_request.pk,
            pattern="Zebedee Quill",
            is_regex=False,
            replacement="[name]",
            reason_code="personal",
            actor=staff,
            now=timezone.now(),
        )

        text = FileText.objects.get()
        assert "[name]\t3" in text.published_text and "Quill" not in str(text.published_parts)
        assert "Zebedee Quill" in str(text.parts)
        rule.refresh_from_db()
        assert rule.left == []

    def test_given_a_scan_then_its_pages_are_flagged(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("scan.pdf", "application/pdf", made_files.scanned_pdf()))
        for _step in range(2):
            file_checks.check(file.pk)

        file.refresh_from_db()
        assert file.reading == Reading.PICTURES
        assert file.file_text.published_parts[0]["is_picture"]

    def test_given_words_that_cannot_be_read_then_the_file_says_so_and_is_public(
        self, foi_request, council, monkeypatch
    ):
        from requests_app.actions import file_reading

        (file,) = arrived(foi_request, council, ("a.txt", "text/plain", b"words"))
        file_checks.check(file.pk)

        def fails(*args, **options):
            raise limited.Failed(limited.Why.MEMORY)

        monkeypatch.setattr(file_reading.limited, "run", fails)
        assert file_checks.check(file.pk) == "read"

        file.refresh_from_db()
        assert (file.reading, is_public(file)) == (Reading.FAILED, True)

    def test_a_file_without_words_has_none(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("a.jpg", "image/jpeg", made_files.photo(placed=False)))
        for _step in range(2):
            file_checks.check(file.pk)

        file.refresh_from_db()
        assert file.reading == Reading.NONE
        assert not FileText.objects.exists()


class TestDeciding:
    def test_released_with_a_reason_it_is_public_and_the_case_is_closed(self, hiding):
        decision = file_decisions.release_file(attachment_id=hiding.pk, staff_note="They are firms.", **decided())

        assert is_public(hiding)
        assert decision.kind == DecisionKind.RELEASE_FILE
        assert Case.objects.get(kind=CaseKind.FILE_HELD).closed_by == decision
        assert FileCheck.objects.get().state == CheckState.SETTLED
        with pytest.raises(NotAllowed, match="waits for a decision"):
            file_decisions.release_file(attachment_id=hiding.pk, **decided())

    def test_replaced_it_keeps_its_number_and_is_checked_again(self, hiding):
        before = hiding.content.name
        file_decisions.replace_file(attachment_id=hiding.pk, new=NewFile("clean.xlsx", XLSX, workbook()), **decided())

        hiding.refresh_from_db()
        assert (hiding.name, hiding.release) == ("clean.xlsx", Release.CHECKING)
        assert not is_public(hiding)
        assert FileCheck.objects.get().original == before and default_storage.exists(before)
        assert file_checks.check(hiding.pk) == CheckState.CLEAR
        assert is_public(hiding)

    def test_replaced_by_one_that_hides_as_much_it_is_held_again(self, hiding):
        new = NewFile("again.xlsx", XLSX, made_files.workbook_with_hidden_sheet("veryHidden"))
        file_decisions.replace_file(attachment_id=hiding.pk, new=new, **decided())

        assert file_checks.check(hiding.pk) == CheckState.FOUND
        assert Case.objects.open().filter(kind=CaseKind.FILE_HELD).count() == 1

    def test_cleaned_it_holds_what_it_showed_only(self, hiding):
        file_decisions.replace_by_cleaned(attachment_id=hiding.pk, **decided())

        hiding.refresh_from_db()
        assert hiding.name == "repairs.xlsx"
        content = hiding.content.open("rb").read()
        assert not any(name.encode() in content for name in NAMES)
        for state in (CheckState.CLEAR, "read"):
            assert file_checks.check(hiding.pk) == state
        assert "Mill Lane" in hiding.file_text.published_text

    def test_what_cannot_be_cleaned_is_not(self, hiding):
        FileCheck.objects.update(findings=pack([finding("personal_rows", count=40)]))

        with pytest.raises(NotAllowed, match="cannot be taken out"):
            file_decisions.replace_by_cleaned(attachment_id=hiding.pk, **decided())

    def test_withdrawn_it_is_never_public_and_says_why(self, hiding):
        with pytest.raises(NotAllowed, match="what the public will read"):
            file_decisions.withdraw_file(attachment_id=hiding.pk, public_wording=" ", **decided())

        file_decisions.withdraw_file(attachment_id=hiding.pk, public_wording="It names staff.", **decided())

        hiding.refresh_from_db()
        assert (hiding.release, hiding.concealed_wording) == (Release.WITHDRAWN, "It names staff.")
        assert Decision.objects.filter(kind=DecisionKind.HIDE).count() == 1

    def test_shown_again_on_the_request_s_own_page_settles_the_check_too(self, hiding):
        concealment.show_again(thing=hiding, actor=make_staff(), now=timezone.now())

        assert is_public(hiding)
        assert not Case.objects.open().filter(kind=CaseKind.FILE_HELD).exists()

    def test_shown_again_before_its_check_it_still_waits_for_it(self, foi_request, council):
        (file,) = arrived(foi_request, council, ("a.txt", "text/plain", b"words"))

        concealment.show_again(thing=file, actor=make_staff(), now=timezone.now())

        assert not is_public(file)
