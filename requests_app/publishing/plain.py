"""HTML letters → text that reads like a letter: paragraphs, lists, tables by tabs, links with their address."""

import re

from .markup import tokens

_SKIPPED = set("script style head title template object svg noscript select".split())
_VOID = set("br hr img input meta link area base col embed source track wbr".split())
_PARAGRAPH = set("p blockquote ul ol dl table pre form fieldset h1 h2 h3 h4 h5 h6".split())
_LINE = set("div tr li dt dd section article header footer address center caption body".split())
# Opening one of these ends the one before it, whose closing tag may be left out.
_ENDS_ITSELF = set("p li dt dd tr td th option".split())
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_CITED = re.compile(r"quote|cite", re.IGNORECASE)
_LARGEST = 4_000_000
_DEEPEST = 500


def html_to_text(html: str) -> str:
    """The text of an HTML letter. Never raises, and takes time linear in its length."""
    html = html[:_LARGEST]
    reader = _Reader()
    for token in tokens(html):
        if not token.tag:
            reader.data(token.text)
        elif token.closes:
            reader.close(token.tag)
        else:
            reader.open_tag(token.tag, token.attributes)
    return reader.text()


class _Reader:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.blank_wanted = False
        self.open: list[str] = []
        self.skip_from: int | None = None
        self.quotes: list[str] = []
        self.lists: list[int | None] = []
        self.links: list[tuple[str, int, int]] = []
        self.pre = 0
        self.held = ("\t", "- ")
        self.blank_prefix = ""
        self.cell_begun = False

    # What comes in

    def open_tag(self, tag: str, given: dict[str, str]) -> None:
        if tag in _ENDS_ITSELF and self.open and self.open[-1] == tag:
            self.close(tag)
        if tag not in _VOID and len(self.open) < _DEEPEST:
            self.open.append(tag)
            if self.skip_from is None and (tag in _SKIPPED or _HIDDEN.search(given.get("style", ""))):
                self.skip_from = len(self.open)
        if self.skip_from is not None:
            # A letter's body ends a head that was never closed.
            if tag == "body" and self.open[self.skip_from - 1] in ("head", "title"):
                self.skip_from = None
            return
        self._begin(tag, given)

    def close(self, tag: str) -> None:
        if tag not in self.open[-60:]:
            if tag == "p" and self.skip_from is None:
                self._break(paragraph=True)
            return
        while self.open:
            closed = self.open.pop()
            if self.skip_from is None:
                self._end(closed)
            elif len(self.open) < self.skip_from:
                self.skip_from = None
            if closed == tag:
                return

    def data(self, data: str) -> None:
        if self.skip_from is not None:
            return
        if self.pre:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for piece in rest:
                self._flush()
                self.line.append(piece)
            return
        data = _SPACES.sub(" ", data)
        if data == " " and not self.line:
            return
        self.line.append(data.lstrip(" ") if not self.line else data)
        self.cell_begun = True

    # What it means

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._flush(keep_blank=True)
        elif tag == "hr":
            self._break()
            self.lines.append(self._prefix() + "_" * 32)
        elif tag in _PARAGRAPH or tag in _LINE:
            # The first block of a table's cell or of a list's item goes on in its line.
            if not (self.line and self.line[-1] in self.held and tag in ("p", "div")):
                self._break(paragraph=tag in _PARAGRAPH)
        if tag == "blockquote":
            cited = given.get("type", "").lower() == "cite" or "cite" in given or _CITED.search(given.get("class", ""))
            self.quotes.append("> " if cited else "    ")
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.held = ("\t", self._bullet())
            self.line.append(self.held[1])
        elif tag == "pre":
            self.pre += 1
        elif tag in ("td", "th"):
            if self.line and self.cell_begun:
                self.line.append("\t")
            self.cell_begun = False
        elif tag == "a":
            self.links.append((given.get("href", "").strip(), len(self.lines), len(self.line)))
        elif tag == "img" and len(given.get("alt", "").split()) > 3:
            self.line.append(f"[{_SPACES.sub(' ', given['alt']).strip()}]")

    def _end(self, tag: str) -> None:
        if tag == "a" and self.links:
            self._end_link(*self.links.pop())
        elif tag in _PARAGRAPH or tag in _LINE:
            if "td" in self.open[-3:] and tag in ("p", "div"):
                self.line.append(" ") if self.line else None
            else:
                self._break(paragraph=tag in _PARAGRAPH)
        if tag == "blockquote" and self.quotes:
            self._flush()
            self.quotes.pop()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre" and self.pre:
            self.pre -= 1

    def _end_link(self, href: str, line_then: int, piece_then: int) -> None:
        scheme = href.split(":", 1)[0].lower()
        if scheme == "mailto":
            href = href[7:].split("?", 1)[0]
        elif scheme not in ("http", "https", "ftp"):
            return
        said = "".join(self.line[piece_then:]) if len(self.lines) == line_then else "".join(self.line)
        if not href or _bare(href) == _bare(said) or len(href) > 2083 or not (said.strip() or self.line):
            return
        if said.strip():
            self.line.append(f" <{href}>")

    def _bullet(self) -> str:
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            return f"{self.lists[-1]}. "
        return "- "

    # What goes out

    def _prefix(self) -> str:
        return "".join(self.quotes[-12:])

    def _flush(self, *, keep_blank: bool = False) -> None:
        text = "".join(self.line)
        self.line = []
        self.cell_begun = False
        # Hard blanks are how word processors write indents; inside a letter they are blanks.
        text = (
            text.replace("\u00a0", " ").strip("\n")
            if self.pre
            else re.sub(r" *\t *", "\t", text.replace("\u00a0", " ").strip())
        )
        if text.strip():
            if self.blank_wanted and self.lines:
                shorter = min(self.blank_prefix, self._prefix(), key=len)
                self.lines.append(shorter.rstrip())
            self.blank_wanted = False
            self.lines.append(self._prefix() + text.rstrip())
        elif (keep_blank or self.pre) and self.lines:
            self._want_blank()

    def _want_blank(self) -> None:
        prefix = self._prefix()
        self.blank_prefix = min(self.blank_prefix, prefix, key=len) if self.blank_wanted else prefix
        self.blank_wanted = True

    def _break(self, *, paragraph: bool = False) -> None:
        self._flush()
        if paragraph:
            self._want_blank()

    def text(self) -> str:
        self._flush()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|ftp://|mailto:)", "", address.strip().lower()).rstrip("/")
