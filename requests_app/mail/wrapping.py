"""Plain text in lines as letters of ours have them."""

import re
import textwrap
from functools import lru_cache

LINE_WIDTH = 76
_BLANK_LINES = re.compile(r"\n{4,}")


def wrap(text: str) -> str:
    """Plain text in lines of at most 76 characters; quoted lines and long addresses stay whole."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = line.rstrip()
        if len(line) <= LINE_WIDTH or line.startswith(">"):
            lines.append(line)
        else:
            indent = line[: len(line) - len(line.lstrip())][:20]
            lines += _folded(line, indent)
    return _BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip() + "\n"


@lru_cache(maxsize=2048)  # the letters of a morning share most of their long lines
def _folded(line: str, indent: str) -> tuple[str, ...]:
    """One long line in several. By hand where single spaces part the words: that is many times as fast."""
    start = len(line) - len(line.lstrip())
    if start > len(indent) or " ".join(line.split()) != line[start:]:
        return tuple(
            textwrap.wrap(line, LINE_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        )
    lines = []
    while len(line) > LINE_WIDTH:
        cut = line.rfind(" ", start, LINE_WIDTH + 1)
        if cut < 0:
            cut = line.find(" ", LINE_WIDTH)
        if cut < 0:
            break
        lines.append(line[:cut])
        line = indent + line[cut + 1 :]
        start = len(indent)
    return (*lines, line)
