"""What a PDF holds beside what it shows: words under black boxes, redactions that were drawn and not applied.

A letter counts as covered where the page, as it is drawn, is one dark colour over the letter's whole place. So it
does not matter how the box was made (drawn, an annotation, a picture) or in what order; words that stand in white on
a dark ground are seen, and the words behind a scanned page are judged by what the scan shows.
"""

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from .bounds import Locked
from .findings import Finding, finding

MOST_PAGES = 1_000
# Pixels for a point of the page, and for a page at most.
SCALE = 1.5
MOST_PIXELS = 3_000_000
# Of 255: how dark a place is at most, and how much its points may differ, to be a box.
DARKEST, EVEN = 80, 20
# So many covered letters in a row are a word.
A_WORD = 3


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
    document = open_pdf(content)
    covered: list[str] = []
    unapplied: list[str] = []
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        if _covered_letters(page) >= A_WORD:
            covered.append(str(number + 1))
        if _has_redaction(page):
            unapplied.append(str(number + 1))
        page.close()
    if covered:
        yield finding("covered_text", covered)
    if unapplied:
        yield finding("unapplied_redactions", unapplied)
    if files := document.count_attachments():
        yield finding("embedded_files", [document.get_attachment(at).get_name() for at in range(min(files, 20))], files)
    if len(document) > MOST_PAGES:
        yield finding("too_much", count=len(document))
    if author := document.get_metadata_value("Author").strip():
        yield finding("author", [author])


def _covered_letters(page: pypdfium2.PdfPage) -> int:
    """Letters of the page that stand in rows of three or more under something dark."""
    words = page.get_textpage()
    total = words.count_chars()
    if not total:
        return 0
    width, height = page.get_size()
    scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    picture = bitmap.to_pil().convert("L")
    darkest, _lightest = picture.getextrema()
    if darkest > DARKEST:
        return 0
    points = picture.load()
    to_device = _Place(page, picture.size)
    covered = row = 0
    for at in range(total):
        code = pdfium.FPDFText_GetUnicode(words.raw, at)
        if not chr(code).isalnum():
            continue
        place = to_device(words, at)
        if place is None:
            continue
        if _is_dark(points, place) and _is_even(picture, place):
            row += 1
        else:
            covered, row = covered + (row if row >= A_WORD else 0), 0
    return covered + (row if row >= A_WORD else 0)


class _Place:
    """Where a letter of the page stands on its picture, as left, top, right, bottom; None where it is off it."""

    def __init__(self, page: pypdfium2.PdfPage, size: tuple[int, int]) -> None:
        self.page, self.size = page, size
        self._box = pdfium.FS_RECTF()
        self._x, self._y = ctypes.c_int(), ctypes.c_int()

    def __call__(self, words: pypdfium2.PdfTextPage, at: int) -> tuple[int, int, int, int] | None:
        if not pdfium.FPDFText_GetLooseCharBox(words.raw, at, self._box):
            return None
        left, top = self._on_picture(self._box.left, self._box.top)
        right, bottom = self._on_picture(self._box.right, self._box.bottom)
        left, right = sorted((left, right))
        top, bottom = sorted((top, bottom))
        # The loose box is as high as the font, and the letter stands in its middle, whichever way the page is turned.
        across, down = max((right - left) // 5, 1), max((bottom - top) // 5, 1)
        left, right = max(left + across, 0), min(right - across, self.size[0] - 1)
        top, bottom = max(top + down, 0), min(bottom - down, self.size[1] - 1)
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _on_picture(self, x: float, y: float) -> tuple[int, int]:
        pdfium.FPDF_PageToDevice(self.page.raw, 0, 0, *self.size, 0, x, y, self._x, self._y)
        return self._x.value, self._y.value


def _is_dark(points, place: tuple[int, int, int, int]) -> bool:
    """Five points of the place, which most letters that can be seen do not pass."""
    left, top, right, bottom = place
    middle, centre = (left + right) // 2, (top + bottom) // 2
    looked_at = ((left, top), (right, top), (left, bottom), (right, bottom), (middle, centre))
    return all(points[at] <= DARKEST for at in looked_at)


def _is_even(picture, place: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = place
    darkest, lightest = picture.crop((left, top, right + 1, bottom + 1)).getextrema()
    return lightest <= DARKEST and lightest - darkest <= EVEN


def _has_redaction(page: pypdfium2.PdfPage) -> bool:
    """Whether somebody marked something to be redacted, and the redaction was never applied."""
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), 2_000)):
        mark = pdfium.FPDFPage_GetAnnot(page.raw, at)
        kind = pdfium.FPDFAnnot_GetSubtype(mark)
        pdfium.FPDFPage_CloseAnnot(mark)
        if kind == pdfium.FPDF_ANNOT_REDACT:
            return True
    return False
