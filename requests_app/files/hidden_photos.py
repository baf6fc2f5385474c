"""Where a picture was taken, as cameras write into it, also of pictures inside other files; and files behind one."""

import io
import re
import zipfile
from collections.abc import Iterator

from PIL import ExifTags, Image

from .findings import Finding, finding
from .xml_walk import members_under

PICTURES = ("jpg", "jpeg", "png", "tif", "tiff", "webp", "heic", "heif", "avif")
MOST_LOOKED_AT = 100
_MEDIA = ("word/media/", "xl/media/", "ppt/media/", "Pictures/", "media/")
# The place as picture programs write it beside or instead of the camera's own (XMP).
_XMP_PLACE = re.compile(rb"GPS(?:Dest)?(?:Latitude|Longitude)\b")
# What stands at the beginning of a file that was put behind a picture: phones put a film there.
_BEHIND = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|%PDF-1|.{4}ftyp(?:mp4|iso|qt|M4V|avc)", re.DOTALL)
_END = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82", "gif": b"\x00\x3b"}
_EXIF = b"Exif\x00\x00"
_LONGEST_EXIF = 128 * 1024


def opened(content: bytes) -> Image.Image:
    """The picture, its head read only. Raises what Pillow raises for what is none."""
    if content[4:8] == b"ftyp":
        import pi_heif

        pi_heif.register_heif_opener()
    return Image.open(io.BytesIO(content))


def has_location(content: bytes) -> bool:
    """Whether a picture says where it was taken. Raises what Pillow raises for no picture."""
    with opened(content) as picture:
        if _is_placed(picture.getexif()):
            return True
        said = [picture.info.get(name) for name in ("xmp", "XML:com.adobe.xmp", "Raw profile type xmp", "comment")]
    texts = [one.encode("utf-8", "replace") if isinstance(one, str) else one for one in said]
    # A file of points holds no words of this sort by chance, so that one which Pillow keeps nowhere is found too.
    return any(_XMP_PLACE.search(one) for one in [*filter(None, texts), content])


def _is_placed(exif: Image.Exif) -> bool:
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    return any(place.get(tag) for tag in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude))


def in_picture(content: bytes, extension: str) -> Iterator[Finding]:
    """Findings of a picture."""
    if has_location(content):
        yield finding("location", count=1)
    if _has_more_behind(content, extension):
        yield finding("embedded_files", count=1)


def _has_more_behind(content: bytes, extension: str) -> bool:
    end = _END.get(extension)
    after = content.find(end) if end else -1
    if after < 0:
        return zipfile.is_zipfile(io.BytesIO(content))
    return bool(_BEHIND.search(content, after)) or zipfile.is_zipfile(io.BytesIO(content[after:]))


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


def places_within(content: bytes) -> int:
    """How many pictures that lie unpacked in a file of another kind say where they were taken."""
    placed = at = looked = 0
    while looked < MOST_LOOKED_AT and (at := content.find(_EXIF, at)) >= 0:
        looked += 1
        exif = Image.Exif()
        try:
            exif.load(content[at : at + _LONGEST_EXIF])
            placed += _is_placed(exif)
        except Exception:  # noqa: S110 - these letters by chance, or a broken picture
            pass
        at += len(_EXIF)
    return placed
