import re
import time
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.publishing import links
from requests_app.publishing.redaction import MaskLabels, Rule
from requests_app.publishing.render import published_line, published_text, render_letter
from requests_app.publishing.sanitise import clean


def printed(html: str) -> str:
    """What a reader sees with every quotation opened."""
    return unescape(re.sub(r"<[^>]*>", "", html.replace("<br>\n", "\n"))).replace("\u00a0", " ")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def hrefs(html: str) -> list[str]:
    return [attrs["href"] for tag, attrs in Tags(html).found if tag == "a"]


def test_paragraphs_lines_and_columns_are_kept():
    published = render_letter("Dear Ms R,\n\nOne\nTwo\n\n\n\n  Indented\nWard      Homes")

    assert published.html == (
        "<p>Dear Ms R,</p>\n<p>One<br>\nTwo</p>\n<p>\u00a0\u00a0Indented<br>\n"
        "Ward\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0Homes</p>"
    )


def test_everything_is_escaped_and_masked():
    published = render_letter('<script>alert("1")</script> & jo@x.example 07700 900123 Tel: 0370 0002288')

    assert published.html == (
        '<p>&lt;script&gt;alert("1")&lt;/script&gt; &amp; [email address] [mobile number] Tel: 0370 0002288</p>'
    )
    assert published.text == '<script>alert("1")</script> & [email address] [mobile number] Tel: 0370 0002288'


LONG = "http://www.education.example/researchandstatistics/a"


@pytest.mark.parametrize(
    ("text", "shown", "href"),
    [
        (f"[1]{LONG}", f"[1]{LONG[:40]}...", LONG),
        (f"at {LONG}. Then", f"at {LONG[:40]}.... Then", LONG),
        (f"1. {LONG}\n{LONG}", f"1. {LONG[:40]}...\n{LONG[:40]}...", LONG),
        ("[3]www.legislation.example", "[3]www.legislation.example", "http://www.legislation.example"),
        ("[4]www.ico.example.", "[4]www.ico.example.", "http://www.ico.example"),
        ("http://a.example/" + "x" * 23, "http://a.example/" + "x" * 23, "http://a.example/" + "x" * 23),
        ("http://a.example/" + "x" * 24, "http://a.example/" + "x" * 23 + "...", "http://a.example/" + "x" * 24),
        (f"1. blocked::{LONG}", f"1. blocked::{LONG[:40]}...", LONG),
        ("(see https://a.example/b_(c))", "(see https://a.example/b_(c))", "https://a.example/b_(c)"),
        ("<https://a.example/?a=1&b=2>,", "<https://a.example/?a=1&b=2>,", "https://a.example/?a=1&b=2"),
        ('"https://a.example/x"', '"https://a.example/x"', "https://a.example/x"),
    ],
)
def test_links_are_clickable_and_cut_at_forty_characters(text, shown, href):
    html = render_letter(text).html

    assert printed(html) == shown
    assert set(hrefs(html)) == {href}
    assert all(attrs["rel"] == "nofollow ugc noopener" for tag, attrs in Tags(html).found if tag == "a")


@pytest.mark.parametrize(
    "text",
    [
        "file:///tmp/blocked::https:/www.education.example/publications/standard/publicationDetail/Page1/A-1-2008",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "http://",
        "www.",
        "xhttp://a.example",
        "http:///etc",
        "http://a.example/" + "x" * 3000,
    ],
)
def test_what_is_no_link_to_a_page_stays_as_it_is_written(text):
    html = render_letter(text).html

    assert printed(html) == text
    assert hrefs(html) == []


def test_an_address_in_a_link_is_masked_in_the_text_and_in_the_link():
    html = render_letter("https://a.example/?to=jo%40x.example https://a.example/jo@x.example/").html

    assert "jo" not in html
    assert all(href.startswith("https://a.example/") for href in hrefs(html))


def test_a_wrapped_link_shows_where_it_leads_and_not_who_was_written_to():
    wrapped = (
        "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.borough.example%2Fdamp"
        "&data=05%7C01%7Cfoi%2Brequest-12-abcdefghijklmnop%40reply.example%7C0&reserved=0"
    )

    published = render_letter(f"See <{wrapped}>.")

    assert published.text == "See <https://www.borough.example/damp>."
    assert hrefs(published.html) == ["https://www.borough.example/damp"]


def test_quotations_open_in_place_without_script():
    published = render_letter("Answer.\n\n> old jo@x.example\n\nMore.", quoted_label="dangos y dyfyniadau")

    assert published.html == (
        "<p>Answer.</p>\n"
        '<details class="quoted"><summary>dangos y dyfyniadau</summary>\n<div>\n'
        "<p>&gt; old [email address]</p>\n</div>\n</details>\n"
        "<p>More.</p>"
    )
    assert published.visible_text == "Answer.\n\nMore."
    assert published.text == "Answer.\n\n> old [email address]\n\nMore."


def test_a_rule_hides_in_text_in_html_and_in_links_and_its_words_are_no_html():
    rule = Rule("Sam Smith", replacement="<b>[name]</b>")

    published = render_letter("Sam\nSmith, https://a.example/Sam%20Smith", rules=[rule, Rule("Sam%20Smith")])

    assert "Smith" not in published.html + published.text
    assert "<b>" not in published.html


def test_a_quotation_of_ours_is_found_although_it_was_masked():
    sent = "Dear Borough, please write to me at liz@home.example about the damp in the homes. Liz"
    text = f"Nothing held.\n\n-----Original Message-----\nFrom: Liz\nSent: 1 July\nTo: FOI\nSubject: x\n\n{sent}"

    assert render_letter(text, sent_texts=[sent]).visible_text == "Nothing held."


def test_labels_and_lines():
    assert published_line("Reply \n for jo@x.example") == "Reply for [email address]"
    assert published_text("a\r\nb\x00", mask_labels=MaskLabels()) == "a\nb"
    assert render_letter("").html == ""


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    "<script",
                    ">",
                    "</p>",
                    "<a href='javascript:x'>",
                    "http://",
                    "a.example",
                    '"',
                    "&",
                    "&lt;",
                    "\n\n",
                    "> ",
                    "onclick=",
                    "<!--",
                    "www.",
                    "'",
                    "]]>",
                    "\u202e",
                ]
            ),
            max_size=20,
        ).map("".join),
    )
)
def test_nothing_in_a_letter_becomes_markup_of_its_own(text):
    html = render_letter(text).html

    assert "<script" not in html.lower()
    for tag, attrs in Tags(html).found:
        assert tag in {"p", "br", "a", "details", "summary", "div"}
        assert set(attrs) <= {"href", "rel", "class"}
        assert attrs.get("href", "http://").startswith(("http://", "https://"))


_PATHS = st.text("abcdefghijklmnopqrstuvwxyz0123456789/-=&?~+:,;", max_size=60).map(lambda path: "/" + path)


@settings(max_examples=200, deadline=None)
@given(_PATHS, st.sampled_from(["http://www.x.example", "https://x.example:8080"]), st.sampled_from(["", "."]))
def test_a_link_leads_where_it_was_written(path, host, after):
    url = (host + path).rstrip(".,;:!?'*_~")

    html = render_letter(f"See {url}{after} Yes").html

    assert [unescape(href) for href in hrefs(html)] == [url]
    assert printed(html) == f"See {links.shorten(url)}{after} Yes"


def test_a_long_letter_is_rendered_in_a_time_that_grows_with_its_length():
    def took(count: int) -> float:
        text = "word " * count + "\n" + "www.a.example/b(c) jo@x.example\n" * (count // 10) + "x" * count
        begun = time.process_time()
        render_letter(text)
        return time.process_time() - begun

    small = min(took(5_000) for _ in range(2))

    assert took(20_000) < 8 * small + 3  # seconds: room for a busy machine


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ('<p onclick="x" style="y">a</p>', "<p>a</p>"),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ('<a href="http://x.example" rel="opener" target="_top">a</a>', '<a href="http://x.example">a</a>'),
        (
            '<details class="quoted" open><summary>s</summary></details>',
            '<details class="quoted"><summary>s</summary></details>',
        ),
        ('<details class="nav">x</details>', "<details>x</details>"),
        ("<!-- c -->", ""),
    ],
)
def test_only_our_own_tags_get_through(html, safe):
    assert clean(html) == safe


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["<", "&", "> a\n", "On 1 July\n", "From: a\n", "http://a.example/ ", "www.", "\n\n.", "x"]
)
def test_a_letter_made_to_take_long_is_published_in_time(piece):
    text = piece * (60_000 // len(piece))

    assert render_letter(text, sent_texts=["Dear office, how many homes?"]).html
