"""HTML letters → text that reads like a letter: paragraphs, lists, tables in rows, links by number."""

import re

from ..publishing.markup import tokens
from .html_hidden import hidden_names, is_hidden
from .html_margins import is_tight, spaces_by_blanks, tight_kinds
from .html_tables import Table
from .octets import scrub
from .web_links import Links

_SKIPPED = set("script style head title template object svg noscript select xml datalist audio video canvas".split())
_VOID = set("br hr img input meta link area base col embed source track wbr".split())
_PARAGRAPH = set("p blockquote ul ol dl table pre form fieldset h1 h2 h3 h4 h5 h6".split())
_LINE = set("div tr li dt dd section article header footer address center caption body main aside figure nav".split())
# Opening one of these ends the one before it, whose closing tag may be left out.
_ENDS_ITSELF = set("p li dt dd option".split())
_CELLS = ("td", "th")
_ROWS = ("tr", "tbody", "thead", "tfoot")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_FILLING = re.compile(r"[\u200b\u2060\ufeff\u034f\u00ad\u061c]|(?<![^\W_])[\u200c\u200d]+(?![^\W_])")
_CITED = re.compile(r"quote|cite", re.IGNORECASE)
# Where mail programs begin to repeat another letter: Gmail, Outlook on the web and on the desk, Yahoo, Thunderbird.
_QUOTES_BEGIN = re.compile(
    r"gmail_quote|gmail_attr|divRplyFwdMsg|appendonsend|moz-cite-prefix|moz-forward-container|yahoo_quoted"
    r"|OutlookMessageHeader|protonmail_quote|zmail_extra",
)
_OUTLOOK_RULE = re.compile(r"border-top\s*:\s*solid\s+#(?:E1E1E1|B5C4DF|CCCCCC)\s+1(?:\.0)?pt", re.IGNORECASE)
# Word writes its bullets as letters of symbol fonts, and blanks to the place where the words begin.
_WORD_BULLET = re.compile(r"^(?:[·•§▪●○–\uf0b7\uf0a7\uf0d8]|o(?=\xa0))[\xa0 \t]{2,}")
_DATA = re.compile(r"(=\s{0,5}[\"']?\s{0,5})data:[^\"'>\s]*+", re.IGNORECASE)
_LARGEST = 3_000_000
_DEEPEST = 500
_DEEPEST_TABLE = 40


def html_to_text(html: str) -> str:
    """The text of an HTML letter. Never raises, and takes time linear in its length; cut after 3,000,000 characters.

    Links are numbered, "our table [1]", and listed where the letter's own words end or the letter does.
    """
    html = _DATA.sub(r"\1", html)[:_LARGEST]
    reader = _Reader(hidden_names(html), tight=tight_kinds(html) if spaces_by_blanks(html) else None)
    for token in tokens(html):
        if not token.tag:
            reader.data(token.text)
        elif token.closes:
            reader.close(token.tag)
        else:
            reader.open_tag(token.tag, token.attributes)
    return reader.text()


class _Lines:
    """Lines in the making: those that stand, the one being written, and whether a blank line is due."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line: list[str] = []
        self.blank_wanted = False
        self.blank_prefix = ""
        self.quotes: list[str] = []
        self.lists: list[tuple[int, str] | None] = []
        self.held = ""
        self.pre = 0

    def prefix(self) -> str:
        return "".join(self.quotes[-12:])

    def flush(self, *, keep_blank: bool = False) -> None:
        text = "".join(self.line)
        self.line = []
        blank = "\u00a0" in text  # a line of hard blanks is how Word writes a blank line
        if self.pre:
            text = text.replace("\u00a0", " ").strip("\n")
        else:
            # Hard blanks are how word processors write indents; inside a letter they are blanks.
            text = _FILLING.sub("", _WORD_BULLET.sub("- ", text.strip(" \t")))
            text = re.sub(r" {2,}", " ", text.replace("\u00a0", " ")).strip()
            if self.held and text == self.held.strip():
                text = ""
            elif self.lists and text:
                text = "  " * (len(self.lists) - 1) + text if self.held else text
        self.held = ""
        if text.strip():
            self.add(text.rstrip())
        elif (keep_blank or self.pre or blank) and self.done:
            self.want_blank()

    def add(self, text: str) -> None:
        if self.blank_wanted and self.done:
            shorter = min(self.blank_prefix, self.prefix(), key=len)
            self.done.append(shorter.rstrip())
        self.blank_wanted = False
        self.done.append(self.prefix() + text)

    def want_blank(self) -> None:
        prefix = self.prefix()
        self.blank_prefix = min(self.blank_prefix, prefix, key=len) if self.blank_wanted else prefix
        self.blank_wanted = True

    def end(self, *, paragraph: bool = False) -> None:
        self.flush()
        if paragraph:
            self.want_blank()

    def add_block(self, lines: list[str]) -> None:
        for line in lines:
            if line.strip():
                self.add(line)
            elif self.done:
                self.want_blank()

    def bullet(self, value: str) -> str:
        if not self.lists or self.lists[-1] is None:
            return "- "
        number, style = self.lists[-1]
        number = int(value) if re.fullmatch(r"\d{1,6}", value) else number
        self.lists[-1] = (number + 1, style)
        return f"{_numeral(number, style)}. "


class _Reader:
    def __init__(self, hidden: frozenset[str], *, tight: tuple[bool, bool] | None) -> None:
        self.hidden = hidden
        self.tight = tight
        self.out = _Lines()
        self.open: list[str] = []
        self.tight_at: set[int] = set()
        self.skip_from: int | None = None
        self.links = Links()
        self.anchors: list[tuple[str, _Lines, int, int]] = []
        self.tables: list[tuple[Table, _Lines]] = []
        self.in_cell: list[bool] = []

    # What comes in

    def open_tag(self, tag: str, given: dict[str, str]) -> None:
        if tag in _ENDS_ITSELF and self.open and self.open[-1] == tag:
            self.close(tag)
        elif tag in _CELLS or tag in _ROWS:
            self._close_in_table(_CELLS if tag in _CELLS else (*_CELLS, *_ROWS))
        if tag not in _VOID and len(self.open) < _DEEPEST:
            self.tight_at.discard(len(self.open))
            if tag == "p" and self._is_tight(given):
                self.tight_at.add(len(self.open))
            self.open.append(tag)
            if self.skip_from is None and (tag in _SKIPPED or is_hidden(given, self.hidden)):
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
                self.out.end(paragraph=True)
            return
        while self.open:
            closed = self.open.pop()
            if self.skip_from is None:
                self._end(closed, tight=len(self.open) in self.tight_at)
            elif len(self.open) < self.skip_from:
                self.skip_from = None
            if closed == tag:
                return

    def _is_tight(self, given: dict[str, str]) -> bool:
        """Whether a paragraph has no space below: then it is one line of several, and blank ones stand between."""
        if self.tight is None:
            return False
        if "style" in given and (tight := is_tight(given["style"])) is not None:
            return tight
        every, words = self.tight
        return every or (words and given.get("class", "").startswith("Mso"))

    def _close_in_table(self, names: tuple[str, ...]) -> None:
        """End a cell or row that was left open, in the innermost table only."""
        for tag in reversed(self.open[-60:]):
            if tag == "table":
                return
            if tag in names:
                self.close(tag)
                return self._close_in_table(names)

    def data(self, data: str) -> None:
        if self.skip_from is not None:
            return
        out = self.out
        if out.pre:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            out.line.append(first)
            for piece in rest:
                out.flush()
                out.line.append(piece)
            return
        data = _SPACES.sub(" ", data)
        if data == " " and not out.line:
            return
        # What stands between rows and cells belongs to no cell: a page that says so is read all the same.
        out.line.append(data.lstrip(" ") if not out.line else data)

    # What it means

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        out = self.out
        if tag == "br":
            out.flush(keep_blank=True)
        elif tag == "hr":
            out.end()
            out.add("_" * 32)
        elif (tag in _PARAGRAPH or tag in _LINE) and not (out.line == [out.held] and tag in ("p", "div")):
            # The first block of a list's item goes on in its line.
            within_list = tag in ("ul", "ol") and bool(out.lists)
            tight = tag == "p" and len(self.open) - 1 in self.tight_at
            out.end(paragraph=tag in _PARAGRAPH and not tight and not within_list)
        named = f"{given.get('class', '')} {given.get('id', '')}"
        cites = tag == "blockquote" and (
            given.get("type", "").lower() == "cite"
            or "cite" in given
            or bool(_CITED.search(given.get("class", "")))
            or "border-left" in given.get("style", "")
        )
        if not out.quotes and (cites or _QUOTES_BEGIN.search(named) or _OUTLOOK_RULE.search(given.get("style", ""))):
            self._list_links()
        if tag == "blockquote":
            out.quotes.append("> " if cites else "    ")
        elif tag in ("ul", "ol"):
            start = int(given["start"]) if re.fullmatch(r"\d{1,6}", given.get("start", "")) else 1
            out.lists.append((start, given.get("type", "1")) if tag == "ol" else None)
        elif tag == "li":
            out.held = out.bullet(given.get("value", ""))
            out.line.append(out.held)
        elif tag == "pre":
            out.pre += 1
        elif tag == "table":
            self._begin_table()
        elif tag == "tr" and self.tables:
            self.tables[-1][0].add_row()
        elif tag in _CELLS:
            self._begin_cell()
        elif tag == "a":
            self.anchors.append((given.get("href", "").strip(), out, len(out.done), len(out.line)))
        elif tag == "q":
            out.line.append("“")
        elif tag == "img" and len(given.get("alt", "").split()) > 3:
            out.line.append(f"[{_SPACES.sub(' ', given['alt']).strip()}]")

    def _end(self, tag: str, *, tight: bool = False) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag == "table":
            self._end_table()
        out = self.out
        if tag == "a" and self.anchors:
            self._end_link(*self.anchors.pop())
        elif tag == "q":
            out.line.append("”")
        elif tag in _PARAGRAPH or tag in _LINE:
            out.end(paragraph=tag in _PARAGRAPH and not tight and not (tag in ("ul", "ol") and len(out.lists) > 1))
        if tag == "blockquote" and out.quotes:
            out.flush()
            if out.quotes == ["> "]:
                self._list_links()
            out.quotes.pop()
        elif tag in ("ul", "ol") and out.lists:
            out.lists.pop()
        elif tag == "pre" and out.pre:
            out.pre -= 1

    def _end_link(self, href: str, out: _Lines, done_then: int, pieces_then: int) -> None:
        if out is not self.out:
            return
        said = "".join(out.line[pieces_then:]) if len(out.done) == done_then else " ".join(out.line)
        if not said.strip() and len(out.done) > done_then:
            said = out.done[-1]
            mark = self.links.mark(href, said)
            out.done[-1] += mark
        elif mark := self.links.mark(href, said):
            last = out.line[-1].rstrip()
            out.line[-1] = last + mark + out.line[-1][len(last) :]

    def _list_links(self) -> None:
        """The links so far, as a paragraph of their own."""
        self.out.flush()
        if due := self.links.due():
            self.out.want_blank()
            self.out.add_block(due)
            self.out.want_blank()

    def _begin_table(self) -> None:
        for table, _ in self.tables[-1:]:
            table.nested = table.nested or bool(self.in_cell[-1])
        self.tables.append((Table(), self.out))
        self.in_cell.append(False)

    def _begin_cell(self) -> None:
        if not self.tables or self.in_cell[-1] or len(self.tables) > _DEEPEST_TABLE:
            return
        self.out.flush()
        self.in_cell[-1] = True
        self.out = _Lines()

    def _end_cell(self) -> None:
        if not self.tables or not self.in_cell[-1]:
            return
        table, around = self.tables[-1]
        self.out.flush()
        table.add_cell(self.out.done)
        self.in_cell[-1] = False
        self.out = around

    def _end_table(self) -> None:
        if not self.tables:
            return
        self._end_cell()
        table, around = self.tables.pop()
        self.in_cell.pop()
        self.out = around
        around.flush()
        around.add_block(table.lines())

    def text(self) -> str:
        """What was read. Tables that never ended end here."""
        while self.tables:
            self._end_table()
        self._list_links()
        self.out.quotes.clear()
        return scrub(re.sub(r"\n{3,}", "\n\n", "\n".join(self.out.done))).strip("\n")


def _numeral(number: int, style: str) -> str:
    """The mark of a list's item: "3", "c", "C", "iii" or "III"."""
    if style in ("a", "A") and 1 <= number <= 26:
        return chr(ord(style) + number - 1)
    if style in ("i", "I") and 1 <= number <= 39:
        tens, ones = divmod(number, 10)
        numeral = "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
        return numeral.upper() if style == "I" else numeral
    return str(number)
