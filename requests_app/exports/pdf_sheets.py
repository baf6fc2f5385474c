"""Sheets of paper, filled from the top: laid out first and drawn after, since each says how many there are.

Pure but for the two files of the font. The same words give the same bytes: no time and no chance goes in.
"""

import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .pdf_text import Printable, as_seen, is_from_right, wrapped

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = A4
LEFT, RIGHT = 56.0, WIDTH - 56.0
TOP, BOTTOM = HEIGHT - 60.0, 64.0
BLACK, GREY, PALE = (0.1, 0.1, 0.12), (0.36, 0.36, 0.4), (0.78, 0.78, 0.8)
# A font's file is read at a place that moves; two sheets at once must not move it for each other.
_saving = threading.Lock()


@dataclass(frozen=True, slots=True)
class Style:
    """How words look; sizes in points."""

    font: str = "foitracker-sans"
    size: float = 9.5
    leading: float = 13.5
    colour: tuple[float, float, float] = BLACK


REGULAR, STRONG = "foitracker-sans", "foitracker-sans-bold"
BODY = Style()
BOLD = Style(font=STRONG)
SMALL = Style(size=8, leading=11, colour=GREY)
TINY = Style(size=7, leading=9, colour=GREY)
TINY_BOLD = Style(font=STRONG, size=7.5, leading=9)
TITLE = Style(font=STRONG, size=20, leading=25)
HEADING = Style(font=STRONG, size=14, leading=18)
SUBHEADING = Style(font=STRONG, size=11, leading=15)


@dataclass(slots=True)
class Mark:
    """A place that the table of contents and the reader's outline lead to."""

    title: str
    level: int
    sheet: int
    top: float


@dataclass(slots=True)
class Sheet:
    """What stands on one sheet: words, lines, frames, and places that lead to an address or a mark."""

    words: list[tuple[float, float, str, Style]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)
    links: list[tuple[str, tuple[float, float, float, float]]] = field(default_factory=list)
    jumps: list[tuple[int, tuple[float, float, float, float]]] = field(default_factory=list)


class Face:
    """A font's widths, and which characters it has."""

    def __init__(self, name: str, file: str) -> None:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
        face = pdfmetrics.getFont(name).face
        self._widths = face.charWidths
        self._other = face.defaultWidth
        self.has = face.charToGlyph.__contains__
        self._known: dict[str, float] = {}

    def width(self, text: str) -> float:
        """The width of a text at a size of one point."""
        found = self._known.get(text)
        if found is None:
            widths, other = self._widths, self._other
            found = sum(widths.get(ord(char), other) for char in text) / 1000
            if len(text) < 24 and len(self._known) < 50_000:
                self._known[text] = found
        return found


class Sheets:
    """Filled from top to bottom; ``y`` is the top of the next line, in points from the foot of the sheet."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = [Sheet()]
        self.marks: list[Mark] = []
        self.y = TOP
        self.faces = {REGULAR: Face(REGULAR, "DejaVuSans.ttf"), STRONG: Face(STRONG, "DejaVuSans-Bold.ttf")}
        self.printable = Printable(self.faces[REGULAR].has)

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    def turn(self) -> None:
        """Go on with a new sheet."""
        self.sheets.append(Sheet())
        self.y = TOP

    def room(self, height: float) -> bool:
        """Make sure that this much fits below; True where that took a new sheet."""
        if self.y - height >= BOTTOM:
            return False
        self.turn()
        return True

    def gap(self, height: float) -> None:
        self.y -= height

    def mark(self, title: str, level: int = 0) -> None:
        """This place, for the contents and the outline."""
        one_line = " ".join(self.printable(title[:300]).split())
        self.marks.append(Mark(one_line, level, len(self.sheets) - 1, self.y))

    def rule(self) -> None:
        self.sheet.rules.append((LEFT, self.y, RIGHT, self.y))
        self.y -= 8

    def lines(self, text: str, style: Style, width: float) -> list[tuple[str, bool]]:
        """The text in lines that fit, each with whether it runs from right to left. Two empty lines stand for more."""
        face = self.faces[style.font]
        room = width / style.size
        found: list[tuple[str, bool]] = []
        empty = 0
        for paragraph in self.printable(text).split("\n"):
            empty = 0 if paragraph else empty + 1
            if empty > 2:
                continue
            from_right = is_from_right(paragraph)
            lines = wrapped(paragraph, room, face.width)
            found += [(as_seen(line, from_right=from_right), from_right) for line in lines]
        return found

    def put(self, line: str, style: Style, x: float, *, from_right: bool = False, right: float = RIGHT) -> None:
        """One line at the present height; does not go down."""
        if from_right:
            x = right - self.faces[style.font].width(line) * style.size
        if line:
            self.sheet.words.append((x, self.y - style.size, line, style))

    def paragraph(
        self, text: str, style: Style = BODY, *, x: float = LEFT, right: float = RIGHT, url: str = ""
    ) -> None:
        """A text over as many lines and sheets as it needs. ``url``: where a click on it leads."""
        for line, from_right in self.lines(text, style, right - x):
            self.room(style.leading)
            self.put(line, style, x, from_right=from_right, right=right)
            if url and line:
                end = x + self.faces[style.font].width(line) * style.size
                self.sheet.links.append((url, (x, self.y - style.leading, end, self.y)))
            self.y -= style.leading

    def heading(self, text: str, style: Style = HEADING, *, level: int | None = 0, needs: float = 60) -> None:
        """A heading with at least ``needs`` points of what follows on the same sheet. ``level`` None: no mark."""
        lines = self.lines(text, style, RIGHT - LEFT)
        self.room(min(len(lines) * style.leading + needs, TOP - BOTTOM))
        if level is not None:
            self.mark(text, level)
        self.paragraph(text, style)
        self.y -= 4

    def row(self, cells: Sequence[tuple[str, Style]], edges: Sequence[float], header: Iterable[str] = ()) -> None:
        """One row of a table: each cell wraps in its column; a row may go on overleaf, under the header again.

        ``edges`` are the left edges of the columns and the right edge of the last.
        """
        columns = [
            self.lines(text, style, edges[place + 1] - edges[place] - 8) for place, (text, style) in enumerate(cells)
        ]
        leading = max(style.leading for _text, style in cells)
        height = max(len(column) for column in columns)
        keep = height * leading + 6
        if keep <= (TOP - BOTTOM) / 2 and self.room(keep):
            self._header(header, edges)
        for number in range(height):
            if self.room(leading):
                self._header(header, edges)
            for place, column in enumerate(columns):
                if number < len(column):
                    line, from_right = column[number]
                    self.put(line, cells[place][1], edges[place], from_right=from_right, right=edges[place + 1] - 8)
            self.y -= leading
        self.y -= 3
        self.sheet.rules.append((edges[0], self.y, edges[-1], self.y))
        self.y -= 4

    def _header(self, header: Iterable[str], edges: Sequence[float]) -> None:
        words = list(header)
        if words:
            self.row([(word, BOLD) for word in words], edges)

    def header(self, header: Iterable[str], edges: Sequence[float]) -> None:
        """The head of a table, with room for a row below it."""
        self.room(60)
        self._header(header, edges)

    # ---- drawing ----

    def pdf(self, *, title: str, author: str, subject: str, lang: str, day: date, foot: str, page_words: str) -> bytes:
        """The sheets as a PDF, dated to ``day``. ``page_words`` has %(page)d and %(pages)d in it."""
        out = io.BytesIO()
        canvas = Canvas(
            out,
            pagesize=A4,
            invariant=1,  # no time of making, and an identifier made of the content
            pageCompression=1,
            lang=lang,
            initialFontName=REGULAR,
            initialFontSize=BODY.size,
        )
        canvas.setTitle(self.printable(title))
        canvas.setAuthor(self.printable(author))
        canvas.setSubject(self.printable(subject))
        canvas.setDateFormatter(lambda *_fixed: f"D:{day:%Y%m%d}000000Z")
        canvas.setCreator("foitracker")
        canvas.setProducer("foitracker")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.showOutline()
        by_sheet: dict[int, list[tuple[int, Mark]]] = {}
        for number, mark in enumerate(self.marks):
            by_sheet.setdefault(mark.sheet, []).append((number, mark))
        foot_lines = self.lines(foot, SMALL, RIGHT - LEFT - 110)
        for number, sheet in enumerate(self.sheets):
            self._draw(canvas, sheet)
            for place, mark in by_sheet.get(number, ()):
                canvas.bookmarkHorizontal(f"m{place}", 0, mark.top + 6)
                canvas.addOutlineEntry(mark.title, f"m{place}", level=mark.level, closed=mark.level == 0)
            self._foot(canvas, foot_lines[:1], page_words % {"page": number + 1, "pages": len(self.sheets)})
            canvas.showPage()
        with _saving:
            canvas.save()
        return out.getvalue()

    def _draw(self, canvas: Canvas, sheet: Sheet) -> None:
        canvas.setLineWidth(0.5)
        canvas.setStrokeColorRGB(*PALE)
        for x0, y0, x1, y1 in sheet.rules:
            canvas.line(x0, y0, x1, y1)
        canvas.setStrokeColorRGB(*BLACK)
        canvas.setLineWidth(1)
        for x, y, width, height in sheet.frames:
            canvas.rect(x, y, width, height)
        text = canvas.beginText()
        last = None
        for x, y, line, style in sheet.words:
            if style is not last:
                text.setFont(style.font, style.size)
                text.setFillColorRGB(*style.colour)
                last = style
            text.setTextOrigin(x, y)
            text.textOut(line)
        canvas.drawText(text)
        for url, place in sheet.links:
            canvas.linkURL(url, place, thickness=0)
        for number, place in sheet.jumps:
            canvas.linkRect("", f"m{number}", place, thickness=0)

    def _foot(self, canvas: Canvas, foot: list[tuple[str, bool]], page: str) -> None:
        canvas.setFillColorRGB(*GREY)
        canvas.setFont(REGULAR, 8)
        if foot:
            canvas.drawString(LEFT, 36, foot[0][0])
        canvas.drawRightString(RIGHT, 36, self.printable(page))
