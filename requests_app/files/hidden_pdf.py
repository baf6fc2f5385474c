"""What the pages of a PDF hold beside what they show: words under boxes, and words of which nothing is seen.

A letter counts as covered where the page, as it is drawn, is one dark colour over the letter's whole place. So it
does not matter how the box was made (drawn, an annotation, a picture) or in what order; words that stand in white on
a dark ground are seen, and the words behind a scanned page are judged by what the scan shows. A letter is not seen at
all where the page is of one colour there: white on white, under a white or coloured box, in a layer switched off.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from .bounds import Locked
from .findings import Finding, finding
from .hidden_pdf_scans import covers_a_scan, is_scan

MOST_PAGES = 1_000
# Pixels for a point of the page, and for a page at most.
SCALE = 1.5
MOST_PIXELS = 3_000_000
# Of 255: how dark a place is at most, and how much its points may differ, to be a box.
DARKEST, EVEN = 80, 20
# So many letters in a row that are not seen are a word.
A_WORD = 3
# How much the points of a place may differ where nothing is seen on it: the faintest grey that is read differs more.
FLAT = 4
# Letters on a page that nobody sees and that still hold nothing: a mark of the program that made it.
MOST_UNSEEN = 6
# And letters beside it, where printers are told the name of the file and the day.
MOST_OUTSIDE = 60
INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
FINE, FAR = 64, 1000
_Box = tuple[int, int, int, int]


def open_pdf(content: bytes) -> pypdfium2.PdfDocument:
    """The document. Raises Locked where it needs a password, PdfiumError where it cannot be read."""
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
            raise Locked from None
        raise


def in_pdf(content: bytes) -> Iterator[Finding]:
    """Findings of a PDF."""
    from . import hidden_pdf_beside as beside

    document = open_pdf(content)
    pages: dict[str, list[str]] = {
        "covered_text": [],
        "unseen_text": [],
        "cropped_text": [],
        "unapplied_redactions": [],
    }
    marks = beside.Marks()
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        letters = _letters(page)
        here = {
            "covered_text": letters.covered >= A_WORD or covers_a_scan(page),
            "unseen_text": letters.unseen >= MOST_UNSEEN,
            "cropped_text": letters.outside > MOST_OUTSIDE,
            "unapplied_redactions": marks.read(page),
        }
        for code in (code for code, found in here.items() if found):
            pages[code].append(str(number + 1))
        page.close()
    yield from (finding(code, numbers) for code, numbers in pages.items() if numbers)
    yield from beside.findings(document, content, marks)
    if len(document) > MOST_PAGES:
        yield finding("too_much", count=len(document))
    if author := document.get_metadata_value("Author").strip():
        yield finding("author", [author])


@dataclass
class _Letters:
    """Letters of a page that stand in rows of three or more and are not seen: under something, or on nothing."""

    covered: int = 0
    unseen: int = 0
    outside: int = 0


def _letters(page: pypdfium2.PdfPage) -> _Letters:
    words = page.get_textpage()
    found = _Letters()
    total = words.count_chars()
    if not total:
        return found
    width, height = page.get_size()
    scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    picture = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    points = picture.load()
    to_device = _Place(page, picture.size)
    rows = {"covered": 0, "unseen": 0}

    def end_row(kind: str) -> None:
        if rows[kind] >= A_WORD:
            setattr(found, kind, getattr(found, kind) + rows[kind])
        rows[kind] = 0

    for at in range(total):
        if not chr(pdfium.FPDFText_GetUnicode(words.raw, at)).isalnum():
            continue
        places = to_device(words, at)
        if places is None:
            found.outside += to_device.is_outside
            continue
        inner, whole = places
        if _is_dark(points, inner) and _is_even(picture, inner):
            rows["covered"] += 1
            end_row("unseen")
        elif _is_flat(points, whole) and _spread(picture, whole) <= FLAT and not _is_of_a_scan(words, at):
            rows["unseen"] += 1
            end_row("covered")
        else:
            end_row("covered")
            end_row("unseen")
    end_row("covered")
    end_row("unseen")
    if is_scan(page) and 2 * found.unseen < total:
        found.unseen = 0  # what a program read into the blank parts of a scan
    return found


def _is_of_a_scan(words: pypdfium2.PdfTextPage, at: int) -> bool:
    """Whether a letter was laid invisibly over a scan by whatever read its words. The scan is what is seen."""
    text = pdfium.FPDFText_GetTextObject(words.raw, at)
    return bool(text) and pdfium.FPDFTextObj_GetTextRenderMode(text) in INVISIBLE


class _Place:
    """Where a letter of the page stands on its picture: the middle of its box, and the whole of it.

    Each as left, top, right, bottom; None where it is off the page, and ``is_outside`` where wholly so.
    """

    def __init__(self, page: pypdfium2.PdfPage, size: tuple[int, int]) -> None:
        self.size, self.is_outside = size, False
        self._box = pdfium.FS_RECTF()
        self._corners = _corners(page, size)

    def __call__(self, words: pypdfium2.PdfTextPage, at: int) -> tuple[_Box, _Box] | None:
        self.is_outside = False
        if not pdfium.FPDFText_GetLooseCharBox(words.raw, at, self._box):
            return None
        left, top = self._on_picture(self._box.left, self._box.top)
        right, bottom = self._on_picture(self._box.right, self._box.bottom)
        left, right = sorted((left, right))
        top, bottom = sorted((top, bottom))
        width, height = self.size
        self.is_outside = right < 0 or bottom < 0 or left >= width or top >= height
        whole = max(left, 0), max(top, 0), min(right, width - 1), min(bottom, height - 1)
        # The loose box is as high as the font, and the letter stands in its middle, whichever way the page is turned.
        across, down = max((right - left) // 5, 1), max((bottom - top) // 5, 1)
        left, right = max(left + across, 0), min(right - across, width - 1)
        top, bottom = max(top + down, 0), min(bottom - down, height - 1)
        return ((left, top, right, bottom), whole) if right > left and bottom > top else None

    def _on_picture(self, x: float, y: float) -> tuple[int, int]:
        left, right, up = self._corners
        return (
            round(left[0] + (right[0] - left[0]) * x + (up[0] - left[0]) * y),
            round(left[1] + (right[1] - left[1]) * x + (up[1] - left[1]) * y),
        )


def _corners(page: pypdfium2.PdfPage, size: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Where the page's origin and the points one to its right and one above it stand: asked once for all letters.

    Pages are turned and moved, never bent. The library answers in whole pixels, so it is asked about a picture that is
    larger by FINE, and about points that are FAR off.
    """
    x, y = ctypes.c_int(), ctypes.c_int()
    found = []
    for at in ((0, 0), (FAR, 0), (0, FAR)):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, size[0] * FINE, size[1] * FINE, 0, *at, x, y)
        found.append((x.value / FINE, y.value / FINE))
    origin, right, up = found
    near = [tuple(o + (far - o) / FAR for o, far in zip(origin, one, strict=True)) for one in (right, up)]
    return origin, *near


def _is_dark(points, place: _Box) -> bool:
    """Five points of the place, which most letters that can be seen do not pass."""
    left, top, right, bottom = place
    middle, centre = (left + right) // 2, (top + bottom) // 2
    looked_at = ((left, top), (right, top), (left, bottom), (right, bottom), (middle, centre))
    return all(points[at] <= DARKEST for at in looked_at)


def _is_even(picture, place: _Box) -> bool:
    darkest, lightest = picture.crop(_through(place)).getextrema()
    return lightest <= DARKEST and lightest - darkest <= EVEN


def _is_flat(points, place: _Box) -> bool:
    """Five points of the place look alike: cheaper than all of them, and most letters that are seen do not pass."""
    left, top, right, bottom = place
    middle, centre = (left + right) // 2, (top + bottom) // 2
    first = points[middle, centre]
    looked_at = ((left, centre), (right, centre), ((left + middle) // 2, centre), (middle, (top + centre) // 2))
    return all(abs(points[at] - first) <= FLAT for at in looked_at)


def _spread(picture, place: _Box) -> int:
    darkest, lightest = picture.crop(_through(place)).getextrema()
    return lightest - darkest


def _through(place: _Box) -> _Box:
    left, top, right, bottom = place
    return left, top, right + 1, bottom + 1
