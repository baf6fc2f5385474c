"""Paragraphs of format=flowed and of text/enriched → plain lines."""

import html
import re

_ENRICHED = re.compile(r"<(/?)([A-Za-z-]{1,30})>")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs joined again where a program broke lines softly (RFC 3676), quotation depth kept."""
    out: list[list[str]] = []
    open_depth = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if not depth and content.startswith(">"):
            content = "   " + content  # stuffed by the sender so that it is not taken for a quotation
        if open_depth == depth and content != "-- ":
            out[-1].append(content)
        else:
            out.append([">" * depth + (" " if depth else ""), content])
        soft = content.endswith(" ") and content != "-- "
        open_depth = depth if soft else None
        if soft and delete_space:
            out[-1][-1] = content[:-1]
    return "\n".join("".join(pieces) for pieces in out)


def unenriched(text: str) -> str:
    """The words of text/enriched (RFC 1896): single line breaks are blanks, of several all but one stay."""
    text = re.sub(r"<param>[^<]{0,2000}</param>", "", text, flags=re.IGNORECASE)
    text = _ENRICHED.sub("", text.replace("<<", "\x00"))
    text = re.sub(r"\n+", lambda match: match[0][1:] if len(match[0]) > 1 else " ", text)
    return html.unescape(text.replace("\x00", "<")).strip()
