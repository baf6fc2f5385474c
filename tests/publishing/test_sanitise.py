"""The last gate: what our own rendering writes passes as it is, and whatever else is there goes through bleach."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.mail.parse import parse
from requests_app.publishing import render, sanitise
from tests.fuzz.letters import sources

LINK = '<a href="https://x.example/a?b=1" rel="nofollow ugc noopener">'
PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<br>", "<div>", "</div>", LINK, "</a>", '<details class="quoted">', "</details>"),
        *("<summary>", "</summary>", "words", "\n", "\u00a0é", "&amp;", "&lt;", "&gt;", "&quot;", '"', "'", "<", "&"),
        *("<script>", "<p onclick=x>", '<a href="javascript:x">', "<P>", "<!-- x -->", "\x00", "\ue5a1"),
    ]
)


@settings(max_examples=600, deadline=None)
@given(html=st.lists(PIECES, max_size=9).map("".join))
def test_given_any_markup_then_the_short_way_says_what_the_long_way_would(html):
    short = sanitise.clean(html)

    assert short == _long(html)
    assert sanitise.clean(short) == short


def test_given_the_corpus_then_what_is_rendered_of_it_takes_the_short_way():
    letters = [parse(raw).text for raw in sources()]
    pages = [render.render_letter(text).html for text in letters]

    assert all(page == _long(page) for page in pages)
    assert sum(map(sanitise._is_ours, pages)) > len(pages) * 0.9


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="https://x.example/" rel="nofollow ugc noopener" onclick="x">y</a></p>',
        '<p><a href="data:text/html,x" rel="nofollow ugc noopener">y</a></p>',
        "<p>never closed",
        "<p><p>twice</p></p>",
        '<details class="quoted" open><summary>x</summary></details>',
    ],
)
def test_given_nearly_our_own_then_it_takes_the_long_way(html):
    assert not sanitise._is_ours(html)
    assert sanitise.clean(html) == _long(html)


def _long(html: str) -> str:
    """The same through bleach, whatever it is."""
    short, sanitise._is_ours = sanitise._is_ours, lambda html: False
    try:
        return sanitise.clean(html)
    finally:
        sanitise._is_ours = short
