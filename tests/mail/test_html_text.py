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
