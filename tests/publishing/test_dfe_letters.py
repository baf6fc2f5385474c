"""A thread in the way of the public page that this project is measured by: every printed line, in its order."""

import os
import re
from html import unescape
from pathlib import Path

import pytest

from requests_app.publishing.render import render_letter

ORIGINAL = """-----Original Message-----
From: Liz R [mailto:foi+request-12-abcdefghijklmnop@reply.example]
Sent: 16 June 2011 10:12
To: Public Enquiries
Subject: Freedom of Information request - Records
"""
GSI_NOTICE = """The original of this email was scanned for viruses by the Government Secure Intranet virus scanning
service supplied by an example company. This email was certified virus free.
"""
LONGER = "andstatistics/datatables/a0064391/page"

# A letter of the same shape as the public one, in other words.
OWN_LETTER = """Dear Ms R,
I refer to your request, which the Office received on 16 June 2011. It asks who may see the records
of members of the public.

The notice that says so is here:

[1]http://www.office.example/recordsandprivacy...

Guidance for staff is on our website at:

[2]http://www.office.example/guidanceforstaff...

The law is at [3]www.statutes.example
The regulator's website can be found at:
[4]www.regulator.example.
A further guide can be found here:
[5]https://www.office.example/publications/s....
You will see it sets out what staff should do.

Yours sincerely,

Sam Example
Records Group
[email address]
[6]www.office.example
Tel: 0370 0002288

Your correspondence has been allocated the reference number 2011/0046277.

show quoted sections

Communications via the GSi may be automatically logged, monitored and/or
recorded for legal purposes.

References

Visible links
1. http://www.office.example/recordsandprivacy...
http://www.office.example/recordsandprivacy...
2. blocked::https://www.office.example/publications/s...
file:///tmp/blocked::https:/www.office.example/publications/standard/publicationDetail/Page1/A-1-2008
3. http://www.statutes.example/
4. http://www.regulator.example/
http://www.regulator.example/
"""


def cut_as_published(letter: str) -> str:
    """Our own letter's links, cut at forty characters as the page would."""
    return re.sub(r"(https?://[^\s.]*(?:\.[^\s.]+)*?)\.\.\.", lambda m: m[1][:40] + "...", letter)


def as_mailed(printed: str, quotation: str) -> str:
    """What the authority must have sent for the page to print this."""
    letter = printed.replace("[email address]", "sam.example@office.example")
    letter = re.sub(r"(https?://\S*?[^.\s])\.\.\.(?=\.?$)", rf"\1{LONGER}", letter, flags=re.MULTILINE)
    return letter.replace("show quoted sections", quotation.strip())


def printed_lines(html: str) -> list[str]:
    return [line.strip() for line in unescape(re.sub(r"<[^>]*>", "", html)).replace("\u00a0", " ").splitlines()]


def check(printed: str, quotation: str, sent: str) -> None:
    letter = as_mailed(printed, quotation)

    for sent_texts in ((), (sent,)):
        published = render_letter(letter, sent_texts=sent_texts)
        lines = iter(printed_lines(published.html))
        for line in filter(None, map(str.strip, printed.splitlines())):
            assert line in lines, f"missing or out of order: {line!r}"
        assert published.html.count('<details class="quoted">') == printed.count("show quoted sections")
        outside = re.sub(r"(?s)<details.*?</details>", "", published.html)
        for line in filter(None, map(str.strip, printed.splitlines())):
            assert line == "show quoted sections" or line in printed_lines(outside)


SENT = "Dear Office,\n\nWho exactly has the right to access our data, please?\n\nYours faithfully,\n\nLiz R"


@pytest.mark.parametrize(
    "quotation",
    [
        f"{ORIGINAL}\n{SENT}",
        "> " + SENT.replace("\n", "\n> "),
        "On 16 June 2011 at 10:12, Liz R <liz@reply.example> wrote:\n\n> " + SENT.replace("\n", "\n> "),
        GSI_NOTICE,
    ],
    ids=["original message", "marked lines", "attribution", "virus notice"],
)
def test_every_line_of_a_letter_of_that_shape_is_printed_in_order(quotation):
    check(cut_as_published(OWN_LETTER), quotation, SENT)


@pytest.mark.skipif("FOITRACKER_SHARED" not in os.environ, reason="the public page's text is not here")
@pytest.mark.parametrize("quotation", [GSI_NOTICE, "> Dear Department,\n> send any recorded information", None])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_line_of_the_public_page_is_printed_in_order(number, quotation):
    (page,) = (Path(os.environ["FOITRACKER_SHARED"]) / "seed").glob("*.txt")
    blocks = page.read_text().split("\nLink to this\n")
    sent = blocks[0].split("16 June 2011", 1)[1].strip()
    answers = [block.strip() for block in blocks if block.strip().startswith("Department for Education\n")]
    printed = answers[number].split("\n", 3)[3]

    check(printed, quotation or f"{ORIGINAL}\n{sent}", sent)
