"""What a PDF holds beside its pages: remarks, files, programs, earlier versions, placed pictures."""

import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from .findings import Finding, finding
from .hidden_photos import places_within

_END = re.compile(rb"%%EOF[\r\n ]*")
MOST_VERSIONS = 10
# Pages of an earlier version that are compared.
MOST_PAGES = 300
_WORD = re.compile(r"\w{2,}")
_PLACE = re.compile(rb"exif:GPSL(?:atitude|ongitude)\b")
# Marks at which remarks are kept; links, fields and stamps show what they are.
_REMARKS = frozenset(
    (
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_INK,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_LINE,
        pdfium.FPDF_ANNOT_POLYGON,
        pdfium.FPDF_ANNOT_POLYLINE,
        pdfium.FPDF_ANNOT_POPUP,
    )
)
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
MOST_MARKS = 2_000


class Marks:
    """Counts the marks at the pages of a document: remarks, whole files, words in marks that are switched off."""

    def __init__(self) -> None:
        self.remarks = self.files = self.switched_off = 0

    def read(self, page: pypdfium2.PdfPage) -> bool:
        """Take in one page's; gives back whether a redaction was marked on it and never applied."""
        unapplied = False
        for at in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MOST_MARKS)):
            mark = pdfium.FPDFPage_GetAnnot(page.raw, at)
            kind = pdfium.FPDFAnnot_GetSubtype(mark)
            says = pdfium.FPDFAnnot_GetStringValue(mark, b"Contents", None, 0) > 2
            unapplied = unapplied or kind == pdfium.FPDF_ANNOT_REDACT
            self.files += kind == pdfium.FPDF_ANNOT_FILEATTACHMENT
            self.remarks += says and kind in _REMARKS
            is_off = bool(pdfium.FPDFAnnot_GetFlags(mark) & _HIDDEN)
            self.switched_off += says and is_off and kind in (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)
            pdfium.FPDFPage_CloseAnnot(mark)
        return unapplied


def findings(document: pypdfium2.PdfDocument, content: bytes, marks: Marks) -> Iterator[Finding]:
    if marks.remarks:
        yield finding("comments", count=marks.remarks)
    if marks.switched_off:
        yield finding("hidden_text", count=marks.switched_off)
    files = document.count_attachments()
    if files or marks.files:
        names = [document.get_attachment(at).get_name() for at in range(min(files, 20))]
        yield finding("embedded_files", names, max(files, marks.files))
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        yield finding("macros", count=1)
    if gone := _gone(document, content):
        yield finding("earlier_version", gone)
    if placed := places_within(content) or len(_PLACE.findall(content)) // 2:
        yield finding("location", count=placed)


def _gone(document: pypdfium2.PdfDocument, content: bytes) -> list[str]:
    """Words that an earlier version of the file has and the last one has not; the versions lie one behind another.

    Programs that change a PDF mostly add to its end, and all that was there before is still in it.
    """
    ends = [match.end() for match in _END.finditer(content)]
    now: Counter[str] | None = None
    gone: dict[str, None] = {}
    for end in ends[:-1][-MOST_VERSIONS:]:
        try:
            before = pypdfium2.PdfDocument(content[:end])
            words = _words(before)
        except pypdfium2.PdfiumError:
            continue  # no version of its own, as the first part of a file made for the web
        now = _words(document) if now is None else now
        gone |= dict.fromkeys(words - now)
    return list(gone)


def _words(document: pypdfium2.PdfDocument) -> Counter[str]:
    words: Counter[str] = Counter()
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        words.update(_WORD.findall(page.get_textpage().get_text_bounded()))
        page.close()
    return words
