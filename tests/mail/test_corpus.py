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
    assert len(LETTERS) >= 16
    assert len(DEFECTS) >= 8


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
    ],
)
def test_a_defect_is_noted(name, note):
    notes = parse((CORPUS / "defects" / f"{name}.eml").read_bytes()).notes

    assert any(note in one for one in notes)
