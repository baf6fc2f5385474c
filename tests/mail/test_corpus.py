"""Each letter of the corpus is read as the file beside it says; what is broken is read as far as it goes."""

import json
from pathlib import Path

import pytest

from requests_app.mail.parse import parse
from requests_app.management.commands.read_mail import read

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
LETTERS = sorted(CORPUS.glob("*.eml"))
DEFECTS = sorted((CORPUS / "defects").glob("*.eml"))


def test_the_corpus_is_there():
    assert len(LETTERS) >= 60
    assert len(DEFECTS) >= 40


@pytest.mark.parametrize("letter", LETTERS + DEFECTS, ids=lambda path: path.stem)
def test_a_letter_is_read_as_expected(letter):
    expected = json.loads(letter.with_suffix(".json").read_text())

    assert read(letter.read_bytes()) == expected


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_line_endings_change_nothing_of_what_is_read(letter):
    raw = letter.read_bytes().replace(b"\n", b"\r\n")
    reading, expected = read(raw), read(letter.read_bytes())

    for each in (reading, expected):
        each["attachments"] = [(one["name"], one["content_type"]) for one in each["attachments"]]
    assert reading == expected


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("no_final_boundary", "close boundary not found"),
        ("no_boundary_at_all", "no boundary in multipart"),
        ("boundary_never_used", "start boundary not found"),
        ("unknown_charset", "declared x-martian"),
        ("truncated_base64", "base64"),
        ("bad_headers", "date cannot be read"),
        ("nul_and_controls", "read as cp1252"),
        ("empty", "no sender"),
        ("said_base64_and_is_not", "is not"),
        ("base64_with_junk", "other characters"),
        ("winmail_broken", "winmail.dat could not be opened: could not be read"),
        ("outlook_message_broken", "FW.msg could not be opened: could not be read"),
        ("letters_eight_deep", "innermost were not opened"),
        ("uuencode_cut_off", "has no end"),
        ("part_of_a_letter", "one piece of a letter"),
        ("ends_in_its_header", "nothing in it can be read"),
        ("from_without_an_address", "Reply-To was used"),
        ("dates_impossible", "date cannot be read"),
    ],
)
def test_a_defect_is_noted(name, note):
    notes = parse((CORPUS / "defects" / f"{name}.eml").read_bytes()).notes

    assert any(note in one for one in notes)


@pytest.mark.parametrize("letter", DEFECTS, ids=lambda path: path.stem)
def test_a_broken_letter_has_something_to_read_or_a_note_that_says_why_not(letter):
    parsed = parse(letter.read_bytes())

    assert parsed.text.strip() or parsed.attachments or parsed.notes


@pytest.mark.parametrize("letter", LETTERS + DEFECTS, ids=lambda path: path.stem)
def test_names_are_safe_and_different_in_every_letter(letter):
    names = [one.name for one in parse(letter.read_bytes()).attachments]

    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert name.isprintable()
        assert not set(name) & set('/\\<>:"|?*\u202e')
        assert name.strip(". ")


@pytest.mark.parametrize("name", ["signed_clear", "signed_opaque", "signed_opaque_as_outlook_writes"])
def test_a_signature_is_told_and_not_said_to_hold(name):
    parsed = parse((CORPUS / f"{name}.eml").read_bytes())

    assert parsed.signed == "S/MIME"
    assert "signed (S/MIME): the signature was not verified" in parsed.notes
