"""The public all-authorities list: dry run first, errors by row, the same list twice changes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from requests_app.models import Authority
from tests.factories import make_request

pytestmark = pytest.mark.django_db

HEADING = (
    "Internal ID,Name,Short name,URL name,Tags,Home page,Publication scheme,Disclosure log,Notes,"
    "Created at,Updated at,Version,Request email\n"
)


@pytest.fixture
def run(tmp_path):
    def run(rows: str, *arguments: str, heading: str = HEADING) -> str:
        path = tmp_path / "list.csv"
        path.write_text(heading + rows, "utf-8")
        out = StringIO()
        call_command("import_authorities", str(path), *arguments, stdout=out)
        return out.getvalue()

    return run


def row(number: int, tags: str = "", email: str = "foi@body.example", name: str = "", home_page: str = "") -> str:
    name = name or f"Body {number}"
    return f"{number},{name},,body_{number},{tags},{home_page},,,,2026-01-01,2026-01-01,1,{email}\n"


def test_given_a_list_when_run_without_commit_then_nothing_is_written(run):
    said = run(row(1) + row(2))

    assert "2 new" in said and "dry run" in said
    assert not Authority.objects.exists()


@pytest.mark.parametrize(
    ("tags", "standing", "is_school", "state"),
    [
        ("local_council", "foia", False, "open"),
        ("scotland school", "foisa", True, "open"),
        ("not_apply", "none", False, "open"),
        ("foi_no scotland", "none", False, "open"),
        ("eir_only", "eir", False, "open"),
        ("eir_only scotland", "eir-scotland", False, "open"),
        ("defunct", "foia", False, "closed"),
        ("school:12345", "foia", True, "open"),
        ("foi_unclear", "foia", False, "no_address"),
    ],
)
def test_given_tags_when_imported_then_they_become_standing_school_and_state(run, tags, standing, is_school, state):
    run(row(1, tags), "--commit")

    authority = Authority.objects.get()
    assert (authority.standing, authority.is_school, authority.state) == (standing, is_school, state)


def test_given_tags_that_no_table_can_decide_when_imported_then_the_body_is_listed(run):
    said = run(row(1, "foi_unclear"), "--commit")

    assert "Row 2 (Body 1): cannot tell its standing from foi_unclear; closed to requests." in said


def test_given_no_address_when_imported_then_the_body_takes_no_requests(run):
    run(row(1, email=""), "--commit")

    assert Authority.objects.get().state == "no_address"


def test_given_errors_when_imported_then_each_names_its_row_and_the_others_are_taken(run):
    said = run(row(1, email="not an address") + row(2) + row(3, home_page="ftp://x"), "--commit")

    assert "Row 2 (Body 1): the request e-mail is not an e-mail address." in said
    assert "Row 4 (Body 3): home page is not a web address." in said
    assert list(Authority.objects.values_list("name", flat=True)) == ["Body 2"]


def test_given_the_same_list_twice_then_the_second_changes_nothing(run):
    run(row(1, "scotland") + row(2, email=""), "--commit")

    assert "0 new, 0 changed, 2 unchanged" in run(row(1, "scotland") + row(2, email=""), "--commit")


def test_given_a_corrected_address_when_the_list_has_another_then_the_correction_stands(run):
    run(row(1), "--commit")
    address = Authority.objects.get().addresses.get()
    address.email = "corrected@body.example"
    address.save()

    run(row(1, name="Body One"), "--commit")

    authority = Authority.objects.get()
    assert authority.name == "Body One"
    assert [a.email for a in authority.addresses.filter(is_request_address=True)] == ["corrected@body.example"]


def test_given_another_kind_of_file_then_the_missing_columns_are_named(run):
    with pytest.raises(CommandError, match="missing: url name, tags"):
        run("x\n", heading="Name\n")


def test_given_the_demo_list_then_no_row_has_an_error():
    import requests_app.demo

    out = StringIO()
    path = Path(requests_app.demo.__file__).parent / "authorities.csv"

    call_command("import_authorities", str(path), "--commit", stdout=out)

    assert "44 new, 0 changed, 0 unchanged, 0 with errors, 1 closed" in out.getvalue()
    assert {a.name for a in Authority.objects.matching("damp rent")} >= {"Northbridge City Council"}
    assert [a.name for a in Authority.objects.matching("NHS strath")] == ["NHS Strathorrin"]


def test_given_an_authority_with_requests_when_the_list_renames_it_then_their_pages_are_made_anew(run):
    run(row(1), "--commit")
    foi_request = make_request(authority=Authority.objects.get())
    before = foi_request.version

    run(row(1), "--commit")
    foi_request.refresh_from_db()
    assert foi_request.version == before
    run(row(1, name="Renamed Body"), "--commit")

    foi_request.refresh_from_db()
    assert foi_request.version == before + 1
