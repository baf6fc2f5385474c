"""Black boxes drawn over a scan: what they cover is still in the picture under them."""

import ctypes
from collections.abc import Iterator
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

# Points of the page: what is smaller is a line or a dot.
LEAST_WIDE, LEAST_HIGH = 12, 5
MOST_BOXES, MOST_OBJECTS, MOST_MARKS = 200, 5_000, 2_000
MOST_PIXELS, SCALE = 3_000_000, 1.5
# Of 255: how dark a box is at most, how even, and how much a scan differs where something is written on it.
DARKEST, EVEN, WRITTEN = 80, 20, 90
# Share of the page from which a picture is a scan.
A_SCAN = 0.25
# Marks that are drawn as boxes.
_MARKS = (pdfium.FPDF_ANNOT_SQUARE, pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_INK, pdfium.FPDF_ANNOT_REDACT)
_MARKS += (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_POLYGON, pdfium.FPDF_ANNOT_LINE)
_Box = tuple[float, float, float, float]


def is_scan(page: pypdfium2.PdfPage) -> bool:
    """Whether pictures fill a good part of the page."""
    width, height = page.get_size()
    pictures = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
    return any(_area(one.get_bounds()) >= A_SCAN * width * height for one in islice(pictures, 200))


def covers_a_scan(page: pypdfium2.PdfPage) -> bool:
    """Whether a dark box, drawn or as a mark, lies on a scan that shows something there. Takes the page apart."""
    width, height = page.get_size()
    others: list[pypdfium2.PdfObject] = []
    boxes: list[_Box] = []
    scanned = False
    for number, one in enumerate(page.get_objects(max_depth=1)):
        if number >= MOST_OBJECTS:
            return False  # a drawing: scans consist of few things
        if one.type == pdfium.FPDF_PAGEOBJ_IMAGE and _area(one.get_bounds()) >= A_SCAN * width * height:
            scanned = True
            continue
        others.append(one)
        if scanned and one.type in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            boxes.append(one.get_bounds())
    if not scanned:
        return False
    boxes = [box for box in [*boxes, *_marks(page)] if box[2] - box[0] >= LEAST_WIDE and box[3] - box[1] >= LEAST_HIGH]
    if not boxes:
        return False
    shown = _drawn(page)
    for one in others:
        page.remove_obj(one)
    bare = _drawn(page, marks=False)
    return any(_is_covered(shown, bare, _on_picture(page, shown.size, box)) for box in boxes[:MOST_BOXES])


def _area(box: _Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _marks(page: pypdfium2.PdfPage) -> Iterator[_Box]:
    box = pdfium.FS_RECTF()
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MOST_MARKS)):
        mark = pdfium.FPDFPage_GetAnnot(page.raw, at)
        if pdfium.FPDFAnnot_GetSubtype(mark) in _MARKS and pdfium.FPDFAnnot_GetRect(mark, box):
            yield min(box.left, box.right), min(box.bottom, box.top), max(box.left, box.right), max(box.bottom, box.top)
        pdfium.FPDFPage_CloseAnnot(mark)


def _drawn(page: pypdfium2.PdfPage, *, marks: bool = True) -> Image.Image:
    width, height = page.get_size()
    scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    return page.render(scale=scale, grayscale=True, may_draw_forms=marks, draw_annots=marks).to_pil().convert("L")


def _on_picture(page: pypdfium2.PdfPage, size: tuple[int, int], box: _Box) -> tuple[int, int, int, int]:
    """The inside of a box of the page on its picture: left, top, right, bottom."""
    x, y = ctypes.c_int(), ctypes.c_int()
    places = []
    for at in ((box[0], box[1]), (box[2], box[3])):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, *at, x, y)
        places.append((x.value, y.value))
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*places, strict=True))
    return max(left + 2, 0), max(top + 2, 0), min(right - 2, size[0]), min(bottom - 2, size[1])


def _is_covered(shown: Image.Image, bare: Image.Image, place: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = place
    if right - left < 2 or bottom - top < 2:
        return False
    darkest, lightest = shown.crop(place).getextrema()
    if lightest > DARKEST or lightest - darkest > EVEN:
        return False
    darkest, lightest = bare.crop(place).getextrema()
    return lightest - darkest >= WRITTEN
