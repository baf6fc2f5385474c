"""Letters within letters, and what Outlook packs: opened to a depth, within limits, and never at the letter's cost."""

import base64

import pytest

from requests_app import limited
from requests_app.limited import Failed, Why
from requests_app.mail import opened, outlook
from requests_app.mail.parse import parse
from tests.made_outlook import msg, tnef

PDF = b"%PDF-1.4\n%%EOF\n"


def letter(*parts: bytes, head: str = "") -> bytes:
    body = b"".join(b"--m\n" + part for part in parts)
    start = f"From: Jo <jo@borough.example>\nSubject: Answer\n{head}Content-Type: multipart/mixed; boundary=m\n\n"
    return start.encode() + body + b"--m--\n"


def words(text: str) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode() + b"\n"


def file(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    head = f'Content-Type: {kind}\nContent-Disposition: attachment; filename="{name}"\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content) + b"\n"


def test_the_files_of_an_outlook_message_say_where_they_come_from():
    inner = {"subject": "Survey", "sender": "Sam", "body": "214 homes.", "files": [("survey.pdf", PDF)]}
    packed = msg(subject="FW", body="See the enclosed.", files=[("Survey", inner), ("notes.txt", b"notes")])

    parsed = parse(letter(words("Attached."), file("FW.msg", packed)))

    found = [(one.name, one.content_type, one.within) for one in parsed.attachments]
    assert found == [
        ("FW.msg", "application/vnd.ms-outlook", ""),
        ("notes.txt", "text/plain", "FW.msg"),
        ("survey.pdf", "application/pdf", "Survey"),
    ]
    assert parsed.text.index("Attached.") < parsed.text.index("See the enclosed.") < parsed.text.index("214 homes.")


def test_winmail_dat_goes_and_what_was_in_it_stays():
    packed = tnef(body="Dear Ms R,\r\n\r\nAttached.\r\n", files=[("Figures.pdf", PDF), ("Figures.pdf", PDF + b"\n")])

    parsed = parse(letter(words("Dear Ms R,\n\nAttached."), file("winmail.dat", packed, "application/ms-tnef")))

    assert [one.name for one in parsed.attachments] == ["Figures.pdf", "Figures (2).pdf"]
    assert [one.content for one in parsed.attachments] == [PDF, PDF + b"\n"]
    assert parsed.text == "Dear Ms R,\n\nAttached."


def test_the_words_in_winmail_dat_stand_for_a_text_that_is_only_a_stub():
    packed = tnef(body="Dear Ms R,\r\n\r\n" + "We hold 214 records of homes with damp. " * 12)

    parsed = parse(letter(words("This is a message in MAPI format."), file("winmail.dat", packed)))

    assert parsed.text.startswith("Dear Ms R,\n\nWe hold 214")


@pytest.mark.parametrize("why", list(Why))
def test_a_package_that_fails_leaves_the_letter_readable_and_the_file_attached(monkeypatch, why):
    def fail(*args, **options):
        raise Failed(why)

    monkeypatch.setattr(limited, "run", fail)

    parsed = parse(letter(words("Dear Ms R"), file("winmail.dat", tnef(body="x")), file("a.msg", msg(body="y"))))

    assert parsed.text == "Dear Ms R"
    assert [one.name for one in parsed.attachments] == ["winmail.dat", "a.msg"]
    assert f"winmail.dat could not be opened: {why}" in parsed.notes
    assert f"a.msg could not be opened: {why}" in parsed.notes


def test_packages_within_packages_end():
    packed = tnef(body="the innermost")
    for number in range(12):
        packed = tnef(subject=f"letter {number}", body=f"words {number}", files=[("inner", packed, True)])

    parsed = parse(letter(words("Dear Ms R"), file("winmail.dat", packed)))

    assert "words 10" in parsed.text
    assert parsed.text.count("words ") <= opened.DEEPEST + 2


def test_a_letter_that_holds_itself_many_times_is_not_opened_for_ever():
    inner = letter(words("Dear Ms R"))
    for _ in range(6):
        inner = letter(*[b"Content-Type: message/rfc822\n\n" + inner] * 4)

    parsed = parse(inner)

    assert len(parsed.attachments) <= 1_001
    assert parsed.notes


def test_a_letter_that_came_back_and_one_that_is_answered_are_not_opened():
    ours = b"Content-Type: message/rfc822\n\nMessage-ID: <ours@x.example>\nSubject: Ours\n\nHow many homes?\n"

    answered = parse(letter(words("We hold none."), ours, head="References: <first@x.example> <ours@x.example>\n"))
    another = parse(letter(words("We hold none."), ours))

    assert answered.text == "We hold none."
    assert another.text.endswith("How many homes?")
    assert [one.name for one in answered.attachments] == [one.name for one in another.attachments] == ["Ours.eml"]


def test_rich_text_is_read():
    wrapped = rb"{\rtf1\ansi\ansicpg1252\fromtext {\fonttbl{\f0 Arial;}}\pard Dear Ms R,\par Plain \'a35.\par}"

    assert outlook.read_rtf(wrapped).value["plain"].split("\n")[:2] == ["Dear Ms R,", "Plain £5."]
    assert "café" in outlook.read_rtf(rb"{\rtf1\ansi{\b Dear} Ms R,\par caf\'e9\par}").value["plain"]


def test_a_letter_that_is_rich_text_alone_is_read():
    parsed = parse(b"From: jo@x.example\nContent-Type: text/rtf\n\n{\\rtf1\\ansi{\\b Dear} Ms R,\\par caf\\'e9\\par}\n")

    assert parsed.text == "Dear Ms R,\ncafé"
    assert [one.name for one in parsed.attachments] == ["attachment 1.rtf"]


def test_a_saved_message_handed_in_for_a_letter_is_read_as_one():
    parsed = parse(msg(subject="Damp", sender="Sam <sam@x.example>", body="214 homes", files=[("a.csv", b"a,b\n")]))

    assert (parsed.subject, parsed.from_name, parsed.from_address) == ("Damp", "Sam", "sam@x.example")
    assert parsed.text == "214 homes"
    assert [one.name for one in parsed.attachments] == ["a.csv"]


def test_a_saved_message_that_is_broken_is_no_error():
    assert parse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"junk" * 10).notes
