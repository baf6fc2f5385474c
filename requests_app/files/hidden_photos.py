"""Where a picture was taken, as cameras write into it; also of pictures inside office files."""

import io
import zipfile
from collections.abc import Iterator

from PIL import ExifTags, Image

from .findings import Finding, finding
from .xml_walk import members_under

PICTURES = ("jpg", "jpeg", "png", "tif", "tiff", "webp")
MOST_LOOKED_AT = 100
_MEDIA = ("word/media/", "xl/media/", "ppt/media/", "Pictures/")


def has_location(content: bytes) -> bool:
    """Whether a picture says where it was taken. Reads its head only. Raises what Pillow raises for no picture."""
    with Image.open(io.BytesIO(content)) as picture:
        place = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    return any(place.get(tag) for tag in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude))


def in_picture(content: bytes) -> Iterator[Finding]:
    if has_location(content):
        yield finding("location", count=1)


def in_media(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Pictures of a document that say where they were taken; one that cannot be read says nothing."""
    names = [name for name in members_under(archive, *_MEDIA) if name.lower().endswith(PICTURES)][:MOST_LOOKED_AT]
    placed = []
    for name in names:
        try:
            if has_location(archive.read(name)):
                placed.append(name.rpartition("/")[2])
        except Exception:  # noqa: S112 - a broken picture shows nothing
            continue
    if placed:
        yield finding("location", placed)
