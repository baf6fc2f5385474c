"""Long lines are folded by hand for speed; the standard library says how."""

import re
import textwrap

from hypothesis import given
from hypothesis import strategies as st

from requests_app.mail import wrapping


@given(
    text=st.text(
        alphabet=st.sampled_from("aaaaaab-.é /\u00a0" + "    \t\n>"),
        max_size=600,
    )
)
def test_lines_are_folded_as_the_standard_library_folds_them(text):
    def folded(line: str) -> list[str]:
        indent = line[: len(line) - len(line.lstrip())][:20]
        return textwrap.wrap(
            line, wrapping.LINE_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )

    lines = []
    for line in map(str.rstrip, text.split("\n")):
        lines += [line] if len(line) <= wrapping.LINE_WIDTH or line.startswith(">") else folded(line)

    expected = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip() + "\n"
    assert wrapping.wrap(text) == expected
