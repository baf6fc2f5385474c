import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.mail.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("<ul><li>a</li><li><p>b</p></li></ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<table><tr><td><p>a</p></td><td><div>b</div></td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d"),
        ("<p>a <b>b</b>\n c&nbsp;&amp; d</p>", "a b c & d"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>x</p><blockquote type=cite><p>a</p><p>b</p></blockquote>", "x\n\n> a\n>\n> b"),
        ("<blockquote>a</blockquote>", "    a"),
        ("<a href='http://x.example/a'>X</a>", "X [1]\n\n[1] http://x.example/a"),
        ("<a href='http://x.example/'>http://x.example</a>", "http://x.example"),
        ("<a href='mailto:jo@x.example?subject=a'>Jo</a>", "Jo <jo@x.example>"),
        ("<a href='javascript:x()'>Jo</a>", "Jo"),
        ("<head><title>t</title></head><body>a<style>p{}</style></body>", "a"),
        ("<!-- c --><![if !mso]>a<![endif]>", "a"),
        ("<div style='DISPLAY:none'>a<br>b</div>c", "c"),
        ("a<hr>b", "a\n" + "_" * 32 + "\nb"),
        ("<p style='display:none'>a<p>b", "b"),
        ("<script>a", "a"),
        ("1 < 2 <!-- never closed", "1 < 2 <!-- never closed"),
        ("<p>unclosed <b>a", "unclosed a"),
        ("", ""),
    ],
)
def test_html_reads_like_a_letter(html, text):
    assert html_to_text(html) == text


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div",
                ">",
                "<li>",
                "<td>",
                "</table>",
                "<a href='x'>",
                "</a>",
                "<![CDATA[",
                "<!--",
                "&#x110000;",
                "&#0;",
                "<pre>",
                "a",
                "\n",
                "</blockquote>",
                "<script>",
                "<style='",
                "</body>",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_no_html_is_so_broken_that_it_raises(html):
    html_to_text(html)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", ["<div>", "<b", "<!--", "<![", "&", "<a href='", "</p", "<td>", "<blockquote>"])
def test_a_hundred_thousand_broken_tags_end(piece):
    html_to_text(piece * 100_000)


OUTLOOK = "<style>p.MsoNormal {margin:0cm;}</style>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        # Links: numbered once, listed where the letter's own words end, without the detours of filters.
        (
            "<p>See <a href='https://x.example/a'>a</a>, <a href='https://x.example/b'>b</a>, "
            "<a href='https://x.example/a'>a again</a>.</p>",
            "See a [1], b [2], a again [1].\n\n[1] https://x.example/a\n[2] https://x.example/b",
        ),
        (
            "<p>Ours <a href='https://x.example/a'>a</a></p><div class='gmail_quote'>On 4 July Jo wrote:"
            "<blockquote class='gmail_quote'>theirs <a href='https://x.example/b'>b</a></blockquote></div>",
            "Ours a [1]\n\n[1] https://x.example/a\n\nOn 4 July Jo wrote:\n\n> theirs b [2]\n>\n"
            "> [2] https://x.example/b",
        ),
        (
            "<a href='https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example'>x.example</a>",
            "x.example",
        ),
        ("<p>a <a href='#top'>top</a> <a href='cid:1'>c</a> <a href='/b'>b</a></p>", "a top c b"),
        ("<p><a href='http://x.example/a'><img src='x'></a>b</p>", "b"),
        # Tables: data in rows, layout in reading order.
        (
            "<table><tr><td><table><tr><td>Dear Ms R</td><td>logo</td></tr></table></td></tr></table>",
            "Dear Ms R | logo",
        ),
        (
            "<table><tr><td>Dear Ms R,<p>We hold none.</p><p>Jo</p></td><td>" + "x " * 90 + "</td></tr></table>",
            "Dear Ms R,\n\nWe hold none.\n\nJo\n\n" + ("x " * 90).strip(),
        ),
        ("<table><tr><td>1.</td><td>" + "word " * 30 + "</td></tr></table>", "1. " + ("word " * 30).strip()),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>c", "A | B\n1 | 2\n\nc"),
        ("<table><tr><td>a<tr><td>b</table>", "a\nb"),
        ("<td>loose</td> <tr>cells", "loose\ncells"),
        # Lists.
        ("<ol start=3><li>a</li><li value=7>b</li><li>c</li></ol>", "3. a\n7. b\n8. c"),
        ("<ol type=i><li>a<li>b<ol type=A><li>c</ol></ol>", "i. a\nii. b\n  A. c"),
        ("<p class=MsoListParagraph>·<span>&nbsp;&nbsp; </span>a</p>", "- a"),
        # What is hidden.
        (
            "<style>.x, p.y{display:none} @media print{.z{display:none}}</style><p class=x>a<p class=y>b<p class='z'>c",
            "c",
        ),
        ("<style>@media screen{.a{color:red} .b{display:none}} #c{display:none}</style><p class=b>b<p id=c>c", "b"),
        (
            "<p hidden>a</p><p style='max-height:0'>b</p><p style='opacity:0'>x</p><p>c<p style='opacity:0.5'>d",
            "c\n\nd",
        ),
        (
            "<td style='font-size:0px'><div style='font-size:16px'>Dear</div><a style='mso-hide:all'>Ms R</a></td>",
            "Dear\nMs R",
        ),
        ("<img src='data:image/png;base64," + "A" * 20_000 + "'>a", "a"),
        ("<!--[if mso]><p>for Word</p><![endif]--><![if !mso]>a<![endif]>", "a"),
        # Word's paragraphs without space between them.
        (
            OUTLOOK + "<p class=MsoNormal>a<p class=MsoNormal>b<p class=MsoNormal>&nbsp;<p class=MsoNormal>c",
            "a\nb\n\nc",
        ),
        ("<p style='margin:0'>a</p><p style='margin:0'><br></p><p style='margin: 0px'>b</p>", "a\n\nb"),
        ("<p style='margin:0.5em'>a</p><p>b</p>", "a\n\nb"),
        ("<p style='Margin: 0 0 20px 0; font-size: 19px'>a</p><p style='Margin: 0 0 20px 0'>b</p>", "a\n\nb"),
        ("<p style='margin-top:0;margin-bottom:0'>a<p style='margin:0cm 0cm .0001pt'>b<p>&nbsp;</p>c", "a\nb\n\nc"),
        ("<style>P {margin-top:0;margin-bottom:0;}</style><p>a<p>b<p><br></p><p>c", "a\nb\n\nc"),
        ("<style>p{margin:0}</style><p>a<p>b", "a\n\nb"),
        ("<table><tr><td></td><td>2010</td></tr><tr><td>North</td><td>3</td></tr></table>", "2010\nNorth | 3"),
        (
            "<style>p.MsoNormal, li.MsoNormal {margin-top:0cm; margin-right:0cm; margin-bottom:8.0pt; margin-left:0cm}"
            "</style><p class=MsoNormal>a<p class=MsoNormal>b",
            "a\n\nb",
        ),
        ("a\u200b\u00adb &zwnj;&nbsp;&zwnj; c", "ab c"),
        ("He said <q>no</q>.", "He said “no”."),
        ("a&#x202e;b&#1;c&#0;d&#xd800;e", "abc\ufffdd\ufffde"),
    ],
)
def test_html_of_mail_programs_reads_like_a_letter(html, text):
    assert html_to_text(html) == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["<table><tr><td>", "<ul><li>", "<style>", "<style>@x{", "<a href=http://x.example>", "<p hidden>"]
)
def test_a_hundred_thousand_open_elements_end(piece):
    html_to_text(piece * 100_000 + "a")
