"""The words of a PDF, page by page, and pictures of its pages."""

import io
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from .hidden_pdf import MOST_PAGES, open_pdf
from .words import Part, Words, kept

# A page with fewer letters and a picture on it is a picture of words: a scan with a stamped page number has some.
FEWEST_LETTERS = 10
# Pixels across a picture of a page, and high at most.
WIDTH, MOST_HIGH = 1000, 3000


def in_pdf(content: bytes) -> Words:
    """The pages' words in their order. A page that only shows a picture is flagged."""
    document = open_pdf(content)
    return kept(_pages(document), pages=len(document))


def _pages(document: pypdfium2.PdfDocument) -> Iterator[Part]:
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        text = page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\r", "\n")
        letters = sum(map(str.isalnum, text))
        yield Part(text, number=number + 1, is_picture=letters < FEWEST_LETTERS and _shows_picture(page))
        page.close()


def _shows_picture(page: pypdfium2.PdfPage) -> bool:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE,)
    return next(iter(page.get_objects(filter=kinds, max_depth=3)), None) is not None


def pictures(content: bytes, *, most: int) -> list[bytes]:
    """The first pages as JPEG pictures, a thousand pixels across."""
    document = open_pdf(content)
    out = []
    for number in range(min(len(document), most)):
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), MOST_HIGH / max(height, 1))
        picture = page.render(scale=scale).to_pil().convert("RGB")
        kept_as = io.BytesIO()
        picture.save(kept_as, "JPEG", quality=80, optimize=True)
        out.append(kept_as.getvalue())
        page.close()
    return out
