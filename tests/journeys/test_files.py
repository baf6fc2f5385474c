"""Files that hide something come by mail: the letter is public at once, the file is not, and staff decide."""

import re

from playwright.sync_api import expect

from requests_app.mail.tokens import address_of
from requests_app.models import Attachment, Case, CaseKind
from requests_app.selectors import paths
from tests import factories, made_files
from tests.letters import DOMAIN, letter
from tests.running import wait_until

COUNCIL = "foi@exampleton.example"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def bring(site, foi_request, words: str, *file) -> None:
    to = address_of(foi_request, "request", DOMAIN)
    site.bring(COUNCIL, to, letter(sender=COUNCIL, to=to, text=words, files=(file,)))


def held(name: str) -> Case:
    """The case about the file of this name; waits for it."""

    def found() -> Case | None:
        file = Attachment.objects.filter(name=name).first()
        return file and Case.objects.open().filter(kind=CaseKind.FILE_HELD, thing_id=file.pk).first()

    wait_until(lambda: bool(found()), seconds=60)
    return found()


def test_what_a_file_hides_keeps_it_back_and_not_its_letter(site, visit, sign_in):
    council = factories.make_authority("Exampleton Borough Council", email=COUNCIL)
    foi_request = factories.make_request("Street repairs", authority=council)
    at = paths.foi_request(foi_request.slug)
    reader, staff = visit(), sign_in(factories.make_staff("Sam Keane"))

    # A spreadsheet with a hidden sheet of names.
    bring(
        site, foi_request, "The repairs are attached.\n", "repairs.xlsx", XLSX, made_files.workbook_with_hidden_sheet()
    )
    case = held("repairs.xlsx")
    file = Attachment.objects.get(name="repairs.xlsx")
    reader.goto(at)
    expect(reader.locator(".letter--authority")).to_contain_text("The repairs are attached.")
    expect(reader.locator(".letter--authority .file")).to_contain_text("This file is held")
    assert "repairs.xlsx" not in reader.content()
    assert site.fetch(f"{at}/file/{file.pk}/repairs.xlsx")[0] == 404
    assert site.fetch(f"{at}/file/{file.pk}/as/text")[0] == 404

    # Staff see the sheet's name, and put a file without it in its place; it is public after its own check.
    staff.goto("/moderation/")
    expect(staff.get_by_role("main")).to_contain_text("repairs.xlsx: Hidden sheets")
    staff.goto(f"/moderation/case/{case.pk}/")
    expect(staff.get_by_role("main")).to_contain_text("Hidden sheets: Staff names")
    staff.get_by_role("button", name="Put a clean file in its place").click()
    expect(staff.get_by_text("A clean file is in its place.")).to_be_visible()
    wait_until(lambda: site.fetch(f"{at}/file/{file.pk}/as/text")[0] == 200, seconds=60)
    case.refresh_from_db()
    assert case.closed_at
    status, body = site.fetch(f"{at}/file/{file.pk}/repairs.xlsx")
    assert status == 200 and not any(name.encode() in body for name in made_files.NAMES)
    reader.goto(at)
    reader.get_by_role("link", name="Read as text").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("repairs.xlsx")
    expect(reader.get_by_role("table")).to_contain_text("Mill Lane")
    reader.goto("/search?q=%22mill+lane%22")
    expect(reader.get_by_role("main")).to_contain_text("Street repairs")

    # A PDF with words under a black box; staff release it as it is, with a reason.
    boxed = made_files.pdf(made_files.black_box)
    bring(site, foi_request, "And the report.\n", "report.pdf", "application/pdf", boxed)
    case = held("report.pdf")
    report = Attachment.objects.get(name="report.pdf")
    assert site.fetch(f"{at}/file/{report.pk}/report.pdf")[0] == 404
    staff.goto(f"/moderation/case/{case.pk}/")
    expect(staff.get_by_role("main")).to_contain_text(re.compile("Words under black boxes.*page 1"))
    staff.get_by_text("It may be public as it is").click()
    form = staff.locator("details[open]").first
    form.get_by_label("Reason").select_option("handled")
    form.get_by_label("Why it may be public, for our staff").fill("The name is that of a company.")
    form.get_by_role("button", name="Make it public as it is").click()
    expect(staff.get_by_text("The file is public.")).to_be_visible()
    assert site.fetch(f"{at}/file/{report.pk}/report.pdf") == (200, boxed)
    assert reader.faults == [] and staff.faults == []


def test_an_officer_takes_out_what_a_file_hides_before_it_is_sent(site, sign_in):
    council = factories.make_authority("Exampleton Borough Council", email=COUNCIL)
    officer = factories.make_officer(council, factories.make_user("R. Shah"))
    foi_request = factories.make_request("Street repairs", authority=council)
    desk = sign_in(officer.user)

    desk.goto(f"/inbox/request/{foi_request.pk}/")
    desk.get_by_role("textbox", name="Your answer").fill("Dear requester,\n\nThe repairs are attached.\n\nR. Shah")
    content = made_files.workbook_with_hidden_sheet()
    desk.get_by_label("Add files").set_input_files({"name": "repairs.xlsx", "mimeType": XLSX, "buffer": content})
    desk.get_by_label("All the information, answered in full").check()
    desk.get_by_role("button", name="See what becomes public").click()
    expect(desk.get_by_role("main")).to_contain_text("Hidden sheets: Staff names")
    desk.get_by_role("button", name="Remove the hidden parts").click()
    expect(desk.get_by_text("A clean file is in its place.")).to_be_visible()
    expect(desk.get_by_role("main")).not_to_contain_text("Staff names")
    desk.get_by_role("button", name="Publish this answer").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Your letter is on the public page")

    file = Attachment.objects.get(name="repairs.xlsx")
    status, body = site.fetch(f"{paths.foi_request(foi_request.slug)}/file/{file.pk}/repairs.xlsx")
    assert status == 200 and not any(name.encode() in body for name in made_files.NAMES)
    assert not Case.objects.filter(kind=CaseKind.FILE_HELD).exists()
