"""The bundle for a complaint as one PDF: cover, contents, chronology, the clock day by day, and every letter whole.

The same bundle gives the same bytes, in any process and at any time. The document says its language and title and has
an outline; its text can be selected and searched.
"""

from collections.abc import Iterable

from .complaint import Bundle, Enclosure
from .count_shown import Cell, CountShown
from .pdf_sheets import (
    BODY,
    BOLD,
    HEADING,
    LEFT,
    RIGHT,
    SMALL,
    SUBHEADING,
    TINY,
    TINY_BOLD,
    TITLE,
    TOP,
    Mark,
    Sheets,
)
from .pdf_text import BOX

# Characters of letters that are printed in full; the rest is in the zip alone. Some 1.3 million words.
LONGEST = 8_000_000
TABLE = (LEFT, LEFT + 104, LEFT + 214, RIGHT)
CELL = (RIGHT - LEFT) / 7
CELL_HEIGHT = 26


def as_pdf(bundle: Bundle, *, longest: int = LONGEST) -> bytes:
    """The bundle on paper. ``longest``: how many characters of letters are printed, beginning with the first letter."""
    sheets = Sheets()
    _cover(sheets, bundle)
    after_cover = len(sheets.sheets)
    sheets.turn()
    _chronology(sheets, bundle)
    sheets.turn()
    _clock(sheets, bundle)
    sheets.gap(24)
    _letters(sheets, bundle, longest)
    _contents(sheets, bundle, after_cover)
    return sheets.pdf(
        title=f"{bundle.words.bundle}: {bundle.title}",
        author=bundle.author,
        subject=bundle.subtitle,
        day=bundle.day,
        lang=bundle.lang,
        foot=bundle.title,
        page_words=bundle.words.page,
    )


def _cover(sheets: Sheets, bundle: Bundle) -> None:
    sheets.gap(40)
    sheets.paragraph(bundle.words.bundle, BOLD)
    sheets.gap(6)
    sheets.paragraph(bundle.title, TITLE)
    sheets.gap(4)
    sheets.paragraph(bundle.subtitle, BODY)
    sheets.gap(16)
    sheets.rule()
    for fact in bundle.facts:
        sheets.room(30)
        top, sheet = sheets.y, len(sheets.sheets)
        sheets.paragraph(fact.label, BOLD, right=LEFT + 140)
        low = sheets.y
        if len(sheets.sheets) == sheet:
            sheets.y = top
        sheets.paragraph(fact.value, BODY, x=LEFT + 150, url=fact.url)
        if len(sheets.sheets) == sheet:
            sheets.y = min(low, sheets.y)
        sheets.gap(4)
    sheets.gap(4)
    sheets.rule()
    for note in _notes(sheets, bundle):
        sheets.paragraph(note, BODY)
        sheets.gap(6)


def _notes(sheets: Sheets, bundle: Bundle) -> Iterable[str]:
    yield from bundle.notes
    if any(BOX in sheets.printable(letter.text) for letter in bundle.letters):
        yield bundle.words.unprintable


def _chronology(sheets: Sheets, bundle: Bundle) -> None:
    sheets.heading(bundle.words.chronology)
    sheets.header(bundle.words.columns, TABLE)
    for line in bundle.chronology:
        what = f"{line.what}\n{line.law}" if line.law else line.what
        sheets.row([(line.when, BODY), (line.who, BODY), (what, BODY)], TABLE, header=bundle.words.columns)


def _clock(sheets: Sheets, bundle: Bundle) -> None:
    sheets.heading(bundle.words.clock)
    for line in bundle.clock_lines:
        sheets.paragraph(line)
        sheets.gap(4)
    for law in bundle.laws:
        sheets.paragraph(f"{law.words}: {law.url}", SMALL, url=law.url)
    sheets.gap(10)
    if bundle.events:
        sheets.heading(bundle.words.ledger, SUBHEADING, level=1)
        for event in bundle.events:
            sheets.room(44)
            sheets.paragraph(f"{bundle.long_days[event.on]}: {event.title}", BOLD)
            said = (event.undone, event.effect, event.change, event.note, event.objection)
            for words in filter(None, said):
                sheets.paragraph(words, x=LEFT + 12)
            if event.source:
                sheets.paragraph(event.source, SMALL, x=LEFT + 12)
            if event.law and not event.undone:
                sheets.paragraph(event.law.words, SMALL, x=LEFT + 12, url=event.law.url)
            sheets.gap(6)
    for count in bundle.counts:
        _count(sheets, bundle, count)


def _count(sheets: Sheets, bundle: Bundle, count: CountShown) -> None:
    """A count as weeks from Monday to Sunday, and in words the days whose square cannot say enough."""
    sheets.gap(8)
    sheets.heading(count.title, SUBHEADING, level=1, needs=110)
    sheets.paragraph(count.lead)
    sheets.gap(6)
    _weekdays(sheets, bundle)
    for week in _weeks(count.days):
        if sheets.room(CELL_HEIGHT + 4):
            _weekdays(sheets, bundle)
        for cell in week:
            _square(sheets, bundle, cell)
        sheets.y -= CELL_HEIGHT
    sheets.gap(8)
    for cell in count.days:
        if cell.kind in ("received", "holiday", "fee", "school") or cell.ends:
            words = "; ".join(filter(None, (cell.words, cell.ends)))
            sheets.paragraph(f"{bundle.long_days[cell.on]}: {words}", SMALL)


def _weekdays(sheets: Sheets, bundle: Bundle) -> None:
    for place, name in enumerate(bundle.words.weekdays):
        sheets.put(name, TINY_BOLD, LEFT + place * CELL + 4)
    sheets.y -= 12


def _weeks(days: tuple[Cell, ...]) -> list[list[Cell]]:
    weeks: list[list[Cell]] = []
    for cell in days:
        if not weeks or cell.on.weekday() == 0:
            weeks.append([])
        weeks[-1].append(cell)
    return weeks


def _square(sheets: Sheets, bundle: Bundle, cell: Cell) -> None:
    x, top = LEFT + cell.on.weekday() * CELL, sheets.y
    foot = top - CELL_HEIGHT
    sheets.sheet.rules += [
        (x, top, x + CELL, top),
        (x, foot, x + CELL, foot),
        (x, foot, x, top),
        (x + CELL, foot, x + CELL, top),
    ]
    if cell.is_due:
        sheets.sheet.frames.append((x + 1, foot + 1, CELL - 2, CELL_HEIGHT - 2))
    sheets.y = top - 3
    sheets.put(bundle.short_days[cell.on], TINY, x + 4)
    sheets.y = top - 13
    style = TINY_BOLD if cell.number or cell.is_due else TINY
    line = sheets.lines(cell.short, style, CELL - 6)[0][0]
    sheets.put(line, style, x + 4)
    sheets.y = top


def _letters(sheets: Sheets, bundle: Bundle, longest: int) -> None:
    sheets.heading(bundle.words.letters, needs=150)
    left = longest
    for letter in bundle.letters:
        _letter(sheets, bundle, letter, printed=letter.text[:left])
        left = max(0, left - len(letter.text))


def _letter(sheets: Sheets, bundle: Bundle, letter: Enclosure, *, printed: str) -> None:
    sheets.rule()
    sheets.heading(letter.heading, SUBHEADING, level=1)
    for line in letter.lines:
        sheets.paragraph(line, SMALL)
    if letter.files:
        sheets.paragraph(bundle.words.files, SMALL)
        for file in letter.files:
            sheets.paragraph(file.line, SMALL, x=LEFT + 12)
            if file.sha256:
                sheets.paragraph(f"SHA-256 {file.sha256}", TINY, x=LEFT + 12)
    sheets.gap(6)
    sheets.paragraph(letter.withheld or printed.rstrip(), BODY)
    if not letter.withheld and len(printed) < len(letter.text):
        sheets.gap(4)
        sheets.paragraph(bundle.words.cut % {"path": f"{letter.folder}/letter.txt"}, BOLD)
    sheets.gap(14)


def _contents(sheets: Sheets, bundle: Bundle, at: int) -> None:
    """The table of contents, on sheets of its own put in at ``at``; the sheets after them move on."""
    more = len(_table(sheets.marks, bundle, 0).sheets)
    table = _table(sheets.marks, bundle, more)
    for mark in sheets.marks:
        mark.sheet += more
    sheets.sheets[at:at] = table.sheets
    sheets.marks.insert(0, Mark(bundle.words.contents, 0, at, TOP))


def _table(marks: list[Mark], bundle: Bundle, more: int) -> Sheets:
    """The contents on sheets, with each page's number as it is once ``more`` sheets stand before it."""
    table = Sheets()
    table.heading(bundle.words.contents, HEADING, level=None)
    for number, mark in enumerate(marks, 1):  # the contents' own mark will be the first
        style = BOLD if mark.level == 0 else BODY
        x = LEFT + 14 * mark.level
        lines = table.lines(mark.title, style, RIGHT - x - 50)
        table.room(style.leading + 2)
        table.put(lines[0][0] + (" …" if len(lines) > 1 else ""), style, x)
        page = str(mark.sheet + more + 1)
        table.put(page, style, RIGHT - table.faces[style.font].width(page) * style.size)
        table.sheet.jumps.append((number, (LEFT, table.y - style.leading, RIGHT, table.y)))
        table.y -= style.leading + 2
    return table
