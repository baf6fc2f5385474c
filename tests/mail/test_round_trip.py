"""What other programs write of any words and names comes back as the same words and names."""

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from requests_app.mail.parse import parse

# Without the letters that begin what was encoded twice, which is mended.
LETTERS = st.characters(categories=["L", "Nd", "P", "Sc"], exclude_characters="?\\/<>:\"|*%&'=._~`!,;()[]@{}ÂÃâÅ")
WORD = st.text(LETTERS, min_size=1, max_size=12)
LINE = st.lists(WORD, min_size=1, max_size=14).map(" ".join)
SETS = ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "gb18030", "shift_jis", "euc-jp", "iso-2022-jp"]
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def in_set(text: str, charset: str) -> str:
    return text.encode(charset, "ignore").decode(charset)


@RELAXED
@given(
    st.lists(LINE, min_size=1, max_size=8), LINE, LINE, st.sampled_from(["7bit", "8bit", "quoted-printable", "base64"])
)
def test_a_letter_of_the_standard_library(lines, subject, name, encoding):
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = Address(name, "foi", "borough.example")
    letter["Subject"] = subject
    text = "\n".join(lines)
    letter.set_content(text + "\n", cte=encoding if encoding != "7bit" or text.isascii() else "8bit")

    parsed = parse(letter.as_bytes())

    assert parsed.text == text
    # The library itself loses the blank between two words that it encodes.
    assert parsed.subject.replace(" ", "") == subject.replace(" ", "")
    assert parsed.from_address == "foi@borough.example"


@RELAXED
@given(LINE, st.sampled_from(SETS), st.sampled_from(["8bit", "base64", "quoted-printable"]))
def test_a_text_in_a_declared_character_set(text, charset, encoding):
    text = " ".join(in_set(text, charset).split())
    # Nobody writes a third of a Western text in accents; such a name is put to other scripts.
    assume(not charset.startswith(("iso-8859", "windows")) or sum(ord(c) > 127 for c in text) < 0.3 * len(text))
    letter = EmailMessage()
    letter["From"] = "foi@borough.example"
    if charset == "iso-2022-jp":
        encoding = "base64"
    letter.set_content(f"{text}\n", charset=charset, cte=encoding)

    parsed = parse(letter.as_bytes())

    # Western letters that happen to be UTF-8 are read as that: nobody writes them so.
    # Shift JIS has some signs in two widths.
    same = normalize("NFKC", parsed.text) == normalize("NFKC", text)
    assert same or any("read as utf-8" in note for note in parsed.notes)


@RELAXED
@given(st.lists(LINE, min_size=1, max_size=4), st.binary(max_size=200))
def test_files_of_any_name_and_content(stems, content):
    letter = EmailMessage()
    letter["From"] = "foi@borough.example"
    letter.set_content("Attached.\n")
    for stem in stems:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"{stem}.bin")

    parsed = parse(letter.as_bytes())

    assert [one.content for one in parsed.attachments] == [content] * len(stems)
    assert len({one.name.lower() for one in parsed.attachments}) == len(stems)
    assert all(one.name.endswith(".bin") for one in parsed.attachments)


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "base64", "quoted-printable"])
def test_a_letter_with_everything_that_the_standard_library_writes(encoding):
    letter = EmailMessage()
    letter["From"] = '"Bloggs, Jo" <foi@borough.example>'
    letter["To"] = "Liz R <foi+request-12-abcdefghijklmnop@reply.example>, sam@survey.example"
    letter.set_content("Dear Ms R,\n\nWe hold 214.\n", cte=encoding)
    letter.add_alternative("<p>Dear Ms R,</p><p>We hold <img src='cid:logo'>214.</p>", subtype="html")
    letter.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<logo>")
    letter.add_attachment(b"%PDF-1.4\n", maintype="application", subtype="pdf", filename="Tŷ – ateb.pdf")
    letter.add_attachment("a,b\n", subtype="csv", filename="list.csv")
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("Inner words.\n")
    letter.add_attachment(inner)

    parsed = parse(letter.as_bytes())

    assert parsed.from_name == "Bloggs, Jo"
    assert parsed.to == ("foi+request-12-abcdefghijklmnop@reply.example", "sam@survey.example")
    assert parsed.text.startswith("Dear Ms R,\n\nWe hold 214.")
    assert parsed.text.endswith("Inner words.")
    named = [(one.name, one.content_type, one.content_id) for one in parsed.attachments]
    assert named == [
        ("picture 1.gif", "image/gif", "logo"),
        ("Tŷ – ateb.pdf", "application/pdf", ""),
        ("list.csv", "text/csv", ""),
        ("Inner.eml", "message/rfc822", ""),
    ]
