"""A request with all its files in one zip; the same thread gives the same bytes."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from .as_json import as_json
from .as_text import as_text
from .thread import RequestPage

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier day
# After the name of a file that cannot be read, for the note in its place.
MISSING = ".missing.txt"
NOT_THERE = "this file cannot be read in the file store of this site now, so it is not in this zip."
PACKED_ALREADY = ("image/", "video/", "audio/", "application/zip", "application/pdf", "application/vnd.openxml")


def write_zip(page: RequestPage, out: BinaryIO, *, site: str, open_file: Callable[[str], BinaryIO]) -> None:
    """Write the zip to ``out``: request.txt, request.json and files/NUMBER-NAME.

    Only files that this reader may have are opened; ``open_file`` takes a path in the file store. Files are
    copied in pieces, so a large one costs no memory. One that cannot be read there is named in a note in its place.
    """
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in (("request.txt", as_text(page, site=site)), ("request.json", as_json(page, site=site))):
            archive.writestr(_entry(name, page.changed_at), body)
        for letter in page.letters:
            for file in letter.files:
                if file.url is None:
                    continue
                packed = file.content_type.startswith(PACKED_ALREADY)
                entry = _entry(f"files/{file.number}-{file.name}", letter.on, stored=packed)
                entry.file_size = file.size
                try:
                    with open_file(file.stored_at) as source, archive.open(entry, "w") as target:
                        shutil.copyfileobj(source, target, 256 * 1024)
                except OSError:
                    archive.writestr(_entry(f"{entry.filename}{MISSING}", letter.on), f"{file.name}: {NOT_THERE}\n")


def _entry(name: str, at: datetime, *, stored: bool = False) -> zipfile.ZipInfo:
    moment = max(at.timetuple()[:6], EARLIEST)
    entry = zipfile.ZipInfo(name, date_time=moment)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
